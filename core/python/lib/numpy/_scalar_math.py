"""Arithmetic of NumPy's scalars, with NumPy's result types, wrap-around and warnings."""

import builtins
import math
import operator
import warnings

from ._dtypes import BOOL, FLOAT16, FLOAT32, FLOAT64, UINT8, promote_types, to_half, with_weak
from ._scalars import ELEMENTS, bool, float64, floating, generic, made, to_single  # noqa: A004


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
            elif kind is FLOAT16:
                a, b = to_half(a), to_half(b)
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
    if not issubclass(cls, floating):
        for name, function in _BITS.items():
            forward = _bits(name, function)
            setattr(cls, f"__{name}__", forward)
            setattr(cls, f"__r{name}__", lambda self, other, function=function: _bits("", function)(self, other))
    if cls is not bool:
        cls.__neg__ = lambda self: made(self.dtype, -self.item())
        cls.__pos__ = lambda self: self
        cls.__abs__ = lambda self: made(self.dtype, abs(self.item()))


for _class in ELEMENTS:
    _install(_class)
    # Equal scalars hash alike, whatever their type.
    _class.__hash__ = floating.__hash__ if issubclass(_class, floating) else lambda self: hash(self._value)
