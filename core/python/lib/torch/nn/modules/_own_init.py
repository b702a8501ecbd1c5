"""Constructors under the name of the class that is made."""

from types import FunctionType


def own_init(cls):
    """Gives a class its own copy of the constructor it inherits, so that Python's argument errors name the class."""
    shared = cls.__init__
    own = FunctionType(shared.__code__, shared.__globals__, "__init__", shared.__defaults__, shared.__closure__)
    own.__kwdefaults__ = shared.__kwdefaults__
    own.__qualname__ = f"{cls.__qualname__}.__init__"
    cls.__init__ = own
    return cls
