"""np.ndarray: a handle on engine storage with a shape and strides. Its elements never live in Python.

`torch` meets arrays through two doors: `array._h` is an engine handle of the same kind as a Tensor's, and `wrap(handle)` makes the array
of a handle it takes over. Arrays and tensors over one storage share memory.
"""

from array import array as raw

from ._bridge import checked, item, let_go
from ._dtypes import BOOL, can_cast, dtype, unpacked
from ._scalars import scalar_of

_info = checked("info")
_view = checked("view")
_copy = checked("copy")
_cast = checked("cast")
_read = checked("read")
_unary = checked("unary")


def wrap(handle):
    """The array of an engine handle, which it takes over."""
    self = _new(ndarray)
    self._h = handle
    return self


_new = object.__new__


def look(self):
    """Fills in what Python knows of the array; done when something first asks (`ndarray.__getattr__`)."""
    kind, shape, strides, offset = _info(self._h).split("|")
    self._dtype = dtype._all[kind]
    self._shape = tuple(map(int, shape.split(","))) if shape else ()
    self._strides = tuple(map(int, strides.split(","))) if strides else ()
    self._offset = int(offset)
    self.base = None


def result(handle):
    """An operation's result: an array, or a scalar where it has no dimensions."""
    out = wrap(handle)
    return out if out._shape else out[()]


def view(array, shape, strides, offset):
    if type(array) is not ndarray:
        return array._viewed(shape, strides, offset)
    out = wrap(_view(array._h, offset, len(shape), *shape, *strides))
    look(out)
    out.base = array if array.base is None else array.base
    return out


class ndarray:
    """A block of elements of one type. Make one with np.array, np.zeros, np.arange …"""

    __module__ = "numpy"
    __slots__ = ("_h", "_dtype", "_shape", "_strides", "_offset", "base", "__weakref__")
    __hash__ = None

    def __new__(cls, shape, dtype=float):
        from ._create import empty

        return empty(shape, dtype)

    def __del__(self):
        try:
            let_go(self._h)
        except (AttributeError, TypeError):
            pass

    # Facts

    @property
    def dtype(self):
        return self._dtype

    @property
    def shape(self):
        return self._shape

    @shape.setter
    def shape(self, shape):
        other = self.reshape(shape)
        self._h, other._h = other._h, self._h
        self._shape, self._strides, self._offset = other._shape, other._strides, other._offset

    @property
    def ndim(self):
        return len(self._shape)

    @property
    def size(self):
        n = 1
        for length in self._shape:
            n *= length
        return n

    @property
    def itemsize(self):
        return self._dtype.itemsize

    @property
    def nbytes(self):
        return self.size * self._dtype.itemsize

    @property
    def strides(self):
        return tuple(step * self._dtype.itemsize for step in self._strides)

    @property
    def T(self):
        return view(self, self._shape[::-1], self._strides[::-1], self._offset)

    @property
    def flat(self):
        return iter(self.ravel())

    @property
    def flags(self):
        contiguous = self._is_contiguous()
        return {"C_CONTIGUOUS": contiguous, "F_CONTIGUOUS": self.T._is_contiguous(), "OWNDATA": self.base is None, "WRITEABLE": True}

    def _is_contiguous(self):
        step = 1
        for length, stride in zip(self._shape[::-1], self._strides[::-1]):
            if length != 1 and stride != step:
                return False
            step *= length
        return True

    def __len__(self):
        if not self._shape:
            raise TypeError("len() of unsized object")
        return self._shape[0]

    def __iter__(self):
        if not self._shape:
            raise TypeError("iteration over a 0-d array")
        if len(self._shape) == 1:
            kind = self._dtype
            return (scalar_of(kind, value) for value in self._raw())
        return (self[i] for i in range(self._shape[0]))

    def __bool__(self):
        if self.size == 1:
            return bool(self.item())
        if self.size == 0:
            raise ValueError("The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an array is not empty.")
        raise ValueError("The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()")

    def _only(self):
        if self.size != 1 or self._shape:
            raise TypeError("only 0-dimensional arrays can be converted to Python scalars")
        return self.item()

    def __int__(self):
        return int(self._only())

    def __float__(self):
        return float(self._only())

    def __complex__(self):
        return complex(self._only())

    def __index__(self):
        if self._shape or self._dtype.kind not in "iu":
            raise TypeError("only integer scalar arrays can be converted to a scalar index")
        return int(self.item())

    def __array__(self, dtype=None, copy=None):
        return self if dtype is None else self.astype(dtype)

    def __contains__(self, value):
        return bool((self == value).any())

    def __copy__(self):
        return self.copy()

    def __deepcopy__(self, memo):
        return self.copy()

    def __reduce__(self):
        from ._convert import array

        return (array, (self.tolist(), self._dtype))

    def __repr__(self):
        from ._printing import array_repr

        return array_repr(self)

    def __str__(self):
        from ._printing import array_str

        return array_str(self)

    def __format__(self, spec):
        if spec and self._shape:
            raise TypeError("unsupported format string passed to numpy.ndarray.__format__")
        return format(self[()], spec) if not self._shape else str(self)

    # Elements

    def _raw(self):
        """Row-major elements as an array.array (bools as 0 and 1)."""
        out = raw(self._dtype.typecode, bytes(self.nbytes))
        if out:
            _read(self._h, out.buffer_info()[0])
        return unpacked(self._dtype, out) if self._dtype is not BOOL else [value != 0 for value in out]

    def tolist(self):
        values = self._raw()
        if not self._shape:
            return values[0]
        for length in self._shape[:0:-1]:
            values = [values[i : i + length] for i in range(0, len(values), length)] if length else [[] for _ in range(self._outer(length))]
        return values

    def _outer(self, _):
        n = 1
        for length in self._shape[:-1]:
            n *= length
        return n

    def item(self, *index):
        if index:
            if len(index) == 1 and isinstance(index[0], tuple):
                index = index[0]
            chosen = self.ravel()[index[0]] if len(index) == 1 else self[tuple(index)]
            return chosen.item()
        if self.size != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        value = item(self._h, self._offset)
        return value != 0 if self._dtype is BOOL else float(value) if self._dtype.kind == "f" else int(value)

    def __getitem__(self, index):
        from ._index import get

        return get(self, index)

    def __setitem__(self, index, value):
        from ._index import put

        put(self, index, value)

    def astype(self, dtype_, order="K", casting="unsafe", subok=True, copy=True):
        kind = dtype(dtype_)
        if kind is self._dtype and not copy:
            return self
        if kind.kind in "UO":
            from ._convert import as_objects

            return as_objects(self, kind)
        if not can_cast(self._dtype, kind, casting):
            raise TypeError(f"Cannot cast array data from {self._dtype!r} to {kind!r} according to the rule '{casting}'")
        return wrap(_cast(self._h, kind.name))

    def copy(self, order="C"):
        return wrap(_copy(self._h))

    def view(self, *args):
        if args and not (args[0] is ndarray or dtype(args[0]) is self._dtype):
            from ._bridge import missing

            raise missing("numpy.ndarray.view with another type")
        return view(self, self._shape, self._strides, self._offset)

    def fill(self, value):
        self[...] = value

    # Operators; the rest of the methods are attached in _methods.

    def __neg__(self):
        return result(_unary("negative", self._h))

    def __pos__(self):
        return result(_unary("positive", self._h))

    def __abs__(self):
        return result(_unary("absolute", self._h))

    def __invert__(self):
        return result(_unary("invert", self._h))
