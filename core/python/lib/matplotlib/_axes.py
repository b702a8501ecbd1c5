"""Axes: plotting calls become artists of a plain specification; limits are worked out when the figure is shown."""

import math
import re
import warnings

from ._artists import Artist, BarContainer, Legend, Line2D, PathCollection, Text
from ._colors import CYCLE, color, is_color, mapped
from ._data import columns, flat, numbers, plain, present, same_length

_QUIET = set(
    "zorder clip_on animated picker rasterized antialiased aa solid_capstyle solid_joinstyle dash_capstyle dash_joinstyle snap gid url "
    "markevery fillstyle capstyle joinstyle fontfamily family fontname fontproperties labelpad pad wrap rstride cstride interpolation "
    "origin_ aspect_ path_effects backgroundcolor transform fontstyle style linespacing orientation_ plotnonfinite agg_filter".split()
)
_SIZES = {"xx-small": 6, "x-small": 7, "small": 8.5, "medium": 10, "large": 12, "x-large": 14, "xx-large": 17}
_DASHES = {"-": [], "solid": [], "--": [5.5, 2.4], "dashed": [5.5, 2.4], ":": [1.5, 2.5], "dotted": [1.5, 2.5], "-.": [9.6, 2.4, 1.5, 2.4], "dashdot": [9.6, 2.4, 1.5, 2.4]}  # fmt: skip
_MARKERS = set("o.,s^v<>Ddx+*|_ph")


def leave_out(name, kwargs):
    """Says which arguments had no effect."""
    unknown = sorted(set(kwargs) - _QUIET)
    if unknown:
        words = ", ".join(f"{one}=" for one in unknown)
        warnings.warn(f"{words} of matplotlib's {name} is not in Nabla yet and was left out", UserWarning, stacklevel=4)


def size_of(value, default=10):
    return default if value is None else _SIZES.get(value, 10) if isinstance(value, str) else value


def parse_format(text):
    """'r--o' → (colour, dashes or None, marker or None); ValueError where it is no format."""
    left = text
    dash = None
    for style in ("--", "-.", "-", ":"):
        if style in left:
            dash, left = style, left.replace(style, "", 1)
            break
    found = re.match(r"(C\d|[bgrcmykw])?(.*)$", left)
    tint, rest = found.group(1), found.group(2)
    marker = None
    if rest and rest[0] in _MARKERS:
        marker, rest = rest[0], rest[1:]
        if rest and tint is None and rest in "bgrcmykw":
            tint, rest = rest, ""
    if rest and is_color(rest) and tint is None:
        tint, rest = rest, ""
    if rest:
        raise ValueError(f"{text!r} is not a valid format string (unrecognized character {rest[0]!r})")
    return tint, dash, marker


class Axis:
    """One direction of an axes."""

    def __init__(self):
        self.scale = "linear"
        self.limits = [None, None]
        self.label = ""
        self.ticks = None
        self.tick_labels = None
        self.rotation = 0
        self.inverted = False
        self.categories = {}

    def positions(self, values):
        """Numbers as they are; names at 0, 1, 2 … with ticks of their own."""
        given = flat(values)
        if any(isinstance(value, str) for value in given):
            for value in given:
                self.categories.setdefault(str(value), float(len(self.categories)))
            self.ticks = list(self.categories.values())
            self.tick_labels = list(self.categories)
            return [self.categories[str(value)] for value in given]
        return numbers(given)

    def view(self, spans, margin):
        """Final limits: what was set, else the data's with a margin that does not cross a sticky edge."""
        low, high = self.limits
        if low is None or high is None:
            found = [value for first, last, _ in spans for value in (first, last)]
            if self.scale == "log":
                found = [value for value in found if value > 0]
            a, b = (min(found), max(found)) if found else ((1.0, 10.0) if self.scale == "log" else (0.0, 1.0))
            sticky = {edge for _, _, edges in spans for edge in edges}
            if not found and self.scale == "linear":
                margin = 0
            if self.scale == "log":
                p, q = math.log10(a), math.log10(b)
                if p == q:
                    p, q = p - 0.5, q + 0.5
                d = (q - p) * margin
                a, b = 10 ** (p - d), 10 ** (q + d)
            else:
                if a == b:
                    half = 0.05 if a == 0 else abs(a) * 0.05
                    wide_a, wide_b = a - half, b + half
                else:
                    wide_a, wide_b = a, b
                d = (wide_b - wide_a) * margin
                a, b = (a if a in sticky else wide_a - d), (b if b in sticky else wide_b + d)
                if a == b:
                    b = a + 1
            low, high = a if low is None else low, b if high is None else high
            if low == high:
                high = low + 1
        return [high, low] if self.inverted else [low, high]

    def spec(self, limits):
        return {
            "scale": self.scale,
            "limits": limits,
            "label": self.label,
            "ticks": self.ticks,
            "tickLabels": self.tick_labels,
            "tickRotation": self.rotation,
        }


