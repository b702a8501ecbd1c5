"""make_classification (Guyon 2003): clouds on the corners of a hypercube, among features that say little or nothing."""

import math

import numpy as np

from ..utils import check_random_state, shuffle as _shuffle


def _corners(count, dimensions, generator):
    """`count` different corners of a hypercube, as rows of 0 and 1."""
    if dimensions > 30:
        return np.concatenate([generator.randint(2, size=(count, dimensions - 30)), _corners(count, 30, generator)], axis=1)
    population = 2**dimensions
    share = count / population
    if 0.01 < share < 0.99:
        chosen = generator.permutation(population)[:count].tolist()
    elif share < 0.2:
        chosen = []
        while len(chosen) < count:
            drawn = int(generator.randint(population))
            if drawn not in chosen:
                chosen.append(drawn)
    else:
        chosen = list(range(count))
        for i in range(count, population):
            at = int(generator.randint(0, i + 1))
            if at < count:
                chosen[at] = i
    return np.array([[number >> (dimensions - 1 - d) & 1 for d in range(dimensions)] for number in chosen])


def make_classification(
    n_samples=100, n_features=20, *, n_informative=2, n_redundant=2, n_repeated=0, n_classes=2, n_clusters_per_class=2, weights=None, flip_y=0.01,
    class_sep=1.0, hypercube=True, shift=0.0, scale=1.0, shuffle=True, random_state=None, return_X_y=True,
):  # fmt: skip
    """X of shape (n, features) and y of class numbers. @raises ValueError where the counts do not fit together."""
    if not return_X_y:
        raise NotImplementedError("return_X_y=False of sklearn's make_classification is not in Nabla yet")
    generator = check_random_state(random_state)
    if n_informative + n_redundant + n_repeated > n_features:
        raise ValueError("Number of informative, redundant and repeated features must sum to less than the number of total features")
    if n_informative < math.log2(n_classes * n_clusters_per_class):
        raise ValueError(
            f"n_classes({n_classes}) * n_clusters_per_class({n_clusters_per_class}) must be smaller or equal 2**n_informative({n_informative})={2**n_informative}"
        )
    if weights is None:
        weights = [1.0 / n_classes] * n_classes
    else:
        if len(weights) not in (n_classes, n_classes - 1):
            raise ValueError("Weights specified but incompatible with number of classes.")
        weights = list(weights)
        if len(weights) == n_classes - 1:
            weights.append(1.0 - sum(weights))
    clusters = n_classes * n_clusters_per_class
    sizes = [int(n_samples * weights[k % n_classes] / n_clusters_per_class) for k in range(clusters)]
    for i in range(n_samples - sum(sizes)):
        sizes[i % clusters] += 1

    centers = _corners(clusters, n_informative, generator) * (2 * class_sep) - class_sep
    if not hypercube:
        centers = centers * generator.uniform(size=(clusters, 1))
        centers = centers * generator.uniform(size=(1, n_informative))
    told = generator.standard_normal(size=(n_samples, n_informative))
    parts, labels, start = [], [], 0
    for k, size in enumerate(sizes):
        mix = 2 * generator.uniform(size=(n_informative, n_informative)) - 1
        parts.append(np.dot(told[start : start + size], mix) + centers[k])
        labels += [k % n_classes] * size
        start += size
    columns = [np.concatenate(parts)]
    y = np.array(labels, dtype=np.int64)
    if n_redundant > 0:
        columns.append(np.dot(columns[0], 2 * generator.uniform(size=(n_informative, n_redundant)) - 1))
    if n_repeated > 0:
        known = np.concatenate(columns, axis=1)
        columns.append(known[:, ((known.shape[1] - 1) * generator.uniform(size=n_repeated) + 0.5).astype(np.int64)])
    n_random = n_features - n_informative - n_redundant - n_repeated
    if n_random > 0:
        columns.append(generator.standard_normal(size=(n_samples, n_random)))
    X = np.concatenate(columns, axis=1)
    if flip_y >= 0.0:
        flipped = generator.uniform(size=n_samples) < flip_y
        y[flipped] = generator.randint(n_classes, size=int(flipped.sum()))
    X = X + ((2 * generator.uniform(size=n_features) - 1) * class_sep if shift is None else shift)
    X = X * (1 + 100 * generator.uniform(size=n_features) if scale is None else scale)
    if shuffle:
        X, y = _shuffle(X, y, random_state=generator)
        order = np.arange(n_features)
        generator.shuffle(order)
        X = X[:, order]
    return X, y
