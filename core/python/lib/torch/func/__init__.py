"""torch.func: gradients, Jacobians and batches as functions of functions.

Every transform gives its function starting points of their own and differentiates the graph that results. Where nothing outside the
transform needs that graph (no enclosing transform, no tensor that requires grad) the result is cut off from it, as torch's is."""

from .. import _missing
from ._jacobians import hessian, jacfwd, jacrev
from ._module_state import functional_call, stack_module_state
from ._transforms import grad, grad_and_value, jvp, linearize, vjp
from ._vmap import vmap

__all__ = ["functional_call", "grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "linearize", "stack_module_state", "vjp", "vmap"]


def __getattr__(name):
    if name in ("functionalize", "debug_unwrap"):
        raise _missing.NotInNabla(f"torch.func.{name} is not in Nabla yet")
    raise AttributeError(f"module 'torch.func' has no attribute '{name}'")
