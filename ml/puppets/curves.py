"""Curves of the puppets: smooth outlines through few control points, tubes and tapered strokes.

Convention:
    - points are (N, 2) float64 in puppet units, x right, y down; 100 units = one head
    - every function keeps the count of points for the same count of control points, so that two poses of
      one puppet correspond point by point
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np

Points = np.ndarray
Pairs = Sequence[tuple[float, float]] | Sequence[np.ndarray] | np.ndarray


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
    control = np.asarray(points, dtype=np.float64)
    return _weights(len(control), tuple(corners), closed=closed, samples=samples) @ control


def spline(control: Points, corners: np.ndarray, *, samples: int = 8) -> Points:
    """Return the open curve of `smooth` worked out directly, for corners that change from drawing to drawing.

    Args:
        control: (N, 2) float64, N >= 2.
        corners: (N,) bool; the ends are corners in any case.
        samples: points per span.

    Returns:
        ((N - 1) * samples + 1, 2) float64.
    """
    step = control[1:] - control[:-1]
    leave, arrive = step.copy(), step.copy()
    tangent = (step[1:] + step[:-1]) / 2
    bends = ~corners[1:-1, None]
    np.copyto(leave[1:], tangent, where=bends)
    np.copyto(arrive[:-1], tangent, where=bends)
    knots = np.stack((control[:-1], control[1:], leave, arrive), axis=1)
    curve = (_hermite(samples) @ knots).reshape(-1, 2)
    return np.concatenate((curve, control[-1:]))


@cache
def _hermite(samples: int) -> np.ndarray:
    """Return the (samples, 4) weights of start, end and the two tangents of a span."""
    t = np.arange(samples) / samples
    return np.stack([2 * t**3 - 3 * t**2 + 1, -2 * t**3 + 3 * t**2, t**3 - 2 * t**2 + t, t**3 - t**2], axis=1)


@lru_cache(maxsize=1024)
def _weights(count: int, corners: tuple[int, ...], *, closed: bool, samples: int) -> np.ndarray:
    """Return the (points, count) matrix that takes control points to their Catmull-Rom curve."""
    own = np.eye(count)
    after, before = np.roll(own, -1, axis=0), np.roll(own, 1, axis=0)
    tangent = (after - before) / 2
    leave, arrive = tangent.copy(), tangent
    sharp = list(corners) if closed else [0, count - 1, *corners]
    if sharp:
        leave[sharp] = (after - own)[sharp]
        arrive = tangent.copy()
        arrive[sharp] = (own - before)[sharp]
    spans = count if closed else count - 1
    knots = np.stack([own, after, leave, np.roll(arrive, -1, axis=0)], axis=1)[:spans]
    curve = np.einsum("sk,nkd->nsd", _hermite(samples), knots).reshape(-1, count)
    return curve if closed else np.concatenate([curve, own[-1:]])


@cache
def ramp(count: int) -> np.ndarray:
    """Return `count` numbers evenly from 0 to 1; shared, so not to be written to."""
    steps = np.linspace(0, 1, count)
    steps.flags.writeable = False
    return steps


_CIRCLE = np.stack([f(np.linspace(0, 2 * np.pi, 32, endpoint=False)) for f in (np.cos, np.sin)], axis=1)


def ellipse(centre: tuple[float, float], radii: tuple[float, float], turn_deg: float = 0.0) -> Points:
    """Return (32, 2) points of an ellipse, turned clockwise on screen by `turn_deg`."""
    return turned(_CIRCLE * radii, turn_deg) + centre


def columns(x: np.ndarray, y: np.ndarray) -> Points:
    """Return (N, 2) points of their (N,) coordinates; np.stack takes five times as long for few points."""
    points = np.empty((len(x), 2))
    points[:, 0] = x
    points[:, 1] = y
    return points


def turned(points: Pairs, degrees: float, pivot: Sequence[float] = (0.0, 0.0)) -> Points:
    """Return the points turned about the pivot, clockwise on screen."""
    pts = np.asarray(points, dtype=np.float64)
    if degrees == 0:
        return pts
    x, y = pivot
    turn, offset = _turn(degrees, float(x), float(y))
    return pts @ turn + offset


@lru_cache(maxsize=256)
def _turn(degrees: float, x: float, y: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the (2, 2) matrix and the (2,) offset of a turn; a drawing has few turns of many shapes."""
    a = math.radians(degrees)
    c, s = math.cos(a), math.sin(a)
    return np.array(((c, s), (-s, c))), np.array((x - x * c + y * s, y - x * s - y * c))


