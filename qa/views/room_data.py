"""A take as the room plays it: which drawing of which cell shows at which frame, and what is missing there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from assets.exposures import Span, spans_of
from assets.models import Cell, Drawing, Take, Timesheet
from assets.models.cut import LETTER_STEP
from qa.models import Flag
from qa.views.rows import drawing_name


@dataclass(frozen=True)
class RoomDrawing:
    """One drawing of the strip."""

    drawing: Drawing
    name: str
    frames: int  # for how many it shows
    flags: int  # open ones
    flag: Flag | None  # the worst


@dataclass(frozen=True)
class RoomCell:
    """A cell of the take, or one that only the timesheet knows."""

    name: str
    drawings: list[RoomDrawing]
    spans: list[Span]
    on_sheet: bool
    missing: list[str]  # numbers that the timesheet shows and that did not come


@dataclass(frozen=True)
class RoomTake:
    """A take with everything that the room shows of it."""

    take: Take
    cells: list[RoomCell]
    has_sheet: bool
    duration: int
    height: int
    width: int


def room_take(take: Take, flags: list[Flag]) -> RoomTake:
    """Return the take for the room; its cells, drawings and timesheet are read in three queries at most."""
    cells = list(take.cells.prefetch_related("drawings"))
    sheet: Timesheet | None = getattr(take, "timesheet", None)
    duration = _duration(take, cells, sheet)
    by_drawing: dict[int, list[Flag]] = {}
    for flag in flags:
        by_drawing.setdefault(flag.drawing_id, []).append(flag)
    shown = [_cell(cell, sheet, duration, by_drawing) for cell in cells]
    names = {cell.name for cell in cells}
    only_named = [name for name in (sheet.exposures if sheet else {}) if name not in names]
    shown += [_absent(name, sheet, duration) for name in sorted(only_named) if sheet]
    drawings = [drawing for cell in cells for drawing in cell.drawings.all()]
    return RoomTake(
        take=take,
        cells=[cell for cell in shown if cell.drawings or cell.missing],
        has_sheet=bool(sheet and sheet.exposures),
        duration=duration,
        height=max((drawing.height_px for drawing in drawings), default=1),
        width=max((drawing.width_px for drawing in drawings), default=1),
    )


def as_json(room: RoomTake) -> dict[str, Any]:
    """Return what the room's script reads. A span is [first frame, frames, drawing id or null, number as text]."""
    take = room.take
    return {
        "id": take.pk,
        "label": f"{take.stage} T{take.number}",
        "cut": str(take.cut),
        "stage": take.stage,
        "number": take.number,
        "fps": float(take.cut.episode.production.fps),
        "duration": room.duration,
        "height": room.height,
        "width": room.width,
        "hasSheet": room.has_sheet,
        "cells": [_cell_json(cell) for cell in room.cells],
        "drawings": {
            each.drawing.pk: _drawing_json(each, cell) for cell in room.cells for each in cell.drawings
        },
    }


def _cell_json(cell: RoomCell) -> dict[str, Any]:
    ids = _ids(each.drawing for each in cell.drawings)
    return {
        "name": cell.name,
        "onSheet": cell.on_sheet,
        "spans": [
            [span.frame_no, span.frames, ids.get(span.number) if span.number else None, _text(span.number)]
            for span in cell.spans
        ],
    }


def _drawing_json(each: RoomDrawing, cell: RoomCell) -> dict[str, Any]:
    drawing = each.drawing
    return {
        "name": each.name,
        "cell": cell.name,
        "number": drawing.number_text,
        "numbers": [_text(number) for number in drawing.numbers or [drawing.number]],
        "url": reverse("drawing_picture", args=[drawing.pk]),
        "thumb": reverse("drawing_thumb", args=[drawing.pk]),
        "width": drawing.width_px,
        "height": drawing.height_px,
        "content": drawing.content_sha256,
        "frames": each.frames,
        "flags": each.flags,
        "flag": reverse("flag", args=[each.flag.pk]) if each.flag else None,
    }


def _cell(cell: Cell, sheet: Timesheet | None, duration: int, flags: dict[int, list[Flag]]) -> RoomCell:
    drawings = list(cell.drawings.all())
    ids = _ids(drawings)
    lines = (sheet.exposures if sheet else {}).get(cell.name)
    on_sheet = lines is not None
    if lines is None:  # every drawing for one frame, by its number, never by the order of files
        lines = [[frame, number] for frame, number in enumerate(sorted(ids, key=_as_numbered), 1)]
        lines.append([len(ids) + 1, None])  # a shorter cell is empty behind its last drawing
    spans = spans_of(lines, duration)
    frames: Counter[int] = Counter()
    for span in spans:
        if span.number in ids:
            frames[ids[span.number]] += span.frames
    return RoomCell(
        name=cell.name,
        drawings=[
            _drawing(drawing, frames[drawing.pk], flags.get(drawing.pk, []), cell) for drawing in drawings
        ],
        spans=spans,
        on_sheet=on_sheet,
        missing=_missing(spans, ids),
    )


def _drawing(drawing: Drawing, frames: int, flags: list[Flag], cell: Cell) -> RoomDrawing:
    drawing.cell = cell
    waiting = [flag for flag in flags if flag.is_open]
    worst = next(iter(waiting or flags), None)
    return RoomDrawing(drawing, drawing_name(drawing), frames, len(waiting), worst)


def _absent(name: str, sheet: Timesheet, duration: int) -> RoomCell:
    """Return a cell that the timesheet shows and of which nothing came."""
    spans = spans_of(sheet.exposures[name], duration)
    return RoomCell(name, [], spans, on_sheet=True, missing=_missing(spans, {}))


def _missing(spans: list[Span], ids: dict[int, int]) -> list[str]:
    gone = {span.number for span in spans if span.number is not None and span.number not in ids}
    return [_text(number) for number in sorted(gone, key=_as_numbered)]


def _duration(take: Take, cells: list[Cell], sheet: Timesheet | None) -> int:
    """Return the frames of the take: by its timesheet; without one a frame for each drawing."""
    if sheet is not None:
        lines = [line for changes in sheet.exposures.values() for line in changes]
        last = max((line[0] for line in lines if line[1] is not None), default=1)
        return max(1, sheet.duration_frames or max(take.cut.duration_frames, last))
    return max([1, *(len(_ids(cell.drawings.all())) for cell in cells)])


def _ids(drawings: Any) -> dict[int, int]:
    """Return {number: drawing id}, also for the numbers under which the same pixels came again."""
    return {number: each.pk for each in drawings for number in each.numbers or [each.number]}


def _as_numbered(number: int) -> tuple[int, int]:
    """Sort a drawing 3a behind 3 and before 4."""
    return number % LETTER_STEP, number


def _text(number: int | None) -> str:
    """Return a number as the artist wrote it; nothing where the cell is empty."""
    return Drawing(number=number).number_text if number is not None else ""
