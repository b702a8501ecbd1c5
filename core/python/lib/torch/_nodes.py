"""grad_fn objects: names, next_functions, saved attributes and hooks of the engine's backward nodes."""

import json
from weakref import WeakValueDictionary

import _nabla
from nabla_runtime.bridge import guarded

from ._engine import ask, dead, fail
from ._hooks import RemovableHandle, hook_name
from ._tensor import Tensor, known, wrap

_classes = {}
# One object a node, as long as somebody holds it.
_alive = WeakValueDictionary()
_metadata = {}
_LIMIT = len(dead) - 1


class Node:
    """A backward function. Its class has the function's name, as `AddmmBackward0`."""

    __slots__ = ("_number", "__dict__", "__weakref__")

    def __del__(self, dead=dead):
        # Nodes queue beside tensors, as negative numbers.
        n = dead[0] + 1
        dead[n] = -self._number
        dead[0] = n
        if n == _LIMIT:
            _nabla.drain()

    def name(self):
        name = type(self).__name__
        return "torch::autograd::" + name if name in ("AccumulateGrad", "CopySlices") else name

    @property
    def next_functions(self):
        return tuple([(None if number == 0 else node(number), slot) for number, slot in ask("node_next", self._number)])

    @property
    def metadata(self):
        return _metadata.setdefault(self._number, {})

    @property
    def variable(self):
        handle = _nabla.node_variable(self._number)
        if handle <= 0:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute 'variable'")
        return known(handle)

    def _sequence_nr(self):
        return _nabla.node_sequence(self._number)

    @property
    def _input_metadata(self):
        return tuple([InputMetadata(*found) for found in json.loads(_nabla.node_outputs(self._number))])

    def __getattr__(self, name):
        if name.startswith("_saved_"):
            found = ask("node_attribute", self._number, name[7:])
            if found is not None:
                return _value(found)
        from .autograd.function import contexts

        context = contexts.get(self._number)
        if context is not None and not name.startswith("_"):
            return getattr(context, name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute {name!r}")

    def __dir__(self):
        return sorted([*object.__dir__(self), *("_saved_" + name for name in ask("node_attributes", self._number))])

    def __eq__(self, other):
        return isinstance(other, Node) and self._number == other._number

    def __hash__(self):
        return hash(self._number)

    def __repr__(self):
        return f"<{type(self).__name__} object at {0x7F0000000000 + self._number * 16:#x}>"

    def register_hook(self, hook):
        def run(outgoing, incoming):
            given = _grads(json.loads(outgoing))
            said = hook(given, _grads(json.loads(incoming)))
            return "" if said is None else _handles(_checked(hook, said, given))

        return _hook(_nabla.node_hook(self._number, _guarded_text(run)))

    def register_prehook(self, hook):
        def run(incoming, _):
            given = _grads(json.loads(incoming))
            said = hook(given)
            return "" if said is None else _handles(_checked(hook, said, given))

        return _hook(_nabla.node_prehook(self._number, _guarded_text(run)))


class InputMetadata:
    """Shape, dtype and device of a gradient a node takes."""

    def __init__(self, shape, dtype, device):
        from . import _dtype

        self.shape, self.dtype, self.device = _dtype.Size(shape), _dtype.by_name[dtype], _dtype.device(device)


def _guarded_text(function):
    call = guarded(function)
    return lambda a, b: call(a, b)


def _hook(number):
    if number < 0:
        fail()
    return RemovableHandle(remove=lambda: _nabla.remove_hook(number))


def _grads(handles):
    return tuple([wrap(h) if h else None for h in handles])


# What a hook returned, until the engine has taken it.
_returned = []


def _checked(hook, said, given):
    """What a hook returned may replace what it was given: as many, of the same sizes."""
    said = (said,) if isinstance(said, Tensor) else tuple(said)
    name = hook_name(hook)
    if len(said) != len(given):
        raise RuntimeError(f"hook '{name}' has returned an incorrect number of values (got {len(said)}, but expected {len(given)})")
    for made, before in zip(said, given):
        if made is not None and before is None:
            raise RuntimeError("can't replace a None gradient with a non-None value")
        if made is not None and made.shape != before.shape:
            raise RuntimeError(f"hook '{name}' has changed the size of value")
    return said


def _handles(values):
    _returned[:] = values
    return json.dumps([0 if v is None else v._h for v in values])


def _value(found):
    kind, value = found
    if kind == "t":
        return wrap(value)
    if kind == "l":
        return tuple([wrap(h) if h else None for h in value])
    return _plain(value)


def _plain(text):
    """A kept number, truth or tuple from how it is printed; words stay words."""
    from ast import literal_eval

    if text in ("inf", "-inf", "nan"):
        return float(text)
    try:
        return literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def node(number):
    """The object for the engine's node `number`."""
    found = _alive.get(number)
    if found is not None:
        return found
    name = _nabla.node_name(number)
    cls = _classes.get(name)
    if cls is None:
        cls = _classes[name] = type(name, (Node,), {"__slots__": (), "__module__": "torch.autograd.function" if name.endswith("Backward") else "torch"})
    made = object.__new__(cls)
    made._number = number
    _nabla.node_hold(number)
    _alive[number] = made
    return made
