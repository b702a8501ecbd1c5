"""Shapes: reshape, transpose, joining, splitting, repeating."""

from operator import index as as_integer

from ._array import ndarray, view, wrap
from ._bridge import AxisError, checked
from ._convert import asarray
from ._functions import axes_of, axis_of
from ._scalars import integer

_concatenate = checked("concatenate")


def _count(shape):
    n = 1
    for length in shape:
        n *= length
    return n


def _view_strides(shape, strides, wanted):
    """Strides under which the elements read as `wanted` without a copy; None where there are none."""
    runs = []
    for length, stride in zip(shape, strides):
        if length == 1:
            continue
        if runs and runs[-1][1] == stride * length:
            runs[-1] = (runs[-1][0] * length, stride)
        else:
            runs.append((length, stride))
    out = []
    for length in reversed(wanted):
        if length == 1:
            out.append(0)
            continue
        if not runs:
            return None
        have, stride = runs[-1]
        if have % length:
            return None
        out.append(stride)
        runs[-1] = (have // length, stride * length)
        if have == length:
            runs.pop()
    return out[::-1]


def reshape(a, /, shape=None, order="C", *, newshape=None, copy=None):
    """The same elements in another shape; -1 is worked out."""
    a = asarray(a)
    shape = newshape if shape is None else shape
    if isinstance(shape, ndarray):
        shape = shape.tolist()
    wanted = [as_integer(n) for n in shape] if isinstance(shape, (tuple, list)) else [as_integer(shape)]
    if order == "F":
        return reshape(a.T, wanted[::-1]).T
    if wanted.count(-1) > 1:
        raise ValueError("can only specify one unknown dimension")
    said = str(tuple(wanted)).replace(" ", "").replace("-1", "newaxis")
    if -1 in wanted:
        known = _count(n for n in wanted if n != -1)
        if known == 0 or a.size % known:
            raise ValueError(f"cannot reshape array of size {a.size} into shape {said}")
        wanted[wanted.index(-1)] = a.size // known
    if _count(wanted) != a.size:
        raise ValueError(f"cannot reshape array of size {a.size} into shape {said}")
    if a.size == 0:
        strides = [0] * len(wanted)
    else:
        strides = _view_strides(a._shape, a._strides, wanted)
        if strides is None:
            a = a.copy()
            strides = _view_strides(a._shape, a._strides, wanted)
    # Axes of length 1 get the stride a row-major array would have, as NumPy prints it.
    step = 1
    for i in range(len(wanted) - 1, -1, -1):
        if wanted[i] == 1:
            strides[i] = step
        else:
            step = strides[i] * wanted[i]
    return view(a, wanted, strides, a._offset)


def ravel(a, order="C"):
    a = asarray(a)
    return reshape(a, -1, order=order)


def transpose(a, axes=None):
    a = asarray(a)
    if axes is None:
        return a.T
    order = [axis_of(axis, a.ndim) for axis in axes]
    if sorted(order) != list(range(a.ndim)):
        raise ValueError("axes don't match array" if len(order) != a.ndim else "repeated axis in transpose")
    return view(a, [a._shape[i] for i in order], [a._strides[i] for i in order], a._offset)


permute_dims = transpose


def matrix_transpose(x):
    return swapaxes(x, -1, -2)


def swapaxes(a, axis1, axis2):
    a = asarray(a)
    order = list(range(a.ndim))
    i, j = axis_of(axis1, a.ndim), axis_of(axis2, a.ndim)
    order[i], order[j] = order[j], order[i]
    return transpose(a, order)


def moveaxis(a, source, destination):
    a = asarray(a)
    sources = [axis_of(axis, a.ndim) for axis in (source if isinstance(source, (tuple, list)) else (source,))]
    targets = [axis_of(axis, a.ndim) for axis in (destination if isinstance(destination, (tuple, list)) else (destination,))]
    order = [axis for axis in range(a.ndim) if axis not in sources]
    for target, origin in sorted(zip(targets, sources)):
        order.insert(target, origin)
    return transpose(a, order)


def squeeze(a, axis=None):
    a = asarray(a)
    gone = [i for i, n in enumerate(a._shape) if n == 1] if axis is None else axes_of(axis, a.ndim)
    if any(a._shape[i] != 1 for i in gone):
        raise ValueError("cannot select an axis to squeeze out which has size not equal to one")
    keep = [i for i in range(a.ndim) if i not in gone]
    return view(a, [a._shape[i] for i in keep], [a._strides[i] for i in keep], a._offset)


def expand_dims(a, axis):
    a = asarray(a)
    given = axis if isinstance(axis, (tuple, list)) else (axis,)
    places = axes_of(given, a.ndim + len(given))
    shape, strides = list(a._shape), list(a._strides)
    for place in places:
        shape.insert(place, 1)
        strides.insert(place, 0)
    return view(a, shape, strides, a._offset)


def broadcast_to(array, shape, subok=False):
    a = asarray(array)
    shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    lead = len(shape) - a.ndim
    fits = lead >= 0 and all(have in (1, want) for have, want in zip(a._shape, shape[lead:]))
    if not fits:
        raise ValueError(
            "operands could not be broadcast together with remapped shapes [original->remapped]: "
            f"{_words(a._shape)}  and requested shape {_words(shape)}"
        )
    strides = [0] * lead + [0 if have == 1 and want != 1 else step for have, step, want in zip(a._shape, a._strides, shape[lead:])]
    return view(a, shape, strides, a._offset)


def _words(shape):
    return str(shape).replace(" ", "")


def broadcast_shapes(*shapes):
    rank = max((len(shape) for shape in shapes), default=0)
    out = [1] * rank
    for shape in shapes:
        for i, length in enumerate(shape, rank - len(shape)):
            if length != 1 and out[i] not in (1, length):
                raise ValueError("shape mismatch: objects cannot be broadcast to a single shape.")
            out[i] = out[i] if length == 1 else length
    return tuple(out)


def broadcast_arrays(*arrays):
    arrays = [asarray(a) for a in arrays]
    shape = broadcast_shapes(*(a.shape for a in arrays))
    return tuple(broadcast_to(a, shape) for a in arrays)


def atleast_1d(*arrays):
    out = [a if a.ndim else a.reshape(1) for a in map(asarray, arrays)]
    return out[0] if len(out) == 1 else tuple(out)


def atleast_2d(*arrays):
    out = [a if a.ndim > 1 else a.reshape(1, -1) for a in map(asarray, arrays)]
    return out[0] if len(out) == 1 else tuple(out)


def concatenate(arrays, axis=0, out=None, dtype=None):
    """Join along an existing axis."""
    arrays = [asarray(a) for a in arrays]
    if not arrays:
        raise ValueError("need at least one array to concatenate")
    if axis is None:
        arrays, axis = [a.ravel() for a in arrays], 0
    if any(not a.ndim for a in arrays):
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    first = arrays[0]
    axis = axis_of(axis, first.ndim)
    for i, a in enumerate(arrays):
        if a.ndim != first.ndim:
            raise ValueError(
                f"all the input arrays must have same number of dimensions, but the array at index 0 has {first.ndim} dimension(s) "
                f"and the array at index {i} has {a.ndim} dimension(s)"
            )
        for d in range(a.ndim):
            if d != axis and a._shape[d] != first._shape[d]:
                raise ValueError(
                    f"all the input array dimensions except for the concatenation axis must match exactly, but along dimension {d}, "
                    f"the array at index 0 has size {first._shape[d]} and the array at index {i} has size {a._shape[d]}"
                )
    if any(a.dtype.kind in "UO" for a in arrays):
        from ._objects import concatenate as join

        return join(arrays, axis)
    made = wrap(_concatenate(axis, *(a._h for a in arrays)))
    if dtype is not None:
        made = made.astype(dtype)
    if out is not None:
        out[...] = made
        return out
    return made


concat = concatenate


def stack(arrays, axis=0, out=None, *, dtype=None):
    arrays = [asarray(a) for a in arrays]
    if not arrays:
        raise ValueError("need at least one array to stack")
    if len({a.shape for a in arrays}) != 1:
        raise ValueError("all input arrays must have the same shape")
    ndim = arrays[0].ndim + 1
    if not -ndim <= axis < ndim:
        raise AxisError(f"axis {axis} is out of bounds for array of dimension {ndim}")
    return concatenate([expand_dims(a, axis) for a in arrays], axis, out, dtype)


def vstack(tup, **kwargs):
    return concatenate([atleast_2d(a) for a in tup], 0)


row_stack = vstack


def hstack(tup, **kwargs):
    arrays = [atleast_1d(a) for a in tup]
    return concatenate(arrays, 0 if arrays and arrays[0].ndim == 1 else 1)


def column_stack(tup):
    return concatenate([a.reshape(-1, 1) if a.ndim < 2 else a for a in map(asarray, tup)], 1)


def array_split(ary, indices_or_sections, axis=0):
    a = asarray(ary)
    length = a.shape[axis]
    if isinstance(indices_or_sections, (int, integer)):
        each, more = divmod(length, indices_or_sections)
        sizes = [each + 1] * more + [each] * (indices_or_sections - more)
        cuts = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
    else:
        cuts = [0, *indices_or_sections, length]
    where = [slice(None)] * a.ndim
    out = []
    for start, stop in zip(cuts[:-1], cuts[1:]):
        where[axis] = slice(start, stop)
        out.append(a[tuple(where)])
    return out


def split(ary, indices_or_sections, axis=0):
    if isinstance(indices_or_sections, (int, integer)) and asarray(ary).shape[axis] % indices_or_sections:
        raise ValueError("array split does not result in an equal division")
    return array_split(ary, indices_or_sections, axis)


def repeat(a, repeats, axis=None):
    from ._create import arange

    a = asarray(a)
    if axis is None:
        a, axis = a.ravel(), 0
    length = a.shape[axis]
    counts = [repeats] * length if isinstance(repeats, (int, integer)) else asarray(repeats).tolist()
    which = [i for i in range(length) for _ in range(counts[i] if len(counts) > 1 else counts[0])]
    return take(a, asarray(which, arange(1).dtype), axis)


def tile(A, reps):
    a = asarray(A)
    reps = tuple(reps) if isinstance(reps, (tuple, list)) else (reps,)
    a = a.reshape((1,) * (len(reps) - a.ndim) + a.shape)
    reps = (1,) * (a.ndim - len(reps)) + reps
    for axis, times in enumerate(reps):
        if times != 1:
            a = concatenate([a] * times, axis) if times else a[(slice(None),) * axis + (slice(0, 0),)]
    return a.copy()


def flip(m, axis=None):
    a = asarray(m)
    where = [slice(None)] * a.ndim
    for i in axes_of(axis, a.ndim):
        where[i] = slice(None, None, -1)
    return a[tuple(where)]


def flipud(m):
    return flip(m, 0)


def fliplr(m):
    return flip(m, 1)


def roll(a, shift, axis=None):
    a = asarray(a)
    if axis is None:
        return roll(a.ravel(), shift, 0).reshape(a.shape)
    axis = axis_of(axis, a.ndim)
    n = a.shape[axis]
    by = shift % n if n else 0
    lead = (slice(None),) * axis
    return concatenate([a[lead + (slice(n - by, None),)], a[lead + (slice(None, n - by),)]], axis)


def take(a, indices, axis=None, out=None, mode="raise"):
    a = asarray(a)
    if axis is None:
        a, axis = a.ravel(), 0
    return a[(slice(None),) * axis_of(axis, a.ndim) + (asarray(indices) if not isinstance(indices, (int, integer)) else indices,)]


def append(arr, values, axis=None):
    if axis is None:
        return concatenate([asarray(arr).ravel(), asarray(values).ravel()])
    return concatenate([arr, values], axis)


def delete(arr, obj, axis=None):
    a = asarray(arr)
    if axis is None:
        a, axis = a.ravel(), 0
    length = a.shape[axis]
    gone = range(length)[obj] if isinstance(obj, slice) else [obj] if isinstance(obj, (int, integer)) else asarray(obj).tolist()
    gone = {i % length for i in gone}
    return take(a, [i for i in range(length) if i not in gone], axis)


def shape(a):
    return asarray(a).shape


def ndim(a):
    return asarray(a).ndim


def size(a, axis=None):
    a = asarray(a)
    return a.size if axis is None else a.shape[axis]
