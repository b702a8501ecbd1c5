"""L-BFGS (Nocedal, Wright, Numerical Optimization, 7.2), with or without a line search for the strong Wolfe conditions."""

from .._engine import dispatch
from .._grad_mode import enable_grad, no_grad
from ._rule import check_lr, number
from ._strong_wolfe import strong_wolfe
from .optimizer import Optimizer


class LBFGS(Optimizer):
    """Quasi-Newton steps from the last gradients. The closure is called several times a step; parameter groups are not supported."""

    def __init__(
        self, params, lr=1, max_iter=20, max_eval=None, tolerance_grad=1e-7, tolerance_change=1e-9, history_size=100, line_search_fn=None
    ):  # fmt: skip
        check_lr(lr)
        super().__init__(
            params,
            {
                "lr": lr, "max_iter": max_iter, "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval, "tolerance_grad": tolerance_grad,
                "tolerance_change": tolerance_change, "history_size": history_size, "line_search_fn": line_search_fn,
            },
        )  # fmt: skip
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        self._params = self.param_groups[0]["params"]

    def _flat_grad(self):
        parts = [(p.detach() * 0 if p.grad is None else p.grad).reshape(-1) for p in self._params]
        return dispatch("cat", (parts, 0))

    def _move(self, size, direction):
        at = 0
        for p in self._params:
            n = p.numel()
            p.add_(direction[at : at + n].view(p.shape), alpha=number(size))
            at += n

    def step(self, closure):
        with no_grad():
            return self._run(enable_grad()(closure))

    def _run(self, closure):
        group = self.param_groups[0]
        lr = number(group["lr"])
        most_turns, most_calls, small_change = group["max_iter"], group["max_eval"], group["tolerance_change"]
        state = self.state[self._params[0]]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)

        first_loss = closure()
        loss = float(first_loss)
        calls = 1
        state["func_evals"] += 1
        grad = self._flat_grad()
        flat = grad.abs().max() <= group["tolerance_grad"]
        if flat:
            return first_loss

        d, t = state.get("d"), state.get("t")
        pairs_y, pairs_s, ro, scale = state.get("old_dirs"), state.get("old_stps"), state.get("ro"), state.get("H_diag")
        last_grad, last_loss = state.get("prev_flat_grad"), state.get("prev_loss")
        turns = 0
        while turns < most_turns:
            turns += 1
            state["n_iter"] += 1
            if state["n_iter"] == 1:
                d = grad.neg()
                pairs_y, pairs_s, ro, scale = [], [], [], 1
            else:
                y = grad.sub(last_grad)
                s = d.mul(t)
                ys = y.dot(s)
                if ys > 1e-10:
                    if len(pairs_y) == group["history_size"]:
                        for kept in (pairs_y, pairs_s, ro):
                            kept.pop(0)
                    pairs_y.append(y)
                    pairs_s.append(s)
                    ro.append(1.0 / ys)
                    scale = ys / y.dot(y)
                d = self._two_loops(grad, pairs_y, pairs_s, ro, scale, state, group["history_size"])
            if last_grad is None:
                last_grad = grad.clone()
            else:
                last_grad.copy_(grad)
            last_loss = loss

            t = min(1.0, 1.0 / grad.abs().sum()) * lr if state["n_iter"] == 1 else lr
            slope = grad.dot(d)
            if slope > -small_change:
                break
            tried = 0
            if group["line_search_fn"] is not None:
                if group["line_search_fn"] != "strong_wolfe":
                    raise RuntimeError("only 'strong_wolfe' is supported")
                start = [p.clone() for p in self._params]

                def evaluate(size, d=d, start=start):
                    self._move(size, d)
                    value = float(closure())
                    found = self._flat_grad()
                    for p, old in zip(self._params, start):
                        p.copy_(old)
                    return value, found

                loss, grad, t, tried = strong_wolfe(evaluate, t, d, loss, grad, slope, most=most_calls - calls)
                self._move(t, d)
                flat = grad.abs().max() <= group["tolerance_grad"]
            else:
                self._move(t, d)
                if turns != most_turns:
                    loss = float(closure())
                    grad = self._flat_grad()
                    flat = grad.abs().max() <= group["tolerance_grad"]
                    tried = 1
            calls += tried
            state["func_evals"] += tried
            if turns == most_turns or calls >= most_calls or flat or d.mul(t).abs().max() <= small_change or abs(loss - last_loss) < small_change:
                break

        state.update(d=d, t=t, old_dirs=pairs_y, old_stps=pairs_s, ro=ro, H_diag=scale, prev_flat_grad=last_grad, prev_loss=last_loss)
        return first_loss

    def _two_loops(self, grad, pairs_y, pairs_s, ro, scale, state, room):
        """−H·grad by the two-loop recursion."""
        al = state.setdefault("al", [None] * room)
        q = grad.neg()
        for i in reversed(range(len(pairs_y))):
            al[i] = pairs_s[i].dot(q) * ro[i]
            q.add_(pairs_y[i], alpha=-number(al[i]))
        d = q.mul(scale)
        for i in range(len(pairs_y)):
            d.add_(pairs_s[i], alpha=number(al[i] - pairs_y[i].dot(d) * ro[i]))
        return d
