"""torch.autograd.Function: operations with a backward of their own."""

import functools
import json
import warnings
from weakref import WeakValueDictionary

import _nabla
from nabla_runtime.bridge import guarded

from .._engine import CELL_OUT, cell, fail
from .._grad_mode import no_grad
from .._missing import type_name
from .._tensor import Tensor, wrap

# Contexts by the number of their node: `y.grad_fn` shows what its context holds.
contexts = WeakValueDictionary()


class FunctionCtx:
    """What forward leaves for backward."""

    def __init__(self):
        self._to_save = ()
        self._non_differentiable = ()
        self._dirty = ()
        self._materialize = True
        self._node = 0
        self.needs_input_grad = ()

    def save_for_backward(self, *tensors):
        for i, t in enumerate(tensors):
            if t is not None and not isinstance(t, Tensor):
                raise TypeError(f"save_for_backward can only save variables, but argument {i} is of type {type_name(t)}")
        self._to_save = tensors

    def save_for_forward(self, *tensors):
        self.saved_for_forward = tensors

    @property
    def saved_tensors(self):
        if not self._node:
            return tuple(self._to_save)
        code = _nabla.function_saved(self._node)
        if code == -1:
            fail()
        n = cell[CELL_OUT - 1]
        handles = cell[CELL_OUT : CELL_OUT + n]
        found = tuple([wrap(h) if h else None for h in handles])
        # Inputs come back as the objects they were.
        return tuple([kept if kept is not None else t for kept, t in zip(self._kept, found)])

    saved_variables = saved_tensors

    def mark_dirty(self, *tensors):
        self._dirty = tensors

    def mark_non_differentiable(self, *tensors):
        self._non_differentiable = tensors

    def set_materialize_grads(self, value):
        self._materialize = value


class Function(FunctionCtx):
    """Base class of custom operations: static `forward` and `backward`, used through `apply`."""

    generate_vmap_rule = False

    def __init__(self, *args, **kwargs):
        warnings.warn(
            f"{type(self)} should not be instantiated. Methods on autograd functions are all static, so you should invoke them on the class itself. "
            "Instantiating an autograd function will raise an error in a future version of PyTorch.",
            DeprecationWarning,
            stacklevel=2,
        )
        super().__init__()

    def __call__(self, *args, **kwargs):
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd function with static forward method. "
            "(Example: https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
        )

    @staticmethod
    def forward(*args, **kwargs):
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx, inputs, output):
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx, *grad_outputs):
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with backward mode AD."
        )

    @staticmethod
    def jvp(ctx, *grad_inputs):
        raise NotImplementedError("You must implement the jvp function for custom autograd.Function to use it with forward mode AD.")

    @staticmethod
    def vmap(info, in_dims, *args):
        raise NotImplementedError(
            "To use autograd.Function with vmap, you must either override the vmap staticmethod or set generate_vmap_rule=True."
        )

    @classmethod
    def apply(cls, *args, **kwargs):
        ctx = FunctionCtx()
        ctx.needs_input_grad = tuple([isinstance(a, Tensor) and a.requires_grad for a in args])
        with no_grad():
            if cls.setup_context is Function.setup_context:
                result = cls.forward(ctx, *args, **kwargs)
            else:
                result = cls.forward(*args, **kwargs)
                cls.setup_context(ctx, args, result)
        single = not isinstance(result, tuple)
        outputs = [result] if single else list(result)
        dirty = {id(t) for t in ctx._dirty}
        if dirty - {id(o) for o in outputs}:
            raise RuntimeError(
                "Some elements marked as dirty during the forward method were not returned as output. "
                "The inputs that are modified inplace must all be outputs of the Function."
            )
        for t in ctx._dirty:
            if t.requires_grad and t.is_leaf and _nabla.grad_mode(-1):
                raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
        # A returned input becomes a tensor of its own, unless it was changed in place.
        given = {id(a) for a in args if isinstance(a, Tensor)}
        with no_grad():
            outputs = [o.view_as(o).detach() if isinstance(o, Tensor) and id(o) in given and id(o) not in dirty else o for o in outputs]
        noted = [o for o in outputs if isinstance(o, Tensor)]
        node = _record(cls, ctx, args, outputs, noted)
        if node:
            ctx._node = node
            contexts[node] = ctx
            outs = {id(o) for o in noted}
            hooked = _nabla.saved_hooks(-1)
            ctx._kept = tuple([t if t is not None and id(t) not in outs and not hooked else None for t in ctx._to_save])
            ctx._to_save = ()
        return outputs[0] if single else tuple(outputs)


def _record(cls, ctx, args, outputs, noted):
    """Note the call for backward; returns the node's number, 0 where nothing needs gradients."""
    shapes = [(o.shape, o.dtype, o.device) for o in noted]
    places = [isinstance(o, Tensor) for o in outputs]
    backward = cls.vjp if hasattr(cls, "vjp") and cls.backward is Function.backward else cls.backward

    def run(text):
        grads = [wrap(h) if h else None for h in json.loads(text)]
        if ctx._materialize:
            from .._factories import zeros

            grads = [g if g is not None else zeros(shape, dtype=dtype, device=device) for g, (shape, dtype, device) in zip(grads, shapes)]
        every = iter(grads)
        said = backward(ctx, *[next(every) if is_tensor else None for is_tensor in places])
        said = said if isinstance(said, tuple) else (said,)
        for g in said:
            if g is not None and not isinstance(g, Tensor):
                raise RuntimeError(f"expected Variable or None (got {type_name(g)})")
        held[:] = said
        return json.dumps([0 if g is None else g._h for g in said])

    # What backward returned must live until the engine has taken it.
    held = []
    number = _nabla.function_node(
        cls.__name__ + "Backward",
        json.dumps([a._h if isinstance(a, Tensor) else 0 for a in args]),
        json.dumps([o._h for o in noted]),
        json.dumps([0 if t is None else t._h for t in ctx._to_save]),
        json.dumps([t._h for t in ctx._dirty]),
        json.dumps([t._h for t in ctx._non_differentiable]),
        guarded(run),
    )
    if number < 0:
        fail()
    return number


class InplaceFunction(Function):
    """Older name of a function that may work in place."""


class _Delayed(Function):
    """Refuses the second gradient of a function whose first has none."""

    @staticmethod
    def forward(ctx, *tensors):
        return tuple(t.detach() for t in tensors)

    @staticmethod
    def backward(ctx, *grads):
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


def once_differentiable(function):
    """The gradient itself has no gradient."""

    @functools.wraps(function)
    def wrapper(ctx, *args):
        with no_grad():
            found = function(ctx, *args)
        if not _nabla.grad_mode(-1) or not any(isinstance(a, Tensor) and a.requires_grad for a in args):
            return found
        every = found if isinstance(found, tuple) else (found,)
        refused = iter(_Delayed.apply(*[t.detach().requires_grad_() for t in every if t is not None]))
        every = tuple([None if t is None else next(refused) for t in every])
        return every if isinstance(found, tuple) else every[0]

    return wrapper
