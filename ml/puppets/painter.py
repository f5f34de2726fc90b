"""From layers of vector shapes to one label map, painted back to front."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.puppets.curves import Points
from ml.puppets.outlines import SHIFT, Box, Outlines
from ml.puppets.raster import TONES, Layer


@dataclass(slots=True)
class _Step:
    """One stroke of the brush: outlines by their index, labels as numbers.

    Attributes:
        label: what is painted; 0 for a shadow that falls on what is there.
        outline: the area, or the centre line of a ring.
        clips: outlines that it must stay inside of.
        lit: index of the lit shape, -1 = all is lit.
        unlit: label of what is not lit.
        width: of a closed line, puppet units; 0 = the area itself.
        onto: for a shadow: names of the parts that it may darken; empty = all.
    """

    label: int
    outline: int
    clips: tuple[int, ...] = ()
    lit: int = -1
    unlit: int = 0
    width: float = 0.0
    onto: tuple[str, ...] = ()


class Painter:
    """Turns layers into steps, then paints the steps on a label map of any size."""

    def __init__(self, part_names: tuple[str, ...], line_units: float) -> None:
        self._names = part_names
        self._index = {name: 1 + len(TONES) * i for i, name in enumerate(part_names)}
        self._line_units = line_units
        self._outlines = Outlines()
        self._steps: list[_Step] = []

    def add(self, layers: list[Layer]) -> None:
        """Add layers in the order of painting."""
        for layer in layers:
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
        return self._index[part] + TONES.index(tone)

    def extent(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the least and the greatest (x, y) that the layers reach, lines not counted, puppet units."""
        return self._outlines.extent()

    def _clips(self, layer: Layer) -> tuple[int, ...]:
        return tuple(self._outlines.add(outline) for outline in layer.clip)

    def _add_fill(self, layer: Layer) -> None:
        """Add the area, its shadow and its line."""
        outline, clips = self._outlines.add(layer.points), self._clips(layer)
        step = _Step(self.label_of(layer.part, layer.tone), outline, clips)
        if layer.shade:
            step.lit = self._outlines.add(layer.points + np.asarray(layer.shade))
            step.unlit = self.label_of(layer.part, "shadow")
        self._steps.append(step)
        if not layer.width:
            return
        ink = self.label_of(layer.part, "line")
        for start, stop in layer.lines:
            self._add_line(layer, _span(layer.points, start, stop), ink, closed=False)
        if not layer.lines:
            self._add_line(layer, layer.points, ink, closed=True)

    def _add_line(self, layer: Layer, points: Points, label: int, *, closed: bool) -> None:
        """Add an inked curve: even and without ends where closed, tapered where open."""
        width = layer.width * self._line_units
        clips = self._clips(layer)
        if closed:
            self._steps.append(_Step(label, self._outlines.add(points), clips, width=width))
        else:
            self._steps.append(_Step(label, self._outlines.add_stroke(points, width), clips))

    def paint(self, size_hw: tuple[int, int], scale: float, origin_xy: tuple[float, float]) -> np.ndarray:
        """Return the label map, (h, w) uint8.

        Args:
            size_hw: size in label pixels.
            scale: label pixels per puppet unit.
            origin_xy: label pixel of the puppet's origin.
        """
        labels = np.zeros(size_hw, np.uint8)
        pixels, boxes = self._outlines.on_grid(scale, origin_xy, size_hw)
        for step in self._steps:
            thickness = max(1, round(step.width * scale)) if step.width else 0
            if step.label and not step.clips and step.lit < 0:
                _draw(labels, pixels[step.outline], step.label, thickness)
                continue
            box = _common([boxes[i] for i in (step.outline, *step.clips)])
            if box is None:
                continue
            mask = _mask(pixels[step.outline], box, thickness)
            for clip in step.clips:
                mask &= _mask(pixels[clip], box)
            crop = labels[box[1] : box[3], box[0] : box[2]]
            if step.label:
                np.copyto(crop, step.label, where=mask.view(bool))
            else:
                crop += mask & cv2.LUT(crop, self._bare(step.onto))
            if step.lit >= 0:
                np.copyto(crop, step.unlit, where=mask > _mask(pixels[step.lit], box))
        return labels

    def _bare(self, onto: tuple[str, ...]) -> np.ndarray:
        """Return the (256,) uint8 table that is 1 for the normal tone of parts that a shadow may darken."""
        table = np.zeros(256, np.uint8)
        table[[self._index[name] for name in onto or self._names]] = 1
        return table


def _draw(labels: np.ndarray, pixels: np.ndarray, label: int, thickness: int) -> None:
    """Paint an area, or a closed line where a thickness is given, onto (h, w) uint8."""
    if thickness:
        cv2.polylines(labels, [pixels], isClosed=True, color=label, thickness=thickness, shift=SHIFT)
    else:
        cv2.fillPoly(labels, [pixels], label, cv2.LINE_8, SHIFT)


def _common(boxes: list[Box]) -> Box | None:
    """Return what all boxes share, None if that is nothing."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    box = max(x0), max(y0), min(x1), min(y1)
    return box if box[0] < box[2] and box[1] < box[3] else None


def _mask(pixels: np.ndarray, box: Box, thickness: int = 0) -> np.ndarray:
    """Return the uint8 0/1 mask of an outline inside a box of the label map."""
    mask = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
    _draw(mask, pixels - np.array((box[0] << SHIFT, box[1] << SHIFT), np.int32), 1, thickness)
    return mask


def _span(points: Points, start: int, stop: int) -> Points:
    """Return the points from start to stop inclusive, going round the end where stop < start."""
    if stop >= start:
        return points[start : stop + 1]
    return np.vstack([points[start:], points[: stop + 1]])
