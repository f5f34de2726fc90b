"""Strokes of a correction as geometry: for SVG on a page, for Pillow in a PDF. Pure: no rows, no requests.

The page's script draws by the same rules (qa/static/qa/penlines.js); who changes one changes the other.
A line is smoothed through the middles between its points; where the pressure changes, its width does.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from PIL import Image, ImageColor, ImageDraw, ImageFont

from qa.choices import StrokeTool

PRESSURE_STEPS = 24  # so many widths between the lightest and the hardest touch
LIGHTEST, HARDEST = 0.25, 1.75  # widths at pressure 0 and 1; a mouse presses with a half and gets 1.0
TEXT_HEIGHT = 8.0  # letters are so many times as high as the line is wide
LINE_HEIGHT = 1.25
_HEAD_SHARE, _HEAD_WIDTHS, _HEAD_ANGLE = 0.28, 5.0, math.radians(27)
_CURVE_STEPS = 6
_MOST_PARTS = 8  # of one curve, for a swelling line
_FINER = 2  # lines are painted so many times larger, then made small: Pillow knows no soft edges
_FONTS = ("NotoSansCJK-Regular.ttc", "NotoSansJP-Regular.otf", "NotoSansCJKjp-Regular.otf", "DejaVuSans.ttf")

Point = tuple[float, float]


class StrokeLike(Protocol):
    """What is known of a stroke: a row of the database, or anything of that shape."""

    tool: Any
    points: Any
    width_px: Any
    text: Any


class CorrectionLike(Protocol):
    """A correction: the colour of its paper and its strokes, as `corrections_of` gives them."""

    colour: Any

    @property
    def shown(self) -> Sequence[StrokeLike]:
        """The strokes that were not erased."""


@dataclass(frozen=True)
class Piece:
    """A part of a line with one width: from `start` along quadratic curves (control, end)."""

    width_px: float
    start: Point
    curves: tuple[tuple[Point, Point], ...]


@dataclass(frozen=True)
class SvgPath:
    """One `<path>`: its `d` and its stroke-width."""

    d: str
    width_px: str


@dataclass(frozen=True)
class SvgText:
    """One line of a `<text>`; numbers as SVG takes them, whatever the reader's language."""

    x: str
    y: str
    size_px: str
    halo_px: str
    words: str


def svg_paths(strokes: Iterable[StrokeLike]) -> list[SvgPath]:
    """Return the lines of strokes as paths, to be drawn with round caps and joins and without filling."""
    return [SvgPath(_d(piece), number(piece.width_px)) for stroke in strokes for piece in pieces_of(stroke)]


def svg_texts(strokes: Iterable[StrokeLike]) -> list[SvgText]:
    """Return the words of strokes, line by line, each by the left end of its baseline."""
    found = []
    for stroke in strokes:
        for x, y, size, words in _lines_of_text(stroke):
            found.append(SvgText(number(x), number(y), number(size), number(size * 0.16), words))
    return found


def number(value: float) -> str:
    """Return a number as SVG takes it, to a hundredth of a px, without idle zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def pieces_of(stroke: StrokeLike) -> list[Piece]:
    """Return the pieces that make up a stroke; a text has none."""
    points = [_point(each) for each in stroke.points]
    if stroke.tool == StrokeTool.TEXT or not points:
        return []
    if stroke.tool == StrokeTool.ARROW:
        return _arrow(points[0], points[-1], stroke.width_px)
    if stroke.tool == StrokeTool.BOX:
        return _box(points[0], points[-1], stroke.width_px)
    pressures = [float(each[2]) if len(each) > 2 else 0.5 for each in stroke.points]
    return _pen(points, pressures, stroke.width_px)


def paint(image: Image.Image, corrections: Iterable[CorrectionLike], *, scale: float = 1.0) -> Image.Image:
    """Return a copy of a drawing's picture with its corrections drawn over it.

    `scale` = px of the picture per px of the drawing, for a picture that was made smaller.
    """
    size = (image.width * _FINER, image.height * _FINER)
    finer = Image.new("RGBA", size, (0, 0, 0, 0))
    draw, zoom = ImageDraw.Draw(finer), scale * _FINER
    for correction in corrections:
        colour = ImageColor.getrgb(str(correction.colour))
        for stroke in correction.shown:
            for piece in pieces_of(stroke):
                _paint_piece(draw, piece, zoom, colour)
            _paint_text(draw, stroke, zoom, colour)
    layer = finer.resize(image.size, Image.Resampling.BOX)
    return Image.alpha_composite(image.convert("RGBA"), layer)


def halo_of(rgb: tuple[int, ...]) -> str:
    """Return what stands around letters of this colour, so that they are read on light and on dark."""
    return "#222222" if (54 * rgb[0] + 183 * rgb[1] + 19 * rgb[2]) / 256 > 135 else "#ffffff"


def _point(raw: Sequence[float]) -> Point:
    return float(raw[0]), float(raw[1])


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _line(width_px: float, *points: Point) -> Piece:
    """Return straight lines through `points` as a piece."""
    curves = tuple((_middle(a, b), b) for a, b in itertools.pairwise(points))
    return Piece(width_px, points[0], curves)


def _pen(points: list[Point], pressures: list[float], width_px: float) -> list[Piece]:
    """Return a hand's line; neighbouring curves of the same width are one piece."""
    if len(points) == 1:
        return [_line(_pressed(pressures[0], width_px), points[0], points[0])]
    found: list[Piece] = []
    at, before = points[0], pressures[0]
    for index, (point, pressure) in enumerate(zip(points, pressures, strict=True)):
        last = index == len(points) - 1
        end = point if last else _middle(point, points[index + 1])
        after = pressure if last else (pressure + pressures[index + 1]) / 2
        for now, control, there in _swelling((at, point, end), (before, pressure, after)):
            width = _pressed(now, width_px)
            if found and found[-1].width_px == width:
                found[-1] = Piece(width, found[-1].start, (*found[-1].curves, (control, there)))
            else:
                found.append(Piece(width, at, ((control, there),)))
            at = there
        before = after
    return found


