"""Linear and bilinear maps."""

from ..._engine import dispatch as _dispatch
from ..._engine import function as _function

linear = _function("linear", doc="y = x Wᵀ + b", module=__name__)


def bilinear(input1, input2, weight, bias=None):
    """y = x₁ᵀ A x₂ + b"""
    return _dispatch("bilinear", (input1, input2, weight, bias))
