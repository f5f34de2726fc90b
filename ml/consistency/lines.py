"""Ink lines of a drawing, measured to parts of a pixel: where their middles run and how wide each is there.

A line of an animation drawing is one to three pixels wide, so counting dark pixels says little. Middles are found as
ridges of the second derivative (Steger, "An unbiased detector of curvilinear structures", 1998); across each the
share of ink is added up. Anti-aliasing, half a pixel's shift or a mild codec spread ink but neither add nor take
any, so the sum stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.pixels import F32, U8, Mask

_PAD_PX = 12
_GROUND_PX = 8
_STEP_PX = 0.5
_MOST_POINTS = 3000
_LEAST_DEPTH = 14.0  # grey levels between ink and the paint beside it
SIGMAS_PX = (0.8, 1.6, 3.2)
_ENOUGH = 0.6  # of the most points that any of them finds
_REACH = 3.2  # how far a line may reach from its middle, in sigmas, and
_EDGE_PX = 2.0  # the width of its soft edge
_WEAK = 0.12
_INK_REACH_PX = 4
_CREST, _LEVEL = 0.4, 0.25
_CENTRE_SHARE = 0.2
_OFF_INK, _OFF_INK_LEAST = 0.28, 12.0  # what a mixture may leave unexplained, of its way from paint to ink
_TRUE_INK = 0.1
_LEAST_SHARE = 0.25
_GREY = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Strokes:
    """Points on the middles of lines.

    Convention:
        - `xy` (N, 2) float32 in pixels of the crop, `width_px` (N,) float32, both of the drawing's own scale
        - `mass` (N,) float32: grey levels times pixels that the line is darker than the paint beside it, which no
          guess at the ink's colour goes into
        - `paints` (N, 2, 3) float32: colour of the paint on both sides, white = no paint
        - `sigma_px`: the scale at which they were looked for
    """

    xy: F32
    width_px: F32
    mass: F32
    paints: F32
    sigma_px: float


def strokes_of(rgba: U8, mask: Mask, inks: U8 | None = None, sigma_px: float = 0.0) -> Strokes:
    """Return the lines of a figure; none where nothing thin and dark is drawn.

    Args:
        rgba: (h, w, 4) uint8.
        mask: (h, w) bool, the figure.
        inks: (K, 3) uint8 paints of lines, where they are known; else the darkest colour along a line is its ink.
        sigma_px: scale at which lines are looked for, about half a line's width; 0 = find it out.
    """
    rgb = _framed(rgba, mask)
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32)
    board = cv2.copyMakeBorder(mask.astype(np.uint8), *(_PAD_PX,) * 4, cv2.BORDER_CONSTANT, value=0)
    inner: U8 = cv2.dilate(board, np.ones((3, 3), np.uint8)).astype(np.uint8)
    if sigma_px:
        return _at_scale(rgb, grey, inner, sigma_px, inks)
    tried = [_at_scale(rgb, grey, inner, sigma, inks) for sigma in SIGMAS_PX]
    most = max(len(t.xy) for t in tried)
    return next(t for t in tried if len(t.xy) >= _ENOUGH * most)


def _at_scale(rgb: U8, grey: F32, inner: U8, sigma: float, inks: U8 | None) -> Strokes:
    xy, across = _ridges(grey, inner, sigma)
    if not len(xy):
        none = np.zeros(0, np.float32)
        return Strokes(np.zeros((0, 2), np.float32), none, none, np.zeros((0, 2, 3), np.float32), sigma)
    width, mass, paints, good = _widths(rgb, grey, xy, across, _REACH * sigma + _EDGE_PX, inks)
    at = np.asarray(xy[good] - _PAD_PX, np.float32)
    return Strokes(at, width[good], mass[good], paints[good], sigma)


def _framed(rgba: U8, mask: Mask) -> U8:
    """Return the figure with a margin, uint8 (h, w, 3), mixed as paint is: linear in sRGB values.

    Where the paper is clear, the lightest paint near by goes on beyond the contour: against white paper a line
    would seem to lie where the paint is darker, and to be as wide as the paint is dark.
    """
    edge = (_PAD_PX,) * 4
    clear = int(rgba[..., 3].min()) < 250
    share = rgba[..., 3] if clear else mask.astype(np.uint8) * np.uint8(255)
    share = np.asarray(cv2.copyMakeBorder(share, *edge, cv2.BORDER_CONSTANT, value=0), np.uint8)
    rgb = cv2.copyMakeBorder(rgba[..., :3], *edge, cv2.BORDER_CONSTANT, value=(255.0,) * 3)
    ground = np.full_like(rgb, 255)
    if clear:
        reach = np.ones((2 * _GROUND_PX + 1, 2 * _GROUND_PX + 1), np.uint8)
        solid = (share > 250).astype(np.uint8)
        spread = cv2.dilate(cv2.bitwise_and(rgb, rgb, mask=solid), reach)
        cv2.copyTo(spread, cv2.dilate(solid, reach), ground)
    out = cv2.copyTo(ground, (share == 0).astype(np.uint8), rgb)
    ys, xs = np.nonzero((share > 0) & (share < 255))
    part = share[ys, xs].astype(np.float32)[:, None] / np.float32(255.0)
    out[ys, xs] = np.rint(out[ys, xs] * part + ground[ys, xs] * (1.0 - part)).astype(np.uint8)
    return np.asarray(out, np.uint8)


def _ridges(grey: F32, inner: U8, sigma: float) -> tuple[F32, F32]:
    """Return the middles of dark lines (N, 2) and the unit vectors across them (N, 2)."""
    soft = cv2.GaussianBlur(grey, (0, 0), sigma)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=1 / 8)
    xx, yy = cv2.Sobel(soft, cv2.CV_32F, 2, 0, scale=1 / 4), cv2.Sobel(soft, cv2.CV_32F, 0, 2, scale=1 / 4)
    xy = cv2.Sobel(soft, cv2.CV_32F, 1, 1, scale=1 / 4)
    half, turn = (xx + yy) / 2.0, (xx - yy) / 2.0
    bend = half + np.sqrt(turn * turn + xy * xy)
    least = _LEAST_DEPTH / (6.0 * sigma * sigma)
    strong = bend[(bend > least) & (inner > 0)]
    if not strong.size:
        return np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32)
    ys, xs = np.nonzero((bend > max(least, _WEAK * float(np.percentile(strong, 95)))) & (inner > 0))
    angle = 0.5 * np.arctan2(2.0 * xy[ys, xs], (xx - yy)[ys, xs])
    nx, ny = np.cos(angle), np.sin(angle)
    away = -(gx[ys, xs] * nx + gy[ys, xs] * ny) / bend[ys, xs]
    near = (np.abs(away * nx) <= 0.5) & (np.abs(away * ny) <= 0.5)
    points = np.stack([xs + away * nx, ys + away * ny], axis=1)[near]
    across = np.stack([nx, ny], axis=1)[near]
    every = max(1, -(-len(points) // _MOST_POINTS))
    return points[::every].astype(np.float32), across[::every].astype(np.float32)


def _widths(
    rgb: U8, grey: F32, xy: F32, across: F32, reach_px: float, inks: U8 | None
) -> tuple[F32, F32, F32, Mask]:
    """Return width, mass and paints of the line at each point, and whether it is one: lighter on both sides."""
    steps = int(np.ceil(reach_px / _STEP_PX))
    offsets = np.arange(-steps, steps + 1, dtype=np.float32) * np.float32(_STEP_PX)
    at = xy[:, None, :] + across[:, None, :] * offsets[None, :, None]
    xs, ys = (np.ascontiguousarray(at[..., axis]) for axis in (0, 1))
    sampled = cv2.remap(rgb, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen = np.asarray(sampled, np.float32)
    sides = (seen[:, steps::-1], seen[:, steps:])
    greys = [side @ _GREY for side in sides]
    ends = [_rise(side) for side in greys]
    rows = np.arange(len(xy))
    paints = [side[rows, end] for side, end in zip(sides, ends, strict=True)]
    ink = _ink_near(rgb, grey, xy)
    good = np.ones(len(xy), np.bool_)
    if inks is not None and len(inks):
        ink, good = _ink_of(ink, paints, inks)
    width, mass = np.zeros(len(xy), np.float32), np.zeros(len(xy), np.float32)
    depth = np.full(len(xy), 255.0, np.float32)
    for side, light, paint, end in zip(sides, greys, paints, ends, strict=True):
        axis = ink - paint
        long = np.maximum(np.einsum("nc,nc->n", axis, axis), 1.0)
        along = np.einsum("nkc,nc->nk", side, axis) - np.einsum("nc,nc->n", paint, axis)[:, None]
        share = np.clip(along / long[:, None], 0.0, 1.0)
        share[np.arange(side.shape[1])[None, :] >= end[:, None]] = 0.0
        good &= share[:, 0] >= _CENTRE_SHARE
        dark = np.maximum((paint @ _GREY)[:, None] - light, 0.0) * (share > 0.0)
        width += _sum(share)
        mass += _sum(dark)
        depth = np.minimum(depth, (paint - ink) @ _GREY)
    return width, mass, np.stack(paints, axis=1), good & (depth >= _LEAST_DEPTH)


def _sum(side: F32) -> F32:
    """Add up what lies on one side of a line's middle; the middle itself belongs to both sides."""
    return np.asarray((side.sum(axis=1) - 0.5 * side[:, 0]) * _STEP_PX, np.float32)


