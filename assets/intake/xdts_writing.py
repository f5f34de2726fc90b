"""Writing an XDTS timesheet: strictly by the paper where it is new, and with everything else untouched where it is not.

What others have put into a sheet (other fields, other tracks, options of an entry, unknown keys, the way the JSON is
laid out, its encoding) comes out as it went in. Only the entries of cells that changed are touched, and of these only
the ones that say something else now. A sheet that stays the same comes out byte for byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assets.intake.problems import Refused, refused
from assets.intake.timesheets import (
    CARRY_ON,
    CELL_FIELD,
    EMPTY,
    FIRST_LINE,
    MARKS,
    Exposure,
    open_xdts,
    read_xdts,
)

_VERSION = 5
_BOM = b"\xef\xbb\xbf"
_NO_NUMBER = "1"  # header values have to be one to four digits

Exposures = Mapping[str, Sequence[Exposure]]


def write_xdts(
    raw: bytes | None,
    exposures: Exposures,
    duration_frames: int | None = None,
    *,
    cut: str = "",
    scene: str = "",
    name: str = "",
) -> bytes:
    """Return a timesheet in which cells show what `exposures` say.

    Args:
        raw: the sheet as it came; its other cells stay. None = a new sheet.
        exposures: changes by cell, from the lowest layer up; a cell that the sheet does not have is added.
        duration_frames: the length; None = as it was. It grows where an exposure lies behind it.
        cut: for the header of a new sheet; the paper allows one to four digits, so the digits of "101A" are written.
        scene: as `cut`.
        name: of a new sheet.

    Raises:
        Refused: XDTS_NOT_ONE, XDTS_BROKEN, for what is no sheet.
    """
    if raw is None:
        duration = max(duration_frames or 0, _last(exposures))
        document = _new(_digits(cut), _digits(scene), name, duration)
        _change(document["timeTables"][0], exposures, duration)
        return _encoded(f"{FIRST_LINE}\n", document, None)
    sheet = read_xdts(raw, "XDTS")
    changed = {cell: each for cell, each in exposures.items() if tuple(each) != sheet.exposures.get(cell)}
    duration = max(duration_frames or sheet.duration_frames, _last({**sheet.exposures, **changed}))
    if not changed and duration_frames in {None, sheet.duration_frames}:
        return raw
    _text, document = open_xdts(raw, "XDTS")
    table = next(each for each in document["timeTables"] if isinstance(each, dict))
    if duration != sheet.duration_frames:
        # What others left behind the end must not come to light with a longer sheet: every cell says what it said.
        changed = {**sheet.exposures, **changed}
        table["duration"] = duration
    _change(table, changed, duration)
    return _encoded(sheet.raw, document, raw)


def _last(exposures: Exposures) -> int:
    return max((each.frame_no for changes in exposures.values() for each in changes), default=1)


def _new(cut: str, scene: str, name: str, duration: int) -> dict[str, Any]:
    table = {"name": name or "sheet1", "duration": duration, "timeTableHeaders": [], "fields": []}
    return {"version": _VERSION, "header": {"cut": cut, "scene": scene}, "timeTables": [table]}


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)[:4] or _NO_NUMBER


def _change(table: dict[str, Any], exposures: Exposures, duration: int) -> None:
    names = _part(table, "timeTableHeaders", "names")
    tracks = _part(table, "fields", "tracks")
    for cell, changes in exposures.items():
        track = _track(cell, names, tracks)
        frames = track["frames"] = _list(track.get("frames"))
        _set(frames, {e.frame_no - 1: EMPTY if e.number is None else e.number for e in changes}, duration)


def _part(table: dict[str, Any], group: str, key: str) -> list[Any]:
    """Return the list of names or tracks of the cells, made where the sheet has none."""
    groups = table[group] = _list(table.get(group))
    part = next((g for g in groups if isinstance(g, dict) and g.get("fieldId") == CELL_FIELD), None)
    if part is None:
        part = {"fieldId": CELL_FIELD}
        groups.append(part)
    found = part[key] = _list(part.get(key))
    return found


def _track(cell: str, names: list[Any], tracks: list[Any]) -> dict[str, Any]:
    """Return the track of a cell by the reader's own rule (the first of that name), made where there is none."""
    known = [track for track in tracks if isinstance(track, dict) and _index(track) is not None]
    for track in known:
        at = _index(track) or 0
        name = str(names[at]) if at < len(names) else ""
        if (name or f"track {at + 1}") == cell:
            return track
    taken = {_index(track) for track in known}
    free = [at for at, name in enumerate(names) if str(name) == cell and at not in taken]
    if not free:
        free = [max(len(names), *(at + 1 for at in taken if at is not None), 0)]
        names += [""] * (free[0] - len(names)) + [cell]
    made: dict[str, Any] = {"trackNo": free[0], "frames": []}
    tracks.append(made)
    return made


