"""The drift map of a drawing and its picture. The scale is fixed: 1.0 is the limit, whatever the drawing.

A scale that stretches to each picture's own worst place makes clean drawings look guilty.
"""

from __future__ import annotations

import cv2
import numpy as np

from ml.consistency.views import View
from ml.pixels import F32, U8, Mask

CELL_PX = 4
_STOPS = np.array([0.0, 0.35, 1.0, 2.0], np.float32)
_RED = np.array([90, 60, 255, 196], np.float32)
_GREEN = np.array([120, 120, 176, 22], np.float32)
_BLUE = np.array([200, 220, 0, 60], np.float32)
_ALPHA = np.array([0, 40, 150, 205], np.float32)


class HeatMap:
    """Collects what is out and where, on a grid over the figure's box.

    Convention:
        - `grid` (gh, gw) float32, drift, 0 = nothing seen; a cell is `CELL_PX` of the standard picture
    """

    def __init__(self, view: View) -> None:
        high, wide = view.size_hw
        self._shape = (max(1, high // CELL_PX), max(1, wide // CELL_PX))
        self.grid: F32 = np.zeros(self._shape, np.float32)
        cover = cv2.resize(view.cover.astype(np.float32), self._shape[::-1], interpolation=cv2.INTER_AREA)
        self._on_figure: Mask = np.asarray(cover > 0.0)

    def add_size(self, box: tuple[float, float, float, float], drift: float) -> None:
        """Raise the cells of the figure under a box to `drift`: empty paper beside a head is not too large."""
        kept = self.grid
        self.add_box(box, drift)
        self.grid = np.where(self._on_figure, self.grid, kept)

    def add_box(self, box: tuple[float, float, float, float], drift: float) -> None:
        """Raise the cells under a box of the standard picture to `drift`; what is gone has none of the figure."""
        left, top, right, bottom = (v / CELL_PX for v in box)
        rows = slice(max(0, int(top)), max(0, int(np.ceil(bottom))))
        columns = slice(max(0, int(left)), max(0, int(np.ceil(right))))
        self.grid = self.grid.copy()
        self.grid[rows, columns] = np.maximum(self.grid[rows, columns], np.float32(max(0.0, drift)))

    def add_mask(self, mask: Mask, drift: float) -> None:
        """Raise the cells under a mask over the figure's crop to `drift`."""
        high, wide = self._shape
        cells = cv2.resize(mask.astype(np.float32), (wide, high), interpolation=cv2.INTER_AREA)
        self.grid = np.maximum(self.grid, np.where(cells > 0.08, np.float32(drift), np.float32(0.0)))

    def add_field(self, field: F32, drift: float) -> None:
        """Raise the cells by a field (h, w) over the standard picture, 1.0 in it = `drift`."""
        high, wide = self._shape
        cells = cv2.resize(np.asarray(field, np.float32), (wide, high), interpolation=cv2.INTER_AREA)
        self.grid = np.maximum(self.grid, cells * np.float32(max(0.0, drift)))

    def add_all(self, drift: float) -> None:
        """Raise every cell of the figure to `drift`."""
        whole = np.where(self._on_figure, np.float32(max(0.0, drift)), np.float32(0.0))
        self.grid = np.maximum(self.grid, whole)


def overlay(grid: F32, box_xyxy: tuple[int, int, int, int], size_hw: tuple[int, int]) -> U8:
    """Return the (h, w, 4) uint8 picture to lay over a drawing: clear at 0, amber at 1.0, red from 2.0.

    The ramp runs blue, amber, red-violet with rising alpha, so it can be read without telling red from green.
    """
    high, wide = size_hw
    out = np.zeros((high, wide, 4), np.uint8)
    left, top, right, bottom = box_xyxy
    left, top, right, bottom = max(0, left), max(0, top), min(wide, right), min(high, bottom)
    if right <= left or bottom <= top:
        return out
    field = cv2.resize(grid, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    channels = [np.interp(field, _STOPS, stops) for stops in (_RED, _GREEN, _BLUE, _ALPHA)]
    out[top:bottom, left:right] = np.dstack(channels).round().astype(np.uint8)
    return out
