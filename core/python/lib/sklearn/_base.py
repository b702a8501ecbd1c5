"""What all estimators share: parameters by name, and checks of what they are given."""

import numpy as np


class NotFittedError(ValueError, AttributeError):
    """The estimator was used before fit."""

    __module__ = "sklearn.exceptions"


class Estimator:
    _defaults = {}

    def get_params(self, deep=True):
        return {name: getattr(self, name) for name in self._defaults}

    def set_params(self, **params):
        for name, value in params.items():
            if name not in self._defaults:
                raise ValueError(f"Invalid parameter {name!r} for estimator {self}. Valid parameters are: {list(self._defaults)}.")
            setattr(self, name, value)
        return self

    def __repr__(self):
        changed = [f"{name}={getattr(self, name)!r}" for name, value in self._defaults.items() if getattr(self, name) != value]
        return f"{type(self).__name__}({', '.join(changed)})"

    def _check_fitted(self, name):
        if not hasattr(self, name):
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate arguments before using this estimator."
            )


def table(X):
    """2-D floats, all finite."""
    X = np.asarray(X)
    if X.ndim != 2:
        raise ValueError(
            f"Expected 2D array, got {'scalar' if X.ndim == 0 else f'{X.ndim}D'} array instead:\narray={X}.\nReshape your data either using array.reshape(-1, 1) if "
            "your data has a single feature or array.reshape(1, -1) if it contains a single sample."
        )
    return _finite(X, "X")


def targets(y):
    return _finite(np.asarray(y), "y")


def _finite(a, name):
    if a.dtype.kind != "f":
        a = a.astype(float)
    if not np.isfinite(a).all():
        what = "NaN" if np.isnan(a).any() else "infinity or a value too large for dtype('float64')"
        raise ValueError(f"Input {name} contains {what}.")
    return a


def same_rows(X, y):
    if len(X) != len(y):
        raise ValueError(f"Found input variables with inconsistent numbers of samples: [{len(X)}, {len(y)}]")
