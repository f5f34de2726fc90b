"""From layers of vector shapes to pixels: one label map, painted back to front, then coloured.

Every pixel of the label map names a part and a tone (0 = nothing), so masks are exact and painting costs one
byte a pixel. Anti-aliasing is the area mean of a finer label map.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from ml.puppets.curves import Points, ribbon

TONES = ("normal", "shadow", "highlight", "line")
_SHIFT = 4


@dataclass(frozen=True)
class Layer:
    """One painted shape.

    Attributes:
        part: name of the part that the pixels belong to.
        kind: "fill" paints the area, "stroke" a line, "cast" turns normal tones inside into shadow.
        points: (N, 2) puppet units; closed for fill and cast.
        tone: one of TONES.
        width: line width in line weights (1 = the style's weight); 0 = no line.
        lines: for a fill: index ranges of the outline that are inked; empty = the whole of it.
        shade: for a fill: the shape moved by this offset is lit, the rest of it is shadow.
        clip: closed (M, 2) outlines that the shape must stay inside.
        onto: for a cast: parts that may be darkened; empty = all.
        closed: for a stroke: whether the line returns to its start.
    """

    part: str
    kind: str
    points: Points
    tone: str = "normal"
    width: float = 0.0
    lines: tuple[tuple[int, int], ...] = ()
    shade: tuple[float, float] | None = None
    clip: tuple[Points, ...] = ()
    onto: tuple[str, ...] = ()
    closed: bool = True


@dataclass
class Canvas:
    """A label map under a scale and an origin.

    Attributes:
        size_hw: size in label pixels.
        scale: label pixels per puppet unit.
        origin_xy: label pixel of the puppet's origin.
        part_names: all parts; the label of part p in tone t is 1 + 4 p + t.
        line_units: width of a line of weight 1, puppet units.
    """

    size_hw: tuple[int, int]
    scale: float
    origin_xy: tuple[float, float]
    part_names: tuple[str, ...]
    line_units: float
    labels: np.ndarray = field(init=False)
    _index: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Start with an empty (h, w) uint8 label map."""
        self.labels = np.zeros(self.size_hw, np.uint8)
        self._index = {name: 1 + 4 * i for i, name in enumerate(self.part_names)}

    def paint(self, layers: list[Layer]) -> None:
        """Paint the layers in order over what is there."""
        for layer in layers:
            if layer.kind == "fill":
                self._fill(layer)
            elif layer.kind == "stroke":
                self._stroke(layer, layer.points, closed=layer.closed)
            else:
                self._cast(layer)

    def label_of(self, part: str, tone: str) -> int:
        """Return the label that pixels of this part and tone carry."""
        return self._index[part] + TONES.index(tone)

    def _pixels(self, points: Points) -> np.ndarray:
        """Return (N, 2) int32 fixed-point pixel positions (4 fractional bits)."""
        exact = points * self.scale + np.asarray(self.origin_xy)
        return np.round(exact * (1 << _SHIFT)).astype(np.int32)

    def _box(self, pixels: np.ndarray) -> tuple[slice, slice]:
        """Return the part of the canvas that holds the outline (slices may be empty)."""
        low = (pixels.min(axis=0) >> _SHIFT) - 1
        high = (pixels.max(axis=0) >> _SHIFT) + 2
        h, w = self.size_hw
        x0, y0 = np.clip(low, 0, (w, h))
        x1, y1 = np.clip(high, 0, (w, h))
        return slice(int(y0), int(y1)), slice(int(x0), int(x1))

    @staticmethod
    def _mask(pixels: np.ndarray, box: tuple[slice, slice]) -> np.ndarray:
        """Return the uint8 0/1 mask of a filled outline inside a box of the canvas."""
        mask = np.zeros((box[0].stop - box[0].start, box[1].stop - box[1].start), np.uint8)
        shift = np.array([box[1].start, box[0].start], np.int32) << _SHIFT
        cv2.fillPoly(mask, [pixels - shift], 1, cv2.LINE_8, _SHIFT)
        return mask

    def _clipped(self, layer: Layer, pixels: np.ndarray, box: tuple[slice, slice]) -> np.ndarray:
        """Return the mask of the layer's shape inside all of its clips."""
        mask = self._mask(pixels, box)
        for outline in layer.clip:
            mask &= self._mask(self._pixels(outline), box)
        return mask

    def _fill(self, layer: Layer) -> None:
        """Paint the area, then its shadow, then its line."""
        pixels = self._pixels(layer.points)
        label = self.label_of(layer.part, layer.tone)
        box = self._box(pixels)
        crop = self.labels[box]
        if crop.size:
            if layer.clip or layer.shade:
                mask = self._clipped(layer, pixels, box)
                crop[mask > 0] = label
                if layer.shade:
                    lit = self._mask(self._pixels(layer.points + np.asarray(layer.shade)), box)
                    crop[mask > lit] = self.label_of(layer.part, "shadow")
            else:
                cv2.fillPoly(self.labels, [pixels], label, cv2.LINE_8, _SHIFT)
        if layer.width:
            for start, stop in layer.lines:
                self._stroke(layer, _span(layer.points, start, stop), closed=False)
            if not layer.lines:
                self._stroke(layer, layer.points, closed=True)

    def _stroke(self, layer: Layer, points: Points, *, closed: bool) -> None:
        """Ink a curve: round and even where closed, tapered where open."""
        label = self.label_of(layer.part, "line" if layer.kind == "fill" else layer.tone)
        width = layer.width * self.line_units
        if closed:
            thickness = max(1, round(width * self.scale))
            pixels = self._pixels(points)
        else:
            pixels = self._pixels(ribbon(points, width))
            thickness = 1
        if layer.clip:
            box = self._box(pixels)
            crop = self.labels[box]
            if crop.size:
                crop[self._clipped(layer, pixels, box) > 0] = label
        elif closed:
            cv2.polylines(
                self.labels, [pixels], isClosed=True, color=label, thickness=thickness, shift=_SHIFT
            )
        else:
            cv2.fillPoly(self.labels, [pixels], label, cv2.LINE_8, _SHIFT)

    def _cast(self, layer: Layer) -> None:
        """Turn what is in normal tone inside the shape into its shadow tone."""
        pixels = self._pixels(layer.points)
        box = self._box(pixels)
        crop = self.labels[box]
        if not crop.size:
            return
        mask = self._clipped(layer, pixels, box) > 0
        names = layer.onto or self.part_names
        bare = np.zeros(256, bool)
        bare[[self._index[name] for name in names]] = True
        crop[mask & bare[crop]] += 1


def _span(points: Points, start: int, stop: int) -> Points:
    """Return the points from start to stop inclusive, going round the end where stop < start."""
    if stop >= start:
        return points[start : stop + 1]
    return np.vstack([points[start:], points[: stop + 1]])


def coloured(labels: np.ndarray, palette: np.ndarray, factor: int) -> np.ndarray:
    """Return straight-alpha RGBA of a label map, each pixel the area mean of factor x factor labels.

    Args:
        labels: (h * factor, w * factor) uint8.
        palette: (256, 4) uint8 RGBA; row 0 is transparent black.
        factor: 1 keeps every colour exact (binarised).

    Returns:
        (h, w, 4) uint8.
    """
    middle = labels[factor // 2 :: factor, factor // 2 :: factor]
    rgba = (
        np.ascontiguousarray(palette).view(np.uint32)[:, 0][middle].view(np.uint8).reshape(*middle.shape, 4)
    )
    mixed = np.zeros(middle.shape, bool)
    steps = [(dy, dx) for dy in range(factor) for dx in range(factor)]
    for dy, dx in steps:
        mixed |= labels[dy::factor, dx::factor] != middle
    ys, xs = np.nonzero(mixed)
    if len(ys):
        paints = palette.astype(np.float32)
        total = np.zeros((len(ys), 4), np.float32)
        for dy, dx in steps:
            total += paints[labels[ys * factor + dy, xs * factor + dx]]
        rgba[ys, xs, :3] = np.round(total[:, :3] * 255 / total[:, 3:])
        rgba[ys, xs, 3] = np.round(total[:, 3] / factor**2)
    return rgba
