"""The text of a value: str, and repr."""

import torch

from .state import everything

# What the golden data says in words.
PROSE = {
    "state_dict of nn.Linear(1, 1) with weight 0.7645 and bias 0.83": "known(nn.Linear(1, 1)).state_dict()",
    "the same inside nn.Sequential": "nn.Sequential(known(nn.Linear(1, 1))).state_dict()",
}


def known(linear):
    torch.nn.init.constant_(linear.weight, 0.7645)
    torch.nn.init.constant_(linear.bias, 0.83)
    return linear


def evaluate(case):
    torch.set_printoptions(**(case.get("printoptions") or {}))
    value = eval(PROSE.get(case["expr"], case["expr"]), everything() | {"known": known})
    return {"str": str(value), "repr": repr(value)}
