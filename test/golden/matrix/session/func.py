"""Code that leaves its result in `out`."""

from .encoding import encoded
from .state import everything


def evaluate(case):
    scope = everything()
    exec(case["code"], scope)
    return encoded(scope["out"])
