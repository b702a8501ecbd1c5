"""a[...]: integers, slices, None and Ellipsis make views, index arrays and masks make copies."""

from operator import index as as_integer

from ._array import ndarray, result, scalar_of, view, wrap
from ._bridge import checked, item
from ._dtypes import BOOL, INT64
from ._scalars import bool as numpy_bool
from ._scalars import integer

_take = checked("take")
_put = checked("put")
_assign = checked("assign")
_assign_scalar = checked("assign_scalar")
_set_item = checked("set_item")
_nonzero = checked("nonzero")

_WRONG = (
    "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices"
)


def _out_of_bounds(position, axis, length):
    return IndexError(f"index {position} is out of bounds for axis {axis} with size {length}")


def _as_index(entry):
    """An index array from a list, a tensor or an array."""
    from ._convert import asarray

    array = asarray(entry)
    if array.size == 0 and not isinstance(entry, ndarray):
        array = array.astype(INT64)
    if array.dtype is not BOOL and array.dtype.kind not in "iu":
        raise IndexError("arrays used as indices must be of integer (or boolean) type" if array.ndim else _WRONG)
    return array


def _entries(array, index):
    """The index as a list with Ellipsis spelled out and masks turned into index arrays."""
    entries = list(index) if isinstance(index, tuple) else [index]
    out = []
    used = 0
    dots = None
    for entry in entries:
        if entry is None:
            out.append(None)
        elif entry is Ellipsis:
            if dots is not None:
                raise IndexError("an index can only have a single ellipsis ('...')")
            dots = len(out)
        elif isinstance(entry, slice):
            out.append(entry)
            used += 1
        elif isinstance(entry, (bool, numpy_bool)):
            raise NotImplementedError("indexing with a single True or False is not in numpy of Nabla yet")
        elif isinstance(entry, (int, integer)):
            out.append(int(entry))
            used += 1
        elif isinstance(entry, (list, tuple, range, ndarray)) or hasattr(entry, "__array__"):
            found = _as_index(entry)
            if found.dtype is BOOL:
                if used + found.ndim > array.ndim:
                    raise IndexError(f"too many indices for array: array is {array.ndim}-dimensional, but {used + found.ndim} were indexed")
                for axis, length in enumerate(found.shape):
                    have = array._shape[used + axis]
                    if have != length:
                        raise IndexError(
                            f"boolean index did not match indexed array along axis {used + axis}; size of axis is {have} "
                            f"but size of corresponding boolean axis is {length}"
                        )
                out.extend(wrap(_nonzero(found._h, axis)) for axis in range(found.ndim))
                used += found.ndim
            else:
                out.append(found if found.ndim or not isinstance(entry, ndarray) else int(found.item()))
                used += 1
        else:
            try:
                out.append(as_integer(entry))
            except TypeError:
                raise IndexError(_WRONG) from None
            used += 1
    if used > array.ndim:
        raise IndexError(f"too many indices for array: array is {array.ndim}-dimensional, but {used} were indexed")
    fill = [slice(None)] * (array.ndim - used)
    at = len(out) if dots is None else dots
    return out[:at] + fill + out[at:]


def _resolve(array, index):
    """(shape, strides, offset, [(dimension of that view, index array)])."""
    entries = _entries(array, index)
    advanced = any(isinstance(entry, ndarray) for entry in entries)
    shape, strides, arrays = [], [], []
    offset = array._offset
    axis = 0
    for entry in entries:
        if entry is None:
            shape.append(1)
            strides.append(0)
            continue
        length, step = array._shape[axis], array._strides[axis]
        if isinstance(entry, int):
            at = entry + length if entry < 0 else entry
            if not 0 <= at < length:
                raise _out_of_bounds(entry, axis, length)
            if advanced:
                # An integer beside index arrays is one of them.
                from ._convert import asarray

                arrays.append((len(shape), asarray(at)))
                shape.append(length)
                strides.append(step)
            else:
                offset += at * step
        elif isinstance(entry, slice):
            start, stop, by = entry.indices(length)
            count = len(range(start, stop, by))
            offset += start * step if count else 0
            shape.append(count)
            strides.append(step * by)
        else:
            arrays.append((len(shape), entry))
            shape.append(length)
            strides.append(step)
        axis += 1
    return shape, strides, offset, arrays


def get(array, index):
    kind = type(index)
    if kind is int and len(array._shape) == 1:
        length = array._shape[0]
        at = index + length if index < 0 else index
        if not 0 <= at < length:
            raise _out_of_bounds(index, 0, length)
        return scalar_of(array._dtype, item(array._h, array._offset + at * array._strides[0]))
    shape, strides, offset, arrays = _resolve(array, index)
    if not arrays:
        if shape or (kind is tuple and Ellipsis in [entry for entry in index if entry is Ellipsis]) or index is Ellipsis:
            return view(array, shape, strides, offset)
        return scalar_of(array._dtype, item(array._h, offset))
    whole = view(array, shape, strides, offset)
    return result(_take(whole._h, len(arrays), *[dim for dim, _ in arrays], *[chosen._h for _, chosen in arrays]))


def put(array, index, value):
    from ._convert import asarray

    shape, strides, offset, arrays = _resolve(array, index)
    plain = type(value) in (bool, int, float)
    if plain and array._dtype.kind in "iu" and type(value) is float and (value != value or value in (float("inf"), float("-inf"))):
        raise ValueError(f"cannot convert float {'NaN' if value != value else 'infinity'} to integer")
    if not arrays:
        if not shape:
            if not plain:
                given = asarray(value)
                if given.size != 1:
                    raise ValueError("setting an array element with a sequence.")
                value = given.item()
            _set_item(array._h, offset, value)
            return
        target = view(array, shape, strides, offset)
        if plain:
            _assign_scalar(target._h, value)
        else:
            given = asarray(value)
            _assign(target._h, given._h)
        return
    whole = view(array, shape, strides, offset)
    given = asarray(value)
    _put(whole._h, given._h, len(arrays), *[dim for dim, _ in arrays], *[chosen._h for _, chosen in arrays])
