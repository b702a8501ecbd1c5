"""Optimizer: parameter groups, state, hooks, zero_grad; the update is a subclass's."""

import functools
import json
from collections import OrderedDict, defaultdict
from copy import deepcopy

import _nabla
from nabla_runtime.bridge import CELL_RECORDING, cell

from .._engine import ask, fail
from .._hooks import RemovableHandle
from .._tensor import Tensor
from .._missing import type_name

_live = []


class _Required:
    def __repr__(self):
        return "<required parameter>"


required = _Required()


class Optimizer:
    """Base class of all optimizers."""

    # True where `step` tells the engine itself when its update begins, a closure being run before.
    _reports_itself = False
    # The numbers the engine was told last.
    _reported = None

    def __init__(self, params, defaults):
        self.defaults = defaults
        self._hooks_before, self._hooks_after = OrderedDict(), OrderedDict()
        self._state_hooks = {name: OrderedDict() for name in ("state_pre", "state_post", "load_pre", "load_post")}
        if isinstance(params, Tensor):
            raise TypeError("params argument given to the optimizer should be an iterable of Tensors or dicts, but got " + params.type())
        self.state = defaultdict(dict)
        self.param_groups = []
        self._o = None
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)
        self._o = self._make()
        _live.append(self)
        del _live[:-8]

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        step = cls.__dict__.get("step")
        if step is not None and not getattr(cls, "_engine_step", False):
            cls.step = _watched(step)

    def _make(self):
        """The engine's shell: clears gradients and reports."""
        return ask("optimizer", type(self).__name__, [{"params": [p._h for g in self.param_groups for p in g["params"]]}])

    def __del__(self):
        number = getattr(self, "_o", None)
        if number:
            _nabla.opt_drop(number)

    def add_param_group(self, param_group):
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, Tensor):
            param_group["params"] = [params]
        elif isinstance(params, set):
            raise TypeError("optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets will change between runs. Please use a list instead.")
        else:
            param_group["params"] = list(params)
        named = [p[0] for p in param_group["params"] if isinstance(p, tuple)]
        param_group["params"] = [p[1] if isinstance(p, tuple) else p for p in param_group["params"]]
        if named:
            if len(named) != len(param_group["params"]):
                raise ValueError("all optimizer params should be with/without names. Some param names are missing")
            param_group["param_names"] = named
        for param in param_group["params"]:
            if not isinstance(param, Tensor):
                raise TypeError("optimizer can only optimize Tensors, but one of the params is " + type_name(param))
            if not self.defaults.get("differentiable", None) and not (param.is_leaf or param.retains_grad):
                raise ValueError("can't optimize a non-leaf Tensor")
        for name, default in self.defaults.items():
            if default is required and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            param_group.setdefault(name, default)
        params = param_group["params"]
        if len({id(p) for p in params}) != len(params):
            import warnings

            from .._tensor_facts import OURS

            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; see github.com/pytorch/pytorch/issues/40967 for more information",
                skip_file_prefixes=OURS,
            )
        for group in self.param_groups:
            if ("param_names" in param_group) != ("param_names" in group):
                now = "with names" if "param_names" in param_group else "without names"
                raise ValueError(f"all optimizer param groups should be with/without names. cannot add param group {now} to the optimizer")
        seen = {id(p) for group in self.param_groups for p in group["params"]}
        if any(id(p) in seen for p in params):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)
        if self._o:
            ask("add_param_group", self._o, self._plain_group(param_group))

    def _plain_group(self, group):
        return {"params": [p._h for p in group["params"]]}

    def zero_grad(self, set_to_none=True):
        if _nabla.zero_grad(self._o, set_to_none) < 0:
            fail()

    def step(self, closure=None):
        raise NotImplementedError

    def register_step_pre_hook(self, hook):
        return _register(self._hooks_before, hook)

    def register_step_post_hook(self, hook):
        return _register(self._hooks_after, hook)

    def register_state_dict_pre_hook(self, hook, prepend=False):
        return _register(self._state_hooks["state_pre"], hook, prepend)

    def register_state_dict_post_hook(self, hook, prepend=False):
        return _register(self._state_hooks["state_post"], hook, prepend)

    def register_load_state_dict_pre_hook(self, hook, prepend=False):
        return _register(self._state_hooks["load_pre"], hook, prepend)

    def register_load_state_dict_post_hook(self, hook, prepend=False):
        return _register(self._state_hooks["load_post"], hook, prepend)

    def _hooked(self, step, args, kwargs):
        """`step(*args, **kwargs)` between the hooks; a hook before it may replace the arguments. `args` begins with the optimizer."""
        for hook in [*_before_all.values(), *self._hooks_before.values()]:
            new = hook(self, args, kwargs)
            if new is not None:
                if not (isinstance(new, tuple) and len(new) == 2):
                    raise RuntimeError(f"{step} must return None or a tuple of (new_args, new_kwargs), but got {new}.")
                args, kwargs = new
        result = step(*args, **kwargs)
        for hook in [*self._hooks_after.values(), *_after_all.values()]:
            hook(self, args, kwargs)
        return result

    def _report(self, begins):
        """Tell the engine that an update begins or is over."""
        text = ""
        if begins:
            if not cell[CELL_RECORDING]:
                return
            numbers = {}
            for key, value in self.param_groups[0].items():
                kind = value.__class__
                if kind is float or kind is int:
                    numbers[key] = value
                elif value is not None and kind is not bool and kind is not list:
                    value = _plain(value)
                    if value is not None:
                        numbers[key] = value
            if numbers != self._reported:
                self._reported = numbers
                text = json.dumps(numbers)
        if _nabla.opt_report(self._o, begins, text) < 0:
            fail()

    def state_dict(self):
        for hook in self._state_hooks["state_pre"].values():
            hook(self)
        numbers = {}
        groups = []
        for group in self.param_groups:
            packed = {key: value for key, value in group.items() if key != "params"}
            packed["params"] = []
            for p in group["params"]:
                numbers.setdefault(id(p), len(numbers))
                packed["params"].append(numbers[id(p)])
            groups.append(packed)
        state = {(numbers[id(k)] if isinstance(k, Tensor) else k): v for k, v in self._state().items()}
        made = {"state": state, "param_groups": groups}
        for hook in self._state_hooks["state_post"].values():
            new = hook(self, made)
            if new is not None:
                made = new
        return made

    def _state(self):
        return self.state

    def load_state_dict(self, state_dict):
        state_dict = {**state_dict}
        for hook in self._state_hooks["load_pre"].values():
            new = hook(self, state_dict)
            if new is not None:
                state_dict = new
        groups, saved = self.param_groups, deepcopy(state_dict["param_groups"])
        if len(groups) != len(saved):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(a["params"]) != len(b["params"]) for a, b in zip(groups, saved)):
            raise ValueError("loaded state dict contains a parameter group that doesn't match the size of optimizer's group")
        owner = {i: p for a, b in zip(groups, saved) for p, i in zip(a["params"], b["params"])}
        state = defaultdict(dict)
        for key, value in state_dict["state"].items():
            if key in owner:
                state[owner[key]] = _fitted(value, owner[key])
            else:
                state[key] = value
        for group, new in zip(groups, saved):
            new["params"] = group["params"]
            if "param_names" in group:
                new.setdefault("param_names", group["param_names"])
            group.clear()
            group.update(new)
        self._load(state)
        for hook in self._state_hooks["load_post"].values():
            hook(self)

    def _load(self, state):
        self.state = state

    def __getstate__(self):
        return {"defaults": self.defaults, "state": self._state(), "param_groups": self.param_groups}

    def __repr__(self):
        text = type(self).__name__ + " ("
        for i, group in enumerate(self.param_groups):
            text += f"\nParameter Group {i}\n"
            for key in sorted(group):
                if key != "params":
                    text += f"    {key}: {group[key]}\n"
        return text + ")"


