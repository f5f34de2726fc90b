"""The door of the clean-up: prepare a rough once, then clean it as often as a slider moves.

The rough is never changed. The same rough, wishes, previous drawing and network give the same drawing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from skimage.morphology import skeletonize

from ml.cleanup import raster, svg
from ml.cleanup.assembling import Drawing, Source, assembled
from ml.cleanup.blacks import black_areas, drawn_widths, off_blacks, outlines, with_blacks
from ml.cleanup.graph import graph_of, mended
from ml.cleanup.holding import taken_over
from ml.cleanup.merging import (
    MERGE_WIDTHS,
    merge_parallel,
    merged_mass,
    radius_of,
    thin_of,
    without_cells,
    without_crumbs,
)
from ml.cleanup.records import LAYERS, Clean, Evidence, Layer, Paper
from ml.cleanup.ridges import BY_NETWORK, BY_RIDGES, crest, hysteresis, loose_ends, pencil_of, ridge_evidence
from ml.cleanup.scan import Scan, ground_of, read_scan
from ml.cleanup.sequence import laid_over
from ml.cleanup.tracing import Line, traced
from ml.cleanup.wishes import Wishes

ENGINE = "line-graph-1"
_TRACINGS_KEPT = 12
_STRENGTHS = 20  # steps of the slider of strength that are traced anew
_BESIDE, _CRUMB = (
    0.6,
    3.0,
)  # of a searching hand's thinnest hole: more to merge by, and shortest line left alone
_FULL = 0.75  # share of the paper's light that a full line of a kept area takes


@dataclass(frozen=True, eq=False)
class Before:
    """The drawing before this one in the sequence: its lines as drawn, and the sketch that they were drawn from."""

    clean: Clean
    sketch: Sketch


def prepare(rough: np.ndarray, net: Any | None = None) -> Sketch:
    """Read a rough: the slow part, done once.

    Args:
        rough: (H, W, 3) RGB or (H, W, 4) RGBA uint8, straight alpha.
        net: anything with `evidence(ink: (H, W) float32 darkness 0 to 1) -> Evidence`; None = without weights.

    Raises:
        BadImage: an array that is no such picture.
    """
    sketch = Sketch(rough, read_scan(rough), net)
    sketch.lines(("ink",), Wishes())
    return sketch


class Sketch:
    """A rough that has been read; made by `prepare`."""

    def __init__(self, rough: np.ndarray, scan: Scan, net: Any | None) -> None:
        self._rough, self._net = rough, net
        self.scan = scan
        self.size_hw: tuple[int, int] = (int(rough.shape[0]), int(rough.shape[1]))
        self._evidence: dict[tuple[Layer, ...], Evidence] = {}
        self._tracings: OrderedDict[tuple[Any, ...], list[Line]] = OrderedDict()
        self._areas: dict[tuple[Layer, ...], np.ndarray] = {}
        self._fits: dict[bytes, np.ndarray] = {}

    @cached_property
    def pencil_px(self) -> float:
        """Usual width of a line of this rough."""
        return pencil_of(self._ink(tuple(self.scan.layers)))

    @cached_property
    def _thin_px(self) -> float:
        return thin_of(drawn_widths(self._ink(tuple(self.scan.layers)), self.pencil_px), self.pencil_px)

    @property
    def paper(self) -> Paper:
        """What was found of the scan."""
        scan = self.scan
        hues = tuple(name for name in LAYERS[1:] if name in scan.layers)
        return Paper(
            scan.paper_rgb,
            scan.is_transparent,
            scan.pegs.centres_xy,
            scan.pegs.tilt_deg,
            self.pencil_px,
            hues,
        )

    def _ink(self, layers: tuple[Layer, ...]) -> np.ndarray:
        maps = [self.scan.layers[name] for name in layers if name in self.scan.layers]
        out = maps[0]
        for other in maps[1:]:
            out = np.maximum(out, other)
        return out

    def evidence(self, layers: tuple[Layer, ...]) -> Evidence:
        """Return what is known of the lines of some pencils together; the network reads ink alone."""
        if layers not in self._evidence:
            ink = self._ink(layers)
            if self._net is not None and self._by_network(layers) and ink.any():
                self._evidence[layers] = self._net.evidence(ink)
            else:
                self._evidence[layers] = ridge_evidence(ink, self.pencil_px, self.scan.noise)
        return self._evidence[layers]

    def areas(self, layers: tuple[Layer, ...]) -> np.ndarray:
        """Return (H, W) bool, what is blacked in with some pencils together."""
        if layers not in self._areas:
            self._areas[layers] = black_areas(self._ink(layers), self.pencil_px)
        return self._areas[layers]

    def _by_network(self, layers: tuple[Layer, ...]) -> bool:
        return self._net is not None and "ink" in layers

    def lines(self, layers: tuple[Layer, ...], wishes: Wishes) -> list[Line]:
        """Return the lines of some pencils together, merged, the longest first; few of the wishes matter here."""
        steps = round(_STRENGTHS * wishes.strength)
        key = (layers, wishes.merge_px, steps)
        if key in self._tracings:
            self._tracings.move_to_end(key)
            return self._tracings[key]
        evidence = self.evidence(layers)
        by_network = self._by_network(layers)
        if by_network:
            mask = crest(hysteresis(evidence.line, _limits(BY_NETWORK, steps)), evidence.line)
            usual = MERGE_WIDTHS[0] * self.pencil_px  # the network has made one line of many strokes already
        else:
            mask = hysteresis(evidence.line, _limits(BY_RIDGES, steps))
            usual = radius_of(*loose_ends(evidence), self.pencil_px)
        radius = usual if wishes.merge_px is None else wishes.merge_px
        areas = self.areas(layers)
        thin = self._thin_px if wishes.merge_px is None else max(0.0, wishes.merge_px - self.pencil_px)
        mask = without_cells(mask, self._ink(layers), thin)
        mass = off_blacks(merged_mass(mask, radius, self.pencil_px), areas, self.pencil_px)
        depth = cv2.distanceTransform(np.pad(mass, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
        width = np.maximum(2 * depth - 1, 0)
        graph = mended(graph_of(skeletonize(mass)), width)
        found = merge_parallel(traced(graph, width), radius + (_BESIDE * thin if by_network else 0.0))
        found = without_crumbs(found, _CRUMB * thin)
        found = with_blacks(found, outlines(areas, self._ink(layers), self.pencil_px), self.pencil_px)
        self._tracings[key] = found
        while len(self._tracings) > _TRACINGS_KEPT:
            self._tracings.popitem(last=False)
        return found

    def clean(
        self, wishes: Wishes | None = None, before: Before | None = None, *, pencil_px: float | None = None
    ) -> Clean:
        """Return the cleaned drawing.

        Args:
            wishes: what the artist asks; None = automatic.
            before: the drawing before, against which trembling is taken out.
            pencil_px: width of the line where the artist asks for none; None = that of this rough.
        """
        wishes = wishes or Wishes()
        ink = ("ink", *(name for name in self.paper.hues if getattr(wishes, name) == "ink"))
        sources = [self._source("ink", ink, wishes, before)]
        for name in self.paper.hues:
            if getattr(wishes, name) == "apart":
                sources.append(self._source(name, (name,), wishes, before))
        drawing = Drawing(self.size_hw, self.pencil_px, pencil_px or self.pencil_px, self._fits)
        kept = raster.dabbed(((dab.xy, dab.radius_px) for dab in wishes.kept), self.size_hw)
        found = assembled(sources, drawing, wishes, kept)
        return replace(found, paper=self.paper, notes=(*self.scan.notes, *found.notes))

    def _source(
        self, name: Layer, layers: tuple[Layer, ...], wishes: Wishes, before: Before | None
    ) -> Source:
        lines = self.lines(layers, wishes)
        if before is not None:
            strokes = [s for s in before.clean.strokes if s.layer == name and s.is_on and not s.is_kept]
            there = laid_over([s.points_xy for s in strokes], before.sketch.scan.pegs, self.scan.pegs)
            previous = [
                Line(
                    points.astype(np.float64),
                    s.is_closed,
                    is_filled=s.is_filled,
                    beziers=s.beziers if points is s.points_xy else None,
                )
                for points, s in zip(there, strokes, strict=True)
            ]
            lines = taken_over(lines, previous, wishes.jitter, self.evidence(layers).line)
        return Source(name, lines, self._ink(layers), self.evidence(layers).line, self._by_network(layers))

    def draw(self, clean: Clean, wishes: Wishes | None = None, layer: Layer = "ink") -> np.ndarray:
        """Return the picture of one layer, (H, W, 4) uint8 RGBA on nothing; the ink with its joins and kept areas."""
        wishes = wishes or Wishes()
        is_ink = layer == "ink"
        own = [s for s in clean.strokes if s.layer == layer and s.is_on and not s.is_kept]
        parts = [(s.points_xy, s.width_px) for s in own if not s.is_filled]
        areas = [s.points_xy for s in own if s.is_filled]
        if is_ink:
            parts += [
                (c.points_xy, np.full(len(c.points_xy), c.width_px, np.float32))
                for c in clean.closures
                if c.is_on
            ]
        cover = raster.coverage(parts, self.size_hw, areas=areas, is_binary=wishes.is_binary)
        rgb = ink_rgb(wishes) if is_ink else svg.LAYER_RGB[layer]
        picture = raster.tinted(cover, rgb)
        if not (is_ink and wishes.kept):
            return picture
        return raster.laid_over(picture, *self._kept(wishes))

    def _kept(self, wishes: Wishes) -> tuple[np.ndarray, np.ndarray]:
        """Return the rough's own pencil where it is kept, and where that is."""
        where = raster.dabbed(((dab.xy, dab.radius_px) for dab in wishes.kept), self.size_hw)
        own = raster.unmixed(self._rough, self._ground, _FULL, where, is_transparent=self.scan.is_transparent)
        if wishes.is_binary:
            own = raster.tinted(np.where(own[..., 3] >= 128, 255, 0).astype(np.uint8), ink_rgb(wishes))
        return own, where

    @cached_property
    def _ground(self) -> np.ndarray:
        rgb = self._rough[..., :3].astype(np.float32)
        return np.full_like(rgb, 255.0) if self.scan.is_transparent else ground_of(rgb)

    def svg(self, clean: Clean, wishes: Wishes | None = None, meta: str = "", kept_png: bytes = b"") -> bytes:
        """Return the drawing as SVG; see `ml.cleanup.svg`."""
        return svg.as_svg(clean, ink_rgb(wishes or Wishes()), meta, kept_png)

    def kept(self, wishes: Wishes) -> np.ndarray | None:
        """Return (H, W, 4) uint8, what is kept of the rough, on nothing; None = nothing."""
        return self._kept(wishes)[0] if wishes.kept else None


