"""The retake sheet as it is printed: A4, one block for each line with the drawing and the approved one beside it.

First everything is placed on pages, then the pages are drawn one picture at a time, so that a long sheet needs
no more memory than its own bytes. Regions and corrections are drawn as lines, not as pixels.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.utils.translation import gettext as _
from PIL import Image
from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from assets.models import Drawing
from qa import sheet_text, strokes
from qa.retake_lines import Line, Order, due_words
from qa.sheet_text import clipped, font, wrapped
from studio.core.errors import NotFound

_WIDE, _HIGH = A4
_MARGIN = 12 * mm
_HEAD = 15 * mm
_TICK = 5 * mm
_PICTURE = (50 * mm, 37.5 * mm)
_GAP = 3 * mm
_PAD = 2.5 * mm
_TEXT_X = _MARGIN + _TICK + _GAP + 2 * (_PICTURE[0] + _GAP)
_TEXT_ROOM = _WIDE - _MARGIN - _TEXT_X
_WIDE_TEXT_X = _MARGIN + _TICK + _GAP
_WIDE_TEXT_ROOM = _WIDE - _MARGIN - _WIDE_TEXT_X
_BODY = _HIGH - 2 * _MARGIN - _HEAD
_NOTE_LINES = 60
_TITLE, _BIG, _TEXT, _SMALL = 13.0, 9.5, 8.0, 7.0
_LEADING = 1.38
_GREY, _RULE, _REGION = HexColor("#555555"), HexColor("#999999"), HexColor("#ff9d00")

Read = Callable[[str], bytes]


@dataclass(frozen=True)
class Group:
    """What goes on pages of its own: an episode, a cut or an artist."""

    title: str
    orders: Sequence[Order]


@dataclass(frozen=True)
class _Words:
    """A line of text: what it says, how large, and whether it is less important."""

    text: str
    size: float
    is_grey: bool = False


@dataclass(frozen=True)
class _Block:
    """One line of a retake, laid out: its text and how much of the page it takes."""

    line: Line
    words: list[_Words]
    height: float


@dataclass(frozen=True)
class _Page:
    group: Group
    number: int
    of: int
    blocks: list[_Block]


def render(*, production: str, groups: Sequence[Group], printed_at: datetime, read: Read) -> bytes:
    """Return the sheet as PDF. `read` gives a small JPEG of a stored drawing."""
    buffer, read = io.BytesIO(), cache(read)  # an approved drawing stands beside many others
    canvas = Canvas(buffer, pagesize=A4, pageCompression=1)
    canvas.setTitle(f"{production} {_('Retakes')}")
    for page in [page for group in groups for page in _pages(group)]:
        _draw_head(canvas, production, page, printed_at)
        top = _HIGH - _MARGIN - _HEAD
        for block in page.blocks:
            _draw_block(canvas, block, top, read)
            top -= block.height
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _pages(group: Group) -> list[_Page]:
    filled: list[list[_Block]] = [[]]
    room = _BODY
    for order in group.orders:
        for line in order.lines:
            block = _block(order, line)
            if block.height > room and filled[-1]:
                filled.append([])
                room = _BODY
            filled[-1].append(block)
            room -= block.height
    return [_Page(group, number, len(filled), blocks) for number, blocks in enumerate(filled, 1)]


def _block(order: Order, line: Line) -> _Block:
    room = _TEXT_ROOM if line.drawing else _WIDE_TEXT_ROOM
    words = [
        _Words(text, size, is_grey)
        for said, size, is_grey, most in _said(order, line)
        for text in wrapped(said, size, room, most)
    ]
    text_height = sum(each.size * _LEADING for each in words)
    picture_height = _PICTURE[1] if line.drawing else 0
    height = max(text_height, picture_height, _TICK) + 2 * _PAD
    return _Block(line, words, min(height, _BODY))


def _said(order: Order, line: Line) -> list[tuple[str, float, bool, int]]:
    """Return what the block says: text, size, grey or not, and how many lines it may take."""
    retake, item = order.retake, line.item
    where = f"{retake.cut}  {retake.stage} T{retake.take.number}  R{order.round_no}"
    due = f"{_('due')} {retake.due_on:%Y-%m-%d}  {due_words(retake)}" if retake.due_on else ""
    by = f"{item.by or 'Sakkan'}, {item.at:%Y-%m-%d}"
    who = f"{_('with')} {order.artist}" if order.artist else _("nobody has this stage")
    said = [
        (where, _BIG, False, 2),
        (f"{line.name}  {item.get_reason_display()}", _BIG, False, 2),
        (line.sentence, _TEXT, False, 6),
        (item.note, _TEXT, False, _NOTE_LINES),
        (f"{retake.get_state_display()} · {who}", _SMALL, True, 2),
        (by, _SMALL, True, 1),
        (due, _TEXT, False, 1),
    ]
    return [row for row in said if row[0].strip()]


def _draw_head(canvas: Canvas, production: str, page: _Page, printed_at: datetime) -> None:
    top = _HIGH - _MARGIN
    room = _WIDE - 2 * _MARGIN
    count = sum(len(order.lines) for order in page.group.orders)
    canvas.setFillColor(black)
    canvas.setFont(font(), _TITLE)
    canvas.drawString(_MARGIN, top - 12, clipped(f"{_('Retakes')}  {page.group.title}", _TITLE, room * 0.68))
    canvas.setFont(font(), _TEXT)
    canvas.drawString(_MARGIN, top - 25, clipped(production, _TEXT, room * 0.68))
    numbers = _("page %(number)s of %(of)s") % {"number": page.number, "of": page.of}
    canvas.drawRightString(_WIDE - _MARGIN, top - 12, numbers)
    lines = _("%(count)s lines, printed %(at)s") % {"count": count, "at": f"{printed_at:%Y-%m-%d %H:%M}"}
    canvas.drawRightString(_WIDE - _MARGIN, top - 25, lines)
    canvas.setStrokeColor(black)
    canvas.setLineWidth(0.8)
    canvas.line(_MARGIN, top - _HEAD + 2 * mm, _WIDE - _MARGIN, top - _HEAD + 2 * mm)


def _draw_block(canvas: Canvas, block: _Block, top: float, read: Read) -> None:
    top -= _PAD
    canvas.setStrokeColor(black)
    canvas.setLineWidth(0.8)
    canvas.rect(_MARGIN, top - _TICK, _TICK, _TICK)
    x = _MARGIN + _TICK + _GAP
    line = block.line
    if line.drawing is not None:
        _draw_picture(canvas, line.drawing.view_blob, (x, top), read, line)
        right = (x + _PICTURE[0] + _GAP, top)
        if line.approved is not None:
            _draw_picture(canvas, line.approved.view_blob, right, read)
            _draw_label(canvas, right, _("approved"))
        else:
            _draw_frame(canvas, right, _("no approved drawing beside it"))
    _draw_words(canvas, block, top)
    canvas.setStrokeColor(_RULE)
    canvas.setLineWidth(0.3)
    bottom = top + _PAD - block.height
    canvas.line(_MARGIN, bottom, _WIDE - _MARGIN, bottom)


def _draw_words(canvas: Canvas, block: _Block, top: float) -> None:
    x, y = _TEXT_X if block.line.drawing else _WIDE_TEXT_X, top
    for words in block.words:
        y -= words.size * _LEADING
        canvas.setFillColor(_GREY if words.is_grey else black)
        canvas.setFont(font(), words.size)
        canvas.drawString(x, y + words.size * (_LEADING - 1), words.text)


def _draw_picture(
    canvas: Canvas, blob: str, at: tuple[float, float], read: Read, line: Line | None = None
) -> None:
    """Draw a stored picture into its frame, with the region and the corrections of a line over it."""
    try:
        small = read(blob)
    except (NotFound, OSError):
        _draw_frame(canvas, at, _("the picture is missing"))
        return
    with Image.open(io.BytesIO(small)) as image:
        scale = min(_PICTURE[0] / image.width, _PICTURE[1] / image.height)
        wide, high = image.width * scale, image.height * scale
    left, bottom = at[0] + (_PICTURE[0] - wide) / 2, at[1] - (_PICTURE[1] + high) / 2
    canvas.drawImage(ImageReader(io.BytesIO(small)), left, bottom, wide, high)
    canvas.setStrokeColor(_RULE)
    canvas.setLineWidth(0.3)
    canvas.rect(left, bottom, wide, high)
    if line is not None and line.drawing is not None:
        _draw_over(canvas, line, line.drawing, (left, bottom, wide, high))


def _draw_over(
    canvas: Canvas, line: Line, drawing: Drawing, place: tuple[float, float, float, float]
) -> None:
    left, bottom, wide, high = place
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(left, bottom, wide, high)
    canvas.clipPath(clip, stroke=0, fill=0)
    canvas.translate(left, bottom + high)
    scale = wide / drawing.width_px
    region = line.region
    if region is not None:
        for colour, width in ((black, 2.2), (_REGION, 1.1)):
            canvas.setStrokeColor(colour)
            canvas.setLineWidth(width)
            canvas.rect(
                region.x * scale,
                -(region.y + region.height) * scale,
                region.width * scale,
                region.height * scale,
            )
    for correction in line.corrections:
        _draw_correction(canvas, correction.colour, correction.shown, scale)  # type: ignore[attr-defined]
    canvas.restoreState()


def _draw_correction(canvas: Canvas, colour: str, shown: Sequence[strokes.StrokeLike], scale: float) -> None:
    canvas.setStrokeColor(HexColor(colour))
    canvas.setFillColor(HexColor(colour))
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    for stroke in shown:
        for piece in strokes.pieces_of(stroke):
            canvas.setLineWidth(max(0.9, piece.width_px * scale))
            canvas.drawPath(_path(canvas, piece, scale), stroke=1, fill=0)
    for text in strokes.svg_texts(shown):
        size = max(5.0, float(text.size_px) * scale)
        canvas.setFont(font(), size)
        canvas.drawString(float(text.x) * scale, -float(text.y) * scale, text.words)


def _path(canvas: Canvas, piece: strokes.Piece, scale: float) -> object:
    """Return a piece as a path of the page: its quadratic curves as the cubic ones that PDF knows."""
    path = canvas.beginPath()
    x, y = piece.start
    path.moveTo(x * scale, -y * scale)
    for (cx, cy), (ex, ey) in piece.curves:
        first = (x + 2 / 3 * (cx - x), y + 2 / 3 * (cy - y))
        second = (ex + 2 / 3 * (cx - ex), ey + 2 / 3 * (cy - ey))
        points = [value for px, py in (first, second, (ex, ey)) for value in (px * scale, -py * scale)]
        path.curveTo(*points)
        x, y = ex, ey
    return path


def _draw_frame(canvas: Canvas, at: tuple[float, float], words: str) -> None:
    canvas.setStrokeColor(_RULE)
    canvas.setLineWidth(0.3)
    canvas.setDash(2, 2)
    canvas.rect(at[0], at[1] - _PICTURE[1], *_PICTURE)
    canvas.setDash()
    canvas.setFillColor(_GREY)
    canvas.setFont(font(), _SMALL)
    middle = at[1] - _PICTURE[1] / 2
    canvas.drawCentredString(at[0] + _PICTURE[0] / 2, middle, clipped(words, _SMALL, _PICTURE[0] - _GAP))


def _draw_label(canvas: Canvas, at: tuple[float, float], words: str) -> None:
    canvas.setFillColor(white)
    canvas.rect(at[0], at[1] - 9, sheet_text.width(words, _SMALL) + 5, 9, stroke=0, fill=1)
    canvas.setFillColor(black)
    canvas.setFont(font(), _SMALL)
    canvas.drawString(at[0] + 2, at[1] - 7, words)
