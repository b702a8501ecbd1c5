"""Element-by-element functions, reductions and comparisons."""

import builtins
import math
import warnings
from operator import index as as_integer

import _nabla

from ._array import combine, ndarray, result, wrap
from ._bridge import AxisError, checked, missing
from ._convert import asarray
from ._dtypes import BOOL, FLOAT32, FLOAT64, INT64, dtype, promote_types
from ._scalars import generic, integer, scalar_of

_unary = checked("unary")
_sum = _nabla.np_sum
_reduce = checked("reduce")
_accumulate = checked("accumulate")
_round = checked("round")
_where = checked("where")
_nonzero = checked("nonzero")
_sort = checked("sort")
_argsort = checked("argsort")

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
        done = {"add": sum, "multiply": prod, "maximum": max, "minimum": min, "logical_and": all, "logical_or": any}.get(self.__name__)
        if done is None:
            raise missing(f"numpy.{self.__name__}.reduce")
        return done(array, axis=axis, keepdims=keepdims)

    def accumulate(self, array, axis=0, dtype=None, out=None):
        if self.__name__ == "add":
            return cumsum(array, axis)
        if self.__name__ == "multiply":
            return cumprod(array, axis)
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


def _complain(name, x, value):
    """The RuntimeWarning NumPy gives for a logarithm or root outside its range, and for an overflowing exponential."""
    if name not in _NEEDS_POSITIVE and name != "exp":
        return
    if name == "exp":
        if x.dtype.kind == "f" and bool(isinf(value).any()) and not bool(isinf(x).any()):
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
    from ._array import matmul as product

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


# Reductions


def axes_of(axis, ndim):
    """Axes as a sorted list of positions."""
    if axis is None:
        return list(range(ndim))
    given = axis if isinstance(axis, (tuple, list)) else (axis,)
    out = []
    for one in given:
        one = as_integer(one)
        if not -ndim <= one < ndim:
            raise AxisError(f"axis {one} is out of bounds for array of dimension {ndim}")
        out.append(one % ndim)
    if len(set(out)) != len(out):
        raise ValueError("duplicate value in 'axis'")
    return sorted(out)


def axis_of(axis, ndim):
    return axes_of((axis,), ndim)[0]


def _reduced(name, a, axis, keepdims):
    if name == "sum" and axis is None and not keepdims:
        kind = a.dtype
        return scalar_of(kind if kind.kind == "f" else INT64, _sum(a._h))
    return result(_reduce(name, a._h, bool(keepdims), *axes_of(axis, a.ndim)))


def sum(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True):
    """Sum over all or some axes."""
    _no_where(where)
    a = asarray(a)
    if dtype is not None:
        a = a.astype(dtype)
    value = _reduced("sum", a, axis, keepdims)
    if initial is not None:
        value = value + initial
    return _finish(value, out, None if dtype is None else _dtype(dtype))


def prod(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True):
    _no_where(where)
    a = asarray(a)
    if dtype is not None:
        a = a.astype(dtype)
    value = _reduced("prod", a, axis, keepdims)
    return _finish(value if initial is None else value * initial, out, None if dtype is None else _dtype(dtype))


def _count(a, axis):
    n = 1
    for one in axes_of(axis, a.ndim):
        n *= a.shape[one]
    return n


def _nothing(words):
    warnings.warn(words, RuntimeWarning, stacklevel=3)


def mean(a, axis=None, dtype=None, out=None, keepdims=False, where=True):
    """Arithmetic mean over all or some axes; integers in float64."""
    _no_where(where)
    a = asarray(a)
    if dtype is not None:
        a = a.astype(dtype)
    elif a.dtype.kind != "f":
        a = a.astype(FLOAT64)
    count = a.size if axis is None else _count(a, axis)
    if count == 0:
        _nothing("Mean of empty slice")
        return _finish(_reduced("sum", a, axis, keepdims) * math.nan, out, None)
    total = _reduced("sum", a, axis, keepdims)
    return _finish(total / count if isinstance(total, ndarray) else a.dtype.type(total / count), out, None)


