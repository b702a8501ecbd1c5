"""`x[…]` and `x[…] = v`: taken apart into select, slice, unsqueeze and index, as torch does."""

import warnings

import _nabla

from . import _dtype
from ._engine import dispatch, function
from ._missing import type_name
from ._tensor import Tensor
from ._tensor_facts import DIM, LENGTH, OURS

_meta = _nabla.meta
_pick = function("select")
_END = 2**53 - 1
_BAD = "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got {})"


def get(tensor, index):
    kind = index.__class__
    if kind is int:
        try:
            return _pick(tensor, 0, index)
        except IndexError:
            _select_failed(tensor, index)
            raise
    if kind is slice and index.start is index.stop is index.step is None:
        return dispatch("alias", (tensor,))
    view, tensors = _view(tensor, index)
    if tensors is None:
        return dispatch("alias", (tensor,)) if view is tensor else view
    return dispatch("index", (view, tensors))


def set(tensor, index, value):
    view, tensors = _view(tensor, index)
    if tensors is None:
        if isinstance(value, Tensor):
            _fill_from(view, value)
        elif isinstance(value, (int, float)):
            dispatch("fill_", (view, value))
        else:
            _fill_from(view, _as_value(value, tensor))
        return
    if not isinstance(value, Tensor):
        value = _as_value(value, tensor)
    elif value.device != tensor.device and value.dim() == 0:
        value = value.to(tensor.device)
    if value.dtype is not tensor.dtype:
        value = value.to(tensor.dtype)
    dispatch("index_put_", (view, tensors, value))


def _fill_from(view, value):
    shape, target = value.shape, view.shape
    if shape and shape != target:
        # Leading dimensions of size 1 are dropped, as torch does when it assigns.
        first = next((i for i, size in enumerate(shape) if size != 1), len(shape))
        value = dispatch("expand", (value.view(shape[first:]), target))
    dispatch("copy_", (view, value))


def _type(tensor):
    return ("cuda." if tensor.is_cuda else "") + _dtype.tensor_type_names[tensor.dtype._name]


def _sizes(tensor):
    return "[" + ", ".join(map(str, tensor.shape)) + "]"


def _as_value(value, tensor):
    from ._factories import tensor as make

    if isinstance(value, (int, float, list, tuple)) or hasattr(value, "__array__"):
        return make(value, dtype=tensor.dtype, device=tensor.device)
    raise TypeError(f"can't assign a {type_name(value)} to a torch.{_type(tensor)}")


def _select_failed(tensor, index):
    n = _meta(tensor._h, LENGTH)
    if n < 0:
        raise IndexError("invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number")
    if not -n <= index < n:
        raise IndexError(f"index {index} is out of bounds for dimension 0 with size {n}")


def _consumes(item):
    """How many dimensions an index takes."""
    if item is None or item is Ellipsis or item is True or item is False:
        return 0
    if isinstance(item, Tensor) and (item.dtype is _dtype.bool_ or item.dtype is _dtype.uint8):
        return item.dim()
    return 1


def _is_sequence(item):
    return isinstance(item, (list, range)) or hasattr(item, "__array__") and not isinstance(item, Tensor) and getattr(item, "shape", ()) != ()


def _normal(item, tensor):
    """Lists and arrays become index tensors; what is no index is refused."""
    if item.__class__ is int or item is None or item is Ellipsis or isinstance(item, (slice, bool)):
        return item
    if isinstance(item, Tensor):
        if item.dtype.is_floating_point:
            raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
        if item.dim() == 0 and item.dtype is not _dtype.bool_ and item.dtype is not _dtype.uint8:
            return item
        return item
    if _is_sequence(item) or isinstance(item, tuple):
        from ._factories import tensor as make

        if len(item) == 0:
            return make([], dtype=_dtype.int64, device=tensor.device)
        made = make(item if not isinstance(item, range) else list(item), device=tensor.device)
        if made.dtype.is_floating_point:
            raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
        return made
    if hasattr(item, "__index__"):
        return int(item)
    if isinstance(item, str):
        raise TypeError("new(): invalid data type 'str'")
    raise IndexError(_BAD.format(type_name(item)))


