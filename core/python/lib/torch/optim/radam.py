"""RAdam (Liu et al. 2019)."""

from ._rule import RuleOptimizer, check_betas, check_lr, check_positive, counter, number, zeros_like


class RAdam(RuleOptimizer):
    """Adam whose adaptive rate waits until its variance can be trusted."""

    _rule = "RAdam"

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, decoupled_weight_decay=False, *, foreach=None, maximize=False,
        capturable=False, differentiable=False,
    ):  # fmt: skip
        check_lr(lr)
        check_positive(eps=eps)
        check_betas(betas)
        check_positive(weight_decay=weight_decay)
        super().__init__(
            params,
            {
                "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize, "foreach": foreach, "capturable": capturable, "decoupled_weight_decay": decoupled_weight_decay, "differentiable": differentiable,
            },
        )  # fmt: skip

    def _fresh(self, p, group):
        return {"step": counter(), "exp_avg": zeros_like(p), "exp_avg_sq": zeros_like(p)}

    def _kept(self, group):
        return ("exp_avg", "exp_avg_sq")

    def _hyper(self, group):
        return (number(group["lr"]), *group["betas"], group["eps"])
