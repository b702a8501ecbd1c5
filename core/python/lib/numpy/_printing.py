"""str and repr of arrays as NumPy 2 prints them: shortest digits up to a precision, aligned, summarised, wrapped at a width."""

import math
from contextlib import contextmanager

from ._dtypes import BOOL, FLOAT16, FLOAT32, FLOAT64, INT64
from ._scalars import half_digits, single_digits

_options = {
    "precision": 8,
    "threshold": 1000,
    "edgeitems": 3,
    "linewidth": 75,
    "suppress": False,
    "nanstr": "nan",
    "infstr": "inf",
    "sign": "-",
    "formatter": None,
    "floatmode": "maxprec",
    "legacy": False,
    "override_repr": None,
}
_DEFAULTS = dict(_options)


def set_printoptions(
    precision=None, threshold=None, edgeitems=None, linewidth=None, suppress=None, nanstr=None, infstr=None, formatter=None,
    sign=None, floatmode=None, **kwargs
):  # fmt: skip
    """Change how arrays print."""
    given = {
        "precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth, "suppress": suppress,
        "nanstr": nanstr, "infstr": infstr, "sign": sign, "floatmode": floatmode,
    }  # fmt: skip
    if floatmode is not None and floatmode not in ("fixed", "unique", "maxprec", "maxprec_equal"):
        raise ValueError(f"floatmode option must be one of 'fixed', 'unique', 'maxprec', or 'maxprec_equal', got {floatmode}")
    _options.update({name: value for name, value in given.items() if value is not None})
    _options["formatter"] = formatter


def get_printoptions():
    return dict(_options)


def reset():
    _options.update(_DEFAULTS)


@contextmanager
def printoptions(**kwargs):
    """set_printoptions for the length of a with block."""
    before = dict(_options)
    try:
        set_printoptions(**kwargs)
        yield dict(_options)
    finally:
        _options.clear()
        _options.update(before)


def _shortest(x, single):
    """(sign, digits, exponent): x = 0.d₁d₂… · 10^exponent with the fewest digits."""
    text = single(x) if single else repr(x)
    sign, text = ("-", text[1:]) if text[0] == "-" else ("", text)
    mantissa, _, power = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    exponent = len(whole) + int(power or 0)
    stripped = digits.lstrip("0")
    exponent -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    return (sign, digits, exponent) if digits else (sign, "0", 1)


def positional(x, precision, unique, trim, single, plus=False, min_digits=0):
    """`x` without an exponent. precision None: as many digits as it needs."""
    if unique:
        sign, digits, exponent = _shortest(x, single)
        if precision is not None and len(digits) - exponent > precision:
            text = f"{abs(x):.{precision}f}"
        elif exponent <= 0:
            text = "0." + "0" * -exponent + digits
        else:
            text = digits[:exponent].ljust(exponent, "0") + "." + digits[exponent:]
    else:
        sign = "-" if math.copysign(1, x) < 0 else ""
        text = f"{abs(x):.{precision}f}"
    if "." not in text:
        text += "."
    whole, _, fraction = text.partition(".")
    if trim != "k":
        fraction = fraction.rstrip("0")
    if len(fraction) < min_digits:
        fraction = fraction.ljust(min_digits, "0")
    return (sign or ("+" if plus else "")) + whole + "." + fraction


def scientific(x, precision, unique, trim, single, plus=False, min_digits=0, exp_digits=2):
    if unique:
        sign, digits, exponent = _shortest(x, single)
        if precision is not None and len(digits) > precision + 1:
            mantissa, _, power = f"{abs(x):.{precision}e}".partition("e")
            whole, _, fraction = mantissa.partition(".")
            exponent = int(power)
        else:
            whole, fraction, exponent = digits[0], digits[1:], (exponent - 1 if digits != "0" else 0)
    else:
        sign = "-" if math.copysign(1, x) < 0 else ""
        mantissa, _, power = f"{abs(x):.{precision}e}".partition("e")
        whole, _, fraction = mantissa.partition(".")
        exponent = int(power)
    if trim != "k":
        fraction = fraction.rstrip("0")
    if len(fraction) < min_digits:
        # Digits beyond the shortest are those of the exact value.
        mantissa, _, power = f"{abs(x):.{min_digits}e}".partition("e")
        whole, _, fraction = mantissa.partition(".")
        exponent = int(power)
    return f"{sign or ('+' if plus else '')}{whole}.{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):0{max(2, exp_digits)}d}"


