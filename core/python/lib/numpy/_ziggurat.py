"""Normals and exponentials by the ziggurat method (Marsaglia, Tsang 2000) with 256 layers, as NumPy's Generator draws them."""

import math
from decimal import Decimal, localcontext

_NORMAL_R = 3.6541528853610087963519472518
_EXPONENTIAL_R = 7.6971174701310497140446280481


def _tables(r, area, density, inverse, top):
    """(limits, widths, heights): a draw below `limits[i]` lies inside layer i for sure. `r` and `area` say in which numbers it is reckoned."""
    limits, widths, heights = [0] * 256, [0.0] * 256, [0.0] * 256
    limits[0] = int(r * density(r) / area * top)
    widths[0] = float(area / density(r) / top)
    widths[255] = float(r / top)
    heights[0], heights[255] = 1.0, float(density(r))
    x = r
    for i in range(254, 0, -1):
        inner = inverse(area / x + density(x))
        limits[i + 1] = int(inner / x * top)
        widths[i] = float(inner / top)
        heights[i] = float(density(inner))
        x = inner
    return limits, widths, heights


_made = {}


def _of(kind):
    """The tables of a distribution, made when first drawn from. NumPy's normal table was reckoned in doubles, its exponential one in more."""
    if kind not in _made:
        if kind == "normal":
            _made[kind] = _tables(_NORMAL_R, 0.004928673233974652, _bell, lambda y: math.sqrt(-2 * math.log(y)), 2.0**52)
        else:
            with localcontext() as context:
                context.prec = 40
                tail, area = Decimal("7.6971174701310497140446280481"), Decimal("0.0039496598225815572199775719565")
                _made[kind] = _tables(tail, area, lambda x: (-x).exp(), lambda y: -y.ln(), Decimal(2) ** 53)
    return _made[kind]


def _bell(x):
    return math.exp(-0.5 * x * x)


def normal(bits):
    """One standard normal."""
    limits, widths, heights = _made.get("normal") or _of("normal")
    while True:
        r = bits.next64()
        layer = r & 0xFF
        r >>= 8
        whole = r >> 1 & 0xFFFFFFFFFFFFF
        x = whole * widths[layer]
        if r & 1:
            x = -x
        if whole < limits[layer]:
            return x
        if layer == 0:
            while True:
                beyond = -math.log1p(-bits.double()) / _NORMAL_R
                other = -math.log1p(-bits.double())
                if other + other > beyond * beyond:
                    return -(_NORMAL_R + beyond) if whole >> 8 & 1 else _NORMAL_R + beyond
        if (heights[layer - 1] - heights[layer]) * bits.double() + heights[layer] < _bell(x):
            return x


def exponential(bits):
    """One exponential of scale 1."""
    limits, widths, heights = _made.get("exponential") or _of("exponential")
    while True:
        r = bits.next64() >> 3
        layer = r & 0xFF
        r >>= 8
        x = r * widths[layer]
        if r < limits[layer]:
            return x
        if layer == 0:
            return _EXPONENTIAL_R - math.log1p(-bits.double())
        if (heights[layer - 1] - heights[layer]) * bits.double() + heights[layer] < math.exp(-x):
            return x
