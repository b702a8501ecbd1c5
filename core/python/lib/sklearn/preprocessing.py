"""Scaling of features."""

import numpy as np

from ._base import Estimator, table


class StandardScaler(Estimator):
    """To mean 0 and variance 1, per feature."""

    _defaults = {"copy": True, "with_mean": True, "with_std": True}

    def __init__(self, *, copy=True, with_mean=True, with_std=True):
        self.copy, self.with_mean, self.with_std = copy, with_mean, with_std

    def fit(self, X, y=None):
        X = table(X)
        self.n_features_in_ = X.shape[1]
        self.n_samples_seen_ = len(X)
        self.mean_ = X.mean(axis=0) if self.with_mean or self.with_std else None
        self.var_ = X.var(axis=0) if self.with_std else None
        self.scale_ = None
        if self.with_std:
            scale = np.sqrt(self.var_)
            self.scale_ = np.where(scale == 0, 1.0, scale)
        return self

    def transform(self, X):
        self._check_fitted("n_features_in_")
        X = table(X)
        if self.with_mean:
            X = X - self.mean_
        return X / self.scale_ if self.with_std else X

    def fit_transform(self, X, y=None):
        return self.fit(X).transform(X)

    def inverse_transform(self, X):
        X = np.asarray(X)
        if self.with_std:
            X = X * self.scale_
        return X + self.mean_ if self.with_mean else X


class MinMaxScaler(Estimator):
    """To a range, 0 … 1 by default, per feature."""

    _defaults = {"feature_range": (0, 1)}

    def __init__(self, feature_range=(0, 1), **kwargs):
        self.feature_range = feature_range

    def fit(self, X, y=None):
        X = table(X)
        self.data_min_, self.data_max_ = X.min(axis=0), X.max(axis=0)
        self.data_range_ = self.data_max_ - self.data_min_
        low, high = self.feature_range
        self.scale_ = (high - low) / np.where(self.data_range_ == 0, 1.0, self.data_range_)
        self.min_ = low - self.data_min_ * self.scale_
        return self

    def transform(self, X):
        self._check_fitted("scale_")
        return table(X) * self.scale_ + self.min_

    def fit_transform(self, X, y=None):
        return self.fit(X).transform(X)

    def inverse_transform(self, X):
        return (np.asarray(X) - self.min_) / self.scale_


def __getattr__(name):
    if name.endswith(("Scaler", "Encoder", "Transformer", "Features", "Binarizer", "Normalizer")):
        raise NotImplementedError(f"sklearn.preprocessing.{name} is not in Nabla yet")
    raise AttributeError(f"module 'sklearn.preprocessing' has no attribute '{name}'")
