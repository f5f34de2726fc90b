"""Clean line art as curves: what a rough drawing is made from and what it is judged by.

Lines of puppets are the curves that their ink follows, cut to what can be seen; nothing is traced from pixels. Where
two shapes lay their lines over each other only one is kept. Solid marks (brows, lashes) become their middle line, or
their outline where they are thick.

Convention:
    - points are (n, 2) float32 px, pixel centres at integers, x right, y down, about half a pixel apart
    - a line that goes on under another shape ends at the middle of the line that covers it
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import cv2
import numpy as np

from ml.puppets.painter import span, strayed
from ml.puppets.raster import Layer
from ml.puppets.render import Laid

STEP_PX = 0.5
_LEAST_PX = 4.0  # nobody draws a shorter line
_CLOSED_UP = 6  # samples: so short a thing in front does not cut a line
_SOLID_PX = 4.5  # solid marks thicker than this are drawn as outlines
_SAME_PX = 1.5  # lines nearer than this along each other are one
_TOUCH_PX = 2.5  # an end so near another line is none
_AROUND = tuple((dx, dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1))


@dataclass(frozen=True, eq=False)
class Line:
    """One line of clean art.

    Attributes:
        points_xy: (n, 2) float32 px.
        width_px: as the design weighs it.
        is_closed: whether the end returns to the beginning.
        is_free: whether the beginning and the end touch no other line.
    """

    points_xy: np.ndarray
    width_px: float
    is_closed: bool = False
    is_free: tuple[bool, bool] = (True, True)

    @property
    def length_px(self) -> float:
        """Return the length along the line."""
        steps = np.diff(self.points_xy, axis=0)
        return float(np.hypot(steps[:, 0], steps[:, 1]).sum())


@dataclass(frozen=True, eq=False)
class LineArt:
    """A drawing of lines on a picture of a size."""

    size_hw: tuple[int, int]
    lines: tuple[Line, ...]


def resampled(points: np.ndarray, step_px: float = STEP_PX) -> np.ndarray:
    """Return (m, 2) float64 points of the same open curve at equal steps, both ends kept; m >= 2."""
    points = np.asarray(points, np.float64)
    ways = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(ways)))
    places = np.linspace(0.0, along[-1], max(2, round(along[-1] / step_px) + 1))
    return np.stack([np.interp(places, along, points[:, k]) for k in (0, 1)], axis=1)


def of_puppet(laid: Laid) -> LineArt:
    """Return the lines of a puppet's drawing; `laid` with its marks."""
    runs = [run for curve in _curves(laid) for run in _visible(laid, curve)]
    lines = _without_doubles(runs, laid.framing.size_hw)
    return with_ends(LineArt(laid.framing.size_hw, tuple(lines)))


@dataclass(frozen=True, eq=False)
class _Curve:
    """A curve of a layer in pixels, seen or not; `ink` as the marks say it."""

    points: np.ndarray
    is_closed: bool
    layer: int
    ink: bool
    width_px: float


def _curves(laid: Laid) -> Iterator[_Curve]:
    weight = laid.framing.line_px * laid.design.style.line
    for index, layer in enumerate(laid.layers):
        if layer.kind == "cast" or (layer.kind == "stroke" and layer.tone != "line"):
            continue
        if layer.kind == "fill" and layer.tone == "line" and not layer.width:
            yield _solid(laid, layer, index)
        elif layer.width:
            for points, closed in _inked(laid, layer):
                curve = _pixels(laid, points, closed=closed)
                yield _Curve(curve, closed, index, ink=True, width_px=layer.width * weight)


def _inked(laid: Laid, layer: Layer) -> Iterator[tuple[np.ndarray, bool]]:
    """Yield the curves that the ink of a layer follows, in puppet units, and whether they are closed."""
    style = laid.design.style
    units = laid.framing.line_px / laid.framing.px_per_unit * style.line
    parts = [(span(layer.points, *ends), False) for ends in layer.lines] if layer.kind == "fill" else []
    for points, closed in parts or [(layer.points, layer.kind == "fill" or layer.closed)]:
        if style.loose:
            yield strayed(points, style.loose * units, crc32(layer.key.encode()), closed=closed), closed
        else:
            yield points, closed


