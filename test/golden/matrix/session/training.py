"""A whole training run from its seed on, in both dtypes."""

import torch

from .encoding import encoded, tensor
from .state import attempt, everything


def evaluate(case):
    return {run: attempt(one_run, case, run) for run in ("float64", "float32") if run in case}


def one_run(case, run):
    scope = everything() | {name: tensor(spec) for name, spec in case["tensors"].items()}
    scope |= {"SEED": case["seed"], "DTYPE": getattr(torch, run), "snapshot": snapshot}
    exec(case["source"], scope)
    return {
        "initial": encoded(scope["initial"]),
        "losses": encoded(scope["losses"]),
        "final": encoded(dict(scope["model"].state_dict())),
        "extra": encoded(scope.get("extra")),
        "rand_after": encoded(torch.rand(1).item()),
    }


def snapshot(model):
    return {name: value.clone() for name, value in model.state_dict().items()}
