"""Whole programs, run as main: what they print, and what ends them."""

import contextlib
import io
import sys
import types

from .state import one_line


def evaluate(case):
    main = types.ModuleType("__main__")
    before, sys.modules["__main__"] = sys.modules["__main__"], main
    said = io.StringIO()
    error = None
    try:
        with contextlib.redirect_stdout(said):
            exec(compile(case["code"], "main.py", "exec"), main.__dict__)
    except (Exception, SystemExit) as raised:
        error = one_line(raised)
    finally:
        sys.modules["__main__"] = before
    return {"stdout": said.getvalue(), "error": error}
