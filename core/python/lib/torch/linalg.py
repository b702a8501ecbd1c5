"""torch.linalg: what the op table has, and the functions torch puts together of several ops."""

from . import _missing, _names, _ops
from ._engine import dispatch, name_exception


class LinAlgError(RuntimeError):
    """A matrix that does not allow what was asked of it."""


LinAlgError.__module__, LinAlgError.__name__, LinAlgError.__qualname__ = "torch._C", "_LinAlgError", "_LinAlgError"
name_exception("LinAlgError", LinAlgError)

for _name in _ops.schemas:
    if _name.startswith("linalg_") and _name[7:] in _names.LINALG:
        globals()[_name[7:]] = _ops.make(_name, _name[7:])


matmul = _ops.make("matmul")


def lstsq(input, b, *, rcond=None, driver=None):
    """The least squares solution of input · X = b; the named tuple's other fields as LAPACK's `gelsy` gives them."""
    vector = b.dim() == 1 or input.dim() - 1 == b.dim() and b.shape == input.shape[:-1]
    right = b.unsqueeze(-1) if vector else b
    solution = dispatch("_linalg_lstsq", (input, right))
    rank = dispatch("linalg_matrix_rank", (input.detach(),))
    if vector:
        solution = solution.squeeze(-1)
    fields = ("solution", "residuals", "rank", "singular_values")
    return _ops.return_type("linalg_lstsq", fields)((solution, input.new_empty(0), rank, input.new_empty(0)))


def tensorinv(A, ind=2):
    """The inverse for tensordot over the first `ind` dimensions."""
    if ind <= 0:
        raise RuntimeError("Expected a strictly positive integer for 'ind'")
    front, back = A.shape[:ind], A.shape[ind:]
    if _count(front) != _count(back):
        raise RuntimeError(f"Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got {_count(back)} != {_count(front)}")
    return dispatch("linalg_inv", (A.reshape(_count(back), _count(front)),)).reshape(*back, *front)


def tensorsolve(A, B, dims=None):
    """X with tensordot(A, X, X.dim()) == B."""
    if dims is not None:
        A = A.movedim(tuple(dims), tuple(range(A.dim() - len(dims), A.dim())))
    sizes = A.shape[B.dim() :]
    if _count(sizes) * _count(B.shape) != A.numel() or _count(sizes) != B.numel():
        raise RuntimeError("Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim])")
    return dispatch("linalg_solve", (A.reshape(B.numel(), _count(sizes)), B.flatten())).reshape(sizes)


def vander(x, *, N=None):
    """Powers of the last dimension's elements, rising."""
    x = x if x.dim() else x.unsqueeze(0)
    n = x.size(-1) if N is None else N
    if n <= 1:
        raise RuntimeError("N must be greater than 1.")
    wide = x.unsqueeze(-1).expand(*x.shape, n - 1).cumprod(-1)
    return dispatch("cat", ([wide.new_ones(*x.shape, 1), wide], -1))


def _count(sizes):
    n = 1
    for size in sizes:
        n *= size
    return n


__getattr__ = _missing.names_missing("torch.linalg", _names.LINALG)
