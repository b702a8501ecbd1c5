"""Muon (Jordan 2024)."""

import math

from ._rule import RuleOptimizer, check_lr, number, zeros_like


class Muon(RuleOptimizer):
    """Momentum made orthogonal by a Newton-Schulz iteration in bfloat16. For matrices only."""

    _rule = "Muon"
    _counts = False

    def __init__(
        self, params, lr=1e-3, weight_decay=0.1, momentum=0.95, nesterov=True, ns_coefficients=(3.4445, -4.775, 2.0315), eps=1e-7, ns_steps=5,
        adjust_lr_fn=None,
    ):  # fmt: skip
        check_lr(lr, "Learning rate should be >= 0 but is: ")
        if not 0.0 <= momentum:
            raise ValueError(f"momentum should be >= 0 but is: {momentum}")
        if not 0.0 <= weight_decay:
            raise ValueError(f"weight decay should be >= 0 but is: {weight_decay}")
        if adjust_lr_fn is not None and adjust_lr_fn not in ("original", "match_rms_adamw"):
            raise ValueError(f"Adjust learning rate function {adjust_lr_fn} is not supported")
        super().__init__(
            params,
            {
                "lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov, "ns_coefficients": ns_coefficients, "eps": eps,
                "ns_steps": ns_steps, "adjust_lr_fn": adjust_lr_fn,
            },
        )  # fmt: skip
        for group in self.param_groups:
            for p in group["params"]:
                if p.ndim != 2:
                    raise ValueError(f"Muon only supports 2D parameters whereas we found a parameter with size: {p.size()}")

    def _step_group(self, group, ending):
        if group["ns_steps"] >= 100:
            raise ValueError("Number of steps must be less than 100 for computational efficiency")
        if len(group["ns_coefficients"]) != 3:
            raise ValueError("Coefficients must be a tuple of exactly 3 values")
        # The rate depends on the matrix's shape: one crossing for each.
        for p in group["params"]:
            super()._step_group({**group, "params": [p]}, 0)
        return False

    def _fresh(self, p, group):
        return {"momentum_buffer": zeros_like(p)}

    def _kept(self, group):
        return ("momentum_buffer",)

    def _common(self, group):
        return False, 0, 1

    def _hyper(self, group):
        lr = number(group["lr"])
        rows, columns = group["params"][0].shape
        if group["adjust_lr_fn"] == "match_rms_adamw":
            rate = lr * 0.2 * math.sqrt(max(rows, columns))
        else:
            rate = lr * math.sqrt(max(1, rows / columns))
        return (rate, lr * group["weight_decay"], group["momentum"], 1 if group["nesterov"] else 0, *group["ns_coefficients"], group["eps"], group["ns_steps"])
