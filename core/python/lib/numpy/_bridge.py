"""The engine's np_* functions with their errors raised as Python's, and the queue of arrays let go of."""

import _nabla
from nabla_runtime.bridge import DEAD_LIMIT, dead, fail, name_exception


def checked(name):
    """
    The engine function `name`; a refusal becomes the exception it stands for.

    Hold every array whose `_h` you pass in a variable: a temporary one would be let go before the engine looks at its handle.
    """
    function = getattr(_nabla, "np_" + name)

    def call(*args):
        answer = function(*args)
        if answer == -1:
            fail()
        return answer

    return call


item = _nabla.np_item


def let_go(handle):
    """Queue a handle that Python no longer needs; the engine frees it at its next call."""
    count = dead[0] + 1
    if count >= DEAD_LIMIT:
        _nabla.np_enter()
        count = dead[0] + 1
    dead[count] = handle
    dead[0] = count


class LinAlgError(ValueError):
    """A matrix that cannot be solved."""

    __module__ = "numpy.linalg"


class AxisError(ValueError, IndexError):
    """An axis the array does not have."""

    __module__ = "numpy.exceptions"


class UFuncTypeError(TypeError):
    """A result that does not fit the type it should be written to."""

    __module__ = "numpy._core._exceptions"


name_exception("LinAlgError", LinAlgError)


def missing(name):
    """The error for a part of NumPy that Nabla does not have."""
    return NotImplementedError(f"{name} is not in Nabla yet")
