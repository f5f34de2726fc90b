"""Small geometry of polylines: lengths, even steps, directions, smoothing that keeps corners and ends.

Convention: points are (n, 2) float px; a closed line repeats its first point at the end.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.ndimage import gaussian_filter1d

_CORNER_DEG = 50.0
_CORNER_REACH_PX = 4.0


def along(points: np.ndarray) -> np.ndarray:
    """Return (n,) float64, the way from the first point to each."""
    steps = np.diff(points, axis=0)
    return np.concatenate(([0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))))


def length_of(points: np.ndarray) -> float:
    """Return the length of a line."""
    return float(along(points)[-1])


def even(points: np.ndarray, step_px: float = 1.0) -> np.ndarray:
    """Return the line in equal steps of about `step_px`, ends kept; at least two points."""
    way = along(points)
    places = np.linspace(0, way[-1], max(2, round(way[-1] / step_px) + 1))
    return np.stack([np.interp(places, way, points[:, k]) for k in (0, 1)], axis=1)


def tangents(points: np.ndarray, reach: int = 3) -> np.ndarray:
    """Return (n, 2) unit directions, over `reach` points to either side."""
    last = len(points) - 1
    at = np.arange(len(points))
    steps = points[np.minimum(at + reach, last)] - points[np.maximum(at - reach, 0)]
    return np.asarray(steps / np.maximum(np.hypot(steps[:, 0], steps[:, 1]), 1e-6)[:, None])


def outward(points: np.ndarray, reach_px: float, *, at_start: bool) -> np.ndarray:
    """Return (2,) the unit direction in which a line leaves at an end, judged over `reach_px` of it."""
    ends = points if at_start else points[::-1]
    way = along(ends)
    far = ends[min(int(np.searchsorted(way, reach_px)), len(ends) - 1)]
    step = ends[0] - far
    return np.asarray(step / max(float(np.hypot(*step)), 1e-6))


def corners(points: np.ndarray, *, is_closed: bool = False) -> list[int]:
    """Return indices of corners of an evenly stepped line, in order; the ends of an open line are none."""
    n = len(points)
    step = length_of(points) / max(1, n - 1)
    reach = max(2, round(_CORNER_REACH_PX / max(step, 1e-3)))
    if n < 2 * reach + 1:
        return []
    if is_closed:
        ring = np.concatenate((points[-reach - 1 : -1], points, points[1 : reach + 1]))
        middle = np.arange(reach, reach + n - 1)
    else:
        ring, middle = points, np.arange(reach, n - reach)
    before, after = ring[middle] - ring[middle - reach], ring[middle + reach] - ring[middle]
    angle = np.degrees(
        np.abs(
            np.arctan2(
                before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0],
                (before * after).sum(axis=1),
            )
        )
    )
    found: list[int] = []
    for k in np.argsort(-angle, kind="stable"):
        if angle[k] < _CORNER_DEG:
            break
        place = int(middle[k]) - (reach if is_closed else 0)
        if all(abs(place - other) > reach for other in found):
            found.append(place)
    return sorted(found)


def smoothed(points: np.ndarray, sigma_px: float, *, is_closed: bool = False) -> np.ndarray:
    """Return an evenly stepped line (about 1 px) with the steps of pixels taken out, corners and ends in place."""
    if len(points) < 5:
        return points
    found = corners(points, is_closed=is_closed)
    if is_closed and not found:
        ring = gaussian_filter1d(points[:-1], sigma_px, axis=0, mode="wrap")
        return np.concatenate((ring, ring[:1]))
    if is_closed:
        points = np.concatenate((points[found[0] : -1], points[: found[0] + 1]))
        found = [place - found[0] for place in found[1:]]
    cuts = [0, *found, len(points) - 1]
    pieces = [_calmed(points[a : b + 1], sigma_px) for a, b in pairwise(cuts)]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _calmed(points: np.ndarray, sigma_px: float) -> np.ndarray:
    """Smooth one piece, its ends held: it goes on beyond them turned by half a turn."""
    n = len(points)
    if n < 4:
        return points
    reach = min(n - 1, int(4 * sigma_px) + 1)
    head = 2 * points[0] - points[reach:0:-1]
    tail = 2 * points[-1] - points[-2 : -reach - 2 : -1]
    whole = gaussian_filter1d(np.concatenate((head, points, tail)), sigma_px, axis=0, mode="nearest")
    return np.asarray(whole[reach : reach + n])
