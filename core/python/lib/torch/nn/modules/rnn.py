"""Recurrent networks: stacks of layers, and single cells."""

import math
import numbers
import warnings

from ... import _recurrent
from ..._engine import dispatch
from ..._factories import empty, zeros
from ..._tensor_facts import OURS
from .. import init
from ..module import Module
from ..parameter import Parameter
from ..utils.rnn import PackedSequence


def apply_permutation(tensor, permutation, dim=1):
    """The tensor with one dimension in another order."""
    return tensor.index_select(dim, permutation)


class RNNBase(Module):
    """What RNN, LSTM and GRU share: parameters, checks, the order of packed batches."""

    __constants__ = ["mode", "input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional", "proj_size"]
    __jit_unused_properties__ = ["all_weights"]

    def __init__(self, mode, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False, proj_size=0, device=None, dtype=None):
        super().__init__()
        if not isinstance(bias, bool):
            raise TypeError(f"bias should be of type bool, got: {type(bias).__name__}")
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        if not isinstance(dropout, numbers.Number) or isinstance(dropout, bool) or not 0 <= dropout <= 1:
            raise ValueError("dropout should be a number in range [0, 1] representing the probability of an element being zeroed")
        if dropout > 0 and num_layers == 1:
            warnings.warn(
                "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers greater than 1, "
                f"but got dropout={dropout} and num_layers={num_layers}",
                skip_file_prefixes=OURS,
            )
        if not isinstance(hidden_size, int):
            raise TypeError(f"hidden_size should be of type int, got: {type(hidden_size).__name__}")
        if hidden_size <= 0:
            raise ValueError("hidden_size must be greater than zero")
        if num_layers <= 0:
            raise ValueError("num_layers must be greater than zero")
        if proj_size < 0:
            raise ValueError("proj_size should be a positive integer or zero to disable projections")
        if proj_size >= hidden_size:
            raise ValueError("proj_size has to be smaller than hidden_size")
        rows = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}.get(mode)
        if rows is None:
            raise ValueError("Unrecognized RNN mode: " + mode)
        rows *= hidden_size
        ways = 2 if bidirectional else 1
        out_size = proj_size or hidden_size
        self._all_weights = []
        for layer in range(num_layers):
            in_size = input_size if layer == 0 else out_size * ways
            for way in range(ways):
                end = f"_l{layer}" + ("_reverse" if way else "")
                shapes = {"weight_ih": (rows, in_size), "weight_hh": (rows, out_size)}
                if bias:
                    shapes.update(bias_ih=(rows,), bias_hh=(rows,))
                if proj_size:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                for name, shape in shapes.items():
                    setattr(self, name + end, Parameter(empty(shape, device=device, dtype=dtype)))
                self._all_weights.append([name + end for name in shapes])
        self.reset_parameters()

    @property
    def _flat_weights_names(self):
        return [name for names in self._all_weights for name in names]

    @property
    def _flat_weights(self):
        return [getattr(self, name) for names in self._all_weights for name in names]

    @property
    def all_weights(self):
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    def flatten_parameters(self):
        """Where weights lie in memory makes no difference here."""

    def reset_parameters(self):
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def check_input(self, input, batch_sizes):
        weight = self._flat_weights[0]
        if input.dtype != weight.dtype:
            raise ValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype ({weight.dtype}). Convert input: input.to({weight.dtype}), or convert model: model.to({input.dtype})"
            )
        rank = 3 if batch_sizes is None else 2
        if input.dim() != rank:
            raise RuntimeError(f"input must have {rank} dimensions, got {input.dim()}")
        if self.input_size != input.size(-1):
            raise RuntimeError(f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.size(-1)}")

    def get_expected_hidden_size(self, input, batch_sizes):
        batch = int(batch_sizes[0]) if batch_sizes is not None else input.size(0) if self.batch_first else input.size(1)
        return (self.num_layers * (2 if self.bidirectional else 1), batch, self.proj_size or self.hidden_size)

    def check_hidden_size(self, hx, expected_hidden_size, msg="Expected hidden size {}, got {}"):
        if tuple(hx.size()) != expected_hidden_size:
            raise RuntimeError(msg.format(expected_hidden_size, list(hx.size())))

    def check_forward_args(self, input, hidden, batch_sizes):
        self.check_input(input, batch_sizes)
        self.check_hidden_size(hidden, self.get_expected_hidden_size(input, batch_sizes))

    def permute_hidden(self, hx, permutation):
        return hx if permutation is None else apply_permutation(hx, permutation)

    def extra_repr(self):
        parts = [f"{self.input_size}, {self.hidden_size}"]
        for name, usual in (("proj_size", 0), ("num_layers", 1), ("bias", True), ("batch_first", False), ("dropout", 0), ("bidirectional", False)):
            value = getattr(self, name)
            if value != usual:
                parts.append(f"{name}={value}")
        return ", ".join(parts)

    # -- the call ----------------------------------------------------------------------------------------------------

    def _run(self, input, hx, batch_sizes):
        function = getattr(_recurrent, self.mode.lower())
        facts = (self._flat_weights, self.bias, self.num_layers, self.dropout, self.training, self.bidirectional)
        if batch_sizes is None:
            return function(input, hx, *facts, self.batch_first)
        return function(input, batch_sizes, hx, *facts)

    def _too_deep(self, input):
        return f"{type(self).__name__ if self.mode in ('LSTM', 'GRU') else 'RNN'}: Expected input to be 2D or 3D, got {input.dim()}D instead"

    def forward(self, input, hx=None):
        packed = isinstance(input, PackedSequence)
        single = False
        if packed:
            given, batch_sizes, sorted_indices, unsorted_indices = input
            batch = int(batch_sizes[0])
        else:
            given, batch_sizes, sorted_indices, unsorted_indices = input, None, None, None
            if given.dim() not in (2, 3):
                raise ValueError(self._too_deep(given))
            single = given.dim() == 2
            if single:
                given = given.unsqueeze(0 if self.batch_first else 1)
            batch = given.size(0) if self.batch_first else given.size(1)
        if hx is None:
            hx = self._zero_state(given, batch)
        else:
            if not packed:
                hx = self._batched_state(hx, single)
            hx = self.permute_hidden(hx, sorted_indices)
        self.check_forward_args(given, hx, batch_sizes)
        output, *state = self._run(given, hx, batch_sizes)
        if packed:
            output = PackedSequence(output, batch_sizes, sorted_indices, unsorted_indices)
        elif single:
            output = output.squeeze(0 if self.batch_first else 1)
            state = [t.squeeze(1) for t in state]
        return output, self.permute_hidden(self._state_of(state), unsorted_indices)

    def _zero_state(self, input, batch):
        ways = 2 if self.bidirectional else 1
        return zeros(self.num_layers * ways, batch, self.hidden_size, dtype=input.dtype, device=input.device)

    def _batched_state(self, hx, single):
        rank = 2 if single else 3
        if hx.dim() != rank:
            kind = "unbatched 2-D" if single else "batched 3-D"
            raise RuntimeError(f"For {kind} input, hx should also be {rank}-D but got {hx.dim()}-D tensor")
        return hx.unsqueeze(1) if single else hx

    def _state_of(self, state):
        return state[0]


