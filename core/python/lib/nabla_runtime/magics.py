"""Notebook lines that are not Python: `!pip install`, `%matplotlib inline`, `%%time`. They are taken quietly."""

import re

_SKIPPED_CELLS = ("bash", "sh", "script", "html", "javascript", "js", "latex", "markdown", "svg", "writefile", "perl", "ruby")
_RUNS_CODE = ("time", "timeit", "capture", "prun")
_CELL = re.compile(r"\s*%%(\w+)")
_LINE = re.compile(r"(\s*)[%!?]")
_TIMED = re.compile(r"(\s*)%(?:time|timeit|prun)\s+(?!-)(.*)", re.S)
_HELP = re.compile(r"(\s*)[\w.\[\]]+\?\??\s*$")


def plain(text, compiles):
    """`text` with every notebook line replaced, line for line. `compiles(text)` returns the SyntaxError, or None."""
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is not None and (magic := _CELL.match(lines[first])):
        if magic[1] in _SKIPPED_CELLS:
            return "\n" * (len(lines) - 1)
        if magic[1] in _RUNS_CODE:
            lines[first] = ""
    # Only lines that Python refuses are looked at, so that a string or a bracket holding such a line stays as it is.
    for _ in lines:
        error = compiles("\n".join(lines))
        at = (error.lineno or 0) - 1 if isinstance(error, SyntaxError) else -1
        if not 0 <= at < len(lines):
            break
        at = next((i for i in (at, at - 1) if i >= 0 and (_LINE.match(lines[i]) or _HELP.match(lines[i]))), -1)
        if at < 0:
            break
        if timed := _TIMED.match(lines[at]):
            lines[at] = timed[1] + timed[2]
        else:
            lines[at] = re.match(r"\s*", lines[at])[0] + "pass"
    return "\n".join(lines)