class _Floats:
    """How all floats of one array are written."""

    def __init__(self, values, kind, options):
        self.options = options
        self.single = single_digits if kind is FLOAT32 else half_digits if kind is FLOAT16 else None
        self.plus = options["sign"] == "+"
        self.precision = None if options["floatmode"] == "unique" else options["precision"]
        self.exponent = False
        self.exp_size = 2
        finite = [x for x in values if math.isfinite(x)]
        sizes = [abs(x) for x in finite if x != 0]
        if sizes:
            largest, smallest = max(sizes), min(sizes)
            limit = {FLOAT16: 1e3, FLOAT32: 1e6}.get(kind, 1e8)
            ratio = largest / smallest if smallest >= 1e-300 or largest < 1 else math.inf
            if largest >= limit or (not options["suppress"] and (smallest < 0.0001 or ratio > 1000.0)):
                self.exponent = True
        self.min_digits = 0
        self.unique = options["floatmode"] != "fixed"
        first = "." if self.unique else "k"
        self.trim = "."
        if not finite:
            self.left = self.right = 0
            self.unique = True
        elif self.exponent:
            texts = [scientific(x, self.precision, self.unique, first, self.single, self.plus) for x in finite]
            parts = [text.partition("e") for text in texts]
            self.exp_size = max(len(part[2]) for part in parts) - 1
            halves = [part[0].split(".") for part in parts]
            self.precision = self.min_digits = max(len(half[1]) for half in halves)
            self.trim = "k"
            self.left = max(len(half[0]) for half in halves)
            self.right = self.exp_size + 2 + self.precision
        else:
            texts = [positional(x, self.precision, self.unique, first, self.single, self.plus) for x in finite]
            halves = [text.split(".") for text in texts]
            self.left = max(len(half[0]) for half in halves)
            self.right = max(len(half[1]) for half in halves)
            if options["floatmode"] in ("fixed", "maxprec_equal"):
                self.precision = self.min_digits = self.right
                self.trim = "k"
        if options["sign"] == " " and not any(math.copysign(1, x) < 0 for x in finite):
            self.left += 1
        if len(finite) != len(values):
            negative = options["sign"] != "-" or any(x == -math.inf for x in values)
            offset = self.right + 1
            self.left = max(self.left, len(options["nanstr"]) - offset, len(options["infstr"]) + negative - offset)

    def __call__(self, x):
        if not math.isfinite(x):
            text = self.options["nanstr"] if x != x else ("-" if x < 0 else "+" if self.plus else "") + self.options["infstr"]
            if x != x and self.plus:
                text = "+" + text
            return text.rjust(self.left + self.right + 1)
        if self.exponent:
            text = scientific(x, self.precision, self.unique, self.trim, self.single, self.plus, self.min_digits, self.exp_size)
            return " " * (self.left - text.index(".")) + text
        text = positional(x, self.precision, self.unique, self.trim, self.single, self.plus, self.min_digits)
        whole, _, fraction = text.partition(".")
        return whole.rjust(self.left) + "." + fraction.ljust(self.right)


def _integers(values, options):
    if not values:
        return str
    sign = options["sign"]
    lowest, highest = min(values), max(values)
    if sign == " " and lowest < 0:
        sign = "-"
    width = len(str(highest)) + (1 if highest >= 0 and sign in "+ " else 0)
    width = max(width, len(str(lowest)))
    return lambda x: f"{x:{sign}{width}d}"


def _bools(array):
    yes = " True" if array.shape else "True"
    return lambda x: yes if x else "False"


def _custom(kind, options):
    """The user's formatter for this type, if any."""
    formatter = options["formatter"]
    if not formatter:
        return None
    keys = {"f": ("float", "float_kind"), "b": ("bool",)}.get(kind.kind, ("int", "int_kind"))
    for key in (*keys, "all"):
        if formatter.get(key) is not None:
            return formatter[key]
    return None


def _shown(array, options):
    """The elements that will be printed, as nested lists with None for the dots."""
    edge = options["edgeitems"]

    def cut(part):
        if len(part.shape) == 0:
            return part.item() if hasattr(part, "item") else part
        if part.shape[0] > 2 * edge:
            rows = [*range(edge), *range(part.shape[0] - edge, part.shape[0])]
        else:
            rows = range(part.shape[0])
        if len(part.shape) == 1:
            return [part[row].item() if hasattr(part[row], "item") else part[row] for row in rows]
        return [cut(part[row]) for row in rows]

    return cut(array)


