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

    def __init__(self, params, defaults):
        self.defaults = defaults
        self._hooks_before, self._hooks_after = OrderedDict(), OrderedDict()
        self._state_hooks = {}
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
        named = []
        for i, param in enumerate(param_group["params"]):
            if isinstance(param, tuple) and len(param) == 2 and isinstance(param[0], str):
                named.append(param[0])
                param_group["params"][i] = param = param[1]
            if not isinstance(param, Tensor):
                raise TypeError("optimizer can only optimize Tensors, but one of the params is " + type_name(param))
            if not self.defaults.get("differentiable", None) and not (param.is_leaf or param.retains_grad):
                raise ValueError("can't optimize a non-leaf Tensor")
        if named:
            param_group["param_names"] = named
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
        handle = RemovableHandle(self._hooks_before)
        self._hooks_before[handle.id] = hook
        return handle

    def register_step_post_hook(self, hook):
        handle = RemovableHandle(self._hooks_after)
        self._hooks_after[handle.id] = hook
        return handle

    def _run_hooks(self, hooks, args, kwargs):
        for hook in list(hooks.values()):
            hook(self, (self, *args), kwargs)

    def state_dict(self):
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
        return {"state": state, "param_groups": groups}

    def _state(self):
        return self.state

    def load_state_dict(self, state_dict):
        state_dict = {**state_dict}
        groups, saved = self.param_groups, deepcopy(state_dict["param_groups"])
        if len(groups) != len(saved):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(a["params"]) != len(b["params"]) for a, b in zip(groups, saved)):
            raise ValueError("loaded state dict contains a parameter group that doesn't match the size of optimizer's group")
        owner = {i: p for a, b in zip(groups, saved) for p, i in zip(a["params"], b["params"])}
        state = defaultdict(dict)
        for key, value in state_dict["state"].items():
            copied = {k: v.detach().clone() if isinstance(v, Tensor) else deepcopy(v) for k, v in value.items()} if isinstance(value, dict) else value
            state[owner.get(key, key)] = copied
        for group, new in zip(groups, saved):
            new["params"] = group["params"]
            group.clear()
            group.update(new)
        self._load(state)

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


def _watched(step):
    """A step written in Python, with hooks, and reported as one."""

    @functools.wraps(step)
    def run(self, *args, **kwargs):
        if self._hooks_before:
            self._run_hooks(self._hooks_before, args, kwargs)
        numbers = {k: v for k, v in self.param_groups[0].items() if isinstance(v, (int, float)) and not isinstance(v, bool)}
        if cell[CELL_RECORDING] and _nabla.opt_report(self._o, True, json.dumps(numbers)) < 0:
            fail()
        result = step(self, *args, **kwargs)
        if _nabla.opt_report(self._o, False, "{}") < 0:
            fail()
        if self._hooks_after:
            self._run_hooks(self._hooks_after, args, kwargs)
        return result

    return run


def _set_hyper(name, value):
    """A hyper-parameter was changed from outside: it holds for every group that has it."""
    for optimizer in _live:
        for group in optimizer.param_groups:
            if name in group:
                group[name] = value


_nabla.on_hyper(_set_hyper)
