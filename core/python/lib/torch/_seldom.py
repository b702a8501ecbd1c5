"""Seldom used names of torch: windows by length, what complex tensors would need, sizes changed in place, old names of factorings."""

import _nabla

from ._dtype import Size
from ._engine import dispatch
from ._grad_mode import is_grad_enabled
from ._missing import refuse_out
from ._tensor import Tensor


def _window(name, shape):
    def window(window_length, periodic=True, *args, dtype=None, layout=None, device=None, requires_grad=False, out=None, **settings):
        """The window of that length: periodic, or symmetric."""
        from .signal import windows

        refuse_out(name + "_window", out)
        if window_length < 0:
            raise RuntimeError(f"{name}_window requires non-negative window_length, got window_length={window_length}")
        return shape(windows, window_length, not periodic, dict(dtype=dtype, device=device, requires_grad=requires_grad), *args, **settings)

    window.__name__ = window.__qualname__ = name + "_window"
    return window


def _hamming(windows, n, sym, options, alpha=0.54, beta=0.46):
    return windows.general_cosine(n, a=[alpha, beta], sym=sym, **options)


def _kaiser(windows, n, sym, options, beta=12.0):
    return windows.kaiser(n, beta=beta, sym=sym, **options)


def _same(input):
    return input


def _imag(input):
    raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")


def qr(input, some=True, *, out=None):
    """Q and R: thin, or complete."""
    refuse_out("qr", out)
    return dispatch("linalg_qr", (input, "reduced" if some else "complete"))


def lu(A, pivot=True, get_infos=False, out=None):
    """L and U in one matrix, with the pivots."""
    refuse_out("lu", out)
    LU, pivots, infos = dispatch("_lu_with_info", (A, pivot, not get_infos))
    return (LU, pivots, infos) if get_infos else (LU, pivots)


def is_same_size(input, other):
    return input.shape == other.shape


def resize_(self, *sizes, memory_format=None):
    """Other sizes over the same elements; where they are too few, 0 follows."""
    shape = Size(sizes[0] if len(sizes) == 1 and not isinstance(sizes[0], int) else sizes)
    if self.requires_grad and is_grad_enabled():
        raise RuntimeError("cannot resize variables that require grad")
    count = 1
    for size in shape:
        count *= size
    if count > self.numel() and _nabla.np_fixed(self._h):
        raise RuntimeError("Trying to resize storage that is not resizable")
    flat = self.detach().reshape(-1)
    room = flat[:count] if count <= flat.numel() else dispatch("cat", ([flat, flat.new_zeros(count - flat.numel())],))
    self.data = room.view(shape)
    return self


def new_empty_strided(self, size, stride, *, dtype=None, device=None, requires_grad=False):
    from ._shaped import empty_strided

    return empty_strided(size, stride, dtype=dtype or self.dtype, device=device or self.device, requires_grad=requires_grad)


def _written_over(name):
    """`renorm_` by `renorm`."""

    def change(self, *args, **kwargs):
        return self.copy_(dispatch(name, (self, *args), kwargs))

    change.__name__ = change.__qualname__ = name + "_"
    return change


FUNCTIONS = {
    "hann_window": _window("hann", lambda windows, n, sym, options: windows.hann(n, sym=sym, **options)),
    "hamming_window": _window("hamming", _hamming),
    "blackman_window": _window("blackman", lambda windows, n, sym, options: windows.blackman(n, sym=sym, **options)),
    "bartlett_window": _window("bartlett", lambda windows, n, sym, options: windows.bartlett(n, sym=sym, **options)),
    "kaiser_window": _window("kaiser", _kaiser),
    "real": _same, "conj": _same, "conj_physical": _same, "resolve_conj": _same, "resolve_neg": _same, "imag": _imag, "qr": qr, "lu": lu,
    "is_same_size": is_same_size, "is_conj": lambda input: False, "is_neg": lambda input: False, "is_signed": lambda input: input.is_signed(),
    "detach_": lambda input: input.detach_(), "is_inference": lambda input: input.is_inference(),
}  # fmt: skip

METHODS = {
    "conj": _same, "conj_physical": _same, "resolve_conj": _same, "resolve_neg": _same, "is_conj": lambda self: False, "is_neg": lambda self: False,
    "qr": qr, "lu": lu, "resize_": resize_, "resize_as_": lambda self, tensor: resize_(self, tensor.shape), "new_empty_strided": new_empty_strided,
    "renorm_": _written_over("renorm"), "mvlgamma": lambda self, p: dispatch("mvlgamma", (self, p)), "mvlgamma_": _written_over("mvlgamma"),
    "xlogy_": _written_over("xlogy"), "float_power_": lambda self, exponent: self.copy_(self.float_power(exponent)), "is_same_size": is_same_size,
    "is_distributed": lambda self: False, "is_set_to": lambda self, tensor: self.data_ptr() == tensor.data_ptr() and self.shape == tensor.shape,
}  # fmt: skip


def install(module_names):
    for name, function in FUNCTIONS.items():
        module_names.setdefault(name, function)
    for name, function in METHODS.items():
        if name not in Tensor.__dict__:
            setattr(Tensor, name, function)
