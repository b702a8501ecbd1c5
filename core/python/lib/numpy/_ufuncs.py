"""Element-by-element functions and products: numpy's ufuncs."""

import warnings

from ._array import ndarray, result
from ._bridge import checked, missing
from ._convert import asarray
from ._dtypes import dtype
from ._operators import combine
from ._scalars import generic

_unary = checked("unary")

_PLAIN = (bool, int, float)


def _finish(value, out, kind):
    """Honours dtype= and out=."""
    if kind is not None and kind is not value.dtype:
        value = value.astype(kind)
    if out is None:
        return value
    if isinstance(out, tuple):
        out = out[0]
    out[...] = value
    return out


def _no_where(where):
    if where is not True:
        raise missing("numpy's where= argument")


class ufunc:
    """An element-by-element function."""

    __module__ = "numpy"

    def __init__(self, name, inputs):
        self.__name__ = name
        self.nin = inputs
        self.nout = 1

    def __repr__(self):
        return f"<ufunc '{self.__name__}'>"

    def reduce(self, array, axis=0, dtype=None, out=None, keepdims=False, **kwargs):
        from . import _reductions

        name = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min", "logical_and": "all", "logical_or": "any"}.get(self.__name__)
        if name is None:
            raise missing(f"numpy.{self.__name__}.reduce")
        return getattr(_reductions, name)(array, axis=axis, keepdims=keepdims)

    def accumulate(self, array, axis=0, dtype=None, out=None):
        from . import _reductions

        if self.__name__ == "add":
            return _reductions.cumsum(array, axis)
        if self.__name__ == "multiply":
            return _reductions.cumprod(array, axis)
        raise missing(f"numpy.{self.__name__}.accumulate")

    def outer(self, a, b, **kwargs):
        a, b = asarray(a), asarray(b)
        return self(a.reshape(a.shape + (1,) * b.ndim), b, **kwargs)


class _Unary(ufunc):
    def __init__(self, name, kernel=None):
        super().__init__(name, 1)
        self._kernel = kernel or name

    def __call__(self, x, /, out=None, *, where=True, dtype=None, **kwargs):
        _no_where(where)
        if not isinstance(x, ndarray):
            x = asarray(x)
        kind = None if dtype is None else _dtype(dtype)
        if kind is not None and kind.kind == "f" and x.dtype is not kind:
            x = x.astype(kind)
        value = result(_unary(self._kernel, x._h))
        _complain(self._kernel, x, value)
        return _finish(value, out, kind)


class _Binary(ufunc):
    def __init__(self, name):
        super().__init__(name, 2)

    def __call__(self, a, b, /, out=None, *, where=True, dtype=None, **kwargs):
        _no_where(where)
        if not isinstance(a, ndarray) and not isinstance(b, ndarray):
            if type(a) in _PLAIN or not isinstance(a, (generic, *_PLAIN)):
                a = asarray(a)
            else:
                b = asarray(b) if not isinstance(b, (generic, *_PLAIN)) else b
                a = asarray(a)
            if type(b) in _PLAIN and type(a) is ndarray and not a.ndim:
                b = asarray(b)
        value = combine(self.__name__, a, b)
        if value is None:
            value = combine(self.__name__, asarray(a), asarray(b))
        return _finish(value, out, None if dtype is None else _dtype(dtype))


_dtype = dtype
_NEEDS_POSITIVE = {"log", "log2", "log10", "sqrt", "log1p"}


def _infinite(x):
    return bool(isinf(x).any())  # noqa: F821


def _complain(name, x, value):
    """The RuntimeWarning NumPy gives for a logarithm or root outside its range, and for an overflowing exponential."""
    if name not in _NEEDS_POSITIVE and name != "exp":
        return
    if name == "exp":
        if x.dtype.kind == "f" and _infinite(value) and not _infinite(x):
            warnings.warn("overflow encountered in exp", RuntimeWarning, stacklevel=3)
        return
    edge = -1 if name == "log1p" else 0
    if name != "sqrt" and bool((x == edge).any()):
        warnings.warn(f"divide by zero encountered in {name}", RuntimeWarning, stacklevel=3)
    if bool((x < edge).any()):
        warnings.warn(f"invalid value encountered in {name}", RuntimeWarning, stacklevel=3)


_UNARY = (
    "exp expm1 exp2 log log1p log2 log10 sqrt sin cos tan arcsin arccos arctan tanh sinh cosh arcsinh arccosh arctanh deg2rad rad2deg negative positive absolute sign square reciprocal "
    "floor ceil trunc rint isnan isinf isfinite signbit logical_not invert"
).split()
_BINARY = (
    "add subtract multiply divide floor_divide remainder fmod power maximum minimum fmax fmin hypot arctan2 logaddexp copysign bitwise_and bitwise_or bitwise_xor "
    "left_shift right_shift equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor"
).split()
for _name in _UNARY:
    globals()[_name] = _Unary(_name)
for _name in _BINARY:
    globals()[_name] = _Binary(_name)
abs = absolute  # noqa: F821
fabs = absolute  # noqa: F821
radians, degrees = deg2rad, rad2deg  # noqa: F821
true_divide = divide  # noqa: F821
mod = remainder  # noqa: F821
pow = power  # noqa: F821
asin, acos, atan, atan2 = arcsin, arccos, arctan, arctan2  # noqa: F821
asinh, acosh, atanh = arcsinh, arccosh, arctanh  # noqa: F821
bitwise_not = bitwise_invert = invert  # noqa: F821
float_power = power  # noqa: F821


def matmul(a, b, /, out=None, **kwargs):
    from ._operators import matmul as product

    return _finish(product(asarray(a), asarray(b)), out, None)


def dot(a, b, out=None):
    a, b = asarray(a), asarray(b)
    if not a.ndim or not b.ndim:
        return _finish(a * b, out, None)
    if a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise ValueError(
            f"shapes {_words(a.shape)} and {_words(b.shape)} not aligned: {a.shape[-1]} (dim {a.ndim - 1}) != "
            f"{b.shape[-2 if b.ndim > 1 else 0]} (dim {b.ndim - 2 if b.ndim > 1 else 0})"
        )
    if a.ndim > 2 and b.ndim > 2:
        raise missing("numpy.dot of arrays with more than 2 dimensions")
    return _finish(matmul(a, b), out, None)


def _words(shape):
    return str(shape).replace(" ", "")


def inner(a, b):
    a, b = asarray(a), asarray(b)
    return a * b if not a.ndim or not b.ndim else dot(a, b.T if b.ndim > 1 else b)


def vdot(a, b):
    return dot(asarray(a).ravel(), asarray(b).ravel())


def outer(a, b, out=None):
    return _finish(asarray(a).reshape(-1, 1) * asarray(b).reshape(1, -1), out, None)

__all__ = [name for name, value in list(globals().items()) if name[0] != "_" and (isinstance(value, ufunc) or getattr(value, "__module__", "") == __name__)]
