"""Axes: what they hold, their labels, limits and ticks, and the specification they become."""

from ._artists import Legend, Line2D, Text
from ._axis import Axis, Spines, leave_out, rotation_of, span
from ._colors import CYCLE
from ._data import flat, numbers, plain
from ._plots import Plots


class Axes(Plots):
    """One pair of axes of a figure."""

    def __init__(self, figure, cell):
        self.figure = figure
        self.cell = cell
        self.x, self.y = Axis(), Axis()
        self.artists = []
        self.title = ""
        self.grid_on = "none"
        self.frame = True
        self.equal = False
        self.legend_spec = None
        self.margin = [0.05, 0.05]
        self.twin = False
        self.spines = Spines()
        self._sharing = [self]
        self._next = 0
        self._extents = {}

    def _cycle(self):
        self._next += 1
        return CYCLE[(self._next - 1) % 10]

    def _add(self, spec, spans=None):
        """Adds an artist; `spans`: what it covers, ((x low, x high, sticky edges), the same for y)."""
        self.artists.append(spec)
        if spans is not None:
            self._extents[id(spec)] = spans
        return spec

    def twinx(self):
        """Axes over these with the same x and a y axis of their own on the right."""
        made = Axes(self.figure, self.cell)
        made.twin = True
        made.x = self.x
        made._next = self._next
        self._sharing.append(made)
        made._sharing = self._sharing
        self.figure.axes.append(made)
        self.figure.current = made
        return made

    # Labels, limits, ticks

    def set_xlabel(self, xlabel, fontdict=None, **kwargs):
        self.x.label = str(xlabel)
        return Text(self, xlabel, 0.5, 0)

    def set_ylabel(self, ylabel, fontdict=None, **kwargs):
        self.y.label = str(ylabel)
        return Text(self, ylabel, 0, 0.5)

    def set_title(self, label, fontdict=None, loc=None, **kwargs):
        self.title = str(label)
        return Text(self, label, 0.5, 1.0)

    def get_title(self):
        return self.title

    def get_xlabel(self):
        return self.x.label

    def get_ylabel(self):
        return self.y.label

    def legend(self, *args, loc="best", title="", ncol=None, ncols=1, **kwargs):
        """Lists the labelled artists; legend(['a', 'b']) names those without a label in order."""
        names = args[-1] if args else kwargs.pop("labels", None)
        handles = args[0] if len(args) == 2 else kwargs.pop("handles", None)
        for gone in ("fontsize", "frameon", "framealpha", "bbox_to_anchor", "borderaxespad", "fancybox", "shadow", "prop", "handlelength", "markerscale"):
            kwargs.pop(gone, None)
        leave_out("legend", kwargs)
        if names is not None:
            specs = [handle.spec for handle in handles] if handles is not None else [a for a in self.artists if "label" in a]
            for spec, name in zip(specs, names):
                spec["label"] = str(name)
        places = ["best", "upper right", "upper left", "lower left", "lower right", "right", "center left", "center right", "lower center", "upper center", "center"]  # fmt: skip
        place = places[loc] if isinstance(loc, int) and 0 <= loc < len(places) else str(loc)
        if place not in places:
            raise ValueError(f"{loc!r} is not a valid value for loc; supported values are {', '.join(map(repr, places))}")
        self.legend_spec = {"place": place, "title": str(title or ""), "columns": ncol or ncols}
        return Legend(self)

    def grid(self, visible=None, which="major", axis="both", **kwargs):
        on = True if visible is None and (kwargs or self.grid_on == "none") else bool(visible)
        self.grid_on = axis if on else "none"

    def _set_limits(self, axis, args, kwargs, low_name, high_name):
        low, high = kwargs.pop(low_name, kwargs.pop("left", kwargs.pop("bottom", None))), kwargs.pop(high_name, kwargs.pop("right", kwargs.pop("top", None)))
        if len(args) == 1 and isinstance(plain(args[0]), (list, tuple)):
            args = tuple(args[0])
        if len(args) > 0:
            low = args[0]
        if len(args) > 1:
            high = args[1]
        kwargs.pop("auto", None)
        leave_out("set_xlim", kwargs)
        low, high = None if low is None else float(low), None if high is None else float(high)
        if low is not None and high is not None and low > high:
            axis.inverted, low, high = True, high, low
        axis.limits = [axis.limits[0] if low is None else low, axis.limits[1] if high is None else high]

    def set_xlim(self, *args, **kwargs):
        self._set_limits(self.x, args, kwargs, "xmin", "xmax")
        return self.get_xlim()

    def set_ylim(self, *args, **kwargs):
        self._set_limits(self.y, args, kwargs, "ymin", "ymax")
        return self.get_ylim()

    def get_xlim(self):
        return tuple(self._views()[0])

    def get_ylim(self):
        return tuple(self._views()[1])

    def invert_yaxis(self):
        self.y.inverted = not self.y.inverted

    def invert_xaxis(self):
        self.x.inverted = not self.x.inverted

    def margins(self, *margins, x=None, y=None, tight=True):
        if margins:
            x, y = (margins * 2)[:2]
        self.margin = [self.margin[0] if x is None else x, self.margin[1] if y is None else y]

    def autoscale(self, *args, **kwargs):
        self.x.limits = [None, None]
        self.y.limits = [None, None]

    relim = autoscale_view = autoscale

    def _scale(self, axis, value):
        if value not in ("linear", "log"):
            raise NotImplementedError(f"the matplotlib scale {value!r} is not in Nabla yet (there are: 'linear', 'log')")
        axis.scale = value

    def set_xscale(self, value, **kwargs):
        self._scale(self.x, value)

    def set_yscale(self, value, **kwargs):
        self._scale(self.y, value)

    def _set_ticks(self, axis, ticks, labels, kwargs):
        axis.ticks = numbers(ticks)
        axis.tick_labels = None if labels is None else [str(one) for one in flat(labels)]
        axis.rotation = rotation_of(kwargs.pop("rotation", axis.rotation))

    def set_xticks(self, ticks, labels=None, **kwargs):
        self._set_ticks(self.x, ticks, labels, kwargs)

    def set_yticks(self, ticks, labels=None, **kwargs):
        self._set_ticks(self.y, ticks, labels, kwargs)

    def set_xticklabels(self, labels, rotation=0, **kwargs):
        self.x.tick_labels, self.x.rotation = [str(one) for one in flat(labels)], rotation_of(rotation)

    def set_yticklabels(self, labels, **kwargs):
        self.y.tick_labels = [str(one) for one in flat(labels)]

    def tick_params(self, axis="both", *, rotation=None, labelrotation=None, **kwargs):
        turned = rotation if rotation is not None else labelrotation
        if turned is not None and axis in ("both", "x"):
            self.x.rotation = rotation_of(turned)

    def set_aspect(self, aspect, **kwargs):
        self.equal = aspect in ("equal", 1)

    def axis(self, arg=None, **kwargs):
        if arg in ("off", False):
            self.frame = False
        elif arg in ("on", True):
            self.frame = True
        elif arg in ("equal", "scaled", "square", "image"):
            self.equal = True
        elif arg == "tight":
            self.margin = [0, 0]
        elif arg is not None and not isinstance(arg, str):
            x0, x1, y0, y1 = arg
            self.set_xlim(x0, x1)
            self.set_ylim(y0, y1)
        return (*self.get_xlim(), *self.get_ylim())

    def set_axis_off(self):
        self.frame = False

    def set(self, **kwargs):
        for name, value in kwargs.items():
            setter = getattr(self, f"set_{name}", None)
            if setter is None:
                raise AttributeError(f"Axes.set() got an unexpected keyword argument {name!r}")
            setter(*value) if name in ("xlim", "ylim") and isinstance(value, tuple) else setter(value)

    def set_facecolor(self, value):
        """Accepted; axes stay transparent."""

    def cla(self):
        self.__init__(self.figure, self.cell)

    clear = cla

    transAxes = "axes"
    transData = "data"

    def get_figure(self):
        return self.figure

    def get_lines(self):
        return [Line2D(self, spec) for spec in self.artists if spec["kind"] == "line"]

    lines = property(get_lines)

    def __getattr__(self, name):
        if name in _ELSEWHERE:
            raise NotImplementedError(f"matplotlib's Axes.{name} is not in Nabla yet")
        raise AttributeError(f"'Axes' object has no attribute '{name}'")

    # Specification

    def _views(self):
        xs = [one for axes in self._sharing for one in axes._spans()[0]]
        return self.x.view(xs, self.margin[0]), self.y.view(self._spans()[1], self.margin[1])

    def _spans(self):
        xs, ys = [], []
        for spec in self.artists:
            if spec.get("hidden"):
                continue
            known = self._extents.get(id(spec))
            if known is not None:
                x, y = known
            elif spec["kind"] in ("line", "points"):
                x, y = span(spec["x"]), span(spec["y"])
            elif spec["kind"] == "area":
                x, y = span(spec["x"]), span(spec["low"] + spec["high"])
            else:
                continue
            if x is not None:
                xs.append(x)
            if y is not None:
                ys.append(y)
        return xs, ys

    def spec(self):
        x, y = self._views()
        return {
            "cell": self.cell,
            "x": self.x.spec(x),
            "y": self.y.spec(y),
            "title": self.title,
            "grid": self.grid_on,
            "frame": self.frame,
            "sides": [side for side, spine in self.spines.items() if spine.visible],
            "twin": self.twin,
            "equal": self.equal,
            "legend": self.legend_spec,
            "artists": [artist for artist in self.artists if not artist.get("hidden")],
        }


_ELSEWHERE = set(
    "boxplot violinplot pie contour contourf pcolor pcolormesh quiver streamplot hexbin hist2d fill fill_betweenx stackplot polar "
    "twiny inset_axes add_patch add_collection add_line add_artist secondary_xaxis secondary_yaxis xaxis yaxis plot_surface "
    "plot3D scatter3D bar_label eventplot specgram psd table broken_barh ecdf stairs".split()
)
