"""jacrev, jacfwd, hessian. All go row by row through backward: both directions give the same matrix, and a backward formula is what
every op has. (torch's jacfwd goes column by column.)"""

import functools

from .._engine import dispatch
from .._grad_mode import enable_grad, is_grad_enabled
from ..utils._pytree import tree_unflatten
from ._transforms import _with_aux, differentiate, finish, released, started_arguments, tensors_only, wanted_outside

_RANDOMNESS = ("error", "different", "same")


def _rows(output, flat, keep):
    """The Jacobian of one output with respect to each flat input."""
    if not output.requires_grad or output.numel() == 0:
        return [output.new_zeros((*output.shape, *i.shape)) for i in flat]
    columns = [[] for _ in flat]
    for j in range(output.numel()):
        seed = dispatch("zeros_like", (output.detach(),)).contiguous()
        seed.view(-1)[j] = 1.0
        for column, g in zip(columns, differentiate([output], flat, [seed], keep)):
            column.append(g)
    return [dispatch("stack", (column,)).reshape((*output.shape, *i.shape)) for column, i in zip(columns, flat)]


def _jacobian(func, argnums, has_aux, function, args, kwargs):
    enabled = is_grad_enabled()
    with enable_grad():
        args, flat, spec = started_arguments(args, argnums)
        outputs, aux = func(*args, **kwargs), None
        if has_aux:
            outputs, aux = _with_aux(outputs, function)
        flat_out, spec_out = tensors_only(outputs, function)
        own = [t for t in flat if t.is_leaf]
        keep = enabled and wanted_outside(flat_out, own)
        found = [
            tree_unflatten([released(m, own, enabled) for m in _rows(output, flat, keep)], spec) for output in flat_out
        ]
        found, aux = tree_unflatten(found, spec_out), released(aux, own, enabled)
        finish(own)
        return (found, aux) if has_aux else found


def jacrev(func, argnums=0, *, has_aux=False, chunk_size=None, _preallocate_and_copy=False):
    """A function that gives the Jacobian: per output and argument a tensor of shape output.shape + argument.shape."""
    if not (chunk_size is None or chunk_size > 0):
        raise ValueError("jacrev: `chunk_size` should be greater than 0.")

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return _jacobian(func, argnums, has_aux, "vjp(f, *primals)", args, kwargs)

    return wrapper


def jacfwd(func, argnums=0, has_aux=False, *, randomness="error"):
    """A function that gives the Jacobian, as `jacrev`."""

    @functools.wraps(func)
    def wrapper(*args):
        if randomness not in _RANDOMNESS:
            raise RuntimeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")
        return _jacobian(func, argnums, has_aux, "jvp(f, primals, tangents)", args, {})

    return wrapper


def hessian(func, argnums=0):
    """A function that gives the matrix of second derivatives."""
    return jacfwd(jacrev(func, argnums), argnums)
