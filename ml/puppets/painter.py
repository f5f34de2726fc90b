"""From layers of vector shapes to one label map, painted back to front."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from zlib import crc32

import cv2
import numpy as np

from ml.puppets.curves import Points
from ml.puppets.figure import PART_SWATCH
from ml.puppets.outlines import SHIFT, Box, Outlines, PlacedOutlines
from ml.puppets.raster import TONES, Layer
from ml.puppets.style import HOUSE, Style

_SHADED = 1 << 15  # added to a number of the marked map where a shadow falls


def honoured(layers: list[Layer], style: Style) -> list[Layer]:
    """Return the layers as a style paints them: without the tones that it does not keep.

    A shape that only lays such a tone over another one is left out; a base in it is painted in its normal tone.
    """
    lacking = _lacking(style)
    if not lacking:
        return layers
    found = []
    for layer in layers:
        if layer.kind == "cast":
            onto = _shadowed(style, layer.onto)
            if onto:
                found.append(replace(layer, onto=onto))
            continue
        shade = None if (layer.part, "shadow") in lacking else layer.shade
        if (layer.part, layer.tone) in lacking:
            if layer.width == 0 or layer.kind == "stroke":
                continue
            found.append(replace(layer, tone="normal", shade=shade))
        else:
            found.append(layer if shade is layer.shade else replace(layer, shade=shade))
    return found


@lru_cache(maxsize=64)
def _lacking(style: Style) -> frozenset[tuple[str, str]]:
    """Return the (part, tone) that a style does not paint."""
    return frozenset((p, t) for p, swatch in PART_SWATCH.items() for t in TONES if not style.keeps(swatch, t))


@lru_cache(maxsize=512)
def _shadowed(style: Style, onto: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of the parts, all of them if none is named, a shadow may darken."""
    return tuple(p for p in onto or PART_SWATCH if style.keeps(PART_SWATCH[p], "shadow"))


@dataclass(slots=True)
class _Step:
    """One stroke of the brush: outlines by their index, labels as numbers.

    Attributes:
        label: what is painted; 0 for a shadow that falls on what is there.
        outline: the area, or the band of a line.
        clips: outlines that it must stay inside of.
        lit: index of the lit shape, -1 = all is lit.
        unlit: label of what is not lit.
        onto: for a shadow: names of the parts that it may darken; empty = all.
        layer: index of the layer that it belongs to.
        ink: whether it is the line of a layer.
    """

    label: int
    outline: int
    clips: tuple[int, ...] = ()
    lit: int = -1
    unlit: int = 0
    onto: tuple[str, ...] = ()
    layer: int = 0
    ink: bool = False


