"""Reductions over axes and running sums; the order of additions is the engine's, which is NumPy's."""

import math
import warnings
from operator import index as as_integer

import _nabla

from ._array import ndarray, result, wrap
from ._bridge import AxisError, checked, missing
from ._convert import asarray
from ._dtypes import BOOL, FLOAT64, INT64
from ._dtypes import dtype as _dtype
from ._scalars import scalar_of
from ._ufuncs import _finish, _no_where, isnan, maximum, minimum, sqrt

_sum = _nabla.np_sum
_reduce = checked("reduce")
_accumulate = checked("accumulate")


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
    elif a.dtype.name == "float16":
        # The sum would overflow soon: NumPy takes float16's in float32.
        value = mean(a.astype("float32"), axis, keepdims=keepdims)
        return _finish(value.astype("float16"), out, None)
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
    return _finish(sqrt(var(a, axis, dtype, None, ddof, keepdims, where, correction)), out, None)


def _extreme(name):
    def reduction(a, axis=None, out=None, keepdims=False, initial=None, where=True):
        _no_where(where)
        value = _reduced(name, asarray(a), axis, keepdims)
        if initial is not None:
            value = (maximum if name == "max" else minimum)(value, initial)
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
        from ._functions import where

        a = asarray(a)
        return function(where(isnan(a), fill, a), axis, **kwargs)

    reduction.__name__ = name
    return reduction


nansum = _ignoring("nansum", sum, 0.0)
nanmax = _ignoring("nanmax", max, -math.inf)
nanmin = _ignoring("nanmin", min, math.inf)


def nanmean(a, axis=None, **kwargs):
    a = asarray(a)
    return nansum(a, axis, **kwargs) / sum(~isnan(a), axis, **kwargs)


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
    from ._functions import sort

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
    from ._functions import sort

    a = asarray(a)
    ordered = sort(a, axis)
    axis = 0 if axis is None else axis_of(axis, a.ndim)
    n = ordered.shape[axis]
    pick = [slice(None)] * ordered.ndim
    pick[axis] = slice((n - 1) // 2, n // 2 + 1)
    return mean(ordered[tuple(pick)], axis)

__all__ = [name for name, value in list(globals().items()) if name[0] != "_" and getattr(value, "__module__", "") == __name__]
