"""Points in simple shapes. The draws follow scikit-learn's order, so that a random_state gives its numbers."""

import numpy as np

from ..utils import check_random_state, shuffle as _shuffle


def _two_counts(n_samples, text):
    if isinstance(n_samples, (int, np.integer)):
        return n_samples // 2, n_samples - n_samples // 2
    if len(n_samples) != 2:
        raise ValueError(text)
    return n_samples


def _two_curves(first, second, counts, shuffle, noise, random_state):
    generator = check_random_state(random_state)
    X = np.stack([np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])]).T.copy()
    y = np.array([0] * counts[0] + [1] * counts[1], dtype=np.int64)
    if shuffle:
        X, y = _shuffle(X, y, random_state=generator)
    if noise is not None:
        X = X + generator.normal(scale=noise, size=X.shape)
    return X, y


def make_moons(n_samples=100, *, shuffle=True, noise=None, random_state=None):
    """Two half circles that interleave: X of shape (n, 2), y of 0 and 1."""
    counts = _two_counts(n_samples, "`n_samples` can be either an int or a two-element tuple.")
    outer, inner = (np.linspace(0, np.pi, n) for n in counts)
    return _two_curves((np.cos(outer), np.sin(outer)), (1 - np.cos(inner), 1 - np.sin(inner) - 0.5), counts, shuffle, noise, random_state)


def make_circles(n_samples=100, *, shuffle=True, noise=None, random_state=None, factor=0.8):
    """A circle around a smaller one: X of shape (n, 2), y of 0 (outside) and 1."""
    if not 0 <= factor < 1:
        raise ValueError(f"The 'factor' parameter of make_circles must be a float in the range [0.0, 1.0). Got {factor} instead.")
    counts = _two_counts(n_samples, "When a tuple, n_samples must have exactly two elements.")
    outer, inner = (np.linspace(0, 2 * np.pi, n, endpoint=False) for n in counts)
    return _two_curves((np.cos(outer), np.sin(outer)), (np.cos(inner) * factor, np.sin(inner) * factor), counts, shuffle, noise, random_state)


def make_blobs(
    n_samples=100, n_features=2, *, centers=None, cluster_std=1.0, center_box=(-10.0, 10.0), shuffle=True, random_state=None, return_centers=False
):  # fmt: skip
    """Normal clouds around centers: X of shape (n, features), y the cloud's number."""
    generator = check_random_state(random_state)
    many = not isinstance(n_samples, (int, np.integer))
    if centers is None:
        centers = len(n_samples) if many else 3
    if isinstance(centers, (int, np.integer)):
        centers = generator.uniform(center_box[0], center_box[1], size=(int(centers), n_features))
    centers = np.asarray(centers, dtype=float)
    count, n_features = centers.shape
    if many and count != len(n_samples):
        raise ValueError(f"Length of `n_samples` not consistent with number of centers. Got n_samples = {n_samples} and centers = {centers}")
    if hasattr(cluster_std, "__len__") and len(cluster_std) != count:
        raise ValueError(f"Length of `clusters_std` not consistent with number of centers. Got centers = {centers} and cluster_std = {cluster_std}")
    spreads = list(cluster_std) if hasattr(cluster_std, "__len__") else [cluster_std] * count
    sizes = list(n_samples) if many else [n_samples // count + (i < n_samples % count) for i in range(count)]
    X = np.concatenate([generator.normal(loc=centers[i], scale=spreads[i], size=(n, n_features)) for i, n in enumerate(sizes)])
    y = np.array([i for i, n in enumerate(sizes) for _ in range(n)], dtype=np.int64)
    if shuffle:
        X, y = _shuffle(X, y, random_state=generator)
    return (X, y, centers) if return_centers else (X, y)


def make_regression(
    n_samples=100, n_features=100, *, n_informative=10, n_targets=1, bias=0.0, effective_rank=None, tail_strength=0.5, noise=0.0, shuffle=True,
    coef=False, random_state=None,
):  # fmt: skip
    """A random linear model's inputs and outputs: X of shape (n, features), y of shape (n,) or (n, targets)."""
    if effective_rank is not None:
        raise NotImplementedError("effective_rank= of sklearn's make_regression is not in Nabla yet")
    n_informative = min(n_features, n_informative)
    generator = check_random_state(random_state)
    X = generator.standard_normal(size=(n_samples, n_features))
    truth = np.zeros((n_features, n_targets))
    truth[:n_informative, :] = 100 * generator.uniform(size=(n_informative, n_targets))
    y = np.dot(X, truth) + bias
    if noise > 0.0:
        y = y + generator.normal(scale=noise, size=y.shape)
    if shuffle:
        X, y = _shuffle(X, y, random_state=generator)
        order = np.arange(n_features)
        generator.shuffle(order)
        X, truth = X[:, order], truth[order]
    y = np.squeeze(y)
    return (X, y, np.squeeze(truth)) if coef else (X, y)


def make_s_curve(n_samples=100, *, noise=0.0, random_state=None):
    """An S in three dimensions: X of shape (n, 3) and each point's place along it."""
    generator = check_random_state(random_state)
    t = 3 * np.pi * (generator.uniform(size=n_samples) - 0.5)
    X = np.stack([np.sin(t), 2.0 * generator.uniform(size=n_samples), np.sign(t) * (np.cos(t) - 1)]).T
    return X + noise * generator.standard_normal(size=(3, n_samples)).T, t


def make_swiss_roll(n_samples=100, *, noise=0.0, random_state=None, hole=False):
    """A rolled sheet in three dimensions: X of shape (n, 3) and each point's place along it."""
    if hole:
        raise NotImplementedError("hole= of sklearn's make_swiss_roll is not in Nabla yet")
    generator = check_random_state(random_state)
    t = 1.5 * np.pi * (1 + 2 * generator.uniform(size=n_samples))
    y = 21 * generator.uniform(size=n_samples)
    X = np.stack([t * np.cos(t), y, t * np.sin(t)])
    return (X + noise * generator.standard_normal(size=(3, n_samples))).T, t
