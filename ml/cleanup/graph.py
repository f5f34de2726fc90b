"""From a skeleton of single pixels to a graph: nodes where lines end or meet, edges that are the lines between them.

A skeleton lies: it grows hairs at every bump of a rough line, and tears each crossing of two lines into two forks.
Both are mended here, where lengths and widths are known.

Convention:
    - points are (x, y) px, pixel centres at integers
    - everything is in the order of the pixels (row by row), so that the same picture gives the same graph
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

_AROUND = np.array([(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)])
_SPUR_WIDTHS = 2.0
_SPUR_MIN_PX = 3.0
_FORK_WIDTHS = 1.3  # an edge between two forks shorter than this is one crossing, torn apart
_ROUNDS = 3


@dataclass
class Edge:
    """A line between two nodes; a ring has the same node at both ends.

    Attributes:
        path_xy: (n, 2) float32, n >= 2, from the first node to the second.
        nodes: numbers of both nodes.
    """

    path_xy: np.ndarray
    nodes: tuple[int, int]

    @property
    def length_px(self) -> float:
        """Length along the path."""
        return float(np.hypot(*np.diff(self.path_xy, axis=0).T).sum())

    def turned(self) -> Edge:
        """Return the edge from its other end."""
        return Edge(self.path_xy[::-1], (self.nodes[1], self.nodes[0]))


class Graph:
    """Nodes and edges; `at` lists for each node the edges that end there (a ring twice)."""

    def __init__(self, nodes_xy: np.ndarray, edges: Iterable[Edge]) -> None:
        self.nodes_xy = nodes_xy
        self.edges: dict[int, Edge] = {}
        self.at: list[list[int]] = [[] for _ in range(len(nodes_xy))]
        self._next = 0
        for edge in edges:
            self.add(edge)

    def add(self, edge: Edge) -> None:
        """Put an edge in."""
        self.edges[self._next] = edge
        for node in edge.nodes:
            self.at[node].append(self._next)
        self._next += 1

    def remove(self, number: int) -> Edge:
        """Take an edge out and return it."""
        edge = self.edges.pop(number)
        for node in edge.nodes:
            self.at[node].remove(number)
        return edge

    def degree(self, node: int) -> int:
        """Return how many ends of edges meet at a node."""
        return len(self.at[node])


def graph_of(skeleton: np.ndarray) -> Graph:
    """Return the graph of a skeleton.

    Args:
        skeleton: (H, W) bool, lines one pixel wide, 8-connected.
    """
    padded = np.pad(skeleton, 1).astype(np.uint8)
    count = cv2.filter2D(padded, cv2.CV_16S, np.ones((3, 3), np.float32)) - 1
    forks = (padded > 0) & (count >= 3)
    found, labels, _, centres = cv2.connectedComponentsWithStats(forks.astype(np.uint8), connectivity=8)
    nodes = [tuple(xy) for xy in centres[1:found] - 1.0]
    edges: list[Edge] = []
    for path, ends in _paths((padded > 0) & ~forks, labels):
        numbers = []
        for label, at in zip(ends, (path[0], path[-1]), strict=True):
            if label:
                numbers.append(label - 1)
            elif ends == (0, 0) and len(numbers) == 1 and _touch(path):
                numbers.append(numbers[0])  # a ring
            else:
                nodes.append((float(at[1] - 1), float(at[0] - 1)))
                numbers.append(len(nodes) - 1)
        edges.append(_edge(path, (numbers[0], numbers[1]), nodes))
    return Graph(np.array(nodes, np.float32).reshape(-1, 2), [e for e in edges if len(e.path_xy) > 1])


def _edge(path: list[tuple[int, int]], ends: tuple[int, int], nodes: list[tuple[float, float]]) -> Edge:
    inner = np.array(path, np.float32)[:, ::-1] - 1.0
    points = np.vstack((nodes[ends[0]], inner, nodes[ends[1]])).astype(np.float32)
    moved = np.r_[True, np.abs(np.diff(points, axis=0)).max(axis=1) > 1e-3]
    return Edge(points[moved], ends)


def _touch(path: list[tuple[int, int]]) -> bool:
    (y0, x0), (y1, x1) = path[0], path[-1]
    return len(path) > 3 and max(abs(y0 - y1), abs(x0 - x1)) <= 1


def _paths(simple: np.ndarray, labels: np.ndarray) -> list[tuple[list[tuple[int, int]], tuple[int, int]]]:
    """Return runs of pixels with at most two neighbours, as (y, x) in order, and the forks (0 = none) at both ends."""
    ys, xs = np.nonzero(simple)
    index = np.full(simple.shape, -1, np.int32)
    index[ys, xs] = np.arange(len(ys))
    near = [index[ys + dy, xs + dx] for dy, dx in _AROUND]
    neighbours = [[int(n) for n in row if n >= 0] for row in np.stack(near, axis=1)] if len(ys) else []
    seen = np.zeros(len(ys), bool)
    order = [i for i, row in enumerate(neighbours) if len(row) < 2] + list(range(len(ys)))
    out = []
    for start in order:
        if seen[start]:
            continue
        run = _walk(start, neighbours, seen)
        path = [(int(ys[i]), int(xs[i])) for i in run]
        out.append((path, _forks_at(path, labels)))
    return out


def _walk(start: int, neighbours: list[list[int]], seen: np.ndarray) -> list[int]:
    run, here = [start], start
    seen[start] = True
    while True:
        ahead = next((n for n in neighbours[here] if not seen[n]), None)
        if ahead is None:
            return run
        seen[ahead] = True
        run.append(ahead)
        here = ahead


def _forks_at(path: list[tuple[int, int]], labels: np.ndarray) -> tuple[int, int]:
    """Return the forks that touch the first and the last pixel of a run, 0 for none."""
    first, last = (
        [int(n) for n in np.unique(labels[y - 1 : y + 2, x - 1 : x + 2]) if n] for y, x in (path[0], path[-1])
    )
    if len(path) == 1:
        return (first[0], first[-1]) if len(first) > 1 else ((first[0], 0) if first else (0, 0))
    return (first[0] if first else 0), (last[-1] if last else 0)


def mended(graph: Graph, width_px: np.ndarray) -> Graph:
    """Return the graph without hairs and torn crossings.

    Args:
        graph: changed in place and returned.
        width_px: (H, W) float32, width of the drawn mass at its middle; measures how long a hair may be.
    """
    for _ in range(_ROUNDS):
        _contract(graph, width_px)
        before = len(graph.edges)
        _prune(graph, width_px)
        join_through(graph)
        if len(graph.edges) == before:
            break
    return graph


def _width_at(width_px: np.ndarray, xy: np.ndarray) -> float:
    h, w = width_px.shape
    x, y = round(float(xy[0])), round(float(xy[1]))
    view = width_px[max(0, y - 1) : min(h, y + 2), max(0, x - 1) : min(w, x + 2)]
    return float(view.max()) if view.size else 1.0


def _prune(graph: Graph, width_px: np.ndarray) -> None:
    """Take hairs off, the shortest first, as long as a fork is left where they grow."""
    hairs = []
    for number, edge in graph.edges.items():
        tips = [node for node in edge.nodes if graph.degree(node) == 1]
        if len(tips) != 1 or edge.nodes[0] == edge.nodes[1]:
            continue
        root = edge.nodes[0] if tips[0] == edge.nodes[1] else edge.nodes[1]
        most = max(_SPUR_MIN_PX, _SPUR_WIDTHS * _width_at(width_px, graph.nodes_xy[root]))
        if edge.length_px < most:
            hairs.append((edge.length_px, number, root))
    for _, number, root in sorted(hairs):
        if graph.degree(root) >= 3:
            graph.remove(number)


def join_through(graph: Graph) -> None:
    """Join the two edges at every node where just two meet."""
    for node in range(len(graph.at)):
        numbers = graph.at[node]
        if len(numbers) != 2 or numbers[0] == numbers[1]:
            continue
        first, second = (graph.remove(number) for number in list(numbers))
        first = first if first.nodes[1] == node else first.turned()
        second = second if second.nodes[0] == node else second.turned()
        path = np.vstack((first.path_xy, second.path_xy[1:]))
        graph.add(Edge(path, (first.nodes[0], second.nodes[1])))


def _contract(graph: Graph, width_px: np.ndarray) -> None:
    """Make one node of two forks that a short edge parts, and drop rings that are no more than a pinhole."""
    for number in sorted(graph.edges):
        edge = graph.edges.get(number)
        if edge is None or min(graph.degree(node) for node in edge.nodes) < 3:
            continue
        a, b = edge.nodes
        most = max(2.0, _FORK_WIDTHS * _width_at(width_px, edge.path_xy[len(edge.path_xy) // 2]))
        if edge.length_px >= most:
            continue
        graph.remove(number)
        if a != b:
            _move_edges(graph, b, a)


def _move_edges(graph: Graph, old: int, new: int) -> None:
    middle = (graph.nodes_xy[old] + graph.nodes_xy[new]) / 2
    graph.nodes_xy[new] = middle
    for number in sorted(set(graph.at[old]) | set(graph.at[new])):
        edge = graph.remove(number)
        nodes = tuple(new if node == old else node for node in edge.nodes)
        path = edge.path_xy.copy()
        if nodes[0] == new:
            path[0] = middle
        if nodes[1] == new:
            path[-1] = middle
        graph.add(Edge(path, (nodes[0], nodes[1])))
