"""Losses."""

import math
import warnings

import _nabla
from nabla_runtime.bridge import CELL_RECORDING, cell

from ... import _ops
from ..._engine import dispatch as _dispatch
from ..._engine import function as _function
from ..._grad_mode import no_grad as _no_grad
from ..._tensor import Tensor
from ..._tensor_facts import OURS

_mse = _function("mse_loss")
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


def _legacy(reduction, size_average, reduce):
    return reduction if size_average is None and reduce is None else ("none", "mean", "sum")[reduction_number(reduction, size_average, reduce)]


def _told(name, loss):
    """Tell the recorder of a loss."""
    if cell[CELL_RECORDING] and isinstance(loss, Tensor):
        _nabla.loss("F." + name, loss._h)
    return loss


def _same_size(input, target, name):
    if target.shape != input.shape:
        warnings.warn(
            f"Using a target size ({target.size()}) that is different to the input size ({input.size()}). "
            "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            skip_file_prefixes=OURS,
        )


def _weighted(each, weight, input, reduction):
    """Errors by weight; their mean is the weighted one."""
    if weight.size() != input.size():
        raise ValueError("Weights and input must have the same size.")
    each = each * weight
    if reduction == "none":
        return each
    if reduction == "sum":
        return each.sum()
    if reduction == "mean":
        return each.sum() / weight.sum()
    raise ValueError(f"Invalid reduction mode: {reduction}. Expected one of 'none', 'mean', 'sum'.")


def mse_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """Mean squared error."""
    if reduction == "mean" and size_average is None and reduce is None and weight is None:
        number = 1
    elif weight is not None:
        if input.shape != target.shape:
            _same_size(input, target, "mse_loss")
        pair = _broadcast(input, target)
        return _told("mse_loss", _weighted((pair[0] - pair[1]).pow(2), weight, input, _legacy(reduction, size_average, reduce)))
    else:
        number = reduction_number(reduction, size_average, reduce)
    if _nabla.same_shape(input._h, target._h) != 1:
        _same_size(input, target, "mse_loss")
        return _told("mse_loss", _dispatch("mse_loss", (*_broadcast(input, target), number)))
    loss = _mse(input, target, number)
    return _told("mse_loss", loss) if cell[CELL_RECORDING] else loss


def _broadcast(input, target):
    shape = _ops.broadcast_shapes(input.shape, target.shape)
    return input if input.shape == shape else input.expand(shape), target if target.shape == shape else target.expand(shape)


def _alike(input, target, name):
    """The two in one shape, with a warning where they had two."""
    if target.shape == input.shape:
        return input, target
    _same_size(input, target, name)
    return _broadcast(input, target)


def l1_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """Mean absolute error."""
    pair = _alike(input, target, "l1_loss")
    if weight is not None:
        return _told("l1_loss", _weighted((pair[0] - pair[1]).abs(), weight, input, _legacy(reduction, size_average, reduce)))
    return _told("l1_loss", _dispatch("l1_loss", (*pair, reduction_number(reduction, size_average, reduce))))


def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction="mean", beta=1.0):
    """Squared near 0, absolute beyond beta."""
    number = reduction_number(reduction, size_average, reduce)
    pair = _alike(input, target, "smooth_l1_loss")
    if beta == 0.0:
        return _told("smooth_l1_loss", _dispatch("l1_loss", (*pair, number)))
    return _told("smooth_l1_loss", _dispatch("smooth_l1_loss", (*pair, number, float(beta))))


def huber_loss(input, target, reduction="mean", delta=1.0, weight=None):
    """Squared near 0, linear beyond delta."""
    pair = _alike(input, target, "huber_loss")
    if weight is None:
        return _told("huber_loss", _dispatch("huber_loss", (*pair, reduction_number(reduction), float(delta))))
    if weight.size() != input.size():
        raise ValueError("Weights and input must have the same size.")
    each = _dispatch("huber_loss", (*pair, 0, float(delta))) * weight
    if reduction not in _REDUCTIONS:
        raise ValueError(f"Invalid reduction mode: {reduction}. Expected one of 'none', 'mean', 'sum'.")
    return _told("huber_loss", each if reduction == "none" else each.sum() if reduction == "sum" else each.mean())


