"""torch.autograd: backward, grad, custom functions, grad modes."""

import _nabla

from .. import _missing, _names
from .._engine import ask
from .._grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled  # noqa: F401
from .._tensor import Tensor, wrap
from . import anomaly_mode, forward_ad, function, functional, grad_mode, graph  # noqa: F401
from .anomaly_mode import detect_anomaly, is_anomaly_check_nan_enabled, is_anomaly_enabled, set_detect_anomaly  # noqa: F401
from .gradcheck import GradcheckError, gradcheck, gradgradcheck  # noqa: F401
from .function import Function, once_differentiable  # noqa: F401

Variable = Tensor


def _list(value):
    return [value] if isinstance(value, Tensor) else list(value)


def _seeds(given, count):
    if given is None:
        return None
    given = [given] if isinstance(given, Tensor) else list(given)
    if len(given) != count:
        raise RuntimeError(f"got {count} tensors and {len(given)} gradients")
    return [0 if g is None else g._h for g in given]


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False, grad_variables=None, inputs=None):
    """Add the gradients of `tensors` to the `.grad` of the leaves."""
    roots = _list(tensors)
    seeds = _seeds(grad_tensors, len(roots))
    if inputs is not None:
        inputs = [t._h for t in _list(inputs)]
        if not inputs:
            raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    if create_graph:
        import warnings

        from .._tensor_facts import OURS

        warnings.warn(
            "Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient which can cause a memory leak. "
            "We recommend using autograd.grad when creating the graph to avoid this. If you have to use this function, make sure to reset the .grad fields of "
            "your parameters to None after use to break the cycle and avoid the leak.",
            UserWarning,
            skip_file_prefixes=OURS,
        )
    ask("backward", [t._h for t in roots], seeds, create_graph if retain_graph is None else bool(retain_graph), bool(create_graph), inputs)


def grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, allow_unused=None, is_grads_batched=False, materialize_grads=False):
    """The gradients of `outputs` with respect to `inputs`, tensors or gradient edges."""
    if materialize_grads and allow_unused is False:
        raise ValueError("Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False.")
    outs = _list(outputs)
    ins = [inputs] if isinstance(inputs, (Tensor, graph.GradientEdge)) else list(inputs)
    if not ins:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    if is_grads_batched:
        return _grad_batched(outs, ins, grad_outputs, create_graph, allow_unused, materialize_grads)
    seeds = _seeds(grad_outputs, len(outs))
    places = [t._h if isinstance(t, Tensor) else [t.node._number, t.output_nr] for t in ins]
    keep = create_graph if retain_graph is None else bool(retain_graph)
    found = ask("grad", [t._h for t in outs], places, seeds, keep, bool(create_graph), bool(allow_unused) or materialize_grads)
    made = [wrap(h) if h else None for h in found]
    if materialize_grads:
        made = [g if g is not None else t.new_zeros(t.shape) for g, t in zip(made, ins)]
    return tuple(made)


def _grad_batched(outs, ins, seeds, create_graph, allow_unused, materialize):
    """One backward for each row of the seeds; the results stacked."""
    from .._engine import dispatch

    seeds = [seeds] if isinstance(seeds, Tensor) else list(seeds)
    count = next(s.shape[0] for s in seeds if s is not None)
    rows = [
        grad(outs, ins, [None if s is None else s[i] for s in seeds], True, create_graph, allow_unused, False, materialize) for i in range(count)
    ]
    return tuple([None if column[0] is None else dispatch("stack", (list(column),)) for column in zip(*rows)])


__getattr__ = _missing.names_missing("torch.autograd", _names.AUTOGRAD)
