"""torch.autograd.functional: products with Jacobians and Hessians, and the matrices themselves."""

from .._engine import dispatch
from .._grad_mode import enable_grad, is_grad_enabled
from .._tensor import Tensor

_INDEPENDENT = " This is not allowed in strict mode."


def _tuple_of(values, argument, function):
    single = not isinstance(values, tuple)
    values = (values,) if single else values
    for i, value in enumerate(values):
        if not isinstance(value, Tensor):
            where = f"given {argument} has type {type(value)}." if single else f"value at index {i} has type {type(value)}."
            raise TypeError(f"The {argument} given to {function} must be either a Tensor or a tuple of Tensors but the {where}")
    return single, values


def _prepared(tensors, create_graph, need_graph):
    """The inputs as starting points of a graph of their own, or tied to the caller's."""
    if create_graph:
        return tuple([t.view_as(t) for t in tensors])
    return tuple([t.detach().requires_grad_(need_graph) for t in tensors])


def _given(values, create_graph):
    """Results as the caller gets them, nested tuples included."""
    if isinstance(values, Tensor):
        return values if create_graph else values.detach()
    return tuple([_given(v, create_graph) for v in values])


def _check_v(v, others, is_tuple):
    if len(v) != len(others):
        raise RuntimeError(f"v is a tuple of invalid length: should be {len(others)} but got {len(v)}." if is_tuple else "The given v should contain a single Tensor.")
    for i, (one, other) in enumerate(zip(v, others)):
        if one.shape != other.shape:
            raise RuntimeError(f"{f'Entry {i} in ' if is_tuple else ''}v has invalid size: should be {other.shape} but got {one.shape}.")


_NEEDS_GRAD = {
    "outputs": "Output {i} of the user-provided function does not require gradients. The outputs must be computed in a differentiable manner from the input when running in strict mode.",
    "grad_inputs": "The gradient with respect to input {i} is independent of the inputs of the user-provided function. This is not allowed in strict mode.",
    "jacobian": "While computing the hessian, found that the jacobian of the user-provided function with respect to input {i} is independent of the input. This is not "
    "allowed in strict mode. You should ensure that your function is twice differentiable and that the jacobian depends on the inputs (this would be violated by a "
    "linear function for example).",
    "hessian": "The hessian of the user-provided function with respect to input {i} is independent of the input. This is not allowed in strict mode. You should ensure "
    "that your function is thrice differentiable and that the hessian depends on the inputs.",
}


def _check_needs(tensors, what, strict):
    for i, t in enumerate(tensors) if strict else ():
        if t is None:
            raise RuntimeError(f"The output of the user-provided function is independent of input {i}.{_INDEPENDENT}")
        if not t.requires_grad:
            raise RuntimeError(_NEEDS_GRAD[what].format(i=i))


def _grads(outputs, inputs, seeds=None, create_graph=False):
    from . import grad

    seeds = (None,) * len(outputs) if seeds is None else seeds
    pairs = [(o, s) for o, s in zip(outputs, seeds) if o is not None and o.requires_grad]
    if not pairs:
        return (None,) * len(inputs)
    return grad([o for o, _ in pairs], inputs, [s for _, s in pairs], retain_graph=True, create_graph=create_graph, allow_unused=True)


_MISSING = {
    "back": "The output of the user-provided function is independent of input {i}." + _INDEPENDENT,
    "back_trick": "The gradient with respect to the input is independent of entry {i} in the grad_outputs when using the double backward trick to compute forward mode gradients."
    + _INDEPENDENT,
    "double_back": "The jacobian of the user-provided function is independent of input {i}." + _INDEPENDENT,
    "double_back_trick": "The hessian of the user-provided function is independent of entry {i} in the grad_jacobian. This is not allowed in strict mode as it prevents from "
    "using the double backward trick to replace forward mode AD.",
}


def _filled(grads, like, strict, create_graph, stage):
    """Zeros where a gradient is missing; in strict mode an error."""
    made = []
    for i, (g, other) in enumerate(zip(grads, like)):
        if g is None:
            if strict:
                raise RuntimeError(_MISSING[stage].format(i=i))
            g = dispatch("zeros_like", (other,))
        elif strict and create_graph and not g.requires_grad:
            what = "hessian" if "double" in stage else "jacobian"
            raise RuntimeError(f"The {what} of the user-provided function is independent of input {i}. This is not allowed in strict mode when create_graph=True.")
        made.append(g)
    return tuple(made)


