"""torch.autograd.gradcheck: gradients against finite differences."""

import warnings

from .._engine import dispatch
from .._grad_mode import no_grad
from .._tensor import Tensor
from .._tensor_facts import OURS


class GradcheckError(RuntimeError):
    """The gradients differ."""

    __module__ = "torch.autograd.gradcheck"


def _tuple(value):
    return (value,) if isinstance(value, Tensor) else tuple(value)


def _differentiable(outputs):
    return [o for o in _tuple(outputs) if isinstance(o, Tensor) and o.is_floating_point()]


def _numeric(func, inputs, tensor, eps):
    """Per output the matrix of central differences, one row for each element of `tensor`."""
    flat = tensor.detach().view(-1) if tensor.is_contiguous() else None
    rows = []
    with no_grad():
        where = [flat] if flat is not None else None
        for i in range(tensor.numel()):
            at = where[0][i] if where else tensor.detach()[_index(i, tensor.shape)]
            before = at.item()
            at.fill_(before + eps)
            up = [o.detach().clone() for o in _differentiable(func(*inputs))]
            at.fill_(before - eps)
            down = [o.detach().clone() for o in _differentiable(func(*inputs))]
            at.fill_(before)
            rows.append([((a - b) / (2 * eps)).reshape(-1) for a, b in zip(up, down)])
    return [dispatch("stack", ([row[k] for row in rows],)) for k in range(len(rows[0]))] if rows else []


def _index(i, shape):
    index = []
    for size in reversed(shape):
        index.append(i % size)
        i //= size
    return tuple(reversed(index))


def _analytic(output, tensor):
    from . import grad

    columns = []
    for i in range(output.numel()):
        seed = dispatch("zeros_like", (output.detach(),)).contiguous()
        seed.view(-1)[i] = 1.0
        found = grad(output, tensor, seed, retain_graph=True, allow_unused=True)[0] if output.requires_grad else None
        columns.append(tensor.new_zeros((tensor.numel(),)) if found is None else found.detach().reshape(-1))
    return dispatch("stack", (columns, 1)) if columns else tensor.new_zeros((tensor.numel(), 0))


def gradcheck(
    func, inputs, *, eps=1e-6, atol=1e-5, rtol=1e-3, raise_exception=True, nondet_tol=0.0, check_undefined_grad=True, check_grad_dtypes=False,
    check_batched_grad=False, check_batched_forward_grad=False, check_forward_ad=False, check_backward_ad=True, fast_mode=False, masked=None,
):  # fmt: skip
    """True where the gradients of `func` at `inputs` agree with finite differences; else GradcheckError, or False where told not to raise."""
    inputs = _tuple(inputs)
    wanted = [t for t in inputs if isinstance(t, Tensor) and t.requires_grad]
    if not wanted:
        raise ValueError("gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True.")
    for i, t in enumerate(inputs):
        if isinstance(t, Tensor) and t.requires_grad and str(t.dtype) != "torch.float64":
            warnings.warn(
                f"Input #{i} requires gradient and is not a double precision floating point or complex. This check will likely fail if all the inputs are not of "
                "double precision floating point or complex. ",
                UserWarning,
                skip_file_prefixes=OURS,
            )
    # Differences first: changing the inputs in place would spoil what backward saved.
    numeric = [_numeric(func, inputs, t, eps) for t in wanted]
    outputs = _differentiable(func(*inputs))
    for k, output in enumerate(outputs):
        for i, t in enumerate(wanted):
            said = _analytic(output, t)
            if not bool(((said - numeric[i][k]).abs() <= atol + rtol * numeric[i][k].abs()).all()):
                if not raise_exception:
                    return False
                raise GradcheckError(f"Jacobian mismatch for output {k} with respect to input {i},\nnumerical:{numeric[i][k]}\nanalytical:{said}\n")
    return True


def gradgradcheck(
    func, inputs, grad_outputs=None, *, eps=1e-6, atol=1e-5, rtol=1e-3, gen_non_contig_grad_outputs=False, raise_exception=True, nondet_tol=0.0,
    check_undefined_grad=True, check_grad_dtypes=False, check_batched_grad=False, check_fwd_over_rev=False, check_rev_over_rev=True, fast_mode=False, masked=False,
):  # fmt: skip
    """`gradcheck` of the gradients of `func`."""
    from .. import randn_like
    from . import grad

    inputs = _tuple(inputs)
    if grad_outputs is None:
        seeds = [randn_like(o.detach()).requires_grad_() for o in _differentiable(func(*inputs))]
    else:
        seeds = list(_tuple(grad_outputs))
    places = [i for i, t in enumerate(inputs) if isinstance(t, Tensor) and t.requires_grad]

    def first(*args):
        args, given = args[: len(inputs)], args[len(inputs) :]
        args = tuple([t if not isinstance(t, Tensor) or t.requires_grad or i not in places else t.detach().requires_grad_() for i, t in enumerate(args)])
        from .._grad_mode import enable_grad

        with enable_grad():
            outputs = _differentiable(func(*args))
            pairs = [(o, s) for o, s in zip(outputs, given) if o.requires_grad]
            found = grad([o for o, _ in pairs], [args[i] for i in places], [s for _, s in pairs], create_graph=True, allow_unused=True)
        return tuple([g for g in found if g is not None])

    return gradcheck(first, (*inputs, *seeds), eps=eps, atol=atol, rtol=rtol, raise_exception=raise_exception)
