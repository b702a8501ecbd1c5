"""Elements zeroed with a probability."""

from ... import _ops
from ..._engine import dispatch as _dispatch


def dropout(input, p=0.5, training=True, inplace=False):
    """Zero elements with probability p; scale the rest by 1 / (1 - p)."""
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0:
        return input
    if _ops.has("dropout"):
        return _dispatch("dropout", (input, float(p), True))
    if p == 1:
        return input * input.new_zeros(input.shape)
    mask = input.new_empty(input.shape).bernoulli_(1 - p).div_(1 - p)
    return input * mask
