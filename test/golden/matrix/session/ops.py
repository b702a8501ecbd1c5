"""One expression on given inputs: outputs, graph, gradients, in both dtypes."""

import torch

from .derivatives import differentiated, flattened, function_name, gradients, leaf, reachable
from .encoding import encoded
from .state import attempt, names


def evaluate(case):
    return {run: attempt(one_run, case, run) for run in ("float64", "float32") if run in case}


def one_run(case, run):
    torch.manual_seed(0)
    inputs = [leaf(spec, run) for spec in case["inputs"]]
    scope = names() | {spec["name"]: value for spec, value in zip(case["inputs"], inputs)}
    outputs = flattened(eval(case["expr"], scope))
    answer = {
        "out": encoded(outputs),
        "grad_fn": [function_name(getattr(output, "grad_fn", None)) for output in outputs],
        "graph": reachable(outputs),
    }
    differentiated(outputs, case["upstream"], answer)
    answer["grads"] = gradients(inputs)
    return answer
