"""Normalisation: by batch, layer, group, instance, root mean square; vectors to length one."""

from ..._engine import dispatch as _dispatch
from ..._missing import refuse_out


def _more_than_one(sizes):
    count = sizes[0]
    for size in sizes[2:]:
        count *= size
    if count == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {sizes}")


def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    """Every channel to mean 0 and variance 1: of the batch, or the running ones."""
    if training:
        _more_than_one(input.size())
        if eps <= 0.0:
            raise ValueError(f"batch_norm eps must be positive during training, but got {eps}")
    elif eps < 0.0:
        raise ValueError(f"batch_norm eps must be non-negative, but got {eps}")
    return _dispatch("batch_norm", (input, weight, bias, running_mean, running_var, training, float(momentum), float(eps), True))


def instance_norm(input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-5):
    """Every channel of every sample to mean 0 and variance 1."""
    if use_input_stats:
        sizes = input.size()
        count = 1
        for size in sizes[2:]:
            count *= size
        if count == 1:
            raise ValueError(f"Expected more than 1 spatial element when training, got input size {sizes}")
    return _dispatch("instance_norm", (input, weight, bias, running_mean, running_var, use_input_stats, float(momentum), float(eps), True))


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    """The last dimensions to mean 0 and variance 1."""
    return _dispatch("layer_norm", (input, normalized_shape, weight, bias, float(eps), True))


def rms_norm(input, normalized_shape, weight=None, eps=None):
    """The last dimensions to root mean square 1."""
    return _dispatch("rms_norm", (input, normalized_shape, weight, None if eps is None else float(eps)))


def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    """Groups of channels to mean 0 and variance 1."""
    if input.dim() < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {input.dim()}")
    sizes = [input.size(0) * input.size(1) // num_groups, num_groups, *input.size()[2:]]
    _more_than_one(sizes)
    return _dispatch("group_norm", (input, num_groups, weight, bias, float(eps), True))


def local_response_norm(input, size, alpha=0.0001, beta=0.75, k=1.0):
    """x / (k + α · mean of squares over neighbouring channels)^β"""
    from .. import functional as F

    dim = input.dim()
    if dim < 3:
        raise ValueError(f"Expected 3D or higher dimensionality                          input (got {dim} dimensions)")
    if input.numel() == 0:
        return input
    squares = input.mul(input)
    if dim == 3:
        squares = F.pad(squares.unsqueeze(1), (0, 0, size // 2, (size - 1) // 2))
        mean = F.avg_pool2d(squares, (size, 1), stride=1).squeeze(1)
    else:
        shape = input.size()
        squares = squares.view(shape[0], 1, shape[1], shape[2], -1)
        squares = F.pad(squares, (0, 0, 0, 0, size // 2, (size - 1) // 2))
        mean = F.avg_pool3d(squares, (size, 1, 1), stride=1).squeeze(1).view(shape)
    return input / mean.mul(alpha).add(k).pow(beta)


def normalize(input, p=2.0, dim=1, eps=1e-12, out=None):
    """x / max(‖x‖, eps)"""
    norm = input.norm(p, dim, keepdim=True).clamp_min(eps).expand_as(input)
    refuse_out("nn.functional.normalize", out)
    return input / norm