class Painter:
    """Turns layers into steps, then paints the steps on a label map of any size."""

    def __init__(self, part_names: tuple[str, ...], line_units: float, style: Style = HOUSE) -> None:
        self._names = part_names
        self._style = style
        self._index = {name: 1 + len(TONES) * i for i, name in enumerate(part_names)}
        self._tones = {tone: i for i, tone in enumerate(TONES)}
        self._line_units = line_units * style.line
        self._outlines = Outlines(1 - 0.7 * style.taper)
        self._steps: list[_Step] = []
        self._layer = -1

    def add(self, layers: list[Layer]) -> None:
        """Add layers in the order of painting."""
        if self._style.contour > 1:
            for index, layer in enumerate(layers, self._layer + 1):
                self._add_contour(layer, index)
        for layer in layers:
            self._layer += 1
            if layer.kind == "fill":
                self._add_fill(layer)
            elif layer.kind == "stroke":
                self._add_line(
                    layer, layer.points, self.label_of(layer.part, layer.tone), closed=layer.closed
                )
            else:
                outline = self._outlines.add(layer.points)
                self._steps.append(_Step(0, outline, self._clips(layer), onto=layer.onto))

    def label_of(self, part: str, tone: str) -> int:
        """Return the label that pixels of this part and tone carry."""
        return self._index[part] + self._tones[tone]

    def _clips(self, layer: Layer) -> tuple[int, ...]:
        return tuple([self._outlines.add(outline) for outline in layer.clip]) if layer.clip else ()

    def _add_fill(self, layer: Layer) -> None:
        """Add the area, its shadow and its line."""
        outline, clips = self._outlines.add(layer.points), self._clips(layer)
        step = _Step(self.label_of(layer.part, layer.tone), outline, clips, layer=self._layer)
        if layer.shade:
            step.lit = self._outlines.add_moved(layer.points, layer.shade)
            step.unlit = self.label_of(layer.part, "shadow")
        self._steps.append(step)
        if not layer.width:
            return
        ink = self.label_of(layer.part, "line")
        for start, stop in layer.lines:
            self._add_line(layer, span(layer.points, start, stop), ink, closed=False)
        if not layer.lines:
            self._add_line(layer, layer.points, ink, closed=True)

    def _add_contour(self, layer: Layer, index: int) -> None:
        """Add a heavy line below the whole figure: what is not covered is the outer half of its contour."""
        if layer.kind != "fill" or not layer.width or layer.clip:
            return
        ink = self.label_of(layer.part, "line")
        # a line lies half outside: its outer half is to be contour - 1/2 of the line as it is seen inside
        width = layer.width * self._line_units * (2 * self._style.contour - 1)
        for start, stop in layer.lines:
            points = span(layer.points, start, stop)
            self._steps.append(_Step(ink, self._outlines.add_stroke(points, width), layer=index, ink=True))
        if not layer.lines:
            outline = self._outlines.add_ring(layer.points, width)
            self._steps.append(_Step(ink, outline, layer=index, ink=True))

    def _add_line(self, layer: Layer, points: Points, label: int, *, closed: bool) -> None:
        """Add an inked curve: even and without ends where closed, tapered where open."""
        width = layer.width * self._line_units
        clips = self._clips(layer)
        if self._style.loose:
            points = strayed(
                points, self._style.loose * self._line_units, crc32(layer.key.encode()), closed=closed
            )
        if closed:
            step = _Step(label, self._outlines.add_ring(points, width), clips)
        else:
            step = _Step(label, self._outlines.add_stroke(points, width), clips)
        step.layer, step.ink = self._layer, True
        self._steps.append(step)

    def paint(self, size_hw: tuple[int, int], scale: float, origin_xy: tuple[float, float]) -> np.ndarray:
        """Return the label map, (h, w) uint8.

        Args:
            size_hw: size in label pixels.
            scale: label pixels per puppet unit.
            origin_xy: label pixel of the puppet's origin.
        """
        return self.paint_placed(self.place(scale, origin_xy), (0, 0, size_hw[1], size_hw[0]))

    def place(
        self, scale: float, origin_xy: tuple[float, float], shape: np.ndarray | None = None
    ) -> PlacedOutlines:
        """Return all outlines on the pixel grid; `shape` is a (2, 2) matrix on points before they are scaled."""
        return self._outlines.placed(scale, origin_xy, shape)

    def paint_placed(self, placed: PlacedOutlines, window: Box) -> np.ndarray:
        """Return the label map, (h, w) uint8, of a window of the grid."""
        colours = [(step.label, step.unlit) for step in self._steps]
        tables = {step.onto: self._bare(step.onto) for step in self._steps if not step.label}
        return self._paint(placed, window, np.uint8, colours, tables)

    def paint_marked(self, placed: PlacedOutlines, window: Box) -> tuple[np.ndarray, np.ndarray]:
        """Return the label map and which layer painted each label.

        Returns:
            (h, w) uint8 labels, the same as `paint_placed`; (h, w) uint16: 0 = nothing, else
            1 + 2 * index of the layer + 1 where it is the ink of its line. A shadow that falls on a layer
            leaves the pixel to that layer.
        """
        label_of, mark_of = np.zeros(1 << 16, np.uint8), np.zeros(1 << 16, np.uint16)
        colours = [(2 * k + 1, 2 * k + 2) for k in range(len(self._steps))]
        for (lit, unlit), step in zip(colours, self._steps, strict=True):
            label_of[[lit, unlit]] = step.label, step.unlit
            mark_of[[lit, unlit]] = 1 + 2 * step.layer + step.ink
        label_of[_SHADED:] = label_of[:_SHADED] + 1
        mark_of[_SHADED:] = mark_of[:_SHADED]
        tables = {
            step.onto: self._bare(step.onto).astype(np.uint16)[label_of] * np.uint16(_SHADED)
            for step in self._steps
            if not step.label
        }
        numbers = self._paint(placed, window, np.uint16, colours, tables)
        return label_of[numbers], mark_of[numbers]

    def _paint(
        self,
        placed: PlacedOutlines,
        window: Box,
        kind: type[np.unsignedinteger],
        colours: list[tuple[int, int]],
        shaded: dict[tuple[str, ...], np.ndarray],
    ) -> np.ndarray:
        """Paint all steps.

        Args:
            placed: the outlines on the grid.
            window: what of the grid to paint.
            kind: type of the canvas.
            colours: of each step the values of what is lit and of what is not.
            shaded: for each kind of shadow what it adds to each value of the canvas.
        """
        canvas = np.zeros((window[3] - window[1], window[2] - window[0]), kind)
        sheet = _Sheet(placed, window)
        pieces, seen, corner = placed.pieces, sheet.seen, sheet.corner
        for step, (lit, unlit) in zip(self._steps, colours, strict=True):
            if step.label and not step.clips and step.lit < 0:
                if seen[step.outline]:
                    _draw(canvas, pieces[step.outline], lit, corner)
                continue
            box = sheet.common(step.outline, *step.clips)
            if box is None:
                continue
            mask = sheet.mask(step.outline, box)
            for clip in step.clips:
                mask &= sheet.clip(clip, box)
            crop = canvas[box[1] : box[3], box[0] : box[2]]
            if step.label:
                np.copyto(crop, lit, where=mask.view(bool))
            else:
                table = shaded[step.onto]
                crop += mask * (cv2.LUT(crop, table) if kind is np.uint8 else table[crop])
            if step.lit >= 0:
                sheet.draw(mask, step.lit, box, 0)
                np.copyto(crop, unlit, where=mask.view(bool))
        return canvas

    def _bare(self, onto: tuple[str, ...]) -> np.ndarray:
        """Return the (256,) uint8 table that is 1 for the normal tone of parts that a shadow may darken."""
        table = np.zeros(256, np.uint8)
        table[[self._index[name] for name in onto or self._names]] = 1
        return table


