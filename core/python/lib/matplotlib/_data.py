"""What scripts hand to plots, as flat Python numbers: lists, arrays, tensors, scalars. Not finite becomes None."""

import math


def plain(value):
    """Nested lists of an array or a tensor; anything else unchanged."""
    if hasattr(value, "detach"):
        if getattr(value, "requires_grad", False):
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        value = value.detach().cpu()
    return value.tolist() if hasattr(value, "tolist") else value


def _flat(value, out):
    value = plain(value)
    if isinstance(value, (list, tuple, range, set, dict)) or hasattr(value, "__iter__") and not isinstance(value, str):
        for part in value:
            _flat(part, out)
    else:
        out.append(value)
    return out


def flat(values):
    """All elements in order, as they are."""
    return _flat(values, [])


def numbers(values):
    """Flat floats; None for what is not finite or missing."""
    out = []
    for value in flat(values):
        number = math.nan if value is None else float(value)
        out.append(number if math.isfinite(number) else None)
    return out


def columns(values):
    """The columns of 2-D data, one column of 1-D data."""
    rows = plain(values)
    rows = list(rows) if not isinstance(rows, (int, float)) else [rows]
    if rows and any(isinstance(plain(row), (list, tuple)) for row in rows):
        rows = [numbers(row) for row in rows]
        if len({len(row) for row in rows}) > 1:
            raise ValueError("x and y can be no greater than 2D, and their rows must be equally long")
        return [list(column) for column in zip(*rows)]
    return [numbers(rows)]


def same_length(x, y, what="x and y must have same first dimension, but have shapes"):
    if len(x) != len(y):
        raise ValueError(f"{what} ({len(x)},) and ({len(y)},)")


def present(values):
    return [v for v in values if v is not None]
