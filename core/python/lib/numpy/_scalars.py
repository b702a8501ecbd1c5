"""NumPy's scalars: what an array's element is. float64 is a Python float (float32 too, to be handy), the integers are not ints, with NumPy's arithmetic and printing."""

import builtins
import math
import numbers
import struct

from ._dtypes import FLOAT64, OBJECT, dtype, text_dtype, to_half

_single = struct.Struct("f")


def to_single(value):
    """`value` rounded to float32."""
    try:
        return _single.unpack(_single.pack(value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def single_digits(value):
    """Shortest text that reads back as the float32 `value`, in Python's style."""
    if value == 0 or not math.isfinite(value):
        return repr(float(value))
    for digits in range(9):
        text = f"{value:.{digits}e}"
        if to_single(float(text)) == value:
            break
    return repr(float(text))


def half_digits(value):
    """Shortest text that reads back as the float16 `value`, in Python's style."""
    if value == 0 or not math.isfinite(value):
        return repr(float(value))
    for digits in range(5):
        text = f"{value:.{digits}e}"
        if to_half(float(text)) == value:
            break
    return repr(float(text))


def half_text(value):
    """str of a float16: without an exponent from 1e-4 to 1e3."""
    if value == 0 or not math.isfinite(value) or 1e-4 <= abs(value) < 1e3:
        return half_digits(value)
    for digits in range(5):
        text = f"{value:.{digits}e}"
        if to_half(float(text)) == value:
            return text
    return text


def single_text(value):
    """str of a float32: without an exponent from 1e-4 to 1e6."""
    if value == 0 or not math.isfinite(value) or 1e-4 <= abs(value) < 1e6:
        return single_digits(value)
    for digits in range(9):
        text = f"{value:.{digits}e}"
        if to_single(float(text)) == value:
            return text
    return text


class generic:
    """Every NumPy scalar."""

    __module__ = "numpy"
    shape = ()
    ndim = 0
    size = 1
    strides = ()

    @property
    def dtype(self):
        return dtype._all[self._dtype_name]

    @property
    def itemsize(self):
        return self.dtype.itemsize

    nbytes = itemsize

    @property
    def T(self):
        return self

    def __repr__(self):
        return f"np.{type(self).__name__}({self!s})"

    def __format__(self, spec):
        return format(self.item(), spec)

    def __getitem__(self, index):
        if index == () or index is ...:
            return self
        if index is None:
            return self._array()[None]
        raise IndexError("invalid index to scalar variable.")

    def _array(self):
        from ._convert import array

        return array(self)

    def __getattr__(self, name):
        # Whatever an array can do, its element can: mean, reshape, round …
        if name.startswith("_"):
            raise AttributeError(f"'numpy.{type(self).__name__}' object has no attribute '{name}'")
        from ._array import ndarray

        if hasattr(ndarray, name):
            return getattr(self._array(), name)
        raise AttributeError(f"'numpy.{type(self).__name__}' object has no attribute '{name}'")

    def __array__(self, dtype=None, copy=None):
        return self._array()

    def astype(self, kind, *args, **kwargs):
        return dtype(kind).type(self.item())

    def copy(self):
        return self

    def tolist(self):
        return self.item()

    def __reduce__(self):
        return (type(self), (self.item(),))


class number(generic):
    __module__ = "numpy"


class integer(number):
    __module__ = "numpy"


class signedinteger(integer):
    __module__ = "numpy"


class unsignedinteger(integer):
    __module__ = "numpy"


class inexact(number):
    __module__ = "numpy"


class floating(inexact):
    __module__ = "numpy"

    def item(self):
        return float(self)

    def __str__(self):
        value = float(self)
        return repr(value) if self._dtype_name == "float64" else single_text(value) if self._dtype_name == "float32" else half_text(value)

    def __round__(self, digits=None):
        value = builtins.round(float(self), digits) if digits is not None else builtins.round(float(self))
        return type(self)(value) if digits is not None else value

    def __hash__(self):
        return hash(float(self))


class _float(floating, float):
    """What both floats are: a Python float that prints, rounds and hashes as NumPy's."""

    __str__ = floating.__str__
    __repr__ = generic.__repr__
    __format__ = generic.__format__
    __round__ = floating.__round__
    __hash__ = floating.__hash__

    def __new__(cls, value=0.0):
        if hasattr(value, "_h") and value.ndim:
            return value.astype(cls._dtype_name)
        return float.__new__(cls, value if cls is float64 else to_single(float(value)) if cls is float32 else to_half(float(value)))


class float64(_float):
    __module__ = "numpy"
    _dtype_name = "float64"


class float32(_float):
    __module__ = "numpy"
    _dtype_name = "float32"


class float16(_float):
    __module__ = "numpy"
    _dtype_name = "float16"


def _integer_class(name, base, bits, signed):
    low = -(2 ** (bits - 1)) if signed else 0
    high = 2 ** (bits - signed) - 1

    class made(base):
        __slots__ = ("_value",)
        _dtype_name = name

        def __new__(cls, value=0):
            if hasattr(value, "_h") and value.ndim:
                return value.astype(name)
            number = int(value)
            if not low <= number <= high:
                if not isinstance(value, generic):
                    raise OverflowError(f"Python integer {number} out of bounds for {name}")
                number = wrapped(number)
            return new(number)

        def item(self):
            return self._value

        __int__ = __index__ = item

        def __float__(self):
            return float(self._value)

        def __complex__(self):
            return complex(self._value)

        def __bool__(self):
            return self._value != 0

        def __str__(self):
            return str(self._value)

        def __round__(self, digits=None):
            return self if digits is None or digits >= 0 else new(builtins.round(self._value, digits))

        def __invert__(self):
            return new(wrapped(~self._value))

        def bit_count(self):
            return self._value.bit_count()

        @property
        def real(self):
            return self

        @property
        def imag(self):
            return new(0)

    def wrapped(number):
        number &= 2**bits - 1
        return number - 2**bits if signed and number >> (bits - 1) else number

    def new(number):
        out = object.__new__(made)
        out._value = number
        return out

    made._wrapped = staticmethod(wrapped)
    made._made = staticmethod(new)
    made.__name__ = made.__qualname__ = name
    made.__module__ = "numpy"
    return made


int64 = _integer_class("int64", signedinteger, 64, True)
int32 = _integer_class("int32", signedinteger, 32, True)
int16 = _integer_class("int16", signedinteger, 16, True)
int8 = _integer_class("int8", signedinteger, 8, True)
uint8 = _integer_class("uint8", unsignedinteger, 8, False)
uint16 = _integer_class("uint16", unsignedinteger, 16, False)
uint32 = _integer_class("uint32", unsignedinteger, 32, False)


class bool(generic):
    """np.True_ and np.False_."""

    __module__ = "numpy"
    _dtype_name = "bool"
    __slots__ = ("_value",)

    def __new__(cls, value=False):
        if hasattr(value, "_h") and value.ndim:
            return value.astype("bool")
        return True_ if value else False_

    def item(self):
        return self._value

    def __bool__(self):
        return self._value

    def __int__(self):
        return int(self._value)

    def __float__(self):
        return float(self._value)

    def __index__(self):
        raise TypeError("The 'numpy.bool' object cannot be interpreted as an integer")

    def __str__(self):
        return str(self._value)

    def __repr__(self):
        return f"np.{self._value}_"

    def __hash__(self):
        return hash(self._value)

    def __invert__(self):
        return False_ if self._value else True_


def _bool_instance(value):
    made = object.__new__(bool)
    made._value = value
    return made


True_ = _bool_instance(True)
False_ = _bool_instance(False)

class flexible(generic):
    __module__ = "numpy"


class character(flexible):
    __module__ = "numpy"


class str_(str, character):
    """An element of an array of strings: a str."""

    __module__ = "numpy"
    __hash__ = str.__hash__
    __getitem__ = str.__getitem__
    __format__ = str.__format__
    __str__ = str.__str__

    @property
    def dtype(self):
        return text_dtype(len(self))

    def __repr__(self):
        return f"np.str_({str.__repr__(self)})"

    def item(self):
        return str(self)


class object_(generic):
    __module__ = "numpy"

    def __new__(cls, value=None):
        return value


text_dtype.scalar = str_
OBJECT.type = object_
ELEMENTS = (bool, uint8, uint16, uint32, int8, int16, int32, int64, float16, float32, float64)
for _class in ELEMENTS:
    dtype._all[_class._dtype_name].type = _class


def made(kind, value):
    """The scalar of dtype `kind` with `value`; integers wrap around."""
    if kind.kind in "iu":
        return kind.type._made(kind.type._wrapped(int(value)))
    return kind.type(value)


def scalar_of(kind, value):
    """The scalar of an element just read."""
    if kind is FLOAT64:
        return float.__new__(float64, value)
    return kind.type._made(int(value)) if kind.kind in "iu" else kind.type(value)


numbers.Integral.register(integer)
numbers.Real.register(floating)
