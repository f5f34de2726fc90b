"""Cubic curves through a line, with its corners kept.

Source: Schneider, An algorithm for automatically fitting digitized curves, Graphics Gems (1990). It differs in that
ends of pieces between corners are free to take the line's own direction, and closed lines without corners meet
smoothly where they begin.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ml.cleanup.curves import along, corners

ERROR_PX = 0.6
_AIM_PX = 0.3  # asked of the fit: more would make a held line tremble from one fit to the next
_ROUNDS = 3
_END_REACH = 3
_SAMPLE_PX = 1.25


def fit(points: np.ndarray, *, is_closed: bool = False, error_px: float = _AIM_PX) -> np.ndarray:
    """Return cubic segments through a line.

    Args:
        points: (n, 2) float px, n >= 2, in even steps of about 1 px; closed lines repeat the first point.
        is_closed: whether it ends where it begins.
        error_px: largest distance of a point from its curve.

    Returns:
        (m, 4, 2) float32; each segment begins where the one before ends.
    """
    points = np.asarray(points, np.float64)
    found = corners(points, is_closed=is_closed)
    if is_closed and found:
        points = np.concatenate((points[found[0] : -1], points[: found[0] + 1]))
        found = [place - found[0] for place in found[1:]]
    cuts = [0, *(place for place in found if 0 < place < len(points) - 1), len(points) - 1]
    out: list[np.ndarray] = []
    for a, b in pairwise(cuts):
        piece = points[a : b + 1]
        first, last = _end_way(piece), _end_way(piece[::-1])
        if is_closed and len(cuts) == 2:
            step = piece[1] - piece[-2]
            first = step / max(float(np.hypot(*step)), 1e-9)
            last = -first
        _fit_piece(piece, first, last, error_px, out)
    return np.asarray(out, np.float32).reshape(-1, 4, 2)


def _end_way(points: np.ndarray) -> np.ndarray:
    step = points[min(_END_REACH, len(points) - 1)] - points[0]
    return np.asarray(step / max(float(np.hypot(*step)), 1e-9))


def _fit_piece(
    points: np.ndarray, first: np.ndarray, last: np.ndarray, error_px: float, out: list[np.ndarray]
) -> None:
    way = along(points)
    if len(points) < 3 or way[-1] < 1e-6:
        third = way[-1] / 3
        out.append(np.stack((points[0], points[0] + first * third, points[-1] + last * third, points[-1])))
        return
    u = way / way[-1]
    worst, split = np.inf, 0
    for _ in range(_ROUNDS):
        basis = _basis(u)
        curve = _solved(points, basis, first, last, way[-1])
        step = basis.T @ curve - points
        off = (step * step).sum(axis=1)
        split = int(off.argmax())
        worst = float(off[split])
        if worst <= error_px**2:
            out.append(curve)
            return
        if worst > (6 * error_px) ** 2:
            break
        u = _nearer(curve, step, u)
    split = min(max(split, 1), len(points) - 2)
    step = points[max(0, split - 2)] - points[min(len(points) - 1, split + 2)]
    middle = step / max(float(np.hypot(*step)), 1e-9)
    _fit_piece(points[: split + 1], first, middle, error_px, out)
    _fit_piece(points[split:], -middle, last, error_px, out)


def _basis(u: np.ndarray) -> np.ndarray:
    """Return (4, n), how much each control point counts."""
    v = 1 - u
    out = np.empty((4, len(u)))
    np.multiply(v * v, v, out=out[0])
    np.multiply(3 * v * v, u, out=out[1])
    np.multiply(3 * v * u, u, out=out[2])
    np.multiply(u * u, u, out=out[3])
    return out


def _solved(
    points: np.ndarray, basis: np.ndarray, first: np.ndarray, last: np.ndarray, length: float
) -> np.ndarray:
    """Return the curve with given end directions, of length 1, that lies nearest in the sense of least squares."""
    b0, b1, b2, b3 = basis
    p0, p3 = points[0], points[-1]
    rest = points - (b0 + b1)[:, None] * p0 - (b2 + b3)[:, None] * p3
    c00, c01, c11 = float(b1 @ b1), float(b1 @ b2) * float(first @ last), float(b2 @ b2)
    x0, x1 = float(b1 @ (rest @ first)), float(b2 @ (rest @ last))
    det = c00 * c11 - c01 * c01
    left = (x0 * c11 - x1 * c01) / det if abs(det) > 1e-9 else 0.0
    right = (c00 * x1 - c01 * x0) / det if abs(det) > 1e-9 else 0.0
    if not (1e-3 * length < left < 2 * length and 1e-3 * length < right < 2 * length):
        left = right = float(np.hypot(*(p3 - p0))) / 3
    return np.array((p0, p0 + first * left, p3 + last * right, p3))


def _nearer(curve: np.ndarray, off: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Move each point's place on the curve by one step of Newton's, given how far the curve lies off there, (n, 2)."""
    d1 = 3 * (curve[1:] - curve[:-1])
    d2 = 2 * (d1[1:] - d1[:-1])
    v = 1 - u
    first = (v * v)[:, None] * d1[0] + (2 * v * u)[:, None] * d1[1] + (u * u)[:, None] * d1[2]
    second = v[:, None] * d2[0] + u[:, None] * d2[1]
    slope = (first * first + off * second).sum(axis=1)
    step = np.where(np.abs(slope) > 1e-9, (off * first).sum(axis=1) / np.where(slope == 0, 1, slope), 0)
    return np.maximum.accumulate(np.clip(u - step, 0, 1))


def sample(beziers: np.ndarray) -> np.ndarray:
    """Return (n, 2) float32 points along cubic segments, at most 1.5 px apart, ends of segments among them."""
    out = [beziers[:1, 0].astype(np.float64)]
    for curve in beziers.astype(np.float64):
        length = float(np.hypot(*np.diff(curve, axis=0).T).sum())
        steps = max(1, int(np.ceil(length / _SAMPLE_PX)))
        dense = _basis(np.linspace(0, 1, 3 * steps + 1)).T @ curve
        way = along(dense)
        places = np.linspace(0, way[-1], max(1, int(np.ceil(way[-1] / _SAMPLE_PX))) + 1)[1:]
        out.append(np.stack([np.interp(places, way, dense[:, k]) for k in (0, 1)], axis=1))
    return np.concatenate(out).astype(np.float32)
