"""numpy.exceptions."""

from ._bridge import AxisError

__all__ = ["AxisError"]
