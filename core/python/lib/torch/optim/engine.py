"""SGD, Adam and AdamW: options and state here, the step in the engine, in one crossing."""

import _nabla

from .._engine import ask, fail
from .._grad_mode import enable_grad
from .._tensor import Tensor, wrap
from .optimizer import Optimizer

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
        kind = next(c.__name__ for c in type(self).__mro__ if c.__module__.startswith("torch.") and c.__name__ in ("SGD", "Adam", "AdamW"))
        return ask("optimizer", kind, [self._plain_group(g) for g in self.param_groups])

    def _plain_group(self, group):
        plain = {k: _number(v) for k, v in group.items() if k != "param_names" and (v is None or isinstance(v, (int, float, str, tuple, list, Tensor)) and k != "params")}
        plain["params"] = [p._h for p in group["params"]]
        return plain

    def _closure(self, closure):
        if closure is None:
            return None
        with enable_grad():
            return closure()

    def _state(self):
        params = [p for g in self.param_groups for p in g["params"]]
        state = {}
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

    def step(self, closure=None):
        loss = None
        if closure is not None:
            loss = self._closure(closure)
        if self._hooks_before:
            self._run_hooks(self._hooks_before, (), {})
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
        if self._hooks_after:
            self._run_hooks(self._hooks_after, (), {})
        return loss


class Adam(_EngineOptimizer):
    """Adam (Kingma, Ba 2015)."""

    _decoupled = False

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, *, foreach=None, maximize=False, capturable=False,
        differentiable=False, fused=None, decoupled_weight_decay=False,
    ):  # fmt: skip
        if not 0.0 <= lr:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not 0.0 <= eps:
            raise ValueError(f"Invalid epsilon value: {eps}")
        for i in (0, 1):
            if not 0.0 <= betas[i] < 1.0:
                raise ValueError(f"Invalid beta parameter at index {i}: {betas[i]}")
        if not 0.0 <= weight_decay:
            raise ValueError(f"Invalid weight_decay value: {weight_decay}")
        super().__init__(
            params,
            {
                "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad, "maximize": maximize, "foreach": foreach,
                "capturable": capturable, "differentiable": differentiable, "fused": fused, "decoupled_weight_decay": decoupled_weight_decay,
            },
        )  # fmt: skip

    def step(self, closure=None):
        loss = self._closure(closure)
        if self._hooks_before:
            self._run_hooks(self._hooks_before, (), {})
        flat = []
        for g in self.param_groups:
            betas = g["betas"]
            flat += (_number(g["lr"]), _number(betas[0]), _number(betas[1]), g["eps"], g["weight_decay"], g["maximize"])
        if _step(self._o, *flat) < 0:
            fail()
        if self._hooks_after:
            self._run_hooks(self._hooks_after, (), {})
        return loss


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov, Hutter 2019)."""

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, *, maximize=False, foreach=None, capturable=False,
        differentiable=False, fused=None,
    ):  # fmt: skip
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, foreach=foreach, maximize=maximize, capturable=capturable, differentiable=differentiable,
            fused=fused, decoupled_weight_decay=True,
        )  # fmt: skip
