"""How far two colours lie apart to the eye: CIEDE2000, in plain Python for pages that show a few swatches.

The engine works on arrays with scikit-image; pages may not load it. A test holds the two against each other.
"""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

Rgb = tuple[int, int, int]
_WHITE = (0.95047, 1.0, 1.08883)  # D65, 2°
_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_25_POW_7 = 25.0**7


def delta_e00(first: Rgb, second: Rgb) -> float:
    """Return CIEDE2000 of two sRGB colours (0 to 255); about 1 is just noticeable.

    Source: Sharma, Wu, Dalal, "The CIEDE2000 color-difference formula", 2005; kL = kC = kH = 1.
    """
    l1, a1, b1 = _lab(first)
    l2, a2, b2 = _lab(second)
    mean_c7 = ((hypot(a1, b1) + hypot(a2, b2)) / 2) ** 7
    stretch = 1 + 0.5 * (1 - sqrt(mean_c7 / (mean_c7 + _25_POW_7)))
    c1, c2 = hypot(a1 * stretch, b1), hypot(a2 * stretch, b2)
    h1, h2 = _hue(a1 * stretch, b1), _hue(a2 * stretch, b2)
    d_l, d_c = l2 - l1, c2 - c1
    d_h = 2 * sqrt(c1 * c2) * sin(radians(_turn(h1, h2, c1 * c2) / 2))
    mean_l, mean_c, mean_h = (l1 + l2) / 2, (c1 + c2) / 2, _mean_hue(h1, h2, c1 * c2)
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / sqrt(20 + (mean_l - 50) ** 2)
    s_c = 1 + 0.045 * mean_c
    s_h = 1 + 0.015 * mean_c * _hue_weight(mean_h)
    part_l, part_c, part_h = d_l / s_l, d_c / s_c, d_h / s_h
    return sqrt(part_l**2 + part_c**2 + part_h**2 + _rotation(mean_c, mean_h) * part_c * part_h)


def _lab(rgb: Rgb) -> tuple[float, float, float]:
    linear = [_linear(value / 255) for value in rgb]
    x, y, z = (
        _bend(sum(weight * value for weight, value in zip(row, linear, strict=True)) / white)
        for row, white in zip(_TO_XYZ, _WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _bend(value: float) -> float:
    return float(value ** (1 / 3)) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116


def _hue(a: float, b: float) -> float:
    return degrees(atan2(b, a)) % 360 if a or b else 0.0


def _turn(h1: float, h2: float, product: float) -> float:
    """Return the way from one hue to the other, -180 to 180; none where one of the two is grey."""
    return (h2 - h1 + 180) % 360 - 180 if product else 0.0


def _mean_hue(h1: float, h2: float, product: float) -> float:
    if not product:
        return h1 + h2
    if abs(h1 - h2) <= 180:
        return (h1 + h2) / 2
    return (h1 + h2 + 360) / 2 if h1 + h2 < 360 else (h1 + h2 - 360) / 2


def _hue_weight(hue: float) -> float:
    return (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )


def _rotation(chroma: float, hue: float) -> float:
    turn = 30 * exp(-(((hue - 275) / 25) ** 2))
    return -2 * sqrt(chroma**7 / (chroma**7 + _25_POW_7)) * sin(radians(2 * turn))
