"""Tensors from Python data and from nothing: torch.tensor, zeros, arange and their kin. Those of random numbers are in `_draws`."""

from array import array

import _nabla

from . import _dtype
from ._dtype import checked, device_name
from ._engine import CELL_OUT, cell, dispatch, fail
from ._missing import raise_missing, refuse_out, type_name
from ._tensor import Tensor, remember, wrap

_default_dtype = _dtype.float32
_default_device = None


def get_default_dtype():
    return _default_dtype


def set_default_dtype(d):
    """Set the dtype of new floating tensors: torch.float32 or torch.float64."""
    global _default_dtype
    if isinstance(d, type):
        d = getattr(d, "dtype", d)
    if not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _default_dtype = checked(d)
    _nabla.default_dtype(d._index)


def set_default_tensor_type(t):
    raise_missing("torch.set_default_tensor_type")


def set_default_device(device):
    global _default_device
    _default_device = None if device is None else device_name(device)


def get_default_device():
    return _dtype.device(_default_device or "cpu")


def place_of(device):
    return _default_device if device is None else device_name(device)


def _flatten(data, shape, depth, flat):
    """Append the leaves of nested sequences; check that they are even."""
    if depth == len(shape):
        flat.append(data)
        return
    if not _is_sequence(data):
        raise TypeError(f"not a sequence: {type_name(data)}")
    if len(data) != shape[depth]:
        raise ValueError(f"expected sequence of length {shape[depth]} at dim {depth} (got {len(data)})")
    if depth == len(shape) - 1:
        for item in data:
            if _is_sequence(item):
                raise ValueError(f"expected sequence of length 0 at dim {depth + 1} (got {len(item)})") if not len(item) else TypeError(f"must be real number, not {type_name(item)}")
        flat.extend(data)
    else:
        for item in data:
            if not _is_sequence(item):
                raise TypeError(f"expected sequence of length {shape[depth + 1]} at dim {depth + 1}, got {type_name(item)}")
            _flatten(item, shape, depth + 1, flat)


def _is_sequence(value):
    return isinstance(value, (list, tuple, range)) or hasattr(value, "__len__") and hasattr(value, "__getitem__") and not isinstance(value, (str, bytes, dict, Tensor)) and getattr(value, "shape", None) != ()


def _from_flat(flat, shape, d, device, requires_grad):
    ints = not d.is_floating_point
    if ints:
        try:
            room = array("q", flat)
        except TypeError:
            room = array("q", [int(v) for v in flat])
        except OverflowError:
            raise RuntimeError("Overflow when unpacking long long") from None
        if d.itemsize < 8 and d is not _dtype.bool_ and room:
            top = 2 ** (d.itemsize * 8 - d.is_signed) - 1
            if max(room) > top or min(room) < -top - d.is_signed:
                raise RuntimeError(f"value cannot be converted to type {d._name} without overflow")
    else:
        room = array("d", flat)
    cell[CELL_OUT : CELL_OUT + len(shape)] = array("i", shape)
    handle = _nabla.write(room.buffer_info()[0], len(room), ints, d._index, len(shape), device == "cuda", bool(requires_grad))
    if handle < 0:
        fail()
    made = wrap(handle)
    if requires_grad:
        remember(made)
    return made


