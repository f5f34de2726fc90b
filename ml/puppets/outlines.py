"""All outlines of a drawing, put on the pixel grid in one go: a drawing has hundreds, each of few points."""

from __future__ import annotations

import numpy as np

from ml.puppets.curves import Points, ribbons

SHIFT = 4  # fractional bits of a position on the grid

Box = tuple[int, int, int, int]


class Outlines:
    """Collects outlines and strokes; each is known by the index that adding it gave."""

    def __init__(self) -> None:
        self._points: list[Points] = []
        self._known: dict[int, int] = {}
        self._strokes: list[tuple[int, Points, float]] = []

    def add(self, points: Points) -> int:
        """Add an outline in puppet units; the same array is kept once."""
        index = self._known.get(id(points))
        if index is None:
            index = self._known[id(points)] = len(self._points)
            self._points.append(points)
        return index

    def add_stroke(self, curve: Points, width: float) -> int:
        """Add the outline of a tapered stroke, `width` in puppet units."""
        self._strokes.append((len(self._points), curve, width))
        self._points.append(curve)
        return self._strokes[-1][0]

    def on_grid(
        self, scale: float, origin_xy: tuple[float, float], size_hw: tuple[int, int]
    ) -> tuple[list[np.ndarray], list[Box]]:
        """Return every outline in fixed-point pixels, (N, 2) int32, and its box within the picture.

        Args:
            scale: pixels per puppet unit.
            origin_xy: pixel of the puppet's origin.
            size_hw: of the picture; boxes (x0, y0, x1, y1) are cut to it and may be empty.
        """
        if self._strokes:
            places, curves, widths = zip(*self._strokes, strict=True)
            for place, outline in zip(places, ribbons(curves, widths), strict=True):
                self._points[place] = outline
        joined = np.concatenate(self._points)
        fixed = np.rint((joined * scale + np.asarray(origin_xy)) * (1 << SHIFT)).astype(np.int32)
        stops = np.cumsum([len(points) for points in self._points])
        starts = stops - [len(points) for points in self._points]
        low = (np.minimum.reduceat(fixed, starts) >> SHIFT) - 1
        high = (np.maximum.reduceat(fixed, starts) >> SHIFT) + 2
        boxes = np.hstack([low, high]).clip(0, (size_hw[1], size_hw[0]) * 2)
        pieces = [fixed[a:b] for a, b in zip(starts.tolist(), stops.tolist(), strict=True)]
        return pieces, [(a, b, c, d) for a, b, c, d in boxes.tolist()]

    def extent(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the least and the greatest (x, y) of all points added, in puppet units."""
        joined = np.concatenate(self._points)
        return joined.min(axis=0), joined.max(axis=0)
