"""ndarray's operators: with arrays, scalars, Python numbers and lists. A foreign type answers for itself."""

from ._array import ndarray, result, wrap
from ._bridge import UFuncTypeError, checked
from ._dtypes import BOOL, can_cast
from ._scalars import generic

_binary = checked("binary")
_binary_scalar = checked("binary_scalar")
_assign = checked("assign")
_assign_scalar = checked("assign_scalar")
_matmul = checked("matmul")

_PLAIN = (bool, int, float)
_WEAK = {bool: "weak bool", int: "weak int", float: "weak float"}


def operand(value):
    """`value` as an array where it is one or a list of numbers; None where another type should answer."""
    if isinstance(value, ndarray):
        return value
    if isinstance(value, (list, tuple, generic, *_PLAIN)):
        from ._convert import asarray

        return asarray(value)
    return None


def matmul(a, b):
    if not a._shape or not b._shape:
        which = 0 if not a._shape else 1
        raise ValueError(
            f"matmul: Input operand {which} does not have enough dimensions (has 0, gufunc core with signature (n?,k),(k,m?)->(n?,m?) requires 1)"
        )
    return result(_matmul(a._h, b._h))


def combine(name, a, b):
    """The element-by-element operation `name`; None where an operand is of a foreign type."""
    if isinstance(a, ndarray):
        kind = type(b)
        if kind in _WEAK:
            out = wrap(_binary_scalar(name, a._h, b, _WEAK[kind], False))
            return out if a._shape else out[()]
        if kind is ndarray:
            out = wrap(_binary(name, a._h, b._h))
            return out if a._shape or b._shape else out[()]
        if isinstance(b, generic):
            out = wrap(_binary_scalar(name, a._h, b.item(), b._dtype_name, False))
            return out if a._shape else out[()]
        b = operand(b)
        return None if b is None else result(_binary(name, a._h, b._h))
    kind = type(a)
    if kind in _WEAK:
        out = wrap(_binary_scalar(name, b._h, a, _WEAK[kind], True))
        return out if b._shape else out[()]
    if isinstance(a, generic):
        out = wrap(_binary_scalar(name, b._h, a.item(), a._dtype_name, True))
        return out if b._shape else out[()]
    a = operand(a)
    return None if a is None else result(_binary(name, a._h, b._h))


def __matmul__(self, other):
    other = operand(other)
    if other is None:
        return NotImplemented
    return matmul(self, other)


def __rmatmul__(self, other):
    other = operand(other)
    return NotImplemented if other is None else matmul(other, self)


def __imatmul__(self, other):
    self[...] = self @ other
    return self


def __divmod__(self, other):
    return self // other, self % other


def __rdivmod__(self, other):
    return other // self, other % self


OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "power",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "left_shift",
    "rshift": "right_shift",
}
COMPARISONS = {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}


def _install(short, name):
    def forward(self, other):
        out = combine(name, self, other)
        return NotImplemented if out is None else out

    def backward(self, other):
        out = combine(name, other, self)
        return NotImplemented if out is None else out

    def in_place(self, other):
        out = combine(name, self, other)
        if out is None:
            return NotImplemented
        kind = out.dtype
        if not can_cast(kind, self._dtype, "same_kind"):
            raise UFuncTypeError(
                f"Cannot cast ufunc '{name}' output from {kind!r} to {self._dtype!r} with casting rule 'same_kind'"
            )
        if out.shape != self._shape:
            raise ValueError(
                f"non-broadcastable output operand with shape {_shape_words(self._shape)} doesn't match the broadcast shape {_shape_words(out.shape)}"
            )
        if isinstance(out, ndarray):
            _assign(self._h, out._h)
        else:
            _assign_scalar(self._h, out.item())
        return self

    setattr(ndarray, f"__{short}__", forward)
    setattr(ndarray, f"__r{short}__", backward)
    setattr(ndarray, f"__i{short}__", in_place)


def _shape_words(shape):
    return str(shape).replace(" ", "")


def _install_comparison(short, name):
    def compare(self, other):
        out = combine(name, self, other)
        if out is None:
            if other is None or isinstance(other, str):
                if short in ("eq", "ne"):
                    from ._create import full

                    return full(self._shape, short == "ne", BOOL)
            return NotImplemented
        return out

    setattr(ndarray, f"__{short}__", compare)


for _method in (__matmul__, __rmatmul__, __imatmul__, __divmod__, __rdivmod__):
    setattr(ndarray, _method.__name__, _method)
for _short, _name in OPERATORS.items():
    _install(_short, _name)
for _short, _name in COMPARISONS.items():
    _install_comparison(_short, _name)
