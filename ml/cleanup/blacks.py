"""Areas that are blacked in: pupils, hair, shadows. They are no lines, so they are kept as outlines that are filled.

What is dark and wider than a line could be is an area: a disc of some widths of the pencil fits into it. A long one has
to be wider than a compact one, since strokes of a searching hand lie side by side as wide as a small pupil. Hatching
has paper between its strokes and is none.

Convention: points are (x, y) px, pixel centres at integers; masks and darkness are (H, W).
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from scipy.spatial import cKDTree
from skimage.measure import find_contours

from ml.cleanup.curves import even, length_of, smoothed
from ml.cleanup.tracing import Line

_DARK, _FULL = 0.5, 0.62  # at the edge of an area, and in it
_GRAIN_PX = 0.8  # paper that shines through graphite
_WIDTHS = 2.2  # of the pencil: the disc that has to fit into a compact area
_LEAST_PX = 5.0  # and at least this disc
_USUAL, _SHARE = (
    1.7,
    92,
)  # and this much of what all but a few of this hand's lines are wide, doubled ones too
_MOST_WIDTHS = 6.0  # what is wider is no line, however many strokes there are side by side
_LONG = 1.7  # times that: the disc that has to fit into a long one
_COMPACT = 2.6  # area by the square of the disc, up to which an area is compact
_PAPER, _ALONE = 0.4, 0.66  # darkness of what is paper still; share of it around an area
_EDGE_PX = 1.5
_HOLE_WIDTHS = 1.0  # smallest light in a black area that is left open
_SMOOTH_PX = 0.9
_END_WIDTHS = 1.3  # of the pencil: a line that ends so near an area was cut off by it


def black_areas(ink: np.ndarray, pencil_px: float) -> np.ndarray:
    """Return (H, W) bool, where an area is blacked in.

    Args:
        ink: (H, W) float32, darkness 0 to 1.
        pencil_px: usual width of a line.
    """
    calm, room = _depths(ink)
    disc = max(_LEAST_PX, _WIDTHS * pencil_px + 1)
    if room.max() < disc / 2:
        return np.zeros(ink.shape, bool)
    disc = max(disc, _USUAL * _usual_width(room, _MOST_WIDTHS * pencil_px) + 1)
    cores = room >= disc / 2
    if not cores.any():
        return cores
    dark = (calm > _DARK).astype(np.uint8)
    grown = cv2.distanceTransform((~cores).astype(np.uint8), cv2.DIST_L2, 5) < disc / 2 + _EDGE_PX
    grown |= _rims_of_lights(dark, grown & (dark > 0), disc)
    areas = (grown & (dark > 0)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(areas, connectivity=4)
    deepest = np.zeros(count)
    np.maximum.at(deepest, np.asarray(labels, np.int64)[cores], 2 * room[cores])
    is_area = deepest >= _LONG * disc
    for number in np.flatnonzero((deepest > 0) & (stats[:, 4] <= _COMPACT * deepest**2)):
        is_area[number] |= _is_alone(labels, stats[number], int(number), calm, pencil_px)
    is_area[0] = False
    return np.asarray(is_area[labels])


def drawn_widths(ink: np.ndarray, pencil_px: float) -> float:
    """Return how wide all but a few of the lines of a drawing are, in widths of the pencil: 1 to 2 for a sure hand.

    Args:
        ink: (H, W) float32, darkness 0 to 1.
        pencil_px: usual width of a line.
    """
    return _usual_width(_depths(ink)[1], _MOST_WIDTHS * pencil_px) / pencil_px


def _depths(ink: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ink without its grain, and how deep each pixel lies in what is full of ink."""
    calm = cv2.GaussianBlur(ink, (0, 0), _GRAIN_PX)
    full = np.pad((calm > _FULL).astype(np.uint8), 1)
    return calm, cv2.distanceTransform(full, cv2.DIST_L2, 5)[1:-1, 1:-1]


def _is_alone(labels: np.ndarray, stats: np.ndarray, number: int, calm: np.ndarray, pencil_px: float) -> bool:
    """Return whether there is paper around an area: a knot of strokes is left by lines on many sides."""
    reach = round(pencil_px / 2 + 4)
    x, y, w, h = (int(v) for v in stats[:4])
    cut = np.s_[max(0, y - reach) : y + h + reach, max(0, x - reach) : x + w + reach]
    away = cv2.distanceTransform((labels[cut] != number).astype(np.uint8), cv2.DIST_L2, 5) - pencil_px / 2
    around = (away > 1.5) & (away < 3.5)
    return bool((calm[cut][around] < _PAPER).mean() >= _ALONE) if around.any() else True


