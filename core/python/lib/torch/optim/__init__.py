"""torch.optim: optimizers by their formulas in the engine, their options and state here; schedulers; weight averaging."""

from .. import _missing, _names
from .optimizer import Optimizer  # noqa: F401
from .adadelta import Adadelta  # noqa: F401
from ._adafactor import Adafactor  # noqa: F401
from .adagrad import Adagrad  # noqa: F401
from .adam import Adam  # noqa: F401
from .adamax import Adamax  # noqa: F401
from .adamw import AdamW  # noqa: F401
from .asgd import ASGD  # noqa: F401
from .lbfgs import LBFGS  # noqa: F401
from ._muon import Muon  # noqa: F401
from .nadam import NAdam  # noqa: F401
from .radam import RAdam  # noqa: F401
from .rmsprop import RMSprop  # noqa: F401
from .rprop import Rprop  # noqa: F401
from .sgd import SGD  # noqa: F401
from . import lr_scheduler  # noqa: F401

_getattr = _missing.names_missing("torch.optim", _names.OPTIM)


def __getattr__(name):
    # It needs torch.nn, which may not be there yet.
    if name == "swa_utils":
        import importlib

        return importlib.import_module("torch.optim.swa_utils")
    return _getattr(name)
