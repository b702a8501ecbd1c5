"""A module with given parameters: outputs, graph, gradients, and what its buffers hold afterwards, in both dtypes."""

import torch

from .derivatives import differentiated, flattened, gradients, leaf, reachable
from .encoding import encoded, tensor
from .state import attempt, names


def evaluate(case):
    return {run: attempt(one_run, case, run) for run in ("float64", "float32") if run in case}


def one_run(case, run):
    torch.manual_seed(0)
    scope = names()
    module = eval(case["module"], scope).to(getattr(torch, run))
    module.load_state_dict({name: tensor(spec, run) for name, spec in case["state"].items()})
    module.train(case["mode"] == "train")
    inputs = [leaf(spec, run) for spec in case["inputs"]]
    scope |= {"m": module} | {spec["name"]: value for spec, value in zip(case["inputs"], inputs)}
    outputs = flattened(eval(case["expr"], scope))
    answer = {"out": encoded(outputs), "graph": reachable(outputs), "parameters": [name for name, _ in module.named_parameters()]}
    differentiated(outputs, case["upstream"], answer)
    answer["grads"] = gradients(inputs)
    answer["param_grads"] = {name: encoded(value.grad) for name, value in module.named_parameters()}
    answer["buffers_after"] = encoded(dict(module.named_buffers()))
    return answer
