"""Fits one small picture onto another by an affine map: inverse compositional Gauss-Newton on a pyramid.

After Baker and Matthews, "Lucas-Kanade 20 years on" (2004), with both pictures brought to the same mean and
spread (as in ECC), and a weight for every pixel: what acts (eyes, mouth) need not pull at the map. The gradients
are those of the template, so that a step costs a warp and a product; far cheaper than forward ECC.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from ml.pixels import F32

LEVELS = (4, 2, 1)  # how much smaller than the template
STEPS = (12, 8, 6)
_FREE = ((0, 2, 4, 5), tuple(range(6)), tuple(range(6)))  # coarsely only place and size are sought, no turn
_HOPELESS = (0.3, 0.6, -1.0)  # correlations at a level below which the next is left out
_STILL = 0.02  # pixels of the template: a step below it ends a level
_BLUR = 1.2
_RIDGE = 1e-4
_FLAT = 1e-3
_WORSE = 0.05  # of correlation: a step that loses as much has gone astray
_WARP = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
_PAPER = 128.0


@dataclass(frozen=True)
class _Level:
    """A template at one size: `flat` (n,) pixels of mean 0 and spread 1, `pull` (6, n), `weights` (n,), sum 1."""

    side: int
    flat: F32
    pull: F32
    weights: F32


@dataclass(frozen=True, eq=False)
class Template:
    """A small picture made ready to be laid over others; None at a size at which it is flat."""

    levels: tuple[_Level | None, ...]


def template_of(picture: F32, weights: F32) -> Template:
    """Return the template of a picture (s, s) float32, 0..255; `weights` (s, s) float32 >= 0: what a pixel counts."""
    return Template(
        tuple(_level_of(picture, weights, factor, free) for factor, free in zip(LEVELS, _FREE, strict=True))
    )


def fit_affine(template: Template, picture: F32, start: F32) -> tuple[F32, float] | None:
    """Return (affine, correlation) of a template laid onto a picture, or None where no fit is found.

    Args:
        template: see `template_of`.
        picture: (h, w) float32, 0..255, at about the scale of the template.
        start: (2, 3) float32, template pixels to picture pixels.

    The correlation is that of the pixels by their weights, -1..1. A fit that is hopeless at a coarse level is
    not made finer.
    """
    affine = start.astype(np.float64)
    correlation = -1.0
    for factor, steps, hopeless, level in zip(LEVELS, STEPS, _HOPELESS, template.levels, strict=True):
        if level is None:
            return None
        found = _descend(level, _smaller(picture, factor), _to_level(affine, factor), steps)
        if found is None:
            return None
        affine, correlation = _from_level(found[0], factor), found[1]
        if correlation < hopeless:
            break
    return np.ascontiguousarray(affine, np.float32), correlation


def _smaller(picture: F32, factor: int) -> F32:
    if factor == 1:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), _BLUR), np.float32)
    size = (max(4, picture.shape[1] // factor), max(4, picture.shape[0] // factor))
    cut = picture[: size[1] * factor, : size[0] * factor]
    small = cv2.resize(cut, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 0.7), np.float32)


def _to_level(affine: np.ndarray, factor: int) -> np.ndarray:
    """Pixels are counted by their centres: pixel x of a level is (x + 0.5) * factor - 0.5 of the whole."""
    half = (factor - 1) / 2.0
    moved = affine.copy()
    moved[:, 2] = (affine[:, :2] @ np.array([half, half]) + affine[:, 2] - half) / factor
    return moved


def _from_level(affine: np.ndarray, factor: int) -> np.ndarray:
    half = (factor - 1) / 2.0
    moved = affine.copy()
    moved[:, 2] = affine[:, 2] * factor + half - affine[:, :2] @ np.array([half, half])
    return moved


@cache
def _grid(side: int) -> tuple[F32, F32]:
    """Return x and y of a square's pixels from its middle, -1..1, (side * side,) each."""
    middle = (side - 1) / 2.0
    ys, xs = np.divmod(np.arange(side * side, dtype=np.float32), np.float32(side))
    return ((xs - middle) / middle).astype(np.float32), ((ys - middle) / middle).astype(np.float32)


