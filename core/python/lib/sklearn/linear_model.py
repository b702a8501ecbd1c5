"""Ordinary and ridge least squares."""

import numpy as np

from ._base import Estimator, same_rows, table, targets
from .metrics import r2_score


class _Linear(Estimator):
    def predict(self, X):
        self._check_fitted("coef_")
        X = table(X)
        if X.shape[1] != self.n_features_in_:
            raise ValueError(f"X has {X.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_} features as input.")
        return X @ self.coef_.T + self.intercept_

    def score(self, X, y, sample_weight=None):
        """R² of the predictions."""
        return r2_score(y, self.predict(X))

    def _fit(self, X, y, solve):
        X, y = table(X), targets(y)
        same_rows(X, y)
        self.n_features_in_ = X.shape[1]
        columns = y.reshape(-1, 1) if y.ndim == 1 else y
        if self.fit_intercept:
            x_mean, y_mean = X.mean(axis=0), columns.mean(axis=0)
            coefficients = solve(X - x_mean, columns - y_mean).T
            intercept = y_mean - x_mean @ coefficients.T
        else:
            coefficients = solve(X, columns).T
            intercept = None
        self.coef_ = coefficients if y.ndim > 1 else coefficients[0]
        self.intercept_ = 0.0 if intercept is None else intercept if y.ndim > 1 else intercept[0]
        return self


class LinearRegression(_Linear):
    """Least squares with an intercept: centred, by QR."""

    _defaults = {"copy_X": True, "fit_intercept": True, "n_jobs": None, "positive": False}

    def __init__(self, *, fit_intercept=True, copy_X=True, tol=1e-6, n_jobs=None, positive=False):
        if positive:
            raise NotImplementedError("sklearn.linear_model.LinearRegression(positive=True) is not in Nabla yet")
        self.fit_intercept, self.copy_X, self.tol, self.n_jobs, self.positive = fit_intercept, copy_X, tol, n_jobs, positive

    def fit(self, X, y, sample_weight=None):
        if sample_weight is not None:
            raise NotImplementedError("sample_weight of sklearn's LinearRegression.fit is not in Nabla yet")

        def solve(a, b):
            x, _, self.rank_, _ = np.linalg.lstsq(a, b)
            return x

        return self._fit(X, y, solve)


class Ridge(_Linear):
    """Least squares with alpha·|w|² added."""

    _defaults = {"alpha": 1.0, "fit_intercept": True}

    def __init__(self, alpha=1.0, *, fit_intercept=True, **kwargs):
        self.alpha, self.fit_intercept = alpha, fit_intercept

    def fit(self, X, y, sample_weight=None):
        return self._fit(X, y, lambda a, b: np.linalg.solve(a.T @ a + self.alpha * np.eye(a.shape[1]), a.T @ b))


_ELSEWHERE = (
    "LogisticRegression Lasso ElasticNet SGDRegressor SGDClassifier Perceptron BayesianRidge HuberRegressor RidgeCV LassoCV "
    "LogisticRegressionCV PoissonRegressor TheilSenRegressor RANSACRegressor RidgeClassifier"
).split()


def __getattr__(name):
    if name in _ELSEWHERE:
        raise NotImplementedError(f"sklearn.linear_model.{name} is not in Nabla yet")
    raise AttributeError(f"module 'sklearn.linear_model' has no attribute '{name}'")
