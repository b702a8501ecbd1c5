"""One direction of an axes, its frame, and how scripts write styles; nothing here draws."""

import math
import re
import warnings

from ._colors import is_color
from ._data import flat, numbers, present

_QUIET = set(
    "zorder clip_on animated picker rasterized antialiased aa solid_capstyle solid_joinstyle dash_capstyle dash_joinstyle snap gid url "
    "markevery fillstyle capstyle joinstyle fontfamily family fontname fontproperties labelpad pad wrap rstride cstride interpolation "
    "origin_ aspect_ path_effects backgroundcolor transform fontstyle style linespacing orientation_ plotnonfinite agg_filter".split()
)
_SIZES = {"xx-small": 6, "x-small": 7, "small": 8.5, "medium": 10, "large": 12, "x-large": 14, "xx-large": 17}
DASHES = {"-": [], "solid": [], "--": [5.5, 2.4], "dashed": [5.5, 2.4], ":": [1.5, 2.5], "dotted": [1.5, 2.5], "-.": [9.6, 2.4, 1.5, 2.4], "dashdot": [9.6, 2.4, 1.5, 2.4]}  # fmt: skip
MARKERS = set("o.,s^v<>Ddx+*|_ph")


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
    if rest and rest[0] in MARKERS:
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


def span(values):
    found = present(values)
    return (min(found), max(found), ()) if found else None


def label_of(value):
    """Labels that begin with an underscore stay out of legends."""
    text = None if value is None else str(value)
    return None if not text or text.startswith("_") else text


def rotation_of(value):
    return {"horizontal": 0, "vertical": 90, None: 0}.get(value, value) if not isinstance(value, (int, float)) else value
