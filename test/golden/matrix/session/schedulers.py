"""Learning rates step by step, and the scheduler's state at the end."""

import torch
from torch import optim
from torch.optim import lr_scheduler

from .encoding import encoded
from .state import names


def evaluate(case):
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": lr} for lr in (0.1, 0.05)]
    optimizer = optim.Adam(groups) if case.get("optimizer", "").startswith("Adam") else optim.SGD(groups, lr=0.1, momentum=0.9)
    scheduler = eval(case["scheduler"], names() | {"S": lr_scheduler, "o": optimizer})

    def each(key):
        return [encoded(group[key]) for group in optimizer.param_groups]

    if "step_arguments" in case:
        after = []
        for argument in case["step_arguments"]:
            optimizer.step()
            scheduler.step(argument)
            after.append(each("lr"))
        return {"lrs_after": after, "state_dict": encoded(scheduler.state_dict())}
    answer = {"lrs": [], "momenta": [], "betas": []}
    for step in range(len(case["lrs"])):
        answer["lrs"].append(each("lr"))
        answer["momenta" if "momentum" in optimizer.param_groups[0] else "betas"].append(
            each("momentum" if "momentum" in optimizer.param_groups[0] else "betas")
        )
        if step + 1 < len(case["lrs"]):
            optimizer.step()
            scheduler.step(*([case["metrics"][step]] if "metrics" in case else []))
    return answer | {"state_dict": encoded(scheduler.state_dict())}
