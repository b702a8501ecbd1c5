"""Activations, softmax and its kin."""

import warnings

from ... import _ops
from ..._engine import dispatch as _dispatch
from ..._engine import function as _function
from ..._tensor import Tensor as _Tensor
from ..._tensor_facts import OURS


def _default_dim(ndim, name):
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.", skip_file_prefixes=OURS
    )
    return 0 if ndim in (0, 1, 3) else 1


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    """exp(x) / Σ exp(x) along dim."""
    dim = _default_dim(input.dim(), "softmax") if dim is None else dim
    return _dispatch("softmax", (input if dtype is None else input.to(dtype), dim))


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    """log softmax along dim."""
    dim = _default_dim(input.dim(), "log_softmax") if dim is None else dim
    return _dispatch("log_softmax", (input if dtype is None else input.to(dtype), dim))


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    """softmax of -x."""
    return softmax(-input, dim, dtype=dtype)


def _with_inplace(name):
    """An activation with torch's `inplace=` flag, by position or name after its own numbers."""

    count = _NUMBERS[name]
    plain = _function(name)

    def function(input, *args, inplace=False, **kwargs):
        if not (args or inplace or kwargs) and input.__class__ is _Tensor:
            return plain(input)
        if len(args) > count:
            inplace = args[count]
            args = args[:count]
        if inplace:
            _dispatch(name + "_", (input, *args), kwargs)
            return input
        return _dispatch(name, (input, *args), kwargs)

    function.__name__ = function.__qualname__ = name
    function.__module__ = __name__
    return function


# How many numbers come before `inplace`.
_NUMBERS = {
    "relu": 0, "relu6": 0, "leaky_relu": 1, "elu": 1, "selu": 0, "celu": 1, "silu": 0, "mish": 0, "hardtanh": 2, "hardswish": 0, "hardsigmoid": 0, "rrelu": 3,
    "threshold": 2,
}  # fmt: skip

for _name in _NUMBERS:
    if _ops.has(_name):
        globals()[_name] = _with_inplace(_name)

_hardtanh = globals()["hardtanh"]


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    return _hardtanh(input, min_val, max_val, inplace)


def sigmoid(input):
    return _dispatch("sigmoid", (input,))


def tanh(input):
    return _dispatch("tanh", (input,))


def softsign(input):
    return input / (input.abs() + 1)


def tanhshrink(input):
    return input - input.tanh()


def glu(input, dim=-1):
    """The first half times the sigmoid of the second."""
    if input.dim() == 0:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    return _dispatch("glu", (input, dim))


def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    """softmax of logits with Gumbel noise; with `hard` one-hot forward, soft backward."""
    from ..._factories import empty_like, zeros_like

    if eps != 1e-10:
        warnings.warn("`eps` parameter is deprecated and has no effect.", skip_file_prefixes=OURS)
    noise = -empty_like(logits).exponential_().log()
    soft = ((logits + noise) / tau).softmax(dim)
    if not hard:
        return soft
    index = soft.max(dim, keepdim=True)[1]
    return zeros_like(logits).scatter_(dim, index, 1.0) - soft.detach() + soft
