"""grad, grad_and_value, vjp, jvp, linearize.

jvp differentiates a vector-Jacobian product with respect to its vector: that product is linear in it, so the derivative is the
Jacobian-vector product exactly, and backward formulas are all it needs."""

import functools

from .._engine import ask, dispatch
from .._grad_mode import enable_grad, is_grad_enabled
from .._tensor import Tensor
from ..utils._pytree import tree_flatten, tree_map, tree_unflatten


def start(value):
    """A starting point of the transform's own: a leaf, or tied to the graph around where there is one."""
    if not isinstance(value, Tensor):
        raise ValueError(f"Thing passed to transform API must be Tensor, got {type(value)}")
    return value.view_as(value) if value.requires_grad else value.detach().requires_grad_()


def wanted_outside(tensors, own):
    """Whether somebody outside the transform may want the graph of `tensors`."""
    tensors = [t for t in tensors if t.requires_grad]
    return bool(tensors) and ask("depends_on_others", [t._h for t in tensors], [t._h for t in own])


def finish(own):
    """The transform is over: its starting points are nobody's."""
    if own:
        ask("finish_leaves", [t._h for t in own])


def released(tree, own, enabled=True):
    """The tensors as the caller gets them: without a graph nobody else takes part in."""

    def one(value):
        if not isinstance(value, Tensor) or not value.requires_grad:
            return value
        return value if enabled and wanted_outside([value], own) else value.detach()

    return tree_map(one, tree)


def differentiate(outputs, inputs, seeds, create_graph):
    """Gradients of the outputs that have some; zeros for inputs without."""
    from ..autograd import grad as autograd_grad

    pairs = [(o, s) for o, s in zip(outputs, seeds) if o.requires_grad]
    if not pairs or not inputs:
        return [dispatch("zeros_like", (i.detach(),)) for i in inputs]
    found = autograd_grad([o for o, _ in pairs], inputs, [s for _, s in pairs], retain_graph=True, create_graph=create_graph, allow_unused=True)
    return [dispatch("zeros_like", (i.detach(),)) if g is None else g for i, g in zip(inputs, found)]


def check_argnums(argnums, count):
    """The argument numbers, none twice, all within range."""
    if isinstance(argnums, int) and not isinstance(argnums, bool):
        numbers = (argnums,)
    elif isinstance(argnums, tuple) and all(isinstance(n, int) for n in argnums):
        if not argnums:
            raise RuntimeError("argnums must be non-empty")
        if len(set(argnums)) != len(argnums):
            raise RuntimeError(f"argnums elements must be unique, got {argnums}")
        numbers = argnums
    else:
        raise RuntimeError(f"argnums must be int or Tuple[int, ...], got: {type(argnums)}")
    for n in numbers:
        if not -count <= n < count:
            raise RuntimeError(f"Got argnum={n}, but only {count} positional inputs")
    return tuple([n + count if n < 0 else n for n in numbers])


def started_arguments(args, argnums):
    """Arguments with starting points at argnums, those points flat, and the shape of what was asked for."""
    numbers = check_argnums(argnums, len(args))
    args = list(args)
    for n in numbers:
        args[n] = tree_map(start, args[n])
    chosen = args[numbers[0]] if isinstance(argnums, int) else tuple([args[n] for n in numbers])
    flat, spec = tree_flatten(chosen)
    return args, flat, spec


def grad_and_value(func, argnums=0, has_aux=False):
    """A function that gives (gradient, value) of a function with one number as its result."""

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        enabled = is_grad_enabled()
        with enable_grad():
            args, flat, spec = started_arguments(args, argnums)
            output = func(*args, **kwargs)
            aux = None
            if has_aux:
                if not (isinstance(output, tuple) and len(output) == 2):
                    raise RuntimeError("grad_and_value(f)(*args): output of function f should be a tuple: (output, aux) if has_aux is True")
                output, aux = output
            if not isinstance(output, Tensor):
                raise RuntimeError(f"grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got {type(output)}")
            if output.dim() != 0:
                raise RuntimeError(
                    f"grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with {output.dim()} dims. Maybe you wanted to use the vjp "
                    "or jacrev APIs instead?"
                )
            own = [t for t in flat if t.is_leaf]
            found = differentiate([output], flat, [None], enabled and wanted_outside([output], own))
            gradient = tree_unflatten([released(g, own, enabled) for g in found], spec)
            output, aux = released(output, own, enabled), released(aux, own, enabled)
            finish(own)
            return (gradient, (output, aux)) if has_aux else (gradient, output)

    return wrapper


def grad(func, argnums=0, has_aux=False):
    """A function that gives the gradient of a function with one number as its result."""
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        gradient, value = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return wrapper


def tensors_only(outputs, function):
    """Flat tensors and their structure."""
    flat, spec = tree_flatten(outputs)
    for value in flat:
        if not isinstance(value, Tensor):
            raise RuntimeError(f"{function}: expected f(*primals) to return only tensors, got unsupported type {type(value)}")
    return flat, spec


def _with_aux(outputs, function):
    if not (isinstance(outputs, tuple) and len(outputs) == 2):
        raise RuntimeError(f"{function}: output of function f should be a tuple: (output, aux) if has_aux is True")
    return outputs


