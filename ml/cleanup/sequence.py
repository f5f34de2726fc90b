"""Drawings of one cell after each other: what trembles is calmed, what moves is left to move.

A line is matched to the previous drawing's lines that run the same way beside it. What all lines of a neighbourhood do
together is movement; what a line does on its own is trembling, and a stated share of it is taken out. A movement of one
line alone cannot be told from trembling, so no line is moved by more than a pixel, or, where the hand trembles more
than that, by as much as it usually trembles.

Convention: points are (x, y) px of the drawing that is calmed, pixel centres at integers; shifts lead from this drawing
to the previous one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree

from ml.cleanup.curves import tangents
from ml.cleanup.pegs import Pegs
from ml.cleanup.tracing import Line, sampled

MOST_PX = (1.0, 3.0)  # of a calm hand, and of any
_MOST_SIGMAS = 2.2
_REACH_PX = 8.0
_PARALLEL = 0.88
_CELL_PX = 24
_AROUND_PX = 44.0  # of a neighbourhood that moves together
_ROUNDS = 3
_STILL_PX = (0.45, 0.9)  # a movement below is none, above is one in full
_WILD = (
    1.9,
    2.8,
)  # times the most: a departure above this belongs to another line, or is drawn otherwise on purpose
_EDGE_PX = 2.0
_AWRY_PX = 3.6  # where lines of a neighbourhood disagree by more, it is drawn anew and nothing is calmed
_ALONG_PX = 1.6


@dataclass(frozen=True, eq=False)
class _Matches:
    """Points that have a partner: which (index into all points), their normals, and how far along those it lies."""

    at: np.ndarray
    normal: np.ndarray
    off_px: np.ndarray


def steadied(lines: Sequence[Line], previous: Sequence[np.ndarray], share: float) -> list[Line]:
    """Return the lines with a share of their trembling against the previous drawing taken out.

    Args:
        lines: of this drawing, stepped evenly by about 1 px.
        previous: (n, 2) points of each line of the previous cleaned drawing, laid over this one.
        share: 0 to 1, of the trembling that is seen in the end. Tracing trembles a little by itself, so more than that
            is asked of each line.
    """
    if share <= 0 or not lines or not previous:
        return list(lines)
    share = 1 - (1 - share) ** 2
    there = np.concatenate([np.asarray(points, np.float64) for points in previous])
    ways = np.concatenate([tangents(np.asarray(points, np.float64), 2) for points in previous])
    tree = cKDTree(there)
    points = np.concatenate([line.points_xy for line in lines])
    own = np.concatenate([tangents(line.points_xy, 2) for line in lines])
    moved = np.zeros_like(points)
    found = _match(points, own, moved, tree, there, ways)
    trust = np.zeros(len(points))
    for _ in range(_ROUNDS):
        if len(found.at) < 8:
            return list(lines)
        moved, trust = _movement(points, found)
        found = _match(points, own, moved, tree, there, ways)
    return _calmed(lines, own, found, moved, trust, share)


def _match(
    points: np.ndarray, own: np.ndarray, moved: np.ndarray, tree: cKDTree, there: np.ndarray, ways: np.ndarray
) -> _Matches:
    """Find for each point, moved as its neighbourhood moves, the previous line that runs beside it."""
    count = min(4, len(there))
    far, at = tree.query(points + moved, k=count, distance_upper_bound=_REACH_PX)
    far, at = far.reshape(len(points), count), at.reshape(len(points), count)
    hit = np.isfinite(far)
    at = np.where(hit, at, 0)
    same = np.abs((ways[at] * own[:, None]).sum(axis=2)) >= _PARALLEL
    good = hit & same
    first = good.argmax(axis=1)
    chosen = np.flatnonzero(good.any(axis=1))
    normal = np.stack((-own[chosen, 1], own[chosen, 0]), axis=1)
    step = there[at[chosen, first[chosen]]] - points[chosen]
    # Past the end of a line its last point lies ahead, not beside: no partner.
    beside = np.abs(((step - moved[chosen]) * own[chosen]).sum(axis=1)) <= _ALONG_PX
    return _Matches(chosen[beside], normal[beside], (step * normal).sum(axis=1)[beside])


def _movement(points: np.ndarray, found: _Matches) -> tuple[np.ndarray, np.ndarray]:
    """Return (n, 2) how each point's neighbourhood moves, and (n,) how far that can be trusted, 0 to 1.

    Only the shift across a line is seen, so each neighbourhood solves for the shift that explains those of all its
    lines, with the weight of what does not fit taken back in three rounds.
    """
    low = points.min(axis=0) - _CELL_PX
    shape = np.ceil((points.max(axis=0) - low) / _CELL_PX).astype(int)[::-1] + 2
    cells = ((points[found.at] - low) / _CELL_PX).round().astype(int)
    flat = cells[:, 1] * shape[1] + cells[:, 0]
    n, off = found.normal, found.off_px
    weight = np.ones(len(off))
    field = np.zeros((*shape, 2))
    awry = np.zeros(shape)
    for _ in range(3):
        field = _solved(flat, shape, n, off, weight)
        rest = off - (field.reshape(-1, 2)[flat] * n).sum(axis=1)
        weight = 1 / (1 + (rest / 1.2) ** 2)
        mass = _spread(np.bincount(flat, minlength=shape.prod()).reshape(shape).astype(np.float64))
        clipped = np.minimum(np.abs(rest), 6.0) ** 2
        total = _spread(np.bincount(flat, clipped, minlength=shape.prod()).reshape(shape))
        awry = np.sqrt(total / np.maximum(mass, 1e-9))
    where = (points - low) / _CELL_PX
    moved = np.stack([sampled(field[..., k], where) for k in (0, 1)], axis=1).astype(np.float64)
    trust = np.clip(1.5 - sampled(awry, where) / _AWRY_PX, 0, 1)
    size = np.hypot(moved[:, 0], moved[:, 1])
    return moved * _eased(size, *_STILL_PX)[:, None], trust.astype(np.float64)


def _solved(
    flat: np.ndarray, shape: np.ndarray, n: np.ndarray, off: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    sums = [
        _spread(np.bincount(flat, weight * term, minlength=shape.prod()).reshape(shape))
        for term in (n[:, 0] ** 2, n[:, 0] * n[:, 1], n[:, 1] ** 2, n[:, 0] * off, n[:, 1] * off)
    ]
    xx, xy, yy, x, y = sums
    firm = 0.02 * (xx + yy) + 1e-6
    xx, yy = xx + firm, yy + firm
    det = xx * yy - xy * xy
    return np.stack(((x * yy - y * xy) / det, (y * xx - x * xy) / det), axis=2)


def _spread(grid: np.ndarray) -> np.ndarray:
    sigma = _AROUND_PX / _CELL_PX
    return cv2.GaussianBlur(grid, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)


def _eased(value: np.ndarray, low: float, high: float) -> np.ndarray:
    x = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(x * x * (3 - 2 * x))


def _calmed(
    lines: Sequence[Line],
    own: np.ndarray,
    found: _Matches,
    moved: np.ndarray,
    trust: np.ndarray,
    share: float,
) -> list[Line]:
    rest = np.zeros(len(own))
    known = np.zeros(len(own))
    off = found.off_px - (moved[found.at] * found.normal).sum(axis=1)
    most = float(np.clip(_MOST_SIGMAS * np.median(np.abs(off)) / 0.6745, *MOST_PX))
    tame = 1 - _eased(np.abs(off), _WILD[0] * most, _WILD[1] * most)
    rest[found.at] = np.clip(off, -most, most) * tame
    known[found.at] = 1.0
    out = []
    start = 0
    for line in lines:
        stop = start + len(line.points_xy)
        mine = slice(start, stop)
        start = stop
        if not known[mine].any():
            out.append(line)
            continue
        mode = "wrap" if line.is_closed else "nearest"
        mass = gaussian_filter1d(known[mine], _EDGE_PX, mode=mode)
        shift = gaussian_filter1d(rest[mine], _EDGE_PX / 2, mode=mode)
        seen = gaussian_filter1d(known[mine], _EDGE_PX / 2, mode=mode)
        by = share * trust[mine] * np.minimum(1, 2 * mass) * shift / np.maximum(seen, 0.15)
        normal = np.stack((-own[mine, 1], own[mine, 0]), axis=1)
        points = line.points_xy + by[:, None] * normal
        if line.is_closed:
            points[-1] = points[0]
        out.append(replace(line, points_xy=points))
    return out


def laid_over(points: Sequence[np.ndarray], before: Pegs, now: Pegs) -> list[np.ndarray]:
    """Return lines of the previous drawing as they lie in this scan, by the peg holes of both; as they are without.

    Args:
        points: (n, 2) each.
        before: of the previous scan.
        now: of this scan.
    """
    if len(before.centres_xy) != 3 or len(now.centres_xy) != 3:
        return list(points)
    old, new = np.array(before.centres_xy), np.array(now.centres_xy)
    angle = np.radians(now.tilt_deg - before.tilt_deg)
    turn = np.array(((np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))))
    return [(np.asarray(p, np.float64) - old.mean(axis=0)) @ turn + new.mean(axis=0) for p in points]
