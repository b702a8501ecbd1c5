"""Where the script stands, asked for by the recorder while it records. Costs nothing otherwise."""

import sys

from .tracebacks import sources

# A site is one number over the crossing: cell · 2^24 + line. 0: unknown.


def innermost(frame_of=sys._getframe, find=sources.get):
    frame = frame_of(1)
    while frame is not None:
        cell = find(frame.f_code.co_filename)
        if cell is not None:
            return cell * 16777216 + (frame.f_lineno or 0)
        frame = frame.f_back
    return 0


def top_level():
    frame = sys._getframe(1)
    found = 0
    while frame is not None:
        cell = sources.get(frame.f_code.co_filename)
        if cell is not None:
            found = cell * 16777216 + (frame.f_lineno or 0)
        frame = frame.f_back
    return found


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
