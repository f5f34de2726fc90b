"""One line of a table of licences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of a table: cells as written, ``line_no`` counted from 1, 0 where the form has no lines."""

    path: str
    licence: str
    author: str = ""
    url: str = ""
    line_no: int = 0
