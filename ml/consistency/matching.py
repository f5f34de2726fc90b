"""Finds the approved drawings that a drawing can be compared with, and lays their zones over it.

The first of the order is searched for everywhere; its place then serves all others. A drawing of every view is
tried unless one fits beyond doubt, then more of the view that fits best. Whether the head is turned alike is seen
by where the face lies within the head: laid over each other, hair on hair, the face of a head that is turned
otherwise lies aside. What is turned otherwise is not comparable, and `Look.missing` says which way it is turned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import cv2
import numpy as np

from ml.consistency.names import is_acting, is_face_skin
from ml.consistency.pack import Compiled
from ml.consistency.palette import Palette
from ml.consistency.register import Fit, board_of, refine, search
from ml.consistency.views import View
from ml.consistency.zones import HEAD_MARGIN, ZONE_PX, Zone, cut_zone
from ml.pixels import F32, U8

WIDE = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.22, 1.35, 1.55, 1.8, 2.1)
COMPARABLE = {"head": 0.72, "torso": 0.70}
SPREAD = 0.12
TRIED = 6
_MOST_ASKED = 9  # drawings that are tried before it is said that nothing fits
_SURE, _CLEAR = 0.85, 0.93
_ROUGH = 0.3
_TORSOS = 4  # of the best heads: that many torsos are laid over the drawing
_MOST_SLIP = 0.06  # of the zone's side: a face farther aside belongs to a head that is turned otherwise
_TRUNK_HALF, _SLEEVES = 0.27, 0.15  # of the torso's side: half width of the trunk; weight of what is beside
_MIRRORED = 0.04  # a mirrored head that fits better by so much is turned the other way
_MOST_NARROWED = 0.11  # log of a head's width by its height: beyond, it is turned otherwise
_LEAST_FACE = 0.02
_CHIN_PX = 72
_ACTS, _BELOW = 0.05, 0.3  # weights of what acts, and of collar and shoulders

Missing = Literal["", "left", "right", "other"]


@dataclass(frozen=True)
class Match:
    """One approved drawing laid over the drawing; `zones[kind]` is the drawing seen through that fit.

    `slip`: how far the face lies aside of where the approved one has it, as a share of the head zone's side,
    + = to the viewer's right; None where the colour model does not tell.
    """

    index: int
    view: str
    fits: dict[str, Fit]
    zones: dict[str, Zone]
    slip: float | None = None

    def correlation(self, kind: str) -> float:
        """Return how well a zone fits, -1 if it does not."""
        return self.fits[kind].correlation if kind in self.fits else -1.0

    @property
    def turned_alike(self) -> bool:
        """Say whether the head is turned as the approved one is, as far as can be told."""
        affine = self.fits["head"].affine
        narrowed = abs(float(np.log(np.hypot(*affine[:, 0]) / np.hypot(*affine[:, 1]))))
        return (self.slip is None or abs(self.slip) <= _MOST_SLIP) and narrowed <= _MOST_NARROWED


@dataclass(frozen=True)
class Look:
    """The comparable approved drawings, best fit first; where none is, which way the head is turned instead.

    `missing`: "left" or "right" = turned farther to the viewer's left or right than any approved drawing that
    fits; "other" = nothing fits; "" = there are matches.
    """

    matches: list[Match]
    missing: Missing


def match(view: View, compiled: Compiled, order: Sequence[int], tried: int = TRIED) -> list[Match]:
    """Return the comparable approved drawings among those in `order`, best fit first."""
    return look(view, compiled, order, tried).matches


def look(view: View, compiled: Compiled, order: Sequence[int], tried: int = TRIED) -> Look:
    """Lay approved drawings over a drawing, `order` first to last, at most one of each view and `tried` in all."""
    search_for = _Search(view, compiled, board_of(view))
    found = search_for.leaders(order)
    best = max(found, key=_merit, default=None)
    if best is None:
        return Look([], "other")
    more = [i for i in order if _same_view(compiled.views[i], best.view)]
    for index in more:
        if len(found) >= tried:
            break
        if all(index != m.index for m in found):
            found += search_for.one(index)
    alike = sorted((m for m in found if m.turned_alike), key=_merit, reverse=True)
    if not alike:
        aside = best.slip or 0.0
        return Look([], "right" if aside > 0.0 else "left" if aside < 0.0 else "other")
    other_way = search_for.faces_other_way(alike[0])
    if other_way:
        return Look([], other_way)
    return Look([search_for.with_torso(m) if n < _TORSOS else m for n, m in enumerate(alike)], "")


def _merit(one: Match) -> tuple[bool, float, int]:
    return one.turned_alike, round(one.correlation("head"), 6), -one.index


class _Search:
    """Heads of approved drawings laid over one drawing; once one fits surely, the others start from there."""

    def __init__(self, view: View, compiled: Compiled, board: U8) -> None:
        self._view, self._compiled, self._board = view, compiled, board
        self._anchor: tuple[float, float, float] | None = None  # middle and size of the head in the drawing
        self._asked = 0

    def leaders(self, order: Sequence[int]) -> list[Match]:
        """Return the fits of one drawing of each view, in order, until one fits beyond doubt.

        Where a drawing does not fit, another one of its view is tried: it may be framed otherwise.
        """
        found: list[Match] = []
        fitting: set[str] = set()
        for index in order:
            view = self._compiled.views[index]
            if (view and view in fitting) or self._asked >= _MOST_ASKED:
                continue
            one = self.one(index)
            found += one
            fitting |= {view} if one else set()
            if one and view and one[0].turned_alike and one[0].correlation("head") > _CLEAR:
                break
        return found

    def one(self, index: int) -> list[Match]:
        """Return the fit of one approved head, none if it does not fit."""
        self._asked += 1
        head = self._compiled.zones["head"][index]
        start = None if head is None else self._start(head)
        if head is None or start is None:
            return []
        fit = refine(head, self._view, start, weights_of(head, self._compiled.palette))
        if fit is None or fit.correlation < COMPARABLE["head"]:
            return []
        if self._anchor is None and fit.correlation > _SURE:
            self._anchor = _anchor_of(fit)
        zone = cut_zone(self._view, fit.affine)
        slip = slip_of(head, zone, self._compiled.palette)
        return [Match(index, self._compiled.views[index], {"head": fit}, {"head": zone}, slip)]

    def _start(self, head: Zone) -> F32 | None:
        if self._anchor is not None:
            x, y, side = self._anchor
            return _upright(x - side / 2.0, y - side / 2.0, side)
        start, rough = search(head, self._board, WIDE)
        return start if rough >= _ROUGH else None

    def faces_other_way(self, one: Match) -> Missing:
        """Return which way the head is turned if the mirrored approved head fits clearly better, else nothing."""
        head = self._compiled.zones["head"][one.index]
        if head is None or one.correlation("head") > _CLEAR:
            return ""
        swapped = replace(head, rgb=np.ascontiguousarray(head.rgb[:, ::-1]), labels=head.labels[:, ::-1])
        x, y, side = _anchor_of(one.fits["head"])
        start = _upright(x - side / 2.0, y - side / 2.0, side)
        fit = refine(swapped, self._view, start, weights_of(swapped, self._compiled.palette))
        if fit is None or fit.correlation < one.correlation("head") + _MIRRORED:
            return ""
        return _other_side(head, self._compiled.palette)

    def with_torso(self, one: Match) -> Match:
        """Return the match with its torso laid over the drawing as well, if it fits."""
        head, torso = (self._compiled.zones[kind][one.index] for kind in ("head", "torso"))
        below = (
            None if torso is None or head is None else _fit_torso(self._view, head, torso, one.fits["head"])
        )
        if below is None:
            return one
        fits, zones = {**one.fits, "torso": below}, {**one.zones, "torso": cut_zone(self._view, below.affine)}
        return Match(one.index, one.view, fits, zones, one.slip)


def weights_of(zone: Zone, palette: Palette) -> F32:
    """Return (96, 96) float32: what each pixel of an approved head counts when it is laid over a drawing."""
    rows = [row for row, part in enumerate(palette.parts) if palette.named[row] and is_acting(part)]
    acts = cv2.dilate(np.isin(zone.labels, rows).astype(np.uint8), np.ones((9, 9), np.uint8))
    weights = np.where(acts > 0, _ACTS, 1.0).astype(np.float32)
    weights[ZONE_PX * 7 // 8 :] *= _BELOW
    return np.asarray(cv2.GaussianBlur(weights, (0, 0), 1.5), np.float32)


def slip_of(approved: Zone, seen: Zone, palette: Palette) -> float | None:
    """Return how far the face lies aside in one head zone against the other, as a share of its side.

    The face is the named skin above the chin. None where the model names none or either shows none.
    """
    rows = [row for row, part in enumerate(palette.parts) if palette.named[row] and is_face_skin(part)]
    if not rows:
        return None
    places = [_face_x(zone, rows) for zone in (approved, seen)]
    if places[0] is None and places[1] is None:
        return None  # two backs of a head
    if places[0] is None or places[1] is None:
        return 1.0
    return (places[1] - places[0]) / ZONE_PX


def _face_x(zone: Zone, rows: list[int]) -> float | None:
    face = np.isin(zone.labels[:_CHIN_PX], rows)
    counts = face.sum(axis=0)
    if int(counts.sum()) < _LEAST_FACE * ZONE_PX**2:
        return None
    return float(counts @ np.arange(ZONE_PX)) / float(counts.sum())


def _other_side(head: Zone, palette: Palette) -> Missing:
    """Return the viewer's side that an approved head does not look to."""
    rows = [row for row, part in enumerate(palette.parts) if palette.named[row] and is_face_skin(part)]
    face = _face_x(head, rows) if rows else None
    middle = float(np.nonzero(head.cover[:_CHIN_PX])[1].mean()) if head.cover[:_CHIN_PX].any() else 0.0
    return "other" if face is None else "left" if face > middle else "right"