def _flat(nested, out):
    for value in nested:
        if isinstance(value, list):
            _flat(value, out)
        else:
            out.append(value)
    return out


def array2string(
    a, max_line_width=None, precision=None, suppress_small=None, separator=" ", prefix="", *, formatter=None, threshold=None,
    edgeitems=None, sign=None, floatmode=None, suffix="", **kwargs
):  # fmt: skip
    """The text of an array, as str and repr use it."""
    options = dict(_options)
    given = {
        "linewidth": max_line_width, "precision": precision, "suppress": suppress_small, "formatter": formatter,
        "threshold": threshold, "edgeitems": edgeitems, "sign": sign, "floatmode": floatmode,
    }  # fmt: skip
    options.update({name: value for name, value in given.items() if value is not None})
    if a.size == 0:
        return "[]"
    width = options["linewidth"] - len(suffix)
    summarise = a.size > options["threshold"]
    if not a.shape:
        values = [a.item()]
        nested = values[0]
    else:
        nested = _shown(a, options) if summarise else a.tolist()
        values = [] if a.dtype.kind in "UO" else _flat(nested, [])
    kind = a.dtype
    write = _custom(kind, options)
    if write is not None:
        scalar = kind.type
        custom = write
        write = lambda x: custom(scalar(x))  # noqa: E731
    elif kind.kind == "f":
        write = _Floats(values, kind, options)
    elif kind.kind in "UO":
        write = lambda x: f"list({x!r})" if type(x) is list else repr(x)  # noqa: E731
    elif kind is BOOL:
        write = _bools(a)
    else:
        write = _integers(values, options)
    dots = options["edgeitems"] if summarise else None
    return _layout(nested, a.shape, write, width, " " + " " * len(prefix), separator, dots)


def _extend(text, line, word, width, indent):
    if len(line) + len(word) > width and len(line) > len(indent):
        text += line.rstrip() + "\n"
        line = indent
    return text, line + word


def _layout(nested, shape, write, width, indent, separator, edge):
    """Brackets, line breaks and dots around the words."""

    def block(part, axis, indent, width):
        left = len(shape) - axis
        if left == 0:
            return write(part)
        inner_indent = indent + " "
        inner_width = width - 1
        dots = edge is not None and 2 * edge < shape[axis]
        lead = edge if dots else 0
        text = ""
        if left == 1:
            room = width - max(len(separator.rstrip()), 1)
            line = indent
            words = [block(value, axis + 1, inner_indent, inner_width) for value in part]
            for word in words[:lead]:
                text, line = _extend(text, line, word, room, indent)
                line += separator
            if dots:
                text, line = _extend(text, line, "...", room, indent)
                line += separator
            for word in words[lead:-1]:
                text, line = _extend(text, line, word, room, indent)
                line += separator
            text, line = _extend(text, line, words[-1], room, indent)
            text += line
        else:
            end = separator.rstrip() + "\n" * (left - 1)
            for value in part[:lead]:
                text += indent + block(value, axis + 1, inner_indent, inner_width) + end
            if dots:
                text += indent + "..." + end
            for value in part[lead:-1]:
                text += indent + block(value, axis + 1, inner_indent, inner_width) + end
            text += indent + block(part[-1], axis + 1, inner_indent, inner_width)
        return "[" + text[len(indent) :] + "]"

    return block(nested, 0, indent, width)


def array_repr(a, max_line_width=None, precision=None, suppress_small=None):
    """repr of an array: `array([1., 2.])`, with shape and dtype where they cannot be read off."""
    width = max_line_width or _options["linewidth"]
    prefix = "array("
    body = array2string(a, width, precision, suppress_small, ", ", prefix, suffix=")")
    extras = []
    if (a.size == 0 and a.shape != (0,)) or a.size > _options["threshold"]:
        extras.append(f"shape={a.shape}")
    if a.dtype not in (FLOAT64, INT64, BOOL) or a.size == 0:
        extras.append(f"dtype={a.dtype.str!r}" if a.dtype.kind == "U" else f"dtype={a.dtype.name}")
    if not extras:
        return prefix + body + ")"
    text = prefix + body + ","
    extra = ", ".join(extras) + ")"
    last = len(text) - (text.rfind("\n") + 1)
    space = " " if last + len(extra) + 1 <= width else "\n" + " " * len(prefix)
    return text + space + extra


def array_str(a, max_line_width=None, precision=None, suppress_small=None):
    if not a.shape:
        return str(a[()])
    return array2string(a, max_line_width, precision, suppress_small, " ", "")
