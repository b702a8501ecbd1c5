"""The element types: np.dtype and its promotion. The scalar classes live in _scalars."""

import builtins
import math
import struct
from array import array as raw

from ._bridge import missing

# name: (kind, itemsize, char, typecode of Python's array module)
_FORMS = {
    "bool": ("b", 1, "?", "B"),
    "uint8": ("u", 1, "B", "B"),
    "int32": ("i", 4, "i", "i"),
    "int64": ("i", 8, "l", "q"),
    "int8": ("i", 1, "b", "b"),
    "int16": ("i", 2, "h", "h"),
    "uint16": ("u", 2, "H", "H"),
    "uint32": ("u", 4, "I", "I"),
    "float16": ("f", 2, "e", "H"),
    "float32": ("f", 4, "f", "f"),
    "float64": ("f", 8, "d", "d"),
}
_ALIASES = {
    "float": "float64", "double": "float64", "f8": "float64", "d": "float64", "float_": "float64",
    "single": "float32", "f4": "float32", "f": "float32",
    "int": "int64", "i8": "int64", "l": "int64", "q": "int64", "long": "int64", "intp": "int64", "int_": "int64",
    "i4": "int32", "i": "int32", "intc": "int32",
    "u1": "uint8", "B": "uint8", "ubyte": "uint8",
    "i1": "int8", "b": "int8", "byte": "int8", "i2": "int16", "h": "int16", "short": "int16",
    "u2": "uint16", "H": "uint16", "ushort": "uint16", "u4": "uint32", "I": "uint32", "uintc": "uint32",
    "f2": "float16", "e": "float16", "half": "float16",
    "bool_": "bool", "?": "bool", "b1": "bool",
}  # fmt: skip
_KNOWN_ELSEWHERE = (
    "uint64 u8 L complex64 complex128 complex c8 c16 S "
    "longdouble float128 complex256 datetime64 timedelta64 bytes void V"
).split()


class dtype:
    """An element type, one object per type."""

    __module__ = "numpy"
    __slots__ = ("name", "kind", "itemsize", "char", "typecode", "type")
    _all = {}

    def __new__(cls, value, *args, **kwargs):
        if isinstance(value, dtype):
            return value
        if value is None:
            return cls._all["float64"]
        if value in (builtins.str, object):
            return OBJECT if value is object else text_dtype(0)
        if isinstance(value, builtins.type):
            found = getattr(value, "_dtype_name", None) or {float: "float64", int: "int64", builtins.bool: "bool"}.get(value)
            if found is None:
                if value.__name__ == "str_":
                    return text_dtype(0)
                if value.__name__ == "object_":
                    return OBJECT
                if value.__name__ in ("complex", "bytes"):
                    raise missing(f"an array of {value.__name__}")
                if value.__name__ in ("floating", "number", "inexact"):
                    found = "float64"
                elif value.__name__ in ("integer", "signedinteger"):
                    found = "int64"
                else:
                    raise TypeError(f"Cannot interpret '{value!r}' as a data type")
            return cls._all[found]
        if isinstance(value, str):
            name = value.lstrip("<>=|") if len(value) > 1 else value
            name = _ALIASES.get(name, name)
            if name in cls._all:
                return cls._all[name]
            if name in ("object", "O"):
                return OBJECT
            if name == "str" or name[:1] == "U" and (name == "U" or name[1:].isdigit()):
                return text_dtype(int(name[1:] or 0) if name[0] == "U" else 0)
            if name in _KNOWN_ELSEWHERE or name[:1] in "SVMm" and name[1:].isdigit():
                raise missing(f"numpy dtype {value!r}")
            raise TypeError(f"data type '{value}' not understood")
        if hasattr(value, "dtype") and isinstance(value.dtype, dtype):
            return value.dtype
        raise TypeError(f"Cannot interpret '{value!r}' as a data type")

    @property
    def str(self):
        if self.kind in "UO":
            return "|O" if self.kind == "O" else f"<U{self.itemsize // 4}"
        return ("|" if self.itemsize == 1 else "<") + self.kind + builtins.str(self.itemsize)

    @property
    def alignment(self):
        return self.itemsize

    byteorder = "="
    names = None
    fields = None
    shape = ()
    ndim = 0
    isnative = True

    @property
    def hasobject(self):
        return self.kind == "O"

    @property
    def num(self):
        return {"bool": 0, "int8": 1, "uint8": 2, "int16": 3, "uint16": 4, "int32": 5, "uint32": 6, "int64": 7, "float32": 11, "float64": 12, "float16": 23, "object": 17}.get(self.name, 19)

    def __eq__(self, other):
        if isinstance(other, dtype):
            return self is other
        try:
            return self is dtype(other) if other is not None else False
        except (TypeError, NotImplementedError):
            return False

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash(self.name)

    def __repr__(self):
        return f"dtype('{self.str.strip('|') if self.kind in 'UO' else self.name}')"

    def __str__(self):
        return self.str if self.kind == "U" else self.name

    def __reduce__(self):
        return (dtype, (builtins.str(self),))


for _name, _form in _FORMS.items():
    _made = object.__new__(dtype)
    _made.name = _name
    _made.kind, _made.itemsize, _made.char, _made.typecode = _form
    dtype._all[_name] = _made

