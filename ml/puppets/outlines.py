"""All outlines of a drawing, put on the pixel grid in one go: a drawing has hundreds, each of few points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.puppets.curves import Points, ribbons, rings

SHIFT = 4  # fractional bits of a position on the grid
BRUSH_PX = (
    0.9  # a polygon fill paints all pixels that its edge touches: so much wider is a band than its outline
)

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class PlacedOutlines:
    """Outlines on the pixel grid.

    Attributes:
        pieces: each outline in fixed-point pixels (SHIFT fractional bits), (N, 2) int32.
        boxes: (count, 4) int32 x0, y0, x1, y1 of each, right and bottom exclusive, a pixel wider all round.
        scale: pixels per puppet unit.
    """

    pieces: list[np.ndarray]
    boxes: np.ndarray
    scale: float

    def extent(self) -> Box:
        """Return the box that holds all outlines."""
        x0, y0 = self.boxes[:, :2].min(axis=0).tolist()
        x1, y1 = self.boxes[:, 2:].max(axis=0).tolist()
        return x0, y0, x1, y1

    def boxes_in(self, window: Box) -> list[Box]:
        """Return the boxes cut to a window and counted from its corner; they may be empty."""
        x0, y0, x1, y1 = window
        cut = (self.boxes - (x0, y0, x0, y0)).clip(0, (x1 - x0, y1 - y0) * 2)
        return list(map(tuple, cut.tolist()))


class Outlines:
    """Collects outlines and strokes; each is known by the index that adding it gave.

    `ends` is the share of a stroke's width that is left at its ends.
    """

    def __init__(self, ends: float = 0.3) -> None:
        self._ends = ends
        self._points: list[Points] = []
        self._known: dict[int, int] = {}
        self._strokes: list[tuple[int, Points, float]] = []
        self._rings: list[tuple[int, Points, float]] = []
        self._moves: dict[int, tuple[float, float]] = {}

    def add(self, points: Points) -> int:
        """Add an outline in puppet units; the same array is kept once."""
        index = self._known.get(id(points))
        if index is None:
            index = self._known[id(points)] = len(self._points)
            self._points.append(points)
        return index

    def add_moved(self, points: Points, by: tuple[float, float]) -> int:
        """Add an outline moved by (x, y) puppet units."""
        self._moves[len(self._points)] = by
        self._points.append(points)
        return len(self._points) - 1

    def add_stroke(self, curve: Points, width: float) -> int:
        """Add the outline of a tapered stroke, `width` in puppet units."""
        self._strokes.append((len(self._points), curve, width))
        self._points.append(curve)
        return self._strokes[-1][0]

    def add_ring(self, curve: Points, width: float) -> int:
        """Add the outline of a closed line of even width, `width` in puppet units."""
        self._rings.append((len(self._points), curve, width))
        self._points.append(curve)
        return self._rings[-1][0]

    def placed(
        self, scale: float, origin_xy: tuple[float, float], shape: np.ndarray | None = None
    ) -> PlacedOutlines:
        """Return every outline on the grid.

        Args:
            scale: pixels per puppet unit.
            origin_xy: pixel of the puppet's origin.
            shape: (2, 2) matrix that (x, y) rows are multiplied with before they are scaled; None = unchanged.
        """
        if self._strokes:
            places, curves, widths = zip(*self._strokes, strict=True)
            for place, outline in zip(
                places, ribbons(curves, widths, self._ends, brush=BRUSH_PX / scale), strict=True
            ):
                self._points[place] = outline
        if self._rings:
            places, curves, widths = zip(*self._rings, strict=True)
            for place, outline in zip(places, rings(curves, widths, brush=BRUSH_PX / scale), strict=True):
                self._points[place] = outline
        counts = np.array([len(points) for points in self._points])
        joined = np.concatenate(self._points)
        if self._moves:
            by = np.zeros((len(counts), 2))
            by[list(self._moves)] = list(self._moves.values())
            joined += np.repeat(by, counts, axis=0)
        if shape is not None:
            joined = joined @ shape
        fixed = np.rint((joined * scale + np.asarray(origin_xy)) * (1 << SHIFT)).astype(np.int32)
        stops = np.cumsum(counts)
        starts = stops - counts
        low = (np.minimum.reduceat(fixed, starts) >> SHIFT) - 1
        high = (np.maximum.reduceat(fixed, starts) >> SHIFT) + 2
        pieces = [fixed[a:b] for a, b in zip(starts.tolist(), stops.tolist(), strict=True)]
        return PlacedOutlines(pieces, np.hstack([low, high]), scale)
