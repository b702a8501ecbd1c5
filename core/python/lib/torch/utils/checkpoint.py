"""torch.utils.checkpoint: what backward needs is computed again instead of kept."""

import contextlib
import warnings

import _nabla

from .. import random
from .._grad_mode import enable_grad, no_grad
from .._tensor import Tensor
from .._tensor_facts import OURS
from ..autograd.function import Function
from ..autograd.graph import saved_tensors_hooks


class CheckpointError(RuntimeError):
    """Forward, run again, did not do what it did the first time."""

    __module__ = "torch.utils.checkpoint"


@contextlib.contextmanager
def _random_state(state):
    """The random stream as it was; afterwards as it is now."""
    if state is None:
        yield
        return
    with random.fork_rng():
        random.set_rng_state(state)
        yield


def detach_variable(inputs):
    """The inputs cut off from their history."""
    return tuple([t.detach().requires_grad_(t.requires_grad) if isinstance(t, Tensor) else t for t in inputs])


class CheckpointFunction(Function):
    """A function whose graph is made in its backward."""

    @staticmethod
    def forward(ctx, run_function, preserve_rng_state, *args):
        ctx.run_function = run_function
        ctx.state = random.get_rng_state() if preserve_rng_state else None
        ctx.args = [None if isinstance(a, Tensor) else a for a in args]
        ctx.places = [i for i, a in enumerate(args) if isinstance(a, Tensor)]
        ctx.save_for_backward(*[args[i] for i in ctx.places])
        with no_grad():
            return run_function(*args)

    @staticmethod
    def backward(ctx, *grads):
        from ..autograd import backward

        if _nabla.walk_captures():
            raise RuntimeError(
                "When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an `inputs` parameter to .backward(). To resolve this "
                "error, you can either set use_reentrant=False, or call .backward() without passing the `inputs` argument."
            )
        args = list(ctx.args)
        for place, tensor in zip(ctx.places, ctx.saved_tensors):
            args[place] = tensor
        inputs = detach_variable(args)
        with _random_state(ctx.state), enable_grad():
            outputs = ctx.run_function(*inputs)
        outputs = (outputs,) if isinstance(outputs, Tensor) else outputs
        pairs = [(o, g) for o, g in zip(outputs, grads) if isinstance(o, Tensor) and o.requires_grad]
        if not pairs:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        backward([o for o, _ in pairs], [g for _, g in pairs])
        return (None, None, *[t.grad if isinstance(t, Tensor) and t.requires_grad else None for t in inputs])


class _Recomputation:
    """One checkpointed call: what it saved, by number, made again when first asked for."""

    def __init__(self, function, args, kwargs, state, early_stop):
        self.function, self.args, self.kwargs, self.state = function, args, kwargs, state
        self.shapes = []
        self.made = {}

    def pack(self, tensor):
        self.shapes.append((tensor.shape, tensor.dtype))
        return len(self.shapes) - 1

    def unpack(self, number):
        if number not in self.made:
            self.run()
        return self.made.pop(number)

    def run(self):
        counted = []

        def keep(tensor):
            counted.append(tensor.detach())
            return len(counted) - 1

        def refuse(_):
            raise CheckpointError("torch.utils.checkpoint: a saved tensor of the recomputation was asked for")

        with _random_state(self.state), enable_grad(), saved_tensors_hooks(keep, refuse):
            self.function(*self.args, **self.kwargs)
        if len(counted) != len(self.shapes):
            raise CheckpointError(
                "torch.utils.checkpoint: A different number of tensors was saved during the original forward and recomputation.\n"
                f"Number of tensors saved during forward: {len(self.shapes)}\nNumber of tensors saved during recomputation: {len(counted)}."
            )
        for tensor, (shape, dtype) in zip(counted, self.shapes):
            if tensor.shape != shape or tensor.dtype is not dtype:
                raise CheckpointError(
                    "torch.utils.checkpoint: Recomputed values for the following tensors have different metadata than during the forward pass."
                )
        self.made = dict(enumerate(counted))


def noop_context_fn():
    """Two contexts that do nothing."""
    return contextlib.nullcontext(), contextlib.nullcontext()


def checkpoint(function, *args, use_reentrant=None, context_fn=noop_context_fn, determinism_check="default", debug=False, early_stop=True, **kwargs):
    """function(*args, **kwargs), computed once more in backward instead of keeping what backward needs."""
    if use_reentrant is None:
        warnings.warn(
            "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. Starting in PyTorch 2.9, calling checkpoint without use_reentrant "
            "will raise an exception. use_reentrant=False is recommended, but if you need to preserve the current default behavior, you can pass "
            "use_reentrant=True. Refer to docs for more details on the differences between the two variants.",
            UserWarning,
            skip_file_prefixes=OURS,
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if use_reentrant:
        if kwargs:
            raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
        if context_fn is not noop_context_fn or debug is not False:
            raise ValueError("Passing `context_fn` or `debug` is only supported when use_reentrant=False.")
        if not any(isinstance(a, Tensor) and a.requires_grad for a in args):
            warnings.warn("None of the inputs have requires_grad=True. Gradients will be None", UserWarning, skip_file_prefixes=OURS)
        return CheckpointFunction.apply(function, preserve, *args)
    if context_fn is not noop_context_fn:
        raise NotImplementedError("torch.utils.checkpoint.checkpoint(context_fn=...) is not in Nabla yet")
    call = _Recomputation(function, args, kwargs, random.get_rng_state() if preserve else None, early_stop)
    with saved_tensors_hooks(call.pack, call.unpack):
        return function(*args, **kwargs)


def checkpoint_sequential(functions, segments, input, use_reentrant=None, **kwargs):
    """A chain of modules in `segments` parts, each but the last checkpointed."""
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    functions = list(functions.children()) if hasattr(functions, "children") else list(functions)

    def part(start, end):
        def forward(value):
            for one in functions[start:end]:
                value = one(value)
            return value

        return forward

    size = len(functions) // segments
    start = 0
    for _ in range(segments - 1):
        input = checkpoint(part(start, start + size), input, use_reentrant=use_reentrant, preserve_rng_state=preserve)
        start += size
    return part(start, len(functions))(input)