def _index(track: dict[str, Any]) -> int | None:
    index = track.get("trackNo")
    return index if isinstance(index, int) and not isinstance(index, bool) and index >= 0 else None


def _set(frames: list[Any], wanted: Mapping[int, str], duration: int) -> None:
    """Make the entries of a track say `wanted` ({frame from 0: value}) and leave what says nothing about it."""
    said: dict[int, list[dict[str, Any]]] = {}
    silent: dict[int, list[dict[str, Any]]] = {}
    for entry, item in _items(frames):
        # As the reader does: what stands at a negative frame shows at the start.
        frame = max(entry["frame"], 0)
        speaks = _value(item) not in MARKS | CARRY_ON
        (said if speaks else silent).setdefault(frame, []).append(item)
    for frame, items in said.items():
        if frame not in wanted and frame < duration:
            _drop(frames, items)
    for frame, value in wanted.items():
        # Of several the last one counts; a mark or a hyphen makes room.
        items = said.get(frame) or silent.get(frame, [])[:1]
        if not items:
            _insert(frames, frame, value)
        elif _value(items[-1]) != value:
            items[-1]["values"] = [value, *_list(items[-1].get("values"))[1:]]


def _items(frames: list[Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield (entry, its item that holds the value) in the order in which the reader lets them count."""
    entries = [e for e in frames if isinstance(e, dict) and type(e.get("frame")) is int]
    for entry in sorted(entries, key=lambda each: each["frame"]):
        for item in _list(entry.get("data")):
            if isinstance(item, dict) and item.get("id", 0) == 0:
                yield entry, item


def _value(item: dict[str, Any]) -> str:
    values = _list(item.get("values"))
    return str(values[0]).strip() if values else ""


def _drop(frames: list[Any], items: list[dict[str, Any]]) -> None:
    gone = {id(item) for item in items}
    for entry in [each for each in frames if isinstance(each, dict) and isinstance(each.get("data"), list)]:
        before = len(entry["data"])
        entry["data"] = [item for item in entry["data"] if id(item) not in gone]
        if before and not entry["data"]:
            frames[:] = [each for each in frames if each is not entry]


def _insert(frames: list[Any], frame: int, value: str) -> None:
    behind = (
        index
        for index, e in enumerate(frames)
        if isinstance(e, dict) and type(e.get("frame")) is int and e["frame"] > frame
    )
    entry = {"frame": frame, "data": [{"id": 0, "values": [value]}]}
    frames.insert(next(behind, len(frames)), entry)


def _encoded(text: str, document: dict[str, Any], raw: bytes | None) -> bytes:
    """Return the file, laid out and encoded as it came."""
    start, end = text.find("{"), text.rfind("}") + 1
    head = text[:start] if start >= 0 else text
    if "\n" not in head:
        head = f"{FIRST_LINE}\n"  # the paper wants the line break that one exporter forgets
    body = text[start:end] if start >= 0 else ""
    is_ascii = "\\u" in body and body.isascii()
    try:
        dumped = head + _dumped(document, body, ascii_only=is_ascii) + (text[end:] if body else "\n")
        if raw is not None and not _is_utf8(raw):
            return dumped.encode("cp932")
        return (_BOM if raw is not None and raw.startswith(_BOM) else b"") + dumped.encode("utf-8")
    except UnicodeEncodeError:
        # A name that the old encoding does not know, or half a character: as JSON's own escapes it fits anywhere.
        return (head + _dumped(document, body, ascii_only=True) + (text[end:] if body else "\n")).encode(
            "ascii"
        )
    except RecursionError as error:
        raise Refused(refused("XDTS_BROKEN", "XDTS", line=1, reason=str(error))) from error


def _dumped(document: dict[str, Any], like: str, *, ascii_only: bool) -> str:
    laid_out = re.match(r"\{\s*?\n([ \t]+)", like)
    is_compact = '":' in like and '": ' not in like
    separators = (",", ":") if is_compact and not laid_out else (", ", ": ")
    text = json.dumps(
        document,
        ensure_ascii=ascii_only,
        indent=laid_out[1] if laid_out else None,
        separators=(",", separators[1]) if laid_out else separators,
    )
    return text.replace("\n", "\r\n") if "\r\n" in like else text


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
