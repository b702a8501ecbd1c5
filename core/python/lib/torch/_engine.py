"""The crossing: how a torch call becomes one call of the engine. Holds no torch semantics."""

import _nabla
from nabla_runtime.bridge import CELL_OUT, ask, cell, dead, fail, name_exception  # noqa: F401 (the other modules take them from here)

from ._dtype import device, dtype, memory_format

call = _nabla.call

_plans = {}
_out = CELL_OUT
# Set by _tensor and _random, which come later.
wrap = None
tensor_types = ()
generator_type = ()


def encode(value, key, flat):
    """Append what `value` is to `key` and what crosses as a number to `flat`. False where it can be no argument."""
    kind = value.__class__
    if kind is float:
        key.append("f")
        flat.append(value)
    elif kind is int:
        key.append("i")
        flat.append(value)
    elif value is None:
        key.append("n")
    elif kind is bool:
        key.append("+" if value else "-")
    elif kind is str:
        key.append("s" + value)
    elif kind is tuple or kind is list or isinstance(value, (tuple, list, range)):
        key.append("(")
        for item in value:
            if not encode(item, key, flat):
                return False
        key.append(")")
    elif isinstance(value, tensor_types):
        key.append("t")
        flat.append(value._h)
    elif kind is dtype:
        key.append("d" + value._name)
    elif kind is device:
        key.append("D" + value.type)
    elif kind is generator_type:
        key.append("g")
        flat.append(value._g)
    elif isinstance(value, memory_format):
        key.append("m" + value._name)
    elif isinstance(value, int):
        key.append("i")
        flat.append(int(value))
    elif isinstance(value, float):
        key.append("f")
        flat.append(float(value))
    elif hasattr(value, "__array__") and getattr(value, "shape", None) == ():
        return encode(value.item(), key, flat)
    else:
        return False
    return True


def plan(*key):
    """The number of a call plan: op name, then one token per argument (see `encode`)."""
    number = _plans.get(key)
    if number is None:
        number = _nabla.plan("\0".join(key))
        if number < 0:
            fail()
        _plans[key] = number
    return number


def dispatch(op, args, kwargs=None):
    """Call `op` of the table with torch's own arguments."""
    key = [op]
    flat = []
    for value in args:
        if not encode(value, key, flat):
            refuse(op, args, kwargs)
    if kwargs:
        for name, value in kwargs.items():
            key.append("=" + name)
            if not encode(value, key, flat):
                refuse(op, args, kwargs)
    key = tuple(key)
    number = _plans.get(key)
    if number is None:
        number = plan(*key)
    handle = call(number, *flat)
    return wrap(handle) if handle > 0 else args[0] if handle == -5 else other(handle)


def refuse(op, args, kwargs):
    """A value that no torch function takes."""
    from ._missing import type_name

    kinds = [type_name(a) for a in args] + [f"{k}={type_name(v)}" for k, v in (kwargs or {}).items()]
    raise TypeError(f"{op}() received an invalid combination of arguments - got ({', '.join(kinds)})")


def other(code):
    """A result that is not one tensor."""
    if code == -1:
        fail()
    if code == -2:
        return None
    if code == -3:
        return tuple([wrap(h) if h else None for h in cell[_out : _out + cell[_out - 1]]])
    return taken()


def taken():
    """A plain value the engine left."""
    import json

    value = json.loads(_nabla.take(), object_hook=_special)
    return tuple([wrap(h) if h else None for h in value["handles"]]) if isinstance(value, dict) and "handles" in value else value


def _special(value):
    if "$" in value:
        return float(value["$"].replace("Infinity", "inf"))
    if "$i" in value:
        return int(value["$i"])
    return value
