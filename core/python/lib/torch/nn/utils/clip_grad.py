"""Gradients held below a norm or a value."""

import types
import warnings

from ..._engine import dispatch as _dispatch
from ..._grad_mode import no_grad as _no_grad
from ..._tensor import Tensor
from ..._tensor_facts import OURS


def _listed(tensors):
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _grads(parameters):
    return [grad for p in parameters if (grad := p._grad_or_none()) is not None]


def get_total_norm(tensors, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    """The norm of all tensors as one vector."""
    tensors = _listed(tensors)
    norm_type = float(norm_type)
    with _no_grad():
        if not tensors:
            from ..._factories import tensor

            return tensor(0.0)
        place = tensors[0].device
        norms = [_dispatch("linalg_vector_norm", (t, norm_type)).to(place) for t in tensors]
        total = _dispatch("linalg_vector_norm", (_dispatch("stack", (norms,)), norm_type))
        if error_if_nonfinite and not (total == total and total.abs() != float("inf")):
            raise RuntimeError(
                f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so it cannot be clipped. To disable this error and scale "
                "the gradients by the non-finite norm anyway, set `error_if_nonfinite=False`"
            )
    return total


def clip_grads_with_norm_(parameters, max_norm, total_norm, foreach=None):
    """Scale the gradients by max_norm / total_norm where that is below 1."""
    grads = _grads(_listed(parameters))
    if not grads:
        return
    with _no_grad():
        factor = (float(max_norm) / (total_norm + 1e-6)).clamp(max=1.0)
        for grad in grads:
            grad.mul_(factor.to(grad.device))


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    """Scale all gradients so that their joint norm is at most max_norm; returns the norm before."""
    generated = isinstance(parameters, types.GeneratorType)
    parameters = _listed(parameters)
    if generated and not parameters:
        warnings.warn("`parameters` is an empty generator, no gradient clipping will occur.", skip_file_prefixes=OURS)
    total = get_total_norm(_grads(parameters), norm_type, error_if_nonfinite, foreach)
    clip_grads_with_norm_(parameters, max_norm, total, foreach)
    return total


def clip_grad_norm(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    """clip_grad_norm_ by its old name."""
    warnings.warn(
        "`torch.nn.utils.clip_grad_norm` is now deprecated in favor of `torch.nn.utils.clip_grad_norm_`.", FutureWarning, skip_file_prefixes=OURS
    )
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite, foreach)


def clip_grad_value_(parameters, clip_value, foreach=None):
    """Clamp every gradient to ± clip_value."""
    clip_value = float(clip_value)
    with _no_grad():
        for grad in _grads(_listed(parameters)):
            grad.clamp_(-clip_value, clip_value)
