"""A line that is drawn anew where it was is the same line: it is taken over from the drawing before.

Lines of the previous clean drawing are matched to this drawing's lines. Where they run beside each other once the
movement of the neighbourhood is taken out, the previous line stays, moved as all of its neighbourhood moves, with its
joins and corners and a small share of what this drawing says; where they do not, this drawing's line stands. A line
that goes its own way for long, farther than the hand trembles, is followed.

Convention: points are (x, y) px of this drawing, pixel centres at integers; shifts lead from the previous drawing to
this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree

from ml.cleanup.curves import tangents
from ml.cleanup.sequence import eased, match, movement
from ml.cleanup.tracing import Line, sampled

_ROUNDS = 3
_MOST_PX = (0.85, 3.0)  # that a line may lie off before it is followed: of a calm hand, and of any
_MOST_SIGMAS = 2.2
_FOLLOWED = (1.0, 1.5)  # of that: from where, and from where in full
_LONG_PX = 12.0  # along a line: what it does over this length is no trembling
_NEAR_PX = 2.2
_SAME_PX = (2.6, 5.0)  # a line that lies off by more is another one: of a calm hand, and of any
_TRUST = 0.3
_UNDER, _UNDER_PX = 0.4, 5  # likelihood of line, within a square of that side
_HOLE_PX, _CRUMB_PX = 12, 8  # in steps of a line, about a px each
_MOSTLY = 0.6
_SHORT_PX = 50  # in steps: a longer piece beside a line is a line of its own
_EDGE_PX = 2.0


@dataclass(frozen=True, eq=False)
class _Told:
    """What this drawing says of each point of the previous one's lines.

    Attributes:
        moved: (n, 2) px, how its neighbourhood moves.
        rest_px: (n,) how far along the normal the line lies beyond that, 0 where unknown.
        is_there: (n,) bool, whether the line is drawn again.
        is_known: (n,) bool, whether it is known how far it lies off.
        is_trusted: (n,) bool, whether the lines around agree on how they moved.
    """

    moved: np.ndarray
    rest_px: np.ndarray
    is_there: np.ndarray
    is_known: np.ndarray
    is_trusted: np.ndarray


def taken_over(
    lines: Sequence[Line], previous: Sequence[Line], share: float, evidence: np.ndarray
) -> list[Line]:
    """Return this drawing's lines, with those of the previous drawing in the place of what is the same line.

    Args:
        lines: of this drawing, stepped by about 1 px.
        previous: lines of the previous clean drawing, laid over this one.
        share: 0 to 1, of the trembling that is taken out; 0 = nothing is taken over.
        evidence: (H, W) float32, `Evidence.line` of this drawing: a line that was traced otherwise is still there.
    """
    if share <= 0 or not lines or not previous:
        return list(lines)
    points = np.concatenate([line.points_xy for line in previous])
    own = np.concatenate([tangents(line.points_xy, 2) for line in previous])
    told, most = _told(points, own, lines)
    if told is None:
        return list(lines)
    told = _still_there(told, points, evidence)
    kept: list[Line] = []
    start = 0
    for line in previous:
        mine = slice(start, start + len(line.points_xy))
        start = mine.stop
        here = _Told(
            told.moved[mine],
            told.rest_px[mine],
            told.is_there[mine],
            told.is_known[mine],
            told.is_trusted[mine],
        )
        kept += _kept(line, here, own[mine], most, (1 - share) ** 2)
    if not kept:
        return list(lines)
    out = [*kept, *_new(lines, kept)]
    return sorted(out, key=lambda line: -line.length_px)


def _told(points: np.ndarray, own: np.ndarray, lines: Sequence[Line]) -> tuple[_Told | None, float]:
    """Return what this drawing says of the previous one's points, and how far a line may lie off."""
    there = np.concatenate([line.points_xy for line in lines])
    ways = np.concatenate([tangents(line.points_xy, 2) for line in lines])
    tree = cKDTree(there)
    moved, trust = np.zeros_like(points), np.zeros(len(points))
    found = match(points, own, moved, tree, there, ways)
    for _ in range(_ROUNDS):
        if len(found.at) < 8:
            return None, 0.0
        moved, trust = movement(points, found)
        found = match(points, own, moved, tree, there, ways)
    off = found.off_px - (moved[found.at] * found.normal).sum(axis=1)
    usual = float(np.median(np.abs(off))) / 0.6745 if len(off) else 0.0
    most = float(np.clip(_MOST_SIGMAS * usual, *_MOST_PX))
    rest, is_there = np.zeros(len(points)), np.zeros(len(points), bool)
    rest[found.at] = off
    is_there[found.at] = np.abs(off) <= np.clip(2 * most, *_SAME_PX)
    trusted = trust > _TRUST
    return _Told(moved, np.where(is_there, rest, 0), is_there & trusted, is_there, trusted), most


