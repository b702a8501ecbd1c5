"""Hooks on tensors and grad_fns: Python functions the engine calls, and the handles that remove them."""

import weakref

import _nabla
from nabla_runtime.bridge import guarded

from ._engine import fail
from ._tensor import Tensor, known, remember, wrap


class RemovableHandle:
    """What registering a hook returns: `remove()` takes the hook away again."""

    _next = 0

    def __init__(self, hooks_dict=None, *, extra_dict=None, remove=None):
        self.id = RemovableHandle._next
        RemovableHandle._next += 1
        self._hooks = weakref.ref(hooks_dict) if hooks_dict is not None else None
        self._extra = [weakref.ref(d) for d in (extra_dict if isinstance(extra_dict, list) else [extra_dict] if extra_dict is not None else [])]
        self._remove = remove

    def remove(self):
        if self._remove is not None:
            self._remove()
            self._remove = None
        for one in [self._hooks, *self._extra]:
            hooks = one() if one is not None else None
            if hooks is not None:
                hooks.pop(self.id, None)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.remove()


# What a hook returned, until the engine has taken it.
_returned = []


def hook_name(hook):
    return getattr(hook, "__name__", type(hook).__name__)


def on_tensor(tensor, hook):
    remember(tensor)

    def run(handle):
        grad = wrap(handle)
        made = hook(grad)
        if made is None:
            return 0
        if not isinstance(made, Tensor):
            raise TypeError(f"expected Variable, but hook returned {type(made).__name__!r}")
        if made.shape != grad.shape:
            raise RuntimeError(f"hook '{hook_name(hook)}' has changed the size of value")
        _returned[:] = (made,)
        return made._h

    number = _nabla.tensor_hook(tensor._h, guarded(run))
    if number < 0:
        fail()
    return RemovableHandle(remove=lambda: _nabla.remove_hook(number))


def after_accumulate(tensor, hook):
    remember(tensor)

    def run(handle):
        hook(known(handle))
        return 0

    number = _nabla.accumulate_hook(tensor._h, guarded(run))
    if number < 0:
        fail()
    return RemovableHandle(remove=lambda: _nabla.remove_hook(number))
