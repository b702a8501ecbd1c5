"""nn.Module: registration of parameters, buffers and children, hooks, state dicts, and the call."""

import functools
import itertools
import warnings
from collections import OrderedDict, namedtuple

import _nabla
from nabla_runtime.bridge import CELL_RECORDING, cell

from .._engine import fail
from .._hooks import RemovableHandle
from .._tensor import OURS, Tensor, remember, to_arguments
from .parameter import Parameter

_keys = itertools.count(1)

_global_forward_pre_hooks = OrderedDict()
_global_forward_hooks = OrderedDict()
_EMPTY = OrderedDict()


class _IncompatibleKeys(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    __slots__ = ()

    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"

    __str__ = __repr__


def _addindent(text, count):
    lines = text.split("\n")
    return "\n".join([lines[0], *(" " * count + line for line in lines[1:])])


def type_text(value):
    """A value's type as torch.typename says it."""
    if isinstance(value, Tensor):
        return value.type() if type(value) is Tensor else f"{type(value).__module__}.{type(value).__qualname__}"
    kind = type(value)
    return kind.__qualname__ if kind.__module__ in ("", "builtins") else f"{kind.__module__}.{kind.__qualname__}"


class Module:
    """Base class of all neural network modules."""

    dump_patches = False
    _version = 1
    call_super_init = False
    _is_loss = False

    def __init__(self, *args, **kwargs):
        if self.call_super_init is False and kwargs:
            raise TypeError(f"{type(self).__name__}.__init__() got an unexpected keyword argument '{next(iter(kwargs))}'")
        if self.call_super_init is False and args:
            raise TypeError(f"{type(self).__name__}.__init__() takes 1 positional argument but {len(args) + 1} were given")
        put = self.__dict__
        put["training"] = True
        put["_parameters"] = {}
        put["_buffers"] = {}
        put["_non_persistent_buffers_set"] = set()
        put["_modules"] = {}
        put["_hooked"] = False
        put["_key"] = 0

    # Made when first asked for: most modules never have a hook.
    _HOOK_DICTS = (
        "_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks", "_forward_hooks_with_kwargs", "_forward_pre_hooks_with_kwargs",
        "_forward_hooks_always_called", "_state_dict_hooks", "_state_dict_pre_hooks", "_load_state_dict_pre_hooks", "_load_state_dict_post_hooks",
    )  # fmt: skip

    def forward(self, *input):
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    # -- registration ------------------------------------------------------------------------------------------------

    def register_buffer(self, name, tensor, persistent=True):
        self._check_name(name, "buffer")
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"cannot assign '{type_text(tensor)}' object to buffer '{name}' (torch Tensor or None required)")
        self._buffers[name] = tensor
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def register_parameter(self, name, param):
        self._check_name(name, "parameter")
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"cannot assign '{type_text(param)}' object to parameter '{name}' (torch.nn.Parameter or None required)")
        if param is not None and param.grad_fn is not None:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created explicitly. To express '{name}' as a function of "
                "another Tensor, compute the value in the forward() method."
            )
        self._parameters[name] = param

    def _check_name(self, name, what):
        if "_parameters" not in self.__dict__:
            raise AttributeError(f"cannot assign {what} before Module.__init__() call")
        if not isinstance(name, str):
            raise TypeError(f"{what} name should be a string. Got {type_text(name)}")
        if "." in name:
            raise KeyError(f"{what} name can't contain \".\"")
        if name == "":
            raise KeyError(f'{what} name can\'t be empty string ""')
        held = {"parameter": self._parameters, "buffer": self._buffers}.get(what, self._modules)
        if hasattr(self, name) and name not in held:
            raise KeyError(f"attribute '{name}' already exists")

    def add_module(self, name, module):
        if not isinstance(module, Module) and module is not None:
            raise TypeError(f"{type_text(module)} is not a Module subclass")
        if not isinstance(name, str):
            raise TypeError(f"module name should be a string. Got {type_text(name)}")
        if hasattr(self, name) and name not in self._modules:
            raise KeyError(f"attribute '{name}' already exists")
        if "." in name:
            raise KeyError(f'module name can\'t contain ".", got: {name}')
        if name == "":
            raise KeyError('module name can\'t be empty string ""')
        self._modules[name] = module

    def register_module(self, name, module):
        self.add_module(name, module)

    def __setattr__(self, name, value):
        held = self.__dict__
        params = held.get("_parameters")
        if isinstance(value, Parameter):
            if params is None:
                raise AttributeError("cannot assign parameters before Module.__init__() call")
            self._forget(name, params)
            self.register_parameter(name, value)
            return
        if params is not None and name in params:
            if value is not None:
                raise TypeError(f"cannot assign '{type_text(value)}' as parameter '{name}' (torch.nn.Parameter or None expected)")
            self.register_parameter(name, value)
            return
        modules = held.get("_modules")
        if isinstance(value, Module):
            if modules is None:
                raise AttributeError("cannot assign module before Module.__init__() call")
            self._forget(name, modules)
            modules[name] = value
            return
        if modules is not None and name in modules:
            if value is not None:
                raise TypeError(f"cannot assign '{type_text(value)}' as child module '{name}' (torch.nn.Module or None expected)")
            modules[name] = value
            return
        buffers = held.get("_buffers")
        if buffers is not None and name in buffers:
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(f"cannot assign '{type_text(value)}' as buffer '{name}' (torch.nn.Buffer, torch.Tensor or None expected)")
            buffers[name] = value
            return
        from .parameter import Buffer

        if isinstance(value, Buffer):
            self.register_buffer(name, value, value.persistent)
            return
        object.__setattr__(self, name, value)

    def _forget(self, name, keep):
        held = self.__dict__
        for place in (held, held["_buffers"], held["_modules"], held["_parameters"]):
            if place is not keep and name in place:
                del place[name]
        held["_non_persistent_buffers_set"].discard(name)

    def __getattr__(self, name):
        held = self.__dict__
        for place in ("_parameters", "_buffers", "_modules"):
            found = held.get(place)
            if found is not None and name in found:
                return found[name]
        if name in Module._HOOK_DICTS:
            made = held[name] = OrderedDict()
            return made
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name):
        for place in (self._parameters, self._buffers, self._modules):
            if name in place:
                del place[name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self):
        names = [*dir(type(self)), *self.__dict__, *self._parameters, *self._modules, *self._buffers]
        return sorted(name for name in names if not name[0].isdigit())

    def get_submodule(self, target):
        module = self
        for name in target.split(".") if target else ():
            if not hasattr(module, name):
                raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
            module = getattr(module, name)
            if not isinstance(module, Module):
                raise AttributeError(f"`{name}` is not an nn.Module")
        return module

    def get_parameter(self, target):
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
        found = getattr(module, name)
        if not isinstance(found, Parameter):
            raise AttributeError(f"`{name}` is not an nn.Parameter")
        return found

    def get_buffer(self, target):
        path, _, name = target.rpartition(".")
        return getattr(self.get_submodule(path), name)

    # -- the call ----------------------------------------------------------------------------------------------------

    def __call__(self, *args, **kwargs):
        if cell[CELL_RECORDING]:
            return _recorded(self, args, kwargs)
        if self._hooked or _global_forward_hooks or _global_forward_pre_hooks:
            return _hooked_call(self, args, kwargs)
        return self.forward(*args, **kwargs)

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
        return self._add_hook("_load_state_dict_pre_hooks", hook, False, [])

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

    # -- walks -------------------------------------------------------------------------------------------------------

    def _named_members(self, get, prefix="", recurse=True, remove_duplicate=True):
        seen = set()
        modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, value in get(module):
                if value is None or remove_duplicate and id(value) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(value))
                yield path + ("." if path else "") + name, value

    def parameters(self, recurse=True):
        if recurse and cell[CELL_RECORDING]:
            tell_names(self)
        for _, param in self.named_parameters(recurse=recurse):
            yield param

    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        yield from self._named_members(lambda m: m._parameters.items(), prefix, recurse, remove_duplicate)

    def buffers(self, recurse=True):
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def named_buffers(self, prefix="", recurse=True, remove_duplicate=True):
        yield from self._named_members(lambda m: m._buffers.items(), prefix, recurse, remove_duplicate)

    def children(self):
        for _, module in self.named_children():
            yield module

    def named_children(self):
        seen = set()
        for name, module in self._modules.items():
            if module is not None and id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def modules(self):
        for _, module in self.named_modules():
            yield module

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                yield from module.named_modules(memo, prefix + ("." if prefix else "") + name, remove_duplicate)

    # -- mode and place ----------------------------------------------------------------------------------------------

    def train(self, mode=True):
        if mode is not True and mode is not False:
            raise ValueError("training mode is expected to be boolean")
        self.__dict__["training"] = mode
        for module in self._modules.values():
            if module is not None:
                module.train(mode)
        return self

    def eval(self):
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        for param in self.parameters():
            param.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none=True):
        import json

        if _nabla.module_zero_grad(json.dumps([param._h for param in self.parameters()]), bool(set_to_none)) < 0:
            fail()

    def share_memory(self):
        return self

    def apply(self, fn):
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def _apply(self, fn, recurse=True):
        if recurse:
            for module in self.children():
                module._apply(fn)
        for name, param in self._parameters.items():
            if param is None:
                continue
            made = fn(param.detach())
            grad = param._grad_or_none()
            param.data = made
            if grad is not None:
                grad.data = fn(grad.detach())
        for name, buffer in self._buffers.items():
            if buffer is not None:
                self._buffers[name] = fn(buffer)
        return self

    def to(self, *args, **kwargs):
        device, dtype, _ = to_arguments(args, kwargs)
        if dtype is not None and not dtype.is_floating_point:
            raise TypeError(f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={dtype}")
        return self._apply(lambda t: t.to(device=device, dtype=dtype if t.is_floating_point() else None))

    def cpu(self):
        return self._apply(lambda t: t.cpu())

    def cuda(self, device=None):
        return self._apply(lambda t: t.cuda(device))

    def float(self):
        return self._apply(lambda t: t.float() if t.is_floating_point() else t)

    def double(self):
        return self._apply(lambda t: t.double() if t.is_floating_point() else t)

    def half(self):
        return self._apply(lambda t: t.half() if t.is_floating_point() else t)

    def bfloat16(self):
        return self._apply(lambda t: t.bfloat16() if t.is_floating_point() else t)

    def type(self, dst_type):
        return self._apply(lambda t: t.type(dst_type))

    def compile(self, *args, **kwargs):
        raise NotImplementedError("torch.nn.Module.compile is not in Nabla yet")

    # -- state -------------------------------------------------------------------------------------------------------

    def state_dict(self, *args, destination=None, prefix="", keep_vars=False):
        if args:
            destination = args[0]
            prefix = args[1] if len(args) > 1 else prefix
            keep_vars = args[2] if len(args) > 2 else keep_vars
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        metadata = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = metadata
        for hook in self.__dict__.get("_state_dict_pre_hooks", _EMPTY).values():
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=destination, prefix=prefix + name + ".", keep_vars=keep_vars)
        for hook in self.__dict__.get("_state_dict_hooks", _EMPTY).values():
            said = hook(self, destination, prefix, metadata)
            if said is not None:
                destination = said
        return destination

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        for name, param in self._parameters.items():
            if param is not None:
                destination[prefix + name] = param if keep_vars else param.detach()
        for name, buffer in self._buffers.items():
            if buffer is not None and name not in self._non_persistent_buffers_set:
                destination[prefix + name] = buffer if keep_vars else buffer.detach()

    def load_state_dict(self, state_dict, strict=True, assign=False):
        from .._grad_mode import no_grad

        if not hasattr(state_dict, "keys"):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        state = OrderedDict(state_dict)
        missing, unexpected, errors = [], [], []

        def load(module, prefix):
            for hook in module.__dict__.get("_load_state_dict_pre_hooks", _EMPTY).values():
                hook(module, state, prefix, {}, True, missing, unexpected, errors)
            held = {**module._parameters, **{k: v for k, v in module._buffers.items() if k not in module._non_persistent_buffers_set}}
            for name, target in held.items():
                if target is None:
                    continue
                key = prefix + name
                if key not in state:
                    missing.append(key)
                    continue
                value = state[key]
                if not isinstance(value, Tensor):
                    errors.append(f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from checkpoint but received {type(value)}')
                    continue
                if value.dim() == 1 and value.shape[0] == 1 and target.dim() == 0:
                    value = value[0]
                if value.shape != target.shape:
                    errors.append(f"size mismatch for {key}: copying a param with shape {value.shape} from checkpoint, the shape in current model is {target.shape}.")
                    continue
                with no_grad():
                    if assign:
                        made = Parameter(value, target.requires_grad) if name in module._parameters else value
                        setattr(module, name, made)
                    else:
                        target.copy_(value)
            for name, child in module._modules.items():
                if child is not None:
                    load(child, prefix + name + ".")
            incompatible = _IncompatibleKeys(missing, unexpected)
            for hook in module.__dict__.get("_load_state_dict_post_hooks", _EMPTY).values():
                hook(module, incompatible)

        known = {name for name, _ in self._state_names()}
        unexpected.extend(key for key in state if key not in known)
        load(self, "")
        if not strict:
            found = _IncompatibleKeys(missing, unexpected)
        else:
            found = _IncompatibleKeys(missing, unexpected)
            if unexpected:
                errors.insert(0, "Unexpected key(s) in state_dict: " + ", ".join(f'"{k}"' for k in unexpected) + ". ")
            if missing:
                errors.insert(0, "Missing key(s) in state_dict: " + ", ".join(f'"{k}"' for k in missing) + ". ")
        if errors:
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t" + "\n\t".join(errors))
        return found

    def _state_names(self, prefix=""):
        for name, value in self._parameters.items():
            if value is not None:
                yield prefix + name, value
        for name, value in self._buffers.items():
            if value is not None and name not in self._non_persistent_buffers_set:
                yield prefix + name, value
        for name, module in self._modules.items():
            if module is not None:
                yield from module._state_names(prefix + name + ".")

    def __getstate__(self):
        held = dict(self.__dict__)
        held["_key"] = 0
        return held

    def __setstate__(self, state):
        self.__dict__.update(state)

    # -- text --------------------------------------------------------------------------------------------------------

    def _get_name(self):
        return type(self).__name__

    def extra_repr(self):
        return ""

    def __repr__(self):
        extra = self.extra_repr()
        extra_lines = extra.split("\n") if extra else []
        child_lines = [f"({name}): {_addindent(repr(module), 2)}" for name, module in self._modules.items()]
        text = self._get_name() + "("
        if extra_lines and not child_lines and len(extra_lines) == 1:
            text += extra_lines[0]
        elif extra_lines or child_lines:
            text += "\n  " + "\n  ".join(extra_lines + child_lines) + "\n"
        return text + ")"


def _hooked_call(module, args, kwargs):
    for hook, with_kwargs in _pairs(_global_forward_pre_hooks, {}) + _pairs(module._forward_pre_hooks, module._forward_pre_hooks_with_kwargs):
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
    backward, before = list(module.__dict__.get("_backward_hooks", _EMPTY).values()), list(module.__dict__.get("_backward_pre_hooks", _EMPTY).values())
    if backward or before:
        from ._backward_hooks import BackwardWatch

        watch = BackwardWatch(module, backward, before)
        args = watch.inputs(args)
    result = module.forward(*args, **kwargs)
    for hook, with_kwargs in _pairs(_global_forward_hooks, {}) + _pairs(module._forward_hooks, module._forward_hooks_with_kwargs):
        said = hook(module, args, kwargs, result) if with_kwargs else hook(module, args, result)
        if said is not None:
            result = said
    return watch.outputs(result) if watch is not None else result


def _pairs(hooks, flags):
    return [(hook, key in flags) for key, hook in hooks.items()]


# -- what the recorder is told -----------------------------------------------------------------------------------------

_depth = 0
# What a loss belongs to: the mode of the model called last, and the loss module whose forward runs.
told = {"training": True, "loss": None}


def _key_of(module):
    key = module.__dict__.get("_key", 0)
    if not key:
        key = module.__dict__["_key"] = next(_keys)
    return key


def tell_names(module):
    """Tell the recorder the parameters' dotted names."""
    import json

    names, handles = [], []
    for name, param in Module.named_parameters(module):
        names.append(name)
        handles.append(param._h)
    if names:
        _nabla.parameter_names(json.dumps(names), json.dumps(handles))
    module.__dict__["_told"] = True


def _tell_children(module):
    for name, child in module._modules.items():
        if child is not None and "_attribute" not in child.__dict__:
            child.__dict__["_attribute"] = name


def _recorded(module, args, kwargs):
    """A call inside a module scope of the recording."""
    global _depth
    key = _key_of(module)
    if _depth == 0 and "_told" not in module.__dict__:
        tell_names(module)
    if not _nabla.module_enter(key, module.training):
        _tell_children(module)
        label = repr(module)
        _nabla.module_about(key, module.__dict__.get("_attribute", "") if _depth else "", type(module).__name__, label if len(label) < 400 else type(module).__name__ + "(…)")
        _nabla.module_enter(key, module.training)
    is_loss = module._is_loss
    if is_loss:
        told["loss"] = f"{type(module).__name__}#{key}"
    elif _depth == 0:
        told["training"] = module.training
    _depth += 1
    try:
        if module._hooked or _global_forward_hooks or _global_forward_pre_hooks:
            result = _hooked_call(module, args, kwargs)
        else:
            result = module.forward(*args, **kwargs)
    finally:
        _depth -= 1
        if is_loss:
            told["loss"] = None
        _nabla.module_exit()
    return result


def register_module_forward_hook(hook, *, with_kwargs=False, always_call=False):
    handle = RemovableHandle(_global_forward_hooks)
    _global_forward_hooks[handle.id] = hook
    return handle


def register_module_forward_pre_hook(hook):
    handle = RemovableHandle(_global_forward_pre_hooks)
    _global_forward_pre_hooks[handle.id] = hook
    return handle
