"""What plotting calls return: handles on parts of a figure's specification that scripts may change afterwards."""

from ._colors import color
from ._data import numbers


class Artist:
    """A drawn thing; `spec` is its part of the specification."""

    def __init__(self, axes, spec):
        self.axes = axes
        self.spec = spec

    def set_label(self, label):
        self.spec["label"] = None if label is None else str(label)

    def get_label(self):
        return self.spec.get("label") or ""

    def set_color(self, value):
        self.spec["colors" if "colors" in self.spec else "color"] = [color(value)] if "colors" in self.spec else color(value)

    def get_color(self):
        return self.spec.get("color") or self.spec["colors"][0]

    def set_alpha(self, alpha):
        self.spec["alpha"] = 1 if alpha is None else alpha

    def set_visible(self, visible):
        self.spec["hidden"] = not visible

    def remove(self):
        self.axes.artists.remove(self.spec)

    def set(self, **kwargs):
        for name, value in kwargs.items():
            getattr(self, f"set_{name}")(value)


class Line2D(Artist):
    def set_data(self, x, y):
        self.spec["x"], self.spec["y"] = numbers(x), numbers(y)

    def set_xdata(self, x):
        self.spec["x"] = numbers(x)

    def set_ydata(self, y):
        self.spec["y"] = numbers(y)

    def get_xdata(self):
        from numpy import asarray

        return asarray(self.spec["x"])

    def get_ydata(self):
        from numpy import asarray

        return asarray(self.spec["y"])

    def set_linewidth(self, width):
        self.spec["width"] = width


class PathCollection(Artist):
    pass


class Text(Artist):
    """A label or title; only its text can be read."""

    def __init__(self, axes, text, x=0, y=0, spec=None):
        super().__init__(axes, spec or {})
        self._at = (x, y)
        self._text = str(text)

    def get_text(self):
        return self._text

    def __repr__(self):
        return f"Text({self._at[0]}, {self._at[1]}, {self._text!r})"


class BarContainer(tuple):
    """The bars of one call."""

    def __repr__(self):
        return f"<BarContainer object of {len(self)} artists>"


class Legend:
    def __init__(self, axes):
        self.axes = axes

    def remove(self):
        self.axes.legend_spec = None
