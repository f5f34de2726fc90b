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
_WIDE = (1.8, 2.25)  # widths of the pencil that the lines of those two hands are wide
_THIN_WIDTHS = 1.4
_LONG_CELL = (1.7, 5.0)  # so many times as wide a hole is thin too if it is so long: area by width squared
_GREY, _LIGHT_SHARE = 0.35, 20  # darkness of the lightest so many per cent of a hole between strokes
_CELL_PX = 1500
_LEAST_PX = 2.5
_END_RUN, _RUN = 3, 12  # steps of about a px: a shorter run beside another line, at an end or not, is none
_PIECE = 8  # steps: what is left between two such runs and shorter is left out


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


def thin_of(wide: float, pencil_px: float) -> float:
    """Return how wide a hole may be that is only the paper between two strokes of one line, px.

    Args:
        wide: how wide the lines of this hand are, in widths of the pencil, `blacks.drawn_widths`.
        pencil_px: width of a line.
    """
    searching = float(np.clip((wide - _WIDE[0]) / (_WIDE[1] - _WIDE[0]), 0, 1))
    return searching * _THIN_WIDTHS * pencil_px


def without_cells(mask: np.ndarray, ink: np.ndarray, thin_px: float) -> np.ndarray:
    """Return the mask with holes filled that are no shapes: grey inside, or thin where a hand searches for its line.

    Args:
        mask: (H, W) bool, where lines are.
        ink: (H, W) float32, darkness 0 to 1.
        thin_px: widest hole that is none, see `thin_of`; 0 for a hand that draws one line.
    """
    deepest, labels, stats = _depths(~mask)
    wide = 2 * deepest - 1
    cells = (wide < thin_px) | ((wide < _LONG_CELL[0] * thin_px) & (stats[:, 4] > _LONG_CELL[1] * wide**2))
    cells &= stats[:, 4] < _CELL_PX
    for number in np.flatnonzero(~cells & (stats[:, 4] < _CELL_PX)):
        x, y, w, h = (int(v) for v in stats[number, :4])
        inside = labels[y : y + h, x : x + w] == number
        cells[number] = np.percentile(ink[y : y + h, x : x + w][inside], _LIGHT_SHARE) > _GREY
    cells[0] = False
    return np.asarray(mask | cells[labels])


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
    room = np.minimum(cv2.distanceTransform(empty, cv2.DIST_L2, 5), max(holes.shape))
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


def without_crumbs(lines: list[Line], least_px: float) -> list[Line]:
    """Return lines without short open ones that join nothing to nothing: what is left of strokes that were merged.

    Args:
        lines: any.
        least_px: shorter ones are crumbs unless they touch others at both ends.
    """
    return [line for line in lines if line.is_closed or all(line.touches) or line.length_px >= least_px]


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
        boxes = np.array(self._boxes).reshape(-1, 4)
        for number in np.flatnonzero(((low <= boxes[:, 2:]) & (high >= boxes[:, :2])).all(axis=1)).tolist():
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
    """Cut out what of a line runs beside others, and tie what is left to them."""
    if line.is_closed or not covered.any():
        return [line]
    points = line.points_xy
    last = len(points)
    edges = np.flatnonzero(np.diff(np.r_[False, covered, False])).reshape(-1, 2)
    # A line that touches another for a moment crosses it; one that does at its end was only begun beside it.
    cuts = [(a, b) for a, b in edges.tolist() if b - a >= (_END_RUN if a == 0 or b == last else _RUN)]
    starts, stops = [0, *(b for _, b in cuts)], [*(a for a, _ in cuts), last]
    out = []
    for a, b in zip(starts, stops, strict=True):
        if b - a < (_LEAST_PX if len(starts) == 1 or a == 0 or b == last else _PIECE):
            continue
        pieces, touches = [points[a:b]], [line.touches[0] and a == 0, line.touches[1] and b == last]
        if a > 0:
            pieces.insert(0, kept[partner[a - 1]].points_xy[place[a - 1]][None])
            touches[0] = True
        if b < last:
            pieces.append(kept[partner[b]].points_xy[place[b]][None])
            touches[1] = True
        out.append(replace(line, points_xy=np.concatenate(pieces), touches=(touches[0], touches[1])))
    return out
