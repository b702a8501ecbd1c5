"""What the recorder is told of modules: whose forward runs, in which mode, and what the parameters are called."""

import itertools
import json

import _nabla
from nabla_runtime.bridge import EVENTS_LIMIT, events

from ._forward_hooks import global_hooks, hooked_call

_keys = itertools.count(1)
_depth = 0
# Keys of the modules the recorder was told of.
_known = set()
# What a loss belongs to: the mode of the model called last, and the loss module whose forward runs.
told = {"training": True, "loss": None}


def _key_of(module):
    key = module.__dict__.get("_key", 0)
    if not key:
        key = module.__dict__["_key"] = next(_keys)
    return key


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


def _queue(event):
    """Reaches the engine with the next crossing, before anything that crossing does."""
    n = events[0] + 1
    events[n] = event
    events[0] = n
    if n == EVENTS_LIMIT:
        _nabla.drain()


def _tell_about(module, key):
    _tell_children(module)
    label = repr(module)
    name = module.__dict__.get("_attribute", "") if _depth else ""
    _nabla.module_about(key, name, type(module).__name__, label if len(label) < 400 else type(module).__name__ + "(…)")
    _known.add(key)


def recorded_call(module, args, kwargs):
    """A call inside a module scope of the recording."""
    global _depth
    key = module.__dict__.get("_key") or _key_of(module)
    if _depth == 0 and "_told" not in module.__dict__:
        tell_names(module)
    if key not in _known:
        _tell_about(module, key)
    # As `_queue`, written out: with the call's end it is half of what recording a module costs.
    n = events[0] + 1
    events[n] = 2 * key + 1 if module.training else 2 * key
    events[0] = n
    if n == EVENTS_LIMIT:
        _nabla.drain()
    is_loss = module._is_loss
    if is_loss:
        told["loss"] = f"{type(module).__name__}#{key}"
    elif _depth == 0:
        told["training"] = module.training
    _depth += 1
    try:
        if module._hooked or global_hooks:
            result = hooked_call(module, args, kwargs)
        else:
            result = module.forward(*args, **kwargs)
    finally:
        _depth -= 1
        if is_loss:
            told["loss"] = None
        _queue(0)
    return result
