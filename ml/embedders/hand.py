"""The embedder that needs no weights: colour, its layout, and the shape of edges, of the cropped figure.

Three parts, each of unit length, then weighted:
    - palette: soft Lab histogram over pixels that are locally flat (anti-aliased edges say nothing)
    - layout: mean colour and cover on a 6 x 4 grid over the figure's box (which paint is where)
    - shape: histograms of edge directions on an 8 x 6 grid (how it stands)
The palette names the design, layout and shape find the nearest pose within it. Deterministic.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ml.embedders.base import unit_rows
from ml.pixels import F32, Figure, over, resize, to_lab

_VERSION = "hand@000000000000/2"
_HEIGHT, _WIDTH = 144, 96
_L_CENTRES = np.linspace(8.0, 92.0, 5, dtype=np.float32)
_AB_CENTRES = np.linspace(-60.0, 60.0, 8, dtype=np.float32)
_LAYOUT_GRID = (6, 4)
_SHAPE_GRID = (8, 6)
_DIRECTIONS = 8
_ONES = np.ones((3, 3), np.uint8)
_WEIGHTS = (0.80, 0.45, 0.40)
_DIM = 5 * 64 + 24 * 4 + 48 * _DIRECTIONS


class HandEmbedder:
    """See the module."""

    @property
    def model_id(self) -> str:
        """Return the name that every vector of this embedder carries."""
        return _VERSION

    @property
    def dim(self) -> int:
        """Return the length of a vector."""
        return _DIM

    def embed(self, figures: Sequence[Figure | None]) -> npt.NDArray[np.float32]:
        """Return (N, dim) float32 unit rows; an empty drawing is a zero row."""
        rows = np.zeros((len(figures), _DIM), np.float32)
        for index, figure in enumerate(figures):
            if figure is not None:
                rows[index] = _describe(figure)
        return unit_rows(rows)


def _describe(figure: Figure) -> F32:
    size = (_HEIGHT, _WIDTH)
    rgb = resize(over(figure.rgba, figure.mask, (128, 128, 128)), size)
    cover = resize(figure.mask.astype(np.float32), size).astype(np.float32)
    lab = to_lab(rgb)
    parts = (_palette(lab, cover), _layout(lab, cover), _shape(lab, cover))
    scaled = [w * p / max(float(np.linalg.norm(p)), 1e-12) for w, p in zip(_WEIGHTS, parts, strict=True)]
    return np.concatenate(scaled).astype(np.float32)


def _palette(lab: F32, cover: F32) -> F32:
    luma = lab[..., 0]
    spread = cv2.dilate(luma, _ONES) - cv2.erode(luma, _ONES)
    weight = (cover / (1.0 + (spread / 5.0) ** 2))[::2, ::2].ravel()
    pixels = lab[::2, ::2].reshape(-1, 3)
    light = _soft(pixels[:, 0], _L_CENTRES)
    red = _soft(pixels[:, 1], _AB_CENTRES)
    yellow = _soft(pixels[:, 2], _AB_CENTRES)
    colour = (red[:, :, None] * yellow[:, None, :]).reshape(-1, 64)
    mass = (light * weight[:, None]).T @ colour
    return np.sqrt(mass.ravel() / max(float(mass.sum()), 1e-9)).astype(np.float32)


def _soft(values: F32, centres: F32) -> F32:
    step = float(centres[1] - centres[0])
    place = np.clip((values - centres[0]) / step, 0.0, len(centres) - 1.0)
    return np.clip(1.0 - np.abs(place[:, None] - np.arange(len(centres), dtype=np.float32)), 0.0, 1.0)


def _layout(lab: F32, cover: F32) -> F32:
    rows, columns = _LAYOUT_GRID
    stack = np.dstack([lab * cover[..., None], 60.0 * cover])
    cells = np.asarray(cv2.resize(stack, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)
    cells[..., 0] -= 0.5 * cells[..., 3]  # lightness around its middle, so that cover alone is one channel
    return cells.ravel()


def _shape(lab: F32, cover: F32) -> F32:
    ink = cv2.GaussianBlur(lab[..., 0] * cover + 60.0 * cover, (0, 0), 1.2)
    gx, gy = cv2.Sobel(ink, cv2.CV_32F, 1, 0), cv2.Sobel(ink, cv2.CV_32F, 0, 1)
    strength = gx * gx + gy * gy
    size = np.sqrt(np.sqrt(strength))
    # cosine and sine of the doubled angle, by divisions alone: arctan2 differs in its last bit with alignment
    cosine, sine = (gx * gx - gy * gy) / (strength + 1e-6), 2.0 * gx * gy / (strength + 1e-6)
    rows, columns = _SHAPE_GRID
    planes = []
    for direction in range(_DIRECTIONS):
        angle = 2.0 * np.pi * direction / _DIRECTIONS
        near = np.maximum(np.float32(np.cos(angle)) * cosine + np.float32(np.sin(angle)) * sine, 0.0)
        planes.append(
            cv2.resize(near * near * near * size, (columns, rows), interpolation=cv2.INTER_AREA).ravel()
        )
    return np.sqrt(np.concatenate(planes)).astype(np.float32)