class _Sheet:
    """The outlines seen from a window of the grid; keeps the masks that clip several steps.

    Attributes:
        seen: of each outline whether it can touch the window.
        corner: fixed-point offset from the grid to the window.
    """

    def __init__(self, placed: PlacedOutlines, window: Box) -> None:
        self._pieces = placed.pieces
        self._boxes = placed.boxes_in(window)
        self.seen = [x0 < x1 and y0 < y1 for x0, y0, x1, y1 in self._boxes]
        self.corner = (-window[0] << SHIFT, -window[1] << SHIFT)
        self._clips: dict[int, np.ndarray] = {}

    def common(self, *outlines: int) -> Box | None:
        """Return the box that outlines share, None if that is nothing."""
        if len(outlines) == 1:
            box = self._boxes[outlines[0]]
        else:
            x0, y0, x1, y1 = self._boxes[outlines[0]]
            for i in outlines[1:]:
                a, b, c, d = self._boxes[i]
                x0, y0, x1, y1 = max(x0, a), max(y0, b), min(x1, c), min(y1, d)
            box = x0, y0, x1, y1
        return box if box[0] < box[2] and box[1] < box[3] else None

    def mask(self, outline: int, box: Box) -> np.ndarray:
        """Return the uint8 0/1 mask of an outline inside a box of the window."""
        mask = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
        self.draw(mask, outline, box, 1)
        return mask

    def draw(self, mask: np.ndarray, outline: int, box: Box, value: int) -> None:
        """Paint an outline onto the mask of a box of the window."""
        offset = self.corner[0] - (box[0] << SHIFT), self.corner[1] - (box[1] << SHIFT)
        _draw(mask, self._pieces[outline], value, offset)

    def clip(self, outline: int, box: Box) -> np.ndarray:
        """Return the same; the mask of the whole outline is kept for the next step."""
        own = self._boxes[outline]
        whole = self._clips.get(outline)
        if whole is None:
            whole = self._clips[outline] = self.mask(outline, own)
        return whole[box[1] - own[1] : box[3] - own[1], box[0] - own[0] : box[2] - own[0]]


def _draw(canvas: np.ndarray, piece: np.ndarray, value: int, offset: tuple[int, int]) -> None:
    """Paint an area onto (h, w); the offset is fixed-point."""
    cv2.fillPoly(canvas, [piece], value, cv2.LINE_8, SHIFT, offset)


def strayed(points: Points, reach: float, seed: int, *, closed: bool) -> Points:
    """Return the line as a loose hand draws it: off by up to `reach` units, less for a small shape.

    The same seed strays the same way.
    """
    reach = min(reach, 0.035 * float(np.ptp(points, axis=0).max()))
    along = np.arange(len(points)) / len(points)
    turns = 2 * np.pi * (np.array([1, 2, 3]) if closed else np.array([0.4, 0.9, 1.7]))
    phases = 2 * np.pi * np.array([(seed >> s) % 256 / 256 for s in (0, 8, 16, 24, 4, 12)])
    waves = np.sin(along[:, None] * np.tile(turns, 2) + phases) * np.tile((0.6, 0.5, 0.35), 2)
    return points + reach * np.stack((waves[:, :3].sum(axis=1), waves[:, 3:].sum(axis=1)), axis=1)


def span(points: Points, start: int, stop: int) -> Points:
    """Return the points from start to stop inclusive, going round the end where stop < start."""
    if stop >= start:
        return points[start : stop + 1]
    return np.concatenate([points[start:], points[: stop + 1]])
