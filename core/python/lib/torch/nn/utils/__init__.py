"""nn.utils: gradient clipping and parameter vectors."""

from ... import _missing, _names
from ..._tensor import Tensor
from . import rnn  # noqa: F401


def _grads(parameters):
    parameters = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [g for p in parameters if (g := p._grad_or_none()) is not None]


def get_total_norm(tensors, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    from ..._factories import tensor
    from ..._ops import dispatch

    norm_type = float(norm_type)
    if not tensors:
        return tensor(0.0)
    norms = dispatch("stack", ([_norm(t, norm_type) for t in tensors],))
    total = norms.max() if norm_type == float("inf") else _norm(norms, norm_type)
    if error_if_nonfinite and not (total == total and total.abs() != float("inf")):
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so it cannot be clipped. To disable this error and scale the "
            "gradients by the non-finite norm anyway, set `error_if_nonfinite=False`"
        )
    return total


def _norm(t, p):
    if p == float("inf"):
        return t.abs().max()
    if p == 2.0:
        return (t * t).sum().sqrt()
    if p == 1.0:
        return t.abs().sum()
    return t.abs().pow(p).sum().pow(1.0 / p)


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    """Scale all gradients so that their joint norm is at most max_norm; returns the norm before."""
    from ..._grad_mode import no_grad

    grads = _grads(parameters)
    with no_grad():
        total = get_total_norm(grads, norm_type, error_if_nonfinite)
        factor = (float(max_norm) / (total + 1e-6)).clamp(max=1.0)
        for g in grads:
            g.mul_(factor)
    return total


def clip_grad_value_(parameters, clip_value, foreach=None):
    """Clamp every gradient to ± clip_value."""
    from ..._grad_mode import no_grad

    with no_grad():
        for g in _grads(parameters):
            g.clamp_(-float(clip_value), float(clip_value))


def parameters_to_vector(parameters):
    """All parameters as one vector."""
    from ..._engine import dispatch

    return dispatch("cat", ([p.reshape(-1) for p in parameters],))


def vector_to_parameters(vec, parameters):
    """Write a vector into the parameters."""
    at = 0
    for p in parameters:
        n = p.numel()
        p.data = vec[at : at + n].view_as(p).data
        at += n


__getattr__ = _missing.names_missing("torch.nn.utils", _names.UTILS)
