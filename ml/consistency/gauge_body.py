"""Proportions against the approved drawings of the same view: heads tall, head size and width, shoulders, legs.

Everything is a ratio within one drawing, so the scale of the cut cancels out: an approved head and the torso below
it are laid over the drawing apart, and the soles are where the figure ends. Heads tall is the way from the middle
of the head to the soles in heads; arms and hats do not count, and a head that is turned is narrower but no lower.
A figure that sits, bows or bends its knees is shorter too: a shorter one counts only as far as its trunk says so.
Of several measures of one thing the least counts, and of several approved drawings the one that excuses the most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.consistency.aspects import box_under
from ml.consistency.gauges import Bounds, Gauged, learned
from ml.consistency.heat_zones import below_head
from ml.consistency.inventory import Boxf
from ml.consistency.matching import Match, comparable
from ml.consistency.pack import Compiled
from ml.consistency.views import View
from ml.consistency.zones import HEAD_MARGIN, ZONE_PX, Zone
from ml.pixels import F32

LEAST_HEAD_PX = 34.0  # the side of the head's square in the drawing
_SURE_HEAD_PX = 64.0  # of a smaller one a pixel is per cents
_LEAST_TORSO = 0.84  # correlation of a torso that is measured by
_LEAST_ACROSS = 0.88  # the same for widths, which sleeves disturb more
_LEAST_LEG_FIT = 0.9  # the same for legs, which begin where it ends
_MOST_SHEAR = 0.07  # cosine between a fitted torso's edges: beyond, it lies on something else
_TRUNK_AGREES, _ROUGHLY, _STRAIGHT = 0.3, 0.015, 0.06  # knees and a bow shorten legs or trunk, not both alike
_TRUNK_SAYS = 1.3  # a shorter figure counts up to so many times what its trunk says
_TRUNK_ALONE = 0.85  # a trunk says less surely how tall a figure is
_MIDDLE = ZONE_PX / 2.0
_LEAST_LEGS = 0.15  # of the figure's height below the torso's square


@dataclass(frozen=True)
class _Laid:
    """One approved drawing laid over the drawing, as logarithms of sizes against the head's height.

    Attributes:
        soles: from the middle of the head to the soles; None where one of them is not shown whole.
        trunk_down, trunk_across: size of the torso; `apart`: from head to torso; None where no torso fits.
        wide: width of the head against its height.
        legs: from the torso's square to the soles against the torso's size.
        heads: how many heads tall the approved figure is, by the head's square.
        full: whether the approved drawing shows the whole figure.
        said: how much shorter the trunk is or sits, by a torso that fits less surely, too.
    """

    one: Match
    soles: float | None
    trunk_down: float | None
    trunk_across: float | None
    apart: float | None
    legs: float | None
    wide: float
    heads: float
    full: bool
    said: float | None


class BodyGauge:
    """See the module."""

    key = "body"
    painted_only = False
    bounds: Mapping[str, Bounds] = {
        "PROPORTION.heads_tall": Bounds(3.0, 8.0),
        "PROPORTION.head_size": Bounds(2.6, 8.0),
        "PROPORTION.head_width": Bounds(9.0, 14.0),
        "PROPORTION.shoulders": Bounds(6.0, 15.0),
        "PROPORTION.legs": Bounds(8.0, 15.0),
    }

    def learn(self, views: Sequence[View], blank: Compiled) -> dict[str, np.ndarray]:
        """Return which approved drawings show the whole figure, (N,) bool."""
        return {"whole": np.array([not view.cropped for view in views], np.bool_)}

    def read(self, view: View, matches: Sequence[Match], design: Compiled, *, painted: bool) -> list[Gauged]:
        """Return what can be told of a figure's proportions; nothing without a comparable approved drawing."""
        known = learned(design, self)
        if not known or not design.palette.named.any() or _head_px(view, matches) < LEAST_HEAD_PX:
            return []
        near = comparable(matches, "head")
        laid = [_laid(view, m, design, full=bool(known["whole"][m.index])) for m in near]
        return [
            one
            for name, what in _NUMBERS.items()
            if (one := _least(name, what, [x for x in laid if x is not None], view)) is not None
        ]


def _head_px(view: View, matches: Sequence[Match]) -> float:
    if not matches:
        return 0.0
    affine = matches[0].fits["head"].affine[:, :2].astype(np.float64)
    return float(np.sqrt(abs(np.linalg.det(affine)))) * ZONE_PX / view.scale_xy[1]


def _sizes(affine: F32, zone: Zone) -> tuple[float, float]:
    """Return the logarithms of a fit's scale across and down."""
    across, down = np.hypot(*affine[:, 0]), np.hypot(*affine[:, 1])
    k = ZONE_PX / zone.side_px
    return float(np.log(across * k)), float(np.log(down * k))


def _middle_of(affine: F32) -> F32:
    return np.asarray(affine @ np.array([_MIDDLE, _MIDDLE, 1.0], np.float32), np.float32)


def _laid(view: View, one: Match, design: Compiled, *, full: bool) -> _Laid | None:
    head, torso = (design.zones[kind][one.index] for kind in ("head", "torso"))
    if head is None:
        return None
    affine = one.fits["head"].affine
    across, down = _sizes(affine, head)
    whole = full and not view.cropped
    high = float(view.size_hw[0])
    at = _middle_of(affine)
    was = np.array([head.left, head.top]) + head.side_px / 2.0
    soles = float(np.log((high - at[1]) / (high - was[1]))) - down if whole and at[1] < high else None
    trunk: list[float | None] = [None, None, None, None]
    said = None
    if torso is not None and "torso" in one.fits and not _sheared(one):
        trunk = _trunk(one, (head, torso), (across, down), high if whole else None)
        said = min(v for v in (trunk[0], trunk[2]) if v is not None)
        if one.correlation("torso") <= _LEAST_TORSO:
            trunk = [None, None, None, None]
    heads = high / (head.side_px / HEAD_MARGIN)
    return _Laid(one, soles, trunk[0], trunk[1], trunk[2], trunk[3], across - down, heads, full, said)


