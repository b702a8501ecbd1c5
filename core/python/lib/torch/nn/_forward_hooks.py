"""Hooks of nn.Module: their registration, and the call of a module that has some."""

from collections import OrderedDict

from .._hooks import RemovableHandle

global_forward_pre_hooks = OrderedDict()
global_forward_hooks = OrderedDict()
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
        return self.register_full_backward_hook(hook)

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
    for hook, with_kwargs in _pairs(global_forward_pre_hooks, {}) + _pairs(module._forward_pre_hooks, module._forward_pre_hooks_with_kwargs):
        if with_kwargs:
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
    backward, before = list(module.__dict__.get("_backward_hooks", _NONE).values()), list(module.__dict__.get("_backward_pre_hooks", _NONE).values())
    if backward or before:
        from ._backward_hooks import BackwardWatch

        watch = BackwardWatch(module, backward, before)
        args = watch.inputs(args)
    result = module.forward(*args, **kwargs)
    for hook, with_kwargs in _pairs(global_forward_hooks, {}) + _pairs(module._forward_hooks, module._forward_hooks_with_kwargs):
        said = hook(module, args, kwargs, result) if with_kwargs else hook(module, args, result)
        if said is not None:
            result = said
    return watch.outputs(result) if watch is not None else result


def _pairs(hooks, flags):
    return [(hook, key in flags) for key, hook in hooks.items()]


def register_module_forward_hook(hook, *, with_kwargs=False, always_call=False):
    handle = RemovableHandle(global_forward_hooks)
    global_forward_hooks[handle.id] = hook
    return handle


def register_module_forward_pre_hook(hook):
    handle = RemovableHandle(global_forward_pre_hooks)
    global_forward_pre_hooks[handle.id] = hook
    return handle