def normals(points: Points) -> Points:
    """Return (N, 2) unit normals of an open curve (to the right of its way on screen)."""
    return _normals(points, np.array([0]), np.array([len(points) - 1]))


def _normals(points: Points, first: np.ndarray, last: np.ndarray) -> Points:
    """Return the unit normals of several open curves that lie behind one another in (N, 2) points."""
    way = np.empty_like(points)
    way[1:-1] = points[2:] - points[:-2]
    way[first] = points[first + 1] - points[first]
    way[last] = points[last] - points[last - 1]
    length = np.maximum(np.sqrt(way[:, 0] * way[:, 0] + way[:, 1] * way[:, 1]), 1e-9)
    return columns(-way[:, 1] / length, way[:, 0] / length)


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
    weights = _tube_weights(len(control), samples, bend)
    n = (len(control) - 1) * samples + 1
    curve = weights @ control
    line, way, step = curve[:n], curve[n : 2 * n], curve[2 * n :]
    along = np.zeros(n)
    np.cumsum(np.hypot(step[:, 0], step[:, 1]), out=along[1:])
    along /= max(along[-1], 1e-9)
    half = np.interp(along, ramp(len(half_widths)), half_widths)
    size = half / np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)
    side = columns(-way[:, 1] * size, way[:, 0] * size)
    sides = np.concatenate((line + side, line - side))
    dx, dy = (sides[:, k, None] - line[:, k] for k in (0, 1))
    inside: np.ndarray = np.any(dx * dx + dy * dy < (0.93 * half) ** 2, axis=1)
    if inside.any():
        _unloop(sides[:n], inside[:n])
        _unloop(sides[n:], inside[n:])
    return np.concatenate((sides[:n], sides[: n - 1 : -1]))


@lru_cache(maxsize=256)
def _tube_weights(count: int, samples: int, bend: float) -> np.ndarray:
    """Return the matrix from control points to a centre line, to its direction at each point, and to its steps."""
    line = _weights(count, (), closed=False, samples=samples)
    if bend < 1:
        straight = _weights(count, tuple(range(count)), closed=False, samples=samples)
        line = bend * line + (1 - bend) * straight
    step = line[1:] - line[:-1]
    return np.concatenate([line, step[:1], line[2:] - line[:-2], step[-1:], step])


def _unloop(side: Points, inside: np.ndarray) -> None:
    """Take out the loop that one side of a tube makes inside a sharp bend; the count of its points is kept."""
    loop = np.flatnonzero(inside)
    loop = loop[(loop > 0) & (loop < len(side) - 1)]
    if not len(loop):
        return
    a, b = loop[0] - 1, loop[-1] + 1
    if b - a > len(side) * 0.7:
        return
    share = ramp(int(b - a + 1))[:, None]
    side[a : b + 1] = side[a] * (1 - share) + side[b] * share


def ribbons(
    curves: Sequence[Points], widths: Sequence[float], taper: float = 0.3, *, brush: float = 0.0
) -> list[Points]:
    """Return the outlines of strokes of even width that thin over their last 12 units.

    All strokes of a drawing are worked out at once, as most of the time of a single one would be overhead.

    Args:
        curves: dense open curves, (N, 2) each, N >= 2.
        widths: full width in the middle of each, puppet units.
        taper: share of the width at both ends.
        brush: how much wider than their outlines they will be painted, puppet units.
    """
    points = np.concatenate(curves)
    counts = np.array([len(curve) for curve in curves])
    stops = np.cumsum(counts)
    first, last = stops - counts, stops - 1
    step = np.zeros(len(points))
    way = points[1:] - points[:-1]
    step[1:] = np.sqrt(way[:, 0] * way[:, 0] + way[:, 1] * way[:, 1])
    step[first] = 0.0
    along = np.cumsum(step)
    along -= np.repeat(along[first], counts)
    whole = np.repeat(along[last], counts)
    run = np.maximum(np.minimum(whole / 2, 12.0), 1e-9)
    full = np.minimum(np.minimum(along, whole - along) / run, 1)
    half = np.repeat(np.asarray(widths) / 2, counts) * (taper + (1 - taper) * full)
    half = np.maximum(half - brush / 2, 0.0)
    side = _normals(points, first, last) * half[:, None]
    one, other = points + side, points - side
    return _there_and_back(one, other, counts, extra=0)


