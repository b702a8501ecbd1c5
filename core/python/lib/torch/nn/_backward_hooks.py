"""Full backward hooks of modules: identity functions around a module's inputs and outputs watch the gradients pass."""

from .._tensor import Tensor
from ..autograd.function import Function


class BackwardHookFunction(Function):
    """The identity, as one node for several tensors."""

    @staticmethod
    def forward(ctx, *tensors):
        made = tuple([t.view_as(t) for t in tensors])
        ctx.mark_non_differentiable(*[m for m, t in zip(made, tensors) if not t.requires_grad])
        return made

    @staticmethod
    def backward(ctx, *grads):
        return grads


class BackwardWatch:
    """One call of a module with backward hooks."""

    def __init__(self, module, hooks, pre_hooks):
        self.module, self.hooks, self.pre_hooks = module, hooks, pre_hooks
        self.grad_outputs = None
        self.input_slots = None
        self.input_count = 0
        self.has_input_node = False

    def _through(self, values):
        """The tensors among `values` that need gradients, passed through one identity node."""
        slots = [i for i, v in enumerate(values) if isinstance(v, Tensor)]
        tensors = [values[i] for i in slots]
        if not any(t.requires_grad for t in tensors):
            return values, None, slots
        out = BackwardHookFunction.apply(*tensors)
        out = out if isinstance(out, tuple) else (out,)
        node = next((t.grad_fn for t in out if t.grad_fn is not None), None)
        values = list(values)
        for i, t in zip(slots, out):
            values[i] = t
        return values, node, slots

    def inputs(self, args):
        from .._grad_mode import is_grad_enabled

        self.input_count = len(args)
        if not is_grad_enabled():
            return args
        values, node, slots = self._through(args)
        if node is not None:
            self.has_input_node = True

            def hook(grad_input, grad_output):
                if self.grad_outputs is None:
                    # The gradient came without passing the module's output, as in a double backward.
                    return None
                inputs = [None] * self.input_count
                for i, g in zip(slots, grad_input):
                    inputs[i] = g
                given = tuple(inputs)
                for one in self.hooks:
                    said = one(self.module, given, self.grad_outputs)
                    if said is not None:
                        given = said if isinstance(said, tuple) else (said,)
                self.grad_outputs = None
                return tuple(given[i] for i in slots)

            node.register_hook(hook)
        return tuple(values)

    def outputs(self, result):
        single = not isinstance(result, tuple)
        values = (result,) if single else result
        values, node, slots = self._through(values)
        if node is not None:
            count = len(values)

            def before(grad_output):
                outputs = [None] * count
                for i, g in zip(slots, grad_output):
                    outputs[i] = g
                given = tuple(outputs)
                for one in self.pre_hooks:
                    said = one(self.module, given)
                    if said is not None:
                        given = said if isinstance(said, tuple) else (said,)
                self.grad_outputs = given
                if not self.has_input_node:
                    for one in self.hooks:
                        said = one(self.module, tuple([None] * self.input_count), given)
                        if said is not None and any(g is not None for g in (said if isinstance(said, tuple) else (said,))):
                            raise RuntimeError(
                                "Backward hook for Modules where no input requires gradient should always return None or None for all gradients."
                            )
                    self.grad_outputs = None
                return tuple(given[i] for i in slots)

            node.register_prehook(before)
        return values[0] if single else tuple(values)


def _first_tensor(value):
    while not isinstance(value, Tensor):
        if isinstance(value, dict):
            value = next((v for v in value.values() if isinstance(v, Tensor)), None)
        elif isinstance(value, (tuple, list)) and value:
            value = value[0]
        else:
            return None
    return value


def watch_last_node(module, hooks, result):
    """Hooks of the older kind see the gradients of the last operation only."""
    tensor = _first_tensor(result)
    node = tensor.grad_fn if tensor is not None else None
    for hook in hooks if node is not None else ():

        def wrapper(grad_input, grad_output, hook=hook):
            return hook(module, grad_input, grad_output)

        node.register_hook(wrapper)
