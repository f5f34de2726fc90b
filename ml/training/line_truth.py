"""What the network is to find in a rough drawing, pixel by pixel, worked out from the curves of the clean art."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.training.line_art import LineArt, directions

FAR_PX = 6.0  # distances end here
_FINE = 3
_HALF_LINE_PX = 1.05
_SPOT_PX = 1.8  # standard deviation of the spot of an end or a crossing
_MEET_DEG = 20.0


@dataclass(frozen=True, eq=False)
class LineTruth:
    """Maps of a drawing; the same as `ml.cleanup.records.Evidence`, but known.

    Attributes:
        line: (h, w) bool: within a pixel of a centre-line, so lines are 2 px wide.
        distance_px: (h, w) float32 to the nearest centre-line, at most 6.
        direction: (h, w, 2) float32, cos 2a and sin 2a of the nearest line; zero where it is 6 px away or more.
        tips: (h, w) float32, spots of 1 where a line ends and touches none.
        crossings: (h, w) float32, spots of 1 where lines meet.
        width_px: (h, w) float32, how wide the nearest line was drawn; zero where it is 6 px away or more.
    """

    line: np.ndarray
    distance_px: np.ndarray
    direction: np.ndarray
    tips: np.ndarray
    crossings: np.ndarray
    width_px: np.ndarray


def truth_of(art: LineArt, widths_px: tuple[np.ndarray, ...] | None = None) -> LineTruth:
    """Return the maps of clean art.

    Args:
        art: clean lines.
        widths_px: of each line (n,), as drawn; the art's own widths if not given.
    """
    h, w = art.size_hw
    if not art.lines:
        empty = np.zeros((h, w), np.float32)
        away = np.full((h, w), FAR_PX, np.float32)
        return LineTruth(empty > 0, away, np.zeros((h, w, 2), np.float32), empty, empty, empty)
    widths = widths_px or tuple(np.full(len(line.points_xy), line.width_px) for line in art.lines)
    points = np.concatenate([line.points_xy for line in art.lines])
    ways = np.concatenate([directions(line.points_xy) for line in art.lines])
    wide = np.concatenate(widths)
    distance, nearest = _nearest(points, (h, w))
    near = distance < FAR_PX
    return LineTruth(
        line=distance <= _HALF_LINE_PX,
        distance_px=np.minimum(distance, FAR_PX),
        direction=np.where(near[..., None], ways[nearest], 0.0).astype(np.float32),
        tips=spots(free_ends(art), (h, w)),
        crossings=spots(crossings(art), (h, w)),
        width_px=np.where(near, wide[nearest], 0.0).astype(np.float32),
    )


def _nearest(points: np.ndarray, size_hw: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return how far the nearest of the points is from each pixel, (h, w) float32, and which it is, (h, w) int."""
    h, w = size_hw
    pad = 8
    cells = np.rint((points.astype(np.float64) + pad) * _FINE + 1).astype(np.int64)
    size = ((h + 2 * pad) * _FINE, (w + 2 * pad) * _FINE)
    keep = ((cells >= 0) & (cells < (size[1], size[0]))).all(axis=1)
    grid = np.ones(size, np.uint8)
    owner = np.full(size, -1, np.int64)
    x, y = cells[keep].T
    grid[y, x] = 0
    owner[y, x] = np.flatnonzero(keep)
    if not keep.any():
        return np.full((h, w), 1e3, np.float32), np.zeros((h, w), np.int64)
    distance, labels = cv2.distanceTransformWithLabels(grid, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    of_label = np.zeros(int(labels.max()) + 1, np.int64)
    of_label[labels[y, x]] = owner[y, x]
    middle = slice(pad * _FINE + 1, -pad * _FINE, _FINE)
    return distance[middle, middle] / _FINE, of_label[labels[middle, middle]]


def free_ends(art: LineArt) -> np.ndarray:
    """Return where lines end that touch no other, (n, 2) float32 px."""
    found = [
        line.points_xy[-e] for line in art.lines for e in (0, 1) if line.is_free[e] and not line.is_closed
    ]
    return np.array(found, np.float32).reshape(-1, 2)


def crossings(art: LineArt) -> np.ndarray:
    """Return where lines meet or cross at an angle, (n, 2) float32 px, no two nearer than 3 px."""
    found: list[np.ndarray] = []
    pad = 4
    h, w = art.size_hw
    ways = np.zeros((h + 2 * pad, w + 2 * pad, 2), np.float32)
    owner = np.full((h + 2 * pad, w + 2 * pad), -1, np.int32)
    least = 1.0 - np.cos(np.radians(2 * _MEET_DEG))
    for index, line in enumerate(art.lines):
        cells = np.rint(line.points_xy).astype(np.int64) + pad
        inside = ((cells >= 1) & (cells < (w + 2 * pad - 1, h + 2 * pad - 1))).all(axis=1)
        own = directions(line.points_xy)
        x, y = cells[inside].T
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                other = owner[y + dy, x + dx]
                turned = 1.0 - (ways[y + dy, x + dx] * own[inside]).sum(axis=1)
                met = (other >= 0) & (other != index) & (turned > least)
                found += list(line.points_xy[inside][met])
        owner[y, x] = index
        ways[y, x] = own[inside]
    return apart(np.array(found, np.float32).reshape(-1, 2), 3.0)


def apart(points: np.ndarray, least_px: float) -> np.ndarray:
    """Return points of (n, 2) of which no two are nearer than this; the first of each cluster stays."""
    if not len(points):
        return points
    _, first = np.unique(np.rint(points).astype(np.int64), axis=0, return_index=True)
    left = points[np.sort(first)]
    kept: list[np.ndarray] = []
    while len(left):
        kept.append(left[0])
        left = left[((left - left[0]) ** 2).sum(axis=1) >= least_px**2]
    return np.array(kept, np.float32)


def spots(points: np.ndarray, size_hw: tuple[int, int]) -> np.ndarray:
    """Return a round spot of height 1 at each point, (h, w) float32."""
    h, w = size_hw
    found = np.zeros((h, w), np.float32)
    reach = int(4 * _SPOT_PX)
    for px, py in points.tolist():
        x0, x1 = max(0, round(px) - reach), min(w, round(px) + reach + 1)
        y0, y1 = max(0, round(py) - reach), min(h, round(py) + reach + 1)
        if x0 < x1 and y0 < y1:
            u, v = np.arange(x0, x1) - px, np.arange(y0, y1)[:, None] - py
            np.maximum(
                found[y0:y1, x0:x1], np.exp(-(u**2 + v**2) / (2 * _SPOT_PX**2)), out=found[y0:y1, x0:x1]
            )
    return found
