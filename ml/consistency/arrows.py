"""Displacements made into a few arrows that can be read: the clearest of a region, none on top of another."""

from __future__ import annotations

import cv2
import numpy as np

from ml.consistency.laying import LaidOver
from ml.types import Box

Arrow = tuple[float, float, float, float]

_MOST = 18
_APART = 6.5  # so many arrows fit along the longer side of a region
_SURE = 0.45
_LEAST_PX, _LEAST_SHARE = 0.8, 0.006  # of the figure's height: a shorter move is how hands and pixels differ
_AROUND = 0.08  # of the region's longer side, on each side


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
    strays, sure = laid.strays[top:bottom, left:right], laid.sure[top:bottom, left:right]
    length = np.hypot(strays[..., 0], strays[..., 1])
    moved = (sure > _SURE) & (length >= max(_LEAST_PX, _LEAST_SHARE * height_px))
    merit = np.where(moved, sure * length, 0.0).astype(np.float32)
    peaks = (merit > 0) & (merit >= cv2.dilate(merit, np.ones((5, 5), np.uint8)))
    ys, xs = np.nonzero(peaks)
    across, down = laid.cell_px
    places = np.column_stack([(xs + left + 0.5) * across, (ys + top + 0.5) * down]) - 0.5
    apart = max((right - left) * across, (bottom - top) * down) / _APART
    chosen: list[int] = []
    for index in np.argsort(-np.round(merit[ys, xs], 4), kind="stable").tolist():
        if chosen and float(np.hypot(*(places[chosen] - places[index]).T).min()) < apart:
            continue
        chosen.append(index)
        if len(chosen) == _MOST:
            break
    found = [_arrow(places[i] + laid.box[:2], strays[ys[i], xs[i]]) for i in chosen]
    return tuple(sorted(found, key=lambda a: -np.hypot(a[2] - a[0], a[3] - a[1])))


def _arrow(at: np.ndarray, stray: np.ndarray) -> Arrow:
    x, y, dx, dy = float(at[0]), float(at[1]), float(stray[0]), float(stray[1])
    return round(x + dx, 1), round(y + dy, 1), round(x, 1), round(y, 1)


def _window(laid: LaidOver, region: Box | None) -> tuple[int, int, int, int]:
    """Return the region with a margin, in cells of the field."""
    high, wide = laid.sure.shape
    if region is None:
        return 0, 0, wide, high
    more = _AROUND * max(region[2] - region[0], region[3] - region[1])
    (x, y), (across, down) = laid.box[:2], laid.cell_px
    left, top = int((region[0] - more - x) / across), int((region[1] - more - y) / down)
    right, bottom = (region[2] + more - x) / across, (region[3] + more - y) / down
    return max(0, left), max(0, top), min(wide, int(np.ceil(right))), min(high, int(np.ceil(bottom)))
