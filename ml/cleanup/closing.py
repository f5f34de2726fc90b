"""Gaps between lines: which ends belong together, how surely, and what the join would close.

Sources: end points, tangents and a largest distance as in OpenToonz' TAutocloser, distance and angle as criteria as in
Fourey, Tschumperlé and Revoy, A fast and efficient semi-guided algorithm for flat coloring line-arts (2018). It differs
in that every join is kept with its confidence, so that an artist may switch it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from scipy.spatial import cKDTree

from ml.cleanup.curves import along, outward
from ml.cleanup.tracing import Line

LARGEST_PX = 64.0
_SURE = 0.5  # from which a closure is drawn
_LOOK_PX = 8.0
_OWN_PX = 3.0  # times the gap: so far along itself a line may be closed onto itself
_REGION_PX = 16  # a smaller area is no region
_BOW = 0.35  # how far a join follows the directions of the ends


@dataclass(frozen=True, eq=False)
class Gap:
    """A join that could be drawn.

    Attributes:
        points_xy: (n, 2) float32 px.
        length_px: straight.
        confidence: 0 to 1.
        ends: (line, 0 = its beginning or 1 = its end) of one or both sides.
        region_px: area of the smaller region that it parts from its surroundings, 0 = none.
    """

    points_xy: np.ndarray
    length_px: float
    confidence: float
    ends: tuple[tuple[int, int], ...]
    region_px: int = 0

    @property
    def is_sure(self) -> bool:
        """Whether it is drawn unless somebody says otherwise."""
        return self.confidence >= _SURE


@dataclass(frozen=True, eq=False)
class _End:
    line: int
    side: int
    xy: np.ndarray
    way: np.ndarray


def tied(lines: Sequence[Line], reach_px: float) -> list[Line]:
    """Return the lines with every end that nearly touches another line put onto it.

    Args:
        lines: any.
        reach_px: how far an end that touches nothing may be drawn out; ends known to touch may go twice as far.
    """
    if not lines:
        return []
    field = _Field(lines)
    out = []
    for number, line in enumerate(lines):
        out.append(line if line.is_closed else _tied(line, number, field, reach_px))
    return out


def _tied(line: Line, number: int, field: _Field, reach_px: float) -> Line:
    points, touches = line.points_xy, list(line.touches)
    for side in (0, 1):
        tip = points[0] if side == 0 else points[-1]
        reach = 2 * reach_px + 2 if touches[side] else reach_px
        found = field.nearest(tip, reach, number, side, own_px=max(12.0, 3 * reach))
        touches[side] = found is not None
        if found is not None and float(np.hypot(*(found - tip))) > 0.3:
            points = np.concatenate((found[None], points) if side == 0 else (points, found[None]))
    curves = line.beziers if points is line.points_xy else None
    return replace(line, points_xy=points, touches=(touches[0], touches[1]), beziers=curves)


class _Field:
    """All points of all lines, to look for what lies near an end."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.points = np.concatenate([line.points_xy for line in lines])
        self.line = np.concatenate([np.full(len(line.points_xy), k) for k, line in enumerate(lines)])
        ways = [along(line.points_xy) for line in lines]
        self.way = np.concatenate(ways)
        self.rest = np.concatenate([way[-1] - way for way in ways])
        self.tree = cKDTree(self.points)

    def around(self, xy: np.ndarray, reach_px: float, line: int, side: int, own_px: float) -> np.ndarray:
        """Return indices of points within reach, the end's own neighbourhood left out, in a fixed order."""
        found = np.array(sorted(self.tree.query_ball_point(xy, reach_px)), np.int64)
        if not len(found):
            return found
        own = self.line[found] == line
        far = (self.way if side == 0 else self.rest)[found]
        return found[~own | (far > own_px)]

    def nearest(
        self, xy: np.ndarray, reach_px: float, line: int, side: int, own_px: float
    ) -> np.ndarray | None:
        """Return the nearest such point, None if there is none."""
        found = self.around(xy, reach_px, line, side, own_px)
        if not len(found):
            return None
        return np.asarray(self.points[found[np.hypot(*(self.points[found] - xy).T).argmin()]])


def find_gaps(lines: Sequence[Line], gap_px: float, width_px: float) -> list[Gap]:
    """Return joins between ends, the surest first; each end is in one join at most.

    Args:
        lines: with `touches` true to what is drawn.
        gap_px: largest gap; 0 = none.
        width_px: of a line, beside which angles of short gaps say little.
    """
    ends = [
        _End(number, side, *_tip(line, side))
        for number, line in enumerate(lines)
        if not line.is_closed
        for side in (0, 1)
        if not line.touches[side]
    ]
    if gap_px <= 0 or not ends:
        return []
    reach = min(gap_px, LARGEST_PX)
    found = [*_between_ends(ends, lines, reach, width_px), *_onto_lines(ends, lines, reach, width_px)]
    found.sort(key=lambda gap: (-gap.confidence, gap.length_px, gap.ends))
    taken: set[tuple[int, int]] = set()
    out = []
    for gap in found:
        if not taken.intersection(gap.ends):
            taken.update(gap.ends)
            out.append(gap)
    return out


