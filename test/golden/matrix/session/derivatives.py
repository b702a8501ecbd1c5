"""Inputs of a case, its outputs' graph, and the gradients that come back."""

import torch

from .encoding import encoded, flat_tensor, tensor
from .state import described


def leaf(spec, run):
    """An input: contiguous, or `base` viewed through `via` and detached."""
    value = tensor({**spec, **spec["base"]} if "base" in spec else spec, run)
    for name, *arguments in spec.get("via", ()):
        value = sliced(value, *arguments) if name == "slice" else getattr(value, name)(*arguments)
    return value.detach().requires_grad_() if spec.get("requires_grad") else value.detach()


def sliced(value, dim, start, stop, step):
    return value[(slice(None),) * dim + (slice(start, stop, step),)]


def flattened(value):
    """Every tensor of a result, in order."""
    if isinstance(value, (list, tuple)):
        return [inner for item in value for inner in flattened(item)]
    return [value]


def function_name(function):
    return None if function is None else type(function).__name__


def reachable(outputs):
    """The names of all backward functions: depth-first along next_functions, each once."""
    seen, found = set(), []
    pending = [output.grad_fn for output in reversed(outputs) if isinstance(output, torch.Tensor)]
    while pending:
        function = pending.pop()
        if function is None or function in seen:
            continue
        seen.add(function)
        found.append(function_name(function))
        pending += [following for following, _ in reversed(function.next_functions)]
    return found


def differentiated(outputs, upstream, answer):
    """Feeds `upstream` in; a failure is part of the answer."""
    pairs = [(output, flat_tensor(flat, output.dtype, output.shape)) for output, flat in zip(outputs, upstream) if flat is not None]
    if not pairs:
        return
    try:
        torch.autograd.backward([output for output, _ in pairs], [gradient for _, gradient in pairs])
    except Exception as error:
        answer["backward_error"] = described(error)


def gradients(tensors):
    return [encoded(value.grad) for value in tensors]
