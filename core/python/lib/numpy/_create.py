"""New arrays: zeros, ones, full, empty, eye, arange, linspace, meshgrid …"""

import math

from ._array import ndarray, wrap
from ._bridge import checked, missing
from ._convert import asarray, from_values
from ._dtypes import FLOAT64, INT64, dtype, promote_types
from ._scalars import generic

_full = checked("full")
_range = checked("range")


def _shape(shape):
    if isinstance(shape, ndarray):
        shape = shape.tolist()
    shape = tuple(int(n) for n in shape) if isinstance(shape, (list, tuple)) else (shape.__index__(),)
    if any(n < 0 for n in shape):
        raise ValueError("negative dimensions are not allowed")
    return shape


def zeros(shape, dtype=float, order="C", **kwargs):
    return _filled(dtype, 0, shape)


def ones(shape, dtype=None, order="C", **kwargs):
    return _filled(dtype, 1, shape)


def empty(shape, dtype=float, order="C", **kwargs):
    return _filled(dtype, None, shape)


def _filled(kind, value, shape):
    kind = dtype(kind)
    shape = _shape(shape)
    if kind.kind in "UO":
        values = [value if kind.kind == "O" else "1" if value else ""] * math.prod(shape)
        return from_values(values, kind, shape)
    return wrap(_full(kind.name, value or 0, *shape))


def full(shape, fill_value, dtype=None, order="C", **kwargs):
    value = asarray(fill_value)
    out = zeros(shape, dtype if dtype is not None else value.dtype)
    out[...] = value
    return out


def _like(a, kind, shape):
    a = asarray(a)
    return (a.shape if shape is None else shape), (a.dtype if kind is None else kind)


def zeros_like(a, dtype=None, order="K", subok=True, shape=None, **kwargs):
    shape, kind = _like(a, dtype, shape)
    return zeros(shape, kind)


def ones_like(a, dtype=None, order="K", subok=True, shape=None, **kwargs):
    shape, kind = _like(a, dtype, shape)
    return ones(shape, kind)


def empty_like(prototype, dtype=None, order="K", subok=True, shape=None, **kwargs):
    return zeros_like(prototype, dtype, shape=shape)


def full_like(a, fill_value, dtype=None, order="K", subok=True, shape=None, **kwargs):
    shape, kind = _like(a, dtype, shape)
    return full(shape, fill_value, kind)


def eye(N, M=None, k=0, dtype=float, order="C", **kwargs):
    M = N if M is None else M
    out = zeros((N, M), dtype)
    for i in range(max(0, -k), min(N, M - k)):
        out[i, i + k] = 1
    return out


def identity(n, dtype=None, **kwargs):
    return eye(n, dtype=dtype or float)


def arange(start, stop=None, step=1, dtype=None, **kwargs):
    """Values from `start` up to, without, `stop`."""
    if stop is None:
        start, stop = 0, start
    given = [value.item() if isinstance(value, (generic, ndarray)) else value for value in (start, stop, step)]
    start, stop, step = given
    if step == 0:
        raise ZeroDivisionError("division by zero")
    floats = any(isinstance(value, float) for value in given)
    kind = dtype_of(dtype, FLOAT64 if floats else INT64)
    count = max(0, math.ceil((stop - start) / step))
    # NumPy fills from the first two values, so that the step is theirs.
    step = (start + step) - start
    out = wrap(_range("float64" if kind.kind == "f" else "int64", start, step, count))
    return out if out.dtype is kind else out.astype(kind)


def dtype_of(given, default):
    return default if given is None else dtype(given)


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """`num` even steps from `start` to `stop`."""
    num = num.__index__()
    if num < 0:
        raise ValueError(f"Number of samples, {num}, must be non-negative.")
    if isinstance(start, (list, tuple)) or isinstance(stop, (list, tuple)) or getattr(start, "ndim", 0) or getattr(stop, "ndim", 0):
        raise missing("numpy.linspace between arrays")
    start, stop = float(start), float(stop)
    parts = num - 1 if endpoint else num
    delta = stop - start
    step = delta / parts if parts > 0 else math.nan
    out = wrap(_range("float64", 0, 1, num))
    if parts > 0:
        out = out * step if step != 0 else out / parts * delta
    else:
        out = out * delta
    out = out + start
    if endpoint and num > 1:
        out[-1] = stop
    kind = dtype_of(dtype, FLOAT64)
    if kind.kind in "iu":
        from ._functions import floor

        out = floor(out)
    if kind is not FLOAT64:
        out = out.astype(kind)
    return (out, FLOAT64.type(step)) if retstep else out


def logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    from ._functions import power

    out = power(base, linspace(start, stop, num, endpoint))
    return out if dtype is None else out.astype(dtype)


def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    from ._functions import log10

    out = logspace(log10(float(start)), log10(float(stop)), num, endpoint)
    if num > 0:
        out[0] = start
    if num > 1 and endpoint:
        out[-1] = stop
    return out if dtype is None else out.astype(dtype)


def meshgrid(*xi, copy=True, sparse=False, indexing="xy"):
    """Coordinate arrays from coordinate vectors."""
    from ._shaping import broadcast_to

    vectors = [asarray(x).ravel() for x in xi]
    rank = len(vectors)
    lengths = [v.size for v in vectors]
    swap = indexing == "xy" and rank > 1
    order = [1, 0, *range(2, rank)] if swap else list(range(rank))
    shape = tuple(lengths[i] for i in order)
    out = []
    for i, vector in enumerate(vectors):
        own = [1] * rank
        own[order.index(i)] = -1
        grid = vector.reshape(own)
        out.append(grid if sparse else broadcast_to(grid, shape).copy())
    return tuple(out)


def diag(v, k=0):
    """A matrix with `v` on its diagonal, or the diagonal of a matrix."""
    v = asarray(v)
    if v.ndim == 1:
        n = v.size + abs(k)
        out = zeros((n, n), v.dtype)
        for i in range(v.size):
            out[i + max(0, -k), i + max(0, k)] = v[i]
        return out
    if v.ndim != 2:
        raise ValueError("Input must be 1- or 2-d.")
    rows, columns = v.shape
    count = max(0, min(rows - max(0, -k), columns - max(0, k)))
    where = arange(count)
    return v[where + max(0, -k), where + max(0, k)]


def tri(N, M=None, k=0, dtype=float):
    M = N if M is None else M
    rows = arange(N).reshape(-1, 1)
    return (rows >= arange(M) - k).astype(dtype)


def tril(m, k=0):
    from ._functions import where

    m = asarray(m)
    return where(tri(*m.shape[-2:], k=k, dtype=bool), m, zeros(1, m.dtype))


def triu(m, k=0):
    from ._functions import where

    m = asarray(m)
    return where(tri(*m.shape[-2:], k=k - 1, dtype=bool), zeros(1, m.dtype), m)


def result_type(*values):
    kind = None
    for value in values:
        own = value.dtype if isinstance(value, (ndarray, generic)) else dtype(value) if not isinstance(value, (bool, int, float)) else dtype(type(value))
        kind = own if kind is None else promote_types(kind, own)
    return kind