def soft_margin_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    """Mean of log(1 + exp(-y x))."""
    return _told("soft_margin_loss", _dispatch("soft_margin_loss", (input, target, reduction_number(reduction, size_average, reduce))))


def cross_entropy(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean", label_smoothing=0.0):
    """Cross entropy of logits."""
    return _told("cross_entropy", _dispatch("cross_entropy_loss", (input, target, weight, reduction_number(reduction, size_average, reduce), ignore_index, float(label_smoothing))))


def nll_loss(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"):
    """Negative log likelihood."""
    return _told("nll_loss", _dispatch("nll_loss_nd", (input, target, weight, reduction_number(reduction, size_average, reduce), ignore_index)))


def binary_cross_entropy(input, target, weight=None, size_average=None, reduce=None, reduction="mean"):
    """Binary cross entropy of probabilities."""
    if target.size() != input.size():
        raise ValueError(f"Using a target size ({target.size()}) that is different to the input size ({input.size()}) is deprecated. Please ensure they have the same size.")
    return _told("binary_cross_entropy", _dispatch("binary_cross_entropy", (input, target, weight, reduction_number(reduction, size_average, reduce))))


def binary_cross_entropy_with_logits(input, target, weight=None, size_average=None, reduce=None, reduction="mean", pos_weight=None):
    """Binary cross entropy of logits."""
    if target.size() != input.size():
        raise ValueError(f"Target size ({target.size()}) must be the same as input size ({input.size()})")
    return _told(
        "binary_cross_entropy_with_logits",
        _dispatch("binary_cross_entropy_with_logits", (input, target, weight, pos_weight, reduction_number(reduction, size_average, reduce))),
    )


def kl_div(input, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    """Kullback-Leibler divergence."""
    if size_average is None and reduce is None and reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides only by the batch size, and aligns with "
            "the KL div math definition.'mean' will be changed to behave the same as 'batchmean' in the next major release.",
            skip_file_prefixes=OURS,
        )
    number = 2 if reduction == "batchmean" else reduction_number(reduction, size_average, reduce)
    loss = _dispatch("kl_div", (input, target, number), {"log_target": log_target})
    return _told("kl_div", loss / input.size()[0] if reduction == "batchmean" and input.dim() != 0 else loss)


def poisson_nll_loss(input, target, log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction="mean"):
    """exp(x) - y x, or x - y log x."""
    reduction = _legacy(reduction, size_average, reduce)
    if reduction not in _REDUCTIONS:
        raise ValueError(reduction + " is not a valid value for reduction")
    return _told("poisson_nll_loss", _dispatch("poisson_nll_loss", (input, target, log_input, full, float(eps), _REDUCTIONS[reduction])))


def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    """½ (log var + (x - y)² / var)"""
    if isinstance(var, float):
        if var < 0:
            raise ValueError("var has negative entry/entries")
        var = var * input.new_ones(input.shape)
    elif bool((var < 0).any()):
        raise ValueError("var has negative entry/entries")
    if var.size() != input.size():
        if input.size()[:-1] == var.size():
            var = var.unsqueeze(-1)
        elif not (input.dim() == var.dim() and sum(b for a, b in zip(input.size(), var.size()) if a != b) == 1):
            raise ValueError("var is of incorrect size")
    if reduction not in _REDUCTIONS:
        raise ValueError(reduction + " is not valid")
    var = var.clone()
    with _no_grad():
        var.clamp_(min=eps)
    loss = 0.5 * (var.log() + (input - target) ** 2 / var)
    if full:
        loss += 0.5 * math.log(2 * math.pi)
    return _told("gaussian_nll_loss", loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss)


def hinge_embedding_loss(input, target, margin=1.0, size_average=None, reduce=None, reduction="mean"):
    """x where y is 1, max(0, margin - x) where y is -1."""
    number = reduction_number(reduction, size_average, reduce)
    return _told("hinge_embedding_loss", _dispatch("hinge_embedding_loss", (input, target, float(margin), number)))


def margin_ranking_loss(input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"):
    """max(0, -y (x1 - x2) + margin)"""
    number = reduction_number(reduction, size_average, reduce)
    if input1.dim() != input2.dim() or input1.dim() != target.dim():
        raise RuntimeError(
            f"margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: {input1.size()}, input2: {input2.size()}, "
            f"target: {target.size()} "
        )
    return _told("margin_ranking_loss", _dispatch("margin_ranking_loss", (input1, input2, target, float(margin), number)))


def multilabel_margin_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    """Each target class above each other class by 1."""
    number = reduction_number(reduction, size_average, reduce)
    return _told("multilabel_margin_loss", _dispatch("multilabel_margin_loss", (input, target, number)))


def multi_margin_loss(input, target, p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction="mean"):
    """The target class above each other class by margin."""
    number = reduction_number(reduction, size_average, reduce)
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.dim() != 1:
        raise ValueError("weight must be one-dimensional")
    return _told("multi_margin_loss", _dispatch("multi_margin_loss", (input, target, p, margin, weight, number)))


def multilabel_soft_margin_loss(input, target, weight=None, size_average=None, reduce=None, reduction="mean"):
    """Binary cross entropy of each class's logit, averaged over classes."""
    from .. import functional as F

    reduction = _legacy(reduction, size_average, reduce)
    loss = -(target * F.logsigmoid(input) + (1 - target) * F.logsigmoid(-input))
    if weight is not None:
        loss = loss * weight
    dim = input.dim() - 1
    loss = loss.sum(dim=dim) / input.size(dim)
    if reduction not in _REDUCTIONS:
        raise ValueError(reduction + " is not valid")
    return _told("multilabel_soft_margin_loss", loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss)


def cosine_embedding_loss(input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"):
    """1 - cos where y is 1, max(0, cos - margin) where y is -1."""
    number = reduction_number(reduction, size_average, reduce)
    return _told("cosine_embedding_loss", _dispatch("cosine_embedding_loss", (input1, input2, target, float(margin), number)))


def triplet_margin_loss(
    anchor, positive, negative, margin=1.0, p=2, eps=1e-6, swap=False, size_average=None, reduce=None, reduction="mean"
):  # fmt: skip
    """max(0, ‖anchor - positive‖ - ‖anchor - negative‖ + margin)"""
    number = reduction_number(reduction, size_average, reduce)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    arguments = (anchor, positive, negative, float(margin), float(p), float(eps), swap, number)
    return _told("triplet_margin_loss", _dispatch("triplet_margin_loss", arguments))


def triplet_margin_with_distance_loss(anchor, positive, negative, *, distance_function=None, margin=1.0, swap=False, reduction="mean"):
    """triplet_margin_loss with any distance."""
    if reduction not in _REDUCTIONS:
        raise ValueError(f"{reduction} is not a valid value for reduction")
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    ranks = anchor.dim(), positive.dim(), negative.dim()
    if not ranks[0] == ranks[1] == ranks[2]:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: "
            f"anchor {ranks[0]}D, positive {ranks[1]}D, and negative {ranks[2]}D inputs"
        )
    if distance_function is None:
        from .distance import pairwise_distance as distance_function
    near = distance_function(anchor, positive)
    far = distance_function(anchor, negative)
    if swap:
        far = _dispatch("minimum", (far, distance_function(positive, negative)))
    loss = _dispatch("clamp_min", (margin + near - far, 0))
    return _told("triplet_margin_with_distance_loss", loss.sum() if reduction == "sum" else loss.mean() if reduction == "mean" else loss)


def ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    """-log of a target's probability over all alignments."""
    arguments = (log_probs, targets, input_lengths, target_lengths, blank, reduction_number(reduction), zero_infinity)
    return _told("ctc_loss", _dispatch("ctc_loss", arguments))