def average(a, axis=None, weights=None, returned=False, keepdims=False):
    a = asarray(a)
    if weights is None:
        return mean(a, axis, keepdims=keepdims)
    w = asarray(weights)
    if w.shape != a.shape:
        if axis is None or w.ndim != 1:
            raise TypeError("Axis must be specified when shapes of a and weights differ.")
        w = w.reshape([-1 if i == axis_of(axis, a.ndim) else 1 for i in range(a.ndim)])
    total = sum(w * ones_of(a), axis, keepdims=keepdims)
    if bool((asarray(total) == 0).any()):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    value = sum(a * w, axis, keepdims=keepdims) / total
    return (value, total) if returned else value


def ones_of(a):
    from ._create import ones

    return ones(a.shape, FLOAT64)


def var(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, where=True, correction=None, **kwargs):
    """Variance: the mean squared distance from the mean, over n - ddof."""
    _no_where(where)
    ddof = ddof if correction is None else correction
    a = asarray(a)
    if dtype is not None:
        a = a.astype(dtype)
    elif a.dtype.kind != "f":
        a = a.astype(FLOAT64)
    count = _count(a, axis)
    if count - ddof <= 0:
        _nothing("Degrees of freedom <= 0 for slice.")
    middle = _reduced("sum", a, axis, True)
    middle = middle / count if count else middle * math.nan
    distance = a - middle
    total = asarray(_reduced("sum", asarray(distance * distance), axis, keepdims))
    left = count - ddof if count > ddof else 0
    value = total / left if left else total * math.inf if bool((total != 0).all()) else total * math.nan
    value = value if isinstance(value, ndarray) and value.ndim else a.dtype.type(float(value))
    return _finish(value, out, None)


def std(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, where=True, correction=None, **kwargs):
    return _finish(sqrt(var(a, axis, dtype, None, ddof, keepdims, where, correction)), out, None)  # noqa: F821


def _extreme(name):
    def reduction(a, axis=None, out=None, keepdims=False, initial=None, where=True):
        _no_where(where)
        value = _reduced(name, asarray(a), axis, keepdims)
        if initial is not None:
            value = (maximum if name == "max" else minimum)(value, initial)  # noqa: F821
        return _finish(value, out, None)

    reduction.__name__ = reduction.__qualname__ = name
    return reduction


max = amax = _extreme("max")
min = amin = _extreme("min")


def ptp(a, axis=None, out=None, keepdims=False):
    return _finish(max(a, axis, keepdims=keepdims) - min(a, axis, keepdims=keepdims), out, None)


def any(a, axis=None, out=None, keepdims=False, where=True):
    _no_where(where)
    return _finish(_reduced("any", asarray(a), axis, keepdims), out, None)


def all(a, axis=None, out=None, keepdims=False, where=True):
    _no_where(where)
    return _finish(_reduced("all", asarray(a), axis, keepdims), out, None)


def _position(name):
    def reduction(a, axis=None, out=None, keepdims=False):
        a = asarray(a)
        if axis is None:
            flat = a.ravel()
            value = result(_reduce(name, flat._h, False, 0))
            return value.reshape((1,) * a.ndim) if keepdims else value
        return _finish(result(_reduce(name, a._h, bool(keepdims), axis_of(axis, a.ndim))), out, None)

    reduction.__name__ = reduction.__qualname__ = name
    return reduction


argmax = _position("argmax")
argmin = _position("argmin")


def count_nonzero(a, axis=None, keepdims=False):
    return sum(asarray(a) != 0, axis, keepdims=keepdims)


def _ignoring(name, function, fill):
    def reduction(a, axis=None, **kwargs):
        a = asarray(a)
        return function(where(isnan(a), fill, a), axis, **kwargs)  # noqa: F821

    reduction.__name__ = name
    return reduction


