"""Linear maps, codes and scales."""

from ... import _ops
from ..._engine import call as _call
from ..._engine import dispatch as _dispatch
from ..._engine import other as _other
from ..._engine import plan as _plan
from ..._tensor import wrap as _wrap

_LINEAR = _plan("linear", "t", "t", "t")


def linear(input, weight, bias=None):
    """y = x Wᵀ + b"""
    if bias is None:
        return _dispatch("linear", (input, weight))
    try:
        handle = _call(_LINEAR, input._h, weight._h, bias._h)
    except AttributeError:
        return _dispatch("linear", (input, weight, bias))
    return _wrap(handle) if handle > 0 else _other(handle)


def one_hot(tensor, num_classes=-1):
    """0 and 1 rows."""
    from ..._dtype import int64
    from ..._factories import arange

    if tensor.dtype is not int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if num_classes == -1:
        num_classes = int(tensor.max().item()) + 1
    elif tensor.numel() and tensor.max().item() >= num_classes:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return (tensor.unsqueeze(-1) == arange(num_classes, device=tensor.device)).long()


def normalize(input, p=2.0, dim=1, eps=1e-12, out=None):
    """x / max(‖x‖, eps)"""
    norm = input.norm(p, dim, keepdim=True) if _ops.has("norm") else input.pow(p).sum(dim, keepdim=True).pow(1.0 / p)
    return input / norm.clamp_min(eps).expand_as(input)
