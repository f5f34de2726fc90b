"""Where points of one shape go when its outline moves: along curves, and inside areas by mean value coordinates.

Sources: Hormann & Floater, Mean Value Coordinates for Arbitrary Planar Polygons, ACM TOG 25(4), 2006. The
coordinates are exact on the outline, hold for any simple polygon inside and outside, and reproduce every
affine map, so a shape that is only moved, scaled or turned moves exactly.
"""

from __future__ import annotations

import numpy as np

from ml.puppets.curves import Points

_BLOCK = 1 << 15  # pairs of point and vertex worked out at once: as much as stays in the cache


def inside(points: Points, source: Points, target: Points) -> Points:
    """Return where points of an area go when its closed outline moves from source to target.

    Args:
        points: (N, 2) float64, anywhere in the plane.
        source: (M, 2) float64 outline, M >= 3.
        target: (M, 2) float64 the same vertices after the move.

    Returns:
        (N, 2) float64, worked out in single precision: right to about 1e-3 for outlines 1000 across.
    """
    middle, goal = source.mean(axis=0), target.mean(axis=0)
    ring = _distinct(source - middle).astype(np.float32)
    ring = np.concatenate((ring, ring[:1])).T
    to = (target - goal).astype(np.float32)
    where = (points - middle).astype(np.float32).T
    step = max(1, _BLOCK // len(to))
    found = [_mean_value(where[:, i : i + step], ring, to) for i in range(0, len(points), step)]
    return np.concatenate(found).astype(np.float64) + goal


def _mean_value(where: np.ndarray, ring: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Return (N, 2) targets of (2, N) points for a ring of (2, M + 1) and (M, 2) targets of its vertices."""
    x, y = (ring[k][None, :] - where[k][:, None] for k in (0, 1))
    reach = np.sqrt(x * x + y * y)
    product = reach[:, 1:] * reach[:, :-1]
    whole = x[:, 1:] * x[:, :-1] + y[:, 1:] * y[:, :-1] + product
    cross = x[:, :-1] * y[:, 1:] - y[:, :-1] * x[:, 1:]
    # tan of half the angle; on an edge the angle is 180 degrees and the two ends share the point between them
    flat = whole <= 1e-6 * product
    if flat.any():
        whole[flat], cross[flat] = 1.0, 1e6
    tan = cross / whole
    weight = tan.copy()
    weight[:, 1:] += tan[:, :-1]
    weight[:, 0] += tan[:, -1]
    weight /= np.maximum(reach[:, :-1], 1e-6)
    moved: np.ndarray = (weight @ to) / weight.sum(axis=1)[:, None]
    return moved


def along(points: Points, source: Points, target: Points, *, closed: bool, swell: float = 1.0) -> Points:
    """Return where points near an inked curve go: the same share of the same span, the same way off it.

    Args:
        points: (N, 2) float64.
        source: (M, 2) float64 curve, M >= 2.
        target: (M, 2) float64 the same points after the move.
        closed: whether the last point joins the first.
        swell: target's line weight over the source's; the distance from the curve grows by it.

    Returns:
        (N, 2) float64.
    """
    a, to = _complex(source), _complex(target)
    if closed:
        a, to = np.append(a, a[0]), np.append(to, to[0])
    where = _complex(points)
    step = max(1, _BLOCK // len(a))
    found = [_along(where[i : i + step], a, to, swell) for i in range(0, len(where), step)]
    moved = np.concatenate(found)
    return np.stack((moved.real, moved.imag), axis=1)


def _along(where: np.ndarray, a: np.ndarray, to: np.ndarray, swell: float) -> np.ndarray:
    """Return (N,) complex targets of (N,) complex points near a curve."""
    way, ahead = a[1:] - a[:-1], to[1:] - to[:-1]
    length, size = np.abs(way), np.abs(ahead)
    real = length > 1e-9
    if real.any():
        # a repeated point has no direction
        a, to, way, ahead, length, size = (
            a[:-1][real],
            to[:-1][real],
            way[real],
            ahead[real],
            length[real],
            size[real],
        )
    unit = way / np.maximum(length, 1e-9)
    # in each span's own frame: real = along it, imaginary = off it
    local = (where[:, None] - a[None, : len(way)]) * unit.conj()
    share = np.clip(local.real, 0, length)
    nearest = np.argmin((local.real - share) ** 2 + local.imag**2, axis=1)
    row = np.arange(len(where))
    turned = np.where(size > 1e-9, ahead / np.maximum(size, 1e-9), unit)[nearest]
    t = share[row, nearest] / np.maximum(length, 1e-9)[nearest]
    rest = local[row, nearest] - share[row, nearest]
    moved: np.ndarray = to[nearest] + ahead[nearest] * t + rest * turned * swell
    return moved


def _complex(points: Points) -> np.ndarray:
    """Return (N, 2) as (N,) complex numbers."""
    return np.ascontiguousarray(points, dtype=np.float64).view(np.complex128)[:, 0]


def _distinct(points: Points) -> Points:
    """Return the outline with repeated neighbours a hair apart, as an edge needs a direction."""
    same = (np.abs(points - np.roll(points, -1, axis=0)) < 1e-9).all(axis=1)
    if not same.any():
        return points
    apart = points.copy()
    apart[same] += 1e-7 * np.arange(1, int(same.sum()) + 1)[:, None]
    return apart
