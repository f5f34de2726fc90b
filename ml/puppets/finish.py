"""How a drawing leaves the generator: which layer of it, on which paper, in which light, with which edges.

A drawing is laid out once as labels (`render.lay`); everything here is a change of those labels or of the table
that turns them into colours. So the layers of one drawing fit each other to the pixel.

A rough drawing (pencil, searching lines) would be one more entry of `_LAYERS`; there is none yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ml.errors import MLError
from ml.puppets.design import Design
from ml.puppets.figure import PARTS
from ml.puppets.finish_light import in_light
from ml.puppets.palette import palette_table
from ml.puppets.paper import PAPERS, on_paper, scanned
from ml.puppets.pose import Expression, Pose
from ml.puppets.raster import TONES
from ml.puppets.render import FULL, Framing, Laid, lay

INK_RGB = (20, 18, 22)
# Colour-trace lines (iro-tore): label -> what they part, and the pencil that draws them.
SHADOW_TRACE, HIGHLIGHT_TRACE, PAINT_TRACE = 253, 254, 255
TRACES = {
    SHADOW_TRACE: ("border of a shadow", (40, 92, 214)),
    HIGHLIGHT_TRACE: ("border of a highlight", (224, 44, 52)),
    PAINT_TRACE: ("border of two paints without ink", (22, 146, 74)),
}
_TRACE_SHARE = 0.55  # weight of a trace line relative to the ink
_label = np.arange(256)
_tone = np.where((_label > 0) & (_label <= len(TONES) * len(PARTS)), (_label - 1) % len(TONES), -1)
_is_ink = _tone == TONES.index("line")


class BadFinish(MLError):
    """A layer, paper or light was asked for that does not exist, or two that do not go together."""


@dataclass(frozen=True)
class Finish:
    """How a drawing is delivered; the default is a painted cel on nothing.

    Attributes:
        layers: "all" (painted cel), "line" (ink alone, as keys and in-betweens are delivered), "paint" (paint
            without ink, closed under the lines), "shadow" or "highlight" (white where that tone is, as a mask).
        trace: colour-trace lines on the line layer: every border of two paints that no ink parts.
        binarised: no anti-aliasing; every pixel has one label's exact colour.
        paper: "" = transparent, else one of `PAPERS`.
        scanned: as the scanner sees paper: soft, uneven light, grain. Nothing moves: the pegs hold it.
        variant: light of the scene, one of `finish_light.LIGHTS`.
    """

    layers: str = "all"
    trace: bool = False
    binarised: bool = False
    paper: str = ""
    scanned: bool = False
    variant: str = "normal"

    def __post_init__(self) -> None:
        if self.layers not in _LAYERS:
            msg = f"There is no layer called {self.layers!r}; choose one of {', '.join(LAYERS)}."
            raise BadFinish(msg, expected=LAYERS, actual=self.layers)
        if self.paper and self.paper not in PAPERS:
            msg = f"There is no paper called {self.paper!r}; choose one of {', '.join(PAPERS)}."
            raise BadFinish(msg, expected=tuple(PAPERS), actual=self.paper)
        if self.trace and self.layers != "line":
            msg = "Colour-trace lines belong to the line layer."
            raise BadFinish(msg, expected="line", actual=self.layers)
        if self.scanned and not self.paper:
            msg = "Only a drawing on paper can be scanned."
            raise BadFinish(msg, expected=tuple(PAPERS), actual="")


@dataclass(frozen=True)
class Finished:
    """A drawing as delivered.

    Attributes:
        rgba: (h, w, 4) uint8, straight alpha; opaque where there is paper.
        labels: (h, w) uint8 at the pixels' centres: 0 = nothing of this layer, else as in `PuppetFrame.labels`,
            253 to 255 = colour-trace lines (`TRACES`).
        landmarks: name -> (x, y) in pixels of the picture.
    """

    rgba: np.ndarray
    labels: np.ndarray
    landmarks: dict[str, tuple[float, float]]


def finished(
    design: Design, pose: Pose, expression: Expression, framing: Framing = FULL, finish: Finish | None = None
) -> Finished:
    """Draw one picture and finish it; the same arguments give the same bytes.

    Light is worked out anew each time: for many drawings of one design pass `in_light(design, variant)` and leave
    `Finish.variant` alone.

    Raises:
        BadFinish: from `Finish`.
        UnknownLight: no such variant.
    """
    finish = finish or Finish()
    if finish.binarised:
        framing = replace(framing, supersample=1)
    return delivered(lay(in_light(design, finish.variant), pose, expression, framing), finish)


def delivered(laid: Laid, finish: Finish) -> Finished:
    """Finish a drawing that is laid out already, so that many layers of it cost one layout.

    `Finish.binarised` and `Finish.variant` must have been seen to before: they belong to framing and design.
    """
    framing = laid.framing
    width = max(1, round(framing.line_px * _TRACE_SHARE * framing.supersample))
    fine, table = _LAYERS[finish.layers](laid.fine, palette_table(laid.design), width if finish.trace else 0)
    done = replace(laid, fine=fine)
    rgba = done.coloured(table)
    if finish.paper:
        rgba = on_paper(rgba, finish.paper)
    if finish.scanned:
        rgba = scanned(rgba)
    return Finished(rgba, done.labels(), laid.landmarks)


_Layered = tuple[np.ndarray, np.ndarray]


def _cel(fine: np.ndarray, paints: np.ndarray, trace_px: int) -> _Layered:
    del trace_px
    return fine, paints


def _line(fine: np.ndarray, paints: np.ndarray, trace_px: int) -> _Layered:
    """Keep the ink, one black for all of it, and add trace lines `trace_px` fine pixels wide."""
    ink = _is_ink[fine]
    kept = np.where(ink, fine, 0).astype(np.uint8)
    if trace_px:
        traces = trace_lines(fine, paints, trace_px)
        np.copyto(kept, traces, where=~ink)
    table = np.zeros((256, 4), np.uint8)
    table[_is_ink] = (*INK_RGB, 255)
    for label, (_, rgb) in TRACES.items():
        table[label] = (*rgb, 255)
    return kept, table


def _paint(fine: np.ndarray, paints: np.ndarray, trace_px: int) -> _Layered:
    """Let the paint run under the ink to the middle of the line, as it does on a cel."""
    del trace_px
    ink = _is_ink[fine]
    if ink.all():
        return np.zeros_like(fine), paints
    _, nearest = cv2.distanceTransformWithLabels(
        ink.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3, labelType=cv2.DIST_LABEL_PIXEL
    )
    source = np.zeros(int(nearest.max()) + 1, np.uint8)
    source[nearest[~ink]] = fine[~ink]
    return source[nearest], paints


def _tone_mask(tone: str) -> Callable[[np.ndarray, np.ndarray, int], _Layered]:
    """Return the layer that shows one tone in white."""
    wanted = _tone == TONES.index(tone)

    def layer(fine: np.ndarray, paints: np.ndarray, trace_px: int) -> _Layered:
        del trace_px
        shown = wanted & ~_same_as_normal(paints)
        table = np.zeros((256, 4), np.uint8)
        table[shown] = 255
        return np.where(shown[fine], fine, 0).astype(np.uint8), table

    return layer


_LAYERS: dict[str, Callable[[np.ndarray, np.ndarray, int], _Layered]] = {
    "all": _cel,
    "line": _line,
    "paint": _paint,
    "shadow": _tone_mask("shadow"),
    "highlight": _tone_mask("highlight"),
}
LAYERS = tuple(_LAYERS)


def _same_as_normal(paints: np.ndarray) -> np.ndarray:
    """Return which labels, (256,) bool, have a tone whose paint is the normal one: a tone the swatch lacks."""
    first = np.where(_tone >= 0, _label - np.maximum(_tone, 0), 0)
    return (_tone > 0) & (paints == paints[first]).all(axis=1)


def trace_lines(fine: np.ndarray, paints: np.ndarray, width_px: int) -> np.ndarray:
    """Return the colour-trace lines of a label map: with the ink they close every area of one paint.

    Args:
        fine: (h, w) uint8 labels.
        paints: (256, 4) uint8; labels of one paint are one area.
        width_px: width of the lines in pixels of `fine`.

    Returns:
        (h, w) uint8: 253 to 255 on the lines, also under ink that lies beside them; 0 elsewhere.
    """
    kinds = _trace_kinds(paints)
    traces = np.zeros_like(fine)
    # right, below, and both diagonals: neither 4 nor 8 neighbours may slip through
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = _shifted(fine.shape, dy, dx)
        there = _shifted(fine.shape, -dy, -dx)
        a, b = fine[here], fine[there]
        ys, xs = np.nonzero(a != b)
        kind = kinds[a[ys, xs], b[ys, xs]]
        ys, xs, kind = ys[kind > 0], xs[kind > 0], kind[kind > 0]
        # the darker side gives way, so that a line of one pixel lies in the shadow or in the highlight
        on_a = _tone[a[ys, xs]] >= _tone[b[ys, xs]]
        for view, chosen in ((traces[here], on_a), (traces[there], ~on_a)):
            np.maximum.at(view, (ys[chosen], xs[chosen]), kind[chosen])
    if width_px > 1:
        traces = cv2.dilate(traces, np.ones((width_px, width_px), np.uint8))
    return traces


def _shifted(shape: tuple[int, ...], dy: int, dx: int) -> tuple[slice, slice]:
    """Return the part of an array whose neighbour at (dy, dx) lies inside it too."""
    h, w = shape
    return slice(max(0, -dy), h - max(0, dy)), slice(max(0, -dx), w - max(0, dx))


def _trace_kinds(paints: np.ndarray) -> np.ndarray:
    """Return which trace line parts two labels, (256, 256) uint8; 0 = none, ink has none."""
    colour = np.ascontiguousarray(paints).view(np.uint32)[:, 0]
    tone = np.where(_same_as_normal(paints), 0, _tone)
    a, b = tone[:, None], tone[None, :]
    kinds = np.full((256, 256), PAINT_TRACE, np.uint8)
    shadow, highlight = TONES.index("shadow"), TONES.index("highlight")
    kinds[(a == shadow) != (b == shadow)] = SHADOW_TRACE
    kinds[(a == highlight) != (b == highlight)] = HIGHLIGHT_TRACE
    kinds[(a < 0) | (b < 0)] = PAINT_TRACE
    kinds[colour[:, None] == colour[None, :]] = 0
    kinds[_is_ink] = 0
    kinds[:, _is_ink] = 0
    return kinds
