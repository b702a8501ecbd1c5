"""default_collate: samples to a batch."""

import collections.abc

from ... import _dtype
from ..._factories import as_tensor, tensor
from ..._tensor import Tensor

_UNKNOWN = "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"


def default_collate(batch):
    """Tensors are stacked, numbers become tensors, containers are walked."""
    first = batch[0]
    kind = type(first)
    if isinstance(first, Tensor):
        from ... import stack

        return stack(batch, 0)
    if kind.__module__.partition(".")[0] == "numpy":
        if getattr(first, "shape", ()) == ():
            return as_tensor([v.item() for v in batch], dtype=None if kind.__name__ != "float64" else _dtype.float64)
        return default_collate([as_tensor(b) for b in batch])
    if isinstance(first, float):
        return tensor(batch, dtype=_dtype.float64)
    if isinstance(first, int):
        return tensor(batch)
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, collections.abc.Mapping):
        made = {key: default_collate([d[key] for d in batch]) for key in first}
        try:
            return kind(made)
        except TypeError:
            return made
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return kind(*(default_collate(samples) for samples in zip(*batch)))
    if isinstance(first, collections.abc.Sequence):
        size = len(first)
        if not all(len(one) == size for one in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        columns = list(zip(*batch))
        if isinstance(first, tuple):
            return [default_collate(samples) for samples in columns]
        try:
            return kind([default_collate(samples) for samples in columns])
        except TypeError:
            return [default_collate(samples) for samples in columns]
    raise TypeError(_UNKNOWN.format(kind))


def default_convert(data):
    """Arrays become tensors; nothing is stacked."""
    if isinstance(data, Tensor):
        return data
    if type(data).__module__.partition(".")[0] == "numpy":
        return as_tensor(data)
    if isinstance(data, collections.abc.Mapping):
        return {key: default_convert(value) for key, value in data.items()}
    if isinstance(data, tuple):
        return [default_convert(d) for d in data]
    if isinstance(data, list):
        return [default_convert(d) for d in data]
    return data
