"""torch.nn.functional: the op table's functions, and those that Python shapes."""

import warnings

import _nabla
from nabla_runtime.bridge import CELL_RECORDING, cell

from .. import _missing, _names, _ops
from .._engine import call as _call
from .._engine import dispatch as _dispatch
from .._engine import other as _other
from .._engine import plan as _plan
from .._tensor import Tensor
from .._tensor import wrap as _wrap
from .._tensor_facts import OURS
from ._recording import told as _module_state

_LINEAR = _plan("linear", "t", "t", "t")
_MSE = _plan("mse_loss", "t", "t", "i")
_REDUCTIONS = {"none": 0, "mean": 1, "sum": 2}


def linear(input, weight, bias=None):
    """y = x Wᵀ + b"""
    if bias is None:
        return _dispatch("linear", (input, weight))
    try:
        handle = _call(_LINEAR, input._h, weight._h, bias._h)
    except AttributeError:
        return _dispatch("linear", (input, weight, bias))
    return _wrap(handle) if handle > 0 else _other(handle)


def reduction_number(reduction, size_average=None, reduce=None):
    """torch's number for 'none', 'mean', 'sum'."""
    if size_average is not None or reduce is not None:
        size_average = True if size_average is None else size_average
        reduce = True if reduce is None else reduce
        reduction = "none" if not reduce else "mean" if size_average else "sum"
        warnings.warn(f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.", skip_file_prefixes=OURS)
    number = _REDUCTIONS.get(reduction)
    if number is None:
        if reduction == "elementwise_mean":
            return 1
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return number


def _told(name, loss):
    """Tell the recorder of a loss: a validation where nothing is recorded for backward, or the model is in eval mode."""
    if cell[CELL_RECORDING] and isinstance(loss, Tensor):
        _nabla.loss(_module_state["loss"] or "F." + name, loss._h, _nabla.grad_mode(-1) == 0 or not _module_state["training"])
    return loss


def _same_size(input, target, name):
    if target.shape != input.shape:
        warnings.warn(
            f"Using a target size ({target.size()}) that is different to the input size ({input.size()}). "
            "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            skip_file_prefixes=OURS,
        )


def mse_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """Mean squared error."""
    if reduction == "mean" and size_average is None and reduce is None and weight is None:
        number = 1
    else:
        number = reduction_number(reduction, size_average, reduce)
    if _nabla.same_shape(input._h, target._h) != 1:
        _same_size(input, target, "mse_loss")
        return _told("mse_loss", _dispatch("mse_loss", (*_broadcast(input, target), number)))
    handle = _call(_MSE, input._h, target._h, number)
    loss = _wrap(handle) if handle > 0 else _other(handle)
    return _told("mse_loss", loss) if cell[CELL_RECORDING] else loss


def _broadcast(input, target):
    shape = _ops.broadcast_shapes(input.shape, target.shape)
    return input.expand(shape), target.expand(shape)


def l1_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """Mean absolute error."""
    number = reduction_number(reduction, size_average, reduce)
    if target.shape != input.shape:
        _same_size(input, target, "l1_loss")
        input, target = _broadcast(input, target)
    if _ops.has("l1_loss"):
        return _told("l1_loss", _dispatch("l1_loss", (input, target, number)))
    error = (input - target).abs()
    return _told("l1_loss", error.mean() if number == 1 else error.sum() if number == 2 else error)


def _loss(name, *, beta=None):
    """A loss (input, target, reduction) of the table."""

    def function(input, target, size_average=None, reduce=None, reduction="mean", **options):
        number = reduction_number(reduction, size_average, reduce)
        if target.shape != input.shape and name in ("smooth_l1_loss", "huber_loss"):
            _same_size(input, target, name)
            input, target = _broadcast(input, target)
        if name == "smooth_l1_loss" and options.get("beta") == 0:
            return l1_loss(input, target, reduction=reduction)
        return _told(name, _dispatch(name, (input, target, number), options))

    function.__name__ = function.__qualname__ = name
    return function


for _name in ("smooth_l1_loss", "huber_loss", "soft_margin_loss"):
    if _ops.has(_name):
        globals()[_name] = _loss(_name)


def cross_entropy(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean", label_smoothing=0.0):
    """Cross entropy of logits."""
    if not _ops.has("cross_entropy_loss"):
        _missing.raise_missing("torch.nn.functional.cross_entropy")
    return _told("cross_entropy", _dispatch("cross_entropy_loss", (input, target, weight, reduction_number(reduction, size_average, reduce), ignore_index, float(label_smoothing))))


def nll_loss(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"):
    """Negative log likelihood."""
    name = next((n for n in ("nll_loss_nd", "nll_loss") if _ops.has(n)), None)
    if name is None:
        _missing.raise_missing("torch.nn.functional.nll_loss")
    return _told("nll_loss", _dispatch(name, (input, target, weight, reduction_number(reduction, size_average, reduce), ignore_index)))


def binary_cross_entropy(input, target, weight=None, size_average=None, reduce=None, reduction="mean"):
    """Binary cross entropy of probabilities."""
    if not _ops.has("binary_cross_entropy"):
        _missing.raise_missing("torch.nn.functional.binary_cross_entropy")
    if target.size() != input.size():
        raise ValueError(f"Using a target size ({target.size()}) that is different to the input size ({input.size()}) is deprecated. Please ensure they have the same size.")
    return _told("binary_cross_entropy", _dispatch("binary_cross_entropy", (input, target, weight, reduction_number(reduction, size_average, reduce))))


def binary_cross_entropy_with_logits(input, target, weight=None, size_average=None, reduce=None, reduction="mean", pos_weight=None):
    """Binary cross entropy of logits."""
    if not _ops.has("binary_cross_entropy_with_logits"):
        _missing.raise_missing("torch.nn.functional.binary_cross_entropy_with_logits")
    if target.size() != input.size():
        raise ValueError(f"Target size ({target.size()}) must be the same as input size ({input.size()})")
    return _told(
        "binary_cross_entropy_with_logits",
        _dispatch("binary_cross_entropy_with_logits", (input, target, weight, pos_weight, reduction_number(reduction, size_average, reduce))),
    )


def kl_div(input, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    """Kullback-Leibler divergence."""
    if not _ops.has("kl_div"):
        _missing.raise_missing("torch.nn.functional.kl_div")
    if reduction == "batchmean":
        return _told("kl_div", _dispatch("kl_div", (input, target, 2), {"log_target": log_target}) / input.shape[0])
    return _told("kl_div", _dispatch("kl_div", (input, target, reduction_number(reduction, size_average, reduce)), {"log_target": log_target}))


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


def one_hot(tensor, num_classes=-1):
    """0 and 1 rows."""
    from .._dtype import int64
    from .._factories import arange

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


for _name, _function in __import__("torch")._functional.items():
    if _name not in globals():
        globals()[_name] = _function

__getattr__ = _missing.names_missing("torch.nn.functional", _names.FUNCTIONAL)