def _swelling(
    curve: tuple[Point, Point, Point], pressures: tuple[float, float, float]
) -> list[tuple[float, Point, Point]]:
    """Return a curve in parts (pressure, control, end), short enough that the width nowhere jumps."""
    change = abs(pressures[1] - pressures[0]) + abs(pressures[2] - pressures[1])
    count = min(_MOST_PARTS, max(1, math.ceil(change * PRESSURE_STEPS)))
    parts = []
    for part in range(count):
        one, other = part / count, (part + 1) / count
        middle = (one + other) / 2
        early = pressures[0] + (pressures[1] - pressures[0]) * 2 * middle
        late = pressures[1] + (pressures[2] - pressures[1]) * (2 * middle - 1)
        control, end = _blossom(curve, one, other), _blossom(curve, other, other)
        parts.append((early if middle < 0.5 else late, control, end))
    return parts


def _blossom(curve: tuple[Point, Point, Point], one: float, other: float) -> Point:
    """Return the control point of the part from `one` to `other`; with both the same, the point there."""
    weights = (1 - one) * (1 - other), (1 - one) * other + one * (1 - other), one * other
    return _mixed(weights, *curve, 0), _mixed(weights, *curve, 1)


def _pressed(pressure: float, width_px: float) -> float:
    step = round(min(max(pressure, 0.0), 1.0) * PRESSURE_STEPS) / PRESSURE_STEPS
    return width_px * (LIGHTEST + (HARDEST - LIGHTEST) * step)


def _arrow(tail: Point, tip: Point, width_px: float) -> list[Piece]:
    length = math.dist(tail, tip)
    head = min(_HEAD_WIDTHS * width_px, max(length * _HEAD_SHARE, 2 * width_px))
    angle = math.atan2(tail[1] - tip[1], tail[0] - tip[0])
    sides = [
        (tip[0] + head * math.cos(angle + turn), tip[1] + head * math.sin(angle + turn))
        for turn in (_HEAD_ANGLE, -_HEAD_ANGLE)
    ]
    return [_line(width_px, tail, tip), _line(width_px, sides[0], tip, sides[1])]


def _box(one: Point, other: Point, width_px: float) -> list[Piece]:
    (x0, y0), (x1, y1) = one, other
    return [_line(width_px, (x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))]


def _d(piece: Piece) -> str:
    """Return a piece as path data. A dot gets a hair's length, else nothing is drawn at all."""
    parts = [f"M{number(piece.start[0])} {number(piece.start[1])}"]
    if all(end == piece.start for _, end in piece.curves):
        return f"{parts[0]}h.01"
    for control, end in piece.curves:
        parts.append(f"Q{number(control[0])} {number(control[1])} {number(end[0])} {number(end[1])}")
    return "".join(parts)


def _lines_of_text(stroke: StrokeLike) -> list[tuple[float, float, float, str]]:
    if stroke.tool != StrokeTool.TEXT or not stroke.points:
        return []
    (x, y), size = _point(stroke.points[0]), stroke.width_px * TEXT_HEIGHT
    lines = str(stroke.text).splitlines()
    return [(x, y + size * LINE_HEIGHT * row, size, words) for row, words in enumerate(lines)]


def _paint_piece(draw: ImageDraw.ImageDraw, piece: Piece, zoom: float, colour: Any) -> None:
    width, points = max(1.0, piece.width_px * zoom), [piece.start]
    for control, end in piece.curves:
        at = points[-1]
        for step in range(1, _CURVE_STEPS + 1):
            t = step / _CURVE_STEPS
            weights = ((1 - t) ** 2, 2 * t * (1 - t), t * t)
            points.append((_mixed(weights, at, control, end, 0), _mixed(weights, at, control, end, 1)))
    placed = [(x * zoom, y * zoom) for x, y in points]
    draw.line(placed, fill=colour, width=max(1, round(width)), joint="curve")
    for x, y in (placed[0], placed[-1]):
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)


def _mixed(weights: tuple[float, float, float], a: Point, b: Point, c: Point, axis: int) -> float:
    return weights[0] * a[axis] + weights[1] * b[axis] + weights[2] * c[axis]


def _paint_text(draw: ImageDraw.ImageDraw, stroke: StrokeLike, zoom: float, colour: Any) -> None:
    for x, y, size, words in _lines_of_text(stroke):
        halo = max(1, round(size * zoom * 0.08))
        place, font = (x * zoom, y * zoom), _font(max(6, round(size * zoom)))
        around = halo_of(colour)
        draw.text(place, words, fill=colour, font=font, anchor="ls", stroke_width=halo, stroke_fill=around)


@cache
def _font(size_px: int) -> Any:
    """Return a font that has Japanese letters where this machine has one."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size_px)
        except OSError:
            continue
    return ImageFont.load_default(size_px)
