"""Tensors of random numbers: torch.rand, randn, randint, randperm, normal, bernoulli, multinomial."""

import _nabla

from . import _dtype
from ._dtype import checked
from ._engine import ask, fail
from ._factories import check_sizes, empty_like, finished, get_default_dtype, like, place_of, size_of, sizes_of, tensor
from ._missing import refuse_out, type_name
from ._tensor import Tensor, wrap


# How torch's parser spells the forms it expected: each with a generator and without.
_FORMS = {
    "rand": ("tuple of ints size",),
    "randn": ("tuple of ints size",),
    "randint": ("int high, tuple of ints size", "int low, int high, tuple of ints size"),
    "randperm": ("int n",),
}
_PLACE = "Tensor out = None, torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, bool pin_memory = False, bool requires_grad = False"


def _expected(name):
    return "".join(f" * ({form}, *, {generator}{_PLACE})\n" for form in _FORMS.get(name, ()) for generator in ("torch.Generator generator, ", ""))


def _stream(generator, name, args):
    """The engine's number of a generator, 0 for none. @raises TypeError for anything else, as torch's parser does."""
    if generator is None:
        return 0
    number = getattr(generator, "_g", None)
    if number is None:
        kinds = ", ".join([*(type_name(a) for a in args), f"generator={type_name(generator)}"])
        raise TypeError(f"{name}() received an invalid combination of arguments - got ({kinds}), but expected one of:\n{_expected(name)}")
    return number


def _draw(kind, sizes, a, b, dtype, device, generator, requires_grad):
    checked(dtype)
    if kind < 2 and not dtype.is_floating_point:
        kernel = "check_uniform_bounds" if kind == 0 else "normal_kernel_cpu"
        raise NotImplementedError(f'"{kernel}" not implemented for \'{_dtype.tensor_type_names[dtype._name][:-6]}\'')
    check_sizes(sizes)
    number = _stream(generator, ("rand", "randn", "randint", "randperm")[kind], sizes)
    handle = _nabla.draw(kind, a, b, dtype._index, place_of(device) == "cuda", number, *sizes)
    if handle < 0:
        fail()
    return finished(wrap(handle), requires_grad)


def rand(*size, generator=None, dtype=None, device=None, requires_grad=False, layout=None, out=None, pin_memory=False, **kw):
    """Uniform in [0, 1)."""
    refuse_out("rand", out)
    return _draw(0, sizes_of(size, kw, "rand"), 0, 1, dtype or get_default_dtype(), device, generator, requires_grad)


def randn(*size, generator=None, dtype=None, device=None, requires_grad=False, layout=None, out=None, pin_memory=False, **kw):
    """Standard normal."""
    refuse_out("randn", out)
    return _draw(1, sizes_of(size, kw, "randn"), 0, 1, dtype or get_default_dtype(), device, generator, requires_grad)


def randint(*args, generator=None, dtype=None, device=None, requires_grad=False, layout=None, out=None, **kw):
    """Integers low ≤ v < high."""
    refuse_out("randint", out)
    args = list(args)
    size = kw.pop("size", None)
    if size is None:
        size = args.pop()
    low, high = kw.pop("low", None), kw.pop("high", None)
    if high is None:
        high = args.pop()
    if low is None:
        low = args.pop() if args else 0
    return _draw(2, size_of((size,), "randint"), int(low), int(high), dtype or _dtype.int64, device, generator, requires_grad)


def randperm(n, *, generator=None, dtype=None, device=None, requires_grad=False, layout=None, out=None, pin_memory=False):
    """0 … n - 1 in random order."""
    refuse_out("randperm", out)
    return _draw(3, (), n, 0, dtype or _dtype.int64, device, generator, requires_grad)


def rand_like(input, *, dtype=None, device=None, requires_grad=False, generator=None, memory_format=None, layout=None):
    return rand(input.shape, **like(input, dtype, device), generator=generator, requires_grad=requires_grad)


def randn_like(input, *, dtype=None, device=None, requires_grad=False, generator=None, memory_format=None, layout=None):
    return randn(input.shape, **like(input, dtype, device), generator=generator, requires_grad=requires_grad)


def randint_like(input, *args, dtype=None, device=None, requires_grad=False, **kw):
    return randint(*args, input.shape, **like(input, dtype, device), requires_grad=requires_grad, **kw)


def normal(mean=0.0, std=1.0, size=None, *, generator=None, dtype=None, device=None, requires_grad=False, out=None):
    """Normal with the given means and standard deviations."""
    refuse_out("normal", out)
    if isinstance(mean, Tensor) and isinstance(std, Tensor) and mean.shape != std.shape:
        shape = (mean.detach() + std.detach()).shape
        mean, std = mean.expand(shape), std.expand(shape)
    if isinstance(mean, Tensor) or isinstance(std, Tensor):
        handle = _nabla.normal_of(
            mean._h if isinstance(mean, Tensor) else 0, 0 if isinstance(mean, Tensor) else float(mean),
            std._h if isinstance(std, Tensor) else 0, 0 if isinstance(std, Tensor) else float(std), 0 if generator is None else generator._g,
        )  # fmt: skip
        if handle < 0:
            fail()
        return wrap(handle)
    if size is None:
        raise TypeError(f"normal() received an invalid combination of arguments - got ({type_name(mean)}, {type_name(std)})")
    return _draw(1, size_of((size,), "normal"), float(mean), float(std), dtype or get_default_dtype(), device, generator, requires_grad)


def bernoulli(input, p=None, *, generator=None, out=None):
    """0 or 1 with the given probabilities."""
    refuse_out("bernoulli", out)
    if p is not None:
        return input.clone().bernoulli_(p, generator=generator)
    handle = _nabla.bernoulli_of(input._h, 0 if generator is None else generator._g)
    if handle < 0:
        fail()
    return wrap(handle)


def multinomial(input, num_samples, replacement=False, *, generator=None, out=None):
    """Indices drawn with the given weights, row by row."""
    refuse_out("multinomial", out)
    from .random import Generator  # noqa: F401 (the engine's numbers of generators)

    if not input.is_floating_point():
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {_dtype.tensor_type_names[input.dtype._name][:-6]}")
    if not 1 <= input.dim() <= 2:
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > input.size(-1):
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    weights = input.detach()
    flat = weights.reshape(-1).tolist()
    if any(not 0 <= v < float("inf") for v in flat):
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    n = input.size(-1)
    rows = [flat[i : i + n] for i in range(0, len(flat), n)]
    if any(sum(row) <= 0 for row in rows):
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
    if not replacement or num_samples == 1:
        # The largest weight / exponential wins: drawn for all rows at once, in the weights' own dtype.
        keys = (weights / empty_like(weights).exponential_(1, generator=generator)).reshape(-1).tolist()
        drawn = [sorted(range(n), key=lambda j: -keys[i * n + j])[:num_samples] for i in range(len(rows))]
    else:
        number = generator._g if generator is not None else 2 if input.is_cuda else 1
        drawn = [ask("multinomial", number, row, num_samples, True) for row in rows]
    return tensor(drawn if input.dim() == 2 else drawn[0], dtype=_dtype.int64, device=input.device)
