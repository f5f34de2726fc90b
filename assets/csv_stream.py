"""A CSV written piece by piece, so that a table of any length takes the same memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from assets.csv_guard import guard

Cells = Sequence[Any]
_LINES_AT_ONCE = 200


def stream(columns: Sequence[str], lines: Iterable[Cells]) -> Iterator[bytes]:
    """Yield a CSV piece by piece: BOM and head first, then some hundred lines at a time."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    yield b"\xef\xbb\xbf" + _emptied(buffer)
    waiting = 0
    for cells in lines:
        writer.writerow([text_of(cell) for cell in cells])
        waiting += 1
        if waiting == _LINES_AT_ONCE:
            yield _emptied(buffer)
            waiting = 0
    if waiting:
        yield _emptied(buffer)


def text_of(cell: Any) -> Any:
    """Return a cell as it is written: texts guarded, moments in UTC, yes and no as 1 and 0, nothing as nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(cell, date | int | float):
        return cell
    if isinstance(cell, dict | list):
        return guard(json.dumps(cell, ensure_ascii=False, sort_keys=True, default=str))
    return guard(str(cell))


def _emptied(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data
