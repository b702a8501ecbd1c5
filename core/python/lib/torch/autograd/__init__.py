"""torch.autograd: backward, grad, custom functions, grad modes."""

import _nabla

from .. import _missing, _names
from .._engine import ask
from .._grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled  # noqa: F401
from .._tensor import Tensor, wrap
from . import graph  # noqa: F401
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
    """The gradients of `outputs` with respect to `inputs`."""
    outs, ins = _list(outputs), _list(inputs)
    seeds = _seeds(grad_outputs, len(outs))
    unused = bool(allow_unused) or materialize_grads
    found = ask("grad", [t._h for t in outs], [t._h for t in ins], seeds, create_graph if retain_graph is None else bool(retain_graph), bool(create_graph), unused)
    made = [wrap(h) if h else None for h in found]
    if materialize_grads:
        made = [g if g is not None else t.new_zeros(t.shape) for g, t in zip(made, ins)]
    return tuple(made)


class set_detect_anomaly:
    """Accepted; errors here always tell the op."""

    def __init__(self, mode, check_nan=True):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass


class detect_anomaly(set_detect_anomaly):
    def __init__(self, check_nan=True):
        pass


def gradcheck(func, inputs, *, eps=1e-6, atol=1e-5, rtol=1e-3, raise_exception=True, **options):
    """Compare gradients with finite differences."""
    from .._grad_mode import no_grad as quiet

    inputs = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    wanted = [t for t in inputs if isinstance(t, Tensor) and t.requires_grad]

    def values():
        with quiet():
            out = func(*inputs)
            return [o.reshape(-1).tolist() for o in ([out] if isinstance(out, Tensor) else out)]

    # Differences first: changing the inputs in place would spoil what backward saved.
    numeric = []
    for t in wanted:
        flat = t.detach().view(-1)
        for i in range(t.numel()):
            before = flat[i].item()
            flat[i] = before + eps
            up = values()
            flat[i] = before - eps
            down = values()
            flat[i] = before
            numeric.append([[(a - b) / (2 * eps) for a, b in zip(x, y)] for x, y in zip(up, down)])
    out = func(*inputs)
    for position, o in enumerate([out] if isinstance(out, Tensor) else out):
        for index in range(o.numel()):
            seed = o.new_zeros(o.shape)
            seed.view(-1)[index] = 1.0
            analytic = grad(o, wanted, seed, retain_graph=True, allow_unused=True)
            said = [v for t, g in zip(wanted, analytic) for v in ([0.0] * t.numel() if g is None else g.reshape(-1).tolist())]
            for i, value in enumerate(said):
                other = numeric[i][position][index]
                if abs(value - other) > atol + rtol * abs(other):
                    if raise_exception:
                        raise RuntimeError(f"Jacobian mismatch for output {position} with respect to input 0,\nnumerical:{other}\nanalytical:{value}\n")
                    return False
    return True


__getattr__ = _missing.names_missing("torch.autograd", _names.AUTOGRAD)
