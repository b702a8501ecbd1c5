"""What a cell shows besides prints: the last expression, figures, graphs."""

import json

import _nabla

from .output import flush

_at_cell_end = []


def on_cell_end(function):
    """Call `function()` when a cell has ended, before its last expression is shown (pyplot shows its open figures so)."""
    if function not in _at_cell_end:
        _at_cell_end.append(function)


def cell_ended():
    for function in list(_at_cell_end):
        function()


def reset():
    _at_cell_end.clear()


def post(text=None, svg=None, dot=None):
    """Show plain text, an SVG document or a graph (the number of a make_dot call)."""
    flush()
    _nabla.display(json.dumps({"text": text, "svg": svg, "dot": dot}))


def display(*values):
    """Show each value as a notebook does: its graph or SVG where it has one, else its repr."""
    for value in values:
        show(value)


def show(value):
    for method, key in (("_nabla_dot_", "dot"), ("_repr_svg_", "svg")):
        form = getattr(type(value), method, None)
        if form is not None:
            found = form(value)
            if found is not None:
                post(text=repr(value) if key == "svg" else None, **{key: found})
                return
    post(text=repr(value))
