"""The crossing: how a torch call becomes one call of the engine. Holds no torch semantics."""

import _nabla
from nabla_runtime.bridge import CELL_OUT, ask, cell, dead, fail, name_exception  # noqa: F401 (the other modules take them from here)

from ._dtype import device, dtype, memory_format

# Set by _tensor, which comes later.
wrap = None
tensor_types = ()
_out = CELL_OUT

# `dispatch(op, args, kwargs=None)` calls an op of the table with torch's own arguments.
dispatch = _nabla.dispatch


def refuse(op, args, kwargs=None):
    """A value that no torch function takes."""
    from ._missing import type_name

    kinds = [type_name(a) for a in args] + [f"{k}={type_name(v)}" for k, v in (kwargs or {}).items()]
    raise TypeError(f"{op}() received an invalid combination of arguments - got ({', '.join(kinds)})")


def _simpler(value):
    """The plain value that an argument of a seldom kind stands for; `value` itself where it can be none."""
    kind = value.__class__
    if kind is dtype or isinstance(value, memory_format):
        return value._name
    if kind is device:
        return value.type
    if isinstance(value, (list, range)):
        return tuple(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if hasattr(value, "__array__") and getattr(value, "shape", None) == ():
        return value.item()
    return value


_nabla.engine_functions(fail, refuse, _simpler)


def function(op, name=None, doc="", slow=None, failing=fail, owner=None, module="torch"):
    """A builtin function of an op. `slow(*args, **kwargs)` is called for arguments that are not of the common kinds."""
    return _nabla.op_function(op, name or op, doc, slow or (lambda *args, **kwargs: dispatch(op, args, kwargs)), failing, owner, module)


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
