"""One drawing made ready for comparison: its figure at a standard height, its paints through the palette."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from ml.consistency.colours import Paints, paints_of
from ml.consistency.exact import I16, own_rows, rows_of
from ml.consistency.gamut import Field, field_of
from ml.consistency.palette import Palette, Reading, read_through
from ml.pixels import U8, Figure, Mask, over, resize
from ml.types import Box

NORM_HEIGHT = 256
NORM_WIDTH_MAX = 448
PAPER = (128, 128, 128)
SOFT_SLACK_DE = 2.0
OFF_PALETTE = -2


@dataclass(frozen=True)
class View:
    """A figure at `NORM_HEIGHT` and its paints.

    Convention:
        - `rgb` (h, w, 3) uint8 over grey paper, `gray` (h, w) uint8, `cover` (h, w) bool, at the standard height
        - `labels` (h0, w0) int16 at the crop's own scale, see `Reading`
        - `scale_xy`: standard pixels for one crop pixel
    """

    figure: Figure
    paints: Paints
    reading: Reading
    rgb: U8
    gray: U8
    cover: Mask
    scale_xy: tuple[float, float]

    @property
    def size_hw(self) -> tuple[int, int]:
        """Return the size at the standard height."""
        return self.rgb.shape[0], self.rgb.shape[1]

    @cached_property
    def field(self) -> Field:
        """Return the figure's colours in place."""
        return field_of(self.figure)

    @cached_property
    def exact(self) -> I16:
        """Return (h0, w0) int16 over the crop: the palette row whose very value a pixel has, -1 = none; edges too."""
        return rows_of(self.figure, self.reading.rgb)

    @cached_property
    def sharpness(self) -> float:
        """Return the share of edge pixels that hold a flat paint of the drawing or of its palette, 0..1.

        A resampled edge is a mixture two pixels wide; in a cel its neighbours are pure.
        """
        return own_rows(self.figure, self.paints, self.exact)

    @property
    def cropped(self) -> bool:
        """Say whether the picture's edge cuts the figure off, or another figure may cover some of it."""
        if self.figure.hidden is not None:
            return True
        left, top, right, bottom = self.figure.box_xyxy
        high, wide = self.figure.size_hw
        return left == 0 or top == 0 or right == wide or bottom == high

    def to_drawing(self, box: tuple[float, float, float, float]) -> Box:
        """Return a box of the standard picture in pixels of the drawing, clipped to it."""
        left, top = self.figure.box_xyxy[:2]
        high, wide = self.figure.size_hw
        sx, sy = self.scale_xy
        xs = [min(max(round(left + v / sx), 0), wide) for v in (box[0], box[2])]
        ys = [min(max(round(top + v / sy), 0), high) for v in (box[1], box[3])]
        return xs[0], ys[0], max(xs[1], xs[0] + 1), max(ys[1], ys[0] + 1)


def prepare(figure: Figure, palette: Palette, paints: Paints | None = None) -> View:
    """Return the view of a figure; give `paints` if they were counted already."""
    counted = paints if paints is not None else paints_of(figure)
    slack = 0.0 if counted.exact or not palette.exact else SOFT_SLACK_DE
    high, wide = figure.mask.shape
    width = min(NORM_WIDTH_MAX, max(8, round(wide * NORM_HEIGHT / high)))
    size = (NORM_HEIGHT, width)
    rgb = resize(over(figure.rgba, figure.mask, PAPER), size)
    cover = resize(figure.mask.astype(np.uint8) * 255, size) > 127
    gray = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    scale = (width / wide, NORM_HEIGHT / high)
    return View(
        figure,
        counted,
        _unseen(read_through(counted, palette, slack), figure),
        rgb,
        gray,
        np.asarray(cover),
        scale,
    )


def _unseen(reading: Reading, figure: Figure) -> Reading:
    """Return the reading with what another figure may cover as paint of no colour: nothing can lack there."""
    if figure.hidden is None:
        return reading
    return replace(reading, labels=np.where(figure.hidden, np.int16(OFF_PALETTE), reading.labels))
