"""Adafactor (Shazeer, Stern 2018)."""

from .._factories import zeros
from ._rule import RuleOptimizer, check_lr, counter, number, zeros_like


class Adafactor(RuleOptimizer):
    """Second moments of a matrix kept as one row and one column; the rate follows the parameter's size."""

    _rule = "Adafactor"

    def __init__(self, params, lr=1e-2, beta2_decay=-0.8, eps=(None, 1e-3), d=1.0, weight_decay=0.0, *, foreach=None, maximize=False):
        check_lr(lr, "Learning rate should be >= 0 but is: ")
        if not 0.0 >= beta2_decay:
            raise ValueError(f"beta2_decay should be <= 0 but is: {beta2_decay}")
        if eps[0] is not None and not 0.0 <= eps[0]:
            raise ValueError(f"epsilon1 should be >= 0 but is: {eps[0]}")
        if not 0.0 <= eps[1]:
            raise ValueError(f"epsilon2 should be >= 0 but is: {eps[1]}")
        if not 1.0 <= d:
            raise ValueError(f"Clipping threshold d should be >= 1 but is: {d}")
        if not 0.0 <= weight_decay:
            raise ValueError(f"weight_decay should be >= 0 but is: {weight_decay}")
        super().__init__(
            params,
            {"lr": lr, "beta2_decay": beta2_decay, "eps": eps, "d": d, "weight_decay": weight_decay, "foreach": foreach, "maximize": maximize},
        )

    def _fresh(self, p, group):
        if p.dim() < 2:
            return {"step": counter(), "variance": zeros_like(p)}
        shape = list(p.shape)
        return {
            "step": counter(),
            "row_var": zeros([*shape[:-1], 1], dtype=p.dtype, device=p.device),
            "col_var": zeros([*shape[:-2], 1, shape[-1]], dtype=p.dtype, device=p.device),
        }

    def _kept(self, group):
        return ("row_var", "col_var", "variance")

    def _common(self, group):
        # Its decay comes after the rate was taken from the parameter's size: the formula does it itself.
        return group["maximize"], 0, 1

    def _hyper(self, group):
        eps1, eps2 = group["eps"]
        return (number(group["lr"]), group["beta2_decay"], -1 if eps1 is None else eps1, eps2, group["d"], group["weight_decay"])
