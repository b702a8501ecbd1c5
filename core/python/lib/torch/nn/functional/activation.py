"""Activations, softmax and its kin."""

import warnings

from ... import _ops
from ..._engine import dispatch as _dispatch
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
    """An activation with torch's `inplace=` flag."""

    def function(input, *args, inplace=False, **kwargs):
        if inplace and _ops.has(name + "_"):
            _dispatch(name + "_", (input, *args), kwargs)
            return input
        return _dispatch(name, (input, *args), kwargs)

    function.__name__ = function.__qualname__ = name
    return function


for _name in ("relu", "relu6", "leaky_relu", "elu", "selu", "celu", "silu", "mish", "hardtanh", "hardswish", "hardsigmoid", "rrelu", "threshold"):
    if _ops.has(_name):
        globals()[_name] = _with_inplace(_name)


def sigmoid(input):
    return _dispatch("sigmoid", (input,))


def tanh(input):
    return _dispatch("tanh", (input,))


def softsign(input):
    return input / (input.abs() + 1)


def tanhshrink(input):
    return input - input.tanh()
