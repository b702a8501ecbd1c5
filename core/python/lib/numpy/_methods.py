"""The methods of ndarray that are functions of numpy too."""

from . import _functions as functions
from . import _shaping as shaping
from ._array import look, ndarray


def _by_function(name, function):
    def method(self, *args, **kwargs):
        return function(self, *args, **kwargs)

    method.__name__ = name
    method.__qualname__ = f"ndarray.{name}"
    setattr(ndarray, name, method)


for _name in "sum prod mean var std max min argmax argmin any all cumsum cumprod clip round argsort nonzero dot ptp searchsorted".split():
    _by_function(_name, getattr(functions, _name))
for _name in "squeeze swapaxes repeat take".split():
    _by_function(_name, getattr(shaping, _name))


def _spread(values):
    return values[0] if len(values) == 1 and (isinstance(values[0], (tuple, list)) or values[0] is None) else values


def reshape(self, *shape, order="C", copy=None):
    return shaping.reshape(self, _spread(shape), order)


def transpose(self, *axes):
    return shaping.transpose(self, _spread(axes) if axes else None)


def ravel(self, order="C"):
    return shaping.reshape(self, -1, order)


def flatten(self, order="C"):
    return shaping.reshape(self, -1, order).copy()


def sort(self, axis=-1, kind=None, order=None):
    self[...] = functions.sort(self, axis)


for _method in (reshape, transpose, ravel, flatten, sort):
    setattr(ndarray, _method.__name__, _method)


class MissingAttribute(NotImplementedError, AttributeError):
    """A method NumPy has and Nabla does not; `hasattr` says False."""

    __module__ = "builtins"
    __qualname__ = "NotImplementedError"


def _unknown(self, name):
    if name in _FACTS:
        look(self)
        return getattr(self, name)
    if name.startswith("_") or name not in _ELSEWHERE:
        raise AttributeError(f"'numpy.ndarray' object has no attribute '{name}'")
    raise MissingAttribute(f"numpy.ndarray.{name} is not in Nabla yet")


_FACTS = {"_dtype", "_shape", "_strides", "_offset", "base"}
_ELSEWHERE = set(
    "argpartition byteswap choose compress conj conjugate ctypes data diagonal dump dumps getfield imag mT partition put real "
    "resize setfield setflags to_device tobytes tofile trace".split()
)
ndarray.__getattr__ = _unknown
