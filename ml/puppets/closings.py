"""What many tops have in common at neck and front: collars, ties, buttons, zips, ribs."""

from __future__ import annotations

import numpy as np

from ml.puppets.curves import ellipse, moved, smooth
from ml.puppets.design import Accessory
from ml.puppets.wear import Spots, Wear

_BOW = (
    smooth([(-1, 0), (-9, 18), (-13, 34), (-6, 31), (-2, 16)], (0, 2, 3)),
    smooth([(1, 0), (8, 17), (12, 32), (5, 30), (1, 16)], (0, 2, 3)),
    smooth([(0, 0), (-9, -7), (-19, -6), (-18, 5), (-9, 6)], (0,)),
    smooth([(0, 0), (9, -7), (19, -6), (18, 5), (9, 6)], (0,)),
)
_TIE = smooth([(-3.4, 2), (3.4, 2), (5.6, 44), (0, 52), (-5.6, 44)], (0, 1, 2, 3, 4))
_TIE_KNOT = smooth([(-5, -2), (5, -2), (3.4, 6), (-3.4, 6)], (0, 1, 2, 3))


def draw_bow(wear: Wear, share: float, size: float) -> None:
    """Draw a ribbon tied on the chest; its odd variant is a necktie."""
    item = wear.costume.accessory("tie")
    if item is None:
        return
    if item.variant % 2:
        _necktie(wear, item, share, (0.95 * size**0.5, 0.8))
    else:
        _bow(wear, item, share, size)


def _bow(wear: Wear, item: Accessory, share: float, size: float) -> None:
    size *= item.size
    for shape in _BOW:
        points = moved(shape * size, *item.shift)
        wear.badge("tie", points, share, grow=5.0, width=1.0, shade=(-2.2, -1.6), role="bow")
    knot = ellipse(item.shift, (4.2 * size, 4.8 * size))
    wear.badge("tie", knot, share, grow=5.5, width=1.0, role="knot")


def _necktie(wear: Wear, item: Accessory, share: float, size: tuple[float, float]) -> None:
    wide, long = size[0] * item.size, size[1] * item.size
    blade, knot = moved(_TIE * (wide, long), *item.shift), moved(_TIE_KNOT * wide, *item.shift)
    wear.badge("tie", blade, share, width=1.0, shade=(-1.8, 0), role="tie")
    wear.badge("tie", knot, share + 0.005, grow=4.4, width=1.0, shade=(-1.8, 0), role="knot")


def both(wear: Wear, part: str, spots: Spots, grow: float, role: str, *, shade: bool = True) -> None:
    """Draw a shape on the character's left side and mirrored on its right."""
    for s in (-1, 1):
        edge = (-2.4, -0.8) if shade else None
        wear.patch(part, [(t * s, y) for t, y in spots], grow, shade=edge, role=f"{role}{s}")


def round_back(wear: Wear, part: str, top: float, low: float, grow: float, role: str) -> None:
    """Draw a collar round the back of the neck."""
    spots = [(105, top - 0.012), (112, low), (180, low - 0.004), (248, low), (255, top - 0.012), (180, top)]
    wear.patch(part, spots, grow, shade=(-2.5, -0.8), role=role)


def throat(wear: Wear, low: float, wide: float = 30.0, *, pointed: bool = False) -> None:
    """Draw the skin that a neckline shows."""
    corner = 3 if pointed else wide * 0.72
    middle = low if pointed else low + 0.012
    spots = [(-wide, 0.9675), (wide, 0.9675), (corner, middle), (0, low), (-corner, middle)]
    wear.patch("neck", spots, 3.0, width=0.9, open_top=True, role="throat")


def neck_band(wear: Wear, part: str, top: float, low: float, grow: float, role: str) -> None:
    """Draw a band round the neck that shows from every side: a stand-up collar."""
    wear.patch(part, wear.ring(top, low, 0.012), grow, shade=(-2.5, -0.8), role=role)


def buttons(wear: Wear, shares: tuple[float, ...], across: float = 0.0, size: float = 2.0) -> None:
    """Draw buttons down the front."""
    for share in shares:
        wear.badge("button", ellipse((0, 0), (size, size)), share, across, role="button")


def front_line(wear: Wear, top: float, across: float = 0.0) -> None:
    """Draw where the front closes, from a height down to the hem."""
    low = 0.72 if wear.cut.lower else wear.cut.hem
    wear.seam("top", [(across, s) for s in np.linspace(top, low - 0.004, 6)], width=1.0, role="front")


def placket(wear: Wear, top: float, low: float) -> None:
    """Draw the two lines of a strip with buttons."""
    for t in (-6.0, 6.0):
        wear.seam("top", [(t, top), (t, (top + low) / 2), (t, low)], width=0.7, role="placket")


def zipper(wear: Wear, top: float) -> None:
    """Draw a zip down the front."""
    low = wear.cut.hem - 0.004
    line = [(2.2, top), (2.2, (top + low) / 2), (2.2, low), (-2.2, low), (-2.2, (top + low) / 2), (-2.2, top)]
    wear.patch("button", line, wear.cut.grow + 0.6, width=0.6, role="zip")
    wear.badge("button", [(-1.8, 0), (1.8, 0), (1.4, 9), (-1.4, 9)], top - 0.01, grow=5.0, role="slider")


def hem_band(wear: Wear, part: str = "", height: float = 0.018) -> None:
    """Draw the rib at the hem, in its own part or as a seam of the top."""
    low = wear.cut.hem
    spots = wear.ring(low + height, low, 0.010)
    if part:
        wear.patch(part, spots, wear.cut.grow + 0.8, shade=(-2.5, -0.5), role="hem")
    else:
        wear.seam("top", spots[:9], wear.cut.grow, role="hem")


def tie(wear: Wear) -> None:
    """Draw a tie if one is worn; its odd variant is a bow."""
    item = wear.costume.accessory("tie")
    if item is not None and item.variant % 2:
        _bow(wear, item, 0.935, 0.72)
    elif item is not None:
        _necktie(wear, item, 0.94, (1.0, 1.0))


def short_tie(wear: Wear) -> None:
    """Draw what a pullover shows of a tie."""
    item = wear.costume.accessory("tie")
    if item is not None:
        _necktie(wear, item, 0.944, (0.85, 0.5))
