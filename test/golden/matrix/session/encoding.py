"""Tensors and plain values to and from the golden data's JSON form."""

import math

import numpy
import torch

SAFE = 2**53


def encoded(value):
    """`{dtype, shape, data}` for tensors and arrays; numbers JSON cannot hold as strings; tuples as lists."""
    if isinstance(value, torch.Tensor):
        return array(str(value.dtype).removeprefix("torch."), value.shape, value.detach().cpu().reshape(-1).tolist())
    if isinstance(value, (numpy.ndarray, numpy.generic)) and value.dtype.kind in "UO":
        return value.tolist()
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        return array(str(value.dtype), value.shape, numpy.asarray(value).reshape(-1).tolist())
    if isinstance(value, dict):
        return {str(key): encoded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, range)):
        return [encoded(item) for item in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return number(value)
    return str(value)


def array(dtype, shape, flat):
    return {"dtype": dtype, "shape": list(shape), "data": [int(x) if isinstance(x, bool) else number(x) for x in flat]}


def number(value):
    if isinstance(value, int):
        return int(value) if -SAFE < value < SAFE else str(int(value))
    if math.isnan(value):
        return "NaN"
    return float(value) if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def tensor(spec, run=None):
    """The tensor of `{dtype, shape, data}`; `float` is the dtype of the run."""
    name = run if spec["dtype"] == "float" else spec["dtype"]
    return flat_tensor(spec["data"], getattr(torch, name), spec["shape"])


def flat_tensor(data, dtype, shape):
    whole = not (dtype.is_floating_point or dtype.is_complex)
    read = (lambda x: int(x)) if whole else (lambda x: float(x.replace("Infinity", "inf")) if isinstance(x, str) else float(x))
    return torch.tensor([read(x) for x in data], dtype=dtype).reshape(shape)
