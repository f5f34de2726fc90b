"""Foreign colours of a drawing that was encoded, resampled or painted: is it that, and where do they stand.

A lossless cel holds the very values of its palette; whatever else a figure is, exact rules do not fit it.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from ml.consistency.colours import delta_e, pack_rgb
from ml.consistency.gamut import Strange, foreign_mask
from ml.consistency.offpalette import EXACT_AREA_FLOOR, OffArea, describe_soft
from ml.consistency.pack import Compiled
from ml.consistency.palette import Palette
from ml.consistency.views import View
from ml.pixels import F32, Mask
from ml.types import AspectMeasure

SHARP = "SHARP"  # name of a limit: the least sharpness of a lossless cel
_VALUES_SHARE = 0.25
_LEAST_SHARE = 0.0025
_CLOSED_LEAST = 3
_MOST = 4
_ONES = np.ones((3, 3), np.uint8)


def is_lossless(view: View, design: Compiled) -> bool:
    """Say whether a drawing is a cel as it left the paint desk: a fair share of it has the values of the palette.

    Its edges are as sharp as those of the approved drawings, too: one that was moved by half a pixel keeps its flat
    paint but mixes whatever is thin.
    """
    palette = design.palette
    if not (view.paints.exact and palette.exact) or view.sharpness < design.limits.get(SHARP, 0.0):
        return False
    same = np.isin(pack_rgb(view.paints.rgb), pack_rgb(palette.rgb))
    area = view.paints.area_px
    return bool(area[same].sum() >= _VALUES_SHARE * max(1, int(area.sum())))


def is_closed(design: Compiled) -> bool:
    """Say whether the palette may be held against a cel: a colour model is a promise, a few drawings only a sample.

    Without a colour model, each approved drawing has to do with the colours of the others.
    """
    if bool(design.palette.named.any()):
        return True
    return len(design.keys) >= _CLOSED_LEAST and design.limits["COLOUR"] <= EXACT_AREA_FLOOR


def replaced(found: Strange, limits: Mapping[str, float]) -> float:
    """Return the drift of a drawing's colours where no colour model promises them: new ones in the place of known ones.

    A heart held before the figure is new paint and takes none away; a hand before it takes some and adds none.
    """
    off, missing = found.off / limits["COLOUR_OFF"], found.missing / limits["COLOUR_MISSING"]
    return float(2.0 * off * missing / max(off + missing, 1e-6))


def foreign_areas(view: View, design: Compiled, usual: F32 | None, drift: float) -> list[OffArea]:
    """Return the largest areas in colours of no approved drawing; the largest carries the drawing's drift."""
    masks = _masks(view, foreign_mask(view.field, design.gamuts))
    if not masks:
        return []
    largest = max(1, int(np.count_nonzero(masks[0])))
    shares = [int(np.count_nonzero(m)) / largest for m in masks]
    found = [
        describe_soft(view, design.palette, m, usual, drift * s) for m, s in zip(masks, shares, strict=True)
    ]
    return [area for area in found if area is not None]


def _masks(view: View, foreign: Mask) -> list[Mask]:
    """Connected parts of a mask over the field, laid over the figure's crop, largest first."""
    whole = cv2.morphologyEx(foreign.astype(np.uint8), cv2.MORPH_CLOSE, _ONES)
    number, parts, stats, _ = cv2.connectedComponentsWithStats(whole)
    least = max(6.0, _LEAST_SHARE * foreign.size)
    large = [i for i in range(1, number) if stats[i, cv2.CC_STAT_AREA] >= least]
    large.sort(key=lambda i: -int(stats[i, cv2.CC_STAT_AREA]))
    high, wide = view.figure.mask.shape
    grown = [
        cv2.resize(((parts == i) & foreign).astype(np.uint8), (wide, high), interpolation=cv2.INTER_NEAREST)
        for i in large[:_MOST]
    ]
    return [np.asarray(mask > 0) & view.figure.mask for mask in grown]


def whole_colour(view: View, design: Compiled, drift: float) -> AspectMeasure:
    """Return the measure of a drawing's colours where no single area stands out."""
    part, value = _missed(view, design.palette, design.shares)
    return AspectMeasure(
        "COLOUR",
        part,
        value,
        0.0,
        0.0,
        "dE00",
        round(drift, 4),
        view.figure.box_xyxy if drift > 1.0 else None,
    )


def _missed(view: View, palette: Palette, shares: F32) -> tuple[str, float]:
    """Name the colour of the sheet that this drawing lacks most, and how far its nearest paint is."""
    if not palette.parts or not len(view.paints.rgb):
        return "whole figure", 0.0
    lack = shares.min(axis=0) - view.reading.shares
    row = int(np.argmax(lack))
    paints = view.paints.rgb[:64]
    away = delta_e(np.repeat(palette.rgb[row : row + 1], len(paints), axis=0), paints)
    return palette.parts[row], round(float(away.min()), 3)
