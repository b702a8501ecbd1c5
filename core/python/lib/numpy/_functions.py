"""Choosing, ordering, comparing; with the element-by-element functions and the reductions, all of numpy's plain functions."""

import builtins
import math

from ._array import result, wrap
from ._bridge import checked, missing
from ._convert import asarray
from ._dtypes import BOOL, FLOAT16, FLOAT32, FLOAT64, INT64, promote_types
from ._reductions import *  # noqa: F403
from ._reductions import all, axis_of, cumsum, diff, max, min, sum  # noqa: A004
from ._reductions import __all__ as _reductions
from ._scalars import generic, integer
from ._ufuncs import *  # noqa: F403
from ._ufuncs import __all__ as _ufuncs
from ._ufuncs import _finish, absolute, isfinite, isnan, maximum, minimum

_round = checked("round")
_where = checked("where")
_nonzero = checked("nonzero")
_sort = checked("sort")
_argsort = checked("argsort")

_PLAIN = (bool, int, float)


def where(condition, x=None, y=None, /):
    """x where the condition holds, else y; alone: the indices where it holds."""
    condition = asarray(condition)
    if x is None and y is None:
        return nonzero(condition)
    if x is None or y is None:
        raise ValueError("either both or neither of x and y should be given")
    parts = asarray(x), asarray(y)
    if builtins.any(part.dtype.kind in "UO" for part in parts):
        from ._objects import where as choose

        return choose(condition, *parts)
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
        value = maximum(value, low)
    if high is not None:
        value = minimum(value, high)
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
    a = asarray(a)
    if a.dtype.kind in "UO":
        return a[a.argsort(axis)]
    moved, _, back = _last(a, axis)
    return back(wrap(_sort(moved._h)))


def argsort(a, axis=-1, kind=None, order=None, *, stable=None):
    a = asarray(a)
    if a.dtype.kind in "UO":
        return a.argsort(axis)
    moved, _, back = _last(a, axis)
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
        first = first & ~(isnan(ordered[1:]) & isnan(ordered[:-1]))
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
    near = absolute(a - b) <= atol + rtol * absolute(b)
    near = near & isfinite(b) | (a == b)
    return near | (isnan(a) & isnan(b)) if equal_nan else near


def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    return builtins.bool(all(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a1, a2, equal_nan=False):
    a, b = asarray(a1), asarray(a2)
    if a.shape != b.shape:
        return False
    same = a == b
    if equal_nan:
        same = same | (isnan(a) & isnan(b))
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
    largest = 65504.0 if x.dtype is FLOAT16 else 3.4028234663852886e38 if x.dtype is FLOAT32 else 1.7976931348623157e308
    out = where(isnan(x), nan, x)
    out = where(out == math.inf, largest if posinf is None else posinf, out)
    return where(out == -math.inf, -largest if neginf is None else neginf, out)


def trapezoid(y, x=None, dx=1.0, axis=-1):
    y = asarray(y)
    steps = dx if x is None else diff(asarray(x))
    if y.ndim != 1:
        raise missing("numpy.trapezoid of more than 1 dimension")
    return sum(steps * (y[1:] + y[:-1]) / 2.0)

__all__ = [*_ufuncs, *_reductions] + [name for name, value in list(globals().items()) if name[0] != "_" and getattr(value, "__module__", "") == __name__]
