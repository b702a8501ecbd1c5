"""Colours: matplotlib's names and forms as CSS, and colour maps."""

CYCLE = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"]
_TABLEAU = dict(zip(["blue", "orange", "green", "red", "purple", "brown", "pink", "gray", "olive", "cyan"], CYCLE))
_LETTERS = {"b": "#0000ff", "g": "#008000", "r": "#ff0000", "c": "#00bfbf", "m": "#bf00bf", "y": "#bfbf00", "w": "#ffffff"}

_NAMES = frozenset((
    "aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood cadetblue "
    "chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray darkgreen "
    "darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen darkslateblue "
    "darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue firebrick "
    "floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink "
    "indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan "
    "lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray "
    "lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid "
    "mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream "
    "mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen "
    "paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue "
    "saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen "
    "steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen "
).split())

# Black is the ink of axes and text: it turns with the theme.
INK = "currentColor"

_MAPS = {
    "viridis": "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725",
    "plasma": "0d0887 46039f 7201a8 9c179e bd3786 d8576b ed7953 fb9f3a fdca26 f0f921",
    "inferno": "000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4",
    "magma": "000004 180f3d 440f76 721f81 9e2f7f cd4071 f1605d fd9668 feca8d fcfdbf",
    "gray": "000000 ffffff",
    "Greys": "ffffff f0f0f0 d9d9d9 bdbdbd 969696 737373 525252 252525 000000",
    "Blues": "f7fbff deebf7 c6dbef 9ecae1 6baed6 4292c6 2171b5 08519c 08306b",
    "Reds": "fff5f0 fee0d2 fcbba1 fc9272 fb6a4a ef3b2c cb181d a50f15 67000d",
    "Greens": "f7fcf5 e5f5e0 c7e9c0 a1d99b 74c476 41ab5d 238b45 006d2c 00441b",
    "coolwarm": "3b4cc0 6788ee 9abbff c9d7f0 edd1c2 f7a889 e26952 b40426",
    "RdBu": "67001f b2182b d6604d f4a582 fddbc7 f7f7f7 d1e5f0 92c5de 4393c3 2166ac 053061",
    "bwr": "0000ff ffffff ff0000",
    "hot": "0b0000 ff0000 ffff00 ffffff",
    "jet": "000080 0000ff 00ffff 7fff7f ffff00 ff0000 800000",
    "Set1": "e41a1c 377eb8 4daf4a 984ea3 ff7f00 ffff33 a65628 f781bf 999999",
}
_MAPS["binary"] = "ffffff 000000"
_MAPS["grey"] = _MAPS["gray"]


def color(value, cycle=None):
    """CSS of a colour; None: the next of the cycle, where one is given."""
    if value is None:
        return cycle() if cycle else INK
    if isinstance(value, str):
        if value in _LETTERS:
            return _LETTERS[value]
        if value in ("k", "black"):
            return INK
        if value.lower() in ("none", "transparent"):
            return "none"
        if value.startswith("tab:") and value[4:].replace("grey", "gray") in _TABLEAU:
            return _TABLEAU[value[4:].replace("grey", "gray")]
        if value[:1] == "C" and value[1:].isdigit():
            return CYCLE[int(value[1:]) % 10]
        if value[:1] == "#":
            return value
        try:
            grey = float(value)
        except ValueError:
            name = value.removeprefix("xkcd:").replace(" ", "")
            if name.lower() not in _NAMES:
                raise ValueError(f"{value!r} is not a valid color value.") from None
            return name.lower()
        return _hex((grey, grey, grey))
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (tuple, list)) and len(value) in (3, 4) and all(isinstance(part, (int, float)) for part in value):
        return _hex(value)
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return color(value[0])
    raise ValueError(f"{value!r} is not a valid color value.")


def _hex(parts):
    if any(not 0 <= part <= 1 for part in parts):
        raise ValueError("RGBA values should be within 0-1 range")
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def is_color(value):
    try:
        color(value)
    except ValueError:
        return False
    return True


def colormap(name):
    """A function from 0…1 to `#rrggbb`."""
    if callable(name):
        return name
    name = "viridis" if name is None else str(name)
    stops = _MAPS.get(name.removesuffix("_r"))
    if stops is None:
        raise NotImplementedError(f"the matplotlib colormap {name!r} is not in Nabla yet (there are: {', '.join(sorted(_MAPS))})")
    points = [tuple(int(stop[i : i + 2], 16) for i in (0, 2, 4)) for stop in stops.split()]
    if name.endswith("_r"):
        points.reverse()

    def at(value):
        if value is None or value != value:
            return "none"
        place = min(1.0, max(0.0, value)) * (len(points) - 1)
        low = min(int(place), len(points) - 2)
        t = place - low
        return "#" + "".join(f"{round(a + (b - a) * t):02x}" for a, b in zip(points[low], points[low + 1]))

    return at


def mapped(values, name, lowest=None, highest=None):
    """Colours of numbers under a colour map."""
    seen = [v for v in values if v is not None]
    low = min(seen, default=0) if lowest is None else float(lowest)
    high = max(seen, default=1) if highest is None else float(highest)
    at = colormap(name)
    span = high - low
    return [at(None if v is None else (v - low) / span if span else 0.0) for v in values]
