"""Steering in the engine's terms: points of the keys become regions, nodes and small pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np

from ml.inbetween.fitting import Motion, Wishes
from ml.inbetween.matching import turned as turn
from ml.inbetween.pairing import Matched
from ml.inbetween.sides import Side
from ml.inbetween.steering import XY, Smear, Steering

_T = TypeVar("_T")
_NEAR_PX = 24  # a point beside the drawing means the region that lies nearest within this


@dataclass(frozen=True)
class Smearing:
    """One smear: pixels (h, w) bool of a key, how much of the path they are drawn over, and at which position."""

    key: int
    pixels: np.ndarray
    length: float
    at: float


@dataclass(frozen=True)
class Asked:
    """What the artist asked for, for the first and the second key.

    Attributes:
        wishes: what the fit has to obey.
        depth: (regions,) steps forward.
        bends: (nodes,) share of the chord.
        alone: (regions,) bool, without a partner.
        rigid: (regions,) bool, never deformed.
        smears: see Smearing.
    """

    wishes: tuple[Wishes, Wishes]
    depth: tuple[np.ndarray, np.ndarray]
    bends: tuple[np.ndarray, np.ndarray]
    alone: tuple[np.ndarray, np.ndarray]
    rigid: tuple[np.ndarray, np.ndarray]
    smears: tuple[Smearing, ...]

    def protect(self, matched: tuple[Matched, Matched]) -> tuple[Matched, Matched]:
        """Return the match with protected regions moved and turned only."""
        first, second = (_rigid(m, which) for m, which in zip(matched, self.rigid, strict=True))
        return first, second


def asked(steering: Steering, sides: tuple[Side, Side], *, turned: bool) -> Asked:
    """Return what a steering means for a pair of keys.

    Args:
        steering: with a and b as the first and the second side; arcs and smears name points of the artist's key A.
        sides: the keys.
        turned: whether the artist's key A is the second side.
    """
    matches = [_pair(sides, each.a_xy, each.b_xy) for each in steering.matches]
    apart = [_pair(sides, each.a_xy, each.b_xy) for each in steering.apart]
    lonely = ([each.a_xy for each in steering.vanishes], [each.b_xy for each in steering.appears])
    pins = (
        np.array([each.a_xy for each in steering.pins], float).reshape(-1, 2),
        np.array([each.b_xy for each in steering.pins], float).reshape(-1, 2),
    )
    wishes, depth, bends, alone, rigid = [], [], [], [], []
    for k, side in enumerate(sides):
        partner = np.zeros(side.regions.count, np.int64)
        for pair in matches:
            partner[pair[k]] = pair[1 - k]
        partner[_found(side, lonely[k])] = -1
        partner[0] = 0
        barred = frozenset((pair[k], pair[1 - k]) for pair in apart if all(pair))
        wishes.append(_wishes(side, pins[k], sides[1 - k].to_small(pins[1 - k]), partner, barred))
        alone.append(partner < 0)
        name = "b" if k else "a"
        depth.append(_stepped(side, [(each.xy, each.step) for each in steering.depth if each.key == name]))
        rigid.append(_marked(side, [each.xy for each in steering.protect if each.key == name]))
        arcs = steering.arcs if k == int(turned) else ()
        bent = _stepped(side, [(each.a_xy, each.bend) for each in arcs])
        bends.append(bent[side.mesh.region])
    smears = tuple(_smear(sides, each, turned=turned) for each in steering.smear)
    return Asked(_two(wishes), _two(depth), _two(bends), _two(alone), _two(rigid), smears)


def _two(values: list[_T]) -> tuple[_T, _T]:
    first, second = values
    return first, second


def region_at(side: Side, xy: XY) -> int:
    """Return the region at a point of the full picture, the nearest one within reach, 0 where there is none."""
    at = side.regions.at
    h, w = at.shape
    x, y = round(xy[0]), round(xy[1])
    reach = round(_NEAR_PX * side.scale)
    left, top = max(0, x - reach), max(0, y - reach)
    view = at[top : max(0, min(h, y + reach + 1)), left : max(0, min(w, x + reach + 1))]
    ys, xs = np.nonzero(view)
    if not len(ys):
        return 0
    nearest = np.hypot(xs + left - xy[0], ys + top - xy[1]).argmin()
    return int(view[ys[nearest], xs[nearest]])


def _pair(sides: tuple[Side, Side], a_xy: XY, b_xy: XY) -> tuple[int, int]:
    return region_at(sides[0], a_xy), region_at(sides[1], b_xy)


def _found(side: Side, points: Iterable[XY]) -> list[int]:
    return [region for xy in points if (region := region_at(side, xy))]


def _stepped(side: Side, entries: Iterable[tuple[XY, float]]) -> np.ndarray:
    values = np.zeros(side.regions.count)
    for xy, value in entries:
        values[region_at(side, xy)] += value
    values[0] = 0
    return values


def _marked(side: Side, points: Iterable[XY]) -> np.ndarray:
    marks = np.zeros(side.regions.count, bool)
    marks[_found(side, points)] = True
    return marks


def _wishes(
    side: Side, pins: np.ndarray, to: np.ndarray, partner: np.ndarray, barred: frozenset[tuple[int, int]]
) -> Wishes:
    regions = np.array([region_at(side, (x, y)) for x, y in pins.tolist()], np.int64)
    good = regions > 0
    return Wishes(side.to_small(pins)[good], to[good], regions[good], partner, barred)


def _smear(sides: tuple[Side, Side], smear: Smear, *, turned: bool) -> Smearing:
    side = sides[int(turned)]
    region = region_at(side, smear.a_xy)
    at = 1 - smear.at if turned else smear.at
    return Smearing(int(turned), _with_line(side, region), smear.length, at)


def _with_line(side: Side, region: int) -> np.ndarray:
    """Return the pixels of a region and of the line about it, (h, w) bool."""
    mask = side.regions.at == region if region else np.zeros(side.labels.shape, bool)
    size = 2 * round(3 * side.scale) + 1
    grown = cv2.dilate(mask.astype(np.uint8), np.ones((size, size), np.uint8)) > 0
    small = side.regions.short_px < 3 * side.scale
    return mask | (grown & small[side.regions.at] & (side.regions.at > 0))


def _rigid(matched: Matched, which: np.ndarray) -> Matched:
    """Return the match with the nodes of some regions on their best move and turn."""
    mesh, motion = matched.fit.mesh, matched.motion
    move, spin = motion.move.copy(), motion.spin.copy()
    for region in np.flatnonzero(which):
        nodes = np.flatnonzero(mesh.region == region)
        if not len(nodes):
            continue
        weight = mesh.size[nodes, None] / mesh.size[nodes].sum()
        old, new = mesh.xy[nodes], mesh.xy[nodes] + move[nodes]
        middle, aim = (weight * old).sum(axis=0), (weight * new).sum(axis=0)
        p, q = old - middle, new - aim
        along = (weight * p * q).sum() + (weight[:, 0] * spin[nodes, 0]).sum()
        across = (weight[:, 0] * (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0] + spin[nodes, 1])).sum()
        unit = np.array([along, across]) / max(float(np.hypot(along, across)), 1e-9)
        spin[nodes] = unit
        move[nodes] = aim + turn(spin[nodes], p) - old
    return replace(matched, motion=Motion(move, spin))
