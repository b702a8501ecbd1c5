"""np.array and np.asarray: nested lists, scalars, tensors and other arrays become arrays."""

import os.path
import warnings
from array import array as raw

from ._array import ndarray, wrap
from ._bridge import checked, missing
from ._dtypes import BOOL, FLOAT64, INT64, OBJECT, dtype, packed, promote_types, text_dtype
from ._scalars import generic

_from = checked("from")


def from_values(values, kind, shape):
    """Row-major Python numbers as an array."""
    if kind.kind in "UO":
        from ._objects import made

        if not kind.itemsize:
            kind = text_dtype(max((len(str(value)) for value in values), default=1) or 1)
        return made(values, kind, shape)
    if kind.kind == "f":
        values = values if kind is FLOAT64 else [float(v) for v in values]
    elif kind is BOOL:
        values = [1 if v else 0 for v in values]
    else:
        values = [int(v) for v in values]
    try:
        data = packed(kind, values)
    except OverflowError:
        bad = None
        for v in values:
            try:
                raw(kind.typecode, [v])
            except OverflowError:
                bad = v
                break
        if kind is INT64:
            raise OverflowError(f"Python int too large to convert to C long: {bad}") from None
        raise OverflowError(f"Python integer {bad} out of bounds for {kind.name}") from None
    return wrap(_from(kind.name, data.buffer_info()[0], *shape))


def as_objects(array, kind):
    """An array of numbers as strings or objects."""
    values = array._raw()
    if kind is not OBJECT and not kind.itemsize:
        kind = text_dtype({"b": 5, "f": 32}.get(array.dtype.kind, 21))
    texts = values if kind is OBJECT else [str(array.dtype.type(value)) for value in values]
    return from_values(texts, kind, array.shape)


def _text_width(value):
    return len(value) if isinstance(value, str) else 5 if type(value) is bool else 32 if isinstance(value, float) else 21


def _shape_of(value):
    shape = []
    while isinstance(value, (list, tuple)) or (isinstance(value, ndarray) and value.ndim):
        if isinstance(value, ndarray):
            shape += value.shape
            break
        shape.append(len(value))
        if not value:
            break
        value = value[0]
    return tuple(shape)


def _ragged(shape, depth):
    return ValueError(
        "setting an array element with a sequence. The requested array has an inhomogeneous shape after "
        f"{depth} dimensions. The detected shape was {shape[:depth]} + inhomogeneous part."
    )


def _flatten(value, shape, depth, out, whole):
    if depth == len(shape):
        if isinstance(value, (list, tuple)) or (isinstance(value, ndarray) and value.ndim):
            raise _ragged(whole, depth)
        out.append(value)
        return
    if isinstance(value, ndarray):
        if value.shape != shape[depth:]:
            raise _ragged(whole, depth)
        kind = value.dtype.type
        out.extend(map(kind, value._raw()))
        return
    if not isinstance(value, (list, tuple)) or len(value) != shape[depth]:
        raise _ragged(whole, depth)
    if depth == len(shape) - 1:
        for element in value:
            if isinstance(element, (list, tuple)) or (isinstance(element, ndarray) and element.ndim):
                raise _ragged(whole, depth + 1)
        out.extend(value)
    else:
        for element in value:
            _flatten(element, shape, depth + 1, out, whole)


def _kind_of(values):
    """The common type of Python and NumPy scalars."""
    types = set(map(type, values))
    if types == {float}:
        return FLOAT64
    if types == {int}:
        return INT64
    kind = None
    for one in types:
        if one is bool:
            own = BOOL
        elif one is float:
            own = FLOAT64
        elif one is int:
            own = INT64
        elif issubclass(one, str):
            plain = all(issubclass(other, (str, bool, int, float, generic)) for other in types)
            return text_dtype(max(map(_text_width, values)) or 1) if plain else OBJECT
        elif one is type(None) or one in (list, tuple, dict):
            return OBJECT
        elif issubclass(one, generic):
            own = dtype(one)
        elif issubclass(one, int):
            own = INT64
        elif issubclass(one, float):
            own = FLOAT64
        else:
            raise missing(f"an array of {one.__name__}")
        kind = own if kind is None else promote_types(kind, own)
    return kind or FLOAT64


