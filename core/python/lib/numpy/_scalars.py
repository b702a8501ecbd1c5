"""NumPy's scalars: what an array's element is. float64 is a Python float (float32 too, to be handy), the integers are not ints, with NumPy's arithmetic and printing."""

import builtins
import math
import numbers
import operator
import struct
import warnings

from ._dtypes import BOOL, FLOAT32, FLOAT64, INT32, INT64, UINT8, dtype, promote_types, with_weak

_float = struct.Struct("f")


def to_single(value):
    """`value` rounded to float32."""
    try:
        return _float.unpack(_float.pack(value))[0]
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
        return repr(value) if self._dtype_name == "float64" else single_text(value)

    def __round__(self, digits=None):
        value = builtins.round(float(self), digits) if digits is not None else builtins.round(float(self))
        return type(self)(value) if digits is not None else value

    def __hash__(self):
        return hash(float(self))


class float64(floating, float):
    __module__ = "numpy"
    _dtype_name = "float64"
    __str__ = floating.__str__
    __repr__ = generic.__repr__
    __format__ = generic.__format__
    __round__ = floating.__round__
    __hash__ = floating.__hash__

    def __new__(cls, value=0.0):
        if hasattr(value, "_h") and value.ndim:
            return value.astype(float)
        return float.__new__(cls, value)


class float32(floating, float):
    __module__ = "numpy"
    _dtype_name = "float32"
    __str__ = floating.__str__
    __repr__ = generic.__repr__
    __format__ = generic.__format__
    __round__ = floating.__round__
    __hash__ = floating.__hash__

    def __new__(cls, value=0.0):
        if hasattr(value, "_h") and value.ndim:
            return value.astype("float32")
        return float.__new__(cls, to_single(float(value)))


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
uint8 = _integer_class("uint8", unsignedinteger, 8, False)


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

for _kind, _class in ((BOOL, bool), (UINT8, uint8), (INT32, int32), (INT64, int64), (FLOAT32, float32), (FLOAT64, float64)):
    _kind.type = _class


def _warn(text):
    warnings.warn(text, RuntimeWarning, stacklevel=4)


def _divide(a, b):
    if b == 0:
        _warn("divide by zero encountered in scalar divide" if a != 0 and a == a else "invalid value encountered in scalar divide")
        return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1, b)
    return a / b


def _floor_divide(a, b):
    if b == 0:
        _warn("divide by zero encountered in scalar floor_divide")
        return 0 if isinstance(a, int) and isinstance(b, int) else math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1, b)
    return a // b


def _remainder(a, b):
    if b == 0:
        _warn("divide by zero encountered in scalar remainder" if isinstance(b, int) else "invalid value encountered in scalar remainder")
        return 0 if isinstance(a, int) and isinstance(b, int) else math.nan
    return a % b


def _power(a, b):
    if isinstance(a, int) and isinstance(b, int):
        if b < 0:
            raise ValueError("Integers to negative integer powers are not allowed.")
        return pow(a, b, 2**64) if abs(a) > 1 and b > 64 else a**b
    try:
        result = float(a) ** b
    except OverflowError:
        _warn("overflow encountered in scalar power")
        return math.inf
    except ZeroDivisionError:
        _warn("divide by zero encountered in scalar power")
        return math.inf
    return math.nan if isinstance(result, complex) else result


_ARITHMETIC = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": _divide,
    "floordiv": _floor_divide,
    "mod": _remainder,
    "pow": _power,
}
_BITS = {"and": operator.and_, "or": operator.or_, "xor": operator.xor, "lshift": operator.lshift, "rshift": operator.rshift}
_COMPARE = {"eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}


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


def _common(a, b):
    if isinstance(b, generic):
        return promote_types(a.dtype, b.dtype)
    if type(b) in (int, float, builtins.bool):
        return with_weak(a.dtype, b)
    return None


def _plain(value):
    return value.item() if isinstance(value, generic) else value


_FLOATS = (float, float64)
_new_float = float.__new__


def _arithmetic(name, function):
    # The common pair, a float64 with a float, goes straight to Python's float.
    direct = getattr(float, f"__{name}__") if name in ("add", "sub", "mul") else None
    reverse = getattr(float, f"__r{name}__") if direct else None

    def forward(self, other):
        if direct is not None and type(self) is float64 and type(other) in _FLOATS:
            return _new_float(float64, direct(self, other))
        kind = _common(self, other)
        if kind is None:
            return _elsewhere(name, self, other)
        a, b = _plain(self), _plain(other)
        if kind is BOOL:
            if name == "sub":
                raise TypeError(
                    "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, "
                    "or the logical_xor function instead."
                )
            if name in ("add", "mul"):
                return bool(function(a, b))
            kind = UINT8
        if name == "truediv" and kind.kind != "f":
            kind = FLOAT64
        if kind.kind == "f":
            a, b = float(a), float(b)
            if kind is FLOAT32:
                a, b = to_single(a), to_single(b)
        return made(kind, function(a, b))

    def backward(self, other):
        if reverse is not None and type(self) is float64 and type(other) is float:
            return _new_float(float64, reverse(self, other))
        if type(other) not in (int, float, builtins.bool):
            return NotImplemented
        kind = _common(self, other)
        if name == "truediv" and kind.kind != "f":
            kind = FLOAT64
        a, b = other, _plain(self)
        if kind.kind == "f":
            a, b = float(a), float(b)
        return made(UINT8 if kind is BOOL else kind, function(a, b))

    return forward, backward


def _elsewhere(name, self, other):
    """An operand that is no scalar: lists become arrays, anything else answers for itself."""
    if isinstance(other, (list, tuple)):
        return getattr(_as_array(self), f"__{name}__")(other)
    return NotImplemented


def _as_array(value):
    from ._convert import array

    return array(value)


def _bits(name, function):
    def forward(self, other):
        kind = _common(self, other)
        if kind is None or kind.kind == "f":
            return NotImplemented
        result = function(_plain(self), _plain(other))
        return bool(result) if kind is BOOL else made(kind, result)

    return forward


def _compare(function):
    def forward(self, other):
        if isinstance(other, (generic, int, float)):
            return bool(function(_plain(self), _plain(other)))
        return NotImplemented

    return forward


def _install(cls):
    for name, function in _ARITHMETIC.items():
        forward, backward = _arithmetic(name, function)
        setattr(cls, f"__{name}__", forward)
        setattr(cls, f"__r{name}__", backward)
    for name, function in _COMPARE.items():
        setattr(cls, f"__{name}__", _compare(function))
    if cls._dtype_name not in ("float32", "float64"):
        for name, function in _BITS.items():
            forward = _bits(name, function)
            setattr(cls, f"__{name}__", forward)
            setattr(cls, f"__r{name}__", lambda self, other, function=function: _bits("", function)(self, other))
    if cls is not bool:
        cls.__neg__ = lambda self: made(self.dtype, -self.item())
        cls.__pos__ = lambda self: self
        cls.__abs__ = lambda self: made(self.dtype, abs(self.item()))


for _class in (bool, uint8, int32, int64, float32, float64):
    _install(_class)
    if _class is float64:
        _class.__hash__ = floating.__hash__
    elif _class is float32:
        _class.__hash__ = floating.__hash__
    elif _class is bool:
        _class.__hash__ = lambda self: hash(self._value)
    else:
        _class.__hash__ = lambda self: hash(self._value)

numbers.Integral.register(integer)
numbers.Real.register(floating)