def _fitted(value, param, key=None):
    """Loaded state as the parameter needs it: its dtype and device, but for the step counter."""
    if isinstance(value, Tensor):
        if key == "step":
            return value
        return value.to(dtype=param.dtype, device=param.device) if param.is_floating_point() else value.to(device=param.device)
    if isinstance(value, dict):
        return {k: _fitted(v, param, k) for k, v in value.items()}
    if isinstance(value, (list, tuple, set)):
        return type(value)([_fitted(v, param) for v in value])
    return value


def _plain(value):
    """A hyper-parameter as a number, None where it is none."""
    if isinstance(value, Tensor):
        return value.item() if value.numel() == 1 else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _register(hooks, hook, prepend=False):
    handle = RemovableHandle(hooks)
    hooks[handle.id] = hook
    if prepend:
        hooks.move_to_end(handle.id, last=False)
    return handle


_before_all, _after_all = OrderedDict(), OrderedDict()


# Holds something once a hook for all optimizers was registered: a step asks only this.
global_hooks = []


def register_optimizer_step_pre_hook(hook):
    """A hook before every optimizer's step."""
    global_hooks.append(hook)
    return _register(_before_all, hook)


def register_optimizer_step_post_hook(hook):
    """A hook after every optimizer's step."""
    global_hooks.append(hook)
    return _register(_after_all, hook)


def check_fused(fused, foreach, differentiable):
    if fused:
        if differentiable:
            raise RuntimeError("`fused` does not support `differentiable`")
        if foreach:
            raise RuntimeError("`fused` and `foreach` cannot be `True` together.")


def _watched(step):
    """A step written in Python, with hooks, and reported as one."""

    @functools.wraps(step)
    def run(self, *args, **kwargs):
        if self._hooks_before or self._hooks_after or global_hooks:
            return self._hooked(inner, (self, *args), kwargs)
        return inner(self, *args, **kwargs)

    def inner(self, *args, **kwargs):
        if self._reports_itself:
            return step(self, *args, **kwargs)
        self._report(True)
        result = step(self, *args, **kwargs)
        self._report(False)
        return result

    return run


def _set_hyper(name, value):
    """A hyper-parameter was changed from outside: it holds for every group that has it."""
    for optimizer in _live:
        for group in optimizer.param_groups:
            if name in group:
                group[name] = value


_nabla.on_hyper(_set_hyper)
