"""Which colours a drawing holds, softly: what of it is on no approved drawing, and what of them it lacks.

Exact rules fail where paint was shaded, encoded or resampled. Here a drawing is a cloud of colours in a space in
which distances look even (DIN99), each weighted by how flat its surroundings are: resampling makes mixed colours
only at edges, and those weigh next to nothing. A repainted area is then a colour without a neighbour among the
approved drawings, and an approved colour without a neighbour in the drawing.

How far clean drawings stray is learned from the approved drawings (see `calibrating`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.pixels import F32, U8, Figure, Mask, over, resize, to_lab

HEIGHT = 144
_WIDTH_MAX = 288
_PAPER = (128, 128, 128)
_STEP = 3.0
_FLAT = 4.0
_MOST = 200
_LEAST_MASS = 3e-4
_NEAR, _FAR = 3.0, 11.0  # DIN99: up to here the same paint, from here surely another
_TURN = 0.2793  # 16 degrees
_ONES = np.ones((3, 3), np.uint8)


@dataclass(frozen=True)
class Gamut:
    """The colours of one drawing: `points` (K, 3) float32 DIN99, `mass` (K,) float32, sum 1, largest first."""

    points: F32
    mass: F32


@dataclass(frozen=True)
class Field:
    """A figure's colours in place: `points` (h, w, 3) float32 DIN99, `weight` (h, w) float32 flatness."""

    points: F32
    weight: F32


@dataclass(frozen=True)
class Strange:
    """`off`: share of a drawing in colours of no approved one; `missing`: what it lacks of the nearest in colour."""

    off: float
    missing: float


def to_din99(lab: F32) -> F32:
    """Return DIN99 (..., 3) float32 of CIE Lab: plain distances there are about CIEDE2000."""
    light = 105.51 * np.log1p(0.0158 * np.maximum(lab[..., 0], 0.0))
    red = lab[..., 1] * np.cos(_TURN) + lab[..., 2] * np.sin(_TURN)
    yellow = 0.7 * (lab[..., 2] * np.cos(_TURN) - lab[..., 1] * np.sin(_TURN))
    chroma = np.maximum(np.hypot(red, yellow), 1e-6)
    shrink = np.log1p(0.045 * chroma) / (0.045 * chroma)
    return np.stack([light, red * shrink, yellow * shrink], axis=-1).astype(np.float32)


def field_of(figure: Figure) -> Field:
    """Return the colours of a figure in place, at most `HEIGHT` high."""
    high, wide = figure.mask.shape
    rgb: U8 = over(figure.rgba, figure.mask, _PAPER)
    cover = figure.mask.astype(np.float32)
    if high > HEIGHT:
        size = (HEIGHT, max(8, min(_WIDTH_MAX, round(wide * HEIGHT / high))))
        rgb, cover = resize(rgb, size), resize(cover, size)
    points = to_din99(to_lab(rgb))
    spread = (cv2.dilate(points, _ONES) - cv2.erode(points, _ONES)).max(axis=2)
    weight = np.where(cover > 0.95, 1.0 / (1.0 + (spread / _FLAT) ** 2), 0.0)
    return Field(points, weight.astype(np.float32))


def gamut_of(field: Field) -> Gamut:
    """Return the colours of a figure without their places."""
    cells = np.round(field.points / _STEP).astype(np.int64) + 100
    keys = ((cells[..., 0] * 400 + cells[..., 1]) * 400 + cells[..., 2]).ravel()
    _, inverse = np.unique(keys, return_inverse=True)
    inverse = inverse.ravel()
    weight = field.weight.ravel()
    mass = np.bincount(inverse, weight)
    sums = [np.bincount(inverse, weight * field.points[..., c].ravel()) for c in range(3)]
    centres = np.stack(sums, axis=1) / np.maximum(mass, 1e-9)[:, None]
    share = np.asarray(mass / max(float(mass.sum()), 1e-9), np.float32)
    order = np.argsort(-share, kind="stable")[:_MOST]
    order = order[share[order] > _LEAST_MASS]
    kept = share[order]
    return Gamut(centres[order].astype(np.float32), (kept / max(float(kept.sum()), 1e-9)).astype(np.float32))


def strange(drawing: Gamut, approved: Sequence[Gamut]) -> Strange:
    """Return how far the colours of a drawing stray from those of the approved drawings (at least one)."""
    away = [_distances(drawing.points, one.points) for one in approved]
    nearest = np.min([d.min(axis=1) for d in away], axis=0)
    off = float((drawing.mass * _foreign(nearest)).sum())
    lacks = [float((o.mass * _foreign(d.min(axis=0))).sum()) for o, d in zip(approved, away, strict=True)]
    return Strange(off, min(lacks))


def foreign_mask(field: Field, approved: Sequence[Gamut]) -> Mask:
    """Return where the flat colours of no approved drawing are: bool of the field's shape."""
    points = np.concatenate([one.points for one in approved])
    flat = field.weight > 0.4
    out = np.zeros(flat.shape, np.bool_)
    cells, inverse = np.unique(np.round(field.points[flat]).astype(np.int32), axis=0, return_inverse=True)
    if len(cells):
        near = _distances(cells.astype(np.float32), points).min(axis=1)
        out[flat] = (near > (_NEAR + _FAR) / 2.0)[inverse.ravel()]
    return out


def _foreign(distance: F32) -> F32:
    return np.clip((distance - _NEAR) / (_FAR - _NEAR), 0.0, 1.0)


def _distances(first: F32, second: F32) -> F32:
    if not len(first) or not len(second):
        return np.full((max(1, len(first)), max(1, len(second))), 2.0 * _FAR, np.float32)
    square = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1)[None] - 2.0 * first @ second.T
    return np.asarray(np.sqrt(np.maximum(square, 0.0)), np.float32)
