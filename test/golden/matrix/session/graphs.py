"""The DOT text that make_dot gives for a program's `out`."""

from torchviz import make_dot

from .state import everything


def evaluate(case):
    scope = everything()
    exec(case["source"], scope)
    options = dict(case["options"])
    params = scope["params"] if options.pop("params") else None
    return make_dot(scope["out"], params=params or None, **options).source
