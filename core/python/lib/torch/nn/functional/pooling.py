"""Pooling: maxima, means and p-norms of windows, and unpooling."""

from ... import _missing
from ..._engine import dispatch as _dispatch


def _each(value, n):
    """One number for every dimension, as a tuple."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * n


def _max_pool(n):
    plain, with_indices = f"max_pool{n}d", f"max_pool{n}d_with_indices"

    def both(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
        return _dispatch(with_indices, (input, kernel_size, () if stride is None else stride, padding, dilation, ceil_mode))

    def pool(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
        name = with_indices if return_indices else plain
        return _dispatch(name, (input, kernel_size, () if stride is None else stride, padding, dilation, ceil_mode))

    pool.__name__ = pool.__qualname__ = plain
    both.__name__ = both.__qualname__ = with_indices
    pool.__doc__ = "The largest of each window; with return_indices also its place."
    both.__doc__ = "The largest of each window and its place."
    return pool, both


max_pool1d, max_pool1d_with_indices = _max_pool(1)
max_pool2d, max_pool2d_with_indices = _max_pool(2)
max_pool3d, max_pool3d_with_indices = _max_pool(3)


def _sizes(output_size, input, n):
    """The output's sizes with None replaced by the input's."""
    if n == 1 or isinstance(output_size, int):
        return output_size
    shape = input.shape
    if len(shape) <= len(output_size):
        raise ValueError(f"Input dimension should be at least {len(output_size) + 1}")
    return tuple(own if size is None else size for size, own in zip(output_size, shape[-len(output_size) :]))


def _adaptive_max_pool(n):
    name = f"adaptive_max_pool{n}d"

    def both(input, output_size, return_indices=False):
        return _dispatch(name, (input, _sizes(output_size, input, n)))

    def pool(input, output_size, return_indices=False):
        found = both(input, output_size)
        return found if return_indices else found[0]

    pool.__name__ = pool.__qualname__ = name
    both.__name__ = both.__qualname__ = name + "_with_indices"
    pool.__doc__ = "The largest of each of output_size windows that cover the input evenly."
    both.__doc__ = "The same and the places."
    return pool, both


adaptive_max_pool1d, adaptive_max_pool1d_with_indices = _adaptive_max_pool(1)
adaptive_max_pool2d, adaptive_max_pool2d_with_indices = _adaptive_max_pool(2)
adaptive_max_pool3d, adaptive_max_pool3d_with_indices = _adaptive_max_pool(3)


def adaptive_avg_pool2d(input, output_size):
    """The mean of each of output_size windows that cover the image evenly."""
    return _dispatch("adaptive_avg_pool2d", (input, _sizes(output_size, input, 2)))


def adaptive_avg_pool3d(input, output_size):
    """The mean of each of output_size windows that cover the volume evenly."""
    return _dispatch("adaptive_avg_pool3d", (input, _sizes(output_size, input, 3)))


def _unpooled_size(input, kernel, stride, padding, wanted):
    n = len(kernel)
    default = [(input.shape[d - n] - 1) * stride[d] + kernel[d] - 2 * padding[d] for d in range(n)]
    if wanted is None:
        return default
    size = wanted[2:] if len(wanted) == n + 2 else wanted
    if len(size) != n:
        raise ValueError(f"output_size should be a sequence containing {n} or {n + 2} elements, but it has a length of '{len(size)}'")
    for d in range(n):
        low, high = default[d] - stride[d], default[d] + stride[d]
        if not low < size[d] < high:
            raise ValueError(f'invalid output_size "{size}" (dim {d} must be between {low} and {high})')
    return list(size)


def _unpool(input, kernel_size, stride, padding, output_size, n):
    kernel = _each(kernel_size, n)
    step = kernel if stride is None else _each(stride, n)
    return _unpooled_size(input, kernel, step, _each(padding, n), output_size), step, _each(padding, n)


def max_unpool1d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Puts each value back to its place; zeros elsewhere."""
    size, _, _ = _unpool(input, kernel_size, stride, padding, output_size, 1)
    return _dispatch("max_unpool2d", (input.unsqueeze(-1), indices.unsqueeze(-1), (*size, 1))).squeeze(-1)


def max_unpool2d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Puts each value back to its place; zeros elsewhere."""
    size, _, _ = _unpool(input, kernel_size, stride, padding, output_size, 2)
    return _dispatch("max_unpool2d", (input, indices, size))


def max_unpool3d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Puts each value back to its place; zeros elsewhere."""
    size, step, edge = _unpool(input, kernel_size, stride, padding, output_size, 3)
    return _dispatch("max_unpool3d", (input, indices, size, step, edge))


def _lp_pool(n):
    name = f"lp_pool{n}d"

    def pool(input, norm_type, kernel_size, stride=None, ceil_mode=False):
        count = 1
        for size in _each(kernel_size, n):
            count *= size
        step = () if stride is None else stride
        if norm_type == float("inf"):
            return _dispatch(f"max_pool{n}d", (input.abs(), kernel_size, step, 0, 1, ceil_mode))
        if norm_type == -float("inf"):
            return -_dispatch(f"max_pool{n}d", (-input.abs(), kernel_size, step, 0, 1, ceil_mode))
        mean = _dispatch(f"avg_pool{n}d", (input.pow(norm_type), kernel_size, step, 0, ceil_mode))
        return (mean.sign() * mean.abs().relu()).mul(count).pow(1.0 / norm_type)

    pool.__name__ = pool.__qualname__ = name
    pool.__doc__ = "(Σ xᵖ)^(1/p) of each window."
    return pool


lp_pool1d, lp_pool2d, lp_pool3d = _lp_pool(1), _lp_pool(2), _lp_pool(3)


def fractional_max_pool2d(*args, **kwargs):
    """Not here."""
    _missing.raise_missing("torch.nn.functional.fractional_max_pool2d")


def fractional_max_pool3d(*args, **kwargs):
    """Not here."""
    _missing.raise_missing("torch.nn.functional.fractional_max_pool3d")
