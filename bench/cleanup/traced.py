"""Clean line art of other people's pictures as curves: the middle of their lines, so that it can be roughened."""

from __future__ import annotations

import cv2
import numpy as np
from skimage.morphology import skeletonize

from ml.training.line_art import Line, LineArt, resampled, with_ends

_SPUR_PX = 6.0
_LEAST_PX = 5.0
_STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1), (-1, -1), (-1, 1), (1, 1), (1, -1))  # straight ones first
_SMOOTH = 1.2  # px along the line


def traced(mask: np.ndarray) -> LineArt:
    """Return the middle lines of a mask, from junction to junction; short spurs are left out.

    Args:
        mask: (h, w) bool, what is line.
    """
    thin = np.asarray(skeletonize(mask), bool)
    wide = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    lines = []
    for path in _paths(thin):
        points = np.array([(x, y) for y, x in path], np.float64)
        width = float(2 * np.median([wide[y, x] for y, x in path]))
        closed = len(path) > 3 and path[0] == path[-1]
        line = Line(resampled(_smooth(points, closed=closed)).astype(np.float32), max(1.0, width), closed)
        if line.length_px >= _LEAST_PX:
            lines.append(line)
    art = with_ends(LineArt((mask.shape[0], mask.shape[1]), tuple(lines)))
    kept = [one for one in art.lines if not (any(one.is_free) and one.length_px < _SPUR_PX)]
    return with_ends(LineArt(art.size_hw, tuple(kept)))


Cell = tuple[int, int]


def _paths(thin: np.ndarray) -> list[list[Cell]]:
    """Return the runs of a skeleton between its nodes, nodes included, and its loops."""
    cells = set(zip(*(axis.tolist() for axis in np.nonzero(thin)), strict=True))
    near = {cell: _near(cell, cells) for cell in cells}
    nodes = {cell for cell, others in near.items() if len(others) != 2}
    used: set[frozenset[Cell]] = set()
    paths = [_walk(node, step, near, nodes, used) for node in nodes for step in near[node]]
    found = [path for path in paths if len(path) > 1]
    done = {cell for path in found for cell in path} | nodes
    for cell in cells - done:
        if cell not in done:
            loop = _walk(cell, near[cell][0], near, {cell}, used)
            done.update(loop)
            found.append(loop)
    return found


def _near(cell: Cell, cells: set[Cell]) -> list[Cell]:
    """Return the neighbours of a cell; a diagonal one only where no straight one leads there."""
    y, x = cell
    found: list[Cell] = []
    for dy, dx in _STEPS:
        other = (y + dy, x + dx)
        if other in cells and not (dy and dx and ((y, x + dx) in cells or (y + dy, x) in cells)):
            found.append(other)
    return found


def _walk(
    start: Cell, step: Cell, near: dict[Cell, list[Cell]], nodes: set[Cell], used: set[frozenset[Cell]]
) -> list[Cell]:
    path, before, at = [start], start, step
    if frozenset((start, step)) in used:
        return []
    while True:
        used.add(frozenset((before, at)))
        path.append(at)
        if at in nodes:
            return path
        ahead = [cell for cell in near[at] if cell != before and frozenset((at, cell)) not in used]
        if not ahead:
            return path
        before, at = at, ahead[0]


def _smooth(points: np.ndarray, *, closed: bool) -> np.ndarray:
    """Return points without the stairs of the grid; both ends stay."""
    reach = 4
    if len(points) < 2 * reach:
        return points
    weight = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * _SMOOTH**2))
    weight /= weight.sum()
    if closed:
        ring = np.concatenate((points[-reach - 1 : -1], points, points[1 : reach + 1]))
    else:
        before, after = 2 * points[0] - points[reach:0:-1], 2 * points[-1] - points[-2 : -reach - 2 : -1]
        ring = np.concatenate((before, points, after))
    return np.stack([np.convolve(ring[:, k], weight, "valid") for k in (0, 1)], axis=1)