def _rise(side: F32) -> np.ndarray:
    """Return at which step from the middle outwards the line has ended: where its own rise, the first, levels off.

    Beside many a line lies a shadow, and beyond that lighter paint: that second rise is none of the line's.
    """
    steep = np.diff(side, axis=1)
    steep = np.concatenate([steep, np.zeros((len(side), 1), np.float32)], axis=1)
    top = np.maximum(steep.max(axis=1, keepdims=True), 1.0)
    crest = (steep >= _CREST * top) & (steep >= np.roll(steep, -1, axis=1))
    first = np.argmax(crest, axis=1)
    height = steep[np.arange(len(side)), first]
    level = steep < _LEVEL * height[:, None]
    level &= np.arange(side.shape[1])[None, :] > first[:, None]
    level[:, -1] = True
    return np.asarray(np.argmax(level, axis=1))


def _ink_near(rgb: U8, grey: F32, xy: F32) -> F32:
    """Return the colour of the darkest middle of a line within a few pixels of each point, (N, 3)."""
    xs, ys = np.rint(xy[:, 0]).astype(np.int64), np.rint(xy[:, 1]).astype(np.int64)
    order = np.argsort(grey[ys, xs], kind="stable")
    board = np.full(grey.shape, 1e9, np.float32)
    board[ys[order[::-1]], xs[order[::-1]]] = np.arange(len(order) - 1, -1, -1)  # ranks: darkest = 0
    size = 2 * _INK_REACH_PX + 1
    first = order[cv2.erode(board, np.ones((size, size), np.uint8))[ys, xs].astype(np.int64)]
    return np.asarray(rgb[ys[first], xs[first]], np.float32)


def _ink_of(darkest: F32, paints: Sequence[F32], inks: U8) -> tuple[F32, Mask]:
    """Return the paint of each line, which best explains its darkest colour as a mixture, and whether it does."""
    best = darkest.copy()
    cost, good = np.full(len(darkest), 1e9), np.zeros(len(darkest), np.bool_)
    for ink in inks.astype(np.float32):
        for paint in (paints[0], paints[1], (paints[0] + paints[1]) / 2.0):
            axis = ink - paint
            long = np.maximum(np.einsum("nc,nc->n", axis, axis), 1.0)
            share = np.clip(np.einsum("nc,nc->n", darkest - paint, axis) / long, 0.0, 1.0)
            rest = darkest - paint - share[:, None] * axis
            left, short = np.einsum("nc,nc->n", rest, rest), darkest - ink
            total = left + _TRUE_INK * np.einsum("nc,nc->n", short, short) + 1e6 * (share < _LEAST_SHARE)
            fits = np.sqrt(left) <= np.maximum(_OFF_INK_LEAST, _OFF_INK * share * np.sqrt(long))
            better = total < cost
            cost[better], best[better] = total[better], ink
            good[better] = (fits & (share >= _LEAST_SHARE))[better]
    return best, good
