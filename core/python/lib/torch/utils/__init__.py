"""torch.utils."""

from .. import _missing
from . import data  # noqa: F401

__getattr__ = _missing.names_missing("torch.utils", _missing.ALL)