def _still_there(told: _Told, points: np.ndarray, evidence: np.ndarray) -> _Told:
    """Return the same with what no line was traced of, though there is something drawn where it would be."""
    near = cv2.dilate(evidence, np.ones((_UNDER_PX, _UNDER_PX), np.uint8))
    under = sampled(near, points + told.moved) >= _UNDER
    return replace(told, is_there=told.is_there | (under & told.is_trusted))


def _kept(line: Line, told: _Told, own: np.ndarray, most_px: float, left: float) -> Iterator[Line]:
    """Yield what is left of a previous line, moved.

    Args:
        line: as it was drawn.
        told: of its points.
        own: (n, 2) its directions.
        most_px: how far it may lie off before it is followed.
        left: share of what it lies off that is followed all the same.
    """
    mode = "wrap" if line.is_closed else "nearest"
    known = told.is_known.astype(np.float64)

    def along(sigma: float) -> np.ndarray:
        mass = np.maximum(gaussian_filter1d(known, sigma, mode=mode), 0.05)
        return np.asarray(gaussian_filter1d(told.rest_px * known, sigma, mode=mode) / mass)

    slow, rest = along(_LONG_PX), along(_EDGE_PX)
    by = slow * eased(np.abs(slow), _FOLLOWED[0] * most_px, _FOLLOWED[1] * most_px)
    by = by + left * (rest - by)
    normal = np.stack((-own[:, 1], own[:, 0]), axis=1)
    middle = line.points_xy + told.moved
    points, seen = middle + by[:, None] * normal, middle + rest[:, None] * normal
    if line.is_closed:
        points[-1], seen[-1] = points[0], seen[0]
        if told.is_there.mean() >= _MOSTLY:
            yield replace(line, points_xy=points, seen_xy=seen, beziers=_curves(line, points))
            return
        if line.is_filled:
            return
    for a, b in _runs(told.is_there):
        cut = (line.touches[0] or a > 0, line.touches[1] or b < len(points))
        curves = _curves(line, points) if b - a == len(points) else None
        yield Line(points[a:b], touches=cut, seen_xy=seen[a:b], beziers=curves)


def _curves(line: Line, points: np.ndarray) -> np.ndarray | None:
    """Return the curves of a line moved as its points are: fitting them anew would make a held line tremble."""
    if line.beziers is None:
        return None
    _, at = cKDTree(line.points_xy).query(line.beziers.reshape(-1, 2))
    shift = (points - line.points_xy)[at].reshape(line.beziers.shape)
    shift[1:, 0] = shift[
        :-1, 3
    ]  # where a line meets itself the nearest point may be another for either piece
    return np.asarray(line.beziers + shift, np.float32)


def _runs(there: np.ndarray) -> list[tuple[int, int]]:
    """Return [start, stop) of what is there: short holes are filled, crumbs left out."""
    n = len(there)
    if there.mean() >= _MOSTLY and n <= 3 * _CRUMB_PX:
        return [(0, n)]
    runs: list[list[int]] = []
    edges = np.flatnonzero(np.diff(np.r_[False, there, False]))
    for a, b in edges.reshape(-1, 2).tolist():
        if runs and a - runs[-1][1] <= _HOLE_PX:
            runs[-1][1] = b
        else:
            runs.append([a, b])
    if runs and runs[0][0] <= _HOLE_PX // 2:
        runs[0][0] = 0
    if runs and n - runs[-1][1] <= _HOLE_PX // 2:
        runs[-1][1] = n
    return [(a, b) for a, b in runs if b - a >= _CRUMB_PX]


def _new(lines: Sequence[Line], kept: Sequence[Line]) -> Iterator[Line]:
    """Yield what of this drawing's lines no line that was taken over stands for."""
    seen = [line.points_xy if line.seen_xy is None else line.seen_xy for line in kept]
    tree = cKDTree(np.concatenate((*seen, *(line.points_xy for line in kept))))
    ways = np.concatenate(2 * [tangents(line.points_xy, 2) for line in kept])
    for line in lines:
        far, at = tree.query(line.points_xy, distance_upper_bound=_SAME_PX[1])
        alone = far > _NEAR_PX
        own = tangents(line.points_xy, 2)
        beside = np.isfinite(far) & (
            np.abs((ways[np.where(np.isfinite(far), at, 0)] * own).sum(axis=1)) > 0.8
        )
        if line.is_closed or (alone.all() and len(alone) > _SHORT_PX):
            if alone.mean() >= _MOSTLY:
                yield line
            continue
        for a, b in _runs(alone):
            if beside[a:b].mean() >= _MOSTLY / 2 and b - a <= _SHORT_PX:
                continue  # the same line drawn otherwise for a moment: it would be there twice
            touches = (line.touches[0] or a > 0, line.touches[1] or b < len(alone))
            yield replace(line, points_xy=line.points_xy[a:b], touches=touches)
