"""torch.autograd.graph: nodes, their hooks, and hooks on what they save for backward."""

import functools
import itertools
from typing import NamedTuple

import _nabla
from nabla_runtime.bridge import guarded

from .. import _missing
from .._hooks import RemovableHandle
from .._nodes import Node
from .._tensor import Tensor, wrap

_pairs = {}
_pair_numbers = itertools.count(1)
_packed = {}
_packed_numbers = itertools.count(1)
_stack = []
_refusal = None
_unpacked = []


def _pack(pair, handle):
    number = next(_packed_numbers)
    pack, unpack = _pairs[pair]
    _packed[number] = (unpack, pack(wrap(handle)))
    return number


def _unpack(number):
    unpack, value = _packed[number]
    tensor = unpack(value)
    if not isinstance(tensor, Tensor):
        raise TypeError(f"Output of saved tensor unpack_hook expected to be a Tensor but got result of type {type(tensor).__name__}")
    # Held until the engine has taken it.
    _unpacked[:] = (tensor,)
    return tensor._h


def _drop(number):
    _packed.pop(number, None)


_nabla.on_saved(guarded(_pack), guarded(_unpack), _drop)


class saved_tensors_hooks:
    """Inside, `pack_hook(tensor)` says what is kept instead of a saved tensor, and `unpack_hook` makes a tensor of it again."""

    def __init__(self, pack_hook, unpack_hook):
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook

    def __enter__(self):
        if _refusal is not None:
            raise RuntimeError(_refusal)
        number = next(_pair_numbers)
        _pairs[number] = (self.pack_hook, self.unpack_hook)
        _stack.append(number)
        _nabla.saved_hooks(number)

    def __exit__(self, *exc):
        del _pairs[_stack.pop()]
        _nabla.saved_hooks(_stack[-1] if _stack else 0)


class save_on_cpu(saved_tensors_hooks):
    """Keeps what backward needs in the CPU's memory."""

    def __init__(self, pin_memory=False, device_type="cuda"):
        super().__init__(lambda t: (t.device, t.cpu()), lambda packed: packed[1].to(packed[0]))


class disable_saved_tensors_hooks:
    """Inside, entering `saved_tensors_hooks` raises RuntimeError(error_message)."""

    def __init__(self, error_message):
        self.error_message = error_message

    def __enter__(self):
        global _refusal
        self.before, _refusal = _refusal, self.error_message
        if _stack:
            _refusal = self.before
            raise RuntimeError(self.error_message)

    def __exit__(self, *exc):
        global _refusal
        _refusal = self.before

    def __call__(self, function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            with disable_saved_tensors_hooks(self.error_message):
                return function(*args, **kwargs)

        return call


class GradientEdge(NamedTuple):
    """A place in the graph: the input number `output_nr` of `node`."""

    node: Node
    output_nr: int
    ownership_token: object = None


def get_gradient_edge(tensor):
    """Where the gradient of `tensor` goes."""
    if not tensor.requires_grad:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    node = tensor.grad_fn
    if node is None:
        node = tensor.view_as(tensor).grad_fn.next_functions[0][0]
    return GradientEdge(node, tensor.output_nr, tensor)


def increment_version(tensor):
    """Count an in-place change that the engine did not see."""
    from .._grad_mode import no_grad

    for one in [tensor] if isinstance(tensor, Tensor) else tensor:
        with no_grad():
            one.add_(0)


class _MultiHandle(RemovableHandle):
    def __init__(self, handles):
        super().__init__()
        self.handles = tuple(handles)

    def remove(self):
        for handle in self.handles:
            handle.remove()


def register_multi_grad_hook(tensors, fn, *, mode="all"):
    """Call `fn` once a backward has the gradients of all `tensors` (mode "all"), or of the first (mode "any")."""
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    tensors = tuple(tensors)
    if mode == "any":
        state = {"walk": None}

        def first(grad):
            walk = _nabla.walk_number()
            if state["walk"] != walk:
                state["walk"] = walk
                fn(grad)

        return _MultiHandle([t.register_hook(first) for t in tensors])

    state = {"walk": None, "seen": 0, "grads": [], "wanted": 0}

    def make(index):
        def inner(grad):
            walk = _nabla.walk_number()
            if state["walk"] != walk:
                state.update(walk=walk, seen=0, grads=[None] * len(tensors), wanted=sum(_in_walk(t) for t in tensors))
            state["grads"][index] = grad
            state["seen"] += 1
            if state["seen"] == state["wanted"]:
                fn(state["grads"])
                state["grads"] = []

        return inner

    return _MultiHandle([t.register_hook(make(i)) for i, t in enumerate(tensors)])


def _in_walk(tensor):
    return _nabla.in_walk(tensor._h) == 1


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    if name in ("allow_mutation_on_saved_tensors", "set_warn_on_accumulate_grad_stream_mismatch"):
        raise _missing.NotInNabla(f"torch.autograd.graph.{name} is not in Nabla yet")
    raise AttributeError(f"module 'torch.autograd.graph' has no attribute '{name}'")
