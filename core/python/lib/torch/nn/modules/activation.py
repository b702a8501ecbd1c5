"""Activations: (name, function, options with defaults, repr)."""

from ... import _ops
from .. import functional as F
from ..module import Module


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
