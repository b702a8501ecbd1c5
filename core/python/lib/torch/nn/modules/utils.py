"""Tuples of one number a dimension, by the names torch has for them."""

from collections.abc import Iterable


def each(value, n):
    """`value` for each of n dimensions, unless it is one value for each already."""
    return tuple(value) if isinstance(value, Iterable) else (value,) * n


def _ntuple(n, name="parse"):
    def parse(x):
        return each(x, n)

    parse.__name__ = name
    return parse


_single = _ntuple(1, "_single")
_pair = _ntuple(2, "_pair")
_triple = _ntuple(3, "_triple")
_quadruple = _ntuple(4, "_quadruple")
