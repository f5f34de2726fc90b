"""What of one drawing lies where in another drawing of the same design: points, and a vector for every pixel.

Convention:
    - pixels are counted by their centres: (0, 0) is the middle of the upper left pixel
    - every painted pixel follows the shape that painted it: ink keeps its place along the curve, areas follow
      their outline by mean value coordinates (`mapping`), so borders are exact and insides smooth
    - a shape corresponds if both drawings have its key with equal numbers of points; otherwise it is not known
    - a pixel is visible in the other drawing if its shape is the topmost there, at most one label off (a third of
      a pixel at 3 x 3 labels). A tone painted on a part (shadow, shine) hides nothing of that part.
    - shapes correspond, not skin: a trunk seen from the front is the same shape as the trunk seen from behind

Measured on random designs at 256 px. Share of painted pixels that are known / visible in the other drawing, same
pose, from yaw a to yaw b: 0-10: 100 / 99 %, 10-20: 100 / 98, 20-30: 100 / 95, front-3/4: 99 / 89,
3/4-side: 95 / 51, front-side: 94 / 46, side-back: 83 / 74, front-back: 88 / 82. Two drawings 2 to 9 apart of
chance sequences: 99 / 98. Of the visible pixels whose way back is known (99 %), 98 % return within 0.75 px of where
they began, half of them within 0.02 px. Mean value coordinates are worked out at every pixel, not on a grid.
Not known are features that a view lacks, a hand that changes its shape, and the face against the back of the head.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ml.puppets.design import Design
from ml.puppets.mapping import along, inside
from ml.puppets.pose import Expression, Pose
from ml.puppets.raster import Layer
from ml.puppets.render import FULL, Framing, Laid, PuppetFrame, frame_of, lay

_AROUND = tuple((dx, dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dx, dy) != (0, 0))


@dataclass(frozen=True)
class Scene:
    """All that a drawing is made from."""

    design: Design
    pose: Pose
    expression: Expression
    framing: Framing = FULL

    def drawn(self) -> Drawn:
        """Return the drawing, laid out once."""
        return Drawn(lay(self.design, self.pose, self.expression, self.framing, marked=True))


class Drawn:
    """A drawing with its pixels, its masks, and which layer painted what; made by `Scene.drawn`."""

    def __init__(self, laid: Laid) -> None:
        if laid.marks is None:
            msg = "The drawing was laid out without its marks."
            raise ValueError(msg)
        self.laid = laid
        self.marks: np.ndarray = laid.marks
        self.layers = laid.layers
        self.places = {layer.key: i for i, layer in enumerate(laid.layers) if layer.kind != "cast"}

    @cached_property
    def frame(self) -> PuppetFrame:
        """The picture, the same as `render` gives."""
        return frame_of(self.laid)

    @cached_property
    def layer_ids(self) -> np.ndarray:
        """Index in `layers` of what is topmost at each pixel's centre, (h, w) int16; -1 = nothing."""
        x0, y0, x1, y1 = self.laid.window
        ids = np.full(self.laid.framing.size_hw, -1, np.int16)
        ids[y0:y1, x0:x1] = (self._centres.astype(np.int16) - 1) >> 1
        return ids

    @property
    def _centres(self) -> np.ndarray:
        s = self.laid.framing.supersample
        return self.marks[s // 2 :: s, s // 2 :: s]

    @cached_property
    def outlines(self) -> list[np.ndarray]:
        """The points of each layer in pixels, (N, 2) float64."""
        s = self.laid.framing.supersample
        joined = np.concatenate([layer.points for layer in self.layers])
        pixels = (self.laid.on_grid(joined) - (s - 1) / 2) / s
        stops = np.cumsum([len(layer.points) for layer in self.layers]).tolist()
        return [pixels[a:b] for a, b in zip([0, *stops], stops, strict=False)]

    @cached_property
    def _names(self) -> dict[str, int]:
        return {part: i for i, part in enumerate(dict.fromkeys(layer.part for layer in self.layers))}

    @cached_property
    def _part(self) -> np.ndarray:
        return np.array([self._names[layer.part] for layer in self.layers])

    @cached_property
    def _tone_on(self) -> np.ndarray:
        """Part that each layer is a tone on, -1 where it is a shape of its own."""
        return np.where([_is_tone(layer) for layer in self.layers], self._part, -1)

    def groups(self) -> list[tuple[int, bool, np.ndarray]]:
        """Return what is painted as (layer, is its line, (N, 2) int64 pixels x, y), one entry a kind of paint."""
        centres = self._centres
        flat = np.flatnonzero(centres)
        values = centres.ravel()[flat]
        order = np.argsort(values, kind="stable")
        flat, values = flat[order], values[order]
        ys, xs = np.divmod(flat, centres.shape[1])
        pixels = np.stack((xs, ys), axis=1) + self.laid.window[:2]
        stops = [*np.flatnonzero(np.diff(values)) + 1, len(values)]
        starts = [0, *stops[:-1]]
        return [
            (int(values[a] - 1) >> 1, bool((values[a] - 1) & 1), pixels[a:b])
            for a, b in zip(starts, stops, strict=True)
            if b > a
        ]

    def shows(self, points: np.ndarray, layer: np.ndarray) -> np.ndarray:
        """Return whether each layer is topmost at its point, (N,) bool.

        Args:
            points: (N, 2) pixels.
            layer: (N,) indices in `layers`.
        """
        s = self.laid.framing.supersample
        corner = np.array(self.laid.window[:2]) * s
        x, y = (np.rint(points * s + (s - 1) / 2).astype(np.int64) - corner).T
        seen = self._topmost(x, y, layer)
        left = np.flatnonzero(~seen)
        for dx, dy in _AROUND:
            near = self._topmost(x[left] + dx, y[left] + dy, layer[left])
            seen[left[near]] = True
            left = left[~near]
        return seen

    def _topmost(self, x: np.ndarray, y: np.ndarray, layer: np.ndarray) -> np.ndarray:
        """Return whether each layer is topmost at a label of the window, False outside of it."""
        h, w = self.marks.shape
        within = (x >= 0) & (y >= 0) & (x < w) & (y < h)
        mark = self.marks[np.where(within, y, 0), np.where(within, x, 0)]
        top = (mark.astype(np.int64) - 1) >> 1
        same = (top == layer) | (self._tone_on[top] == self._part[layer])
        return within & (mark > 0) & same


def _is_tone(layer: Layer) -> bool:
    """Return whether a layer is a tone painted on its part, not a shape of its own."""
    return layer.kind == "fill" and not layer.width and layer.tone in ("shadow", "highlight")


@dataclass(frozen=True)
class Pairs:
    """Points of one layer's outline in two drawings, (N, 2) float64 pixels each, and where they can be seen."""

    a_px: np.ndarray
    b_px: np.ndarray
    visible_in_a: np.ndarray
    visible_in_b: np.ndarray


def points(scene_a: Scene | Drawn, scene_b: Scene | Drawn) -> dict[str, Pairs]:
    """Return the corresponding outline points of two drawings by layer key."""
    a, b = _drawn(scene_a), _drawn(scene_b)
    pairs = [(key, i, j) for key, i in a.places.items() if (j := _same(a, i, b)) >= 0]
    if not pairs:
        return {}
    counts = [len(a.outlines[i]) for _, i, _ in pairs]
    in_a = np.concatenate([a.outlines[i] for _, i, _ in pairs])
    in_b = np.concatenate([b.outlines[j] for _, _, j in pairs])
    seen_a = a.shows(in_a, np.repeat([i for _, i, _ in pairs], counts))
    seen_b = b.shows(in_b, np.repeat([j for _, _, j in pairs], counts))
    stops = np.cumsum(counts)[:-1]
    split = [np.split(values, stops) for values in (in_a, in_b, seen_a, seen_b)]
    return {key: Pairs(*rest) for (key, _, _), *rest in zip(pairs, *split, strict=True)}


@dataclass(frozen=True)
class Flow:
    """Where each pixel of drawing a lies in drawing b.

    Attributes:
        vectors_px: (h, w, 2) float32 (x, y) from a to b; 0 where not known.
        known: (h, w) bool: the pixel is painted and its shape is in both drawings.
        visible_in_b: (h, w) bool: known, and not covered or cut off in b.
    """

    vectors_px: np.ndarray
    known: np.ndarray
    visible_in_b: np.ndarray


def flow(scene_a: Scene | Drawn, scene_b: Scene | Drawn) -> Flow:
    """Return the motion of every painted pixel from drawing a to drawing b of one design."""
    a, b = _drawn(scene_a), _drawn(scene_b)
    size = a.laid.framing.size_hw
    result = Flow(np.zeros((*size, 2), np.float32), np.zeros(size, bool), np.zeros(size, bool))
    at, to, layers = [], [], []
    for i, ink, pixels in a.groups():
        j = _same(a, i, b)
        if j >= 0:
            at.append(pixels)
            to.append(_moved(a, b, (i, j), pixels.astype(np.float64), ink=ink))
            layers.append(np.full(len(pixels), j))
    if at:
        start, end = np.concatenate(at), np.concatenate(to)
        xs, ys = start.T
        result.vectors_px[ys, xs] = end - start
        result.known[ys, xs] = True
        result.visible_in_b[ys, xs] = b.shows(end, np.concatenate(layers))
    return result


def _moved(a: Drawn, b: Drawn, pair: tuple[int, int], pixels: np.ndarray, *, ink: bool) -> np.ndarray:
    """Return where pixels of a layer of a lie in b."""
    layer, other = a.layers[pair[0]], b.layers[pair[1]]
    source, target = a.outlines[pair[0]], b.outlines[pair[1]]
    if layer.kind == "stroke" or ink:
        swell = _weight(b, other) / max(_weight(a, layer), 1e-9)
        closed = layer.kind == "fill" or layer.closed
        if swell != 1.0 or not np.array_equal(source, target):
            return along(pixels, source, target, closed=closed, swell=swell)
        return pixels
    return pixels if np.array_equal(source, target) else inside(pixels, source, target)


def _weight(drawn: Drawn, layer: Layer) -> float:
    """Return the weight of a layer's line in pixels."""
    return layer.width * drawn.laid.framing.line_px


def _same(a: Drawn, layer: int, b: Drawn) -> int:
    """Return the index in b of a layer of a, -1 if b has none with as many points."""
    j = b.places.get(a.layers[layer].key, -1)
    return j if j >= 0 and len(a.layers[layer].points) == len(b.layers[j].points) else -1


def _drawn(scene: Scene | Drawn) -> Drawn:
    return scene if isinstance(scene, Drawn) else scene.drawn()
