"""Resilient propagation (Riedmiller, Braun 1993)."""

from ._rule import RuleOptimizer, check_lr, counter, full_like, number, zeros_like


class Rprop(RuleOptimizer):
    """The gradient's sign decides, its size does not."""

    _rule = "Rprop"

    def __init__(
        self, params, lr=1e-2, etas=(0.5, 1.2), step_sizes=(1e-6, 50), *, capturable=False, foreach=None, maximize=False, differentiable=False,
    ):  # fmt: skip
        check_lr(lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        super().__init__(
            params,
            {
                "lr": lr, "etas": etas, "step_sizes": step_sizes, "foreach": foreach, "maximize": maximize, "differentiable": differentiable, "capturable": capturable,
            },
        )  # fmt: skip

    def _common(self, group):
        return group["maximize"], 0, 1

    def _fresh(self, p, group):
        return {"step": counter(), "prev": zeros_like(p), "step_size": full_like(p, number(group["lr"]))}

    def _kept(self, group):
        return ("prev", "step_size")

    def _hyper(self, group):
        return (*group["etas"], *group["step_sizes"])
