"""Data sets: made from random numbers, as scikit-learn makes them, and the two small ones that come with it."""

from ._base import load_digits, load_iris  # noqa: F401
from ._classes import make_classification  # noqa: F401
from ._shapes import make_blobs, make_circles, make_moons, make_regression, make_s_curve, make_swiss_roll  # noqa: F401


def __getattr__(name):
    if name.startswith(("load_", "make_", "fetch_", "get_", "clear_", "dump_")):
        raise NotImplementedError(f"sklearn.datasets.{name} is not in Nabla yet")
    raise AttributeError(f"module 'sklearn.datasets' has no attribute '{name}'")
