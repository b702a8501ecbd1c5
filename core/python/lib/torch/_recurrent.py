"""torch.lstm, gru, rnn_tanh and rnn_relu: padded input or packed, told apart by their second argument."""

import warnings

from ._engine import dispatch
from ._tensor import Tensor

_warned = False


def _fused(input, hx, batch_sizes):
    """Whether oneDNN's layer takes it: float32 on the CPU, padded, without projections."""
    global _warned
    from .backends import mkldnn

    if batch_sizes is not None or not mkldnn.enabled or input.dtype._name != "float32" or input.device.type != "cpu" or input.numel() == 0 or input.shape[-3:-2] == (0,):
        return False
    if hx[0].shape[2] != hx[1].shape[2]:
        if not _warned:
            _warned = True
            warnings.warn("LSTM with projections is not supported with oneDNN. Using default implementation.", stacklevel=5)
        return False
    return True


def _network(mode):
    states = 2 if mode == "lstm" else 1

    def run(input, sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first=False):
        hx = list(hx) if isinstance(hx, (tuple, list)) else [hx] if states == 1 else list(hx.unbind(0))
        if states == 2 and len(hx) != 2:
            raise RuntimeError("lstm expects two hidden states")
        fuse = states == 2 and _fused(input, hx, sizes)
        steps = None if sizes is None else [int(size) for size in sizes.tolist()]
        facts = (mode, bool(has_biases), int(num_layers), float(dropout), bool(train), bool(bidirectional), bool(batch_first), fuse)
        return tuple(dispatch("_recurrent", (input, steps, hx, list(params), *facts)))

    def function(input, *args, **kwargs):
        second = args[0] if args else kwargs.get("batch_sizes", kwargs.get("hx"))
        third = args[1] if len(args) > 1 else kwargs.get("params", kwargs.get("hx"))
        packed = isinstance(second, Tensor) and (isinstance(third, Tensor) or states == 2)
        if packed and "data" not in kwargs:
            return run(input, *args, **kwargs)
        return run(input, None, *args, **kwargs)

    function.__name__ = function.__qualname__ = mode
    function.__module__ = "torch"
    function.__doc__ = f"A stack of {mode} layers; see the module in torch.nn."
    return function


lstm, gru, rnn_tanh, rnn_relu = (_network(mode) for mode in ("lstm", "gru", "rnn_tanh", "rnn_relu"))