_SEQUENCE = (
    "Using a non-tuple sequence for multidimensional indexing is deprecated and will be changed in pytorch 2.9; use x[tuple(seq)] instead of x[seq]. "
    "In pytorch 2.9 this will be interpreted as tensor index, x[torch.tensor(seq)], which will result either in an error or a different result"
)


def _stands_for_tuple(index):
    """A short sequence that holds what a single index cannot: torch still reads it as one index per dimension, and warns."""
    if not isinstance(index, (list, str, range)) or len(index) >= 32:
        return False
    return any(item is None or item is Ellipsis or isinstance(item, (Tensor, slice, list, tuple, str, range)) or hasattr(item, "__array__") and getattr(item, "shape", ()) != () for item in index)


def _view(tensor, index):
    """(view after the basic indices, list of index tensors or None)."""
    if _stands_for_tuple(index):
        warnings.warn(_SEQUENCE, skip_file_prefixes=OURS)
        index = tuple(index)
    items = index if isinstance(index, tuple) else (index,)
    items = [_normal(item, tensor) for item in items]
    rank = _meta(tensor._h, DIM)
    taken = sum(_consumes(item) for item in items)
    if taken > rank:
        if rank == 0:
            raise IndexError("invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number")
        raise IndexError(f"too many indices for tensor of dimension {rank}")
    view, dim, source = tensor, 0, 0
    at = {}
    for item in items:
        if item is Ellipsis:
            dim += rank - taken
            source += rank - taken
        elif item is None:
            view = dispatch("unsqueeze", (view, dim))
            dim += 1
        elif item is True or item is False:
            view = dispatch("unsqueeze", (view, dim))
            from ._factories import tensor as make

            at[dim] = make([bool(item)], device=tensor.device)
            dim += 1
        elif isinstance(item, int):
            n = view.shape[dim]
            if not -n <= item < n:
                raise IndexError(f"index {item} is out of bounds for dimension {source} with size {n}")
            view = dispatch("select", (view, dim, item))
            source += 1
        elif isinstance(item, slice):
            view = _slice(view, dim, item)
            dim += 1
            source += 1
        elif item.dim() == 0 and item.dtype is not _dtype.bool_ and item.dtype is not _dtype.uint8 and not tensor.requires_grad and len(items) == 1:
            value = item.item()
            n = view.shape[dim]
            if not -n <= value < n:
                raise IndexError(f"index {value} is out of bounds for dimension {source} with size {n}")
            view = dispatch("select", (view, dim, value))
            source += 1
        elif item.dim() == 0 and item.dtype is not _dtype.bool_ and item.dtype is not _dtype.uint8:
            view = dispatch("select", (view, dim, item.item()))
            source += 1
        else:
            if item.dtype is _dtype.bool_ or item.dtype is _dtype.uint8:
                _check_mask(view, dim, item)
                at[dim] = item
                dim += max(item.dim(), 1)
                source += item.dim()
            else:
                at[dim] = item
                dim += 1
                source += 1
    if not at:
        return view, None
    # The engine's index takes one entry per dimension; a mask of several dimensions stands for as many.
    entries, position = [], 0
    last = max(at)
    while position <= last:
        item = at.get(position)
        entries.append(item)
        position += max(item.dim(), 1) if item is not None and item.dtype in (_dtype.bool_, _dtype.uint8) else 1
    return view, entries


def _check_mask(view, dim, mask):
    shape = view.shape
    for i, size in enumerate(mask.shape):
        if dim + i >= len(shape) or shape[dim + i] != size:
            raise IndexError(
                f"The shape of the mask {_sizes(mask)} at index {i} does not match the shape of the indexed tensor {_sizes(view)} at index {dim + i}"
            )


def _slice(view, dim, item):
    step = 1 if item.step is None else int(item.step)
    if step == 0:
        raise ValueError("slice step cannot be zero")
    if step < 0:
        raise ValueError("step must be greater than zero")
    if item.start is None and item.stop is None and step == 1:
        return view
    start = 0 if item.start is None else int(item.start)
    stop = _END if item.stop is None else int(item.stop)
    n = view.shape[dim]
    first = max(start + n, 0) if start < 0 else start
    if first == 0 and (stop >= n and stop >= 0) and step == 1:
        return view
    return dispatch("slice", (view, dim, start, stop, step))