def plain_spec(spec):
    """A structure as torch's vjp message writes it."""
    return str(tree_unflatten([_Star()] * spec.num_leaves, spec))


class _Star:
    def __repr__(self):
        return "*"


def vjp(func, *primals, has_aux=False):
    """func(*primals), and a function from cotangents of the result to gradients of the primals."""
    enabled = is_grad_enabled()
    with enable_grad():
        started = tree_map(start, primals)
        flat, spec = tree_flatten(started)
        outputs, aux = func(*started), None
        if has_aux:
            outputs, aux = _with_aux(outputs, "vjp(f, *primals)")
        flat_out, spec_out = tensors_only(outputs, "vjp(f, *primals)")
        own = [t for t in flat if t.is_leaf]

    def pull(*cotangents, retain_graph=True, create_graph=None):
        cotangents = cotangents[0] if len(cotangents) == 1 else cotangents
        given, given_spec = tree_flatten(cotangents)
        if given_spec != spec_out:
            raise RuntimeError(
                "Expected pytree structure of cotangents to be the same as pytree structure of outputs to the function. "
                f"cotangents: {plain_spec(given_spec)}, primal output: {plain_spec(spec_out)}"
            )
        enabled = is_grad_enabled()
        with enable_grad():
            keep = enabled if create_graph is None else create_graph
            keep = keep and (any(t.requires_grad for t in given) or wanted_outside(flat_out, own))
            found = differentiate(flat_out, flat, given, keep)
        return tree_unflatten([released(g, own, enabled) for g in found], spec)

    said, aux = released(outputs, own, enabled), released(aux, own, enabled)
    finish(own)
    return (said, pull, aux) if has_aux else (said, pull)


def _pushed(flat_out, flat, tangents, own):
    """Jacobian-vector products of flat outputs."""
    live = [o for o in flat_out if o.requires_grad]
    vectors = [dispatch("zeros_like", (o.detach(),)).requires_grad_() for o in live]
    first = differentiate(live, flat, vectors, True)
    everyone = [*own, *vectors]
    keep = any(t.requires_grad for t in tangents) or wanted_outside(first, everyone)
    pairs = iter(differentiate(first, vectors, tangents, keep))
    return [next(pairs) if o.requires_grad else dispatch("zeros_like", (o,)) for o in flat_out], everyone


def _check_tangents(primals, tangents, function):
    for what, value in (("primals", primals), ("tangents", tangents)) if function == "jvp(f, primals, tangents)" else ():
        if not isinstance(value, tuple):
            hint = " E.g. it should be valid to call f(*primals)." if what == "primals" else ""
            raise RuntimeError(f"{function}: Expected {what} to be a tuple.{hint}")
    flat, spec = tree_flatten(primals)
    flat_tangents, tangent_spec = tree_flatten(tangents)
    if spec != tangent_spec:
        raise RuntimeError(
            f"{function}: Expected primals and tangents to have the same python structure. For example, if primals is a tuple of 3 tensors, tangents also must be. "
            f"Got primals with structure {spec} and tangents with structure {tangent_spec}"
        )
    for one, tangent in zip(flat, flat_tangents):
        if isinstance(one, Tensor) and isinstance(tangent, Tensor) and one.shape != tangent.shape:
            raise RuntimeError(
                "Trying to set a forward gradient that has a different size than that of the original Tensor, this is not supported. "
                f"Tensor is of size {list(one.shape)} while the given forward gradient is of size {list(tangent.shape)}."
            )
    return flat, flat_tangents


def jvp(func, primals, tangents, *, strict=False, has_aux=False):
    """func(*primals) and its Jacobian times the tangents."""
    _, flat_tangents = _check_tangents(primals, tangents, "jvp(f, primals, tangents)")
    enabled = is_grad_enabled()
    with enable_grad():
        started = tree_map(start, primals)
        flat, _ = tree_flatten(started)
        outputs, aux = func(*started), None
        if has_aux:
            outputs, aux = _with_aux(outputs, "jvp(f, primals, tangents)")
        flat_out, spec_out = tensors_only(outputs, "jvp(f, primals, tangents)")
        own = [t for t in flat if t.is_leaf]
        found, everyone = _pushed(flat_out, flat, flat_tangents, own)
        pushed = tree_unflatten([released(t, everyone, enabled) for t in found], spec_out)
    said, aux = released(outputs, own, enabled), released(aux, own, enabled)
    finish(everyone)
    return (said, pushed, aux) if has_aux else (said, pushed)


def linearize(func, *primals):
    """func(*primals), and a function from tangents of the primals to those of the result; func runs once."""
    enabled = is_grad_enabled()
    with enable_grad():
        started = tree_map(start, primals)
        flat, _ = tree_flatten(started)
        outputs = func(*started)
        flat_out, spec_out = tensors_only(outputs, "linearize(f, *primals)")
        own = [t for t in flat if t.is_leaf]

    def push(*tangents):
        _, flat_tangents = _check_tangents(primals, tangents, "linearize(f, *primals)")
        with enable_grad():
            found, everyone = _pushed(flat_out, flat, flat_tangents, own)
        pushed = tree_unflatten([released(t, everyone, enabled) for t in found], spec_out)
        finish(everyone)
        return pushed

    said = released(outputs, own, enabled)
    finish(own)
    return said, push
