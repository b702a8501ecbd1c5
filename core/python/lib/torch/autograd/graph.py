"""torch.autograd.graph: nodes and their hooks."""

from .. import _missing
from .._nodes import Node  # noqa: F401


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    if name in ("saved_tensors_hooks", "save_on_cpu", "disable_saved_tensors_hooks", "register_multi_grad_hook", "allow_mutation_on_saved_tensors", "get_gradient_edge", "GradientEdge", "increment_version"):
        raise _missing.NotInNabla(f"torch.autograd.graph.{name} is not in Nabla yet")
    raise AttributeError(f"module 'torch.autograd.graph' has no attribute '{name}'")
