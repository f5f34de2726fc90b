"""Thicker and thinner ink: the dark, narrow marks of a finished drawing grow or give way by a share of their width.

Near the ink every pixel takes the darkest (or, for a thinner line, the lightest) of what lies on a circle around it,
sampled between pixels, so that a line of two pixels can become 15 per cent thicker and keeps its own colour.
"""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np

from ml.edits.base import Edit, Subject, disc, finish, pad, smooth
from ml.pixels import F32, U8, Mask, to_lab

_UP = 4
_DARK_L = 38.0
_DARKER_L = 14.0  # than the paint beside it
_LEAST_HEIGHT_PX, _MOST_HEIGHT_PX = 110, 1100
_LEAST_SHARE, _MOST_SHARE = 0.012, 0.3
_LEAST_WIDTH_PX, _MOST_WIDTH_PX = 1.2, 18.0
_DIRECTIONS = 16
_PAD_PX = 6


def line(subject: Subject, percent: float) -> Edit | None:
    """Make the ink `percent` (signed) thicker; None where the drawing has no ink that could be told from paint."""
    figure = subject.figure
    if figure is None or not _LEAST_HEIGHT_PX <= figure.mask.shape[0] <= _MOST_HEIGHT_PX:
        return None
    wide, cover = pad(subject.rgba, _PAD_PX), np.pad(subject.cover, _PAD_PX)
    ink = _ink(wide, cover)
    width = None if ink is None else _width(ink)
    if ink is None or width is None:
        return None
    radius = abs(percent) / 100.0 * width / 2.0
    zone = smooth(1.5 + radius - _away(ink > 0.4))
    after = _spread(wide, zone, radius, darker=percent > 0)
    what = f"line {abs(percent):.0f} % {'thicker' if percent > 0 else 'thinner'}"
    return finish(wide, after, what, place=np.asarray(zone > 0.5), magnitude=percent)


def _ink(wide: U8, cover: Mask) -> F32 | None:
    """Return how much each pixel is ink, (h, w) 0..1, or None where little or far too much is."""
    light = np.where(cover, to_lab(wide[..., :3])[..., 0], 100.0).astype(np.float32)
    reach = max(3, round(np.count_nonzero(cover.any(axis=1)) / 34)) | 1
    ground = cv2.morphologyEx(light, cv2.MORPH_CLOSE, disc(reach // 2))
    dark = float(np.percentile(light[cover], 2))
    ink = np.clip((ground - light) / np.maximum(ground - dark, 1.0), 0.0, 1.0)
    ink[(ground - light < _DARKER_L) | (ground < dark + _DARKER_L)] = 0.0
    share = float(ink[cover].mean())
    fit = dark < _DARK_L and _LEAST_SHARE <= share <= _MOST_SHARE
    return np.asarray(ink, np.float32) if fit else None


def _away(mask: Mask) -> F32:
    return np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5), np.float32)


def _width(ink: F32) -> float | None:
    """Return the median width of the lines in pixels, from the ridge of the distance to their rim."""
    large = cv2.resize(ink, None, fx=_UP, fy=_UP, interpolation=cv2.INTER_LINEAR) > 0.5
    inside = cv2.distanceTransform(large.astype(np.uint8), cv2.DIST_L2, 5)
    ridge = (inside >= cv2.dilate(inside, np.ones((3, 3), np.uint8)) - 1e-3) & (inside > 1.0)
    if np.count_nonzero(ridge) < 40:
        return None
    width = 2.0 * float(np.median(inside[ridge])) / _UP
    return width if _LEAST_WIDTH_PX <= width <= _MOST_WIDTH_PX else None


def _spread(wide: U8, zone: F32, radius: float, *, darker: bool) -> U8:
    """Return the drawing in which the darkest or lightest within `radius` spreads, as far as `zone` (0..1) says."""
    now = wide.astype(np.float32)
    now[..., :3] *= now[..., 3:] / 255.0  # premultiplied: clear paper has no colour, and counts as white
    best, sign = now.copy(), np.float32(1.0 if darker else -1.0)
    least = sign * _light(now)
    for share, turn in product((1.0, 0.5) if radius > 1.5 else (1.0,), np.arange(_DIRECTIONS)):
        right, down = (share * radius * f(2.0 * np.pi * turn / _DIRECTIONS) for f in (np.cos, np.sin))
        shift = np.array([[1, 0, right], [0, 1, down]], np.float32)
        size_wh = (now.shape[1], now.shape[0])
        there = np.asarray(
            cv2.warpAffine(now, shift, size_wh, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
            np.float32,
        )
        light = sign * _light(there)
        better = light < least
        least[better], best[better] = light[better], there[better]
    mixed = now + (best - now) * zone[..., None]
    mixed[..., :3] *= 255.0 / np.maximum(mixed[..., 3:], 1.0)
    out = np.clip(mixed.round(), 0, 255).astype(np.uint8)
    return np.where(zone[..., None] > 0.0, out, wide)


def _light(premultiplied: F32) -> F32:
    return np.asarray(
        premultiplied[..., :3] @ np.array([0.3, 0.59, 0.11], np.float32) + (255.0 - premultiplied[..., 3]),
        np.float32,
    )
