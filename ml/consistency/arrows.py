"""Displacements made into a few arrows that can be read: the clearest of a region, none on top of another."""

from __future__ import annotations

import numpy as np

from ml.consistency.laying import LaidOver
from ml.types import Box

Arrow = tuple[float, float, float, float]

_MOST = 18
_APART = 6.5  # so many arrows fit along the longer side of a region
_SURE = 0.45
_LEAST_PX, _LEAST_SHARE = (
    0.8,
    0.004,
)  # a shorter move is how hands and pixels differ; share of the figure's height
_AROUND = 0.08  # of the region's longer side, on each side
_CELL = 4


def arrows_of(laid: LaidOver, region: Box | None, height_px: int) -> tuple[Arrow, ...]:
    """Return arrows (x0, y0, x1, y1) from the sheet's place to the drawing's, longest first, at most 18.

    Args:
        laid: the approved drawing over the drawing.
        region: the claim's box in pixels of the drawing; None = all of the figure.
        height_px: of the figure, which says what is too little to be drawn.
    """
    left, top, right, bottom = _window(laid, region)
    if right - left < 1 or bottom - top < 1:
        return ()
    strays = laid.strays[top:bottom:_CELL, left:right:_CELL]
    sure = laid.sure[top:bottom:_CELL, left:right:_CELL]
    length = np.hypot(strays[..., 0], strays[..., 1])
    merit = np.where(
        (sure > _SURE) & (length >= max(_LEAST_PX, _LEAST_SHARE * height_px)), sure * length, 0.0
    )
    apart = max(right - left, bottom - top) / _APART
    ys, xs = np.nonzero(merit > 0)
    order = np.argsort(-np.round(merit[ys, xs], 4), kind="stable")
    chosen: list[tuple[float, float, float, float]] = []
    places = np.zeros((0, 2))
    for index in order:
        at = np.array([xs[index] * _CELL + left, ys[index] * _CELL + top], np.float64)
        if len(places) and float(np.min(np.hypot(*(places - at).T))) < apart:
            continue
        places = np.vstack([places, at])
        x, y = at + np.array(laid.box[:2])
        dx, dy = (float(v) for v in strays[ys[index], xs[index]])
        chosen.append(
            (round(float(x) + dx, 1), round(float(y) + dy, 1), round(float(x), 1), round(float(y), 1))
        )
        if len(chosen) == _MOST:
            break
    return tuple(sorted(chosen, key=lambda a: -np.hypot(a[2] - a[0], a[3] - a[1])))


def _window(laid: LaidOver, region: Box | None) -> tuple[int, int, int, int]:
    """Return the region with a margin, in pixels of the field."""
    high, wide = laid.sure.shape
    if region is None:
        return 0, 0, wide, high
    more = round(_AROUND * max(region[2] - region[0], region[3] - region[1]))
    x, y = laid.box[:2]
    left, top = max(0, region[0] - more - x), max(0, region[1] - more - y)
    return left, top, min(wide, region[2] + more - x), min(high, region[3] + more - y)
