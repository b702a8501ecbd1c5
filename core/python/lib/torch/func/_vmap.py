"""vmap: one call for each example, the results stacked.

Real batching would need a batched form of every op; a loop gives the same numbers and stays differentiable in both directions, at the
price of one call an example. Random ops draw as torch's do: for the whole batch at once ('different'), once ('same'), or not at all."""

import functools

import _nabla

from .._engine import dispatch
from .._tensor import Tensor
from ..utils._pytree import broadcast_to_and_flatten, tree_flatten, tree_unflatten
from ._randomness import RANDOMNESS, drawing


def _example(arg, dim, i):
    made = dispatch("select", (arg, dim, i))
    _nabla.mark_batched(made._h)
    return made


def _name(func):
    return getattr(func, "__name__", repr(func))


def _flat_inputs(func, in_dims, args):
    """Flat arguments, their mapped dims, their structure and the batch's size."""
    head = f"vmap({_name(func)}, in_dims={in_dims}, ...)(<inputs>)"
    if not isinstance(in_dims, (int, tuple)):
        raise ValueError(f"{head}: expected `in_dims` to be int or a (potentially nested) tuple matching the structure of inputs, got: {type(in_dims)}.")
    if not args:
        raise ValueError(
            f"vmap({_name(func)})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap over a function with no inputs. The latter is unsupported."
        )
    flat, spec = tree_flatten(args)
    dims = broadcast_to_and_flatten(in_dims, spec)
    if dims is None:
        raise ValueError(
            f"{head}: in_dims is not compatible with the structure of `inputs`. in_dims has structure {tree_flatten(in_dims)[1]} but inputs has structure {spec}."
        )
    sizes = []
    for i, (arg, dim) in enumerate(zip(flat, dims)):
        if dim is None:
            continue
        if not isinstance(dim, int):
            raise ValueError(f"{head}: Got in_dim={dim} for an input but in_dim must be either an integer dimension or None.")
        if not isinstance(arg, Tensor):
            raise ValueError(
                f"{head}: Got in_dim={dim} for an input but the input is of type {type(arg)}. We cannot vmap over non-Tensor arguments, please use None as the respective in_dim"
            )
        if not -arg.dim() <= dim < arg.dim():
            raise ValueError(
                f"{head}: Got in_dim={dim} for some input, but that input is a Tensor of dimensionality {arg.dim()} so expected in_dim to satisfy "
                f"-{arg.dim()} <= in_dim < {arg.dim()}."
            )
        dims[i] = dim % arg.dim()
        sizes.append(arg.shape[dims[i]])
    if not sizes:
        raise ValueError("vmap: Expected at least one Tensor to vmap over")
    if any(size != sizes[0] for size in sizes):
        raise ValueError(f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sizes} for the mapped dimension")
    return flat, dims, spec, sizes[0]


def _out_dims(func, out_dims, outputs, spec):
    name = _name(func)
    if isinstance(outputs, Tensor):
        if isinstance(out_dims, int) or out_dims is None:
            dims = [out_dims]
        elif isinstance(out_dims, tuple) and len(out_dims) == 1:
            dims = list(out_dims)
        else:
            dims = None
    else:
        dims = broadcast_to_and_flatten(out_dims, spec)
    if dims is None or not all(isinstance(d, int) or d is None for d in dims):
        raise ValueError(
            f"vmap({name}, ..., out_dims={out_dims})(<inputs>): out_dims is not compatible with the structure of `outputs`. out_dims has structure "
            f"{tree_flatten(out_dims)[1]} but outputs has structure {spec}."
        )
    return dims


def vmap(func, in_dims=0, out_dims=0, randomness="error", *, chunk_size=None):
    """`func` for each example along `in_dims` of its arguments, the results stacked along `out_dims`."""
    if randomness not in RANDOMNESS:
        raise RuntimeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")
    if not (chunk_size is None or chunk_size > 0):
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    def wrapped(*args, **kwargs):
        flat, dims, spec, size = _flat_inputs(func, in_dims, args)
        if size == 0:
            raise NotImplementedError("torch.vmap over a dimension of size 0 is not in Nabla yet")
        rows, out_spec, single = [], None, None
        with drawing(randomness, size, chunk_size) as draws:
            for i in range(size):
                draws.example(i)
                one = [arg if dim is None else _example(arg, dim, i) for arg, dim in zip(flat, dims)]
                outputs = func(*tree_unflatten(one, spec), **kwargs)
                leaves, out_spec = tree_flatten(outputs)
                if i == 0:
                    places = _out_dims(func, out_dims, outputs, out_spec)
                    for leaf, place in zip(leaves, places):
                        if not isinstance(leaf, Tensor) and place is not None:
                            raise ValueError(
                                f"vmap({_name(func)}, ...): `{_name(func)}` must only return Tensors, got type {type(leaf)}. Did you mean to set out_dims= to None for output?"
                            )
                rows.append(leaves)
        made = [column[0] if place is None else dispatch("stack", (list(column), place)) for column, place in zip(zip(*rows), places)]
        return tree_unflatten(made, out_spec)

    return functools.wraps(func)(wrapped) if hasattr(func, "__name__") else wrapped