def _anchor_of(fit: Fit) -> tuple[float, float, float]:
    middle = fit.affine @ np.array([ZONE_PX / 2.0, ZONE_PX / 2.0, 1.0], np.float32)
    side = float(np.sqrt(abs(np.linalg.det(fit.affine[:, :2].astype(np.float64))))) * ZONE_PX
    return float(middle[0]), float(middle[1]), side


def _fit_torso(view: View, head: Zone, torso: Zone, fit: Fit) -> Fit | None:
    """Start below the head at the head's scale, then on a body as long as this figure's; keep the best."""
    best: Fit | None = None
    for across, down in _body_sizes(view, head, fit):
        found = refine(torso, view, _below(head, torso, fit, (across, down)), _trunk_weights())
        if found is not None and (best is None or found.correlation > best.correlation):
            best = found
        if best is not None and best.correlation > _SURE:
            break
    return best if best is not None and best.correlation >= COMPARABLE["torso"] else None


def _body_sizes(view: View, head: Zone, fit: Fit) -> list[tuple[float, float]]:
    """Return sizes (across, down) of a body against the approved one's to start from.

    Where a whole figure is shown, the way from its head to its soles says how long this body is.
    """
    k = fit.scale
    if view.cropped:
        return [(k, k), (0.9 * k, 0.9 * k)]
    high = float(view.size_hw[0])
    middle = _anchor_of(fit)[1]
    long = (high - middle) / max(high - head.top - head.side_px / 2.0, 1.0)
    return [(k, k), (k, long), (long, long)]