class RNN(RNNBase):
    """An Elman network: h' = tanh(W x + b + W h + b), or relu."""

    def __init__(self, *args, **kwargs):
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        if len(args) > 3:
            self_nonlinearity, args = args[3], args[:3] + args[4:]
        else:
            self_nonlinearity = kwargs.pop("nonlinearity", "tanh")
        if self_nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{self_nonlinearity}'. Select from 'tanh' or 'relu'.")
        super().__init__("RNN_" + self_nonlinearity.upper(), *args, **kwargs)
        self.nonlinearity = self_nonlinearity

    def _too_deep(self, input):
        return f"RNN: Expected input to be 2D or 3D, got {input.dim()}D tensor instead"


class LSTM(RNNBase):
    """Long short-term memory; returns the output and (h, c)."""

    def __init__(self, *args, **kwargs):
        super().__init__("LSTM", *args, **kwargs)

    def check_forward_args(self, input, hidden, batch_sizes):
        self.check_input(input, batch_sizes)
        expected = self.get_expected_hidden_size(input, batch_sizes)
        self.check_hidden_size(hidden[0], expected, "Expected hidden[0] size {}, got {}")
        self.check_hidden_size(hidden[1], self.get_expected_cell_size(input, batch_sizes), "Expected hidden[1] size {}, got {}")

    def get_expected_cell_size(self, input, batch_sizes):
        layers, batch, _ = self.get_expected_hidden_size(input, batch_sizes)
        return (layers, batch, self.hidden_size)

    def permute_hidden(self, hx, permutation):
        return hx if permutation is None else (apply_permutation(hx[0], permutation), apply_permutation(hx[1], permutation))

    def _zero_state(self, input, batch):
        layers = self.num_layers * (2 if self.bidirectional else 1)
        return tuple(zeros(layers, batch, size, dtype=input.dtype, device=input.device) for size in (self.proj_size or self.hidden_size, self.hidden_size))

    def _batched_state(self, hx, single):
        rank = 2 if single else 3
        h, c = hx[0], hx[1]
        if h.dim() != rank or c.dim() != rank:
            kind = "unbatched 2-D" if single else "batched 3-D"
            raise RuntimeError(f"For {kind} input, hx and cx should also be {rank}-D but got ({h.dim()}-D, {c.dim()}-D) tensors")
        return (h.unsqueeze(1), c.unsqueeze(1)) if single else hx

    def _state_of(self, state):
        return tuple(state)


