"""sklearn.exceptions."""

from ._base import NotFittedError

__all__ = ["NotFittedError"]
