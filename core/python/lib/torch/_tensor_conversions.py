"""A tensor in another dtype, on another device, or as a template of new ones."""

import _nabla

from . import _dtype, _engine
from ._dtype import device_name
from ._engine import other
from ._missing import type_name
from ._tensor_facts import DEVICE

_meta = _nabla.meta
_has_gpu = bool(_nabla.has_gpu())


class Conversions:
    """The part of torch.Tensor that makes other tensors of it."""

    __slots__ = ()

    def to(self, *args, **kwargs):
        if len(args) == 1 and not kwargs:
            one = args[0]
            kind = one.__class__
            if kind is str or kind is _dtype.device:
                return _to_device(self, device_name(one))
            if kind is _dtype.dtype:
                return _to(self, None, one, False)
        device, dtype, copy = to_arguments(args, kwargs)
        return _to(self, device, dtype, copy)

    def type(self, dtype=None, non_blocking=False):
        if dtype is None:
            name = _dtype.tensor_type_names[self.dtype._name]
            return ("torch.cuda." if self.is_cuda else "torch.") + name
        if isinstance(dtype, _dtype.dtype):
            return _to(self, None, dtype, False)
        name = dtype if isinstance(dtype, str) else f"torch.{dtype.__name__}"
        for key, value in _dtype.tensor_type_names.items():
            if name in ("torch." + value, "torch.cuda." + value):
                return _to(self, "cuda" if ".cuda." in name else "cpu", _dtype.by_name[key], False)
        raise ValueError(f"invalid type: {name!r}")

    def type_as(self, value):
        return _to(self, "cuda" if value.is_cuda else "cpu", value.dtype, False)

    def cpu(self):
        return _to_device(self, "cpu")

    def cuda(self, device=None, non_blocking=False, memory_format=None):
        return _to_device(self, device_name("cuda" if device is None else device))

    def float(self):
        return _to(self, None, _dtype.float32, False)

    def double(self):
        return _to(self, None, _dtype.float64, False)

    def long(self):
        return _to(self, None, _dtype.int64, False)

    def int(self):
        return _to(self, None, _dtype.int32, False)

    def byte(self):
        return _to(self, None, _dtype.uint8, False)

    def bool(self):
        return _to(self, None, _dtype.bool_, False)

    def half(self):
        return _to(self, None, _dtype.float16, False)

    def bfloat16(self):
        return _to(self, None, _dtype.bfloat16, False)

    def short(self):
        return _to(self, None, _dtype.int16, False)

    def char(self):
        return _to(self, None, _dtype.int8, False)

    def pin_memory(self, device=None):
        return self

    def is_pinned(self):
        return False

    def share_memory_(self):
        return self

    def is_shared(self):
        return False

    def storage(self):
        from ._missing import raise_missing

        raise_missing("torch.Tensor.storage")

    def new_tensor(self, data, *, dtype=None, device=None, requires_grad=False):
        from ._factories import tensor

        return tensor(data, dtype=dtype or self.dtype, device=device or self.device, requires_grad=requires_grad)

    def new(self, *args, device=None):
        """The old constructor: sizes give memory as it is, a list or tensor its values; of this tensor's type."""
        if len(args) == 1 and isinstance(args[0], (list, tuple)) and not isinstance(args[0], _dtype.Size):
            return self.new_tensor(args[0], device=device)
        if len(args) == 1 and isinstance(args[0], Conversions):
            return args[0].detach()
        sizes = args[0] if len(args) == 1 and isinstance(args[0], _dtype.Size) else args or (0,)
        return self.new_empty(tuple(sizes), device=device)

    def new_zeros(self, *size, dtype=None, device=None, requires_grad=False, **kw):
        from ._factories import zeros

        return zeros(*_one_size(size, kw), dtype=dtype or self.dtype, device=device or self.device, requires_grad=requires_grad)

    def new_ones(self, *size, dtype=None, device=None, requires_grad=False, **kw):
        from ._factories import ones

        return ones(*_one_size(size, kw), dtype=dtype or self.dtype, device=device or self.device, requires_grad=requires_grad)

    def new_empty(self, *size, dtype=None, device=None, requires_grad=False, **kw):
        from ._factories import empty

        return empty(*_one_size(size, kw), dtype=dtype or self.dtype, device=device or self.device, requires_grad=requires_grad)

    def new_full(self, size, fill_value, *, dtype=None, device=None, requires_grad=False):
        from ._factories import full

        return full(size, fill_value, dtype=dtype or self.dtype, device=device or self.device, requires_grad=requires_grad)

    def apply_(self, function):
        flat = self.reshape(-1).tolist()
        from ._factories import tensor

        self.copy_(tensor([function(value) for value in flat], dtype=self.dtype).reshape(self.shape))
        return self

    def as_subclass(self, cls):
        made = self.alias() if hasattr(self, "alias") else self.view_as(self)
        made.__class__ = cls
        return made

    def __cuda_array_interface__(self):
        raise AttributeError("__cuda_array_interface__")


def _one_size(size, kw):
    return size or (kw["size"],)


def to_arguments(args, kwargs):
    """(device name or None, dtype or None, copy) of `.to(…)`."""
    device, dtype, copy = kwargs.get("device"), kwargs.get("dtype"), kwargs.get("copy", False)
    for name in kwargs:
        if name not in ("device", "dtype", "copy", "non_blocking", "memory_format", "other"):
            raise TypeError(f"to() got an unexpected keyword argument '{name}'")
    args = list(args)
    if "other" in kwargs:
        args.insert(0, kwargs["other"])
    first = args[0] if args else None
    if isinstance(first, _engine.tensor_types):
        device, dtype = first.device, first.dtype
        rest = args[1:]
    elif isinstance(first, _dtype.dtype):
        dtype, rest = first, args[1:]
    elif first is not None or args:
        device, rest = first, args[1:]
        if rest and (rest[0] is None or isinstance(rest[0], _dtype.dtype)):
            dtype = rest[0] or dtype
            rest = rest[1:]
    else:
        rest = []
    if len(rest) > 1:
        copy = rest[1]
    if dtype is not None and not isinstance(dtype, _dtype.dtype):
        if dtype is float or dtype is int or dtype is bool:
            dtype = {float: _dtype.float64, int: _dtype.int64, bool: _dtype.bool_}[dtype]
        else:
            raise TypeError(f"to() received an invalid combination of arguments - got ({', '.join(type_name(a) for a in args)})")
    return (None if device is None else device_name(device)), dtype, bool(copy)


def _to_device(tensor, name):
    if name == "cpu" and not _has_gpu:
        return tensor
    if (_meta(tensor._h, DEVICE) == 1) == (name == "cuda"):
        return tensor
    return _to(tensor, name, None, False)


def _to(tensor, device, dtype, copy):
    index = -1
    if dtype is not None:
        index = _dtype.checked(dtype)._index
    handle = _nabla.to(tensor._h, -1 if device is None else int(device == "cuda"), index, copy)
    if handle == 0:
        return tensor
    return _engine.wrap(handle) if handle > 0 else other(handle)
