"""Functions that torch itself shapes in Python before an op runs, and the in-place changes of a tensor's sizes."""

import warnings

from ._engine import dispatch
from ._grad_mode import is_grad_enabled
from ._missing import refuse_out
from ._tensor import Tensor
from ._tensor_facts import OURS


def tensordot(a, b, dims=2, out=None):
    """Sums products over the dimensions named for `a` and for `b`, or over the last and first `dims`."""
    refuse_out("tensordot", out)
    if not isinstance(dims, (tuple, list, int, Tensor)):
        raise RuntimeError(f"tensordot expects dims to be int or tuple[list[int], list[int]] or list[list[int]] containing two lists, but got dims={dims}")
    if isinstance(dims, Tensor):
        dims = dims.tolist()
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.dim(), b.dim()):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        dims = (list(range(-dims, 0)), list(range(dims)))
    one, two = [[d] if isinstance(d, int) else list(d) for d in dims]
    return dispatch("_tensordot", (a, b, one, two))


def einsum(*args):
    """A sum of products said by subscripts: `einsum("ij,jk->ik", a, b)` or `einsum(a, [0, 1], b, [1, 2], [0, 2])`."""
    if len(args) < 2:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or at least one operand and its subscripts list"
        )
    if isinstance(args[0], Tensor):
        letters = lambda subscripts: "".join("..." if s is Ellipsis else _letter(s) for s in subscripts)
        equation = ",".join(letters(s) for s in args[1 : len(args) // 2 * 2 : 2])
        if len(args) % 2:
            equation += "->" + letters(args[-1])
        operands = args[: len(args) // 2 * 2 : 2]
    else:
        equation, operands = args[0], args[1:]
        if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
            operands = operands[0]
    return dispatch("einsum", (equation, tuple(operands)))


def _letter(n):
    if 0 <= n < 26:
        return chr(65 + n)
    if n < 52:
        return chr(71 + n)
    raise ValueError("einsum(): subscript in subscript list is not within the valid range [0, 52)")


def chain_matmul(*matrices, out=None):
    """The product of a chain of matrices, bracketed the cheapest way."""
    refuse_out("chain_matmul", out)
    if len(matrices) == 1 and isinstance(matrices[0], (list, tuple)):
        matrices = matrices[0]
    if len(matrices) == 1:
        return matrices[0]
    return dispatch("_chain_matmul", (tuple(matrices),))


def meshgrid(*tensors, indexing=None):
    """Grids of coordinates from vectors."""
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tensors[0]
    if indexing is None:
        warnings.warn(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.", UserWarning, skip_file_prefixes=OURS
        )
    return dispatch("meshgrid", (tuple(tensors),), {"indexing": indexing or "ij"})


def _unique(input, dim, ordered, return_inverse, return_counts):
    found = dispatch("_unique2", (input, dim, ordered))
    wanted = (found[0], *found[1:2][: return_inverse], *found[2:][: return_counts])
    return wanted if len(wanted) > 1 else found[0]


def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The distinct elements, or slices along `dim`, in order."""
    return _unique(input, dim, True, return_inverse, return_counts)


def unique_consecutive(input, return_inverse=False, return_counts=False, dim=None):
    """The first element of every run of equal ones."""
    return _unique(input, dim, False, return_inverse, return_counts)


def where(condition, input=None, other=None, *, out=None):
    """`input` where the condition holds, `other` elsewhere; with the condition alone its true places."""
    refuse_out("where", out)
    if input is None and other is None:
        return nonzero(condition, as_tuple=True)
    return dispatch("where", (condition, input, other))


def nonzero(input, *, as_tuple=False, out=None):
    """Indices of what is not zero: one row each, or one vector for every dimension."""
    refuse_out("nonzero", out)
    if not as_tuple:
        return dispatch("nonzero", (input,))
    return tuple(dispatch("unbind", (dispatch("nonzero", (input if input.dim() else input.reshape(1),)), 1)))


def _corner(name):
    def indices(row, col, offset=0, *, dtype=None, device=None, layout=None):
        for what, n in (("row", row), ("col", col)):
            if n < 0:
                raise RuntimeError(f"{what} must be non-negative, got{n}")
        made = dispatch("_" + name, (row, col, offset))
        return made if dtype is None and device is None else made.to(device=device, dtype=dtype)

    indices.__name__ = indices.__qualname__ = name
    return indices


def vander(x, N=None, increasing=False):
    """Powers of a vector's elements, one row each."""
    if x.dim() != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    n = x.size(0) if N is None else N
    made = x.new_ones(x.size(0), n) if x.is_floating_point() else x.new_ones(x.size(0), n).long()
    if n > 1:
        made[:, 1:].copy_(x.unsqueeze(1))
        made[:, 1:].copy_(made[:, 1:].cumprod(1))
    return made if increasing else made.flip(1)


def _steps(input, spacing, dim):
    """The dimensions to go along and, for each, a distance or a vector of places."""
    if isinstance(dim, int):
        dims = [dim]
    else:
        dims = list(range(input.dim())) if dim is None else list(dim)
    if isinstance(spacing, Tensor):
        spacing = spacing.item() if not spacing.dim() else [spacing]
    if spacing is None:
        spacing = 1
    if not isinstance(spacing, (tuple, list)):
        spacing = [spacing] * len(dims)
    elif len(spacing) != len(dims):
        whose = (
            f"'self.dim() = {input.dim()}', since dim argument was not given, but got a list of length {len(spacing)}"
            if dim is None
            else f"'dim' (got {len(dims)}), but got a list of length {len(spacing)}"
        )
        raise RuntimeError(f"torch.gradient expected spacing to be unspecified, a scalar, or a list of length equal to {whose}")
    wrapped = []
    for d in dims:
        if not -input.dim() <= d < input.dim():
            raise IndexError(f"Dimension out of range (expected to be in range of [{-input.dim()}, {input.dim() - 1}], but got {d})")
        d %= input.dim()
        if d in wrapped:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
        wrapped.append(d)
    return list(zip(wrapped, spacing))


def gradient(input, *, spacing=None, dim=None, edge_order=1):
    """Slopes by central differences, one-sided at the edges."""
    if edge_order not in (1, 2):
        raise RuntimeError("torch.gradient only supports edge_order=1 and edge_order=2.")
    steps = _steps(input, spacing, dim)
    for d, _ in steps:
        if input.size(d) < edge_order + 1:
            raise RuntimeError("torch.gradient expected each dimension size to be at least edge_order+1")
    if not input.is_floating_point() and not any(isinstance(h, Tensor) for _, h in steps):
        from ._factories import get_default_dtype

        input = input.to(get_default_dtype())
    return tuple([_slopes_at(input, d, h, edge_order) if isinstance(h, Tensor) else _slopes_by(input, d, h, edge_order) for d, h in steps])


def _slopes_by(input, d, h, edge_order):
    """Slopes along `d` of points `h` apart."""
    return dispatch("_gradient_by", (input, d, float(h), edge_order))


def _slopes_at(input, d, places, edge_order):
    """Slopes along `d` of points at `places`: parabolas through three neighbours."""
    n = input.size(d)
    if places.dim() != 1 or places.numel() != n:
        raise RuntimeError("torch.gradient expected each element of spacing to have one dimension, as long as the one it is for")
    part = lambda start, length=1: input.narrow(d, start, length)
    gaps = places[1:] - places[:-1]
    shape = [-1 if i == d else 1 for i in range(input.dim())]
    left, right = gaps[:-1], gaps[1:]
    a = (-right / (left * (left + right))).view(shape)
    b = ((right - left) / (left * right)).view(shape)
    c = (left / (right * (left + right))).view(shape)
    middle = a * part(0, n - 2) + b * part(1, n - 2) + c * part(2, n - 2)
    if edge_order == 1:
        first = (part(1) - part(0)) / gaps[0]
        last = (part(n - 1) - part(n - 2)) / gaps[n - 2]
    else:
        p, q = gaps[0], gaps[1]
        first = -(2.0 * p + q) / (p * (p + q)) * part(0) + (p + q) / (p * q) * part(1) + -p / (q * (p + q)) * part(2)
        p, q = gaps[n - 3], gaps[n - 2]
        last = q / (p * (p + q)) * part(n - 3) + -(p + q) / (p * q) * part(n - 2) + (2.0 * q + p) / (q * (p + q)) * part(n - 1)
    return dispatch("cat", ([first, middle, last], d))


def float_power(input, exponent, *, out=None):
    """A power in float64."""
    refuse_out("float_power", out)
    from ._dtype import float64

    wide = lambda v: v.to(float64) if isinstance(v, Tensor) else float(v)
    return dispatch("pow", (wide(input), wide(exponent)))


def empty_strided(size, stride, *, dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False):
    """Not initialised (here all 0), with the given strides."""
    from ._factories import finished, zeros

    room = 1 + sum((n - 1) * s for n, s in zip(size, stride)) if all(size) else 0
    return finished(dispatch("as_strided", (zeros(room, dtype=dtype, device=device), tuple(size), tuple(stride))).detach(), requires_grad)


def sum_to_size(self, *size):
    """Sums what was broadcast, back to `size`."""
    size = size[0] if len(size) == 1 and not isinstance(size[0], int) else size
    return dispatch("sum_to_size", (self, tuple(size)))


def map_(self, tensor, callable):
    """Sets each element to `callable(element, the other tensor's element)`."""
    from ._factories import tensor as make

    other = tensor.expand_as(self).reshape(-1).tolist()
    values = [callable(a, b) for a, b in zip(self.reshape(-1).tolist(), other)]
    return self.copy_(make(values, dtype=self.dtype).reshape(self.shape))


def _resizing(name, op):
    """An in-place change of sizes: the tensor goes on as another one over the same elements."""

    def change(self, *args, **kwargs):
        if self.requires_grad and self.is_leaf and is_grad_enabled():
            raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
        found = op
        if name == "squeeze_" and not args and not kwargs:
            found = "_squeeze_all_result"
        made = dispatch(found, (self, *args), kwargs)
        self._h, made._h = made._h, self._h
        return self

    change.__name__ = change.__qualname__ = name
    return change


_SIZES = {
    "squeeze_": "_squeeze_result", "unsqueeze_": "_unsqueeze_result", "transpose_": "_transpose_result", "swapaxes_": "_transpose_result",
    "swapdims_": "_transpose_result", "t_": "_t_result",
}  # fmt: skip

FUNCTIONS = {
    "tensordot": tensordot, "einsum": einsum, "chain_matmul": chain_matmul, "meshgrid": meshgrid, "unique": unique, "unique_consecutive": unique_consecutive,
    "where": where, "nonzero": nonzero, "tril_indices": _corner("tril_indices"), "triu_indices": _corner("triu_indices"), "vander": vander,
    "gradient": gradient, "float_power": float_power, "empty_strided": empty_strided,
}  # fmt: skip

METHODS = {
    "unique": unique, "unique_consecutive": unique_consecutive, "nonzero": nonzero, "float_power": float_power, "sum_to_size": sum_to_size, "map_": map_,
    "where": lambda self, condition, other: dispatch("where", (condition, self, other)),
    **{name: _resizing(name, op) for name, op in _SIZES.items()},
}  # fmt: skip