def _tip(line: Line, side: int) -> tuple[np.ndarray, np.ndarray]:
    points = line.points_xy
    return points[0 if side == 0 else -1], outward(points, _LOOK_PX, at_start=side == 0)


def _between_ends(ends: list[_End], lines: Sequence[Line], reach: float, width: float) -> list[Gap]:
    tree = cKDTree(np.array([end.xy for end in ends]))
    out = []
    for i, j in sorted(tree.query_pairs(reach)):
        a, b = ends[i], ends[j]
        if a.line == b.line and lines[a.line].length_px < 2.5 * float(np.hypot(*(b.xy - a.xy))):
            continue
        step = b.xy - a.xy
        length = float(np.hypot(*step))
        ahead = step / max(length, 1e-6)
        turn_a, turn_b = float(a.way @ ahead), float(-(b.way @ ahead))
        sure = _confidence(length, reach, min(turn_a, turn_b), max(turn_a, turn_b), width)
        if sure > 0.05:
            out.append(
                Gap(_bowed(a, b.xy, b.way, length), length, sure, ((a.line, a.side), (b.line, b.side)))
            )
    return out


def _onto_lines(ends: list[_End], lines: Sequence[Line], reach: float, width: float) -> list[Gap]:
    """Joins of an end with a line that it points at."""
    field = _Field(lines)
    out = []
    for end in ends:
        near = field.around(end.xy, reach, end.line, end.side, own_px=_OWN_PX * reach)
        if not len(near):
            continue
        steps = field.points[near] - end.xy
        length = np.maximum(np.hypot(steps[:, 0], steps[:, 1]), 1e-6)
        ahead = (steps @ end.way) / length
        cost = length * (1.6 - 0.6 * ahead)
        best = int(cost.argmin())
        sure = _confidence(float(length[best]), reach, float(ahead[best]), float(ahead[best]), width)
        if sure > 0.05:
            target = field.points[near[best]]
            points = _straight(end.xy, target)
            out.append(Gap(points, float(length[best]), 0.92 * sure, ((end.line, end.side),)))
    return out


def _confidence(length: float, reach: float, least: float, most: float, width: float) -> float:
    """Return how sure a join is, 0 to 1.

    Args:
        length: px of the gap.
        reach: largest gap.
        least: cosine between the join and the direction of the end that agrees less.
        most: the same of the other.
        width: px of a line: a gap of this length may lie in any direction.
    """
    easy = np.clip(1.6 - length / max(1.5 * width, 2.0), 0, 1)
    straight = np.clip((0.7 * least + 0.3 * most + 0.25) / 1.1, 0, 1)
    angle = easy + (1 - easy) * straight
    near = 1 - 0.45 * (length / reach) ** 2
    return float(np.clip(angle * near, 0, 1))


def _straight(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    count = max(2, int(np.ceil(float(np.hypot(*(b - a))) / 1.25)) + 1)
    return np.linspace(a, b, count).astype(np.float32)


def _bowed(a: _End, to: np.ndarray, way: np.ndarray, length: float) -> np.ndarray:
    """Return a join that leaves and arrives in the directions of its ends (cubic Hermite)."""
    bow = _BOW * length
    curve = np.stack((a.xy, a.xy + bow * a.way, to + bow * way, to))
    u = np.linspace(0, 1, max(2, int(np.ceil(length / 1.1)) + 1))[:, None]
    v = 1 - u
    points = v**3 * curve[0] + 3 * v**2 * u * curve[1] + 3 * v * u**2 * curve[2] + u**3 * curve[3]
    return np.asarray(points, np.float32)


def with_regions(gaps: Sequence[Gap], drawn: np.ndarray, labels_of: Sequence[bool]) -> list[Gap]:
    """Return the gaps with the area that each one closes when all that are on are drawn.

    Args:
        gaps: any.
        drawn: (H, W) bool, where lines are, joins that are on among them.
        labels_of: which gaps are drawn; the others close nothing.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~drawn).astype(np.uint8), connectivity=4)
    del count
    out = []
    for gap, is_on in zip(gaps, labels_of, strict=True):
        area = _parted(gap, labels, stats) if is_on else 0
        out.append(replace(gap, region_px=area))
    return out


def _parted(gap: Gap, labels: np.ndarray, stats: np.ndarray) -> int:
    """Return the area of the smaller of the two regions on both sides of a join, 0 where they are one."""
    h, w = labels.shape
    middle = gap.points_xy[len(gap.points_xy) // 2]
    step = gap.points_xy[-1] - gap.points_xy[0]
    across = np.array((-step[1], step[0])) / max(float(np.hypot(*step)), 1e-6)
    sides = []
    for sign in (-1, 1):
        for far in (2, 3, 4, 5):
            x, y = np.round(middle + sign * far * across).astype(int)
            if 0 <= x < w and 0 <= y < h and labels[y, x]:
                sides.append(int(labels[y, x]))
                break
    if len(sides) < 2 or sides[0] == sides[1]:
        return 0
    area = int(min(stats[sides[0], 4], stats[sides[1], 4]))
    return area if area >= _REGION_PX else 0
