"""What Nabla does not have says so by its full name."""

import sys
from importlib import import_module
from importlib.abc import MetaPathFinder
from types import ModuleType

from nabla_runtime.nearest import note, noted


def type_name(value):
    """A value's type as torch's messages name it."""
    kind = type(value)
    return kind.__name__ if kind.__module__ in ("builtins", "torch", "__main__") else f"{kind.__module__}.{kind.__name__}"


class NotInNabla(NotImplementedError, AttributeError):
    """A name of torch that Nabla does not have: an AttributeError too, so that `hasattr` and `getattr(…, default)` work."""

    __module__ = "builtins"
    __qualname__ = "NotImplementedError"

    @property
    def __notes__(self):
        """The nearest thing, looked for when somebody reads it: `hasattr` never does."""
        if "notes" not in self.__dict__:
            line = note(str(self).partition(" is not in Nabla yet")[0])
            self.__dict__["notes"] = [] if line is None else [line]
        return self.__dict__["notes"]


NotInNabla.__name__ = "NotImplementedError"


def raise_missing(name):
    raise noted(NotImplementedError(f"{name} is not in Nabla yet"), name)


def refuse_out(name, out):
    """Results are new tensors here: a tensor to write them into is refused by name."""
    if out is None:
        return
    error = NotImplementedError(f"torch.{name} with out= is not in Nabla yet")
    error.add_note(f"Nabla: assign the result instead: out = torch.{name}(…), or out.copy_(torch.{name}(…)) to write into a tensor that is there")
    raise error


# Modules of torch a script may reach through: what it wants of them is what is missing. Devices are left out: scripts ask whether they are there.
MODULES = frozenset(
    """amp ao compiler distributed distributions export fft func functional futures fx hub jit library masked multiprocessing nested onnx overrides
    package profiler quantization quasirandom sparse storage testing""".split()
)


# Modules that come with torch but are imported when first asked for.
LAZY = {"torch": ("amp", "distributions", "func", "jit"), "torch.utils": ("checkpoint", "_pytree")}


class MissingModule(ModuleType):
    """Stands for a module Nabla does not have, so that its names are refused by their full name."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotInNabla(f"{self.__name__}.{name} is not in Nabla yet")


def names_missing(module, known):
    """The `__getattr__` of a module: names of real torch say 'not in Nabla yet', others what Python says."""

    def __getattr__(name):
        if name.startswith("__"):
            raise AttributeError(f"module '{module}' has no attribute '{name}'")
        full = f"{module}.{name}"
        if full in sys.modules:
            return sys.modules[full]
        if name in LAZY.get(module, ()):
            return import_module(full)
        if module == "torch" and name in MODULES:
            return MissingModule(full)
        if name in known or known is ALL:
            raise NotInNabla(f"{full} is not in Nabla yet")
        raise AttributeError(f"module '{module}' has no attribute '{name}'")

    return __getattr__


ALL = frozenset()


class MissingModules(MetaPathFinder):
    """`import torch.fft` fails by name."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] != "torch":
            return None
        raise noted(ModuleNotFoundError(f"No module named '{name}': {name} is not in Nabla yet", name=name), name)


def install():
    """At the end of the path, so that only what was not found comes here."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "MissingModules"]
    sys.meta_path.append(MissingModules())
