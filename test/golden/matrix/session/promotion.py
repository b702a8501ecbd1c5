"""The dtypes that results have."""

import torch

SCALARS = {"bool": True, "int": 1, "float": 1.5}


def name(value):
    return str(value.dtype).removeprefix("torch.")


def ones(dtype, *shape):
    return torch.ones(shape, dtype=getattr(torch, dtype))


def evaluate(case):
    return PARTS[case["part"]](case)


def pair(case):
    a, b = case["a"], case["b"]
    return {
        "dim_dim": name(ones(a, 2) + ones(b, 2)),
        "dim_0d": name(ones(a, 2) + ones(b)),
        "0d_0d": name(ones(a) + ones(b)),
        "div": name(ones(a, 2) / ones(b, 2)),
    }


def scalar(case):
    a = case["a"]
    return {
        "dim": {kind: name(ones(a, 2) + value) for kind, value in SCALARS.items()},
        "0d": {kind: name(ones(a) + value) for kind, value in SCALARS.items()},
        "sum": name(ones(a, 2).sum()),
        "prod": name(ones(a, 2).prod()),
        "cumsum": name(ones(a, 2).cumsum(0)),
        "sqrt": name(ones(a, 2).sqrt()),
    }


def literal(case):
    value = torch.tensor(eval(case["literal"]))
    return {"dtype": name(value), "shape": list(value.shape)}


PARTS = {"pairs": pair, "scalars": scalar, "literals": literal}
