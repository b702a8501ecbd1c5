"""TensorFlow Playground's data sets: X of shape (n, 2), y of −1 and 1 (classes) or of numbers (regressions), both float32.

`noise` goes from 0 to 0.5. With a seed the points repeat; without one they follow torch.manual_seed."""

import torch
from torch._engine import ask

__all__ = ["circle", "gaussian", "multi_gaussian", "plane", "spiral", "xor"]


def _made(kind, n, noise, seed):
    if not 0 <= noise <= 0.5:
        raise ValueError(f"noise should be between 0 and 0.5, but got {noise}")
    generator = torch.default_generator if seed is None else torch.Generator().manual_seed(seed)
    rows = torch.tensor(ask("playground", generator._g, kind, int(n), float(noise)), dtype=torch.float32).view(-1, 3)
    return rows[:, :2].contiguous(), rows[:, 2].contiguous()


def circle(n=500, noise=0.0, seed=None):
    """A disc of one class inside a ring of the other."""
    return _made("circle", n, noise, seed)


def xor(n=500, noise=0.0, seed=None):
    """Four quadrants, opposite ones alike."""
    return _made("xor", n, noise, seed)


def gaussian(n=500, noise=0.0, seed=None):
    """Two normal clouds."""
    return _made("gaussian", n, noise, seed)


def spiral(n=500, noise=0.0, seed=None):
    """Two arms around each other."""
    return _made("spiral", n, noise, seed)


def plane(n=500, noise=0.0, seed=None):
    """A sloping plane to predict."""
    return _made("plane", n, noise, seed)


def multi_gaussian(n=500, noise=0.0, seed=None):
    """Hills and hollows to predict."""
    return _made("multi_gaussian", n, noise, seed)
