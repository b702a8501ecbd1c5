"""torch.autograd.Function: operations with a backward of their own."""

import functools
import json

import _nabla
from nabla_runtime.bridge import guarded

from .._engine import CELL_OUT, cell, fail
from .._grad_mode import no_grad
from .._tensor import Tensor, wrap


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
        for t in tensors:
            if t is not None and not isinstance(t, Tensor):
                raise TypeError(f"save_for_backward can only save variables, but argument 0 is of type {type(t).__name__}")
        self._to_save = tensors

    def save_for_forward(self, *tensors):
        pass

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

    def __init__(self, *args, **kwargs):
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

    @classmethod
    def apply(cls, *args, **kwargs):
        ctx = FunctionCtx()
        ctx.needs_input_grad = tuple(isinstance(a, Tensor) and a.requires_grad for a in args)
        with no_grad():
            if cls.setup_context is Function.setup_context:
                result = cls.forward(ctx, *args, **kwargs)
            else:
                result = cls.forward(*args, **kwargs)
                cls.setup_context(ctx, args, result)
        single = not isinstance(result, tuple)
        outputs = [result] if single else list(result)
        # A returned input becomes a tensor of its own, unless it was changed in place.
        dirty = {id(t) for t in ctx._dirty}
        given = {id(a) for a in args if isinstance(a, Tensor)}
        with no_grad():
            outputs = [o.view_as(o).detach() if isinstance(o, Tensor) and id(o) in given and id(o) not in dirty else o for o in outputs]
        plain = {id(t) for t in ctx._non_differentiable}
        noted = [o for o in outputs if isinstance(o, Tensor) and id(o) not in plain]
        inputs = [a._h if isinstance(a, Tensor) else 0 for a in args]
        shapes = [(o.shape, o.dtype, o.device) for o in noted]

        def run(text):
            grads = [wrap(h) if h else None for h in json.loads(text)]
            if ctx._materialize:
                from .._factories import zeros

                grads = [g if g is not None else zeros(shape, dtype=dtype, device=device) for g, (shape, dtype, device) in zip(grads, shapes)]
            every = iter(grads)
            full = [next(every) if isinstance(o, str) else None for o in marks]
            said = cls.backward(ctx, *full)
            said = said if isinstance(said, tuple) else (said,)
            for i, g in enumerate(said):
                if g is not None and not isinstance(g, Tensor):
                    raise TypeError(f"{cls.__name__}Backward.backward: expected Variable or None (got {type(g).__name__})")
            held[:] = said
            return json.dumps([0 if g is None else g._h for g in said])

        held = []
        marks = ["o" if isinstance(o, Tensor) and id(o) not in plain else None for o in outputs]
        saved = [0 if t is None else t._h for t in ctx._to_save]
        number = _nabla.function_node(cls.__name__ + "Backward", json.dumps(inputs), json.dumps([o._h for o in noted]), json.dumps(saved), guarded(run))
        if number < 0:
            fail()
        if number:
            ctx._node = number
            outs = {id(o) for o in noted}
            ctx._kept = tuple(t if t is not None and id(t) not in outs else None for t in ctx._to_save)
            ctx._to_save = ()
        return outputs[0] if single else tuple(outputs)


def once_differentiable(function):
    """The gradient itself has no gradient."""

    @functools.wraps(function)
    def wrapper(ctx, *args):
        with no_grad():
            return function(ctx, *args)

    return wrapper
