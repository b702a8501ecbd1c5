"""Averaged stochastic gradient descent (Polyak, Juditsky 1992)."""

from ._rule import RuleOptimizer, check_lr, check_positive, counter, number, zeros_like


class ASGD(RuleOptimizer):
    """SGD that keeps the running mean of its parameters in `ax`."""

    _rule = "ASGD"
    _capturable_names = "params, mus, etas, and state_steps"

    def __init__(
        self, params, lr=1e-2, lambd=1e-4, alpha=0.75, t0=1e6, weight_decay=0, foreach=None, maximize=False, differentiable=False, capturable=False,
    ):  # fmt: skip
        check_lr(lr)
        check_positive(weight_decay=weight_decay)
        super().__init__(
            params,
            {
                "lr": lr, "lambd": lambd, "alpha": alpha, "t0": t0, "weight_decay": weight_decay, "foreach": foreach, "maximize": maximize, "differentiable": differentiable, "capturable": capturable,
            },
        )  # fmt: skip

    def _fresh(self, p, group):
        return {"step": counter(), "eta": counter(number(group["lr"])), "mu": counter(1.0), "ax": zeros_like(p)}

    def _kept(self, group):
        return ("eta", "mu", "ax")

    def _hyper(self, group):
        return (number(group["lr"]), group["lambd"], group["alpha"], group["t0"])
