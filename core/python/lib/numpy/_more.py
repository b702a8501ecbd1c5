"""Functions composed of the others: set operations, statistics of pairs, convolution, iteration over indices."""

from itertools import product as _product

from . import _functions as _f
from . import _scalars
from ._convert import asarray
from ._create import zeros
from ._dtypes import FLOAT64, dtype
from ._shaping import concatenate, stack

__all__ = (
    "issubdtype convolve corrcoef cov dstack fromiter intersect1d ndenumerate ndindex setdiff1d trace union1d divmod nanstd nanvar "
    "fill_diagonal tril_indices triu_indices cross gradient take_along_axis einsum"
).split()


def issubdtype(arg1, arg2):
    """Whether one type is of the kind of another: issubdtype(a.dtype, np.floating)."""
    own = arg1 if isinstance(arg1, type) and issubclass(arg1, _scalars.generic) else dtype(arg1).type
    wanted = arg2 if isinstance(arg2, type) and issubclass(arg2, _scalars.generic) else dtype(arg2).type
    return issubclass(own, wanted)


def convolve(a, v, mode="full"):
    """Discrete convolution of two sequences."""
    x, y = asarray(a).ravel(), asarray(v).ravel()
    if not x.size or not y.size:
        raise ValueError("a cannot be empty" if not x.size else "v cannot be empty")
    if y.size > x.size:
        x, y = y, x
    n, m = x.size, y.size
    padded = concatenate([zeros(m - 1, x.dtype), x, zeros(m - 1, x.dtype)])
    out = sum((padded[m - 1 - k : m - 1 - k + n + m - 1] * y[k] for k in range(m)), 0)
    if mode == "full":
        return out
    if mode == "same":
        start = (m - 1) // 2
        return out[start : start + n]
    if mode == "valid":
        return out[m - 1 : n]
    raise ValueError(f"mode must be one of 'valid', 'same', or 'full' (got {mode!r})")


def cov(m, y=None, rowvar=True, bias=False, ddof=None, **kwargs):
    """Covariances of the rows."""
    x = asarray(m, FLOAT64)
    x = x.reshape(1, -1) if x.ndim < 2 else x if rowvar else x.T
    if y is not None:
        other = asarray(y, FLOAT64)
        x = concatenate([x, other.reshape(1, -1) if other.ndim < 2 else other if rowvar else other.T])
    ddof = (0 if bias else 1) if ddof is None else ddof
    x = x - x.mean(axis=1, keepdims=True)
    out = (x @ x.T) / (x.shape[1] - ddof)
    return out if out.size > 1 else out.reshape(())


def corrcoef(x, y=None, rowvar=True, **kwargs):
    c = cov(x, y, rowvar)
    if not c.ndim:
        return c / c
    spread = _f.sqrt(c[range(len(c)), range(len(c))])
    return _f.clip(c / spread.reshape(-1, 1) / spread, -1, 1)


def dstack(tup):
    arrays = [asarray(a) for a in tup]
    arrays = [a.reshape(1, -1, 1) if a.ndim == 1 else a.reshape(*a.shape, 1) if a.ndim == 2 else a for a in arrays]
    return concatenate(arrays, 2)


def fromiter(iter, dtype, count=-1):
    values = [value for i, value in zip(range(count), iter)] if count >= 0 else list(iter)
    return asarray(values, dtype)


def union1d(ar1, ar2):
    return _f.unique(concatenate([asarray(ar1).ravel(), asarray(ar2).ravel()]))


def intersect1d(ar1, ar2, **kwargs):
    both = set(asarray(ar2).ravel().tolist())
    a = asarray(ar1)
    return asarray(sorted({value for value in a.ravel().tolist() if value in both}), a.dtype)


def setdiff1d(ar1, ar2, **kwargs):
    gone = set(asarray(ar2).ravel().tolist())
    a = asarray(ar1)
    return asarray(sorted({value for value in a.ravel().tolist() if value not in gone}), a.dtype)


def ndindex(*shape):
    shape = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
    return _product(*(range(n) for n in shape))


def ndenumerate(arr):
    a = asarray(arr)
    return ((index, a[index]) for index in ndindex(a.shape))


def trace(a, offset=0, **kwargs):
    from ._create import diag

    return diag(asarray(a), offset).sum()


