"""Many strokes of a searching hand become one line: first as masses of pixels, then as lines side by side.

Convention: points are (x, y) px; a radius of merging is the distance of two centre-lines.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree

from ml.cleanup.curves import tangents
from ml.cleanup.tracing import Line

MERGE_WIDTHS = (
    1.2,
    2.5,
)  # radius of merging for a hand that draws one line, and for one that searches for it
_TIPS = (1.5, 2.8)  # loose ends for every 100 px of line of those two hands
_PARALLEL = 0.90  # cosine
_COVERED = 0.6  # of a line that runs beside longer ones, from which it is one of their strokes
_EYE_PX = 60.0  # a closed line up to this length is a shape of its own: an eye, a button
_SLIVER_PX = 3.2  # widest hole that may be filled between two strokes
_PULL = 0.5
_LEAST_PX = 2.5


def radius_of(tips: float, length_px: float, pencil_px: float) -> float:
    """Return the radius of merging for a hand, told by how many loose ends its lines have.

    Args:
        tips: number of loose ends.
        length_px: of all lines.
        pencil_px: width of a line.
    """
    loose = 100 * tips / max(length_px, 100.0)
    searching = float(np.clip((loose - _TIPS[0]) / (_TIPS[1] - _TIPS[0]), 0, 1))
    return pencil_px * (MERGE_WIDTHS[0] + searching * (MERGE_WIDTHS[1] - MERGE_WIDTHS[0]))


def merged_mass(mask: np.ndarray, merge_px: float, pencil_px: float) -> np.ndarray:
    """Return the mask with slivers between strokes filled; round holes stay.

    Args:
        mask: (H, W) bool, where lines are.
        merge_px: distance of centre-lines that are one line.
        pencil_px: width of a line.
    """
    reach = round(merge_px - pencil_px)
    if reach < 2 or not mask.any():
        return mask
    size = reach | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    solid = mask.astype(np.uint8)
    closed = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    filled = (closed | _slivers(closed, reach - 0.5)) > 0
    return filled & ~_round_holes(mask) | mask


def _slivers(mask: np.ndarray, wide_px: float) -> np.ndarray:
    """Return holes of a few pixels, the grain of the paper inside a line, and thin ones between two strokes."""
    deepest, labels, stats = _depths(mask == 0)
    small = (stats[:, 4] <= 4) | ((2 * deepest - 1 < wide_px) & (stats[:, 4] < 40 * wide_px))
    small[0] = False
    return small[labels].astype(np.uint8)


def _depths(holes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return how deep each hole is at its deepest, their labels and OpenCV's figures of them."""
    empty = holes.astype(np.uint8)
    _, labels, stats = cv2.connectedComponentsWithStats(empty, connectivity=4)[:3]
    room = cv2.distanceTransform(empty, cv2.DIST_L2, 5)
    deepest = np.zeros(len(stats), np.float32)
    np.maximum.at(deepest, np.asarray(labels, np.int64).ravel(), room.ravel())
    return deepest, labels, stats


def _round_holes(mask: np.ndarray) -> np.ndarray:
    """Return (H, W) bool, holes that are shapes and no slivers: wide enough, and not long and thin."""
    deepest, labels, stats = _depths(~mask)
    sides = np.sort(stats[:, 2:4], axis=1)
    is_round = (2 * deepest - 1 >= _SLIVER_PX) & (sides[:, 1] < 2.2 * sides[:, 0]) & (stats[:, 4] < 400)
    is_round[0] = False
    return np.asarray(is_round[labels])


def merge_parallel(lines: list[Line], merge_px: float) -> list[Line]:
    """Return lines of which none runs beside a longer one within the radius.

    A line that mostly does is dropped and pulls the longer ones towards itself; one that does at an end loses that
    end and is tied on. Small closed shapes neither take part in this nor lose anything.

    Args:
        lines: the longest first.
        merge_px: the radius.
    """
    if len(lines) < 2 or merge_px <= 0:
        return lines
    kept: list[Line] = []
    pulls: list[list[tuple[np.ndarray, np.ndarray]]] = []
    fixed: list[Line] = []
    field = _Beside(merge_px)
    for line in lines:
        if line.is_closed and line.length_px <= _EYE_PX:
            fixed.append(line)
            continue
        covered, partner, place = field.of(line.points_xy)
        if covered.mean() >= _COVERED:
            _note_pulls(pulls, line, covered, partner, place)
            continue
        for piece in _trimmed(line, covered, partner, kept, place):
            kept.append(piece)
            pulls.append([])
            field.add(piece.points_xy)
    moved = [_pulled(line, pull) for line, pull in zip(kept, pulls, strict=True)]
    return sorted([*moved, *fixed], key=lambda line: -line.length_px)


