"""Optimizers: whole trajectories, their defaults, and clipping."""

import torch
from torch import nn, optim

from .encoding import encoded
from .state import attempt

COUNTED = {"nn": nn, "torch": torch, "inf": float("inf"), **vars(nn.utils)}


def evaluate(case):
    return PARTS[case["part"]](case)


def trajectories(case):
    runs = ("float64", "float32")
    return {run: attempt(trajectory, case, getattr(torch, run)) for run in runs if run in case}


def trajectory(case, dtype):
    problem = case["about"]
    params = {name: torch.tensor(value, dtype=dtype, requires_grad=True) for name, value in problem["params"].items()}
    loss_of = mlp(problem, dtype) if "x" in problem else rosenbrock
    optimizer = made(case, params)
    calls, norms = [], []

    def closure():
        calls[-1] += 1
        optimizer.zero_grad()
        loss = loss_of(**params)
        loss.backward()
        if "clip" in case:
            norms.append(clipped(case["clip"], list(params.values())))
        return loss

    answer = {"losses": [], "params": []}
    for _ in range(case["steps"]):
        calls.append(0)
        answer["losses"].append(encoded(optimizer.step(closure).item()))
        answer["params"].append([encoded(x) for value in params.values() for x in value.detach().reshape(-1).tolist()])
    held = {id(value) for group in optimizer.param_groups for value in group["params"]}
    answer["state"] = {name: encoded(dict(optimizer.state[value])) for name, value in params.items() if id(value) in held}
    answer["closure_calls"] = calls
    answer["total_norms"] = [encoded(norm) for norm in norms]
    return answer


def made(case, params):
    groups = case.get("groups")
    given = list(params.values())
    if groups is not None:
        given = [group | {"params": [params[name] for name in group["params"]]} for group in groups]
    return getattr(optim, case["optimizer"])(given, **keywords(case["kwargs"]))


def keywords(given):
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


def mlp(problem, dtype):
    x, y = (torch.tensor(problem[name], dtype=dtype) for name in "xy")
    return lambda w1, b1, w2, b2: ((torch.tanh(x @ w1.T + b1) @ w2.T + b2 - y) ** 2).mean()


def rosenbrock(xy):
    return (1 - xy[0]) ** 2 + 100 * (xy[1] - xy[0] ** 2) ** 2


def clipped(code, params):
    *before, last = code.split("; ")
    scope = COUNTED | {"params": params}
    exec("\n".join(before), scope)
    norm = eval(last, scope)
    norm = scope.get("n", norm)
    return None if norm is None else norm.item()


def defaults(case):
    kwargs = {"lr": 0.1} if case["optimizer"] == "SGD" else {}
    optimizer = getattr(optim, case["optimizer"])([torch.zeros(2, 2, requires_grad=True)], **kwargs)
    group = {name: value for name, value in optimizer.param_groups[0].items() if name != "params"}
    return {"group": encoded(group), "repr": repr(optimizer)}


def clip_returns(case):
    p, q = (torch.zeros(2, requires_grad=True) for _ in range(2))
    p.grad = torch.tensor([3.0, -4.0])
    returned = eval(case["code"], COUNTED | {"p": p, "q": q})
    return {"returns": str(returned), "p_grad_after": encoded(p.grad)}


def implementations(case):
    """The last parameters by the plain call and by the implementation asked for."""

    def last(**chosen):
        p = torch.tensor([[0.5, -1.0], [2.0, 0.25]], requires_grad=True)
        optimizer = getattr(optim, case["optimizer"])([p], lr=0.01, **chosen)
        for _ in range(3):
            optimizer.zero_grad()
            (p**2).sum().backward()
            optimizer.step()
        return encoded(p)

    name, value = case["keyword"].split("=")
    return {"plain": last(), "chosen": last(**{name: value == "True"})}


PARTS = {"cases": trajectories, "defaults": defaults, "clip_returns": clip_returns, "implementations_agree": implementations}
