"""Lines as pixels: anti-aliased or with hard edges, on nothing.

Convention: coverage is uint8 (H, W), 0 = nothing, 255 = a line covers the whole pixel; pixel centres at integers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np

FINE = 4  # lines are drawn on a grid so much finer
_STRIP_PX = 512  # rows at a time, so that a huge drawing needs no huge grid
_SHIFT = 4
_EIGHTHS = 8  # of a pixel: steps of width
_OPEN: dict[str, Any] = {"isClosed": False, "lineType": cv2.LINE_8, "shift": _SHIFT}

Drawn = tuple[np.ndarray, np.ndarray]  # points (n, 2) px, widths (n,) px


def coverage(
    lines: Iterable[Drawn],
    size_hw: tuple[int, int],
    *,
    areas: Iterable[np.ndarray] = (),
    is_binary: bool = False,
) -> np.ndarray:
    """Return how much of each pixel is covered by lines and filled areas.

    Args:
        lines: points and widths; pieces of equal width are drawn in one.
        size_hw: of the picture.
        areas: outlines of what is filled, (n, 2) px.
        is_binary: whether only 0 and 255 come out; the thinnest line then still hangs together.
    """
    h, w = size_hw
    out = np.zeros((h, w), np.uint8)
    parts = [_Part(points, wide) for points, wide in lines if len(points)]
    parts += [_Part(ring, np.zeros(len(ring)), is_filled=True) for ring in areas if len(ring)]
    for top in range(0, h, _STRIP_PX):
        bottom = min(h, top + _STRIP_PX)
        here = [part for part in parts if part.top < bottom and part.bottom > top]
        if here:
            out[top:bottom] = _strip(here, top, bottom, w, is_binary=is_binary)
    return out


class _Part:
    """A line cut into runs of one width, told in pixels of the fine grid."""

    def __init__(self, points: np.ndarray, wide: np.ndarray, *, is_filled: bool = False) -> None:
        self.is_filled = is_filled
        self.points = np.asarray(points, np.float64)
        steps = np.maximum(1, np.round(np.asarray(wide) * _EIGHTHS)).astype(int)
        pairs = np.maximum(steps[:-1], steps[1:]) if len(steps) > 1 else steps
        cuts = np.flatnonzero(np.diff(pairs)) + 1
        starts = [0, *cuts.tolist()]
        stops = [*cuts.tolist(), len(pairs)]
        self.runs = [(a, b + 1, pairs[a] / _EIGHTHS * FINE) for a, b in zip(starts, stops, strict=True)]
        reach = float(np.max(wide)) / 2 + 1
        self.top, self.bottom = self.points[:, 1].min() - reach, self.points[:, 1].max() + reach + 1


def _strip(parts: list[_Part], top: int, bottom: int, width: int, *, is_binary: bool) -> np.ndarray:
    fine = np.zeros(((bottom - top) * FINE, width * FINE), np.uint8)
    plain = np.zeros((bottom - top, width), np.uint8)
    paths = [part.points - (0, top) for part in parts]
    on_fine = [np.round(((path + 0.5) * FINE - 0.5) * (1 << _SHIFT)).astype(np.int32) for path in paths]
    # OpenCV draws odd widths alone. What lies between two of them is the wider one in grey under the narrower one.
    for is_rim in (True, False):
        for part, path in zip(parts, on_fine, strict=True):
            if part.is_filled:
                cv2.fillPoly(fine, [path[:, None]], 255, cv2.LINE_8, _SHIFT)
                continue
            for start, stop, wide in part.runs:
                narrow = max(1, 2 * int((wide - 1) // 2) + 1)
                tone = round(255 * (wide - narrow) / 2) if is_rim else 255
                if tone > 0:
                    thick = narrow + 1 if is_rim else max(1, narrow - 1)
                    cv2.polylines(fine, [path[start:stop, None]], color=tone, thickness=thick, **_OPEN)
    if is_binary:
        lines = [path for path, part in zip(paths, parts, strict=True) if not part.is_filled]
        whole = [np.round(path * (1 << _SHIFT)).astype(np.int32)[:, None] for path in lines]
        cv2.polylines(plain, whole, color=255, thickness=1, **_OPEN)
    small = cv2.resize(fine, (width, bottom - top), interpolation=cv2.INTER_AREA)
    if is_binary:
        return np.where((small >= 128) | (plain > 0), 255, 0).astype(np.uint8)
    return np.asarray(small)


def thin(
    lines: Iterable[np.ndarray], size_hw: tuple[int, int], areas: Iterable[np.ndarray] = ()
) -> np.ndarray:
    """Return (H, W) bool, lines one pixel wide without holes, and areas filled: what regions are counted on."""
    out = np.zeros(size_hw, np.uint8)
    paths = [np.round(points * (1 << _SHIFT)).astype(np.int32)[:, None] for points in lines]
    cv2.polylines(out, paths, color=1, thickness=1, **_OPEN)
    for ring in areas:
        path = np.round(ring * (1 << _SHIFT)).astype(np.int32)[:, None]
        cv2.fillPoly(out, [path], 1, cv2.LINE_8, _SHIFT)
    return out > 0


def tinted(cover: np.ndarray, rgb: tuple[int, int, int]) -> np.ndarray:
    """Return (H, W, 4) uint8 RGBA: one colour, as much of it as is covered."""
    out = np.empty((*cover.shape, 4), np.uint8)
    out[..., :3] = rgb
    out[..., 3] = cover
    out[cover == 0] = 0
    return out


def dabbed(dabs: Iterable[tuple[tuple[float, float], float]], size_hw: tuple[int, int]) -> np.ndarray:
    """Return (H, W) bool, where rounds of a brush (centre, radius px) fall."""
    out = np.zeros(size_hw, np.uint8)
    for (x, y), radius in dabs:
        centre = round(x * (1 << _SHIFT)), round(y * (1 << _SHIFT))
        cv2.circle(out, centre, max(1, round(radius * (1 << _SHIFT))), 1, -1, cv2.LINE_8, _SHIFT)
    return out > 0


def unmixed(
    rough: np.ndarray, ground: np.ndarray, full: float, where: np.ndarray, *, is_transparent: bool = False
) -> np.ndarray:
    """Return the rough's own pencil without its paper, (H, W, 4) uint8 RGBA; nothing outside `where`.

    Over the same paper it gives the rough again: rgb = alpha * colour + (1 - alpha) * paper.

    Args:
        rough: (H, W, 3|4) uint8.
        ground: (H, W, 3) float32, its paper.
        full: share of the paper's light that a full line takes; that much is opaque.
        where: (H, W) bool.
        is_transparent: whether the rough is drawn on nothing; it is then kept as it is.
    """
    out = np.zeros((*rough.shape[:2], 4), np.uint8)
    if is_transparent:
        out[where] = rough[where]
        return out
    rgb, paper = rough[..., :3][where].astype(np.float32), ground[where]
    taken = np.clip(1 - rgb / np.maximum(paper, 1), 0, 1).max(axis=1, initial=0)
    # No colour is darker than black, so alpha is at least what the paper lacks.
    alpha = np.ceil(255 * np.clip(np.maximum(taken / full, taken), 0, 1)) / 255
    colour = (rgb - (1 - alpha[:, None]) * paper) / np.maximum(alpha, 1e-3)[:, None]
    out[where, :3] = np.clip(np.round(colour), 0, 255)
    out[where, 3] = np.round(255 * alpha)
    out[out[..., 3] == 0] = 0
    return out


def laid_over(picture: np.ndarray, other: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the picture with another in its place where asked; both (H, W, 4) uint8."""
    return np.asarray(np.where(where[..., None], other, picture), np.uint8)
