"""A picture's framing, what a drawing is once it is laid out, and what it is once it is coloured."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ml.puppets.curves import turned
from ml.puppets.design import Design
from ml.puppets.figure import PART_SWATCH, PARTS
from ml.puppets.outlines import Box
from ml.puppets.palette import palette_table
from ml.puppets.raster import TONES, Layer, coloured
from ml.puppets.style import Style


@dataclass(frozen=True)
class Framing:
    """A picture's size and where the puppet stands in it.

    Attributes:
        size_hw: pixels.
        px_per_unit: scale; a head is 100 units long.
        centre_xy: puppet units that lie at the picture's centre (y = 0 is the ground, up is negative).
        line_px: weight of the ink in pixels.
        supersample: labels per pixel and axis; 1 = binarised, every pixel exactly one swatch.
        turn_deg: how far the picture is turned about its centre, clockwise on screen.
    """

    size_hw: tuple[int, int] = (1080, 960)
    px_per_unit: float = 1.62
    centre_xy: tuple[float, float] = (0.0, -314.0)
    line_px: float = 2.0
    supersample: int = 3
    turn_deg: float = 0.0


FULL = Framing()
BUST = Framing((720, 1280), 3.7, (0.0, -492.0), 3.2)
_HAIR_UNITS = 45.0  # that may stand above the crown


def bust_for(design: Design) -> Framing:
    """Return the framing of head and shoulders for a design of any height; a large head is seen from further off."""
    head = max(1.0, design.build.head * design.style.head_size)
    middle = design.build.heads_tall * 100 - 90 + 24 * head
    return Framing(BUST.size_hw, BUST.px_per_unit / head, (0.0, -middle), BUST.line_px)


def full_for(design: Design) -> Framing:
    """Return the framing of the whole figure: one scale for all who fit into it, a smaller one for the very tall."""
    head = design.build.head * design.style.head_size
    tall = design.build.heads_tall * 100 + 90 * (head - 1) + _HAIR_UNITS
    share = min(1.0, -(FULL.centre_xy[1] - FULL.size_hw[0] / 2 / FULL.px_per_unit) / tall)
    if share == 1.0:
        return FULL
    return replace(FULL, px_per_unit=FULL.px_per_unit * share, centre_xy=(0.0, FULL.centre_xy[1] / share))


@dataclass(frozen=True)
class PuppetFrame:
    """One drawing with everything that is known about it.

    Attributes:
        rgba: (h, w, 4) uint8, straight alpha, transparent where nothing is drawn.
        labels: (h, w) uint8; 0 = nothing, else 1 + 4 * part + tone (order of PARTS and TONES). With
            anti-aliasing it is the label at each pixel's centre.
        landmarks: name -> (x, y) in pixels counted by their centres, see `landmarks.py`; hidden ones too.
        visible: names of the landmarks that lie in the picture and are not covered.
    """

    rgba: np.ndarray
    labels: np.ndarray
    landmarks: dict[str, tuple[float, float]]
    visible: frozenset[str] = frozenset()

    def mask(self, part: str) -> np.ndarray:
        """Return the (h, w) bool mask of a part, its line included."""
        first = 1 + 4 * PARTS.index(part)
        return (self.labels >= first) & (self.labels < first + len(TONES))

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts that can be seen."""
        found = np.unique(self.labels[self.labels > 0])
        return tuple(dict.fromkeys(PARTS[(int(v) - 1) // 4] for v in found))

    def swatch_mask(self, swatch: str) -> np.ndarray:
        """Return the (h, w) bool mask of all parts painted with a swatch, lines not included."""
        wanted = [1 + 4 * i + t for i, p in enumerate(PARTS) if PART_SWATCH[p] == swatch for t in range(3)]
        return np.isin(self.labels, wanted)


@dataclass(frozen=True)
class Laid:
    """A drawing laid out but not yet coloured: what line layers and other colourings start from.

    Attributes:
        design: whose drawing it is.
        framing: the picture it stands in.
        fine: (rows * s, columns * s) uint8 labels of the window, s = `framing.supersample` labels a pixel and
            axis; values as in PuppetFrame.labels.
        window: the part of the picture that `fine` covers, pixels (x0, y0, x1, y1), right and bottom exclusive.
        layers: the shapes, back to front, in puppet units.
        scale: fine pixels per puppet unit.
        origin_xy: fine pixel of the picture (not of the window) where the puppet's origin lies.
        landmarks: name -> (x, y) in pixels of the picture.
        shape: (2, 2) matrix that points are multiplied with before they are scaled; None = unchanged.
        marks: which layer painted each of `fine`, see `Painter.paint_marked`; None if not asked for.
    """

    design: Design
    framing: Framing
    fine: np.ndarray
    window: tuple[int, int, int, int]
    layers: list[Layer]
    scale: float
    origin_xy: tuple[float, float]
    landmarks: dict[str, tuple[float, float]]
    shape: np.ndarray | None = None
    marks: np.ndarray | None = None

    def on_grid(self, points: np.ndarray) -> np.ndarray:
        """Return (N, 2) points of puppet units in fine pixels of the picture; whole numbers are centres."""
        turned_ = points if self.shape is None else points @ self.shape
        return turned_ * self.scale + self.origin_xy

    def coloured(self, table: np.ndarray | None = None, fine: np.ndarray | None = None) -> np.ndarray:
        """Return the picture, (h, w, 4) uint8 straight alpha.

        Args:
            table: (256, 4) uint8 RGBA of each label; the design's own paints if not given.
            fine: labels to colour instead of `self.fine`, of the same shape.
        """
        x0, y0, x1, y1 = self.window
        rgba = np.zeros((*self.framing.size_hw, 4), np.uint8)
        paints = palette_table(self.design) if table is None else table
        rgba[y0:y1, x0:x1] = coloured(self.fine if fine is None else fine, paints, self.framing.supersample)
        return rgba

    def labels(self) -> np.ndarray:
        """Return the labels at the centres of the pixels, (h, w) uint8."""
        x0, y0, x1, y1 = self.window
        s = self.framing.supersample
        labels = np.zeros(self.framing.size_hw, np.uint8)
        labels[y0:y1, x0:x1] = self.fine[s // 2 :: s, s // 2 :: s]
        return labels


def camera(
    framing: Framing, sink: float, stretch: float = 1.0
) -> tuple[float, tuple[float, float], np.ndarray | None]:
    """Return fine pixels per unit, the fine pixel of the puppet's origin and the matrix on points before that.

    Args:
        framing: of the picture.
        sink: how far down (+) the whole figure stands, units.
        stretch: see Pose.
    """
    scale = framing.px_per_unit * framing.supersample
    h, w = (n * framing.supersample / 2 for n in framing.size_hw)
    x, y = -framing.centre_xy[0], sink * stretch - framing.centre_xy[1]
    shape = None
    if framing.turn_deg or stretch != 1.0:
        turn = turned(np.eye(2), framing.turn_deg)
        shape = np.diag((1 / stretch, stretch)) @ turn
        x, y = (np.array((x, y)) @ turn).tolist()
    return scale, (w + x * scale, h + y * scale), shape


def window_of(extent: Box, framing: Framing, style: Style) -> Box:
    """Return the box of the picture, in pixels, that the figure can touch; `extent` in fine pixels."""
    s, (h, w) = framing.supersample, framing.size_hw
    margin = 2 + math.ceil(framing.line_px * style.line * (style.contour + style.loose))
    x0, y0 = max(0, min(extent[0] // s - margin, w - 1)), max(0, min(extent[1] // s - margin, h - 1))
    x1, y1 = min(-(-extent[2] // s) + margin, w), min(-(-extent[3] // s) + margin, h)
    return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)
