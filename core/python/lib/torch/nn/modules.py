"""Layers, activations and losses."""

import math

from .. import _ops
from .._factories import empty
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter


class Identity(Module):
    """Returns its input."""

    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, input):
        return input


class Linear(Module):
    """y = x Wᵀ + b"""

    __constants__ = ["in_features", "out_features"]

    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(empty((out_features, in_features), device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_features, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self):
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in, _ = init._calculate_fan_in_and_fan_out(self.weight)
            bound = 1 / math.sqrt(fan_in) if fan_in > 0 else 0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input):
        held = self._parameters
        return F.linear(input, held["weight"], held["bias"])

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Flatten(Module):
    """Joins dimensions start_dim … end_dim."""

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input):
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Splits a dimension."""

    def __init__(self, dim, unflattened_size):
        super().__init__()
        self.dim, self.unflattened_size = dim, unflattened_size

    def forward(self, input):
        return input.unflatten(self.dim, self.unflattened_size)

    def extra_repr(self):
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


class _Dropout(Module):
    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def extra_repr(self):
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """Zeroes elements while training."""

    def forward(self, input):
        return F.dropout(input, self.p, self.training, self.inplace)


# -- activations: (name, function, options with defaults, repr) ------------------------------------------------------


def _activation(name, function, options, repr_of):
    """A module that calls one function with its own options."""
    names = list(options)

    def __init__(self, *args, **kwargs):
        Module.__init__(self)
        if len(args) > len(names):
            raise TypeError(f"{name}.__init__() takes from 1 to {len(names) + 1} positional arguments but {len(args) + 1} were given")
        values = {**options, **dict(zip(names, args))}
        for key, value in kwargs.items():
            if key not in options:
                raise TypeError(f"{name}.__init__() got an unexpected keyword argument '{key}'")
            values[key] = value
        for key, value in values.items():
            setattr(self, key, value)

    def extra_repr(self):
        return repr_of(self)

    return type(name, (Module,), {"__init__": __init__, "forward": function, "extra_repr": extra_repr, "__module__": "torch.nn.modules.activation"})


def _inplace_text(self):
    return "inplace=True" if self.inplace else ""


def _joined(*names):
    def text(self):
        return ", ".join(f"{name}={getattr(self, name)}" for name in names) + (", inplace=True" if getattr(self, "inplace", False) else "")

    return text


def _none(self):
    return ""


ReLU = _activation("ReLU", lambda self, input: F.relu(input, inplace=self.inplace), {"inplace": False}, _inplace_text)
Tanh = _activation("Tanh", lambda self, input: F.tanh(input), {}, _none)
Sigmoid = _activation("Sigmoid", lambda self, input: F.sigmoid(input), {}, _none)
Softmax = _activation("Softmax", lambda self, input: F.softmax(input, self.dim), {"dim": None}, lambda self: f"dim={self.dim}")
LogSoftmax = _activation("LogSoftmax", lambda self, input: F.log_softmax(input, self.dim), {"dim": None}, lambda self: f"dim={self.dim}")
Softmin = _activation("Softmin", lambda self, input: F.softmin(input, self.dim), {"dim": None}, lambda self: f"dim={self.dim}")
Softsign = _activation("Softsign", lambda self, input: F.softsign(input), {}, _none)
Tanhshrink = _activation("Tanhshrink", lambda self, input: F.tanhshrink(input), {}, _none)
_more = {
    "LeakyReLU": ("leaky_relu", {"negative_slope": 0.01, "inplace": False}, lambda self, x: F.leaky_relu(x, self.negative_slope, inplace=self.inplace), _joined("negative_slope")),
    "ELU": ("elu", {"alpha": 1.0, "inplace": False}, lambda self, x: F.elu(x, self.alpha, inplace=self.inplace), _joined("alpha")),
    "SELU": ("selu", {"inplace": False}, lambda self, x: F.selu(x, inplace=self.inplace), _inplace_text),
    "CELU": ("celu", {"alpha": 1.0, "inplace": False}, lambda self, x: F.celu(x, self.alpha, inplace=self.inplace), _joined("alpha")),
    "GELU": ("gelu", {"approximate": "none"}, lambda self, x: F.gelu(x, approximate=self.approximate), lambda self: f"approximate={self.approximate!r}"),
    "SiLU": ("silu", {"inplace": False}, lambda self, x: F.silu(x, inplace=self.inplace), _inplace_text),
    "Mish": ("mish", {"inplace": False}, lambda self, x: F.mish(x, inplace=self.inplace), _inplace_text),
    "ReLU6": ("relu6", {"inplace": False}, lambda self, x: F.relu6(x, inplace=self.inplace), _inplace_text),
    "Hardtanh": ("hardtanh", {"min_val": -1.0, "max_val": 1.0, "inplace": False}, lambda self, x: F.hardtanh(x, self.min_val, self.max_val, inplace=self.inplace), _joined("min_val", "max_val")),
    "Hardswish": ("hardswish", {"inplace": False}, lambda self, x: F.hardswish(x, inplace=self.inplace), _none),
    "Hardsigmoid": ("hardsigmoid", {"inplace": False}, lambda self, x: F.hardsigmoid(x, inplace=self.inplace), _none),
    "Softplus": ("softplus", {"beta": 1.0, "threshold": 20.0}, lambda self, x: F.softplus(x, self.beta, self.threshold), _joined("beta", "threshold")),
    "LogSigmoid": ("logsigmoid", {}, lambda self, x: F.logsigmoid(x), _none),
}
for _name, (_op, _options, _forward, _text) in _more.items():
    if _ops.has(_op) or _ops.has("log_sigmoid") and _op == "logsigmoid":
        globals()[_name] = _activation(_name, _forward, _options, _text)


# -- losses ------------------------------------------------------------------------------------------------------------


class _Loss(Module):
    """A loss with a reduction. The recorder is told of each value."""

    _is_loss = True

    def __init__(self, size_average=None, reduce=None, reduction="mean"):
        super().__init__()
        if size_average is not None or reduce is not None:
            reduction = ("none", "mean", "sum")[F.reduction_number(reduction, size_average, reduce)]
        self.reduction = reduction


class _WeightedLoss(_Loss):
    def __init__(self, weight=None, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


class MSELoss(_Loss):
    """Mean of (x - y)²."""

    def forward(self, input, target):
        return F.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """Mean of |x - y|."""

    def forward(self, input, target):
        return F.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(_Loss):
    """Squared near 0, absolute beyond beta."""

    def __init__(self, size_average=None, reduce=None, reduction="mean", beta=1.0):
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input, target):
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=float(self.beta))


class HuberLoss(_Loss):
    """Squared near 0, linear beyond delta."""

    def __init__(self, reduction="mean", delta=1.0):
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input, target):
        return F.huber_loss(input, target, reduction=self.reduction, delta=float(self.delta))


class CrossEntropyLoss(_WeightedLoss):
    """Cross entropy of logits."""

    def __init__(self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean", label_smoothing=0.0):
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input, target):
        return F.cross_entropy(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction, label_smoothing=self.label_smoothing)


class NLLLoss(_WeightedLoss):
    """Negative log likelihood."""

    def __init__(self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"):
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index

    def forward(self, input, target):
        return F.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class BCELoss(_WeightedLoss):
    """Binary cross entropy of probabilities."""

    def forward(self, input, target):
        return F.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_Loss):
    """Binary cross entropy of logits."""

    def __init__(self, weight=None, size_average=None, reduce=None, reduction="mean", pos_weight=None):
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input, target):
        return F.binary_cross_entropy_with_logits(input, target, self.weight, pos_weight=self.pos_weight, reduction=self.reduction)


class KLDivLoss(_Loss):
    """Kullback-Leibler divergence."""

    def __init__(self, size_average=None, reduce=None, reduction="mean", log_target=False):
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input, target):
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


for _cls, _op in ((SmoothL1Loss, "smooth_l1_loss"), (HuberLoss, "huber_loss"), (CrossEntropyLoss, "cross_entropy_loss"), (BCELoss, "binary_cross_entropy"), (BCEWithLogitsLoss, "binary_cross_entropy_with_logits"), (KLDivLoss, "kl_div")):
    if not _ops.has(_op):
        del globals()[_cls.__name__]
if not (_ops.has("nll_loss") or _ops.has("nll_loss_nd")):
    del NLLLoss
for _name, _value in list(globals().items()):
    if isinstance(_value, type) and issubclass(_value, Module) and _value is not Module:
        _value.__module__ = "torch.nn.modules." + ("loss" if issubclass(_value, _Loss) else "linear" if _name in ("Linear", "Identity") else "activation" if _value.__module__.endswith("activation") else "flatten" if "latten" in _name else "dropout")