def _unpacked(values, single):
    return values[0] if single else values


def _scalar_output(outputs, single, function):
    if not single or not isinstance(outputs[0], Tensor):
        raise RuntimeError(f"The function given to {function} should return a single Tensor")
    if outputs[0].numel() != 1:
        raise RuntimeError(f"The Tensor returned by the function given to {function} should contain a single element")


def vjp(func, inputs, v=None, create_graph=False, strict=False):
    """func(*inputs) and v times its Jacobian."""
    with enable_grad():
        single, inputs = _tuple_of(inputs, "inputs", "vjp")
        inputs = _prepared(inputs, create_graph, True)
        single_out, outputs = _tuple_of(func(*inputs), "outputs of the user-provided function", "vjp")
        _check_needs(outputs, "outputs", strict)
        if v is not None:
            single_v, v = _tuple_of(v, "v", "vjp")
            v = _prepared(v, create_graph, False)
            _check_v(v, outputs, not single_out)
        elif len(outputs) != 1 or outputs[0].numel() != 1:
            raise RuntimeError("The vector v can only be None if the user-provided function returns a single Tensor with a single element.")
    enabled = create_graph or is_grad_enabled()
    with enable_grad() if enabled else _same():
        found = _grads(outputs, inputs, v, create_graph=create_graph)
        product = _filled(found, inputs, strict, create_graph, "back")
    return _unpacked(_given(outputs, create_graph), single_out), _unpacked(_given(product, create_graph), single)


def _same():
    from contextlib import nullcontext

    return nullcontext()


def jvp(func, inputs, v=None, create_graph=False, strict=False):
    """func(*inputs) and its Jacobian times v, by differentiating a vjp with respect to its vector."""
    with enable_grad():
        single, inputs = _tuple_of(inputs, "inputs", "jvp")
        inputs = _prepared(inputs, create_graph, True)
        if v is not None:
            single_v, v = _tuple_of(v, "v", "jvp")
            v = _prepared(v, create_graph, False)
            _check_v(v, inputs, not single)
        elif len(inputs) != 1 or inputs[0].numel() != 1:
            raise RuntimeError("The vector v can only be None if the input to the user-provided function is a single Tensor with a single element.")
        single_out, outputs = _tuple_of(func(*inputs), "outputs of the user-provided function", "jvp")
        _check_needs(outputs, "outputs", strict)
        vectors = tuple([dispatch("zeros_like", (o,)).requires_grad_() for o in outputs])
        first = _grads(outputs, inputs, vectors, create_graph=True)
        _check_needs(first, "grad_inputs", strict)
        found = _grads(first, vectors, v, create_graph=create_graph)
        product = _filled(found, outputs, strict, create_graph, "back_trick")
    return _unpacked(_given(outputs, create_graph), single_out), _unpacked(_given(product, create_graph), single_out)


def jacobian(func, inputs, create_graph=False, strict=False, vectorize=False, strategy="reverse-mode"):
    """The Jacobian of func at inputs: per output and input a tensor of shape output.shape + input.shape."""
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError(
            'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has more outputs than inputs, "forward-mode" tends to be more '
            'performant. Otherwise, prefer to use "reverse-mode".'
        )
    if strategy == "forward-mode":
        if create_graph:
            raise NotImplementedError(
                "torch.autograd.functional.jacobian: `create_graph=True` and `strategy=\"forward-mode\"` are not supported together (yet). Please either set "
                "`create_graph=False` or `strategy=\"reverse-mode\"`."
            )
        if strict:
            raise RuntimeError('torch.autograd.functional.jacobian: `strict=True` and `strategy="forward-mode"` are not supported together (yet). Please either set `strict=False` or `strategy="reverse-mode"`.')
        if not vectorize:
            raise NotImplementedError(
                "Computing Jacobian using forward-AD or forward-over-reverse Hessian is only implemented for `vectorize=True`."
            )
    if vectorize and strict:
        raise RuntimeError("torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. Please either set `strict=False` or `vectorize=False`.")
    with enable_grad():
        single, inputs = _tuple_of(inputs, "inputs", "jacobian")
        inputs = _prepared(inputs, create_graph, True)
        single_out, outputs = _tuple_of(func(*inputs), "outputs of the user-provided function", "jacobian")
        _check_needs(outputs, "outputs", strict)
        rows = []
        for i, out in enumerate(outputs):
            columns = [[] for _ in inputs]
            flat = out.reshape(-1)
            for j in range(out.numel()):
                found = _grads((flat[j],), inputs, create_graph=create_graph)
                for k, (g, column, input) in enumerate(zip(found, columns, inputs)):
                    if g is None:
                        if strict:
                            raise RuntimeError(f"Output {i} of the user-provided function is independent of input {k}.{_INDEPENDENT}")
                        g = dispatch("zeros_like", (input,))
                    elif strict and create_graph and not g.requires_grad:
                        raise RuntimeError(f"The jacobian of the user-provided function is independent of input {i}. This is not allowed in strict mode when create_graph=True.")
                    column.append(g)
            rows.append(
                tuple(
                    [
                        dispatch("stack", (column,)).view((*out.shape, *input.shape)) if column else out.new_zeros((*out.shape, *input.shape))
                        for column, input in zip(columns, inputs)
                    ]
                )
            )
    rows = _given(tuple(rows), create_graph)
    rows = tuple([_unpacked(row, single) for row in rows])
    return _unpacked(rows, single_out)


