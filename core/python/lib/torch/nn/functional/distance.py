"""Distances and similarities between rows."""

from ..._engine import dispatch as _dispatch


def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    """‖x1 - x2 + eps‖ over the last dimension."""
    return _dispatch("pairwise_distance", (x1, x2, float(p), float(eps), keepdim))


def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    """x1 · x2 / (‖x1‖ ‖x2‖) along dim."""
    return _dispatch("cosine_similarity", (x1, x2, dim, float(eps)))


def pdist(input, p=2.0):
    """Distances between all pairs of rows."""
    return _dispatch("pdist", (input, float(p)))
