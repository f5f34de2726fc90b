"""Which drawing of which cell shows at which frame: guessed from the numbers, or read from an XDTS timesheet.

XDTS (Celsys with Toei, version 1.0 of 2022-12-06) is read leniently, because every exporter in the field breaks the
paper a little: values are kept as they were written, and oddities are told, not refused. Only what cannot be read at
all is refused.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.intake.problems import Problem, Refused, notice, refused

FIRST_LINE = "exchangeDigitalTimeSheet Save Data"
_SIBLING_LINE = "toeiDigitalTimeSheet Save Data"
CELL_FIELD = 0
EMPTY = "SYMBOL_NULL_CELL"
CARRY_ON = frozenset({"SYMBOL_HYPHEN", ""})
MARKS = frozenset({"SYMBOL_TICK_1", "SYMBOL_TICK_2"})
_KNOWN_VERSIONS = frozenset({5, 10})
_MAX_DURATION = 100_000


@dataclass(frozen=True)
class Exposure:
    """From ``frame_no`` (1-based) on, a cell shows ``number``; None leaves the cell empty (×)."""

    frame_no: int
    number: str | None


@dataclass(frozen=True)
class Timesheet:
    """A timesheet as it was written.

    ``exposures`` per cell hold changes only, by ascending frame; a drawing stays until the next one. ``marks`` are the
    in-between symbols ○ and ● of each cell, whose meaning differs from studio to studio.
    """

    cut: str
    scene: str
    name: str
    duration_frames: int
    exposures: Mapping[str, tuple[Exposure, ...]]
    marks: Mapping[str, tuple[Exposure, ...]]
    problems: tuple[Problem, ...]
    raw: str


@dataclass
class _Reading:
    """One reading of a timesheet: where it stands and what it found odd."""

    path: str
    duration: int = 0
    problems: list[Problem] = field(default_factory=list)

    def odd(self, named: str, value: object) -> None:
        self.problems.append(notice("XDTS_ODD_VALUE", self.path, field=named, value=repr(value)[:60]))


def exposures_from_numbers(
    numbers: Sequence[int | str], duration_frames: int | None = None
) -> tuple[Exposure, ...]:
    """Guess the exposures of a cell that came without a timesheet.

    Each drawing is held for ``duration_frames // len(numbers)`` frames and the last one for what remains. Without a
    duration, or with one shorter than the drawings, each shows for one frame: a drawing that is there is never hidden.
    """
    hold = max((duration_frames or 0) // len(numbers), 1) if numbers else 1
    return tuple(Exposure(1 + index * hold, str(number)) for index, number in enumerate(numbers))


def read_xdts(data: bytes, path: str) -> Timesheet:
    """Read an XDTS timesheet.

    Raises:
        Refused: XDTS_NOT_ONE, XDTS_BROKEN.
    """
    raw, document = open_xdts(data, path)
    reading = _Reading(path)
    if document.get("version") not in _KNOWN_VERSIONS:
        reading.odd("version", document.get("version"))
    header = _mapping(document.get("header"))
    cut = _header_value(header, "cut", reading)
    scene = _header_value(header, "scene", reading)
    tables = [table for table in _list(document.get("timeTables")) if isinstance(table, dict)]
    if not tables:
        raise Refused(refused("XDTS_NOT_ONE", path, reason="it holds no timesheet"))
    if len(tables) > 1:
        reading.problems.append(notice("XDTS_SEVERAL_SHEETS", path, count=len(tables)))
    reading.duration = _duration(tables[0], reading)
    exposures, marks = _cells(tables[0], reading)
    return Timesheet(
        cut,
        scene,
        str(tables[0].get("name", "")),
        reading.duration,
        exposures,
        marks,
        tuple(reading.problems),
        raw,
    )


def open_xdts(data: bytes, path: str) -> tuple[str, dict[str, Any]]:
    """Return a timesheet file's text and its JSON as they are, for who writes it again.

    Raises:
        Refused: XDTS_NOT_ONE, XDTS_BROKEN.
    """
    raw = _text(data, path)
    return raw, _document(raw, path)


def _text(data: bytes, path: str) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(refused("XDTS_NOT_ONE", path, reason="it is no text"))


def _document(raw: str, path: str) -> dict[str, Any]:
    text = raw.lstrip()
    if text.startswith(_SIBLING_LINE):
        raise Refused(refused("XDTS_NOT_ONE", path, reason="it is a TDTS timesheet"))
    if not text.startswith(FIRST_LINE):
        raise Refused(refused("XDTS_NOT_ONE", path, reason="its first line is not that of XDTS"))
    # One exporter forgets the line break after the first line, so the line is cut off by its length.
    body = text[len(FIRST_LINE) :]
    try:
        document = json.loads(body)
    except json.JSONDecodeError as error:
        problem = refused("XDTS_BROKEN", path, line=error.lineno, reason=error.msg)
        raise Refused(problem) from error
    except (RecursionError, ValueError) as error:
        # Python refuses depth and endless digits that JSON itself would allow.
        raise Refused(refused("XDTS_BROKEN", path, line=1, reason=str(error))) from error
    if not isinstance(document, dict):
        raise Refused(refused("XDTS_NOT_ONE", path, reason="it holds no timesheet"))
    return document


def _header_value(header: dict[str, Any], name: str, reading: _Reading) -> str:
    value = header.get(name, "")
    # The paper allows one to four digits; cuts such as 101A are real all the same.
    if not re.fullmatch(r"\d{1,4}", str(value)):
        reading.odd(name, value)
    return str(value)


def _duration(table: dict[str, Any], reading: _Reading) -> int:
    value = table.get("duration")
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MAX_DURATION:
        return value
    reading.odd("duration", value)
    return 0


def _cells(
    table: dict[str, Any], reading: _Reading
) -> tuple[dict[str, tuple[Exposure, ...]], dict[str, tuple[Exposure, ...]]]:
    names = _cell_names(table)
    exposures: dict[str, tuple[Exposure, ...]] = {}
    marks: dict[str, tuple[Exposure, ...]] = {}
    for track in _tracks(table):
        index = track.get("trackNo")
        if not isinstance(index, int) or isinstance(index, bool) or index < 0:
            reading.odd("trackNo", index)
            continue
        name = names[index] if index < len(names) and names[index] else f"track {index + 1}"
        if name in exposures:
            reading.odd("trackNo", index)
            continue
        exposures[name], marks[name] = _exposures(track, name, reading)
    return exposures, marks


def _cell_names(table: dict[str, Any]) -> list[str]:
    for header in _list(table.get("timeTableHeaders")):
        if isinstance(header, dict) and header.get("fieldId") == CELL_FIELD:
            return [str(name) for name in _list(header.get("names"))]
    return []


def _tracks(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for sheet_field in _list(table.get("fields")):
        if isinstance(sheet_field, dict) and sheet_field.get("fieldId") == CELL_FIELD:
            yield from (track for track in _list(sheet_field.get("tracks")) if isinstance(track, dict))


def _exposures(
    track: dict[str, Any], cell: str, reading: _Reading
) -> tuple[tuple[Exposure, ...], tuple[Exposure, ...]]:
    shown: dict[int, str | None] = {}
    marks: list[Exposure] = []
    for frame, value in sorted(_entries(track, reading), key=lambda entry: entry[0]):
        # Clip Studio writes what shows at the start at a negative frame; a later entry at 0 replaces it.
        frame_no = max(frame, 0) + 1
        if reading.duration and frame_no > reading.duration:
            problem = notice(
                "XDTS_FRAME_OUTSIDE", reading.path, cell=cell, frame=frame_no, duration=reading.duration
            )
            reading.problems.append(problem)
        elif value in MARKS:
            marks.append(Exposure(frame_no, value))
        elif value not in CARRY_ON:
            shown[frame_no] = None if value == EMPTY else value
    return tuple(Exposure(frame_no, shown[frame_no]) for frame_no in sorted(shown)), tuple(marks)


def _entries(track: dict[str, Any], reading: _Reading) -> Iterator[tuple[int, str]]:
    """Yield (frame from 0, value) of one track."""
    for entry in _list(track.get("frames")):
        frame = entry.get("frame") if isinstance(entry, dict) else None
        if not isinstance(frame, int) or isinstance(frame, bool):
            reading.odd("frame", frame)
            continue
        for item in _list(entry.get("data")):
            # Some exporters add OPTIONS items beside the value, which is always item 0.
            if isinstance(item, dict) and item.get("id", 0) == 0:
                values = _list(item.get("values"))
                yield frame, str(values[0]).strip() if values else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
