"""torch.nn: modules, containers, losses, initialisation."""

import sys as _sys

from .. import _missing, _names
from . import attention, functional, init, utils  # noqa: F401
from .containers import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential  # noqa: F401
from .module import Module
from .parameter import Buffer, Parameter, UninitializedParameter  # noqa: F401
from . import modules as _modules

for _name, _value in vars(_modules).items():
    if isinstance(_value, type) and issubclass(_value, Module) and not _name.startswith("_"):
        globals()[_name] = _value

modules = _modules
modules.container = containers
modules.module = _sys.modules["torch.nn.module"]
_sys.modules["torch.nn.modules.module"] = _sys.modules["torch.nn.module"]
_sys.modules["torch.nn.modules.container"] = _sys.modules["torch.nn.containers"]
__getattr__ = _missing.names_missing("torch.nn", _names.NN)


def _found_elsewhere(module):
    """Torch's files hold some names that are in others of ours."""
    missing = _missing.names_missing(module.__name__, _missing.ALL)
    module.__getattr__ = lambda name: globals()[name] if name[:1].isupper() and name in globals() else missing(name)


for _value in list(vars(_modules).values()):
    if isinstance(_value, type(_sys)) and _value.__name__.startswith("torch.nn.modules.") and not hasattr(_value, "__getattr__"):
        _found_elsewhere(_value)
