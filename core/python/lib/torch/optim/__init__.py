"""torch.optim: the engine's optimizers, and the base class of those written in Python."""

from .. import _missing, _names
from .optimizer import Optimizer  # noqa: F401
from .engine import SGD, Adam, AdamW  # noqa: F401
from . import lr_scheduler  # noqa: F401

__getattr__ = _missing.names_missing("torch.optim", _names.OPTIM)
