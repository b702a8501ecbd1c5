"""Figure: axes in a grid, and the specification the engine draws."""

import json
import warnings

import _nabla

from ._axes import Axes
from ._colors import color


class Figure:
    """A drawing surface; sizes are inches, drawn as 72 points each and named as matplotlib names them, at 100 dots."""

    def __init__(self, number, figsize=None, background=None):
        from . import rcParams

        width, height = figsize or rcParams["figure.figsize"]
        if width <= 0 or height <= 0:
            raise ValueError(f"figure size must be positive finite not ({width}, {height})")
        self.number = number
        self.size = [float(width), float(height)]
        self.axes = []
        self.title = ""
        self.background = background
        self.current = None

    def _cell(self, rows, columns, index):
        first, last = index if isinstance(index, (tuple, list)) else (index, index)
        if not (rows > 0 and columns > 0):
            raise ValueError(f"Number of rows must be a positive integer, not {rows}" if rows <= 0 else f"Number of columns must be a positive integer, not {columns}")  # fmt: skip
        if not 1 <= first <= last <= rows * columns:
            raise ValueError(f"num must be an integer with 1 <= num <= {rows * columns}, not {index}")
        row, column = divmod(first - 1, columns)
        end_row, end_column = divmod(last - 1, columns)
        return {"rows": rows, "columns": columns, "row": row, "column": column, "rowSpan": end_row - row + 1, "columnSpan": end_column - column + 1}

    def add_subplot(self, *args, **kwargs):
        """The axes of a grid cell: add_subplot(rows, columns, index) or add_subplot(235)."""
        if kwargs.get("projection") not in (None, "rectilinear") or kwargs.get("polar"):
            raise NotImplementedError(f"matplotlib's projection {kwargs.get('projection', 'polar')!r} is not in Nabla yet")
        if not args:
            args = (1, 1, 1)
        if len(args) == 1:
            digits = str(int(args[0]))
            if len(digits) != 3:
                raise ValueError(f"Single argument to subplot must be a three-digit integer, not {args[0]!r}")
            args = tuple(map(int, digits))
        return self._add(self._cell(*args))

    def _add(self, cell):
        for axes in self.axes:
            if axes.cell == cell:
                self.current = axes
                return axes
        made = Axes(self, cell)
        self.axes.append(made)
        self.current = made
        return made

    def subplots(self, nrows=1, ncols=1, *, sharex=False, sharey=False, squeeze=True, **kwargs):
        grid = [[self._add(self._cell(nrows, ncols, row * ncols + column + 1)) for column in range(ncols)] for row in range(nrows)]
        self.current = grid[0][0]
        self.shared = [sharex in (True, "all", "col", "row"), sharey in (True, "all", "col", "row")]
        if squeeze and nrows == 1 and ncols == 1:
            return grid[0][0]
        if squeeze and (nrows == 1 or ncols == 1):
            return AxesGrid([axes for row in grid for axes in row])
        return AxesGrid([AxesGrid(row) for row in grid])

    shared = (False, False)

    def gca(self):
        return self.current or self.add_subplot()

    def suptitle(self, t, **kwargs):
        self.title = str(t)

    def tight_layout(self, **kwargs):
        """Figures are always laid out tightly."""

    def subplots_adjust(self, **kwargs):
        """Accepted: the layout leaves exactly the room that labels need."""

    set_tight_layout = set_constrained_layout = autofmt_xdate = tight_layout

    def set_size_inches(self, w, h=None):
        self.size = [float(w), float(h)] if h is not None else [float(part) for part in w]

    def get_size_inches(self):
        from numpy import array

        return array(self.size)

    def get_axes(self):
        return self.axes

    def set_facecolor(self, value):
        self.background = color(value)

    def legend(self, *args, **kwargs):
        return self.gca().legend(*args, **kwargs)

    def colorbar(self, *args, **kwargs):
        warnings.warn("matplotlib's colorbar is not in Nabla yet and was left out", UserWarning, stacklevel=3)

    def clear(self):
        self.axes, self.current, self.title = [], None, ""

    clf = clear

    def spec(self):
        axes = [one.spec() for one in self.axes]
        for name, shared in zip("xy", self.shared):
            if shared and axes:
                lows, highs = [min(one[name]["limits"]) for one in axes], [max(one[name]["limits"]) for one in axes]
                for one in axes:
                    falls = one[name]["limits"][0] > one[name]["limits"][1]
                    one[name]["limits"] = [max(highs), min(lows)] if falls else [min(lows), max(highs)]
        return {"width": self.size[0] * 72, "height": self.size[1] * 72, "title": self.title, "background": self.background, "axes": axes}

    def svg(self):
        return _nabla.figure_svg(json.dumps(self.spec()))

    def _repr_svg_(self):
        return self.svg() if self.axes else None

    def savefig(self, fname, *, format=None, **kwargs):
        """Writes SVG into the script's folder; other formats become .svg, with a warning."""
        text = self.svg()
        if hasattr(fname, "write"):
            if format not in (None, "svg"):
                raise NotImplementedError(f"savefig to {format} is not in Nabla yet: use format='svg'")
            try:
                fname.write(text)
            except TypeError:
                fname.write(text.encode())
            return
        import os

        path = os.fspath(fname)
        stem, ending = os.path.splitext(path)
        if ending.lower() != ".svg":
            warnings.warn(f"savefig({path!r}): Nabla writes figures as SVG; this one is in {stem + '.svg'!r}", UserWarning, stacklevel=3)
            path = stem + ".svg"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def show(self):
        from .pyplot import show_figure

        show_figure(self)

    def __repr__(self):
        return f"<Figure size {self.size[0] * 100:g}x{self.size[1] * 100:g} with {len(self.axes)} Axes>"

    def __getattr__(self, name):
        if name in ("add_gridspec", "add_axes", "subfigures", "subplot_mosaic", "canvas"):
            raise NotImplementedError(f"matplotlib's Figure.{name} is not in Nabla yet")
        raise AttributeError(f"'Figure' object has no attribute '{name}'")


class AxesGrid(list):
    """The axes `subplots` returns: indexed like the array matplotlib returns, as axes[0], axes[0, 1], axes.flat, axes.ravel()."""

    def __getitem__(self, index):
        if isinstance(index, tuple):
            row, column = index
            picked = list.__getitem__(self, row)
            return [one[column] for one in picked] if isinstance(row, slice) else picked[column]
        picked = list.__getitem__(self, index)
        return AxesGrid(picked) if isinstance(index, slice) else picked

    @property
    def flat(self):
        return iter(self.ravel())

    def ravel(self):
        return AxesGrid([one for row in self for one in row] if self and isinstance(list.__getitem__(self, 0), AxesGrid) else list(self))

    flatten = ravel

    @property
    def shape(self):
        first = list.__getitem__(self, 0)
        return (len(self), len(first)) if isinstance(first, AxesGrid) else (len(self),)
