"""Adamax (Kingma, Ba 2015)."""

from ._rule import RuleOptimizer, check_betas, check_lr, check_positive, counter, number, zeros_like


class Adamax(RuleOptimizer):
    """Adam with the infinity norm."""

    _rule = "Adamax"

    def __init__(
        self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, foreach=None, *, maximize=False, differentiable=False, capturable=False,
    ):  # fmt: skip
        check_lr(lr)
        check_positive(eps=eps)
        check_betas(betas)
        check_positive(weight_decay=weight_decay)
        super().__init__(
            params,
            {
                "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "foreach": foreach, "maximize": maximize, "differentiable": differentiable, "capturable": capturable,
            },
        )  # fmt: skip

    def _fresh(self, p, group):
        return {"step": counter(), "exp_avg": zeros_like(p), "exp_inf": zeros_like(p)}

    def _kept(self, group):
        return ("exp_avg", "exp_inf")

    def _hyper(self, group):
        return (number(group["lr"]), *group["betas"], group["eps"])