class _Beside:
    """Finds, for points of a line, which line that was added before runs beside them."""

    def __init__(self, reach_px: float) -> None:
        self._reach = reach_px
        self._points: list[np.ndarray] = []
        self._ways: list[np.ndarray] = []
        self._boxes: list[np.ndarray] = []
        self._trees: list[cKDTree] = []

    def add(self, points: np.ndarray) -> None:
        """Add a line."""
        self._points.append(points)
        self._ways.append(tangents(points))
        self._boxes.append(
            np.concatenate((points.min(axis=0) - self._reach, points.max(axis=0) + self._reach))
        )
        self._trees.append(cKDTree(points))

    def of(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return for each point whether a line runs beside it, which, and at which of its points."""
        best = np.full(len(points), np.inf)
        which = np.full(len(points), -1)
        place = np.zeros(len(points), np.int64)
        ways = tangents(points)
        low, high = points.min(axis=0), points.max(axis=0)
        for number, box in enumerate(self._boxes):
            if (low > box[2:]).any() or (high < box[:2]).any():
                continue
            far, at = self._trees[number].query(points, distance_upper_bound=self._reach)
            near = np.isfinite(far)
            at = np.where(near, at, 0)
            own = self._ways[number][at]
            near &= np.abs((own * ways).sum(axis=1)) >= _PARALLEL
            step = points - self._points[number][at]
            beyond = np.abs((step * own).sum(axis=1)) > 1.5  # past its end, not beside it
            near &= ~beyond & (far < best)
            best[near], which[near], place[near] = far[near], number, at[near]
        return which >= 0, which, place


def _note_pulls(
    pulls: list[list[tuple[np.ndarray, np.ndarray]]],
    line: Line,
    covered: np.ndarray,
    partner: np.ndarray,
    place: np.ndarray,
) -> None:
    for number in np.unique(partner[covered]):
        mine = partner == number
        pulls[number].append((place[mine], line.points_xy[mine]))


def _pulled(line: Line, pulls: list[tuple[np.ndarray, np.ndarray]]) -> Line:
    """Return the line moved towards the strokes that it stands for, its ends held."""
    if not pulls:
        return line
    points = line.points_xy
    total, count = np.zeros_like(points), np.ones(len(points))
    for places, others in pulls:
        np.add.at(total, places, others - points[places])
        np.add.at(count, places, 1.0)
    shift = gaussian_filter1d(total / np.maximum(count, 2.0)[:, None], 4.0, axis=0, mode="nearest")
    n = len(points)
    near_end = np.minimum(np.arange(n), np.arange(n)[::-1]) / 6.0
    if not line.is_closed:
        shift *= np.clip(near_end, 0, 1)[:, None]
    return replace(line, points_xy=points + shift)


def _trimmed(
    line: Line, covered: np.ndarray, partner: np.ndarray, kept: list[Line], place: np.ndarray
) -> list[Line]:
    """Cut off the ends of a line that run beside others, and tie what is left to them."""
    if line.is_closed or not covered.any():
        return [line]
    head = int(np.argmin(covered)) if covered[0] else 0
    tail = int(np.argmin(covered[::-1])) if covered[-1] else 0
    points = line.points_xy
    stop = len(points) - tail
    if stop - head < _LEAST_PX:
        return []
    pieces = [points[head:stop]]
    touches = list(line.touches)
    if head >= 3:
        pieces.insert(0, kept[partner[head - 1]].points_xy[place[head - 1]][None])
        touches[0] = True
    elif head:
        pieces.insert(0, points[:head])
    if tail >= 3:
        pieces.append(kept[partner[stop]].points_xy[place[stop]][None])
        touches[1] = True
    elif tail:
        pieces.append(points[stop:])
    return [replace(line, points_xy=np.concatenate(pieces), touches=(touches[0], touches[1]))]
