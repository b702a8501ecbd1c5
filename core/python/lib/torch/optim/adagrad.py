"""Adagrad (Duchi, Hazan, Singer 2011)."""

from ._rule import RuleOptimizer, check_lr, check_positive, counter, full_like, number
from .optimizer import check_fused


class Adagrad(RuleOptimizer):
    """θ ← θ − γ·g / (√Σg² + ε), γ falling with lr_decay."""

    _rule = "Adagrad"

    def __init__(
        self, params, lr=1e-2, lr_decay=0, weight_decay=0, initial_accumulator_value=0, eps=1e-10, foreach=None, *, maximize=False, differentiable=False,
        fused=None,
    ):  # fmt: skip
        check_lr(lr)
        check_positive(lr_decay=lr_decay, weight_decay=weight_decay, initial_accumulator_value=initial_accumulator_value, eps=eps)
        super().__init__(
            params,
            {
                "lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay, "initial_accumulator_value": initial_accumulator_value, "foreach": foreach, "maximize": maximize, "differentiable": differentiable, "fused": fused,
            },
        )  # fmt: skip
        check_fused(fused, foreach, differentiable)
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p] = self._fresh(p, group)

    def share_memory(self):
        """One process runs a script here."""

    def _fresh(self, p, group):
        return {"step": counter(fused=group["fused"]), "sum": full_like(p, group["initial_accumulator_value"])}

    def _kept(self, group):
        return ("sum",)

    def _hyper(self, group):
        return (number(group["lr"]), group["lr_decay"], group["eps"])