def _unsized(name, kind, itemsize):
    out = object.__new__(dtype)
    out.name, out.kind, out.itemsize, out.char, out.typecode = name, kind, itemsize, kind, None
    return out


OBJECT = _unsized("object", "O", 8)
_texts = {}


def text_dtype(length):
    """The type of strings of up to `length` characters; 0: as long as they need."""
    if length not in _texts:
        _texts[length] = _unsized(f"str{length * 32}" if length else "str", "U", length * 4)
        _texts[length].type = text_dtype.scalar
    return _texts[length]


BOOL, UINT8, INT32, INT64 = (dtype._all[name] for name in ("bool", "uint8", "int32", "int64"))
FLOAT16, FLOAT32, FLOAT64 = _FLOATS = [dtype._all[name] for name in ("float16", "float32", "float64")]


def packed(kind, values):
    """Python numbers as an array.array of the elements' bytes."""
    if kind is not FLOAT16:
        return raw(kind.typecode, values)
    try:
        return raw("B", struct.pack(f"{len(values)}e", *values))
    except OverflowError:
        return raw("B", struct.pack(f"{len(values)}e", *map(to_half, values)))


def unpacked(kind, data):
    """The numbers in an array.array of a type's elements (`kind.typecode`)."""
    return list(struct.unpack(f"{len(data)}e", data)) if kind is FLOAT16 else data.tolist()


def to_half(value):
    """`value` rounded to float16."""
    try:
        return struct.unpack("e", struct.pack("e", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def _float_for(kind):
    return kind if kind.kind == "f" else _FLOATS[{1: 0, 2: 1}.get(kind.itemsize, 2)]


def promote_types(a, b):
    """The type that holds both."""
    a, b = dtype(a), dtype(b)
    if a is b:
        return a
    if a is BOOL or b is BOOL:
        return b if a is BOOL else a
    if a.kind == "f" or b.kind == "f":
        return max(_float_for(a), _float_for(b), key=_FLOATS.index)
    if a.kind == b.kind:
        return a if a.itemsize > b.itemsize else b
    unsigned, signed = (a, b) if a.kind == "u" else (b, a)
    return signed if signed.itemsize > unsigned.itemsize else dtype._all[f"int{unsigned.itemsize * 16}"]


def with_weak(strong, value):
    """The type of `strong` beside a plain Python number."""
    rank = 0 if isinstance(value, builtins.bool) else 1 if isinstance(value, int) else 2
    have = {"b": 0, "u": 1, "i": 1, "f": 2}[strong.kind]
    if rank <= have:
        return strong
    return INT64 if rank == 1 else FLOAT64


_KIND_RANK = {"b": 0, "u": 1, "i": 1, "f": 2}


def can_cast(source, target, casting="safe"):
    """Whether `source` may become `target` under NumPy's rule `casting`."""
    source, target = dtype(source), dtype(target)
    if casting == "unsafe" or source is target:
        return True
    if casting == "same_kind":
        return _KIND_RANK[source.kind] <= _KIND_RANK[target.kind] and not (source.kind == "i" and target.kind == "u")
    if casting in ("no", "equiv"):
        return False
    return promote_types(source, target) is target


class finfo:
    """Limits of a float type."""

    __module__ = "numpy"

    def __init__(self, kind):
        self.dtype = dtype(kind if not isinstance(kind, float) else "float64")
        if self.dtype.kind != "f":
            raise ValueError(f"data type {self.dtype.type!r} not inexact")
        if self.dtype is FLOAT16:
            self._half()
            return
        wide = self.dtype is FLOAT64
        scalar = self.dtype.type
        self.bits = 64 if wide else 32
        self.precision = 15 if wide else 6
        self.eps = scalar(2.0**-52 if wide else 2.0**-23)
        self.epsneg = scalar(2.0**-53 if wide else 2.0**-24)
        self.max = scalar(1.7976931348623157e308 if wide else (2 - 2.0**-23) * 2.0**127)
        self.min = scalar(-float(self.max))
        self.tiny = self.smallest_normal = scalar(2.0**-1022 if wide else 2.0**-126)
        self.smallest_subnormal = scalar(2.0**-1074 if wide else 2.0**-149)
        self.resolution = scalar(1e-15 if wide else 1e-6)

    def _half(self):
        scalar = self.dtype.type
        self.bits, self.precision = 16, 3
        self.eps, self.epsneg = scalar(2.0**-10), scalar(2.0**-11)
        self.max, self.min = scalar(65504.0), scalar(-65504.0)
        self.tiny = self.smallest_normal = scalar(2.0**-14)
        self.smallest_subnormal = scalar(2.0**-24)
        self.resolution = scalar(1e-3)


class iinfo:
    """Limits of an integer type."""

    __module__ = "numpy"

    def __init__(self, kind):
        self.dtype = dtype("int64" if isinstance(kind, int) else kind)
        if self.dtype.kind not in "iu":
            raise ValueError(f"Invalid integer data type '{self.dtype.kind}'.")
        self.bits = self.dtype.itemsize * 8
        signed = self.dtype.kind == "i"
        self.min = -(2 ** (self.bits - 1)) if signed else 0
        self.max = 2 ** (self.bits - signed) - 1