def _limits(usual: tuple[float, float], steps: int) -> tuple[float, float]:
    """Return the limits of likelihood at a strength: half of the usual ones at 0, the usual ones in the middle."""
    by = 0.5 + steps / _STRENGTHS
    return (min(0.97, usual[0] * by), min(0.98, usual[1] * by))


def ink_rgb(wishes: Wishes) -> tuple[int, int, int]:
    """Return the colour of the ink."""
    return wishes.line_rgb if wishes.style is None else wishes.style.line_rgb


def clean_sequence(sketches: Sequence[Sketch], wishes: Sequence[Wishes]) -> Iterator[Clean]:
    """Clean drawings of one cell in order of exposure: each calmed against the one before, all of one line weight.

    Args:
        sketches: in order; of one size for anything to be calmed.
        wishes: one for each.
    """
    pencil = common_pencil(sketches)
    before: Before | None = None
    for sketch, asked in zip(sketches, wishes, strict=True):
        if before is not None and before.sketch.size_hw != sketch.size_hw:
            before = None
        clean = sketch.clean(asked, before, pencil_px=pencil)
        yield clean
        before = Before(clean, sketch)


def common_pencil(sketches: Sequence[Sketch]) -> float | None:
    """Return the width that all drawings of a cut are drawn at where none is asked for."""
    return float(np.median([sketch.pencil_px for sketch in sketches])) if sketches else None


__all__ = ["ENGINE", "Before", "Sketch", "clean_sequence", "common_pencil", "ink_rgb", "prepare"]