def _sheared(one: Match) -> bool:
    first, second = one.fits["torso"].affine[:, 0], one.fits["torso"].affine[:, 1]
    cosine = float(first @ second) / max(float(np.hypot(*first) * np.hypot(*second)), 1e-6)
    return abs(cosine) > _MOST_SHEAR


def _trunk(
    one: Match, zones: tuple[Zone, Zone], head_size: tuple[float, float], high: float | None
) -> list[float | None]:
    """Return the torso's size down and across and its distance, against the head's; then the legs' length."""
    head, torso = zones
    below = one.fits["torso"].affine
    across, down = _sizes(below, torso)
    way = _middle_of(below) - _middle_of(one.fits["head"].affine)
    was = (np.array([torso.left, torso.top]) + torso.side_px / 2.0) - (
        np.array([head.left, head.top]) + head.side_px / 2.0
    )
    apart = float(np.log(max(np.hypot(*way), 1.0) / max(np.hypot(*was), 1.0))) - head_size[1]
    wide = across - head_size[0] if one.correlation("torso") > _LEAST_ACROSS else None
    legs = None
    if high is not None and one.correlation("torso") > _LEAST_LEG_FIT:
        foot = below @ np.array([_MIDDLE, ZONE_PX, 1.0], np.float32)
        left, left_was = high - float(foot[1]), high - (torso.top + torso.side_px)
        if min(left, left_was) > _LEAST_LEGS * high:
            legs = float(np.log(left / left_was)) - down
    return [down - head_size[1], wide, apart, legs]


def _agreed(values: Sequence[float | None]) -> float | None:
    """Return the least of several measures of one thing, 0 where they contradict; None with less than two."""
    told = [v for v in values if v is not None]
    if len(told) < 2:
        return None
    return min(told, key=abs) if all(v > 0 for v in told) or all(v < 0 for v in told) else 0.0


def _heads_tall(laid: _Laid) -> float | None:
    """Return how much longer the body is against the head, as a logarithm; the trunk alone where feet are cut off."""
    if laid.soles is None:
        trunk = _agreed([laid.trunk_down, laid.apart]) if laid.full else None
        return None if trunk is None else _TRUNK_ALONE * trunk
    if laid.soles >= 0.0:
        return laid.soles
    if laid.said is None or abs(laid.said - laid.soles) > _TRUNK_AGREES * abs(laid.soles) + _ROUGHLY:
        return None
    if laid.legs is not None and abs(laid.legs) > _STRAIGHT:
        return None
    return max(laid.soles, _TRUNK_SAYS * min(laid.said, 0.0))


def _head_size(laid: _Laid) -> float | None:
    """Return how much larger the head is against the body, as a logarithm."""
    body = _agreed([v for v in (laid.trunk_down, laid.trunk_across, laid.soles) if v is not None])
    return None if body is None or laid.trunk_across is None else -body


def _shoulders(laid: _Laid) -> float | None:
    """Return how much wider the trunk is, beyond what its height says of the head's size."""
    if laid.trunk_across is None or laid.trunk_down is None or laid.soles is not None:
        return None
    return laid.trunk_across - (_agreed([laid.trunk_across, laid.trunk_down]) or 0.0)


def _legs(laid: _Laid) -> float | None:
    """Return how much longer the legs are; bent knees and steps shorten them, which is no fault."""
    if laid.legs is None or laid.trunk_down is None or laid.trunk_down < -_STRAIGHT:
        return None  # who bows has long legs
    return max(laid.legs, 0.0)


@dataclass(frozen=True)
class _Number:
    """A number: what people call it, how it is told of one approved drawing, and where it is."""

    part: str
    off: Callable[[_Laid], float | None]
    whole: bool


_NUMBERS = {
    "PROPORTION.heads_tall": _Number("heads tall", _heads_tall, whole=True),
    "PROPORTION.head_size": _Number("head", _head_size, whole=False),
    "PROPORTION.head_width": _Number("head width", lambda laid: laid.wide, whole=False),
    "PROPORTION.shoulders": _Number("shoulders", _shoulders, whole=False),
    "PROPORTION.legs": _Number("legs", _legs, whole=True),
}


def _least(name: str, what: _Number, laid: Sequence[_Laid], view: View) -> Gauged | None:
    told = [(value, one) for one in laid if (value := what.off(one)) is not None]
    if not told:
        return None
    off, one = min(told, key=lambda t: (round(abs(t[0]), 6), t[1].one.index))
    grown = float(np.expm1(off))
    sheet = one.heads if name.endswith("heads_tall") else 100.0
    unit = "heads" if name.endswith("heads_tall") else "%"
    box = _figure_box(view) if what.whole else _part_box(name, one.one)
    sure = min(1.0, _head_px(view, [one.one]) / _SURE_HEAD_PX)
    stray = 100.0 * sure * abs(grown)
    heat = below_head(view, one.one) if what.whole else None
    return Gauged(name, what.part, sheet * (1.0 + grown), sheet, unit, stray, box, one.one.index, heat)


def _figure_box(view: View) -> Boxf:
    high, wide = view.size_hw
    return 0.0, 0.0, float(wide), float(high)


def _part_box(name: str, one: Match) -> Boxf:
    kind = "torso" if name.endswith("shoulders") else "head"
    return box_under(one.fits[kind].affine, (8.0, 8.0, ZONE_PX - 8.0, ZONE_PX - 8.0))
