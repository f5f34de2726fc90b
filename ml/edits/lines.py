"""Thicker and thinner ink: the line layer of a finished drawing is grown or cut back by a share of its own width.

The ink is found as dark, narrow marks; its distance to its own rim is taken at four times the resolution, so that a
line of two pixels can become 15 per cent thicker. Paint under the ink is the paint beside it.
"""

from __future__ import annotations

import cv2
import numpy as np

from ml.edits.base import Edit, Subject, finish, pad
from ml.pixels import F32, U8, Mask, to_lab

_UP = 4
_DARK_L = 38.0
_DARKER_L = 14.0  # than the paint beside it
_LEAST_HEIGHT_PX, _MOST_HEIGHT_PX = 110, 1100
_LEAST_SHARE, _MOST_SHARE = 0.012, 0.3
_LEAST_WIDTH_PX, _MOST_WIDTH_PX = 1.2, 14.0


def line(subject: Subject, percent: float) -> Edit | None:
    """Make the ink `percent` (signed) thicker; None where the drawing has no ink that could be told from paint."""
    figure = subject.figure
    if figure is None or not _LEAST_HEIGHT_PX <= figure.mask.shape[0] <= _MOST_HEIGHT_PX:
        return None
    wide = pad(subject.rgba, 3)
    cover = np.pad(subject.cover, 3)
    found = _ink(wide, cover)
    if found is None:
        return None
    coverage, ink_rgb, width = found
    after, change = _redrawn(wide, coverage, ink_rgb, percent / 100.0 * width / 2.0)
    what = f"line {abs(percent):.0f} % {'thicker' if percent > 0 else 'thinner'}"
    place = np.asarray((coverage > 0.3) | (change > 0.3))
    return finish(wide, after, what, place=place, magnitude=percent)


def _ink(wide: U8, cover: Mask) -> tuple[F32, F32, float] | None:
    """Return (coverage (h, w) 0..1, ink colour (h, w, 3), median width in px) of the line layer, or None."""
    light = np.where(cover, to_lab(wide[..., :3])[..., 0], 100.0).astype(np.float32)
    reach = max(3, round(np.count_nonzero(cover.any(axis=1)) / 60)) | 1
    ground = cv2.dilate(cv2.erode(cv2.dilate(light, _box(reach)), _box(reach)), _box(1))
    dark = float(np.percentile(light[cover], 2))
    if dark > _DARK_L:
        return None
    depth = np.maximum(ground - dark, 1.0)
    coverage = np.clip((ground - light) / depth, 0.0, 1.0)
    coverage[(ground - light < _DARKER_L) | (ground < dark + _DARKER_L)] = 0.0
    share = float(coverage[cover].mean())
    if not _LEAST_SHARE <= share <= _MOST_SHARE:
        return None
    width = _width(coverage)
    if width is None:
        return None
    return np.asarray(coverage, np.float32), _spread(wide, coverage > 0.85), width


def _box(reach: int) -> U8:
    return np.ones((reach, reach), np.uint8)


def _width(coverage: F32) -> float | None:
    """Return the median width of the lines in pixels, from the ridge of the distance to their rim."""
    large = cv2.resize(coverage, None, fx=_UP, fy=_UP, interpolation=cv2.INTER_LINEAR) > 0.5
    inside = cv2.distanceTransform(large.astype(np.uint8), cv2.DIST_L2, 5)
    ridge = (inside >= cv2.dilate(inside, _box(3)) - 1e-3) & (inside > 1.0)
    if np.count_nonzero(ridge) < 40:
        return None
    width = 2.0 * float(np.median(inside[ridge])) / _UP
    return width if _LEAST_WIDTH_PX <= width <= _MOST_WIDTH_PX else None


def _spread(rgba: U8, known: Mask) -> F32:
    """Return (h, w, 4) float32: every pixel takes the colour and alpha of the nearest pixel of `known`."""
    _, nearest = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros((int(nearest.max()) + 1, 4), np.float32)
    table[nearest[known]] = rgba[known]
    return np.asarray(table[nearest], np.float32)


def _redrawn(wide: U8, coverage: F32, ink: F32, grow_px: float) -> tuple[U8, F32]:
    """Return the drawing with its ink grown by `grow_px` on each side, and how much each pixel's coverage changed."""
    size_wh = (wide.shape[1], wide.shape[0])
    large = cv2.resize(coverage, None, fx=_UP, fy=_UP, interpolation=cv2.INTER_LINEAR) > 0.5
    inked = large.astype(np.uint8)
    signed = cv2.distanceTransform(1 - inked, cv2.DIST_L2, 5) - cv2.distanceTransform(inked, cv2.DIST_L2, 5)
    old = np.clip(0.5 - signed, 0.0, 1.0)
    new = np.clip(0.5 - (signed - grow_px * _UP), 0.0, 1.0)
    before = cv2.resize(old.astype(np.float32), size_wh, interpolation=cv2.INTER_AREA)
    after = cv2.resize(new.astype(np.float32), size_wh, interpolation=cv2.INTER_AREA)
    change = np.asarray(np.abs(after - before), np.float32)
    some = change > 0.01
    now = _premultiplied(wide.astype(np.float32))[some]
    more = (after - before)[some][:, None]
    ink_now = _premultiplied(ink)[some]
    paint = _premultiplied(_spread(wide, cv2.dilate(coverage, _box(3)) < 0.05))[some]
    share = before[some][:, None]
    thicker = now + (ink_now - now) * np.clip(more / np.maximum(1.0 - share, 1e-3), 0.0, 1.0)
    thinner = now + (paint - now) * np.clip(-more / np.maximum(share, 1e-3), 0.0, 1.0)
    out = wide.copy()
    out[some] = _straight(np.where(more > 0, thicker, thinner))
    return out, change


def _premultiplied(rgba: F32) -> F32:
    out = rgba.copy()
    out[..., :3] *= rgba[..., 3:] / 255.0
    return out


def _straight(rgba: F32) -> U8:
    out = rgba.copy()
    out[..., :3] *= 255.0 / np.maximum(rgba[..., 3:], 1.0)
    return np.clip(out.round(), 0, 255).astype(np.uint8)
