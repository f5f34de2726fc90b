"""A model sheet as pages of a book: the turn-around on one ground line, expressions, details, the colour chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assets.choices import SheetDrawingKind, View
from assets.models import ModelSheet, SheetDrawing, Swatch
from assets.services import pictures

_GAP_SHARE = 0.12  # of the tallest figure, between two figures of a line-up
_MARGIN_SHARE = 0.05
_FONT_SHARE = 0.032
_LETTER_SHARE = 0.62  # of the font's size: how wide a letter is at most, on average
_VIEW_ORDER = (View.FRONT, View.THREE_QUARTER, View.SIDE, View.BACK)
_TONES_FIRST = ("normal", "shadow", "shadow1", "shadow2", "highlight", "line")


@dataclass(frozen=True)
class Placed:
    """A drawing in a line-up, in px of the line-up: where its picture stands, and its figure's middle and height."""

    drawing: SheetDrawing
    name: list[str]  # in lines
    x: float
    y: float
    middle_x: float
    height_px: int


@dataclass(frozen=True)
class LineUp:
    """Figures side by side on one ground line at one scale, with lines at the ground and at the tallest head."""

    figures: list[Placed]
    width: float
    height: float
    top_y: float
    ground_y: float
    name_ys: list[float]
    font_px: float

    @property
    def names(self) -> list[tuple[str, float, float]]:
        """Every line of every name with its middle and base line."""
        return [
            (line, figure.middle_x, y)
            for figure in self.figures
            for line, y in zip(figure.name, self.name_ys, strict=False)
        ]


@dataclass(frozen=True)
class ChartRow:
    """One part of the colour chart: its swatch in each tone, None where it has none."""

    part: str
    swatches: list[Swatch | None]


@dataclass(frozen=True)
class Pages:
    """What the book shows of one version."""

    sheet: ModelSheet
    turnaround: LineUp | None
    sections: list[
        tuple[str, list[tuple[SheetDrawing, str]]]
    ]  # kind in words, drawings with their view boxes
    tones: list[str]
    chart: list[ChartRow]


def pages_of(sheet: ModelSheet) -> Pages:
    """Return the pages of a version whose drawings and swatches are loaded."""
    drawings = list(sheet.drawings.all())
    turn = [drawing for drawing in drawings if drawing.kind == SheetDrawingKind.TURNAROUND]
    model = getattr(sheet, "colour_model", None)
    swatches = list(model.swatches.all()) if model else []
    return Pages(
        sheet=sheet,
        turnaround=line_up([(each, [str(each.get_view_display() or each.label)]) for each in _by_view(turn)]),
        sections=[
            (str(kind.label), [(each, close_up(each)) for each in drawings if each.kind == kind])
            for kind in SheetDrawingKind
            if kind != SheetDrawingKind.TURNAROUND and any(each.kind == kind for each in drawings)
        ],
        tones=_tones(swatches),
        chart=_chart(swatches),
    )


def front_of(sheet: ModelSheet) -> SheetDrawing | None:
    """Return the drawing that stands for the design in the size comparison: its front view, else its first."""
    turn = [each for each in sheet.drawings.all() if each.kind == SheetDrawingKind.TURNAROUND]
    return next(iter(_by_view(turn)), None)


def line_up(drawings: Sequence[tuple[SheetDrawing, list[str]]]) -> LineUp | None:
    """Return drawings side by side at the scale of their files, feet on one line; None where there is none.

    A name, in lines, stands below each figure; neighbours move apart where names need the room.
    """
    if not drawings:
        return None
    boxes = [pictures.figure_box(drawing.view_blob) for drawing, _name in drawings]
    tallest = max(bottom - top for _left, top, _right, bottom in boxes)
    gap, margin, font = _GAP_SHARE * tallest, _MARGIN_SHARE * tallest, _FONT_SHARE * tallest
    ground, x, placed = margin + tallest, margin, []
    for (drawing, name), (left, top, right, bottom) in zip(drawings, boxes, strict=True):
        room = max(right - left, _LETTER_SHARE * font * max(map(len, name), default=0))
        inset = (room - (right - left)) / 2
        placed.append(Placed(drawing, name, x + inset - left, ground - bottom, x + room / 2, bottom - top))
        x += room + gap
    lines = max(len(name) for _drawing, name in drawings)
    name_ys = [ground + (1.6 + 1.25 * line) * font for line in range(lines)]
    return LineUp(placed, x - gap + margin, name_ys[-1] + font, margin, ground, name_ys, font)


def _by_view(drawings: Sequence[SheetDrawing]) -> list[SheetDrawing]:
    order = {str(view): index for index, view in enumerate(_VIEW_ORDER)}
    return sorted(drawings, key=lambda each: (order.get(each.view, len(order)), each.position, each.pk))


def close_up(drawing: SheetDrawing) -> str:
    """Return an SVG view box around the figure with some air."""
    left, top, right, bottom = pictures.figure_box(drawing.view_blob)
    air = round(0.06 * max(right - left, bottom - top))
    return f"{left - air} {top - air} {right - left + 2 * air} {bottom - top + 2 * air}"


def _tones(swatches: Sequence[Swatch]) -> list[str]:
    found = dict.fromkeys(swatch.tone for swatch in swatches)
    return sorted(
        found, key=lambda tone: _TONES_FIRST.index(tone) if tone in _TONES_FIRST else len(_TONES_FIRST)
    )


def _chart(swatches: Sequence[Swatch]) -> list[ChartRow]:
    tones = _tones(swatches)
    parts: dict[str, dict[str, Swatch]] = {}
    for swatch in swatches:
        parts.setdefault(swatch.part, {})[swatch.tone] = swatch
    return [ChartRow(part, [by_tone.get(tone) for tone in tones]) for part, by_tone in parts.items()]
