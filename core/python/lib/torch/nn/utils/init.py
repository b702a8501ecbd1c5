"""Modules without the draws of their initialisation."""

import inspect

from ..module import Module


def skip_init(module_cls, *args, **kwargs):
    """A module whose parameters are not initialised: the generator stands where it stood."""
    from ...random import get_rng_state, set_rng_state

    if not issubclass(module_cls, Module):
        raise RuntimeError(f"Expected a Module; got {module_cls}")
    if "device" not in inspect.signature(module_cls).parameters:
        raise RuntimeError("Module must support a 'device' arg to skip initialization")
    state = get_rng_state()
    try:
        return module_cls(*args, **kwargs)
    finally:
        set_rng_state(state)