nansum = _ignoring("nansum", sum, 0.0)
nanmax = _ignoring("nanmax", max, -math.inf)
nanmin = _ignoring("nanmin", min, math.inf)


def nanmean(a, axis=None, **kwargs):
    a = asarray(a)
    return nansum(a, axis, **kwargs) / sum(~isnan(a), axis, **kwargs)  # noqa: F821


def cumsum(a, axis=None, dtype=None, out=None):
    return _cumulate("cumsum", a, axis, dtype, out)


def cumprod(a, axis=None, dtype=None, out=None):
    return _cumulate("cumprod", a, axis, dtype, out)


def _cumulate(name, a, axis, kind, out):
    a = asarray(a)
    if kind is not None:
        a = a.astype(kind)
    if axis is None:
        a, axis = a.ravel(), 0
    return _finish(wrap(_accumulate(name, a._h, axis_of(axis, a.ndim))), out, None if kind is None else _dtype(kind))


def diff(a, n=1, axis=-1):
    """Differences of neighbours, `n` times."""
    a = asarray(a)
    axis = axis_of(axis, a.ndim)
    for _ in range(n):
        later, earlier = [slice(None)] * a.ndim, [slice(None)] * a.ndim
        later[axis], earlier[axis] = slice(1, None), slice(None, -1)
        a = a[tuple(later)] != a[tuple(earlier)] if a.dtype is BOOL else a[tuple(later)] - a[tuple(earlier)]
    return a


def percentile(a, q, axis=None, **kwargs):
    return quantile(a, asarray(q) / 100.0, axis, **kwargs)


def quantile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, **kwargs):
    if method != "linear" or keepdims:
        raise missing("numpy.quantile with method= or keepdims=")
    a = sort(asarray(a).astype(FLOAT64), axis)
    axis = 0 if axis is None else axis_of(axis, a.ndim)
    n = a.shape[axis]

    def one(fraction):
        if not 0 <= fraction <= 1:
            raise ValueError("Quantiles must be in the range [0, 1]")
        at = fraction * (n - 1)
        low = math.floor(at)
        t = at - low
        pick = [slice(None)] * a.ndim
        pick[axis] = low
        below = a[tuple(pick)]
        pick[axis] = low + 1 if low + 1 < n else low
        above = a[tuple(pick)]
        gap = above - below
        return above - gap * (1 - t) if t >= 0.5 else below + gap * t

    q = asarray(q)
    if not q.ndim:
        return one(float(q))
    from ._shaping import stack

    return stack([asarray(one(float(fraction))) for fraction in q])