class Spine:
    """One side of the frame."""

    def __init__(self):
        self.visible = True

    def set_visible(self, visible):
        self.visible = bool(visible)

    def set_color(self, value):
        self.visible = self.visible and value not in ("none", None)

    def set_linewidth(self, width):
        """Accepted: all sides are equally thin."""

    def set_position(self, position):
        raise NotImplementedError("matplotlib's Spine.set_position is not in Nabla yet")


class Spines(dict):
    """ax.spines['top'], ax.spines.top, ax.spines[['top', 'right']]."""

    def __init__(self):
        super().__init__((side, Spine()) for side in ("left", "right", "top", "bottom"))

    def __getitem__(self, sides):
        if isinstance(sides, (list, tuple)):
            some = Spine()
            some.set_visible = lambda visible: [dict.__getitem__(self, side).set_visible(visible) for side in sides]
            return some
        return self[list(self)] if isinstance(sides, slice) else dict.__getitem__(self, sides)

    def __getattr__(self, side):
        if side in self:
            return dict.__getitem__(self, side)
        raise AttributeError(side)


class Axes:
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

    # Plotting

    def plot(self, *args, scalex=True, scaley=True, data=None, **kwargs):
        """Lines and markers: plot(y), plot(x, y), plot(x, y, 'r--o'), several of them."""
        if data is not None:
            args = tuple(data[arg] if isinstance(arg, str) and arg in data else arg for arg in args)
        lines = []
        at = 0
        while at < len(args):
            group = []
            while at < len(args) and not isinstance(args[at], str) and len(group) < 2:
                group.append(args[at])
                at += 1
            text = ""
            if at < len(args) and isinstance(args[at], str):
                text = args[at]
                at += 1
            if not group:
                raise ValueError("plot: a format string needs data before it")
            lines += self._plot(group, text, dict(kwargs))
        return lines

    def _plot(self, group, text, kwargs):
        tint, dash, marker = parse_format(text) if text else (None, None, None)
        ys = columns(group[-1])
        if len(group) == 2:
            xs = [self.x.positions(group[0])] if any(isinstance(v, str) for v in flat(group[0])[:1]) else columns(group[0])
        else:
            xs = [[float(i) for i in range(len(ys[0]))]] if ys else [[]]
        count = max(len(xs), len(ys))
        style = kwargs.pop("linestyle", kwargs.pop("ls", None))
        marker = kwargs.pop("marker", marker)
        marker = None if marker in ("", "None", "none", " ", None) else marker
        tint = kwargs.pop("color", kwargs.pop("c", tint))
        width = kwargs.pop("linewidth", kwargs.pop("lw", None))
        size = kwargs.pop("markersize", kwargs.pop("ms", 6))
        labels = kwargs.pop("label", None)
        alpha = kwargs.pop("alpha", None)
        steps = kwargs.pop("drawstyle", kwargs.pop("ds", None))
        face = kwargs.pop("markerfacecolor", kwargs.pop("mfc", None))
        for name in ("markeredgecolor", "mec", "markeredgewidth", "mew"):
            kwargs.pop(name, None)
        leave_out("plot", kwargs)
        if style is None:
            style = dash if dash is not None or marker is None or not text else ""
            style = "-" if style is None else style
        if marker is not None and marker not in _MARKERS:
            raise ValueError(f"Unrecognized marker style {marker!r}" if not isinstance(marker, str) else f"the marker {marker!r} is not in Nabla yet")
        joined = style not in ("", "None", "none", " ")
        if joined and not isinstance(style, str):
            dashes = list(style[1] or [])
        elif joined and style not in _DASHES:
            raise ValueError(f"{style!r} is not a valid value for ls; supported values are '-', '--', '-.', ':', 'None', ' ', ''")
        else:
            dashes = _DASHES.get(style, [])
        lines = []
        for i in range(count):
            x, y = xs[min(i, len(xs) - 1)], ys[min(i, len(ys) - 1)]
            same_length(x, y)
            label = labels[i] if isinstance(labels, (list, tuple)) and i < len(labels) else labels
            spec = self._add({
                "kind": "line", "x": x, "y": y, "joined": joined, "step": None if steps in (None, "default") else {"steps": "pre"}.get(steps, steps[6:] or "pre"),
                "color": color(tint, self._cycle), "width": 1.5 if width is None else width, "dash": dashes,
                "marker": marker, "markerSize": size, "label": _label(label), "alpha": 1 if alpha is None else alpha,
            })  # fmt: skip
            if face is not None and not joined:
                spec["color"] = color(face) if color(face) != "none" else spec["color"]
            lines.append(Line2D(self, spec))
        return lines

    def semilogy(self, *args, **kwargs):
        self.y.scale = "log"
        return self.plot(*args, **kwargs)

    def semilogx(self, *args, **kwargs):
        self.x.scale = "log"
        return self.plot(*args, **kwargs)

    def loglog(self, *args, **kwargs):
        self.x.scale = self.y.scale = "log"
        return self.plot(*args, **kwargs)

    def step(self, x, y, *args, where="pre", **kwargs):
        return self.plot(x, y, *args, drawstyle=f"steps-{where}", **kwargs)

    def scatter(self, x, y, s=None, c=None, marker=None, cmap=None, vmin=None, vmax=None, alpha=None, label=None, **kwargs):
        """Points; `s` is their area in points², `c` a colour, a list of colours or numbers for a colour map."""
        xs, ys = self.x.positions(x), self.y.positions(y)
        if len(xs) != len(ys):
            raise ValueError("x and y must be the same size")
        c = kwargs.pop("color", c)
        edge = kwargs.pop("edgecolors", kwargs.pop("edgecolor", kwargs.pop("ec", None)))
        face = kwargs.pop("facecolors", kwargs.pop("facecolor", kwargs.pop("fc", None)))
        for name in ("linewidths", "linewidth", "lw", "norm"):
            kwargs.pop(name, None)
        leave_out("scatter", kwargs)
        c = face if c is None else c
        values = None if c is None or isinstance(c, str) else plain(c)
        if values is None or is_color(values) and len(values) != len(xs):
            colors = [color(c, self._cycle)]
        elif values and all(isinstance(v, str) or isinstance(v, (list, tuple)) for v in values):
            colors = [color(v) for v in values]
            if len(colors) != len(xs) and len(colors) != 1:
                raise ValueError(f"'c' argument has {len(colors)} elements, which is inconsistent with 'x' and 'y' with size {len(xs)}.")
        else:
            colors = mapped(numbers(values), cmap, vmin, vmax)
            if len(colors) != len(xs):
                raise ValueError(f"'c' argument has {len(colors)} elements, which is inconsistent with 'x' and 'y' with size {len(xs)}.")
        sizes = [36.0] if s is None else [v or 0.0 for v in numbers(s)]
        marker = marker or "o"
        if marker not in _MARKERS:
            raise ValueError(f"the marker {marker!r} is not in Nabla yet")
        spec = self._add({
            "kind": "points", "x": xs, "y": ys, "colors": colors, "sizes": [math.sqrt(v) for v in sizes], "marker": marker,
            "edge": None if edge in (None, "face") or not isinstance(edge, (str, tuple, list)) or color(edge) == "none" else color(edge),
            "label": _label(label), "alpha": 1 if alpha is None else alpha,
        })  # fmt: skip
        return PathCollection(self, spec)

    def bar(self, x, height, width=0.8, bottom=None, *, align="center", label=None, alpha=None, tick_label=None, **kwargs):
        """Bars standing on `bottom` (0)."""
        return self._bars("bar", x, height, width, bottom, align, label, alpha, tick_label, kwargs)

    def barh(self, y, width, height=0.8, left=None, *, align="center", label=None, alpha=None, tick_label=None, **kwargs):
        return self._bars("barh", y, width, height, left, align, label, alpha, tick_label, kwargs)

    def _bars(self, name, at, length, thick, base, align, label, alpha, tick_label, kwargs):
        across = self.x if name == "bar" else self.y
        places, lengths = across.positions(at), [v or 0.0 for v in numbers(length)]
        n = max(len(places), len(lengths))
        spread = lambda values: values * n if len(values) == 1 else values  # noqa: E731
        places, lengths = spread(places), spread(lengths)
        if len(places) != len(lengths):
            raise ValueError(f"shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg 0 with shape ({len(places)},) and arg 1 with shape ({len(lengths)},).")  # fmt: skip
        widths, bases = spread(numbers(thick)), spread([0.0] if base is None else numbers(base))
        tint = kwargs.pop("color", kwargs.pop("facecolor", None))
        edge = kwargs.pop("edgecolor", kwargs.pop("ec", None))
        edge_width = kwargs.pop("linewidth", kwargs.pop("lw", 1))
        for gone in ("yerr", "xerr", "capsize", "ecolor", "error_kw"):
            if kwargs.pop(gone, None) is not None:
                leave_out(name, {gone: 0})
        leave_out(name, kwargs)
        if isinstance(tint, (list, tuple)) and not is_color(tint):
            colors = [color(one) for one in tint]
            colors = [colors[i % len(colors)] for i in range(n)]
        else:
            colors = [color(tint, self._cycle)]
        boxes = []
        for place, height, width, low in zip(places, lengths, widths, bases):
            start = place - width / 2 if align == "center" else place
            boxes.append([start, low, width, height] if name == "bar" else [low, start, height, width])
        if tick_label is not None:
            across.ticks = places
            across.tick_labels = [str(one) for one in (tick_label if isinstance(tick_label, (list, tuple)) else flat(tick_label))]
        return self._boxes(boxes, colors, edge, edge_width, label, alpha, name)

    def _boxes(self, boxes, colors, edge, edge_width, label, alpha, name):
        spec = self._add({
            "kind": "bars", "boxes": boxes, "colors": colors, "edge": None if edge is None else color(edge), "edgeWidth": edge_width,
            "label": _label(label), "alpha": 1 if alpha is None else alpha,
        })  # fmt: skip
        if boxes:
            xs = [value for x, _, w, _ in boxes for value in (x, x + w)]
            ys = [value for _, y, _, h in boxes for value in (y, y + h)]
            sticky = {y for _, y, _, _ in boxes} if name != "barh" else set()
            sticky_x = {x for x, _, _, _ in boxes} if name == "barh" else set()
            self._extents[id(spec)] = ((min(xs), max(xs), sticky_x), (min(ys), max(ys), sticky))
        return BarContainer(Artist(self, spec) for _ in boxes)

    def hist(self, x, bins=10, range=None, density=False, *, weights=None, cumulative=False, histtype="bar", label=None, alpha=None, **kwargs):
        """Counts of values in equal bins; several data sets lie over each other."""
        import numpy as np

        if weights is not None or cumulative:
            raise NotImplementedError("matplotlib's hist with weights= or cumulative= is not in Nabla yet")
        given = plain(x)
        many = given and isinstance(given, (list, tuple)) and all(isinstance(plain(part), (list, tuple)) for part in given)
        sets = [present(numbers(part)) for part in given] if many and any(len(plain(part)) > 1 for part in given) else [present(numbers(x))]
        everything = [v for part in sets for v in part]
        tint = kwargs.pop("color", None)
        edge, edge_width = kwargs.pop("edgecolor", kwargs.pop("ec", None)), kwargs.pop("linewidth", kwargs.pop("lw", 1))
        log_scale = kwargs.pop("log", False)
        relative = kwargs.pop("rwidth", None)
        leave_out("hist", kwargs)
        if range is None and len(sets) > 1 and everything:
            range = (min(everything), max(everything))
        counts = []
        edges = None
        patches = []
        for i, values in enumerate(sets):
            found, edges = np.histogram(np.asarray(values, float), bins=bins, range=range, density=density)
            own = label[i] if isinstance(label, (list, tuple)) and i < len(label) else label
            shade = tint[i] if isinstance(tint, (list, tuple)) and len(sets) > 1 else tint
            boxes = [
                [a + (b - a) * (1 - (relative or 1)) / 2, 0.0, (b - a) * (relative or 1), float(n)]
                for a, b, n in zip(edges.tolist(), edges.tolist()[1:], found.tolist())
            ]
            fade = alpha if alpha is not None or len(sets) == 1 else 0.6
            patches.append(self._boxes(boxes, [color(shade, self._cycle)], edge, edge_width, own, fade, "bar"))
            counts.append(found)
        if log_scale:
            self.y.scale = "log"
        return (counts[0], edges, patches[0]) if len(sets) == 1 else (counts, edges, patches)

    def fill_between(self, x, y1, y2=0, *, color=None, alpha=None, label=None, **kwargs):
        tint = kwargs.pop("facecolor", kwargs.pop("fc", color))
        for name in ("linewidth", "lw", "edgecolor", "ec", "step", "where", "interpolate"):
            if kwargs.pop(name, None) is not None and name in ("step", "where"):
                leave_out("fill_between", {name: 0})
        leave_out("fill_between", kwargs)
        xs = numbers(x)
        spread = lambda values: values * len(xs) if len(values) == 1 else values  # noqa: E731
        from ._colors import color as css

        spec = {
            "kind": "area", "x": xs, "low": spread(numbers(y2)), "high": spread(numbers(y1)), "color": css(tint, self._cycle),
            "label": _label(label), "alpha": 1 if alpha is None else alpha,
        }  # fmt: skip
        return Artist(self, self._add(spec))

    def errorbar(self, x, y, yerr=None, xerr=None, fmt="", *, ecolor=None, capsize=None, elinewidth=None, **kwargs):
        """A line with bars of ±yerr."""
        if xerr is not None:
            raise NotImplementedError("matplotlib's errorbar with xerr= is not in Nabla yet")
        lines = self.plot(x, y, fmt, **kwargs) if fmt else self.plot(x, y, **kwargs)
        if yerr is not None:
            spread = columns(yerr)
            xs, ys = numbers(x), numbers(y)
            low = spread[0] * len(xs) if len(spread[0]) == 1 else spread[0]
            shade = lines[0].spec["color"] if ecolor is None else color(ecolor)
            px, py = [], []
            for a, b, e in zip(xs, ys, low):
                if None not in (a, b, e):
                    px += [a, a, None]
                    py += [b - e, b + e, None]
            self._add({
                "kind": "line", "x": px, "y": py, "joined": True, "step": None, "color": shade, "width": elinewidth or 1.5, "dash": [],
                "marker": None, "markerSize": 6, "label": None, "alpha": 1,
            })  # fmt: skip
        return lines

    def stem(self, *args, **kwargs):
        raise NotImplementedError("matplotlib's stem is not in Nabla yet")

    def axhline(self, y=0, xmin=0, xmax=1, **kwargs):
        return self._rule("axhline", "x", y, None, None, kwargs)

    def axvline(self, x=0, ymin=0, ymax=1, **kwargs):
        return self._rule("axvline", "y", x, None, None, kwargs)

    def hlines(self, y, xmin, xmax, colors=None, linestyles="solid", label="", **kwargs):
        kwargs.update(color=colors if colors is not None else "C0", linestyle=linestyles)
        made = [self._rule("hlines", "x", at, float(xmin), float(xmax), {**kwargs, "label": label if i == 0 else None}) for i, at in enumerate(numbers(y))]
        return made[0] if made else None

    def vlines(self, x, ymin, ymax, colors=None, linestyles="solid", label="", **kwargs):
        kwargs.update(color=colors if colors is not None else "C0", linestyle=linestyles)
        made = [self._rule("vlines", "y", at, float(ymin), float(ymax), {**kwargs, "label": label if i == 0 else None}) for i, at in enumerate(numbers(x))]
        return made[0] if made else None

    def _rule(self, name, along, at, start, end, kwargs):
        style = kwargs.pop("linestyle", kwargs.pop("ls", "-"))
        width = kwargs.pop("linewidth", kwargs.pop("lw", 1.5))
        tint, alpha, label = kwargs.pop("color", kwargs.pop("c", None)), kwargs.pop("alpha", None), kwargs.pop("label", None)
        leave_out(name, kwargs)
        at = float(at)
        spec = self._add({
            "kind": "rule", "along": along, "at": at, "from": start, "to": end, "color": color(tint, lambda: CYCLE[0]), "width": width,
            "dash": _DASHES.get(style, []), "label": _label(label), "alpha": 1 if alpha is None else alpha,
        })  # fmt: skip
        own, other = (at, at, ()), (None if start is None else (min(start, end), max(start, end), ()))
        self._extents[id(spec)] = (other, own) if along == "x" else (own, other)
        return Artist(self, spec)

    def axhspan(self, ymin, ymax, **kwargs):
        return self._band("axhspan", "y", ymin, ymax, kwargs)

    def axvspan(self, xmin, xmax, **kwargs):
        return self._band("axvspan", "x", xmin, xmax, kwargs)

    def _band(self, name, along, low, high, kwargs):
        tint = kwargs.pop("facecolor", kwargs.pop("fc", kwargs.pop("color", None)))
        alpha, label = kwargs.pop("alpha", None), kwargs.pop("label", None)
        leave_out(name, kwargs)
        spec = {"kind": "band", "along": along, "from": float(low), "to": float(high), "color": color(tint, self._cycle), "label": _label(label), "alpha": 1 if alpha is None else alpha}  # fmt: skip
        own = (float(low), float(high), ())
        return Artist(self, self._add(spec, (own, None) if along == "x" else (None, own)))

    def text(self, x, y, s, fontdict=None, **kwargs):
        """Text at a place of the data (or, with transform=ax.transAxes, of the axes)."""
        space = "axes" if kwargs.pop("transform", None) == "axes" else "data"
        kwargs = {**(fontdict or {}), **kwargs}
        weight = kwargs.pop("fontweight", kwargs.pop("weight", "normal"))
        spec = {
            "kind": "text", "x": float(x), "y": float(y), "text": str(s), "size": size_of(kwargs.pop("fontsize", kwargs.pop("size", None))),
            "color": color(kwargs.pop("color", kwargs.pop("c", None))), "weight": "bold" if weight in ("bold", "heavy", "semibold") else "normal",
            "align": kwargs.pop("ha", kwargs.pop("horizontalalignment", "left")),
            "baseline": {"center_baseline": "center"}.get(v := kwargs.pop("va", kwargs.pop("verticalalignment", "baseline")), v),
            "rotation": _rotation(kwargs.pop("rotation", 0)), "space": space,
        }  # fmt: skip
        kwargs.pop("bbox", None)
        leave_out("text", kwargs)
        self._add(spec)
        return Text(self, s, x, y, spec)

    def annotate(self, text, xy, xytext=None, arrowprops=None, **kwargs):
        for name in ("xycoords", "textcoords", "annotation_clip"):
            kwargs.pop(name, None)
        at = xytext if xytext is not None and arrowprops is not None else xy
        if arrowprops is not None and xytext is not None:
            self._add({
                "kind": "line", "x": numbers([xytext[0], xy[0]]), "y": numbers([xytext[1], xy[1]]), "joined": True, "step": None,
                "color": color(arrowprops.get("color")), "width": 1, "dash": [], "marker": None, "markerSize": 6, "label": None, "alpha": 1,
            })  # fmt: skip
        return self.text(at[0], at[1], text, **kwargs)

    def imshow(self, X, cmap=None, *, vmin=None, vmax=None, extent=None, origin="upper", aspect="equal", alpha=None, **kwargs):
        """A picture of up to 128×128 cells: numbers under a colour map, or rows of RGB."""
        kwargs.pop("norm", None)
        leave_out("imshow", kwargs)
        rows = plain(X)
        if not isinstance(rows, (list, tuple)) or not rows or not isinstance(rows[0], (list, tuple)):
            raise TypeError("Invalid shape for image data: 2-D numbers or rows of RGB are expected")
        height, width = len(rows), len(rows[0])
        if height * width > 128 * 128:
            raise NotImplementedError(f"matplotlib's imshow of {height}x{width} cells is not in Nabla yet: 128x128 is the most")
        if isinstance(rows[0][0], (list, tuple)):
            whole = any(isinstance(part, int) and part > 1 for row in rows for cell in row for part in cell)
            if len(rows[0][0]) == 1:
                colors = mapped([cell[0] for row in rows for cell in row], cmap, vmin, vmax)
            else:
                colors = [color([part / 255 if whole else min(1.0, max(0.0, part)) for part in cell[:3]]) for row in rows for cell in row]
        else:
            colors = mapped(numbers(rows), cmap, vmin, vmax)
        if extent is None:
            extent = (-0.5, width - 0.5, height - 0.5, -0.5) if origin == "upper" else (-0.5, width - 0.5, -0.5, height - 0.5)
        left, right, bottom, top = map(float, extent)
        if origin == "lower":
            colors = [tint for r in range(height - 1, -1, -1) for tint in colors[r * width : (r + 1) * width]]
        spec = {"kind": "image", "rows": height, "columns": width, "colors": colors, "extent": [left, right, bottom, top]}
        edges_x, edges_y = (min(left, right), max(left, right)), (min(bottom, top), max(bottom, top))
        self._add(spec, ((*edges_x, edges_x), (*edges_y, edges_y)))
        self.y.inverted = bottom > top
        self.equal = aspect == "equal"
        return Artist(self, spec)

    def matshow(self, Z, **kwargs):
        return self.imshow(Z, **kwargs)

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
        axis.rotation = _rotation(kwargs.pop("rotation", axis.rotation))

    def set_xticks(self, ticks, labels=None, **kwargs):
        self._set_ticks(self.x, ticks, labels, kwargs)

    def set_yticks(self, ticks, labels=None, **kwargs):
        self._set_ticks(self.y, ticks, labels, kwargs)

    def set_xticklabels(self, labels, rotation=0, **kwargs):
        self.x.tick_labels, self.x.rotation = [str(one) for one in flat(labels)], _rotation(rotation)

    def set_yticklabels(self, labels, **kwargs):
        self.y.tick_labels = [str(one) for one in flat(labels)]

    def tick_params(self, axis="both", *, rotation=None, labelrotation=None, **kwargs):
        turned = rotation if rotation is not None else labelrotation
        if turned is not None and axis in ("both", "x"):
            self.x.rotation = _rotation(turned)

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
        xs = [span for axes in self._sharing for span in axes._spans()[0]]
        return self.x.view(xs, self.margin[0]), self.y.view(self._spans()[1], self.margin[1])

    def _spans(self):
        xs, ys = [], []
        for spec in self.artists:
            if spec.get("hidden"):
                continue
            span = self._extents.get(id(spec))
            if span is not None:
                x, y = span
            elif spec["kind"] in ("line", "points"):
                x, y = _span(spec["x"]), _span(spec["y"])
            elif spec["kind"] == "area":
                x, y = _span(spec["x"]), _span(spec["low"] + spec["high"])
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


def _span(values):
    found = present(values)
    return (min(found), max(found), ()) if found else None


def _label(value):
    """Labels that begin with an underscore stay out of legends."""
    text = None if value is None else str(value)
    return None if not text or text.startswith("_") else text


def _rotation(value):
    return {"horizontal": 0, "vertical": 90, None: 0}.get(value, value) if not isinstance(value, (int, float)) else value
