"""Paint held against approved drawings place by place, where no colour model says which paint a part has.

An approved drawing is laid over the drawing; then each paint of it has one step to what is painted there now. No step
is the rule. A paint that was mixed wrongly is the same step wherever it lies; a region in another paint keeps its
outline. Both are told apart from a hand or a heart held before the figure, which keep neither.

Only flat places count, so that resampling and lines a pixel aside have no say; how far the steps of a paint scatter
says whether the two drawings can be compared in this at all.

Convention: cells are halves of the picture's size; colours are DIN99, so distances are about ΔE00.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from ml.consistency.gamut import to_din99
from ml.consistency.residual_flow import Ground, common
from ml.consistency.residual_picture import Picture
from ml.pixels import F32, U8, Mask, to_lab

_FLAT_DE = 3.0  # within a neighbourhood
_SAME_DE = 2.0  # two steps of one paint
_BIN_DE = 5.0
_LEAST_FLAT = 200  # cells that two drawings have in common
_PAINT_SHARE, _PAINT_CELLS = 0.015, 30
_HELD = 0.7  # share of a paint that made its step
_TRUSTED, _TRUSTED_FAR = 0.55, 0.75  # share of all flat paint that made the step of its paint; for far steps
_OTHER_DE = 3.0  # a step beyond it may be another thing in the same place
_REGION_SHARE, _REGION_DE = 0.008, 6.0
_ASTRAY = 0.3  # of a region's rim: beyond it, it is no region of the approved drawing
_ONES = np.ones((3, 3), np.uint8)
_RIM = np.ones((7, 7), np.uint8)
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
_SURE = 0.8  # share of flat paint: from there on single spots can be told
_SPOTS, _SPOT_CELLS, _SPOT_SHARES, _QUIET = 12, 8, (0.0006, 0.05), 0.8


@dataclass(frozen=True)
class Repaint:
    """A paint or a region that is painted otherwise than in any approved drawing.

    Attributes:
        step_de: how far it is off, about ΔE00.
        share: of the figure.
        rgb: (3,) the approved paint.
        where: (h2, w2) bool.
        reference: row of the approved drawing that says so.
    """

    step_de: float
    share: float
    rgb: U8
    where: Mask
    reference: int


class Painted:
    """The flat paint of a picture at half its size."""

    def __init__(self, rgb: U8, cover: Mask) -> None:
        self.rgb = rgb
        self.points: F32 = to_din99(to_lab(rgb))
        spread = (cv2.dilate(self.points, _ONES) - cv2.erode(self.points, _ONES)).max(axis=2)
        self.cover = cover
        self.flat: Mask = np.asarray((spread < _FLAT_DE) & cover)

    @cached_property
    def bins(self) -> np.ndarray:
        """(h2, w2) int64: cells of about one colour share a number."""
        steps = np.floor(self.points / _BIN_DE).astype(np.int64) + 50
        return np.asarray((steps[..., 0] * 200 + steps[..., 1]) * 200 + steps[..., 2])


def halved(picture: Picture) -> tuple[U8, Mask]:
    """Return a picture's colours and cover at half its size."""
    size = ((picture.luma.shape[1] + 1) // 2, (picture.luma.shape[0] + 1) // 2)
    rgb = cv2.resize(picture.rgb, size, interpolation=cv2.INTER_AREA)
    cover = cv2.resize(picture.cover.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA)
    return np.asarray(rgb, np.uint8), np.asarray(cover > 250)


def laid_paint(ground: Ground, approved: Picture, start: F32) -> Painted:
    """Return an approved drawing's paint as it lies over the drawing; `start` (2, 3) maps its pixels there."""
    high, wide = ground.picture.luma.shape
    warped = cv2.warpAffine(approved.luma, start, (wide, high), flags=cv2.INTER_LINEAR, borderValue=(128.0,))
    step, _ = common(ground, np.asarray(warped, np.uint8))
    moved = np.eye(3)
    moved[:2] += np.hstack([step[:2].T, step[2][:, None]])
    up = np.array([[2.0, 0.0, 0.5], [0.0, 2.0, 0.5], [0.0, 0.0, 1.0]])  # cells to pixels
    back = np.linalg.inv(up) @ np.linalg.inv(np.vstack([start, [0.0, 0.0, 1.0]])) @ up @ moved
    rgb, cover = halved(approved)
    size = ground.half_lab.shape[1::-1]
    inverse = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    shown = cv2.warpAffine(rgb, back[:2], size, flags=inverse, borderValue=(128.0, 128.0, 128.0))
    there = cv2.warpAffine(cover.astype(np.uint8) * 255, back[:2], size, flags=inverse)
    return Painted(np.asarray(shown, np.uint8), np.asarray(there > 250))


@dataclass(frozen=True)
class Told:
    """What the paint of the approved drawings says of a drawing: the farthest paint, the largest region and spot."""

    paint: Repaint | None
    region: Repaint | None
    spot: Repaint | None


def repaints(ground: Ground, known: Mapping[int, Picture], starts: Sequence[tuple[int, F32]]) -> Told | None:
    """Return what is farthest off; None where no approved drawing could be compared.

    What one approved drawing shows alike is right. `starts` are (row, start) of the approved drawings to be laid over.
    """
    own = Painted(*halved(ground.picture))
    laid = [(row, laid_paint(ground, known[row], start)) for row, start in starts]
    compared = [one for row, paint in laid if (one := _Compared(own, row, paint)).trust >= _TRUSTED]
    if not compared:
        return None
    return Told(_farthest_paint(own, compared), _largest_region(own, compared), _largest_spot(own, compared))


class _Compared:
    """The steps of one approved drawing's paints to the drawing's."""

    def __init__(self, own: Painted, row: int, approved: Painted) -> None:
        self.row, self.approved = row, approved
        self.steps: F32 = own.points - approved.points
        self.both: Mask = np.asarray(own.flat & approved.flat)
        self.count = int(np.count_nonzero(self.both))
        self.paints: dict[int, tuple[float, int]] = {}  # bin -> step, cells
        self.trust = 0.0
        if self.count >= _LEAST_FLAT:
            self.trust = self._read()

    def _read(self) -> float:
        """Read the step of each paint; return the share of all flat paint that made the step of its paint."""
        names, member, counts = np.unique(
            self.approved.bins[self.both], return_inverse=True, return_counts=True
        )
        steps, held = self.steps[self.both], 0
        member = member.ravel()
        order = np.argsort(member, kind="stable")
        ends = np.cumsum(counts)
        for name, end, cells in zip(names.tolist(), ends.tolist(), counts.tolist(), strict=True):
            if cells < _PAINT_CELLS:
                held += cells // 2
                continue
            own = steps[order[end - cells : end]]
            step = np.median(own, axis=0)
            near = int(np.count_nonzero(np.linalg.norm(own - step, axis=1) < _SAME_DE))
            held += near
            if near >= _HELD * cells and cells >= _PAINT_SHARE * self.count:
                self.paints[name] = (float(np.linalg.norm(step)), cells)
        return held / self.count


def _farthest_paint(own: Painted, compared: Sequence[_Compared]) -> Repaint | None:
    least: dict[int, tuple[float, int, _Compared]] = {}
    for one in compared:
        for name, (step, cells) in one.paints.items():
            if name not in least or step < least[name][0]:
                least[name] = (step, cells, one)
    if not least:
        return None
    for name in sorted(least, key=lambda n: (-least[n][0], n)):
        step, cells, one = least[name]
        where = np.asarray(one.both & (one.approved.bins == name))
        if step > _REGION_DE and one.trust < _TRUSTED_FAR:
            continue
        if step > _OTHER_DE and _astray(own, one, where) > _ASTRAY:
            continue  # something that is held before the figure
        share = cells / max(1, int(np.count_nonzero(own.cover)))
        rgb = np.median(one.approved.rgb[where], axis=0).astype(np.uint8)
        return Repaint(step, share, rgb, where, one.row)
    return None


def _largest_region(own: Painted, compared: Sequence[_Compared]) -> Repaint | None:
    best: Repaint | None = None
    for one in compared:
        for found in _regions(own, one):
            if (best is None or found.share > best.share) and not _explained(found, compared):
                best = found
    return best


def _regions(own: Painted, one: _Compared) -> list[Repaint]:
    """Return the regions of an approved drawing that are wholly another paint now."""
    far = np.asarray(one.both & (np.linalg.norm(one.steps, axis=2) > _REGION_DE))
    whole = max(1, int(np.count_nonzero(own.cover)))
    least = max(_PAINT_CELLS, _REGION_SHARE * whole)
    found = []
    count, parts, stats, _ = cv2.connectedComponentsWithStats(far.astype(np.uint8), connectivity=4)
    for part in range(1, count):
        cells = int(stats[part, cv2.CC_STAT_AREA])
        if cells < least:
            continue
        where = np.asarray(parts == part)
        before, now = np.median(one.approved.points[where], axis=0), np.median(own.points[where], axis=0)
        step = float(np.linalg.norm(now - before))
        held = np.linalg.norm(one.steps[where] - (now - before), axis=1) < 2.0 * _SAME_DE
        if float(held.mean()) < _HELD or step < _REGION_DE or _astray(own, one, where) > _ASTRAY:
            continue
        rgb = np.median(one.approved.rgb[where], axis=0).astype(np.uint8)
        found.append(Repaint(step, cells / whole, rgb, where, one.row))
    return found


def _astray(own: Painted, one: _Compared, where: Mask) -> float:
    """Return the share of a region's rim in which the old paint goes on, or the new one covers something else."""
    rim = np.asarray((cv2.dilate(where.astype(np.uint8), _RIM) > 0) & ~where & own.cover & one.approved.cover)
    if not rim.any():
        return 0.0
    before, now = (np.median(side.points[where], axis=0) for side in (one.approved, own))
    was = np.linalg.norm(one.approved.points[rim] - before, axis=1) < _REGION_DE / 2.0
    is_now = np.linalg.norm(own.points[rim] - now, axis=1) < _REGION_DE / 2.0
    return float((was ^ is_now).mean())


def _explained(found: Repaint, compared: Sequence[_Compared]) -> bool:
    """Say whether another approved drawing shows there what the drawing shows."""
    return any(
        float(np.median(np.linalg.norm(one.steps[found.where], axis=1))) < _REGION_DE / 2.0
        for one in compared
        if one.row != found.reference
    )


def _largest_spot(own: Painted, compared: Sequence[_Compared]) -> Repaint | None:
    """Return the largest spot that no approved drawing explains and around which all is as approved."""
    sure = [one for one in compared if one.trust >= _SURE]
    if not sure:
        return None
    apart = [np.where(c.approved.cover, np.linalg.norm(c.steps, axis=2), np.inf) for c in sure]
    away = np.min(apart, axis=0)
    far = (np.isfinite(away) & (away > _REGION_DE) & own.cover).astype(np.uint8)
    whole = max(1, int(np.count_nonzero(own.cover)))
    _, parts, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(far, cv2.MORPH_OPEN, _CROSS))
    order = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable") + 1
    for part in order[:_SPOTS].tolist():
        cells = int(stats[part, cv2.CC_STAT_AREA])
        if not max(_SPOT_CELLS, _SPOT_SHARES[0] * whole) <= cells <= _SPOT_SHARES[1] * whole:
            continue
        where = np.asarray(parts == part)
        if _quiet_around(own, where, away):
            rgb = np.median(sure[0].approved.rgb[where], axis=0).astype(np.uint8)
            return Repaint(float(np.median(away[where])), cells / whole, rgb, where, sure[0].row)
    return None


def _quiet_around(own: Painted, where: Mask, away: F32) -> bool:
    near = cv2.dilate(where.astype(np.uint8), _ONES)
    rim = np.asarray((cv2.dilate(near, _RIM) > 0) & (near == 0))
    return bool(((away < _REGION_DE / 2.0) & own.cover)[rim].mean() >= _QUIET) if rim.any() else False
