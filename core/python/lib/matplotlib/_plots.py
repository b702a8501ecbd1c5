"""The plotting calls of an axes: each adds artists to its specification."""

import math

from ._artists import Artist, BarContainer, Line2D, PathCollection, Text
from ._axis import DASHES, MARKERS, label_of, leave_out, parse_format, rotation_of, size_of
from ._colors import CYCLE, color, is_color, mapped
from ._data import columns, flat, numbers, plain, present, same_length


class Plots:
    """Mixed into Axes, which holds the artists, the two directions and the colour cycle."""

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
        if marker is not None and marker not in MARKERS:
            raise ValueError(f"Unrecognized marker style {marker!r}" if not isinstance(marker, str) else f"the marker {marker!r} is not in Nabla yet")
        joined = style not in ("", "None", "none", " ")
        if joined and not isinstance(style, str):
            dashes = list(style[1] or [])
        elif joined and style not in DASHES:
            raise ValueError(f"{style!r} is not a valid value for ls; supported values are '-', '--', '-.', ':', 'None', ' ', ''")
        else:
            dashes = DASHES.get(style, [])
        lines = []
        for i in range(count):
            x, y = xs[min(i, len(xs) - 1)], ys[min(i, len(ys) - 1)]
            same_length(x, y)
            label = labels[i] if isinstance(labels, (list, tuple)) and i < len(labels) else labels
            spec = self._add({
                "kind": "line", "x": x, "y": y, "joined": joined, "step": None if steps in (None, "default") else {"steps": "pre"}.get(steps, steps[6:] or "pre"),
                "color": color(tint, self._cycle), "width": 1.5 if width is None else width, "dash": dashes,
                "marker": marker, "markerSize": size, "label": label_of(label), "alpha": 1 if alpha is None else alpha,
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
        if marker not in MARKERS:
            raise ValueError(f"the marker {marker!r} is not in Nabla yet")
        spec = self._add({
            "kind": "points", "x": xs, "y": ys, "colors": colors, "sizes": [math.sqrt(v) for v in sizes], "marker": marker,
            "edge": None if edge in (None, "face") or not isinstance(edge, (str, tuple, list)) or color(edge) == "none" else color(edge),
            "label": label_of(label), "alpha": 1 if alpha is None else alpha,
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
            "label": label_of(label), "alpha": 1 if alpha is None else alpha,
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
            "label": label_of(label), "alpha": 1 if alpha is None else alpha,
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
            "dash": DASHES.get(style, []), "label": label_of(label), "alpha": 1 if alpha is None else alpha,
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
        spec = {"kind": "band", "along": along, "from": float(low), "to": float(high), "color": color(tint, self._cycle), "label": label_of(label), "alpha": 1 if alpha is None else alpha}  # fmt: skip
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
            "rotation": rotation_of(kwargs.pop("rotation", 0)), "space": space,
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