def divmod(x, y):
    return _f.floor_divide(x, y), _f.remainder(x, y)


def nanvar(a, axis=None, ddof=0, **kwargs):
    a = asarray(a)
    there = ~_f.isnan(a)
    count = there.sum(axis=axis, keepdims=True)
    middle = _f.where(there, a, 0.0).sum(axis=axis, keepdims=True) / count
    distance = _f.where(there, a - middle, 0.0)
    return (distance * distance).sum(axis=axis) / (there.sum(axis=axis) - ddof)


def nanstd(a, axis=None, ddof=0, **kwargs):
    return _f.sqrt(nanvar(a, axis, ddof))


def fill_diagonal(a, val, wrap=False):
    n = min(a.shape)
    a[range(n), range(n)] = val


def tril_indices(n, k=0, m=None):
    from ._create import tri

    return _f.nonzero(tri(n, m, k, bool))


def triu_indices(n, k=0, m=None):
    from ._create import tri

    return _f.nonzero(_f.logical_not(tri(n, m, k - 1, bool)))


def cross(a, b, axis=-1, **kwargs):
    a, b = asarray(a), asarray(b)
    if a.shape[-1] != 3 or b.shape[-1] != 3 or axis != -1:
        raise NotImplementedError("numpy.cross of other than 3-vectors along the last axis is not in Nabla yet")
    i, j, k = (a[..., 1], a[..., 2], a[..., 0]), (b[..., 1], b[..., 2], b[..., 0]), None
    x = i[0] * j[1] - i[1] * j[0]
    y = i[1] * j[2] - i[2] * j[1]
    z = i[2] * j[0] - i[0] * j[2]
    return stack([asarray(x), asarray(y), asarray(z)], axis=-1)


def gradient(f, *varargs, axis=None, edge_order=1):
    """Central differences of a 1-D array, one-sided at its ends; an even step."""
    y = asarray(f, FLOAT64)
    if y.ndim != 1 or edge_order != 1 or (varargs and asarray(varargs[0]).ndim):
        raise NotImplementedError("numpy.gradient of other than 1-D data with one step is not in Nabla yet")
    if y.size < 2:
        raise ValueError("Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required.")
    step = float(varargs[0]) if varargs else 1.0
    out = zeros(y.size)
    out[1:-1] = (y[2:] - y[:-2]) / (2.0 * step)
    out[0] = (y[1] - y[0]) / step
    out[-1] = (y[-1] - y[-2]) / step
    return out


def take_along_axis(arr, indices, axis=-1):
    a, at = asarray(arr), asarray(indices)
    if axis is None:
        return a.ravel()[at]
    axis = _f.axis_of(axis, a.ndim)
    from ._create import arange

    where = [arange(n).reshape([-1 if i == d else 1 for i in range(a.ndim)]) for d, n in enumerate(at.shape)]
    where[axis] = at
    return a[tuple(where)]


def einsum(subscripts, *operands, **kwargs):
    """Sums of products over named axes, two operands at most."""
    if not isinstance(subscripts, str) or "." in subscripts or len(operands) > 2:
        raise NotImplementedError("numpy.einsum with '...' or more than two operands is not in Nabla yet")
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    names = left.split(",")
    arrays = [asarray(operand) for operand in operands]
    if len(names) != len(arrays) or any(len(name) != a.ndim for name, a in zip(names, arrays)):
        raise ValueError("einstein sum subscripts string does not fit the operands")
    everything = sorted(set("".join(names)))
    if not arrow:
        right = "".join(c for c in everything if left.count(c) == 1)
    order = list(right) + [c for c in everything if c not in right]
    out = None
    for name, a in zip(names, arrays):
        if len(set(name)) != len(name):
            raise NotImplementedError("numpy.einsum of a diagonal is not in Nabla yet")
        a = a.transpose([name.index(c) for c in order if c in name]) if a.ndim else a
        a = a.reshape([a.shape[[c for c in order if c in name].index(c)] if c in name else 1 for c in order])
        out = a if out is None else out * a
    gone = tuple(range(len(right), len(order)))
    return out.sum(axis=gone) if gone else out.copy() if isinstance(out, type(arrays[0])) else out
