"""Flat areas whose colour belongs to no swatch: which swatch was meant, how far off, how large, where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.colours import delta_e
from ml.consistency.names import is_eye, is_line
from ml.consistency.palette import Palette
from ml.consistency.views import SOFT_SLACK_DE, View
from ml.pixels import F32, Mask
from ml.types import Box, ColourMeasure

MOST = 8
SURE = (
    2.0  # drift of paint that is in no swatch at all: a fact, beyond what statistics reach on clean drawings
)
EXACT_AREA_FLOOR = 0.00005  # share of the painted area that is off on no careful cel
_EXACT_SHARE, _EXACT_PX = 0.00005, 14
_LOST = 0.25


@dataclass(frozen=True)
class OffArea:
    """One off-palette area: its report, its drift and its pixels in the figure's crop."""

    measure: ColourMeasure
    drift: float
    mask: Mask


def off_areas(
    view: View,
    palette: Palette,
    usual: F32 | None,
    area_limit: float,
    in_eyes: Callable[[Mask], list[int]],
) -> list[OffArea]:
    """Return the off-palette areas of a lossless cel, worst first.

    Args:
        view: the drawing.
        palette: the design's colours.
        usual: (P,) share of each palette row in the comparable approved drawings, None = not known.
        area_limit: share of the painted area that may be off, from the approved drawings.
        in_eyes: the rows that the approved drawing has under a mask, most of it first; empty beside its eyes.
    """
    if not palette.parts:
        return []
    lost = _lost_rows(view, usual)
    areas = [
        _describe(view, palette, mask, _rows_there(palette, lost, in_eyes(mask)), area_limit)
        for mask in _exact_masks(view)
    ]
    return sorted((a for a in areas if a is not None), key=lambda a: (-a.drift, -a.measure.area_px))


def _exact_masks(view: View) -> list[Mask]:
    least = max(_EXACT_PX, _EXACT_SHARE * view.paints.labels.size)
    illegal = np.flatnonzero(~view.reading.legal & (view.paints.area_px >= least))[:MOST]
    found = []
    for row in illegal:
        kept = _large_parts(_painted(view, int(row)), least)
        if kept is not None:
            found.append(kept)
    return found


def _painted(view: View, row: int) -> Mask:
    """Return all pixels of a paint that touch a flat one, edges too: a speck may have no flat pixel beside another."""
    flat = np.asarray(view.paints.labels == row)
    pure = (view.figure.rgba[..., :3] == view.paints.rgb[row]).all(axis=2) & view.figure.mask
    return np.asarray((cv2.dilate(flat.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & pure)


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


def _rows_there(palette: Palette, lost: np.ndarray, there: list[int]) -> np.ndarray:
    """Return the rows that may have been meant: a blue iris in an eye is no piping, however near its blue."""
    gone = np.intersect1d(lost, np.array(there, np.int64))
    eyes = [row for row in there if is_eye(palette.parts[row])]
    return gone if gone.size else np.array(eyes[:1], np.int64) if eyes else lost


def _describe(
    view: View, palette: Palette, mask: Mask, lost: np.ndarray, area_limit: float
) -> OffArea | None:
    found = _meant(view, palette, mask, lost, 0.0)
    if found is None:
        return None
    report, distance = found
    painted = max(1, int(view.paints.area_px.sum()))
    drift = (SURE if bool(palette.named.any()) else 0.0) + distance / report.tolerance_de
    return OffArea(report, drift * min(1.0, report.area_px / painted / max(area_limit, 1e-6)), mask)


def describe_soft(
    view: View, palette: Palette, mask: Mask, usual: F32 | None, drift: float
) -> OffArea | None:
    """Return the report of an area of encoded or painted art whose drift is known; None if its colour is legal."""
    if not palette.parts or not mask.any():
        return None
    found = _meant(view, palette, mask, _lost_rows(view, usual), SOFT_SLACK_DE)
    return None if found is None else OffArea(found[0], drift, mask)


def _meant(
    view: View, palette: Palette, mask: Mask, lost: np.ndarray, slack: float
) -> tuple[ColourMeasure, float] | None:
    """Return which swatch was meant, and how far off the colour is; None if the colour is legal."""
    colour = np.median(view.figure.rgba[mask][:, :3], axis=0).round().astype(np.uint8)
    distance = delta_e(np.repeat(colour[None], len(palette.parts), axis=0), palette.rgb)
    nearest = int(np.argmin(distance))
    tolerance = float(palette.tolerance_de[nearest]) + slack
    if float(distance[nearest]) <= tolerance:
        return None
    meant = int(lost[np.argmin(distance[lost])]) if lost.size else nearest
    off = float(distance[meant])
    if is_line(palette.parts[meant], palette.tones[meant]):
        meant = nearest
    report = ColourMeasure(
        palette.parts[meant],
        palette.tones[meant],
        _rgb(palette.rgb[meant]),
        _rgb(colour),
        round(float(distance[meant]), 3),
        round(tolerance, 3),
        int(np.count_nonzero(mask)),
        _box(view, mask),
    )
    return report, off


def _rgb(row: np.ndarray) -> tuple[int, int, int]:
    return int(row[0]), int(row[1]), int(row[2])


def _box(view: View, mask: Mask) -> Box:
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    left, top = view.figure.box_xyxy[:2]
    return left + int(xs[0]), top + int(ys[0]), left + int(xs[-1]) + 1, top + int(ys[-1]) + 1
