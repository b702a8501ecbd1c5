"""Hooks of nn.Module: their registration, and the call of a module that has some."""

import warnings
from collections import OrderedDict

from .._hooks import RemovableHandle

global_forward_pre_hooks = OrderedDict()
global_forward_hooks = OrderedDict()
global_forward_hooks_with_kwargs = OrderedDict()
global_forward_hooks_always_called = OrderedDict()
global_backward_hooks = OrderedDict()
global_backward_pre_hooks = OrderedDict()
# Every global hook, so that a call asks once.
global_hooks = OrderedDict()
_NONE = OrderedDict()


class Hooks:
    """The part of nn.Module that registers hooks."""

    def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
        return self._add_hook("_forward_pre_hooks", hook, prepend, [("_forward_pre_hooks_with_kwargs", with_kwargs)])

    def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
        return self._add_hook("_forward_hooks", hook, prepend, [("_forward_hooks_with_kwargs", with_kwargs), ("_forward_hooks_always_called", always_call)])

    def register_full_backward_hook(self, hook, prepend=False):
        return self._add_hook("_backward_hooks", hook, prepend, [])

    def register_full_backward_pre_hook(self, hook, prepend=False):
        return self._add_hook("_backward_pre_hooks", hook, prepend, [])

    def register_backward_hook(self, hook):
        return self._add_hook("_old_backward_hooks", hook, False, [])

    def register_state_dict_post_hook(self, hook):
        return self._add_hook("_state_dict_hooks", hook, False, [])

    def register_state_dict_pre_hook(self, hook):
        return self._add_hook("_state_dict_pre_hooks", hook, False, [])

    def register_load_state_dict_pre_hook(self, hook):
        return self._register_load_state_dict_pre_hook(hook, with_module=True)

    def _register_load_state_dict_pre_hook(self, hook, with_module=False):
        handle = self._add_hook("_load_state_dict_pre_hooks", hook, False, [])
        if with_module:
            self.__dict__.setdefault("_load_pre_hooks_told", set()).add(handle.id)
        return handle

    def _register_state_dict_hook(self, hook):
        return self._add_hook("_state_dict_hooks", hook, False, [])

    def register_load_state_dict_post_hook(self, hook):
        return self._add_hook("_load_state_dict_post_hooks", hook, False, [])

    def _add_hook(self, kind, hook, prepend, flags):
        hooks = getattr(self, kind)
        extra = [getattr(self, name) for name, _ in flags]
        handle = RemovableHandle(hooks, extra_dict=extra)
        hooks[handle.id] = hook
        for (_, wanted), place in zip(flags, extra):
            if wanted:
                place[handle.id] = True
        if prepend:
            hooks.move_to_end(handle.id, last=False)
        if "state_dict" not in kind:
            self.__dict__["_hooked"] = True
        return handle


def hooked_call(module, args, kwargs):
    held = module.__dict__
    always = held.get("_forward_hooks_always_called") or global_forward_hooks_always_called
    if not always:
        return _hooked(module, args, kwargs, None)
    called = set()
    try:
        return _hooked(module, args, kwargs, called)
    except Exception:
        _call_remaining(module, args, kwargs, called)
        raise


def _call_remaining(module, args, kwargs, called):
    """After a failure, the hooks that are always called get None for the result."""
    for hooks, with_kwargs, always in (
        (global_forward_hooks, global_forward_hooks_with_kwargs, global_forward_hooks_always_called),
        (module._forward_hooks, module._forward_hooks_with_kwargs, module._forward_hooks_always_called),
    ):
        for key, hook in list(hooks.items()):
            if key not in always or key in called:
                continue
            try:
                hook(module, args, kwargs, None) if key in with_kwargs else hook(module, args, None)
            except Exception as error:
                warnings.warn(f"forward hook with ``always_call=True`` raised an exception that was silenced as another error was raised in forward: {error!s}", stacklevel=2)


def _hooked(module, args, kwargs, called):
    for hooks, flags in ((global_forward_pre_hooks, _NONE), (module._forward_pre_hooks, module._forward_pre_hooks_with_kwargs)):
        for key, hook in list(hooks.items()):
            if key in flags:
                said = hook(module, args, kwargs)
                if said is not None:
                    if not (isinstance(said, tuple) and len(said) == 2):
                        raise RuntimeError(f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {said}.")
                    args, kwargs = said
            else:
                said = hook(module, args)
                if said is not None:
                    args = said if isinstance(said, tuple) else (said,)
    watch = None
    held = module.__dict__
    backward = [*global_backward_hooks.values(), *held.get("_backward_hooks", _NONE).values()]
    before = [*global_backward_pre_hooks.values(), *held.get("_backward_pre_hooks", _NONE).values()]
    if backward or before:
        from ._backward_hooks import BackwardWatch

        watch = BackwardWatch(module, backward, before)
        args = watch.inputs(args)
    result = module.forward(*args, **kwargs)
    for hooks, flags in ((global_forward_hooks, global_forward_hooks_with_kwargs), (module._forward_hooks, module._forward_hooks_with_kwargs)):
        for key, hook in list(hooks.items()):
            if called is not None:
                called.add(key)
            said = hook(module, args, kwargs, result) if key in flags else hook(module, args, result)
            if said is not None:
                result = said
    if watch is not None:
        result = watch.outputs(result)
    old = held.get("_old_backward_hooks")
    if old:
        from ._backward_hooks import watch_last_node

        watch_last_node(module, list(old.values()), result)
    return result


def _global(hook, hooks, flags=()):
    extra = [global_hooks, *(place for place, wanted in flags if wanted)]
    handle = RemovableHandle(hooks, extra_dict=extra)
    hooks[handle.id] = hook
    for place in extra:
        place[handle.id] = True
    return handle


def register_module_forward_hook(hook, *, with_kwargs=False, always_call=False):
    """A forward hook of all modules."""
    flags = ((global_forward_hooks_with_kwargs, with_kwargs), (global_forward_hooks_always_called, always_call))
    return _global(hook, global_forward_hooks, flags)


def register_module_forward_pre_hook(hook):
    """A forward pre-hook of all modules."""
    return _global(hook, global_forward_pre_hooks)


def register_module_full_backward_hook(hook):
    """A full backward hook of all modules."""
    return _global(hook, global_backward_hooks)


def register_module_full_backward_pre_hook(hook):
    """A full backward pre-hook of all modules."""
    return _global(hook, global_backward_pre_hooks)
