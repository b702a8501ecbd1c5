"""Variables of the script that hold tensors, asked for by the recorder."""

import sys

from .tracebacks import sources


def names(handles_of):
    """Handles of tensors held by script variables → variable names; outer frames win (`x_batch` over a function's `x`). `handles_of(value)` gives a handle or 0."""
    found = {}
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename in sources:
            here = {}
            for name, value in frame.f_locals.items():
                handle = handles_of(value)
                if handle and not name.startswith("_"):
                    here.setdefault(handle, name)
            found.update(here)
        frame = frame.f_back
    return found