def median(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    if keepdims:
        raise missing("numpy.median with keepdims=")
    a = asarray(a)
    ordered = sort(a, axis)
    axis = 0 if axis is None else axis_of(axis, a.ndim)
    n = ordered.shape[axis]
    pick = [slice(None)] * ordered.ndim
    pick[axis] = slice((n - 1) // 2, n // 2 + 1)
    return mean(ordered[tuple(pick)], axis)


# Choosing and ordering


def where(condition, x=None, y=None, /):
    """x where the condition holds, else y; alone: the indices where it holds."""
    condition = asarray(condition)
    if x is None and y is None:
        return nonzero(condition)
    if x is None or y is None:
        raise ValueError("either both or neither of x and y should be given")
    kind = _common(x, y)
    x, y = asarray(x, kind), asarray(y, kind)
    return result(_where(condition._h, x._h, y._h))


def _common(*values):
    """The result type of values of which some may be plain Python numbers."""
    from ._dtypes import with_weak

    strong = [asarray(value).dtype for value in values if type(value) not in _PLAIN]
    weak = [value for value in values if type(value) in _PLAIN]
    if not strong:
        strong = [asarray(value).dtype for value in weak]
    kind = strong[0]
    for one in strong[1:]:
        kind = promote_types(kind, one)
    for value in weak:
        kind = with_weak(kind, value)
    return kind


def nonzero(a):
    a = asarray(a)
    if not a.ndim:
        raise ValueError("Calling nonzero on 0d arrays is not allowed. Use np.atleast_1d(scalar).nonzero() instead.")
    return tuple(wrap(_nonzero(a._h, axis)) for axis in range(a.ndim))


def argwhere(a):
    from ._shaping import stack

    return stack(nonzero(a), axis=1)


def flatnonzero(a):
    return nonzero(asarray(a).ravel())[0]


def clip(a, a_min=None, a_max=None, out=None, *, min=None, max=None, **kwargs):
    """Values held between two bounds."""
    low = a_min if a_min is not None else min
    high = a_max if a_max is not None else max
    a = asarray(a)
    value = a
    if low is not None:
        value = maximum(value, low)  # noqa: F821
    if high is not None:
        value = minimum(value, high)  # noqa: F821
    return _finish(value if value is not a else a.copy(), out, None)


def round(a, decimals=0, out=None):
    a = asarray(a)
    if a.dtype.kind != "f" and decimals >= 0:
        return _finish(a.copy() if a.ndim else a[()], out, None)
    return _finish(result(_round(a._h, decimals)), out, None)


around = round


def _last(a, axis):
    """The array with `axis` moved to the end, and the way back."""
    from ._shaping import moveaxis

    if axis is None:
        return a.ravel(), 0, lambda out: out
    axis = axis_of(axis, a.ndim)
    if axis == a.ndim - 1:
        return a, axis, lambda out: out
    return moveaxis(a, axis, -1), axis, lambda out: moveaxis(out, -1, axis)


def sort(a, axis=-1, kind=None, order=None, *, stable=None):
    moved, _, back = _last(asarray(a), axis)
    return back(wrap(_sort(moved._h)))


def argsort(a, axis=-1, kind=None, order=None, *, stable=None):
    moved, _, back = _last(asarray(a), axis)
    return back(wrap(_argsort(moved._h)))


def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, **kwargs):
    """The distinct values, rising."""
    if axis is not None:
        raise missing("numpy.unique along an axis")
    a = asarray(ar)
    flat = a.ravel()
    if not flat.size:
        return flat
    order = argsort(flat)
    ordered = flat[order]
    first = ordered[1:] != ordered[:-1]
    if flat.dtype.kind == "f":
        first = first & ~(isnan(ordered[1:]) & isnan(ordered[:-1]))  # noqa: F821
    from ._shaping import concatenate

    first = concatenate([asarray([True]), first])
    out = [ordered[first]]
    if return_index:
        out.append(order[first])
    if return_inverse:
        inverse = asarray(order).copy()
        inverse[order] = cumsum(first) - 1
        out.append(inverse.reshape(a.shape))
    if return_counts:
        starts = nonzero(first)[0]
        out.append(diff(concatenate([starts, asarray([flat.size])])))
    return out[0] if len(out) == 1 else tuple(out)


def searchsorted(a, v, side="left", sorter=None):
    from bisect import bisect_left, bisect_right

    values = asarray(a).tolist()
    find = bisect_left if side == "left" else bisect_right
    v = asarray(v)
    if not v.ndim:
        return INT64.type(find(values, v.item()))
    return asarray([find(values, x) for x in v.ravel().tolist()], INT64).reshape(v.shape)


def bincount(x, /, weights=None, minlength=0):
    values = asarray(x).tolist()
    size = builtins.max(values) + 1 if values else 0
    size = size if size > minlength else minlength
    out = [0.0 if weights is not None else 0] * size
    given = asarray(weights).tolist() if weights is not None else None
    for i, value in enumerate(values):
        out[value] += given[i] if given is not None else 1
    return asarray(out, FLOAT64 if weights is not None else INT64)


def histogram(a, bins=10, range=None, density=None, weights=None):
    """Counts of values in `bins` equal bins (or between given edges), and the edges."""
    from ._create import linspace

    if weights is not None:
        raise missing("numpy.histogram with weights=")
    flat = asarray(a).ravel()
    if isinstance(bins, (int, integer)):
        low, high = (float(flat.min()), float(flat.max())) if range is None and flat.size else range or (0.0, 1.0)
        if low == high:
            low, high = low - 0.5, high + 0.5
        edges = linspace(low, high, bins + 1)
    elif isinstance(bins, str):
        raise missing(f"numpy.histogram with bins={bins!r}")
    else:
        edges = asarray(bins)
    if flat.dtype.kind != "f":
        flat = flat.astype(FLOAT64)
    ordered = sort(flat)
    places = asarray([*searchsorted(ordered, edges[:-1], "left").tolist(), int(searchsorted(ordered, edges[-1], "right"))], INT64)
    counts = diff(places)
    if density:
        widths = diff(asarray(edges, FLOAT64))
        return counts / widths / sum(counts), edges
    return counts, edges


def polyfit(x, y, deg, **kwargs):
    """Coefficients of the least-squares polynomial, highest power first."""
    from .linalg import lstsq

    x, y = asarray(x, FLOAT64), asarray(y, FLOAT64)
    from ._shaping import stack

    powers = stack([x**k for k in builtins.range(deg, -1, -1)], axis=1)
    return lstsq(powers, y)[0]


def polyval(p, x):
    value = 0
    for coefficient in asarray(p):
        value = value * x + coefficient
    return value


def interp(x, xp, fp, left=None, right=None, period=None):
    from bisect import bisect_right

    xs, ys = asarray(xp, FLOAT64).tolist(), asarray(fp, FLOAT64).tolist()

    def one(value):
        if value < xs[0]:
            return ys[0] if left is None else left
        if value > xs[-1]:
            return ys[-1] if right is None else right
        if value == xs[-1]:
            return ys[-1]
        i = bisect_right(xs, value) - 1
        return (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) * (value - xs[i]) + ys[i]

    x = asarray(x, FLOAT64)
    if not x.ndim:
        return FLOAT64.type(one(x.item()))
    return asarray([one(value) for value in x.ravel().tolist()], FLOAT64).reshape(x.shape)


# Comparing


def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    a, b = asarray(a), asarray(b)
    near = absolute(a - b) <= atol + rtol * absolute(b)  # noqa: F821
    near = near & isfinite(b) | (a == b)  # noqa: F821
    return near | (isnan(a) & isnan(b)) if equal_nan else near  # noqa: F821


def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    return builtins.bool(all(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a1, a2, equal_nan=False):
    a, b = asarray(a1), asarray(a2)
    if a.shape != b.shape:
        return False
    same = a == b
    if equal_nan:
        same = same | (isnan(a) & isnan(b))  # noqa: F821
    return builtins.bool(all(same))


def isscalar(element):
    return isinstance(element, (generic, str, bytes, complex, *_PLAIN))


def isin(element, test_elements, **kwargs):
    wanted = set(asarray(test_elements).ravel().tolist())
    element = asarray(element)
    return asarray([value in wanted for value in element.ravel().tolist()], BOOL).reshape(element.shape)


def nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    x = asarray(x)
    if x.dtype.kind != "f":
        return x.copy()
    largest = 3.4028234663852886e38 if x.dtype is FLOAT32 else 1.7976931348623157e308
    out = where(isnan(x), nan, x)  # noqa: F821
    out = where(out == math.inf, largest if posinf is None else posinf, out)
    return where(out == -math.inf, -largest if neginf is None else neginf, out)


def trapezoid(y, x=None, dx=1.0, axis=-1):
    y = asarray(y)
    steps = dx if x is None else diff(asarray(x))
    if y.ndim != 1:
        raise missing("numpy.trapezoid of more than 1 dimension")
    return sum(steps * (y[1:] + y[:-1]) / 2.0)

