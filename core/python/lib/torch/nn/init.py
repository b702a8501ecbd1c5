"""nn.init: ways to fill parameters."""

import math
import warnings

from .. import _missing, _names
from .._engine import dispatch as _dispatch
from .._factories import empty_like as _empty_like
from .._factories import eye as _eye
from .._grad_mode import no_grad
from .._tensor_facts import OURS


def calculate_gain(nonlinearity, param=None):
    if nonlinearity in ("linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "sigmoid"):
        return 1
    if nonlinearity == "tanh":
        return 5.0 / 3
    if nonlinearity == "relu":
        return math.sqrt(2.0)
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, (int, float)):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + slope**2))
    if nonlinearity == "selu":
        return 3.0 / 4
    raise ValueError(f"Unsupported nonlinearity {nonlinearity}")


def _calculate_fan_in_and_fan_out(tensor):
    if tensor.dim() < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    field = 1
    for size in tensor.shape[2:]:
        field *= size
    return tensor.shape[1] * field, tensor.shape[0] * field


def _fan(tensor, mode):
    mode = mode.lower()
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return fan_in if mode == "fan_in" else fan_out


def _quiet(fill):
    def call(tensor, *args, **kwargs):
        with no_grad():
            return fill(tensor, *args, **kwargs)

    call.__name__ = call.__qualname__ = fill.__name__
    return call


@_quiet
def uniform_(tensor, a=0.0, b=1.0, generator=None):
    return tensor.uniform_(a, b, generator=generator)


@_quiet
def normal_(tensor, mean=0.0, std=1.0, generator=None):
    return tensor.normal_(mean, std, generator=generator)


@_quiet
def trunc_normal_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0, generator=None):
    """Normals within [a, b], by rejection: whole tensors are redrawn until every place has had one inside."""
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.", skip_file_prefixes=OURS
        )
    mass = _below((b - mean) / std) - _below((a - mean) / std)
    if mass > 0.3:
        low, high = tensor.new_tensor(a).item(), tensor.new_tensor(b).item()
        found = tensor.normal_(mean, std, generator=generator)
        while True:
            outside = _dispatch("logical_or", (found < low, found > high))
            if not outside.any():
                break
            found = _dispatch("where", (outside, _empty_like(found).normal_(mean, std, generator=generator), found))
        if found is not tensor:
            tensor.copy_(found)
        return tensor
    # Uniform proposals, kept with the density's share of its peak.
    peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2
    tensor.uniform_(a, b, generator=generator)
    found, pending = tensor, None
    proposed = tensor.clone()
    while True:
        level = proposed.sub(mean).div_(std).pow_(2).mul_(-0.5).sub_(peak)
        refused = _empty_like(tensor).uniform_(generator=generator).log_().gt(level)
        pending = refused if pending is None else _dispatch("where", (pending, refused, pending))
        if not pending.any():
            break
        proposed = _empty_like(tensor).uniform_(a, b, generator=generator)
        found = _dispatch("where", (pending, proposed, found))
    return tensor if found is tensor else tensor.copy_(found)


def _below(x):
    """The normal distribution's mass below x."""
    return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0


@_quiet
def constant_(tensor, val):
    return tensor.fill_(val)


@_quiet
def ones_(tensor):
    return tensor.fill_(1.0)


@_quiet
def zeros_(tensor):
    return tensor.fill_(0.0)


@_quiet
def eye_(tensor):
    """1 on the diagonal, else 0."""
    if tensor.dim() != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    return tensor.copy_(_eye(*tensor.shape))


@_quiet
def dirac_(tensor, groups=1):
    """A convolution that passes on its channels."""
    dims = tensor.dim()
    if dims not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    sizes = tensor.size()
    if sizes[0] % groups != 0:
        raise ValueError("dim 0 must be divisible by groups")
    each = sizes[0] // groups
    tensor.zero_()
    middle = [size // 2 for size in sizes[2:]]
    for group in range(groups):
        for d in range(min(each, sizes[1])):
            tensor[(group * each + d, d, *middle)] = 1
    return tensor


@_quiet
def xavier_uniform_(tensor, gain=1.0, generator=None):
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    a = math.sqrt(3.0) * (gain * math.sqrt(2.0 / float(fan_in + fan_out)))
    return tensor.uniform_(-a, a, generator=generator)


@_quiet
def xavier_normal_(tensor, gain=1.0, generator=None):
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return tensor.normal_(0.0, gain * math.sqrt(2.0 / float(fan_in + fan_out)), generator=generator)


@_quiet
def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", skip_file_prefixes=OURS)
        return tensor
    bound = math.sqrt(3.0) * (calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)))
    return tensor.uniform_(-bound, bound, generator=generator)


@_quiet
def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", skip_file_prefixes=OURS)
        return tensor
    return tensor.normal_(0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)), generator=generator)


@_quiet
def orthogonal_(tensor, gain=1, generator=None):
    """A matrix with orthonormal rows or columns, from normals."""
    if tensor.dim() < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if tensor.numel() == 0:
        return tensor
    rows = tensor.size(0)
    columns = tensor.numel() // rows
    drawn = tensor.new_empty((rows, columns)).normal_(0, 1, generator=generator)
    wide = rows < columns
    q = _dispatch("_orthonormal", (drawn.t() if wide else drawn,))
    return tensor.copy_((q.t() if wide else q).reshape(tensor.shape)).mul_(gain)


@_quiet
def sparse_(tensor, sparsity, std=0.01, generator=None):
    """Normals, with a share of each column 0."""
    from .._draws import randperm

    if tensor.dim() != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    rows, columns = tensor.shape
    zeros = math.ceil(sparsity * rows)
    tensor.normal_(0, std, generator=generator)
    for column in range(columns):
        tensor[randperm(rows)[:zeros], column] = 0
    return tensor


def _old_name(fill):
    name = fill.__name__[:-1]

    def call(*args, **kwargs):
        warnings.warn(f"`nn.init.{name}` is now deprecated in favor of `nn.init.{name}_`.", FutureWarning, skip_file_prefixes=OURS)
        return fill(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    return call


uniform, normal, constant, eye, dirac = (_old_name(fill) for fill in (uniform_, normal_, constant_, eye_, dirac_))
xavier_uniform, xavier_normal = _old_name(xavier_uniform_), _old_name(xavier_normal_)
kaiming_uniform, kaiming_normal = _old_name(kaiming_uniform_), _old_name(kaiming_normal_)
orthogonal, sparse = _old_name(orthogonal_), _old_name(sparse_)

__getattr__ = _missing.names_missing("torch.nn.init", _names.INIT)
