"""RMSprop (Hinton 2012)."""

from ._rule import RuleOptimizer, check_lr, check_positive, counter, number, zeros_like


class RMSprop(RuleOptimizer):
    """θ ← θ − γ·g / (√v + ε), v the running mean of g²; centred and with momentum where asked."""

    _rule = "RMSprop"

    def __init__(
        self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False, capturable=False, foreach=None, maximize=False,
        differentiable=False,
    ):  # fmt: skip
        check_lr(lr)
        check_positive(eps=eps, momentum=momentum, weight_decay=weight_decay, alpha=alpha)
        super().__init__(
            params,
            {
                "lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps, "centered": centered, "weight_decay": weight_decay, "capturable": capturable, "foreach": foreach, "maximize": maximize, "differentiable": differentiable,
            },
        )  # fmt: skip

    def _fresh(self, p, group):
        made = {"step": counter(), "square_avg": zeros_like(p)}
        if group["momentum"] > 0:
            made["momentum_buffer"] = zeros_like(p)
        if group["centered"]:
            made["grad_avg"] = zeros_like(p)
        return made

    def _kept(self, group):
        return ("square_avg", "momentum_buffer" if group["momentum"] > 0 else None, "grad_avg" if group["centered"] else None)

    def _hyper(self, group):
        return (number(group["lr"]), group["alpha"], group["eps"], group["momentum"])
