"""Linear and bilinear maps."""

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


def bilinear(input1, input2, weight, bias=None):
    """y = x₁ᵀ A x₂ + b"""
    return _dispatch("bilinear", (input1, input2, weight, bias))
