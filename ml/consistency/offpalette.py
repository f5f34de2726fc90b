"""Flat areas whose colour belongs to no swatch: which swatch was meant, how far off, how large, where."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.colours import delta_e
from ml.consistency.inventory import OFF
from ml.consistency.names import is_line
from ml.consistency.palette import Palette
from ml.consistency.views import SOFT_SLACK_DE, View
from ml.pixels import F32, Mask
from ml.types import Box, ColourMeasure

MOST = 8
_EXACT_SHARE, _EXACT_PX = 0.00005, 14
_SOFT_SHARE, _SOFT_PX = 0.0025, 30
_LOST = 0.25
_SOFT_LIMIT = 0.005


@dataclass(frozen=True)
class OffArea:
    """One off-palette area: its report, its drift and its pixels in the figure's crop."""

    measure: ColourMeasure
    drift: float
    mask: Mask


def off_areas(view: View, palette: Palette, usual: F32 | None, area_limit: float) -> list[OffArea]:
    """Return the off-palette areas, worst first.

    Args:
        view: the drawing.
        palette: the design's colours.
        usual: (P,) share of each palette row in the comparable approved drawings, None = not known.
        area_limit: share of the painted area that may be off, from the approved drawings.
    """
    if not palette.parts:
        return []
    masks = _exact_masks(view) if view.paints.exact else _soft_masks(view)
    lost = _lost_rows(view, usual)
    areas = [_describe(view, palette, mask, lost, area_limit) for mask in masks]
    return sorted((a for a in areas if a is not None), key=lambda a: (-a.drift, -a.measure.area_px))


def _exact_masks(view: View) -> list[Mask]:
    least = max(_EXACT_PX, _EXACT_SHARE * view.paints.labels.size)
    illegal = np.flatnonzero(~view.reading.legal & (view.paints.area_px >= least))[:MOST]
    found = []
    for row in illegal:
        kept = _large_parts(np.asarray(view.paints.labels == row), least)
        if kept is not None:
            found.append(kept)
    return found


def _soft_masks(view: View) -> list[Mask]:
    least = max(_SOFT_PX, _SOFT_SHARE * view.paints.labels.size)
    off = (view.reading.labels == OFF).astype(np.uint8)
    if int(off.sum()) < least:
        return []
    # encoding leaves rings of mixed colour along every line: they are thin, wrong paint is not
    side = 5 if view.figure.mask.shape[0] >= 300 else 3
    closed = cv2.morphologyEx(off, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    number, parts, stats, _ = cv2.connectedComponentsWithStats(closed)
    large = [i for i in range(1, number) if stats[i, cv2.CC_STAT_AREA] >= least]
    large.sort(key=lambda i: -int(stats[i, cv2.CC_STAT_AREA]))
    return [np.asarray(parts == i) for i in large[:MOST]]


def _large_parts(mask: Mask, least: float) -> Mask | None:
    number, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    keep = np.zeros(number, np.bool_)
    keep[1:] = stats[1:, cv2.CC_STAT_AREA] >= max(8.0, least / 3.0)
    kept = keep[parts]
    return np.asarray(kept) if np.count_nonzero(kept) >= least else None


def _lost_rows(view: View, usual: F32 | None) -> np.ndarray:
    """Rows that the approved drawings have and this one lost: the wrong paint stands where they stood."""
    if usual is None:
        return np.zeros(0, np.int64)
    return np.flatnonzero((usual > 0.001) & (view.reading.tone_shares < _LOST * usual))


def _describe(
    view: View, palette: Palette, mask: Mask, lost: np.ndarray, area_limit: float
) -> OffArea | None:
    colour = np.median(view.figure.rgba[mask][:, :3], axis=0).round().astype(np.uint8)
    distance = delta_e(np.repeat(colour[None], len(palette.parts), axis=0), palette.rgb)
    slack = 0.0 if view.paints.exact else SOFT_SLACK_DE
    nearest = int(np.argmin(distance))
    tolerance = float(palette.tolerance_de[nearest]) + slack
    if float(distance[nearest]) <= tolerance:
        return None
    meant = int(lost[np.argmin(distance[lost])]) if lost.size else nearest
    area = int(np.count_nonzero(mask))
    drift = float(distance[meant if lost.size else nearest]) / tolerance
    painted = max(1, int(view.paints.area_px.sum()))
    least = max(area_limit, 1e-6 if view.paints.exact else _SOFT_LIMIT)
    drift *= min(1.0, area / painted / least)
    if is_line(palette.parts[meant], palette.tones[meant]):
        meant = nearest
    report = ColourMeasure(
        palette.parts[meant],
        palette.tones[meant],
        _rgb(palette.rgb[meant]),
        _rgb(colour),
        round(float(distance[meant]), 3),
        round(tolerance, 3),
        area,
        _box(view, mask),
    )
    return OffArea(report, drift, mask)


def _rgb(row: np.ndarray) -> tuple[int, int, int]:
    return int(row[0]), int(row[1]), int(row[2])


def _box(view: View, mask: Mask) -> Box:
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    left, top = view.figure.box_xyxy[:2]
    return left + int(xs[0]), top + int(ys[0]), left + int(xs[-1]) + 1, top + int(ys[-1]) + 1