def _level_of(template: F32, weights: F32, factor: int, free: tuple[int, ...]) -> _Level | None:
    small = _smaller(template, factor)
    side = small.shape[0]
    counted = weights if factor == 1 else cv2.resize(weights, small.shape[::-1], interpolation=cv2.INTER_AREA)
    share = np.asarray(counted, np.float32).ravel()
    total = float(share.sum())
    if total <= 0.0:
        return None
    share = share / np.float32(total)
    flat = small.ravel() - np.float32(share @ small.ravel())
    spread = float(np.sqrt(share @ (flat * flat)))
    if spread < _FLAT:
        return None
    xs, ys = _grid(side)
    slopes = np.empty((6, side * side), np.float32)
    slopes[2] = cv2.Scharr(small, cv2.CV_32F, 1, 0, scale=1.0 / (32.0 * spread)).ravel()
    slopes[5] = cv2.Scharr(small, cv2.CV_32F, 0, 1, scale=1.0 / (32.0 * spread)).ravel()
    slopes[0], slopes[1], slopes[3], slopes[4] = (
        slopes[2] * xs,
        slopes[2] * ys,
        slopes[5] * xs,
        slopes[5] * ys,
    )
    slopes = slopes[list(free)]
    pulled = slopes * share
    steep = (pulled @ slopes.T).astype(np.float64)
    steep += np.eye(len(free)) * (_RIDGE * float(np.trace(steep)) + 1e-12)
    pull = np.zeros((6, side * side), np.float32)
    pull[list(free)] = np.linalg.inv(steep).astype(np.float32) @ pulled
    return _Level(side, flat * np.float32(1.0 / spread), pull, share)


def _descend(level: _Level, board: F32, affine: np.ndarray, steps: int) -> tuple[np.ndarray, float] | None:
    best, best_affine = -2.0, affine
    for step in range(steps + 1):
        seen = _seen(level, board, affine)
        if seen is None:
            return None
        value = float(level.weights @ (seen * level.flat))
        if value > best:
            best, best_affine = value, affine
        elif value < best - _WORSE:
            break
        if step == steps:
            break
        delta = (level.pull @ (seen - level.flat)).tolist()
        affine = _stepped(affine, delta, (level.side - 1) / 2.0)
        if not np.isfinite(affine).all() or max(map(abs, delta)) < _STILL:
            break
    return best_affine, best


def _seen(level: _Level, board: F32, affine: np.ndarray) -> F32 | None:
    """Return the picture under the template, brought to mean 0 and spread 1 by the weights; None if it is flat."""
    size = (level.side, level.side)
    seen = cv2.warpAffine(board, affine.astype(np.float32), size, flags=_WARP, borderValue=(_PAPER,)).ravel()
    seen = seen - np.float32(level.weights @ seen)
    spread = float(np.sqrt(level.weights @ (seen * seen)))
    return None if spread < _FLAT else np.asarray(seen * np.float32(1.0 / spread), np.float32)


def _stepped(affine: np.ndarray, delta: list[float], middle: float) -> np.ndarray:
    """Return the map after a step: the step moves the template about its middle, the picture gets the inverse."""
    a, b, c, d = 1.0 + delta[0] / middle, delta[1] / middle, delta[3] / middle, 1.0 + delta[4] / middle
    det = a * d - b * c
    if abs(det) < _FLAT:
        return np.full((2, 3), np.nan)
    back = np.array([[d, -b], [-c, a]]) / det
    offset = np.array([middle, middle]) - back @ np.array([middle + delta[2], middle + delta[5]])
    out = np.empty((2, 3))
    out[:, :2] = affine[:, :2] @ back
    out[:, 2] = affine[:, :2] @ offset + affine[:, 2]
    return out
