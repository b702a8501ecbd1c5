"""All parameters as one vector, and back."""

from ..._engine import dispatch as _dispatch
from ..._tensor import Tensor
from ..module import type_text


def _one_device(parameters):
    parameters = list(parameters)
    if len({p.device.type for p in parameters}) > 1:
        raise TypeError("Found two parameters on different devices, this is currently not supported.")
    return parameters


def parameters_to_vector(parameters):
    """All parameters as one vector."""
    return _dispatch("cat", ([p.view(-1) for p in _one_device(parameters)],))


def vector_to_parameters(vec, parameters):
    """Write a vector into the parameters."""
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {type_text(vec)}")
    at = 0
    for p in _one_device(parameters):
        count = p.numel()
        p.data = vec[at : at + count].view_as(p).data
        at += count
