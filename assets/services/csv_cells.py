"""Cells of a table that people edit in Excel: guarded, decoded, and read as dates, states and columns.

Japanese column names and the dates that a Japanese Excel writes are read like our own.
"""

from __future__ import annotations

import csv
import datetime
import io
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from assets.choices import Stage, StageStatus
from studio.core.errors import InvalidInput, phrase

_MAX_BYTES = 8 * 1024 * 1024
_MAX_ROWS = 20_000
_YES = frozenset({"yes", "y", "true", "1", "x", "欠番", "はい", "○"})
_NO = frozenset({"", "no", "n", "false", "0", "いいえ", "-", "×"})
_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_ALIASES = {
    **dict.fromkeys(("episode", "ep", "話数", "話"), "episode"),
    **dict.fromkeys(("cut", "number", "カット", "カット番号", "cut no", "cut no."), "cut"),
    **dict.fromkeys(("length", "frames", "尺", "秒数", "秒+コマ"), "length"),
    **dict.fromkeys(("due", "due date", "納期", "締切", "〆切"), "due"),
    **dict.fromkeys(("note", "notes", "備考", "メモ"), "note"),
    **dict.fromkeys(("cast", "designs", "香盤", "キャスト", "登場"), "cast"),
    **dict.fromkeys(("omitted", "dropped", "欠番"), "omitted"),
}
_STAGE_ALIASES = {
    "state": ("state", "状態", "状況"),
    "assignee": ("assignee", "担当", "担当者"),
}
_STATE_NAMES = {
    "作業前": StageStatus.TODO,
    "未着手": StageStatus.TODO,
    "着手可": StageStatus.READY,
    "作業中": StageStatus.IN_WORK,
    "保留": StageStatus.ON_HOLD,
    "提出": StageStatus.SUBMITTED,
    "提出済み": StageStatus.SUBMITTED,
    "リテイク": StageStatus.RETAKE,
    "承認": StageStatus.APPROVED,
    "承認済み": StageStatus.APPROVED,
    "欠番": StageStatus.OMITTED,
}


class BadCell(Exception):
    """A cell that cannot be read; the text says which and why."""


def lines_of(data: bytes) -> list[tuple[int, list[str]]]:
    """Return the table's lines that hold something, each with its number in the file.

    Raises:
        InvalidInput: no table that can be read (code "bad_csv").
    """
    if len(data) > _MAX_BYTES:
        raise _bad(0, phrase("the file is larger than {limit} MB", limit=_MAX_BYTES // 2**20))
    text = _decoded(data)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((reader.line_num, cells))
    except csv.Error as error:
        raise _bad(reader.line_num, str(error)) from error
    if not lines:
        raise _bad(1, "the table is empty")
    if len(lines) > _MAX_ROWS:
        raise _bad(_MAX_ROWS, phrase("at most {limit} lines", limit=_MAX_ROWS))
    return lines


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _bad(1, "the text cannot be read; save it as CSV UTF-8")


def columns_of(header: Sequence[str]) -> dict[int, str]:
    """Return our name of each column that is one of ours, by its place.

    Raises:
        InvalidInput: a column twice, or none of episode or cut (code "bad_csv").
    """
    columns: dict[int, str] = {}
    for index, title in enumerate(header):
        name = _column(unicodedata.normalize("NFKC", title).strip().lower())
        if name in columns.values():
            raise _bad(1, phrase("the column “{title}” is there twice", title=title))
        if name:
            columns[index] = name
    for needed in ("episode", "cut"):
        if needed not in columns.values():
            raise _bad(1, phrase("there is no column “{title}”", title=needed))
    return columns


def _column(title: str) -> str:
    """Return our name of a column; an empty one for a column that is none of ours."""
    if title in _ALIASES:
        return _ALIASES[title]
    for stage in sorted(Stage.values, key=len, reverse=True):
        rest = title.removeprefix(stage.lower())
        if rest == title:
            continue
        for name, words in _STAGE_ALIASES.items():
            if rest.strip() in words:
                return f"{stage} {name}"
    return ""


def date_of(text: str) -> datetime.date | None:
    """Return a date, None for an empty cell."""
    plain = unicodedata.normalize("NFKC", text)
    if not plain:
        return None
    for form in _DATE_FORMATS:
        try:
            return datetime.datetime.strptime(plain, form).replace(tzinfo=datetime.UTC).date()
        except ValueError:
            continue
    raise BadCell(_("“{text}” is no date; write it like 2026-11-30").format(text=text))


def yes_of(text: str) -> bool:
    """Return whether a cell says yes; an empty one says no."""
    plain = unicodedata.normalize("NFKC", text).lower()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise BadCell(_("“{text}” is neither yes nor no").format(text=text))


def state_of(text: str) -> str:
    """Return the code of a stage's state, English or Japanese."""
    named = _STATE_NAMES.get(text, text.lower().replace(" ", "_"))
    if named not in StageStatus.values:
        known = ", ".join(StageStatus.values)
        raise BadCell(_("“{text}” is no state; take one of {known}").format(text=text, known=known))
    return str(named)


def _bad(line: int, reason: str) -> InvalidInput:
    return InvalidInput("bad_csv", line=line, reason=reason)
