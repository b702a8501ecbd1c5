"""SGD: options here; state and step in the engine, in one crossing."""

from collections import defaultdict

import _nabla

from .._engine import ask, fail
from .._grad_mode import enable_grad
from .._tensor import Tensor, wrap
from .optimizer import Optimizer, check_fused, global_hooks

_step = _nabla.opt_step


def _number(value):
    return value.item() if isinstance(value, Tensor) else value


class _EngineOptimizer(Optimizer):
    """An optimizer whose step is the engine's."""

    _engine_step = True

    def __init_subclass__(cls, **kwargs):
        # A user's subclass with a step of its own is watched like any other.
        if cls.__module__.startswith("torch."):
            return
        cls._engine_step = "step" not in cls.__dict__ and cls._engine_step
        super().__init_subclass__(**kwargs)

    def _make(self):
        return ask("optimizer", "SGD", [self._plain_group(g) for g in self.param_groups])

    def _plain_group(self, group):
        plain = {k: _number(v) for k, v in group.items() if k != "param_names" and (v is None or isinstance(v, (int, float, str, tuple, list, Tensor)) and k != "params")}
        plain["params"] = [p._h for p in group["params"]]
        return plain

    def _state(self):
        params = [p for g in self.param_groups for p in g["params"]]
        state = defaultdict(dict)
        for index, entry in ask("optimizer_state", self._o):
            state[params[index]] = {name: wrap(value["t"]) if isinstance(value, dict) else value for name, value in entry}
        return state

    @property
    def state(self):
        return self._state() if self._o else self.__dict__["_early_state"]

    @state.setter
    def state(self, value):
        if self.__dict__.get("_o"):
            self._load(value)
        else:
            self.__dict__["_early_state"] = value

    def _load(self, state):
        index = {id(p): i for i, p in enumerate(p for g in self.param_groups for p in g["params"])}
        ask(
            "load_optimizer_state",
            self._o,
            [[index[id(p)], [[k, {"t": v._h} if isinstance(v, Tensor) else v] for k, v in entry.items() if v is not None]] for p, entry in state.items()],
        )


class SGD(_EngineOptimizer):
    """Stochastic gradient descent, with momentum, weight decay and Nesterov."""

    def __init__(
        self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, maximize=False, foreach=None, differentiable=False, fused=None
    ):
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        if lr < 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if momentum < 0.0:
            raise ValueError(f"Invalid momentum value: {momentum}")
        if weight_decay < 0.0:
            raise ValueError(f"Invalid weight_decay value: {weight_decay}")
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(
            params,
            {
                "lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay, "nesterov": nesterov, "maximize": maximize,
                "foreach": foreach, "differentiable": differentiable, "fused": fused,
            },
        )  # fmt: skip
        check_fused(fused, foreach, differentiable)

    def step(self, closure=None):
        if self._hooks_before or self._hooks_after or global_hooks:
            return self._hooked(_sgd_step, (self,) if closure is None else (self, closure), {})
        return _sgd_step(self, closure)


def _sgd_step(self, closure=None):
    loss = None
    if closure is not None:
        with enable_grad():
            loss = closure()
    groups = self.param_groups
    if len(groups) == 1:
        g = groups[0]
        lr = g["lr"]
        if lr.__class__ is not float and lr.__class__ is not int:
            lr = _number(lr)
        code = _step(self._o, lr, g["momentum"], g["dampening"], g["weight_decay"], g["nesterov"], g["maximize"])
    else:
        flat = [_number(g[k]) for g in groups for k in ("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize")]
        code = _step(self._o, *flat)
    if code < 0:
        fail()
    return loss
