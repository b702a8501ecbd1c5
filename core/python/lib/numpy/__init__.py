"""Nabla's own numpy: the part of NumPy 2 that PyTorch scripts use, over the engine's storage, printing as NumPy prints.

What is missing says so by name: `numpy.fft is not in Nabla yet`.
"""

from math import e, inf, nan, pi

from . import _methods, _operators, _scalar_math  # noqa: F401 (they complete ndarray and the scalars)
from . import exceptions, linalg, random
from ._array import ndarray
from ._bridge import missing as _missing
from ._convert import array, asanyarray, asarray, ascontiguousarray
from ._create import (
    arange,
    diag,
    empty,
    empty_like,
    eye,
    full,
    full_like,
    geomspace,
    identity,
    linspace,
    logspace,
    meshgrid,
    ones,
    ones_like,
    result_type,
    tri,
    tril,
    triu,
    zeros,
    zeros_like,
)
from ._dtypes import can_cast, dtype, finfo, iinfo, promote_types
from ._functions import *  # noqa: F403
from ._functions import abs, all, any, max, min, pow, round, sum  # noqa: A004
from ._printing import array2string, array_repr, array_str, get_printoptions, printoptions, set_printoptions
from ._scalars import (
    False_,
    True_,
    bool,  # noqa: A004
    float16,
    float32,
    float64,
    floating,
    generic,
    inexact,
    int8,
    int16,
    int32,
    int64,
    integer,
    number,
    object_,
    signedinteger,
    str_,
    uint8,
    uint16,
    uint32,
    unsignedinteger,
)
from ._files import *  # noqa: F403
from ._more import *  # noqa: F403
from ._shaping import *  # noqa: F403
from ._ufuncs import ufunc

__version__ = "2.4.6"

newaxis = None
euler_gamma = 0.5772156649015329
double = float64
single = float32
int_ = long = intp = longlong = int64
intc = int32
ubyte = uint8
half = float16
byte, short, ushort, uintc = int8, int16, uint16, uint32
bool_ = bool
ndarray.__module__ = "numpy"


class errstate:
    """Accepted as NumPy's; Nabla's few warnings follow Python's own filters."""

    def __init__(self, **kwargs):
        self._quiet = "ignore" in kwargs.values()

    def __enter__(self):
        import warnings

        self._caught = warnings.catch_warnings()
        self._caught.__enter__()
        if self._quiet:
            warnings.simplefilter("ignore", RuntimeWarning)
        return self

    def __exit__(self, *error):
        self._caught.__exit__(*error)


def seterr(**kwargs):
    return {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


def copy(a, order="K", subok=False):
    return array(a)


def isreal(x):
    return isfinite(x) | True  # noqa: F405


def iterable(y):
    return hasattr(y, "__iter__")


def vectorize(pyfunc, otypes=None, **kwargs):
    """`pyfunc` called on each element."""

    def over(*args):
        parts = broadcast_arrays(*args)  # noqa: F405
        flat = [part.ravel().tolist() for part in parts]
        made = asarray([pyfunc(*values) for values in zip(*flat)])
        return made.reshape(parts[0].shape) if parts[0].ndim else made[0]

    return over


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    moved = moveaxis(asarray(arr), axis, -1)  # noqa: F405
    rows = [func1d(row, *args, **kwargs) for row in moved.reshape(-1, moved.shape[-1])]
    return asarray(rows).reshape(moved.shape[:-1] + shape(rows[0]))  # noqa: F405


# Whole parts of NumPy that a script may reach for.
_PARTS = (
    "fft ma polynomial char rec strings ctypeslib lib core _core f2py emath matlib "
    "uint64 complex64 complex128 longdouble bytes_ void datetime64 timedelta64 angle cbrt conj conjugate real "
    "imag correlate cumulative_sum digitize ediff1d einsum_path extract fix frexp fromfunction frombuffer "
    "fromstring gcd heaviside hamming hanning histogram2d histogramdd i0 insert kron lcm ldexp lexsort logaddexp2 matrix "
    "memmap mgrid modf nanargmax nanargmin nanmedian nanpercentile nanprod nanquantile nditer nextafter ogrid pad partition "
    "argpartition piecewise place poly poly1d polyadd polyder polydiv polyint polymul polysub put put_along_axis putmask r_ "
    "c_ ravel_multi_index real_if_close resize rollaxis roots rot90 select setxor1d sinc sort_complex spacing tensordot "
    "trim_zeros unpackbits unravel_index unwrap vander vsplit hsplit dsplit copyto compress choose block busday_count "
    "bartlett blackman kaiser asmatrix asfortranarray array_api min_scalar_type busdaycalendar cumulative_prod"
).split()


def __getattr__(name):
    if name in _PARTS:
        raise _missing(f"numpy.{name}")
    if name == "testing":
        import importlib

        return importlib.import_module("numpy.testing")
    raise AttributeError(f"module 'numpy' has no attribute '{name}'")
