"""Drawings of one cell after each other: which lines run beside each other in both, and how a neighbourhood moves.

What all lines of a neighbourhood do together is movement; what a line does on its own is trembling of the hand. A
single drawing cannot tell a small movement from the chance of a trembling hand, so what counts as movement grows with
how much the hand trembles and shrinks with how much line there is.

Convention: points are (x, y) px, pixel centres at integers; shifts lead from the drawing whose points are asked to the
other one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.spatial import cKDTree

from ml.cleanup.pegs import Pegs
from ml.cleanup.tracing import sampled

_REACH_PX = 8.0
_PARALLEL = 0.88
_CELL_PX = 24
_WAVE_PX = (20.0, 300.0)  # of line, over which a hand lies off to one side
_CHUNK = 48
_AWRY_PX = 3.6  # where lines of a neighbourhood disagree by more, it is drawn anew and nothing is calmed
_ALONG_PX = 1.6


@dataclass(frozen=True)
class _Scale:
    """Of a neighbourhood: its size, how firmly it is held where lines run one way only, and what counts as standing.

    A shift below `still_px`, or below so many `sigmas` of what comes about by chance, is none; above twice that it is
    one in full.
    """

    around_px: float
    firm: float
    still_px: float
    sigmas: float


_SCALES = (_Scale(140.0, 0.05, 0.3, 2.0), _Scale(44.0, 0.12, 0.45, 1.6))


@dataclass(frozen=True, eq=False)
class Matches:
    """Points that have a partner: which (index into all points), their normals, and how far along those it lies."""

    at: np.ndarray
    normal: np.ndarray
    off_px: np.ndarray


def match(
    points: np.ndarray, own: np.ndarray, moved: np.ndarray, tree: cKDTree, there: np.ndarray, ways: np.ndarray
) -> Matches:
    """Find for each point, moved as its neighbourhood moves, the other drawing's line that runs beside it."""
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
    return Matches(chosen[beside], normal[beside], (step * normal).sum(axis=1)[beside])


def movement(points: np.ndarray, found: Matches) -> tuple[np.ndarray, np.ndarray]:
    """Return (n, 2) how each point's neighbourhood moves, and (n,) how far that can be trusted, 0 to 1.

    Only the shift across a line is seen, so each neighbourhood solves for the shift that explains those of all its
    lines: a wide one first, then what a narrow one does beyond that. A shift counts only where it is larger than what
    the trembling of so much line would make by chance.
    """
    low = points.min(axis=0) - _CELL_PX
    shape = np.ceil((points.max(axis=0) - low) / _CELL_PX).astype(int)[::-1] + 2
    cells = ((points[found.at] - low) / _CELL_PX).round().astype(int)
    flat = cells[:, 1] * shape[1] + cells[:, 0]
    where = (points - low) / _CELL_PX
    rest = found.off_px
    moved = np.zeros_like(points)
    awry = np.zeros(shape)
    for scale in _SCALES:
        field, awry = _field(flat, shape, found.normal, rest, scale)
        moved += np.stack([sampled(field[..., k], where) for k in (0, 1)], axis=1)
        rest = found.off_px - (moved[found.at] * found.normal).sum(axis=1)
    trust = np.clip(1.5 - sampled(awry, where) / _AWRY_PX, 0, 1)
    return moved, trust.astype(np.float64)


def _field(
    flat: np.ndarray, shape: np.ndarray, n: np.ndarray, off: np.ndarray, scale: _Scale
) -> tuple[np.ndarray, np.ndarray]:
    """Return the shift of each cell, (h, w, 2) px, and how much its lines disagree, (h, w) px."""

    def spread(values: np.ndarray | None = None) -> np.ndarray:
        grid = np.bincount(flat, values, minlength=shape.prod()).reshape(shape).astype(np.float64)
        return cv2.GaussianBlur(grid, (0, 0), scale.around_px / _CELL_PX, borderType=cv2.BORDER_CONSTANT)

    weight, rest = np.ones(len(off)), off
    field = np.zeros((*shape, 2))
    for _ in range(3):  # the weight of what does not fit is taken back
        field = _solved([spread(weight * term) for term in _terms(n, off)], scale.firm)
        rest = off - (field.reshape(-1, 2)[flat] * n).sum(axis=1)
        weight = 1 / (1 + (rest / 1.2) ** 2)
    mass = np.maximum(spread(), 1e-9)
    awry = np.sqrt(spread(np.minimum(np.abs(rest), 6.0) ** 2) / mass)
    length = mass * 4 * np.pi * (scale.around_px / _CELL_PX) ** 2
    usual, wave = _hand(rest)
    chance = usual * np.sqrt(wave / np.maximum(length, wave))
    least = np.maximum(scale.still_px, scale.sigmas * chance)
    size = np.hypot(field[..., 0], field[..., 1])
    return field * eased(size, least, 2 * least)[..., None], awry


def _hand(rest: np.ndarray) -> tuple[float, float]:
    """Return how much a hand trembles, px, and over what length of line it stays off to one side, px.

    Args:
        rest: (n,) px, what lines lie off, in the order of their points, about one a px.
    """
    usual = float(np.median(np.abs(rest))) / 0.6745
    chunks = rest[: len(rest) // _CHUNK * _CHUNK].reshape(-1, _CHUNK)
    if len(chunks) < 6 or usual < 1e-3:
        return usual, _WAVE_PX[0]
    tame = np.clip(chunks, -3 * usual, 3 * usual)
    alike = float(np.clip((tame.mean(axis=1) ** 2).mean() / max((tame**2).mean(), 1e-6), 0, 0.95))
    return usual, float(np.clip(_CHUNK * alike / (1 - alike), *_WAVE_PX))


def _terms(n: np.ndarray, off: np.ndarray) -> tuple[np.ndarray, ...]:
    x, y = n[:, 0], n[:, 1]
    return x * x, x * y, y * y, x * off, y * off


def _solved(sums: list[np.ndarray], firm: float) -> np.ndarray:
    """Return the shifts that solve the normal equations, held back where lines run one way only."""
    xx, xy, yy, x, y = sums
    held = firm * (xx + yy) + 1e-6
    xx, yy = xx + held, yy + held
    det = xx * yy - xy * xy
    return np.stack(((x * yy - y * xy) / det, (y * xx - x * xy) / det), axis=2)


def eased(value: np.ndarray, low: float | np.ndarray, high: float | np.ndarray) -> np.ndarray:
    """Return 0 below a limit, 1 above another, and a smooth step between them."""
    x = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(x * x * (3 - 2 * x))


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
