"""Splitting data."""

import math

import numpy as np


def train_test_split(*arrays, test_size=None, train_size=None, random_state=None, shuffle=True, stratify=None):
    """Each array split into a training and a test part, rows in one shuffled order."""
    if stratify is not None:
        raise NotImplementedError("stratify= of sklearn's train_test_split is not in Nabla yet")
    if not arrays:
        raise ValueError("At least one array required as input")
    n = len(arrays[0])
    if len({len(array) for array in arrays}) > 1:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {[len(array) for array in arrays]}")
    if test_size is None and train_size is None:
        test_size = 0.25
    test = None if test_size is None else math.ceil(test_size * n) if isinstance(test_size, float) else int(test_size)
    train = None if train_size is None else math.floor(train_size * n) if isinstance(train_size, float) else int(train_size)
    train = n - test if train is None else train
    test = n - train if test is None else test
    if train <= 0 or test < 0 or train + test > n:
        raise ValueError(
            f"With n_samples={n}, test_size={test_size} and train_size={train_size}, the resulting train set will be empty. Adjust any of the "
            "aforementioned parameters."
        )
    if not shuffle:
        order = list(range(n))
        train_rows, test_rows = order[:train], order[train : train + test]
    else:
        state = random_state if hasattr(random_state, "permutation") else np.random if random_state is None else np.random.RandomState(random_state)
        order = state.permutation(n)
        test_rows, train_rows = order[:test], order[test : test + train]
    out = []
    for array in arrays:
        for rows in (train_rows, test_rows):
            out.append([array[i] for i in (rows if isinstance(rows, list) else rows.tolist())] if isinstance(array, (list, tuple)) else array[rows])
    return out


def __getattr__(name):
    if name in ("KFold", "StratifiedKFold", "GridSearchCV", "RandomizedSearchCV", "cross_val_score", "cross_validate", "ShuffleSplit"):
        raise NotImplementedError(f"sklearn.model_selection.{name} is not in Nabla yet")
    raise AttributeError(f"module 'sklearn.model_selection' has no attribute '{name}'")