def rings(curves: Sequence[Points], widths: Sequence[float], *, brush: float = 0.0) -> list[Points]:
    """Return closed lines of even width as outlines: round the outside, then back round the inside.

    Both rounds meet in a cut of no width, so a ring is one outline that any polygon fill can paint.

    Args:
        curves: closed curves, (N, 2) each, N >= 3, the first point not repeated.
        widths: full width of each, puppet units.
        brush: how much wider than their outlines they will be painted, puppet units.

    Returns:
        (2N + 2, 2) points each.
    """
    points = np.concatenate(curves)
    counts = np.array([len(curve) for curve in curves])
    stops = np.cumsum(counts)
    first, last = stops - counts, stops - 1
    way = np.empty_like(points)
    way[1:-1] = points[2:] - points[:-2]
    way[first] = points[first + 1] - points[last]
    way[last] = points[first] - points[last - 1]
    length = np.maximum(np.sqrt(way[:, 0] * way[:, 0] + way[:, 1] * way[:, 1]), 1e-9)
    side = columns(way[:, 1] / length, -way[:, 0] / length)
    across = np.empty_like(points)
    across[:-1] = points[1:]
    across[last] = points[first]
    area = np.add.reduceat(points[:, 0] * across[:, 1] - points[:, 1] * across[:, 0], first)
    size = np.maximum.reduceat(points, first) - np.minimum.reduceat(points, first)
    half = np.maximum(np.asarray(widths) - brush, 0.0) / 2
    # the inside of a shape that is narrower than its line would turn inside out
    inward = np.minimum(half, 0.48 * size.min(axis=1))
    turn = np.where(area < 0, -1.0, 1.0)
    outer = points + side * np.repeat(turn * half, counts)[:, None]
    inner = points - side * np.repeat(turn * inward, counts)[:, None]
    return _there_and_back(outer, inner, counts, extra=1)


def _there_and_back(one: Points, other: Points, counts: np.ndarray, *, extra: int) -> list[Points]:
    """Return outlines that run along one side and back along the other, for many curves behind one another.

    Args:
        one: (N, 2) points of one side of all curves.
        other: (N, 2) points of the other side.
        counts: points of each curve.
        extra: 1 = each side is closed with its first point again.
    """
    sides = np.stack((one, other), axis=1).reshape(-1, 2)
    run = 2 * (counts + extra)
    stops = np.cumsum(run)
    at = np.concatenate([_there_and_back_at(n, extra) for n in counts.tolist()])
    at += np.repeat(2 * (np.cumsum(counts) - counts), run)
    joined = sides.take(at, axis=0)
    return [joined[a:b] for a, b in zip((stops - run).tolist(), stops.tolist(), strict=True)]


@cache
def _there_and_back_at(count: int, extra: int) -> np.ndarray:
    """Return where the points of one outline lie among pairs of both sides: even on one side, odd on the other."""
    side = 2 * np.arange(count + extra)
    side[count:] = 0
    return np.concatenate((side, side[::-1] + 1))


def moved(points: Pairs, dx: float, dy: float) -> Points:
    """Return the points moved."""
    return np.asarray(points, dtype=np.float64) + np.array((dx, dy))


def mirrored(points: Pairs) -> Points:
    """Return the points mirrored at x = 0."""
    return np.asarray(points, dtype=np.float64) * (-1.0, 1.0)