def hessian(func, inputs, create_graph=False, strict=False, vectorize=False, outer_jacobian_strategy="reverse-mode"):
    """The Hessian of a function with a single number as its result."""
    if outer_jacobian_strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')
    single, inputs = _tuple_of(inputs, "inputs", "hessian")

    def scalar(*args):
        single_out, out = _tuple_of(func(*args), "outputs of the user-provided function", "hessian")
        _scalar_output(out, single_out, "hessian")
        return out[0]

    def first(*args):
        if outer_jacobian_strategy == "forward-mode":
            args = tuple([a.view_as(a) for a in args])
        found = jacobian(scalar, args, create_graph=True)
        _check_needs(found, "jacobian", strict)
        return found

    rows = jacobian(first, inputs, create_graph=create_graph, strict=strict, vectorize=vectorize, strategy=outer_jacobian_strategy)
    return _unpacked(tuple([_unpacked(row, single) for row in rows]), single)


def _first_gradient(func, inputs, v, create_graph, strict, function):
    single, inputs = _tuple_of(inputs, "inputs", function)
    inputs = _prepared(inputs, create_graph, True)
    if v is not None:
        _, v = _tuple_of(v, "v", function)
        v = _prepared(v, create_graph, False)
        _check_v(v, inputs, not single)
    elif len(inputs) != 1 or inputs[0].numel() != 1:
        raise RuntimeError("The vector v can only be None if the input to the user-provided function is a single Tensor with a single element.")
    single_out, outputs = _tuple_of(func(*inputs), "outputs of the user-provided function", function)
    _check_needs(outputs, "outputs", strict)
    _scalar_output(outputs, single_out, function)
    first = _grads(outputs, inputs, create_graph=True)
    _check_needs(first, "jacobian", strict)
    return single, inputs, v, outputs, first


def vhp(func, inputs, v=None, create_graph=False, strict=False):
    """func(*inputs) and v times its Hessian."""
    with enable_grad():
        single, inputs, v, outputs, first = _first_gradient(func, inputs, v, create_graph, strict, "vhp")
        found = _grads(first, inputs, v, create_graph=create_graph)
        product = _filled(found, inputs, strict, create_graph, "double_back")
    return _given(outputs[0], create_graph), _unpacked(_given(product, create_graph), single)


def hvp(func, inputs, v=None, create_graph=False, strict=False):
    """func(*inputs) and its Hessian times v, by differentiating a vector-Hessian product with respect to its vector."""
    with enable_grad():
        single, inputs, v, outputs, first = _first_gradient(func, inputs, v, create_graph, strict, "hvp")
        vectors = tuple([dispatch("zeros_like", (i,)).requires_grad_() for i in inputs])
        second = _grads(first, inputs, vectors, create_graph=True)
        _check_needs(second, "hessian", strict)
        found = _grads(second, vectors, v, create_graph=create_graph)
        product = _filled(found, inputs, strict, create_graph, "double_back_trick")
    return _given(outputs[0], create_graph), _unpacked(_given(product, create_graph), single)
