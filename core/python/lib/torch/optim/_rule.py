"""What the optimizers share whose formula is the engine's: state held here, one crossing a group for the update."""

from array import array

import _nabla
from nabla_runtime.bridge import CELL_RECORDING, cell

from .._engine import fail
from .._factories import full_like, get_default_dtype, tensor, zeros_like
from .._grad_mode import enable_grad
from .._missing import raise_missing
from .._tensor import Tensor
from .. import _dtype
from .optimizer import Optimizer

_update = _nabla.opt_rule
_numbers = {}


def _number_of(rule):
    found = _numbers.get(rule)
    if found is None:
        found = _numbers[rule] = _nabla.opt_rule_number(rule)
    return found


def number(value):
    return value.item() if isinstance(value, Tensor) else value


def counter(value=0.0, fused=False):
    """A 0-d tensor of float32 (float64 where that is the default): torch keeps step counts in one."""
    double = get_default_dtype() is _dtype.float64 and not fused
    return tensor(value, dtype=_dtype.float64 if double else _dtype.float32)


def check_lr(lr, text="Invalid learning rate: "):
    if isinstance(lr, Tensor) and lr.numel() != 1:
        raise ValueError("Tensor lr must be 1-element")
    if not 0.0 <= lr:
        raise ValueError(f"{text}{lr}")


def check_positive(**options):
    """`weight_decay=x`: refused below 0, as torch words it."""
    for name, value in options.items():
        if not 0.0 <= value:
            raise ValueError(f"Invalid {'epsilon' if name == 'eps' else name} value: {value}")


def check_betas(betas):
    for i in (0, 1):
        if not 0.0 <= betas[i] < 1.0:
            raise ValueError(f"Invalid beta parameter at index {i}: {betas[i]}")


class RuleOptimizer(Optimizer):
    """Subclasses say `_rule`, `_fresh(p, group)` (a new parameter's state), `_kept(group)` (the state's names after `step`) and `_hyper(group)`."""

    _reports_itself = True
    _rule = ""
    _counts = True
    _capturable_names = "params and state_steps"

    def _kept(self, group):
        raise NotImplementedError

    def _hyper(self, group):
        raise NotImplementedError

    def _common(self, group):
        """(maximize, weight decay added to the gradient, factor on the parameter)."""
        decay = number(group["weight_decay"])
        if group.get("decoupled_weight_decay", False):
            return group["maximize"], 0, 1 - number(group["lr"]) * decay
        return group["maximize"], decay, 1

    def step(self, closure=None):
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        if cell[CELL_RECORDING]:
            self._report(True)
        groups = self.param_groups
        last = groups[-1]
        reported = False
        for group in groups:
            reported = self._step_group(group, self._o if group is last else 0)
        if not reported:
            self._report(False)
        return loss

    def _step_group(self, group, ending):
        """One group's update; `ending` is the optimizer's number where its step is over with it. False where nothing crossed."""
        if group.get("differentiable") or group.get("capturable"):
            self._refuse(group)
        names = self._kept(group)
        state = self.state
        handles = []
        for p in group["params"]:
            entry = state.get(p)
            if not entry:
                if p._grad_or_none() is None:
                    continue
                entry = state[p] = self._fresh(p, group)
            step = 0
            if self._counts:
                step = entry["step"]
                if not isinstance(step, Tensor):
                    step = entry["step"] = counter(float(step))
                step = step._h
            handles += (p._h, step)
            for name in names:
                kept = entry.get(name) if name is not None else None
                handles.append(kept._h if kept is not None else 0)
        if not handles:
            return False
        maximize, decay, shrink = self._common(group)
        hyper = self._hyper(group)
        room = array("i", handles)
        address, count = room.buffer_info()
        if _update(_number_of(self._rule), address, count, len(names), maximize, decay, shrink, ending, *hyper) < 0:
            fail()
        return True

    def _refuse(self, group):
        """What torch does with `differentiable` and `capturable` on a CPU."""
        live = [p for p in group["params"] if p._grad_or_none() is not None]
        if group.get("differentiable") and live:
            if group.get("foreach"):
                raise AssertionError("_foreach ops don't support autograd")
            if any(p.is_leaf and p.requires_grad for p in live):
                raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
            raise_missing(f"torch.optim.{type(self).__name__} with differentiable=True")
        if group.get("capturable") and any(p.device.type != "cuda" for p in live):
            raise AssertionError(
                f"If capturable=True, {self._capturable_names} must be on supported devices: ['cuda', 'xpu', 'hpu', 'privateuseone', 'xla']."
            )


__all__ = ["RuleOptimizer", "check_betas", "check_lr", "check_positive", "counter", "full_like", "number", "zeros_like"]