def _below(head: Zone, torso: Zone, fit: Fit, size: tuple[float, float]) -> F32:
    """Return the upright place of a torso below a fitted head, for a body of that size (across, down)."""
    x, y, _ = _anchor_of(fit)
    across = (torso.left + torso.side_px / 2.0) - (head.left + head.side_px / 2.0)
    down = (torso.top + torso.side_px / 2.0) - (head.top + head.side_px / 2.0)
    # the neck stays with the head; only what lies below it grows with the body
    neck = head.side_px / (2.0 * HEAD_MARGIN)
    at = x + across * size[0], y + neck * fit.scale + (down - neck) * size[1]
    kx, ky = (torso.side_px / ZONE_PX * s for s in size)
    return np.array(
        [[kx, 0.0, at[0] - kx * ZONE_PX / 2.0], [0.0, ky, at[1] - ky * ZONE_PX / 2.0]], np.float32
    )


@cache
def _trunk_weights() -> F32:
    """Return (96, 96) float32: the trunk counts, sleeves at its sides and what hangs low move with the limbs."""
    across = np.abs(np.arange(ZONE_PX) - (ZONE_PX - 1) / 2.0) / ZONE_PX
    sides = np.clip((_TRUNK_HALF + 0.1 - across) / 0.1, _SLEEVES, 1.0)
    down = np.where(np.arange(ZONE_PX) < 0.8 * ZONE_PX, 1.0, 0.5)
    return np.asarray(down[:, None] * sides[None, :], np.float32)


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
