"""Padding, and windows as columns."""

from ..._engine import dispatch as _dispatch
from .pooling import _each


def pad(input, pad, mode="constant", value=None):
    """Pads the last dimensions: (left, right, top, bottom, …). Raises RuntimeError where the list does not fit the input."""
    return _dispatch("pad", (input, tuple(pad), mode, None if value is None else float(value)))


def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    """Windows of an image as columns: (N, C·∏kernel, L)."""
    return _dispatch("im2col", (input, *(_each(v, 2) for v in (kernel_size, dilation, padding, stride))))


def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Adds columns up into an image: the adjoint of unfold."""
    return _dispatch("col2im", (input, *(_each(v, 2) for v in (output_size, kernel_size, dilation, padding, stride))))
