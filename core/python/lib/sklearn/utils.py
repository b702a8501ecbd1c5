"""Helpers scripts take from sklearn.utils: shuffling rows, bunches, random states."""

import numpy as np


class Bunch(dict):
    """A dict whose keys are attributes too."""

    def __getattr__(self, key):
        try:
            return self[key]
        except KeyError:
            raise AttributeError(key) from None

    def __setattr__(self, key, value):
        self[key] = value

    def __dir__(self):
        return self.keys()


def check_random_state(seed):
    """A RandomState: the given one, NumPy's own for None, a new one for a number."""
    if seed is None or seed is np.random:
        return np.random
    if isinstance(seed, np.random.RandomState):
        return seed
    if isinstance(seed, (int, np.integer)):
        return np.random.RandomState(int(seed))
    raise ValueError(f"{seed!r} cannot be used to seed a numpy.random.RandomState instance")


def take_rows(array, rows):
    """The rows of an array, or the entries of a list."""
    return [array[i] for i in rows.tolist()] if isinstance(array, (list, tuple)) else array[rows]


def shuffle(*arrays, random_state=None, n_samples=None):
    """All arrays in one random order of their rows."""
    if not arrays:
        return None
    if len({len(array) for array in arrays}) > 1:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {[len(array) for array in arrays]}")
    rows = np.arange(len(arrays[0]))
    check_random_state(random_state).shuffle(rows)
    if n_samples is not None:
        rows = rows[:n_samples]
    made = [take_rows(array, rows) for array in arrays]
    return made[0] if len(made) == 1 else made


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    raise NotImplementedError(f"sklearn.utils.{name} is not in Nabla yet")
