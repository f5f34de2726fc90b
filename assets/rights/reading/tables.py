"""Tables that say file by file who made it and under which licence: CSV, Markdown, aligned columns, blocks of lines.

Column names are free ("Files", "Licenses", "Authors and details", 作者). An aligned table is known by its header above
a row of dashes, whose lengths are the columns; a path that is longer than its column pushes the rest to the right, and
a row without a path goes on with the one above. Paths may be globs; "(including subfolders)" makes one go deep. A row
that names no licence is kept as a claim that says nothing, so that it can be reported. A list without columns is read
line by line if most of its lines name a file and a licence.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator

from assets.rights.expressions import read
from assets.rights.reading.base import Claim, Problem, Reading, label, safe_path, text_of
from assets.rights.reading.loose_tables import loose_rows
from assets.rights.reading.reuse import read_dep5
from assets.rights.reading.row import Row

MAX_ROWS = 200_000
_MAX_CELL_CHARACTERS = 1_000
_HEADER_LINES = 200
_COLUMNS = (
    ("licence", re.compile(r"licen[sc]es?|licen[sc]ing|spdx|rights|usage|ライセンス|利用条件|使用条件")),
    (
        "path",
        re.compile(
            r"files?( ?names?)?|paths?|assets?|images?|sprites?|pictures?|names?|items?|ファイル名?|素材名?|画像"
        ),
    ),
    (
        "author",
        re.compile(
            r"authors?|artists?|creators?|credits?|holders?|copyrights?|made by|作者|著作者|権利者|制作者?|氏名"
        ),
    ),
    ("url", re.compile(r"urls?|links?|sources?|web ?sites?|origins?|出典|リンク|配布元")),
    ("note", re.compile(r"notes?|comments?|details?|descriptions?|備考|詳細")),
)
_RULE = re.compile(r"\s*[-=─]{3,}(?:\s+[-=─]{3,})+\s*")
_SUBFOLDERS = re.compile(
    r"\s*\((?:including|incl\.?|and|with)\s+(?:all\s+)?sub-?(?:folders|directories|dirs)\)\s*", re.I
)
_ADDRESS = re.compile(r"https?://[^\s,;()<>\"']+")
_BLOCK = re.compile(r"\s*[-*]?\s*([A-Za-z ぁ-んァ-ヶ一-龠ー]{2,30}?)\s*[:：]\s*(.*)")


def read_table(data: bytes | str, *, own: Collection[str] = (), where: str = "table") -> Reading:
    """Return a claim per row of a table; nothing if the text is no such table. Never raises."""
    claims, problems = [], []
    for row in rows(data):
        path = pattern_of(row.path)
        if path is None:
            problems.append(
                Problem("", "table_path_refused", {"line": str(row.line_no), "path": label(row.path, 200)})
            )
            continue
        licence = read(row.licence, own=own)
        note = "table_row_without_licence" if licence.status == "missing" else ""
        holders = (label(row.author),) if row.author else ()
        claims.append(
            Claim(path, licence, where, "declared", holders, label(row.author), label(row.url), note)
        )
    return Reading(claims=tuple(claims), problems=tuple(problems))


def rows(data: bytes | str) -> list[Row]:
    """Return the rows of a table in the order of the file, whatever its form; [] if it names no licences of files."""
    text = text_of(data)
    for form in (_dep5, _aligned, _markdown, _separated, _blocks):
        found = [row for _, row in zip(range(MAX_ROWS), form(text), strict=False)]
        if found:
            return found
    return loose_rows(text, MAX_ROWS)


def pattern_of(cell: str) -> str | None:
    """Return the path or glob of a cell in one form; None if it is empty or leads out of the set."""
    deep = bool(_SUBFOLDERS.search(cell))
    path = safe_path(_SUBFOLDERS.sub("", cell).strip().strip("`\"'"))
    if path is None:
        return None
    if cell.strip().strip("`\"'").endswith("/"):
        return f"{path}/**"
    if deep:
        folder, _, name = path.rpartition("/")
        return f"{folder}/**/{name}" if folder else f"**/{name}"
    return path


def _column(cell: str) -> str:
    """Return which column a header names, or ""."""
    name = " ".join(re.sub(r"[*_`#\"']", " ", cell).casefold().split())
    for column, words in _COLUMNS:
        if words.fullmatch(name):
            return column
    by_word = sorted(
        _COLUMNS, key=lambda entry: entry[0] not in {"licence", "author"}
    )  # "Author - real name"
    for column, words in by_word:
        if len(name) < 40 and re.search(rf"\b(?:{words.pattern})\b", name):
            return column
    return ""


def _columns(cells: list[str]) -> dict[str, int]:
    """Return the position of each column of a header; {} unless it has a path and a licence."""
    found: dict[str, int] = {}
    for index, cell in enumerate(cells[:50]):
        name = _column(cell)
        if name:
            found.setdefault(name, index)
    return found if {"path", "licence"} <= set(found) else {}


def _row(cells: list[str], columns: dict[str, int], line_no: int) -> Row:
    def cell(name: str) -> str:
        index = columns.get(name, len(cells))
        return cells[index].strip()[:_MAX_CELL_CHARACTERS] if index < len(cells) else ""

    details = " ".join(text for text in (cell("author"), cell("note")) if text)
    address = cell("url") or next(iter(_ADDRESS.findall(details)), "")
    author = re.sub(r"\s*[-–—|]?\s*\(?https?://\S+\)?", "", cell("author")).strip(" -")
    return Row(cell("path"), cell("licence"), author, address, line_no)


def _aligned(text: str) -> Iterator[Row]:
    lines = text.splitlines()
    first, spans, columns = _frame(lines)
    pending: Row | None = None
    for line_no, line in enumerate(lines[first:], start=first + 1):
        if not columns or not line.strip() or _RULE.fullmatch(line):
            continue
        row = _row(_cut(line.expandtabs(), spans), columns, line_no)
        if not row.path and pending:
            pending = _longer(pending, row)
            continue
        if pending:
            yield pending
        pending = row if _names_a_file(row) else None
    if pending:
        yield pending


def _frame(lines: list[str]) -> tuple[int, list[tuple[int, int]], dict[str, int]]:
    """Return the first line below the header, the span of each column, and the columns; ({} if there is no header).

    A row of dashes below the header gives the spans; without one they are where the words of the header begin.
    """
    for index, line in enumerate(lines[:_HEADER_LINES]):
        if index and _RULE.fullmatch(line):
            spans = [found.span() for found in re.finditer(r"\S+", line)]
            columns = _columns(_cut(lines[index - 1], spans))
            if columns:
                return index + 1, spans, columns
    for index, line in enumerate(lines[:_HEADER_LINES]):
        if "  " not in line.strip():
            continue
        starts = [found.start() for found in re.finditer(r"(?:^|(?<=\s\s))\S", line)]
        spans = [(start, end - 1) for start, end in zip(starts, [*starts[1:], len(line) + 1], strict=True)]
        columns = _columns(_cut(line, spans)) if 1 < len(spans) < 10 else {}
        if columns:
            return index + 1, spans, columns
    return len(lines), [], {}


def _names_a_file(row: Row) -> bool:
    """Say whether a row is one: a line of prose between the rows has spaces, no file name and no licence."""
    return bool(row.path) and (
        bool(row.licence) or " " not in row.path or bool(re.search(r"[./\\*]", row.path))
    )


def _cut(line: str, spans: list[tuple[int, int]]) -> list[str]:
    """Cut a line at its columns; a cell that is too long ends where two spaces stand."""
    cells: list[str] = []
    at = 0
    for index, (_, end) in enumerate(spans):
        if index == len(spans) - 1:
            cells.append(line[at:].strip())
            break
        stop = max(end, at)
        if len(line) > stop and line[stop] != " " and line[stop - 1 : stop] != " ":
            gap = re.compile(r"\s{2,}").search(line, stop)
            stop = gap.start() if gap else len(line)
        cells.append(line[at:stop].strip())
        at = stop
        if stop > end:  # the rest was pushed to the right: its columns begin where its words do
            rest = re.split(r"\s{2,}", line[stop:].strip(), maxsplit=len(spans) - index - 2)
            cells += rest
            return cells if len(cells) == len(spans) else _unglued(cells, index)
    return cells


def _unglued(cells: list[str], index: int) -> list[str]:
    """Part a cell that has run into the licence behind it: one space is all that is between them."""
    words = cells[index].split(" ")
    for count in range(1, min(5, len(words))):
        if read(" ".join(words[-count:])).is_known:
            return [*cells[:index], " ".join(words[:-count]), " ".join(words[-count:]), *cells[index + 1 :]]
    return cells


def _longer(row: Row, more: Row) -> Row:
    """Return a row with the next line of its cells."""

    def both(first: str, second: str) -> str:
        return f"{first} {second}".strip()[:_MAX_CELL_CHARACTERS]

    return Row(
        row.path,
        both(row.licence, more.licence),
        both(row.author, more.author),
        row.url or more.url,
        row.line_no,
    )


def _markdown(text: str) -> Iterator[Row]:
    columns: dict[str, int] = {}
    for line_no, line in enumerate(text.splitlines(), start=1):
        if not line.strip().startswith("|"):
            columns = {}
            continue
        cells = [
            re.sub(r"\[([^\]]*)\]\(([^)]*)\)", r"\1", cell).strip()
            for cell in line.strip().strip("|").split("|")
        ]
        if not columns:
            columns = _columns(cells)
        elif not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            row = _row(cells, columns, line_no)
            if row.path:
                yield row


def _separated(text: str) -> Iterator[Row]:
    head = text[:20_000]
    for delimiter in sorted(",;\t|", key=head.count, reverse=True):
        if delimiter not in head:
            return
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            header = _first_header(reader)
            if header:
                yield from _separated_rows(reader, header)
                return
        except csv.Error:
            continue


def _first_header(reader: Iterable[list[str]]) -> dict[str, int]:
    for index, cells in enumerate(reader):
        columns = _columns(cells)
        if columns or index >= 20:
            return columns
    return {}


def _separated_rows(reader: Iterable[list[str]], columns: dict[str, int]) -> Iterator[Row]:
    try:
        for offset, cells in enumerate(reader):
            line_no = getattr(reader, "line_num", offset)
            row = _row(cells, columns, line_no)
            if row.path:
                yield row
    except csv.Error:  # a cell beyond csv's own bound: what was read so far stands
        return


def _dep5(text: str) -> Iterator[Row]:
    """Debian's copyright file as a table: a row per pattern of each Files stanza."""
    if "copyright-format" not in text[:2_000]:
        return
    for stanza in read_dep5(text):
        for pattern in stanza.patterns:
            yield Row(pattern, " ".join(stanza.licences), ", ".join(stanza.holders))


def _blocks(text: str) -> Iterator[Row]:
    """Blocks of "File: …", "License: …", "Author: …", one file each, as credits often are."""
    values: dict[str, str] = {}
    line_no = 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        found = _BLOCK.fullmatch(line) if len(line) < _MAX_CELL_CHARACTERS else None
        name = _column(found[1]) if found else ""
        if name == "path" and values.get("path") and values.get("licence"):
            yield _block(values, line_no)
            values = {}
        if found and name:
            line_no = number if name == "path" else line_no
            values.setdefault(name, found[2])
        elif not line.strip():
            if values.get("path") and values.get("licence"):
                yield _block(values, line_no)
            values = {}
    return


def _block(values: dict[str, str], line_no: int) -> Row:
    names = list(values)
    return _row([values[name] for name in names], {name: index for index, name in enumerate(names)}, line_no)
