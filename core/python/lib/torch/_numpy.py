"""Between tensors and our numpy's arrays: the same storage behind both."""

import _nabla

from ._engine import fail
from ._missing import type_name
from ._tensor import wrap


def _array_class():
    from numpy import ndarray

    return ndarray


def from_numpy(array):
    """A tensor over the array's memory."""
    if not isinstance(array, _array_class()):
        raise TypeError(f"expected np.ndarray (got {type_name(array)})")
    if any(step < 0 for step in array.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not currently supported. "
            "(You can probably work around this by making a copy of your array  with array.copy().) "
        )
    _check_kind(array)
    handle = _nabla.np_alias(array._h)
    if handle < 0:
        fail()
    return wrap(handle)


def _check_kind(array):
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"can't convert np.ndarray of type numpy.{array.dtype.type.__name__}. The only supported types are: float64, float32, float16, "
            "complex64, complex128, int64, int32, int16, int8, uint64, uint32, uint16, uint8, and bool."
        )


def shared(value):
    import numpy

    return from_numpy(value if isinstance(value, numpy.ndarray) else numpy.asarray(value))


def copy_of(value, dtype, place):
    """A new tensor with the elements of an array or NumPy scalar."""
    import numpy

    array = value if isinstance(value, numpy.ndarray) else numpy.asarray(value)
    _check_kind(array)
    made = from_numpy(array.copy())
    if dtype is not None or place is not None:
        made = made.to(device=place, dtype=dtype)
    return made


def as_operand(value):
    """An array or NumPy scalar met by an operator: a number, or a tensor."""
    if getattr(value, "shape", None) == ():
        return value.item()
    return shared(value)


def to_numpy(tensor):
    """An array over the tensor's memory."""
    from numpy._array import wrap as wrap_array

    handle = _nabla.np_alias(tensor._h)
    if handle < 0:
        fail()
    return wrap_array(handle)
