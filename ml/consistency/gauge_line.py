"""The weight of the ink, in pixels at the scale of the cut, against approved drawings that are framed alike.

How dark a line makes its surroundings is compared like with like: between the same two paints in both drawings. So
neither the ink's colour nor the share of hair and cloth in a drawing goes into the ratio; the head's size against
the approved one takes the camera out of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ml.consistency.gauges import Bounds, Gauged, learned
from ml.consistency.lines import Strokes, strokes_of
from ml.consistency.lines_ink import as_lines
from ml.consistency.names import is_line
from ml.consistency.zones import ZONE_PX, Zone, affine_of, cut_zone
from ml.pixels import F32, U8

if TYPE_CHECKING:
    from ml.consistency.matching import Match
    from ml.consistency.pack import Compiled
    from ml.consistency.palette import Palette
    from ml.consistency.views import View

NAME = "LINE_WEIGHT.width"
LINE_ZONES = ("head", "torso")
_FRAMED = (0.78, 1.3)  # the head against the approved one: a bust is drawn in other lines than a figure
_BY_SIZE = 2.0  # how much less surely the heads of two views are as large
_LEAST_POINTS, _LEAST_TOGETHER = 8, 40.0
_LEAST_HEIGHT_PX = 128
_FOUND_BY_DARKNESS = 1.25  # how much less surely lines are told from shadow where no swatch names them
_PAINT_AWAY = 40.0  # RGB distance beyond which the colour beside a line is none of the palette
_QUANTILES = (0.1, 0.75)  # of the points between two paints: below are ends, above crossings and solid black
_MIDDLE = (0.2, 0.8)  # of the pairs of paints
_UNLIKE_GREY = 40.0  # between unlike paints a line's middle is found less surely
_TRIED = 3
_WIDTHS = (0.2, 0.5)  # of the points of a drawing: beside the wider ones lies a shadow
_PAINT_OVER_INK = 0.08  # log: as much wider a line seems between paints than on paper
_INK_FOR_PAINT = 1.8  # how much less surely widths on paper and between paints agree


@dataclass(frozen=True)
class Inking:
    """The lines of one drawing by the two paints that they part.

    Convention:
        - `pairs` (G,) int64 code of the two palette rows, `log_mass` (G,) natural logarithm of `Strokes.mass`,
          `weight` (G,) float32: points, fewer where the paints are unlike
        - `width_px`: the usual width at the drawing's own scale, 0 = no lines
    """

    pairs: np.ndarray
    log_mass: F32
    weight: F32
    width_px: float


class LineGauge:
    """See `gauges.Gauge`."""

    key = "line"
    bounds: Mapping[str, Bounds] = {NAME: Bounds(0.15, 0.3)}
    painted_only = False

    def learn(self, views: Sequence[View], blank: Compiled) -> dict[str, np.ndarray]:
        """Return the inking of each approved drawing and the scale at which its lines are found."""
        inks = inks_of(blank.palette)
        found = [strokes_of(v.figure.rgba, v.figure.mask, inks) for v in views]
        sigmas = sorted(s.sigma_px for s in found if len(s.xy))
        sigma = sigmas[len(sigmas) // 2] if sigmas else 0.0
        again = [
            s if s.sigma_px == sigma else strokes_of(v.figure.rgba, v.figure.mask, inks, sigma)
            for s, v in zip(found, views, strict=True)
        ]
        rows = [inking_of(s, blank.palette) for s in again]
        lined = [as_lines(v, s) for v, s in zip(views, again, strict=True)]
        return {
            **{f"{kind}s": _zones_of(lined, blank.zones[kind]) for kind in LINE_ZONES},
            "sigma": np.array([sigma], np.float32),
            "count": np.array([len(r.pairs) for r in rows], np.int32),
            "pairs": np.concatenate([r.pairs for r in rows]).astype(np.int32),
            "rows": np.concatenate([np.column_stack([r.log_mass, r.weight]) for r in rows]).astype(
                np.float32
            ),
            "width": np.array([r.width_px for r in rows], np.float32),
            "scale": np.array([v.scale_xy for v in views], np.float32),
        }

    def read_ink(
        self, view: View, strokes: Strokes, matches: Sequence[Match], design: Compiled
    ) -> list[Gauged]:
        """Return the same of an ink drawing, by the plain width of its lines: it has no paints to tell them apart."""
        kept = learned(design, self)
        own = width_of(strokes)
        for index, scale in framed_alike(view, matches, kept["scale"]):
            usual = float(kept["width"][index]) * scale
            if usual > 0.0 and own > 0.0:
                ratio = float(np.log(own / usual)) + _PAINT_OVER_INK
                return [_gauged(view, strokes, ratio, usual, index, _INK_FOR_PAINT)]
        return []

    def read(self, view: View, matches: Sequence[Match], design: Compiled, *, painted: bool) -> list[Gauged]:
        """Return how much heavier or finer the ink is than in the best approved drawing that is framed alike."""
        kept = learned(design, self)
        if not kept or not kept["sigma"][0] or view.figure.mask.shape[0] < _LEAST_HEIGHT_PX:
            return []
        if design.limits.get(NAME, 0.0) >= self.bounds[NAME].cap:
            return []  # its own approved drawings agree on no line: painterly art, or pixels
        near = framed_alike(view, matches, kept["scale"])[:_TRIED]
        by_size = not near  # of its view only drawings in another framing are approved
        near = near or drawn_as_large(view, matches, design, kept["scale"])[:_TRIED]
        if not near:
            return []
        figure = view.figure
        inks = inks_of(design.palette)
        strokes = strokes_of(figure.rgba, figure.mask, inks, float(kept["sigma"][0]))
        own = inking_of(strokes, design.palette)
        for index, scale in near:
            ratio = log_ratio(own, _kept_inking(kept, index))
            if ratio is not None:
                usual = float(kept["width"][index]) * scale
                doubt = (1.0 if inks is not None else _FOUND_BY_DARKNESS) * (_BY_SIZE if by_size else 1.0)
                return [_gauged(view, strokes, ratio - float(np.log(scale)), usual, index, doubt)]
        return []


def _zones_of(lined: Sequence[View], zones: Sequence[Zone | None]) -> U8:
    """Return the approved zones as pictures of lines, (N, 96, 96) uint8; zeros where there is none."""
    found = np.zeros((len(zones), ZONE_PX, ZONE_PX), np.uint8)
    for row, (view, zone) in enumerate(zip(lined, zones, strict=True)):
        if zone is not None:
            found[row] = cut_zone(view, affine_of(zone.left, zone.top, zone.side_px)).rgb[..., 0]
    return found


def framed_alike(view: View, matches: Sequence[Match], sheet_scale: F32) -> list[tuple[int, float]]:
    """Return (row, scale) of the approved drawings whose head is about as large, best fit first.

    `scale` = pixels of this drawing for one pixel of the approved one.
    """
    own = float(np.sqrt(view.scale_xy[0] * view.scale_xy[1]))
    scales = [
        (m.index, m.fits["head"].scale * float(np.sqrt(sheet_scale[m.index].prod())) / own) for m in matches
    ]
    return [(index, scale) for index, scale in scales if _FRAMED[0] < scale < _FRAMED[1]]


def drawn_as_large(
    view: View, matches: Sequence[Match], design: Compiled, sheet_scale: F32
) -> list[tuple[int, float]]:
    """Return the same of approved drawings of other views, by how large their heads are drawn; the likest first."""
    own = float(np.sqrt(view.scale_xy[0] * view.scale_xy[1]))
    heads = design.zones["head"]
    zone = heads[matches[0].index] if matches else None
    if zone is None:
        return []
    head_px = matches[0].fits["head"].scale * zone.side_px / own
    scales = [
        (index, head_px * float(np.sqrt(sheet_scale[index].prod())) / head.side_px)
        for index, head in enumerate(heads)
        if head is not None
    ]
    framed = [(index, scale) for index, scale in scales if _FRAMED[0] < scale < _FRAMED[1]]
    return sorted(framed, key=lambda each: (round(abs(float(np.log(each[1]))), 6), each[0]))


def inks_of(palette: Palette) -> U8 | None:
    """Return the named paints of lines, (K, 3) uint8, or None where the colour model has none."""
    rows = _line_rows(palette)
    return palette.rgb[rows] if rows.any() else None


def _line_rows(palette: Palette) -> np.ndarray:
    pairs = zip(palette.parts, palette.tones, palette.named, strict=True)
    return np.array([bool(named) and is_line(part, tone) for part, tone, named in pairs], np.bool_)


def inking_of(strokes: Strokes, palette: Palette) -> Inking:
    """Return the lines of a drawing by the paints that they part."""
    fills = np.flatnonzero(~_line_rows(palette))
    if not len(strokes.xy) or not len(fills):
        return Inking(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32), 0.0)
    paints = palette.rgb[fills].astype(np.float32)
    beside = strokes.paints.reshape(-1, 3)
    away = (beside**2).sum(axis=1)[:, None] - 2.0 * beside @ paints.T + (paints**2).sum(axis=1)[None]
    row = np.argmin(away, axis=1)
    known = (away[np.arange(len(row)), row] < _PAINT_AWAY**2).reshape(-1, 2).all(axis=1) & (strokes.mass > 0)
    sides = np.sort(fills[row].reshape(-1, 2), axis=1)
    codes = (sides[:, 0] * 256 + sides[:, 1])[known]
    mass = strokes.mass[known]
    grey = palette.rgb.astype(np.float32).mean(axis=1)
    found = []
    for code in np.unique(codes):
        here = np.sort(mass[codes == code])
        if len(here) >= _LEAST_POINTS:
            unlike = (grey[code // 256] - grey[code % 256]) / _UNLIKE_GREY
            found.append((code, np.log(_inner_mean(here, _QUANTILES)), len(here) / (1.0 + unlike**2)))
    table = np.array(found, np.float64).reshape(-1, 3)
    return Inking(
        table[:, 0].astype(np.int64),
        table[:, 1].astype(np.float32),
        table[:, 2].astype(np.float32),
        width_of(strokes),
    )


def width_of(strokes: Strokes) -> float:
    """Return the usual width of the lines in pixels, 0 where there are none."""
    return _inner_mean(np.sort(strokes.width_px), _WIDTHS) if len(strokes.xy) else 0.0


def _inner_mean(ordered: F32, quantiles: tuple[float, float]) -> float:
    low, high = (int(q * len(ordered)) for q in quantiles)
    return float(ordered[low : max(high, low + 1)].mean())


def _kept_inking(kept: Mapping[str, np.ndarray], index: int) -> Inking:
    end = int(kept["count"][: index + 1].sum())
    here = slice(end - int(kept["count"][index]), end)
    return Inking(
        kept["pairs"][here].astype(np.int64), kept["rows"][here, 0], kept["rows"][here, 1],
        float(kept["width"][index]),
    )  # fmt: skip


def log_ratio(own: Inking, approved: Inking) -> float | None:
    """Return the logarithm of how much heavier the ink is, both at their own scale; None = too little in common.

    The mean of the middle pairs of paints, by weight: a pair that shows a shadow's tip here and a line there is at
    the rim.
    """
    _, here, there = np.intersect1d(own.pairs, approved.pairs, return_indices=True)
    first, second = own.weight[here], approved.weight[there]
    weight = 2.0 * first * second / np.maximum(first + second, 1e-6)
    if float(weight.sum()) < _LEAST_TOGETHER:
        return None
    ratio = own.log_mass[here] - approved.log_mass[there]
    order = np.argsort(ratio, kind="stable")
    ends = np.cumsum(weight[order]) / weight.sum()
    starts = np.concatenate([[0.0], ends[:-1]])
    inner = np.clip(np.minimum(ends, _MIDDLE[1]) - np.maximum(starts, _MIDDLE[0]), 0.0, None)
    return float((ratio[order] * inner).sum() / inner.sum())


def _gauged(view: View, strokes: Strokes, ratio: float, usual_px: float, index: int, doubt: float) -> Gauged:
    """Put a ratio into pixels at the drawing's scale; it lies on all lines."""
    heat = np.zeros(view.size_hw, np.float32)
    at = np.rint(strokes.xy * np.array(view.scale_xy, np.float32)).astype(np.int64)
    inside = (at[:, 0] < heat.shape[1]) & (at[:, 1] < heat.shape[0])
    heat[at[inside, 1], at[inside, 0]] = 1.0
    heat = np.asarray(cv2.dilate(heat, np.ones((5, 5), np.uint8)), np.float32)  # points lie apart
    width = usual_px * float(np.exp(ratio))
    return Gauged(NAME, "whole figure", width, usual_px, "px", abs(ratio) / doubt, None, index, heat)


LINE = LineGauge()
