"""Splitting data."""

import math

import numpy as np

from .utils import check_random_state, take_rows


def _counts(n, test_size, train_size):
    """(train, test) numbers of rows. @raises ValueError as scikit-learn."""
    if test_size is None and train_size is None:
        test_size = 0.25
    for name, size in (("test_size", test_size), ("train_size", train_size)):
        if size is not None and not (0 < size < (1 if isinstance(size, float) else n)):
            raise ValueError(f"{name}={size} should be either positive and smaller than the number of samples {n} or a float in the (0, 1) range")
    if isinstance(test_size, float) and isinstance(train_size, float) and train_size + test_size > 1:
        raise ValueError(
            f"The sum of test_size and train_size = {train_size + test_size}, should be in the (0, 1) range. Reduce test_size and/or train_size."
        )
    test = None if test_size is None else math.ceil(test_size * n) if isinstance(test_size, float) else int(test_size)
    train = None if train_size is None else math.floor(train_size * n) if isinstance(train_size, float) else int(train_size)
    train = n - test if train is None else train
    test = n - train if test is None else test
    if train + test > n:
        raise ValueError(
            f"The sum of train_size and test_size = {train + test}, should be smaller than the number of samples {n}. Reduce test_size and/or train_size."
        )
    if train == 0:
        raise ValueError(
            f"With n_samples={n}, test_size={test_size} and train_size={train_size}, the resulting train set will be empty. Adjust any of the "
            "aforementioned parameters."
        )
    return train, test


def _shares(counts, draws, state):
    """How many of each class, close to its share; what is left over goes to the largest remainders, ties by lot."""
    total = sum(counts)
    wanted = [c / total * draws for c in counts]
    taken = [math.floor(w) for w in wanted]
    left = draws - sum(taken)
    rest = [w - t for w, t in zip(wanted, taken)]
    for value in sorted(set(rest), reverse=True):
        if left <= 0:
            break
        tied = np.array([i for i, r in enumerate(rest) if r == value])
        now = min(len(tied), left)
        for i in state.choice(tied, size=now, replace=False).tolist():
            taken[i] += 1
        left -= now
    return taken


def _stratified(labels, train, test, random_state):
    labels = np.asarray(labels)
    flat = labels.tolist()
    classes = sorted(set(map(tuple, flat) if labels.ndim > 1 else flat))
    rows = [[i for i, value in enumerate(flat) if (tuple(value) if labels.ndim > 1 else value) == one] for one in classes]
    counts = [len(r) for r in rows]
    few = [c for c, n in zip(classes, counts) if n < 2]
    if few:
        raise ValueError(
            "The least populated classes in y have only 1 member, which is too few. The minimum number of groups for any class cannot be less than 2. "
            f"Classes with too few members are: {few}"
        )
    for name, size in (("train_size", train), ("test_size", test)):
        if size < len(classes):
            raise ValueError(f"The {name} = {size} should be greater or equal to the number of classes = {len(classes)}")
    state = check_random_state(random_state)
    in_train = _shares(counts, train, state)
    in_test = _shares([c - t for c, t in zip(counts, in_train)], test, state)
    first, second = [], []
    for i, members in enumerate(rows):
        order = [members[j] for j in state.permutation(len(members)).tolist()]
        first += order[: in_train[i]]
        second += order[in_train[i] : in_train[i] + in_test[i]]
    return state.permutation(np.array(first)), state.permutation(np.array(second))


def train_test_split(*arrays, test_size=None, train_size=None, random_state=None, shuffle=True, stratify=None):
    """Each array split into a training and a test part, rows in one shuffled order; with stratify the classes keep their shares."""
    if not arrays:
        raise ValueError("At least one array required as input")
    n = len(arrays[0])
    if len({len(array) for array in arrays}) > 1:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {[len(array) for array in arrays]}")
    train, test = _counts(n, test_size, train_size)
    if not shuffle:
        if stratify is not None:
            raise ValueError("Stratified train/test split is not implemented for shuffle=False")
        train_rows, test_rows = np.arange(train), np.arange(train, train + test)
    elif stratify is not None:
        train_rows, test_rows = _stratified(stratify, train, test, random_state)
    else:
        order = check_random_state(random_state).permutation(n)
        test_rows, train_rows = order[:test], order[test : test + train]
    return [take_rows(array, rows) for array in arrays for rows in (train_rows, test_rows)]


def __getattr__(name):
    if name in ("KFold", "StratifiedKFold", "GridSearchCV", "RandomizedSearchCV", "cross_val_score", "cross_validate", "ShuffleSplit"):
        raise NotImplementedError(f"sklearn.model_selection.{name} is not in Nabla yet")
    raise AttributeError(f"module 'sklearn.model_selection' has no attribute '{name}'")
