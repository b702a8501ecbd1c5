"""Scores of predictions."""

import numpy as np

from ._base import same_rows


def _pair(y_true, y_pred):
    a, b = np.asarray(y_true), np.asarray(y_pred)
    same_rows(a, b)
    return (a.reshape(-1, 1) if a.ndim == 1 else a), (b.reshape(-1, 1) if b.ndim == 1 else b)


def mean_squared_error(y_true, y_pred):
    a, b = _pair(y_true, y_pred)
    return float(((a - b) ** 2).mean(axis=0).mean())


def root_mean_squared_error(y_true, y_pred):
    a, b = _pair(y_true, y_pred)
    return float(np.sqrt(((a - b) ** 2).mean(axis=0)).mean())


def mean_absolute_error(y_true, y_pred):
    a, b = _pair(y_true, y_pred)
    return float(abs(a - b).mean(axis=0).mean())


def r2_score(y_true, y_pred):
    """1 - residual over total variation, averaged over the outputs."""
    a, b = _pair(y_true, y_pred)
    rest = ((a - b) ** 2).sum(axis=0)
    total = ((a - a.mean(axis=0)) ** 2).sum(axis=0)
    scores = [1 - r / t if t else float(r == 0) for r, t in zip(rest.tolist(), total.tolist())]
    return sum(scores) / len(scores)


def accuracy_score(y_true, y_pred, *, normalize=True):
    a, b = np.asarray(y_true), np.asarray(y_pred)
    same_rows(a, b)
    hits = a == b
    return float(hits.mean()) if normalize else float(hits.sum())


def confusion_matrix(y_true, y_pred):
    a, b = np.asarray(y_true), np.asarray(y_pred)
    same_rows(a, b)
    labels = np.unique(np.concatenate([a.ravel(), b.ravel()])).tolist()
    counts = np.zeros((len(labels), len(labels)), dtype=int)
    for i, j in zip(a.ravel().tolist(), b.ravel().tolist()):
        counts[labels.index(i), labels.index(j)] += 1
    return counts


def __getattr__(name):
    if name.endswith(("_score", "_error", "_loss", "_curve", "_report", "_auc")) or name == "auc":
        raise NotImplementedError(f"sklearn.metrics.{name} is not in Nabla yet")
    raise AttributeError(f"module 'sklearn.metrics' has no attribute '{name}'")
