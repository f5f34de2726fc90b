"""Finds the approved drawings that a drawing can be compared with, and lays their zones over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.consistency.pack import Compiled
from ml.consistency.register import Fit, refine, search
from ml.consistency.views import View
from ml.consistency.zones import ZONE_PX, Zone, cut_zone
from ml.pixels import F32

WIDE = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.22, 1.35, 1.55, 1.8, 2.1)
NEAR = (0.86, 0.93, 1.0, 1.07, 1.15)
COMPARABLE = {"head": 0.72, "torso": 0.70}
SPREAD = 0.12
TRIED = 5


@dataclass(frozen=True)
class Match:
    """One approved drawing laid over the drawing; `zones[kind]` is the drawing seen through that fit."""

    index: int
    view: str
    fits: dict[str, Fit]
    zones: dict[str, Zone]

    def correlation(self, kind: str) -> float:
        """Return how well a zone fits, -1 if it does not."""
        return self.fits[kind].correlation if kind in self.fits else -1.0


def match(view: View, compiled: Compiled, order: Sequence[int], tried: int = TRIED) -> list[Match]:
    """Return the comparable approved drawings among the first `tried` of `order`, best fit first."""
    found: list[Match] = []
    side: float | None = None
    for index in order[:tried]:
        one = _match_one(view, compiled, index, side)
        if one is None:
            continue
        found.append(one)
        if side is None and one.correlation("head") > 0.85:
            side = one.fits["head"].scale * _side(compiled, index)
    found.sort(key=lambda m: (-round(m.correlation("head"), 6), m.index))
    return found


def _side(compiled: Compiled, index: int) -> float:
    zone = compiled.zones["head"][index]
    return zone.side_px if zone is not None else 1.0


def _match_one(view: View, compiled: Compiled, index: int, side: float | None) -> Match | None:
    head = compiled.zones["head"][index]
    if head is None:
        return None
    scales = WIDE if side is None else tuple(s * side / head.side_px for s in NEAR)
    start, rough = search(head, view, scales)
    if rough < 0.3:
        return None
    fit = refine(head, view, start)
    if fit is None or fit.correlation < COMPARABLE["head"]:
        return None
    fits, zones = {"head": fit}, {"head": cut_zone(view, fit.affine)}
    torso = compiled.zones["torso"][index]
    below = None if torso is None else _fit_torso(view, head, torso, fit)
    if below is not None:
        fits["torso"], zones["torso"] = below, cut_zone(view, below.affine)
    return Match(index, compiled.views[index], fits, zones)


def _fit_torso(view: View, head: Zone, torso: Zone, fit: Fit) -> Fit | None:
    """Start below the head, upright, at the head's scale and a little beside it; keep the best fit."""
    middle = fit.affine @ np.array([ZONE_PX / 2.0, ZONE_PX / 2.0, 1.0], np.float32)
    best: Fit | None = None
    for factor in (1.0, 0.9):
        k = fit.scale * factor
        side = torso.side_px * k
        across = (torso.left + torso.side_px / 2.0) - (head.left + head.side_px / 2.0)
        down = (torso.top + torso.side_px / 2.0) - (head.top + head.side_px / 2.0)
        start = _upright(
            float(middle[0]) + across * k - side / 2.0, float(middle[1]) + down * k - side / 2.0, side
        )
        found = refine(torso, view, start)
        if found is not None and (best is None or found.correlation > best.correlation):
            best = found
        if best is not None and best.correlation > 0.93:
            break
    return best if best is not None and best.correlation >= COMPARABLE["torso"] else None


def _upright(left: float, top: float, side: float) -> F32:
    k = side / ZONE_PX
    return np.array([[k, 0.0, left], [0.0, k, top]], np.float32)


def _same_view(one: str, other: str) -> bool:
    return not one or not other or one == other


def comparable(matches: Sequence[Match], kind: str) -> list[Match]:
    """Return the matches whose zone fits about as well as the best one and shows the same view, best first."""
    usable = [m for m in matches if kind in m.fits]
    if not usable:
        return []
    best = max(m.correlation(kind) for m in usable)
    view = max(usable, key=lambda m: m.correlation("head")).view
    kept = [m for m in usable if m.correlation(kind) >= best - SPREAD and _same_view(m.view, view)]
    return sorted(kept, key=lambda m: (-round(m.correlation(kind), 6), m.index))
