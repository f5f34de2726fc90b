"""Curves of the puppets: smooth outlines through few control points, tubes and tapered strokes.

Convention:
    - points are (N, 2) float64 in puppet units, x right, y down; 100 units = one head
    - every function keeps the count of points for the same count of control points, so that two poses of
      one puppet correspond point by point
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Points = np.ndarray
Pairs = Sequence[tuple[float, float]] | Sequence[np.ndarray] | np.ndarray

_BASES: dict[int, np.ndarray] = {}


def _basis(samples: int) -> np.ndarray:
    """Return the (samples, 4) cubic Hermite weights of p0, p1, m0, m1 at t in [0, 1)."""
    if samples not in _BASES:
        t = np.arange(samples) / samples
        _BASES[samples] = np.stack(
            [2 * t**3 - 3 * t**2 + 1, -2 * t**3 + 3 * t**2, t**3 - 2 * t**2 + t, t**3 - t**2], axis=1
        )
    return _BASES[samples]


def smooth(points: Pairs, corners: Sequence[int] = (), *, closed: bool = True, samples: int = 8) -> Points:
    """Return a Catmull-Rom curve through the control points, sharp at the corners.

    Args:
        points: (N, 2) control points, N >= 3 (2 for an open curve).
        corners: indices of control points where the tangent breaks.
        closed: whether the last point joins the first.
        samples: points per span.

    Returns:
        (N * samples, 2) float64 if closed, else ((N - 1) * samples + 1, 2).
    """
    p0 = np.asarray(points, dtype=np.float64)
    after, before = np.roll(p0, -1, axis=0), np.roll(p0, 1, axis=0)
    tangent = (after - before) / 2
    leave, arrive = tangent.copy(), tangent
    sharp = list(corners) if closed else [0, len(p0) - 1, *corners]
    if sharp:
        leave[sharp] = (after - p0)[sharp]
        arrive = tangent.copy()
        arrive[sharp] = (p0 - before)[sharp]
    spans = len(p0) if closed else len(p0) - 1
    knots = np.stack([p0, after, leave, np.roll(arrive, -1, axis=0)], axis=1)[:spans]
    curve = np.einsum("sk,nkd->nsd", _basis(samples), knots).reshape(-1, 2)
    return curve if closed else np.vstack([curve, p0[-1:]])


def ellipse(centre: tuple[float, float], radii: tuple[float, float], turn_deg: float = 0.0) -> Points:
    """Return (32, 2) points of an ellipse, turned clockwise on screen by `turn_deg`."""
    t = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    ring = np.stack([np.cos(t) * radii[0], np.sin(t) * radii[1]], axis=1)
    return turned(ring, turn_deg) + np.asarray(centre)


def turned(points: Pairs, degrees: float, pivot: Sequence[float] = (0.0, 0.0)) -> Points:
    """Return the points turned about the pivot, clockwise on screen."""
    pts = np.asarray(points, dtype=np.float64)
    if degrees == 0:
        return pts
    a = np.deg2rad(degrees)
    matrix = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return (pts - np.asarray(pivot)) @ matrix + np.asarray(pivot)


def normals(points: Points) -> Points:
    """Return (N, 2) unit normals of an open curve (to the right of its way on screen)."""
    way = np.gradient(points, axis=0)
    length = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
    return np.stack([-way[:, 1], way[:, 0]], axis=1) / length


def tube(points: Pairs, half_widths: Sequence[float], *, samples: int = 8, bend: float = 1.0) -> Points:
    """Return a closed outline around a centre line: down one side, back up the other.

    Args:
        points: (N, 2) control points of the centre line, N >= 2.
        half_widths: any number >= 2 of half widths, spread evenly over the length.
        samples: points per span of the centre line.
        bend: 1 = curve through the joints, 0 = straight between them.

    Returns:
        (2M, 2) float64: M points of one side, then M of the other side backwards.
    """
    control = np.asarray(points, dtype=np.float64)
    line = smooth(control, closed=False, samples=samples)
    if bend < 1:
        straight = smooth(control, range(len(control)), closed=False, samples=samples)
        line = bend * line + (1 - bend) * straight
    step = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(step)])
    along = along / max(along[-1], 1e-9)
    half = np.interp(along, np.linspace(0, 1, len(half_widths)), half_widths)[:, None]
    side = normals(line) * half
    return np.vstack([_unlooped(line + side, line, half), _unlooped(line - side, line, half)[::-1]])


def _unlooped(side: Points, line: Points, half: np.ndarray) -> Points:
    """Return one side of a tube without the loop that it makes inside a sharp bend; the count is kept."""
    gap = np.hypot(side[:, None, 0] - line[None, :, 0], side[:, None, 1] - line[None, :, 1])
    inside = np.flatnonzero((gap / half[None, :, 0]).min(axis=1) < 0.93)
    inside = inside[(inside > 0) & (inside < len(side) - 1)]
    if not len(inside):
        return side
    a, b = inside[0] - 1, inside[-1] + 1
    if b - a > len(side) * 0.7:
        return side
    share = np.linspace(0, 1, b - a + 1)[:, None]
    cut = side.copy()
    cut[a : b + 1] = side[a] * (1 - share) + side[b] * share
    return cut


def ribbon(points: Points, width: float, taper: tuple[float, float] = (0.3, 0.3)) -> Points:
    """Return the outline of a stroke of even width that thins over its last 12 units.

    Args:
        points: (N, 2) dense open curve.
        width: full width in the middle, puppet units.
        taper: share of the width at the start and at the end.
    """
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    run = max(min(0.5 * along[-1], 12.0), 1e-9)
    start = taper[0] + (1 - taper[0]) * np.minimum(along / run, 1)
    stop = taper[1] + (1 - taper[1]) * np.minimum((along[-1] - along) / run, 1)
    half = (width / 2 * np.minimum(start, stop))[:, None]
    side = normals(points) * half
    return np.vstack([points + side, (points - side)[::-1]])


def moved(points: Pairs, dx: float, dy: float) -> Points:
    """Return the points moved."""
    return np.asarray(points, dtype=np.float64) + np.array([dx, dy])


def mirrored(points: Pairs) -> Points:
    """Return the points mirrored at x = 0."""
    return np.asarray(points, dtype=np.float64) * (-1.0, 1.0)
