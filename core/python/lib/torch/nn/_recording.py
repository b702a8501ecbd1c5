"""What the recorder is told of modules when it meets them: their names, and what their parameters are called."""

import itertools
import json

import _nabla

from ._forward_hooks import global_hooks, hooked_call

_keys = itertools.count(1)


def tell_names(module):
    """Tell the recorder the parameters' dotted names."""
    names, handles = [], []
    for name, param in module._named_members(lambda m: m._parameters.items()):
        names.append(name)
        handles.append(param._h)
    if names:
        _nabla.parameter_names(json.dumps(names), json.dumps(handles))
    module.__dict__["_told"] = True


def _tell_children(module):
    """What it calls goes by the path from it: lists, which are never called themselves, are part of that path."""
    for name, child in module.named_modules():
        if child is not module:
            child.__dict__["_attribute"] = name


def _tell_about(module, key):
    _tell_children(module)
    label = repr(module)
    name = module.__dict__.get("_attribute", "") if _nabla.module_depth() else ""
    _nabla.module_about(key, name, type(module).__name__, label if len(label) < 400 else type(module).__name__ + "(…)", module._is_loss)


def recorded_call(module, args, kwargs):
    """A call inside a module scope of the recording."""
    key = module.__dict__.get("_key", 0)
    if not key:
        key = module.__dict__["_key"] = next(_keys)
    if "_told" not in module.__dict__ and _nabla.module_depth() == 0:
        tell_names(module)
    if not _nabla.module_known(key):
        _tell_about(module, key)
    _nabla.module_enter(key, bool(module.training))
    try:
        if module._hooked or global_hooks:
            return hooked_call(module, args, kwargs)
        return module.forward(*args, **kwargs)
    finally:
        _nabla.module_exit(key)
