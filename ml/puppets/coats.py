"""Fronts of jackets, coats, whole garments and armour."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml.puppets.closings import (
    both,
    buttons,
    front_line,
    hem_band,
    neck_band,
    round_back,
    throat,
    tie,
    zipper,
)
from ml.puppets.curves import ellipse, smooth
from ml.puppets.wear import Wear


def _jacket(wear: Wear) -> None:
    wear.patch("shirt", [(-24, 0.9675), (24, 0.9675), (7, 0.87), (-7, 0.87)], 3.0, width=0.9, role="throat")
    zipper(wear, 0.872)
    flap = [(5, 0.868), (27, 0.945), (44, 0.974), (60, 0.962), (40, 0.925), (14, 0.858)]
    both(wear, "collar", flap, 4.6, "collar")
    round_back(wear, "collar", 0.978, 0.94, 4.6, "collar_back")
    for s in (-1, 1):
        wear.seam("top", [(60 * s, 0.755), (52 * s, 0.735), (46 * s, 0.712)], 3.9, role="pocket")
    hem_band(wear, "collar", 0.022)


def _jersey(wear: Wear) -> None:
    zipper(wear, 0.965)
    neck_band(wear, "top", 0.988, 0.952, 2.6, "collar")
    for s in (-1, 1):
        stripe = [(66, 0.945), (70, 0.945), (24, 0.862), (3, 0.848), (3, 0.856), (22, 0.87)]
        wear.patch("piping", [(t * s, y) for t, y in stripe], 3.6, width=0.6, role=f"stripe{s}")
    back = [(110, 0.875), (180, 0.865), (250, 0.875), (250, 0.865), (180, 0.855), (110, 0.865)]
    wear.patch("piping", back, 3.6, width=0.6, role="back_stripe")
    hem_band(wear)


def _vest(wear: Wear) -> None:
    spots = [(-34, 0.962), (34, 0.962), (27, 0.915), (3, 0.825), (-3, 0.825), (-27, 0.915)]
    wear.patch("shirt", spots, 3.2, role="throat")
    tie(wear)
    both(wear, "shirt", [(10, 0.976), (38, 0.966), (27, 0.935), (3, 0.946)], 4.2, "collar", shade=False)
    front_line(wear, 0.822)
    buttons(wear, (0.80, 0.765, 0.73), 5.0)
    for t in (44, -44):
        wear.seam("top", [(t - 12, 0.742), (t, 0.745), (t + 12, 0.742)], 3.2, role="pocket")


def _tunic(wear: Wear) -> None:
    throat(wear, 0.90, 24, pointed=True)
    edge = [(28, 0.966), (38, 0.962), (8, 0.888), (0, 0.872), (0, 0.886), (4, 0.90)]
    both(wear, "collar", edge, 3.6, "edge", shade=False)
    wear.seam("top", [(0, 0.872), (0, 0.85), (0, 0.83)], role="lacing")
    round_back(wear, "collar", 0.970, 0.955, 3.6, "edge_back")


def _raincoat(wear: Wear) -> None:
    front_line(wear, 0.955)
    wear.seam("top", [(9, s) for s in np.linspace(0.95, 0.71, 5)], 5.2, width=0.7, role="flap")
    buttons(wear, (0.92, 0.86, 0.80, 0.74), 4.5, 2.3)
    both(wear, "top", [(4, 0.94), (40, 0.978), (76, 0.962), (62, 0.918), (16, 0.90)], 6.0, "hood")
    hood = [
        (98, 0.965),
        (120, 0.905),
        (150, 0.862),
        (180, 0.85),
        (210, 0.862),
        (240, 0.905),
        (262, 0.965),
        (180, 0.985),
    ]
    wear.patch("top", hood, 7.5, shade=(-3, -1), role="hood_back")
    both(wear, "top", [(25, 0.725), (55, 0.725), (55, 0.708), (25, 0.708)], 2.0, "pocket", shade=False)


def _longcoat(wear: Wear) -> None:
    spots = [(-26, 0.962), (26, 0.962), (18, 0.91), (3, 0.845), (-3, 0.845), (-18, 0.91)]
    wear.patch("shirt", spots, 3.4, role="throat")
    lapel = [(26, 0.968), (58, 0.958), (50, 0.912), (60, 0.90), (8, 0.825), (2, 0.84), (20, 0.90)]
    both(wear, "collar", lapel, 4.4, "lapel")
    round_back(wear, "collar", 0.974, 0.935, 4.2, "collar_back")
    front_line(wear, 0.835)
    for t in (-17.0, 17.0):
        buttons(wear, (0.80, 0.745), t, 2.3)


def _armour(wear: Wear) -> None:
    neck_band(wear, "shirt", 0.985, 0.952, 2.0, "collar")
    rim = [(40, 0.968), (52, 0.962), (34, 0.935), (0, 0.922), (0, 0.934), (26, 0.945)]
    both(wear, "collar", rim, 5.0, "rim", shade=False)
    wear.seam("top", [(0, 0.92), (0, 0.86), (0, 0.785)], 5.0, role="ridge")
    wear.seam("top", [(180, 0.94), (180, 0.86), (180, 0.79)], 5.0, role="spine")
    for s in (-1, 1):
        wear.seam("top", [(60 * s, 0.87), (34 * s, 0.822), (4 * s, 0.835)], 5.0, role=f"plate{s}")
    wear.patch("collar", wear.ring(0.782, 0.764), 5.6, shade=(-3, 0), role="belt")
    wear.patch("collar", wear.ring(0.718, 0.700), 5.6, shade=(-3, 0), role="edge")


def _dress(wear: Wear) -> None:
    throat(wear, 0.935, 32)
    collar = [(3, 0.944), (22, 0.955), (40, 0.970), (56, 0.958), (44, 0.922), (12, 0.908)]
    both(wear, "collar", collar, 4.2, "collar")
    round_back(wear, "collar", 0.972, 0.93, 4.2, "collar_back")
    wear.patch("collar", wear.ring(0.778, 0.757), 3.0, shade=(-3, 0), role="waist")
    bow = smooth([(0, 0), (-12, -8), (-20, -4), (-17, 7), (0, 2), (17, 7), (20, -4), (12, -8)], (0, 4))
    wear.badge("collar", bow, 0.765, 180.0, width=0.9, shade=(-2, -1), role="bow")


def _yukata(wear: Wear) -> None:
    throat(wear, 0.905, 24, pointed=True)
    # left over right, as the living wear it
    under = [(-20, 0.972), (-38, 0.968), (-10, 0.895), (16, 0.845), (22, 0.856), (0, 0.905)]
    over = [(20, 0.972), (38, 0.968), (12, 0.888), (-26, 0.800), (-36, 0.808), (2, 0.895)]
    wear.patch("collar", under, 4.0, shade=(-2, -0.6), role="under")
    wear.patch("collar", over, 4.6, shade=(-2, -0.6), role="over")
    round_back(wear, "collar", 0.975, 0.952, 4.4, "collar_back")
    wear.patch("belt", wear.ring(0.815, 0.733), 4.6, shade=(-4, 0), role="obi")
    for s in (-1, 1):
        wing = smooth([(0, 0), (s * 14, -13), (s * 27, -9), (s * 26, 9), (s * 12, 10)], (0,))
        wear.badge("belt", wing, 0.80, 180.0, grow=6.0, width=1.0, shade=(-2.5, -1), role=f"wing{s}")
    wear.badge("belt", ellipse((0, 0), (6, 8)), 0.80, 180.0, grow=6.5, width=1.0, role="knot")


FRONTS: dict[str, Callable[[Wear], None]] = {
    "jacket": _jacket, "jersey": _jersey, "vest": _vest, "tunic": _tunic, "raincoat": _raincoat,
    "longcoat": _longcoat, "armour": _armour, "dress": _dress, "yukata": _yukata,
}  # fmt: skip