def tensor(data, *, dtype=None, device=None, requires_grad=False, pin_memory=False):
    """A new tensor with a copy of `data`."""
    if dtype is not None:
        checked(dtype)
    place = place_of(device)
    kind = data.__class__
    if kind is float or kind is int or kind is bool:
        d = dtype or (_default_dtype if kind is float else _dtype.int64 if kind is int else _dtype.bool_)
        return _from_flat([data], (), d, place, requires_grad)
    if isinstance(data, Tensor):
        import warnings

        from ._tensor_facts import OURS

        warnings.warn(
            "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or sourceTensor.detach().clone().requires_grad_(True), "
            "rather than torch.tensor(sourceTensor).",
            UserWarning,
            skip_file_prefixes=OURS,
        )
        made = data.detach().clone().to(device=place or data.device, dtype=dtype or data.dtype)
        return made.requires_grad_() if requires_grad else made
    if hasattr(data, "__array__") and not isinstance(data, (list, tuple)):
        from ._numpy import copy_of

        made = copy_of(data, dtype, place)
        return made.requires_grad_() if requires_grad else made
    shape = []
    level = data
    while _is_sequence(level):
        shape.append(len(level))
        if not len(level):
            break
        level = level[0]
    flat = []
    if shape:
        _flatten(data, shape, 0, flat)
    else:
        flat = [data]
    if any(isinstance(v, Tensor) for v in flat):
        return _of_tensors(flat, shape, dtype, place, requires_grad)
    kinds = {v.__class__ for v in flat}
    if kinds - _PLAIN:
        flat = [_number(v) for v in flat]
        kinds = {v.__class__ for v in flat}
    if dtype is None:
        if not flat:
            dtype = _default_dtype
        elif float in kinds:
            dtype = _default_dtype
        elif int in kinds:
            dtype = _dtype.int64
        else:
            dtype = _dtype.bool_
        if float64_like(data):
            dtype = _dtype.float64
    return _from_flat(flat, shape, dtype, place, requires_grad)


_PLAIN = {float, int, bool}


def float64_like(data):
    """A list of NumPy float64 scalars makes a float64 tensor."""
    while isinstance(data, (list, tuple)) and data:
        data = data[0]
    return type(data).__name__ == "float64" or hasattr(data, "__array__") and getattr(getattr(data, "dtype", None), "name", "") == "float64"


def _number(value):
    kind = value.__class__
    if kind in _PLAIN:
        return value
    if hasattr(value, "item"):
        return value.item()
    if isinstance(value, (int, float)):
        return float(value) if isinstance(value, float) else int(value)
    if isinstance(value, str):
        raise TypeError("new(): invalid data type 'str'")
    if value is None:
        raise RuntimeError("Could not infer dtype of NoneType")
    raise RuntimeError(f"Could not infer dtype of {type_name(value)}")


def _of_tensors(flat, shape, dtype, place, requires_grad):
    for v in flat:
        if isinstance(v, Tensor) and v.numel() != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
    if dtype is None:
        first = next(v for v in flat if isinstance(v, Tensor))
        dtype = first.dtype
        for v in flat:
            if isinstance(v, Tensor) and v.dtype.is_floating_point:
                dtype = v.dtype
                break
            if isinstance(v, float):
                dtype = _default_dtype
    return _from_flat([v.item() if isinstance(v, Tensor) else v for v in flat], shape, dtype, place, requires_grad)


def as_tensor(data, dtype=None, device=None):
    """`data` as a tensor, sharing memory where it can."""
    if isinstance(data, Tensor):
        return data if dtype is None and device is None else data.to(device=device, dtype=dtype)
    if hasattr(data, "__array__") and getattr(data, "shape", ()) != ():
        from ._numpy import shared

        made = shared(data)
        return made if dtype is None and device is None else made.to(device=device, dtype=dtype)
    return tensor(data, dtype=dtype, device=device)


def from_numpy(ndarray):
    """A tensor over the array's own memory."""
    from ._numpy import from_numpy as convert

    return convert(ndarray)


def asarray(obj, *, dtype=None, device=None, copy=None, requires_grad=False):
    made = tensor(obj, dtype=dtype, device=device) if copy and not isinstance(obj, Tensor) else as_tensor(obj, dtype, device)
    if copy and isinstance(obj, Tensor):
        made = made.clone()
    return made.requires_grad_() if requires_grad else made


def scalar_tensor(value, *, dtype=None, device=None, requires_grad=False):
    return tensor(value, dtype=dtype or _default_dtype, device=device, requires_grad=requires_grad)


def size_of(args, name="zeros"):
    """The sizes of a factory: `(2, 3)`, `([2, 3])`."""
    if len(args) == 1 and isinstance(args[0], (tuple, list)):
        args = args[0]
    sizes = []
    for v in args:
        if v.__class__ is not int:
            if isinstance(v, (float, str)) or not hasattr(v, "__index__"):
                raise TypeError(f"{name}(): argument 'size' (position 1) must be tuple of ints, not {type_name(v)}")
            v = v.__index__()
        sizes.append(v)
    return sizes


