"""A mistake: what it raises and what it warns of."""

import warnings

from .state import described, everything


def evaluate(case):
    error = None
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            exec(case["code"], everything())
        except Exception as raised:
            error = described(raised)
    return {"error": error, "warnings": [str(one.message) for one in warned]}
