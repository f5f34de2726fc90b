"""A figure as networks want it: on white paper, fitted whole into a square, normalised."""

from __future__ import annotations

import cv2
import numpy as np

from ml.pixels import F32, Figure, over

PAPER = (255, 255, 255)


def square(figure: Figure, side_px: int, mean: F32, std: F32) -> F32:
    """Return the figure in the middle of a white square, normalised by channel.

    Convention:
        - in: straight alpha; outside the mask is paper. Nothing is cropped, proportions are kept
        - out: (3, side, side) float32, RGB, (value / 255 - mean) / std; mean, std (3,) float32
        - area when it shrinks, bicubic when it grows
    """
    rgb = _padded(over(figure.rgba, figure.mask, PAPER), PAPER)
    kind = cv2.INTER_AREA if rgb.shape[0] > side_px else cv2.INTER_CUBIC
    small = cv2.resize(rgb, (side_px, side_px), interpolation=kind).astype(np.float32) / 255.0
    return np.ascontiguousarray(((small - mean) / std).transpose(2, 0, 1), np.float32)


def cover(figure: Figure, cells: int) -> F32:
    """Return which share of each cell of the same square is figure: (cells, cells) float32, 0..1."""
    mask = _padded(figure.mask.astype(np.uint8) * 255, 0)
    kind = cv2.INTER_AREA if mask.shape[0] > cells else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(mask, (cells, cells), interpolation=kind), np.float32) / 255.0


def _padded(picture: np.ndarray, paper: int | tuple[int, int, int]) -> np.ndarray:
    high, wide = picture.shape[:2]
    side = max(high, wide)
    top, left = (side - high) // 2, (side - wide) // 2
    value = (paper,) if isinstance(paper, int) else paper
    rims = (top, side - high - top, left, side - wide - left)
    return np.asarray(cv2.copyMakeBorder(picture, *rims, cv2.BORDER_CONSTANT, value=value))