def _usual_width(room: np.ndarray, most_px: float) -> float:
    """Return how wide all but a few of the lines are, px, as told by the depths of what is dark."""
    wide = 2 * room[(room >= cv2.dilate(room, np.ones((3, 3), np.uint8)) - 0.35) & (room > 0)] - 1
    lines = wide[wide <= most_px]
    return float(np.percentile(lines, _SHARE)) if len(lines) else 0.0


def _rims_of_lights(dark: np.ndarray, areas: np.ndarray, disc_px: float) -> np.ndarray:
    """Return (H, W) bool, what lies around small lights in black areas, so that a light does not break out of one."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(1 - dark, connectivity=4)
    around = cv2.dilate(areas.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    beside = np.zeros(len(stats), bool)
    beside[np.unique(labels[around])] = True
    lights = (beside & (stats[:, 4] <= disc_px**2))[labels] & (dark == 0)
    if not lights.any():
        return lights
    return np.asarray(cv2.distanceTransform((~lights).astype(np.uint8), cv2.DIST_L2, 5) <= disc_px / 2 + 1)


def off_blacks(mask: np.ndarray, areas: np.ndarray, pencil_px: float) -> np.ndarray:
    """Return a mask of lines without what lies in or at a black area: its outline stands for that."""
    if not areas.any():
        return mask
    away = cv2.distanceTransform((~areas).astype(np.uint8), cv2.DIST_L2, 5)
    return mask & (away > max(1.5, 0.7 * pencil_px))


def outlines(areas: np.ndarray, ink: np.ndarray, pencil_px: float) -> list[Line]:
    """Return the outlines of black areas as filled lines, where the darkness is a half, the longest first.

    A light in an area is cut out by way of a slit of no width from the outer outline.

    Args:
        areas: (H, W) bool, see `black_areas`.
        ink: (H, W) float32, the darkness that they were found in.
        pencil_px: usual width of a line.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(areas.astype(np.uint8), connectivity=4)
    height, width = areas.shape
    out = []
    for number in range(1, count):
        x, y, w, h = (int(v) for v in stats[number, :4])
        x0, y0, x1, y1 = max(0, x - 2), max(0, y - 2), min(width, x + w + 2), min(height, y + h + 2)
        own = cv2.dilate((labels[y0:y1, x0:x1] == number).astype(np.uint8), np.ones((3, 3), np.uint8))
        field = np.pad(np.where(own > 0, ink[y0:y1, x0:x1], 0), 1)
        rings = [ring[:, ::-1] - 1 + (x0, y0) for ring in find_contours(field, _DARK)]
        line = _outline(rings, max(3.0, _HOLE_WIDTHS * pencil_px))
        if line is not None:
            out.append(line)
    return sorted(out, key=lambda line: -line.length_px)


def with_blacks(lines: list[Line], blacks: list[Line], pencil_px: float) -> list[Line]:
    """Return lines and outlines of black areas, the longest first; line ends at an area are known to touch it.

    Args:
        lines: traced without what lies in the areas.
        blacks: see `outlines`.
        pencil_px: usual width of a line.
    """
    if not blacks:
        return lines
    tree = cKDTree(np.concatenate([black.points_xy for black in blacks]))
    reach = _END_WIDTHS * pencil_px + 2
    out = list(blacks)
    for line in lines:
        near = np.isfinite(tree.query(line.points_xy, distance_upper_bound=reach)[0])
        if near.all() and line.length_px < 4 * reach:
            continue  # a crumb of the area's own rim
        touches = (line.touches[0] or bool(near[0]), line.touches[1] or bool(near[-1]))
        out.append(line if line.is_closed else replace(line, touches=touches))
    return sorted(out, key=lambda line: -line.length_px)


def _outline(rings: list[np.ndarray], hole_px: float) -> Line | None:
    """Return the largest ring with the holes that are wide enough cut into it."""
    rings = sorted((ring for ring in rings if len(ring) > 3), key=lambda ring: -abs(_area(ring)))
    if not rings or length_of(rings[0]) < 4:
        return None
    ring, *holes = (smoothed(even(each), _SMOOTH_PX, is_closed=True) for each in rings)
    outer = np.sign(_area(ring))
    for hole in holes:
        if np.sign(_area(hole)) == -outer and abs(_area(hole)) >= 0.7 * hole_px**2:
            ring = _slit(ring, hole)
    return Line(even(ring), is_closed=True, touches=(True, True), is_filled=True)


def _area(ring: np.ndarray) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


def _slit(ring: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Return a ring that goes to the hole at its nearest point, around it, and back."""
    far = np.hypot(*(ring[:, None] - hole[None]).transpose(2, 0, 1))
    a, b = np.unravel_index(int(far.argmin()), far.shape)
    around = np.concatenate((hole[b:-1], hole[: b + 1]))
    return np.concatenate((ring[: a + 1], around, ring[a:]))
