"""Losses."""

import warnings

import _nabla
from nabla_runtime.bridge import CELL_RECORDING, cell

from ... import _missing, _ops
from ..._engine import call as _call
from ..._engine import dispatch as _dispatch
from ..._engine import other as _other
from ..._engine import plan as _plan
from ..._tensor import Tensor
from ..._tensor import wrap as _wrap
from ..._tensor_facts import OURS
from .._recording import told as _module_state

_MSE = _plan("mse_loss", "t", "t", "i")
_REDUCTIONS = {"none": 0, "mean": 1, "sum": 2}


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