def _pixels(laid: Laid, points: np.ndarray, *, closed: bool) -> np.ndarray:
    s = laid.framing.supersample
    whole = np.concatenate((points, points[:1])) if closed else points
    return resampled((laid.on_grid(whole) - (s - 1) / 2) / s)


def _solid(laid: Laid, layer: Layer, index: int) -> _Curve:
    """Return the middle line of a solid mark, or its outline where it is thick."""
    outline = _pixels(laid, layer.points, closed=True)
    middle, thick = middle_line(outline)
    if thick > _SOLID_PX:
        return _Curve(outline, is_closed=True, layer=index, ink=False, width_px=laid.framing.line_px)
    return _Curve(resampled(middle), is_closed=False, layer=index, ink=False, width_px=max(1.0, thick))


def middle_line(outline: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the line midway through a long shape, (24, 2), and its mean thickness, px.

    Args:
        outline: (n, 2) closed px.
    """
    centre = outline.mean(axis=0)
    axes = np.linalg.svd(outline - centre, full_matrices=False)[2]
    flat = (outline - centre) @ axes.T
    first, last = int(flat[:, 0].argmin()), int(flat[:, 0].argmax())
    ring = np.roll(flat, -first, axis=0)
    turn = (last - first) % len(flat)
    sides = ring[: turn + 1], np.concatenate((ring[turn:], ring[:1]))[::-1]
    places = np.linspace(flat[first, 0], flat[last, 0], 24)
    heights = [np.interp(places, np.maximum.accumulate(side[:, 0]), side[:, 1]) for side in sides]
    middle = np.stack((places, (heights[0] + heights[1]) / 2), axis=1) @ axes + centre
    return middle, float(np.abs(heights[0] - heights[1]).mean())


def _visible(laid: Laid, curve: _Curve) -> list[Line]:
    """Return the runs of a curve that can be seen, led on to the middle of what covers them."""
    seen = _shown(laid, curve)
    if not seen.any():
        return []
    points = curve.points
    if curve.is_closed and not seen.all():
        hidden = int(np.flatnonzero(~seen)[0])
        points = np.concatenate((points[hidden:-1], points[: hidden + 1]))
        seen = np.concatenate((seen[hidden:-1], seen[: hidden + 1]))
    more = round((curve.width_px / 2 + 0.5) / STEP_PX)
    lines = []
    for a, b in runs(seen, joined=_CLOSED_UP):
        if (b - a) * STEP_PX < _LEAST_PX:
            continue
        part = points[max(0, a - more) : b + more]
        lines.append(
            Line(part.astype(np.float32), curve.width_px, curve.is_closed and len(part) == len(points))
        )
    return lines


def runs(flags: np.ndarray, joined: int = 0) -> list[tuple[int, int]]:
    """Return [start, stop) of the runs of True in (n,) bool; runs at most `joined` apart are one."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    found: list[tuple[int, int]] = []
    for a, b in edges.reshape(-1, 2).tolist():
        if found and a - found[-1][1] <= joined:
            found[-1] = found[-1][0], b
        else:
            found.append((a, b))
    return found


def _shown(laid: Laid, curve: _Curve) -> np.ndarray:
    """Return at which points the curve's own paint is topmost, (n,) bool, a third of a pixel off at most."""
    assert laid.marks is not None
    s = laid.framing.supersample
    corner = np.array(laid.window[:2]) * s
    x, y = (np.rint(curve.points * s + (s - 1) / 2).astype(np.int64) - corner).T
    h, w = laid.marks.shape
    wanted = 1 + 2 * curve.layer + curve.ink
    seen = np.zeros(len(x), bool)
    for dx, dy in _AROUND:
        u, v = x + dx, y + dy
        within = (u >= 0) & (v >= 0) & (u < w) & (v < h)
        seen |= within & (laid.marks[v.clip(0, h - 1), u.clip(0, w - 1)] == wanted)
    return seen


def directions(points: np.ndarray) -> np.ndarray:
    """Return (n, 2) cos 2a and sin 2a of a line's angle a at its points."""
    way = np.gradient(points.astype(np.float64), axis=0)
    angle = 2.0 * np.arctan2(way[:, 1], way[:, 0])
    return np.stack((np.cos(angle), np.sin(angle)), axis=1)


def _without_doubles(lines: Sequence[Line], size_hw: tuple[int, int]) -> list[Line]:
    """Return the lines, longest first, without stretches that run along a line that is there already."""
    reach = int(np.ceil(_SAME_PX))
    pad = reach + 1
    there = np.zeros((size_hw[0] + 2 * pad, size_hw[1] + 2 * pad, 2), np.float32)
    kept: list[Line] = []
    for line in sorted(lines, key=lambda one: len(one.points_xy), reverse=True):
        ways = directions(line.points_xy)
        cells = np.rint(line.points_xy).astype(np.int64) + pad
        x, y = cells[:, 0].clip(0, there.shape[1] - 1), cells[:, 1].clip(0, there.shape[0] - 1)
        double = (there[y, x] * ways).sum(axis=1) > 0.6
        parts = [(0, len(x))] if not double.any() else runs(~double)
        for a, b in parts:
            if (b - a) * STEP_PX >= _LEAST_PX:
                part = line.points_xy[max(0, a - 3) : b + 3]
                kept.append(replace(line, points_xy=part, is_closed=line.is_closed and not double.any()))
        for dx in range(-reach, reach + 1):
            for dy in range(-reach, reach + 1):
                there[(y + dy).clip(0, there.shape[0] - 1), (x + dx).clip(0, there.shape[1] - 1)] = ways
    return kept


def with_ends(art: LineArt) -> LineArt:
    """Return the art with what its ends touch worked out anew."""
    return replace(art, lines=tuple(_ended(art, k) for k in range(len(art.lines))))


def _ended(art: LineArt, index: int) -> Line:
    line = art.lines[index]
    if line.is_closed:
        return replace(line, is_free=(False, False))
    ends = line.points_xy[[0, -1]]
    free = [True, True]
    apart = round(4 * _TOUCH_PX / STEP_PX)
    for k, other in enumerate(art.lines):
        for e in (0, 1):
            points = other.points_xy
            if k == index:
                points = points[apart:] if e == 0 else points[:-apart]
            if free[e] and len(points) and _near(points, ends[e]):
                free[e] = False
    return replace(line, is_free=(free[0], free[1]))


def _near(points: np.ndarray, place: np.ndarray) -> bool:
    low, high = points.min(axis=0) - _TOUCH_PX, points.max(axis=0) + _TOUCH_PX
    if (place < low).any() or (place > high).any():
        return False
    return bool((((points - place) ** 2).sum(axis=1) < _TOUCH_PX**2).any())


@dataclass(frozen=True)
class View:
    """What of a drawing is shown: the square round a place, enlarged, turned, mirrored."""

    centre_xy: tuple[float, float]
    side_px: int
    scale: float = 1.0
    turn_deg: float = 0.0
    mirrored: bool = False


def seen_in(art: LineArt, view: View) -> LineArt:
    """Return the lines inside a view in pixels of the view; a line that leaves it ends a little outside."""
    a = np.radians(view.turn_deg)
    turn = np.array(((np.cos(a), np.sin(a)), (-np.sin(a), np.cos(a)))) * view.scale
    if view.mirrored:
        turn = turn * (-1.0, 1.0)
    middle = (view.side_px - 1) / 2
    margin = 10.0
    kept = []
    for line in art.lines:
        points = (line.points_xy - view.centre_xy) @ turn + middle
        inside = ((points > -margin) & (points < view.side_px - 1 + margin)).all(axis=1)
        for start, stop in runs(np.asarray(inside)):
            if (stop - start) * STEP_PX * view.scale < _LEAST_PX:
                continue
            whole = stop - start == len(points)
            free = (line.is_free[0] and start == 0, line.is_free[1] and stop == len(points))
            part = resampled(points[start:stop]).astype(np.float32)
            kept.append(Line(part, line.width_px * view.scale, line.is_closed and whole, free))
    return LineArt((view.side_px, view.side_px), tuple(kept))


def drawn(art: LineArt, width_px: float = 2.0) -> np.ndarray:
    """Return the lines at one width, anti-aliased, (h, w) float32 darkness 0 to 1."""
    h, w = art.size_hw
    canvas = np.zeros((h * 4, w * 4), np.uint8)
    pieces = [np.rint((line.points_xy * 4 + 1.5) * 16).astype(np.int32) for line in art.lines]
    cv2.polylines(canvas, pieces, isClosed=False, color=255, thickness=max(1, round(4 * width_px)), shift=4)
    return cv2.resize(canvas, (w, h), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
