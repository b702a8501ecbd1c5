"""Arrays of strings and of Python objects: a pool of values and an int64 array of places in it, which all shaping and indexing works on."""

import operator

from ._array import ndarray, view
from ._bridge import missing
from ._convert import array, asarray, from_values
from ._dtypes import INT64, OBJECT, dtype, text_dtype
from ._scalars import str_


def made(values, kind, shape):
    """Row-major Python values as an array of `kind`; strings are cut to its length."""
    pool = [_fit(value, kind) for value in values]
    return _over(from_values(list(range(len(pool))), INT64, shape), pool, kind)


def _fit(value, kind):
    return value if kind is OBJECT else str(value)[: kind.itemsize // 4]


def _over(places, pool, kind):
    self = object.__new__(ObjectArray)
    self._places, self._pool, self._dtype = places, pool, kind
    self._shape, self._strides, self._offset, self.base = places._shape, places._strides, places._offset, None
    return self


def _merged(arrays):
    """The arrays' places in one common pool, the pool and the common type."""
    arrays = [a if isinstance(a, ObjectArray) else a.astype(str if not any(b.dtype is OBJECT for b in arrays) else object) for a in arrays]
    pool, places = [], []
    for a in arrays:
        places.append(a._places + len(pool))
        pool += a._pool
    kind = OBJECT if any(a.dtype is OBJECT for a in arrays) else max((a.dtype for a in arrays), key=lambda one: one.itemsize)
    return places, pool, kind


def concatenate(arrays, axis):
    from ._shaping import concatenate as join

    places, pool, kind = _merged(arrays)
    return _over(join(places, axis), pool, kind)


def where(condition, a, b):
    from ._functions import where as choose

    (a, b), pool, kind = _merged([a, b])
    return _over(asarray(choose(condition, a, b)), pool, kind)


class ObjectArray(ndarray):
    """An array of strings (`<U5`) or of Python objects."""

    __slots__ = ("_places", "_pool")
    __hash__ = None

    @property
    def _h(self):
        raise missing(f"this operation on an array of {'objects' if self._dtype is OBJECT else 'strings'}")

    def __del__(self):
        pass

    def _viewed(self, shape, strides, offset):
        out = _over(view(self._places, shape, strides, offset), self._pool, self._dtype)
        out.base = self if self.base is None else self.base
        return out

    def _element(self, place):
        value = self._pool[int(place)]
        return value if self._dtype is OBJECT else str_(value)

    def __getitem__(self, index):
        found = self._places[index]
        if isinstance(found, ndarray):
            return _over(found, self._pool, self._dtype)
        return self._element(found)

    def __setitem__(self, index, value):
        if isinstance(value, (list, tuple, ndarray)):
            given = array(value, self._dtype) if not isinstance(value, ObjectArray) else value
            start = len(self._pool)
            self._pool.extend(_fit(one, self._dtype) for one in given._raw())
            self._places[index] = from_values(list(range(start, len(self._pool))), INT64, given.shape)
        else:
            self._pool.append(_fit(value, self._dtype))
            self._places[index] = len(self._pool) - 1

    def __iter__(self):
        if len(self._shape) == 1:
            return map(self._element, self._places._raw())
        return super().__iter__()

    def _raw(self):
        return [self._pool[place] for place in self._places._raw()]

    def item(self, *index):
        return self._pool[self._places.item(*index)]

    def copy(self, order="C"):
        return made(self._raw(), self._dtype, self._shape)

    def astype(self, dtype_, order="K", casting="unsafe", subok=True, copy=True):
        kind = dtype(dtype_)
        values = self._raw()
        if kind.kind == "U" and not kind.itemsize:
            kind = self._dtype if self._dtype.kind == "U" else text_dtype(max((len(str(value)) for value in values), default=1))
        if kind.kind == "f":
            try:
                values = [float(value) for value in values]
            except ValueError:
                bad = next(value for value in values if not _is_number(value))
                raise ValueError(f"could not convert string to float: {str_(bad)!r}") from None
        return from_values([bool(value) for value in values] if kind.kind == "b" else values, kind, self._shape)

    def argsort(self, axis=-1, kind=None, order=None, *, stable=None):
        if len(self._shape) != 1:
            raise missing("sorting strings or objects of more than one dimension")
        values = self._raw()
        return from_values(sorted(range(len(values)), key=values.__getitem__), INT64, self._shape)

    def sort(self, axis=-1, kind=None, order=None):
        self[...] = self[self.argsort()].tolist()

    def __eq__(self, other):
        return self._compared(operator.eq, other)

    def __ne__(self, other):
        return self._compared(operator.ne, other)

    def __lt__(self, other):
        return self._compared(operator.lt, other)

    def __le__(self, other):
        return self._compared(operator.le, other)

    def __gt__(self, other):
        return self._compared(operator.gt, other)

    def __ge__(self, other):
        return self._compared(operator.ge, other)

    def _compared(self, compare, other):
        from ._shaping import broadcast_arrays

        if not isinstance(other, (list, tuple, ndarray)):
            return _answers([compare(value, other) for value in self._raw()], self._shape)
        a, b = broadcast_arrays(self, asarray(other))
        return _answers([compare(x, y) for x, y in zip(a._raw(), b._raw())], a.shape)


def _answers(values, shape):
    out = from_values(values, dtype("bool"), shape)
    return out if shape else out[()]


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


ObjectArray.__name__ = ObjectArray.__qualname__ = "ndarray"
ObjectArray.__module__ = "numpy"