def finished(made, requires_grad):
    if requires_grad:
        made.requires_grad_()
    return made


def _check_floating(d, requires_grad):
    if requires_grad and not d.is_floating_point:
        raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")


def check_sizes(sizes):
    for n in sizes:
        if n < 0:
            raise RuntimeError(f"Trying to create tensor with negative dimension {n}: {list(sizes)}")


def _create(kind, sizes, value, dtype, device, requires_grad):
    """zeros, ones, full, empty: one crossing."""
    d = dtype or _default_dtype
    checked(d)
    _check_floating(d, requires_grad)
    place = place_of(device)
    check_sizes(sizes)
    handle = _nabla.create(kind, value, d._index, place == "cuda", *sizes)
    if handle < 0:
        fail()
    return finished(wrap(handle), requires_grad)


def sizes_of(args, kwargs, name):
    if "size" in kwargs:
        args = (kwargs["size"],)
    return size_of(args, name)


def zeros(*size, dtype=None, device=None, requires_grad=False, layout=None, out=None, pin_memory=False, **kw):
    """All 0."""
    refuse_out("zeros", out)
    return _create(0, sizes_of(size, kw, "zeros"), 0, dtype, device, requires_grad)


def ones(*size, dtype=None, device=None, requires_grad=False, layout=None, out=None, pin_memory=False, **kw):
    """All 1."""
    refuse_out("ones", out)
    return _create(0, sizes_of(size, kw, "ones"), 1, dtype, device, requires_grad)


def empty(*size, dtype=None, device=None, requires_grad=False, layout=None, out=None, pin_memory=False, memory_format=None, **kw):
    """Not initialised; here all 0."""
    refuse_out("empty", out)
    return _create(0, sizes_of(size, kw, "empty"), 0, dtype, device, requires_grad)


def full(size, fill_value, *, dtype=None, device=None, requires_grad=False, layout=None, out=None):
    """All `fill_value`."""
    refuse_out("full", out)
    if isinstance(size, int):
        raise TypeError("full(): argument 'size' (position 1) must be tuple of ints, not int")
    if isinstance(fill_value, Tensor):
        fill_value = fill_value.item()
    if dtype is None:
        dtype = _dtype.bool_ if isinstance(fill_value, bool) else _dtype.int64 if isinstance(fill_value, int) else _default_dtype
    return _create(0, size_of((size,)), float(fill_value) if dtype.is_floating_point else int(fill_value), dtype, device, requires_grad)


def like(input, dtype, device):
    return {"dtype": dtype or input.dtype, "device": device or input.device}


def _turned(name, input, dtype, device, memory_format):
    """A tensor laid out as one that is not row-major; None where that makes no difference."""
    if input.is_contiguous() or memory_format not in (None, _dtype.preserve_format):
        return None
    return dispatch(name, (input,), like(input, dtype, device))


def zeros_like(input, *, dtype=None, device=None, requires_grad=False, memory_format=None, layout=None):
    made = _turned("zeros_like", input, dtype, device, memory_format)
    return zeros(input.shape, **like(input, dtype, device), requires_grad=requires_grad) if made is None else made.requires_grad_(requires_grad)


def ones_like(input, *, dtype=None, device=None, requires_grad=False, memory_format=None, layout=None):
    made = _turned("ones_like", input, dtype, device, memory_format)
    return ones(input.shape, **like(input, dtype, device), requires_grad=requires_grad) if made is None else made.requires_grad_(requires_grad)


def empty_like(input, *, dtype=None, device=None, requires_grad=False, memory_format=None, layout=None):
    made = _turned("empty_like", input, dtype, device, memory_format)
    return empty(input.shape, **like(input, dtype, device), requires_grad=requires_grad) if made is None else made.requires_grad_(requires_grad)


