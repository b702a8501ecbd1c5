"""make_dot, and the drawing it returns."""

import os

from nabla_runtime.bridge import ask


class Digraph:
    """A drawing in the DOT language, as graphviz's class of that name."""

    def __init__(self, number, source):
        self._number = number
        self.source = source
        self.format = "svg"
        self.engine = "dot"
        self.filename = "Digraph.gv"
        self.directory = ""
        self.name = None

    @property
    def body(self):
        """Its statements, one line each."""
        return [line + "\n" for line in self.source.split("\n")[3:-2]]

    def __str__(self):
        return self.source

    def __iter__(self):
        return iter(self.source.splitlines(keepends=True))

    def _nabla_dot_(self):
        return self._number

    def save(self, filename=None, directory=None):
        """Write the DOT text; returns the path."""
        path = os.path.join(directory or self.directory, filename or self.filename)
        if os.path.dirname(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.source)
        return path

    def render(self, filename=None, directory=None, view=False, cleanup=False, format=None, **options):
        """Write the DOT text and show the drawing. The picture itself is saved from the graph view."""
        from nabla_runtime import display

        path = self.save(filename, directory)
        kind = format or self.format
        if kind not in ("gv", "dot"):
            display(self)
            import sys

            print(f"The drawing is shown; its DOT text is in {path}. Save it as {kind} from the graph view (Export).", file=sys.stderr)
        return path

    def view(self, filename=None, directory=None, cleanup=False, **options):
        """Show the drawing."""
        from nabla_runtime import display

        display(self)
        return self.save(filename, directory)

    def pipe(self, format=None, **options):
        raise NotImplementedError("graphviz.Digraph.pipe is not in Nabla yet")

    def attr(self, *args, **options):
        raise NotImplementedError("changing the drawing of make_dot (graphviz.Digraph.attr) is not in Nabla yet")

    @property
    def graph_attr(self):
        raise NotImplementedError("changing the drawing of make_dot (graphviz.Digraph.graph_attr) is not in Nabla yet")


def make_dot(var, params=None, show_attrs=False, show_saved=False, max_attr_chars=50):
    """Draw the backward graph of `var` (a tensor or a tuple of them); `params` names leaves."""
    if params is not None:
        params = dict(params)
        for value in params.values():
            if not hasattr(value, "_h"):
                raise AssertionError
    roots = var if isinstance(var, tuple) else (var,)
    made = ask(
        "make_dot",
        [v._h for v in roots],
        None if params is None else [[name, value._h] for name, value in params.items()],
        bool(show_attrs),
        bool(show_saved),
        int(max_attr_chars),
    )
    return Digraph(made["number"], made["dot"])


def make_dot_from_trace(trace):
    raise NotImplementedError("This function has been moved to pytorch core and is no longer supported here")


def resize_graph(dot, size_per_element=0.15, min_size=12):
    """Sizes are set when the drawing is made."""
