"""Padding layers."""

from .. import functional as F
from ..module import Module
from ._own_init import own_init


class _PadNd(Module):
    """Pads `_n` dimensions in the way `_mode` says."""

    __constants__ = ["padding"]
    _n = 0
    _mode = "constant"

    def __init__(self, padding):
        super().__init__()
        self.padding = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * (2 * self._n)

    def forward(self, input):
        return F.pad(input, self.padding, self._mode)

    def extra_repr(self):
        return f"{self.padding}"


class _ConstantPadNd(_PadNd):
    __constants__ = ["padding", "value"]

    def __init__(self, padding, value):
        super().__init__(padding)
        self.value = value

    def forward(self, input):
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self):
        return f"padding={self.padding}, value={self.value}"


@own_init
class ConstantPad1d(_ConstantPadNd):
    """A constant before and after the last dimension."""

    _n = 1


@own_init
class ConstantPad2d(_ConstantPadNd):
    """A constant around the last two dimensions."""

    _n = 2


@own_init
class ConstantPad3d(_ConstantPadNd):
    """A constant around the last three dimensions."""

    _n = 3


class ZeroPad1d(ConstantPad1d):
    """Zeros before and after the last dimension."""

    def __init__(self, padding):
        super().__init__(padding, 0.0)

    def extra_repr(self):
        return f"{self.padding}"


class ZeroPad2d(ConstantPad2d):
    """Zeros around the last two dimensions."""

    def __init__(self, padding):
        super().__init__(padding, 0.0)

    def extra_repr(self):
        return f"{self.padding}"


class ZeroPad3d(ConstantPad3d):
    """Zeros around the last three dimensions."""

    def __init__(self, padding):
        super().__init__(padding, 0.0)

    def extra_repr(self):
        return f"{self.padding}"


class _ReflectionPadNd(_PadNd):
    _mode = "reflect"


@own_init
class ReflectionPad1d(_ReflectionPadNd):
    """The last dimension mirrored at its ends."""

    _n = 1


@own_init
class ReflectionPad2d(_ReflectionPadNd):
    """The last two dimensions mirrored at their ends."""

    _n = 2


@own_init
class ReflectionPad3d(_ReflectionPadNd):
    """The last three dimensions mirrored at their ends."""

    _n = 3


class _ReplicationPadNd(_PadNd):
    _mode = "replicate"


@own_init
class ReplicationPad1d(_ReplicationPadNd):
    """The last dimension's ends repeated."""

    _n = 1


@own_init
class ReplicationPad2d(_ReplicationPadNd):
    """The last two dimensions' ends repeated."""

    _n = 2


@own_init
class ReplicationPad3d(_ReplicationPadNd):
    """The last three dimensions' ends repeated."""

    _n = 3


class _CircularPadNd(_PadNd):
    _mode = "circular"

    def forward(self, input):
        self._check_input_dim(input)
        return super().forward(input)

    def _check_input_dim(self, input):
        if input.dim() not in (self._n + 1, self._n + 2):
            raise ValueError(f"expected {self._n + 1}D or {self._n + 2}D input (got {input.dim()}D input)")


@own_init
class CircularPad1d(_CircularPadNd):
    """The last dimension goes on at its other end."""

    _n = 1


@own_init
class CircularPad2d(_CircularPadNd):
    """The last two dimensions go on at their other ends."""

    _n = 2


@own_init
class CircularPad3d(_CircularPadNd):
    """The last three dimensions go on at their other ends."""

    _n = 3
