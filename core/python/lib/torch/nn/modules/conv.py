"""Convolutions and their transposes."""

import math

from ..._factories import empty
from .. import functional as F
from .. import init
from ..module import Module
from ..parameter import Parameter
from ._own_init import own_init
from .utils import each


class _ConvNd(Module):
    """What all convolutions share: their settings, weight and bias, and how these begin."""

    __constants__ = ["stride", "padding", "dilation", "groups", "padding_mode", "output_padding", "in_channels", "out_channels", "kernel_size"]
    _n = 0

    def __init__(
        self, in_channels, out_channels, kernel_size, stride, padding, dilation,
        transposed, output_padding, groups, bias, padding_mode, device=None, dtype=None,
    ):  # fmt: skip
        super().__init__()
        if groups <= 0:
            raise ValueError("groups must be a positive integer")
        if in_channels % groups != 0:
            raise ValueError("in_channels must be divisible by groups")
        if out_channels % groups != 0:
            raise ValueError("out_channels must be divisible by groups")
        if isinstance(padding, str):
            choices = {"same", "valid"}
            if padding not in choices:
                raise ValueError(f"Invalid padding string {padding!r}, should be one of {choices}")
            if padding == "same" and any(s != 1 for s in stride):
                raise ValueError("padding='same' is not supported for strided convolutions")
        choices = {"zeros", "reflect", "replicate", "circular"}
        if padding_mode not in choices:
            raise ValueError(f"padding_mode must be one of {choices}, but got padding_mode='{padding_mode}'")
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.transposed = transposed
        self.output_padding = output_padding
        self.groups = groups
        self.padding_mode = padding_mode
        self._reversed_padding_repeated_twice = self._edges()
        channels = (in_channels, out_channels // groups) if transposed else (out_channels, in_channels // groups)
        self.weight = Parameter(empty((*channels, *kernel_size), device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_channels, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def _edges(self):
        """The padding as F.pad takes it, the last dimension first."""
        if not isinstance(self.padding, str):
            return tuple(size for size in reversed(self.padding) for _ in range(2))
        edges = []
        for dilation, size in zip(reversed(self.dilation), reversed(self.kernel_size)):
            total = dilation * (size - 1) if self.padding == "same" else 0
            edges += [total // 2, total - total // 2]
        return edges

    def reset_parameters(self):
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in, _ = init._calculate_fan_in_and_fan_out(self.weight)
            if fan_in != 0:
                bound = 1 / math.sqrt(fan_in)
                init.uniform_(self.bias, -bound, bound)

    def extra_repr(self):
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        for name, plain in (("padding", 0), ("dilation", 1), ("output_padding", 0)):
            value = getattr(self, name)
            if value != (plain,) * len(value):
                text += f", {name}={value}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        if self.bias is None:
            text += ", bias=False"
        if self.padding_mode != "zeros":
            text += f", padding_mode={self.padding_mode}"
        return text


class _Conv(_ConvNd):
    """A convolution of `_n` dimensions."""

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1,
        groups=1, bias=True, padding_mode="zeros", device=None, dtype=None,
    ):  # fmt: skip
        n = self._n
        edges = padding if isinstance(padding, str) else each(padding, n)
        super().__init__(
            in_channels, out_channels, each(kernel_size, n), each(stride, n), edges, each(dilation, n),
            False, (0,) * n, groups, bias, padding_mode, device, dtype,
        )  # fmt: skip

    def _conv_forward(self, input, weight, bias):
        if self.padding_mode != "zeros":
            input = F.pad(input, self._reversed_padding_repeated_twice, mode=self.padding_mode)
            return self._function(input, weight, bias, self.stride, (0,) * self._n, self.dilation, self.groups)
        return self._function(input, weight, bias, self.stride, self.padding, self.dilation, self.groups)

    def forward(self, input):
        return self._conv_forward(input, self.weight, self.bias)


@own_init
class Conv1d(_Conv):
    """(N, C_in, L) or (C_in, L) to (N, C_out, L_out) or (C_out, L_out)."""

    _n = 1

    def _function(self, *args):
        return F.conv1d(*args)


@own_init
class Conv2d(_Conv):
    """(N, C_in, H, W) or (C_in, H, W) to (N, C_out, H_out, W_out) or (C_out, H_out, W_out)."""

    _n = 2

    def _function(self, *args):
        return F.conv2d(*args)


@own_init
class Conv3d(_Conv):
    """(N, C_in, D, H, W) or (C_in, D, H, W) to (N, C_out, D_out, H_out, W_out) or without N."""

    _n = 3

    def _function(self, *args):
        return F.conv3d(*args)


class _ConvTransposeNd(_ConvNd):
    """A transposed convolution of `_n` dimensions."""

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0,
        groups=1, bias=True, dilation=1, padding_mode="zeros", device=None, dtype=None,
    ):  # fmt: skip
        if padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {self.__class__.__name__}')
        n = self._n
        super().__init__(
            in_channels, out_channels, each(kernel_size, n), each(stride, n), each(padding, n), each(dilation, n),
            True, each(output_padding, n), groups, bias, padding_mode, device, dtype,
        )  # fmt: skip

    def _output_padding(self, input, output_size, stride, padding, kernel_size, num_spatial_dims, dilation=None):
        """The output padding that gives `output_size`."""
        n = num_spatial_dims
        if output_size is None:
            return each(self.output_padding, n)
        batched = input.dim() == n + 2
        extra = 2 if batched else 1
        if len(output_size) == extra + n:
            output_size = output_size[extra:]
        if len(output_size) != n:
            raise ValueError(
                f"ConvTranspose{n}D: for {input.dim()}D input, output_size must have {n} or {extra + n} elements (got {len(output_size)})"
            )
        apart = (1,) * n if dilation is None else dilation
        lows = [(input.shape[d + extra] - 1) * stride[d] - 2 * padding[d] + apart[d] * (kernel_size[d] - 1) + 1 for d in range(n)]
        highs = [low + stride[d] - 1 for d, low in enumerate(lows)]
        for d in range(n):
            if output_size[d] < lows[d] or output_size[d] > highs[d]:
                raise ValueError(
                    f"requested an output size of {output_size}, but valid sizes range from {lows} to {highs} (for an input of {input.size()[2:]})"
                )
        return [output_size[d] - lows[d] for d in range(n)]

    def forward(self, input, output_size=None):
        if self.padding_mode != "zeros":
            raise ValueError(f"Only `zeros` padding mode is supported for {type(self).__name__}")
        extra = self._output_padding(input, output_size, self.stride, self.padding, self.kernel_size, self._n, self.dilation)
        return self._function(input, self.weight, self.bias, self.stride, self.padding, extra, self.groups, self.dilation)


@own_init
class ConvTranspose1d(_ConvTransposeNd):
    """The adjoint of Conv1d as a layer."""

    _n = 1

    def _function(self, *args):
        return F.conv_transpose1d(*args)


@own_init
class ConvTranspose2d(_ConvTransposeNd):
    """The adjoint of Conv2d as a layer."""

    _n = 2

    def _function(self, *args):
        return F.conv_transpose2d(*args)


@own_init
class ConvTranspose3d(_ConvTransposeNd):
    """The adjoint of Conv3d as a layer."""

    _n = 3

    def _function(self, *args):
        return F.conv_transpose3d(*args)
