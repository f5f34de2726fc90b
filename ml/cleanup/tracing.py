"""From a graph of pixels to lines: straight on through crossings, calm between corners, with what the pencil did there.

Convention: points are (x, y) px, pixel centres at integers, about 1 px apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from ml.cleanup.curves import even, length_of, outward, smoothed
from ml.cleanup.graph import Graph

_STRAIGHT_DEG = 48.0  # two edges that bend less than this at a node are one line
_LOOK_WIDTHS = 3.0
_LOOK_PX = 6.0
_SMOOTH_PX = 1.6
_RING_PX = 7.0  # a ring shorter than this is a pinhole
Half = tuple[int, int]  # an edge's number, and which of its ends


@dataclass(frozen=True, eq=False)
class Line:
    """A centre-line.

    Attributes:
        points_xy: (n, 2) float64 px, n >= 2; a closed line repeats its first point.
        is_closed: whether it ends where it begins.
        touches: whether its beginning and its end meet another line.
        is_filled: whether it is the outline of a black area, `blacks`.
        seen_xy: (n, 2) px, where the rough shows it if that is not where it is drawn.
        beziers: (m, 4, 2) px, the curves through it where they are known already.
    """

    points_xy: np.ndarray
    is_closed: bool = False
    touches: tuple[bool, bool] = (False, False)
    is_filled: bool = False
    seen_xy: np.ndarray | None = None
    beziers: np.ndarray | None = None

    @property
    def length_px(self) -> float:
        """Length along the line."""
        return length_of(self.points_xy)


def traced(graph: Graph, width_px: np.ndarray) -> list[Line]:
    """Return the lines of a graph, the longest first.

    Args:
        graph: mended.
        width_px: (H, W) float32, width of the drawn mass, 0 off it.
    """
    partner = _partners(graph, width_px)
    done: set[int] = set()
    starts = [(number, end) for number in graph.edges for end in (0, 1) if (number, end) not in partner]
    rings = [(number, 0) for number in graph.edges]
    lines = []
    for start in [*starts, *rings]:
        if start[0] in done:
            continue
        line = _line(graph, _chain(start, partner, done), width_px)
        if line is not None:
            lines.append(line)
    return sorted(lines, key=lambda line: -line.length_px)


def _partners(graph: Graph, width_px: np.ndarray) -> dict[Half, Half]:
    """Pair the ends of edges at each node, the straightest pair first."""
    partner: dict[Half, Half] = {}
    for node, numbers in enumerate(graph.at):
        if len(numbers) < 2:
            continue
        halves = _halves(graph, node)
        look = max(_LOOK_PX, _LOOK_WIDTHS * _at(width_px, graph.nodes_xy[node]))
        ways = {half: outward(graph.edges[half[0]].path_xy, look, at_start=half[1] == 0) for half in halves}
        bends = []
        for a, b in combinations(halves, 2):
            if a[0] == b[0] and len(halves) > 2:
                continue
            bends.append((float(ways[a] @ ways[b]), a, b))
        least = -np.cos(np.radians(_STRAIGHT_DEG)) if len(halves) > 2 else 2.0
        for straight, a, b in sorted(bends):
            if straight <= least and a not in partner and b not in partner:
                partner[a], partner[b] = b, a
    return partner


def _halves(graph: Graph, node: int) -> list[Half]:
    out = []
    for number in sorted(set(graph.at[node])):
        out += [(number, end) for end in (0, 1) if graph.edges[number].nodes[end] == node]
    return out


def _at(width_px: np.ndarray, xy: np.ndarray) -> float:
    h, w = width_px.shape
    x, y = min(max(round(float(xy[0])), 0), w - 1), min(max(round(float(xy[1])), 0), h - 1)
    return float(width_px[y, x])


def _chain(start: Half, partner: dict[Half, Half], done: set[int]) -> list[Half]:
    """Return the edges of one line, each as (number, end by which it is entered)."""
    chain: list[Half] = []
    half: Half | None = start
    while half is not None and half[0] not in done:
        done.add(half[0])
        chain.append(half)
        half = partner.get((half[0], 1 - half[1]))
    return chain


def _line(graph: Graph, chain: list[Half], width_px: np.ndarray) -> Line | None:
    pieces = []
    for number, end in chain:
        edge = graph.edges[number]
        pieces.append(edge.path_xy if end == 0 else edge.path_xy[::-1])
    first = graph.edges[chain[0][0]].nodes[chain[0][1]]
    last = graph.edges[chain[-1][0]].nodes[1 - chain[-1][1]]
    points = _joined(pieces, width_px)
    length = length_of(points)
    is_closed = first == last and length > 3
    if is_closed and length < _RING_PX:
        return None
    if length < 1:
        return None
    points = smoothed(even(points), _SMOOTH_PX, is_closed=is_closed)
    own = {number for number, _ in chain}
    touches = (_meets(graph, first, own), _meets(graph, last, own))
    return Line(points, is_closed, touches)


def _meets(graph: Graph, node: int, own: set[int]) -> bool:
    return graph.degree(node) > 1 and (graph.degree(node) > 2 or any(n not in own for n in graph.at[node]))


def _joined(pieces: list[np.ndarray], width_px: np.ndarray) -> np.ndarray:
    """Join pieces end to end; next to a crossing the skeleton swerves, so points there are left out."""
    if len(pieces) == 1:
        return pieces[0].astype(np.float64)
    out = []
    for index, piece in enumerate(pieces):
        cut_head = _swerve(piece, width_px) if index else 0
        cut_tail = _swerve(piece[::-1], width_px) if index < len(pieces) - 1 else 0
        kept = piece[cut_head : len(piece) - cut_tail]
        out.append(kept if len(kept) else piece[len(piece) // 2 : len(piece) // 2 + 1])
    return np.concatenate(out).astype(np.float64)


def _swerve(piece: np.ndarray, width_px: np.ndarray) -> int:
    reach = 0.75 * _at(width_px, piece[0])
    far = np.hypot(*(piece - piece[0]).T) > reach
    return min(int(far.argmax()) if far.any() else len(piece), (len(piece) - 1) // 2)


def sampled(values: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return (n,) float32 of a map (H, W) at points, bilinear."""
    if not len(points):
        return np.zeros(0, np.float32)
    xy = points.astype(np.float32)
    out = np.empty(len(xy), np.float32)
    for start in range(0, len(xy), 30_000):  # OpenCV's maps end at 32,767
        part = xy[start : start + 30_000]
        got = cv2.remap(
            values.astype(np.float32, copy=False), part[:, :1], part[:, 1:], cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        out[start : start + len(part)] = got.ravel()
    return out
