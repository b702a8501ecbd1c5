"""Errors as Python prints them, with the script's own lines only."""

import json
import linecache
import traceback

CELL_NAME = "Cell In[%d]"

# File name of compiled script text → its cell; filled as cells are compiled.
sources = {}
script_folder = "/script"


def remember(filename, cell, text):
    sources[filename] = cell
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)


def forget():
    for filename in sources:
        linecache.cache.pop(filename, None)
    sources.clear()


def is_script(filename):
    return filename in sources or filename.startswith(script_folder + "/")


def _trim(form, seen):
    """Drop the frames that are not the script's, along the whole chain of causes."""
    if form is None or id(form) in seen:
        return
    seen.add(id(form))
    kept = [frame for frame in form.stack if is_script(frame.filename)]
    form.stack[:] = kept
    _trim(form.__cause__, seen)
    _trim(form.__context__, seen)
    for one in form.exceptions or ():
        _trim(one, seen)


def _as_cell(text):
    """`File "Cell In[3]", line 2` reads `Cell In[3], line 2`, as in a notebook."""
    lines = []
    for line in text.split("\n"):
        head = line.lstrip(" |+-")
        if head.startswith('File "Cell In['):
            line = line.replace('File "', "", 1).replace('"', "", 1)
        elif head.startswith(f'File "{script_folder}/'):
            line = line.replace(script_folder + "/", "", 1)
        lines.append(line)
    return "\n".join(lines)


def describe(error):
    """The error as a JSON object: type, message, traceback, sites, notes."""
    form = traceback.TracebackException.from_exception(error, compact=False)
    _trim(form, set())
    text = _as_cell("".join(form.format()))
    sites = []
    step = error.__traceback__
    while step is not None:
        cell = sources.get(step.tb_frame.f_code.co_filename)
        if cell is not None:
            sites.append({"cell": cell, "line": step.tb_lineno or 0})
        step = step.tb_next
    if isinstance(error, SyntaxError) and error.filename in sources:
        sites.append({"cell": sources[error.filename], "line": error.lineno or 0})
    notes = [str(note) for note in getattr(error, "__notes__", None) or ()]
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    return json.dumps(
        {
            "type": name,
            "message": error.msg if isinstance(error, SyntaxError) else str(error),
            "traceback": text.rstrip("\n"),
            "sites": sites,
            "notes": notes,
        }
    )
