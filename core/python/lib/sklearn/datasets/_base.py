"""The two small data sets that come with scikit-learn: Fisher's irises and handwritten digits."""

import zlib
from base64 import b85decode

import numpy as np

from ..utils import Bunch


class Names(list):
    """Class names: a list that takes arrays of numbers as index, as NumPy's arrays of text do."""

    def __getitem__(self, index):
        if isinstance(index, np.ndarray) and index.ndim == 0 or isinstance(index, np.integer):
            index = int(index)
        if isinstance(index, (list, np.ndarray)):
            return Names(list.__getitem__(self, int(i)) for i in (index.tolist() if isinstance(index, np.ndarray) else index))
        made = list.__getitem__(self, index)
        return Names(made) if isinstance(index, slice) else made

    def tolist(self):
        return list(self)

    @property
    def shape(self):
        return (len(self),)

    def __repr__(self):
        return f"array([{', '.join(map(repr, self))}], dtype='<U{max(map(len, self), default=1)}')"

    def __str__(self):
        return f"[{' '.join(map(repr, self))}]"


def _refuse_frame(as_frame):
    if as_frame:
        raise NotImplementedError("as_frame=True of sklearn's data sets (pandas) is not in Nabla yet")


def load_iris(*, return_X_y=False, as_frame=False):
    """150 irises: four lengths each, three kinds (R. A. Fisher, 1936)."""
    from ._iris_data import TENTHS

    _refuse_frame(as_frame)
    data = np.array([int(text) for text in TENTHS.split()], dtype=float).reshape(150, 4) / 10
    target = np.array([i // 50 for i in range(150)], dtype=np.int64)
    if return_X_y:
        return data, target
    return Bunch(
        data=data, target=target, frame=None, target_names=Names(["setosa", "versicolor", "virginica"]),
        DESCR="Iris plants dataset: 150 instances, 4 numeric attributes in cm, 3 classes of 50 (R. A. Fisher, 1936).",
        feature_names=["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"], filename="iris.csv",
        data_module="sklearn.datasets.data",
    )  # fmt: skip


def load_digits(*, n_class=10, return_X_y=False, as_frame=False):
    """1797 images of 8 x 8 digits, values 0 … 16 (E. Alpaydin, C. Kaynak, 1998)."""
    from ._digits_data import LABELS, PIXELS

    _refuse_frame(as_frame)
    data = np.array(list(zlib.decompress(b85decode(PIXELS.replace("\n", "")))), dtype=float).reshape(1797, 64)
    target = np.array([int(digit) for digit in LABELS.replace("\n", "")], dtype=np.int64)
    if n_class < 10:
        kept = target < n_class
        data, target = data[kept], target[kept]
    if return_X_y:
        return data, target
    return Bunch(
        data=data, target=target, frame=None, feature_names=[f"pixel_{row}_{column}" for row in range(8) for column in range(8)],
        target_names=np.arange(10), images=data.reshape(-1, 8, 8),
        DESCR="Optical recognition of handwritten digits dataset: 1797 images of 8x8 pixels, values 0 to 16 (E. Alpaydin, C. Kaynak, 1998).",
    )  # fmt: skip