def _plain(value):
    """A 0-d array or tensor among the elements as a number."""
    if isinstance(value, ndarray):
        return value[()]
    if hasattr(value, "__array__") and not isinstance(value, generic):
        return asarray(value)[()]
    return value


def array(object, dtype=None, *, copy=True, order="K", subok=False, ndmin=0, like=None):
    """An array of the numbers in `object`; a copy where `object` is an array already."""
    out = _array(object, dtype, copy)
    if ndmin > out.ndim:
        out = out.reshape((1,) * (ndmin - out.ndim) + out.shape)
    return out


_NO_COPY = (
    "__array__ implementation doesn't accept a copy keyword, so passing copy=False failed. __array__ must implement 'dtype' and 'copy' keyword arguments. "
    "To learn more, see the migration guide https://numpy.org/devdocs/numpy_2_0_migration_guide.html#adapting-to-changes-in-the-copy-keyword"
)


def _asked(value, copy):
    """What an object says its array is. NumPy hands `copy` on where one was asked for, and warns where it is not understood."""
    if not copy:
        return value.__array__()
    try:
        return value.__array__(copy=copy)
    except TypeError as error:
        if "copy" not in str(error):
            raise
    # Users see it at the line that asked: it is a DeprecationWarning, shown in a script of one's own only.
    warnings.warn(_NO_COPY, DeprecationWarning, skip_file_prefixes=(os.path.dirname(__file__),))
    return value.__array__()


def _array(value, kind, copy):
    kind = None if kind is None else dtype(kind)
    if isinstance(value, ndarray):
        if kind is not None and kind is not value.dtype:
            return value.astype(kind)
        return value.copy() if copy else value
    if isinstance(value, (bool, int, float, str, generic)) or value is None or kind is OBJECT and not isinstance(value, (list, tuple)):
        own = kind or _kind_of((value,))
        return from_values((value.item() if isinstance(value, generic) else value,), own, ())
    if not isinstance(value, (list, tuple)):
        if hasattr(value, "__array__"):
            return _array(_asked(value, copy), kind, copy)
        if isinstance(value, (range, set, frozenset)) or hasattr(value, "__len__") and hasattr(value, "__getitem__") and not isinstance(value, (str, bytes, dict)):
            if isinstance(value, (set, frozenset)):
                raise missing("an array of set")
            value = list(value)
        else:
            raise missing(f"an array of {type(value).__name__}")
    if any(hasattr(element, "__array__") and not isinstance(element, (generic, ndarray)) for element in value[:1]):
        value = [asarray(element) for element in value]
    shape = _shape_of(value)
    flat = []
    try:
        _flatten(value, shape, 0, flat, shape)
    except ValueError:
        if kind is not OBJECT:
            raise
        shape, flat = shape[:1], list(value)
    if any(isinstance(element, ndarray) or hasattr(type(element), "__array__") and not isinstance(element, generic) for element in flat):
        flat = [_plain(element) for element in flat]
    own = kind or _kind_of(flat)
    if own.kind not in "UO" and any(type(element) not in (bool, int, float) for element in flat):
        _kind_of(flat)
    return from_values(flat, own, shape)


def asarray(a, dtype=None, order=None, *, copy=None):
    """`a` itself where it is an array of that type, else a new array."""
    return array(a, dtype, copy=bool(copy))


def asanyarray(a, dtype=None, order=None):
    return asarray(a, dtype)


def ascontiguousarray(a, dtype=None):
    a = asarray(a, dtype)
    return a if a._is_contiguous() else a.copy()


