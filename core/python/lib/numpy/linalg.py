"""numpy.linalg: norms and small dense systems."""

import math

from ._array import wrap
from ._bridge import LinAlgError, checked, missing
from ._convert import asarray
from ._dtypes import FLOAT64
from ._functions import absolute, axes_of, max, min, sqrt, sum

_solve = checked("solve")
_inv = checked("inv")
_det = checked("det")
_lstsq = checked("lstsq")
_lstsq_rank = checked("lstsq_rank")

__all__ = ["LinAlgError", "norm", "solve", "inv", "det", "lstsq", "matrix_power", "pinv"]


def _float(a):
    a = asarray(a)
    return a if a.dtype.kind == "f" else a.astype(FLOAT64)


def norm(x, ord=None, axis=None, keepdims=False):
    """Vector norm (2 by default) or Frobenius norm."""
    x = _float(x)
    if axis is None and ord is None:
        value = sqrt(sum((x * x).ravel()))
        return value.reshape((1,) * x.ndim) if keepdims else value
    axes = axes_of(axis, x.ndim)
    if len(axes) == 1:
        if ord is None or ord == 2:
            return sqrt(sum(x * x, axis, keepdims=keepdims))
        if ord == math.inf:
            return max(absolute(x), axis, keepdims=keepdims)
        if ord == -math.inf:
            return min(absolute(x), axis, keepdims=keepdims)
        if ord == 0:
            return sum((x != 0).astype(x.dtype), axis, keepdims=keepdims)
        if ord == 1:
            return sum(absolute(x), axis, keepdims=keepdims)
        if isinstance(ord, str):
            raise ValueError(f"Invalid norm order '{ord}' for vectors")
        return sum(absolute(x) ** ord, axis, keepdims=keepdims) ** (1.0 / ord)
    if len(axes) == 2:
        if ord in (None, "fro", "f"):
            return sqrt(sum(x * x, tuple(axes), keepdims=keepdims))
        if keepdims or x.ndim != 2:
            raise missing(f"numpy.linalg.norm of matrices with ord={ord!r}")
        if ord in (1, -1):
            return (max if ord > 0 else min)(sum(absolute(x), axes[0]))
        if ord in (math.inf, -math.inf):
            return (max if ord > 0 else min)(sum(absolute(x), axes[1]))
        raise missing(f"numpy.linalg.norm of matrices with ord={ord!r}")
    raise ValueError("Improper number of dimensions to norm.")


def solve(a, b):
    a, b = _float(a), _float(b)
    return wrap(_solve(a._h, b._h))


def inv(a):
    a = _float(a)
    return wrap(_inv(a._h))


def det(a):
    a = _float(a)
    return wrap(_det(a._h))[()]


def lstsq(a, b, rcond=None):
    """Least squares: (x, residuals, rank, singular values); the last are not in Nabla yet (None)."""
    a, b = _float(a), _float(b)
    columns = b.reshape(-1, 1) if b.ndim == 1 else b
    x = wrap(_lstsq(a._h, columns._h))
    rank = _lstsq_rank(a._h, columns._h)
    rest = columns - a @ x
    rows, unknowns = a.shape
    residuals = sum(rest * rest, 0) if rank == unknowns and rows > unknowns else asarray([], FLOAT64)
    return (x.ravel() if b.ndim == 1 else x), residuals, rank, None


def pinv(a, rcond=None, **kwargs):
    from ._create import eye

    a = _float(a)
    return lstsq(a, eye(a.shape[0]))[0]


def matrix_power(a, n):
    from ._create import eye

    a = asarray(a)
    base = inv(a) if n < 0 else a
    out = eye(a.shape[0], dtype=a.dtype if n >= 0 else FLOAT64)
    for _ in range(abs(n)):
        out = out @ base
    return out



def __getattr__(name):
    if name in ("eig", "eigh", "eigvals", "eigvalsh", "svd", "qr", "cholesky", "matrix_rank", "cond", "slogdet", "multi_dot", "svdvals"):
        raise missing(f"numpy.linalg.{name}")
    raise AttributeError(f"module 'numpy.linalg' has no attribute '{name}'")