class GRU(RNNBase):
    """Gated recurrent units."""

    def __init__(self, *args, **kwargs):
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        super().__init__("GRU", *args, **kwargs)


class RNNCellBase(Module):
    """One step of a recurrent network."""

    __constants__ = ["input_size", "hidden_size", "bias"]

    def __init__(self, input_size, hidden_size, bias, num_chunks, device=None, dtype=None):
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        rows = num_chunks * hidden_size
        self.weight_ih = Parameter(empty((rows, input_size), device=device, dtype=dtype))
        self.weight_hh = Parameter(empty((rows, hidden_size), device=device, dtype=dtype))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, Parameter(empty(rows, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def extra_repr(self):
        text = f"{self.input_size}, {self.hidden_size}"
        if self.bias is not True:
            text += f", bias={self.bias}"
        if getattr(self, "nonlinearity", "tanh") != "tanh":
            text += f", nonlinearity={self.nonlinearity}"
        return text

    def reset_parameters(self):
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def _rank(self, tensor, what):
        if tensor.dim() not in (1, 2):
            raise ValueError(f"{type(self).__name__}: Expected {what} to be 1D or 2D, got {tensor.dim()}D instead")

    def _step(self, op, input, hx):
        single = input.dim() == 1
        if single:
            input = input.unsqueeze(0)
        if hx is None:
            hx = zeros(input.size(0), self.hidden_size, dtype=input.dtype, device=input.device)
        elif single:
            hx = hx.unsqueeze(0)
        out = dispatch(op, (input, hx, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh))
        return out.squeeze(0) if single else out


class RNNCell(RNNCellBase):
    """h' = tanh(W x + b + W h + b), or relu"""

    __constants__ = ["input_size", "hidden_size", "bias", "nonlinearity"]

    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh", device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input, hx=None):
        self._rank(input, "input")
        if hx is not None:
            self._rank(hx, "hidden")
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        return self._step(f"rnn_{self.nonlinearity}_cell", input, hx)


class LSTMCell(RNNCellBase):
    """One LSTM step; returns (h, c)."""

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input, hx=None):
        self._rank(input, "input")
        if hx is not None:
            for i, value in enumerate(hx):
                self._rank(value, f"hx[{i}]")
        single = input.dim() == 1
        if single:
            input = input.unsqueeze(0)
        if hx is None:
            state = zeros(input.size(0), self.hidden_size, dtype=input.dtype, device=input.device)
            hx = (state, state)
        elif single:
            hx = (hx[0].unsqueeze(0), hx[1].unsqueeze(0))
        h, c = dispatch("lstm_cell", (input, tuple(hx), self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh))
        return (h.squeeze(0), c.squeeze(0)) if single else (h, c)


class GRUCell(RNNCellBase):
    """One GRU step."""

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input, hx=None):
        self._rank(input, "input")
        if hx is not None:
            self._rank(hx, "hidden")
        return self._step("gru_cell", input, hx)
