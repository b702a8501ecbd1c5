"""Adadelta (Zeiler 2012)."""

from ._rule import RuleOptimizer, check_lr, check_positive, counter, number, zeros_like


class Adadelta(RuleOptimizer):
    """Steps in the size of earlier steps: √(u + ε)/√(v + ε)·g."""

    _rule = "Adadelta"

    def __init__(
        self, params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0, foreach=None, *, capturable=False, maximize=False, differentiable=False,
    ):  # fmt: skip
        check_lr(lr)
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}")
        check_positive(eps=eps, weight_decay=weight_decay)
        super().__init__(
            params,
            {
                "lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize, "capturable": capturable, "foreach": foreach, "differentiable": differentiable,
            },
        )  # fmt: skip

    def _fresh(self, p, group):
        return {"step": counter(), "square_avg": zeros_like(p), "acc_delta": zeros_like(p)}

    def _kept(self, group):
        return ("square_avg", "acc_delta")

    def _hyper(self, group):
        return (number(group["lr"]), group["rho"], group["eps"])