def full_like(input, fill_value, *, dtype=None, device=None, requires_grad=False, memory_format=None, layout=None):
    made = _turned("empty_like", input, dtype, device, memory_format)
    if made is None:
        return full(input.shape, fill_value, **like(input, dtype, device), requires_grad=requires_grad)
    return made.fill_(fill_value).requires_grad_(requires_grad)


def arange(*args, dtype=None, device=None, requires_grad=False, layout=None, out=None, **kw):
    """start, start + step, … below end."""
    refuse_out("arange", out)
    args = [v.item() if isinstance(v, Tensor) else v for v in args]
    start, end, step = kw.get("start", 0), kw.get("end"), kw.get("step", 1)
    if len(args) == 1:
        if end is None:
            end = args[0]
        else:
            start = args[0]
    elif len(args) == 2:
        start, end = args
    elif len(args) == 3:
        start, end, step = args
    if dtype is None:
        dtype = _default_dtype if any(isinstance(v, float) for v in (start, end, step)) else _dtype.int64
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (step > 0 and start > end) or (step < 0 and start < end):
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    import math

    checked(dtype)
    if dtype is _dtype.int64:
        start, end, step = int(start), int(end), int(step)
        if step == 0:
            raise RuntimeError("step must be nonzero")
    if all(isinstance(v, int) for v in (start, end, step)):
        n = max(0, -(-(end - start) // step))
    else:
        n = max(0, math.ceil((end - start) / step))
    return _progression(n, start, step, dtype, device, requires_grad)


def _progression(n, start, step, dtype, device, requires_grad):
    _check_floating(dtype, requires_grad)
    flat = [start + i * step for i in range(n)] if dtype.is_floating_point else [int(start) + i * int(step) if isinstance(step, int) else int(start + i * step) for i in range(n)]
    return finished(_from_flat(flat, (n,), dtype, place_of(device), False), requires_grad)


def range_(start=0, end=None, step=1, *, dtype=None, device=None, requires_grad=False):
    raise_missing("torch.range (deprecated: use torch.arange)")


def linspace(start, end, steps, *, dtype=None, device=None, requires_grad=False, out=None, layout=None):
    """`steps` values from start to end, both included."""
    refuse_out("linspace", out)
    start, end = _number(start), _number(end)
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    d = checked(dtype or _default_dtype)
    _check_floating(d, requires_grad)
    handle = _nabla.linspace(start, end, steps, d._index, place_of(device) == "cuda")
    if handle < 0:
        fail()
    return finished(wrap(handle), requires_grad)


def _power(base, exponent):
    try:
        return float(base) ** exponent
    except OverflowError:
        return float("inf")


def logspace(start, end, steps, base=10.0, *, dtype=None, device=None, requires_grad=False, out=None, layout=None):
    """`steps` powers of `base`, their exponents evenly spaced."""
    refuse_out("logspace", out)
    start, end = _number(start), _number(end)
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    if not (dtype or _default_dtype).is_floating_point:
        start, end = int(start), int(end)
    step = (end - start) / (steps - 1) if steps > 1 else 0
    flat = [_power(base, start + i * step if i < steps // 2 else end - (steps - 1 - i) * step) for i in range(steps - 1)] if steps > 1 else []
    if steps:
        flat.append(_power(base, end if steps > 1 else start))
    if not (dtype or _default_dtype).is_floating_point:
        flat = [int(v) for v in flat]
    return finished(_from_flat(flat, (steps,), dtype or _default_dtype, place_of(device), False), requires_grad)


def eye(n, m=None, *, dtype=None, device=None, requires_grad=False, out=None, layout=None):
    """1 on the diagonal."""
    refuse_out("eye", out)
    m = n if m is None else m
    if n < 0 or m < 0:
        raise RuntimeError(f"n must be greater or equal to 0, got {n}" if n < 0 else f"m must be greater or equal to 0, got {m}")
    made = zeros(n, m, dtype=dtype, device=device)
    if min(n, m):
        dispatch("fill_", (dispatch("diagonal", (made,)), 1))
    return finished(made, requires_grad)
