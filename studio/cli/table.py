"""Plain tables for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

_SHOWN = 40


def lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table with columns as wide as their widest cell; Japanese letters count two."""
    widths = [max(_width(row[column]) for row in [head, *rows]) for column in range(len(head))]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in [head, ["-" * width for width in widths], *rows]
    ]


def understanding(read: dict[str, Any]) -> list[str]:
    """Return how names were read: every name that has a problem, and the first of the others."""
    rows = read["rows"]
    odd = [row for row in rows if row["problem"]]
    plain = [row for row in rows if not row["problem"]]
    shown = [*plain[:_SHOWN], *odd]
    table = [[row["path"], row["cell"] or "", row["number"], _said(row["problem"])] for row in shown]
    result = lines(["file", "cell", "drawing", ""], table) if table else []
    if len(plain) > _SHOWN:
        result.append(f"… and {len(plain) - _SHOWN} more that were read in the same way")
    if read["rule_id"]:
        result.append(f"Read by the rule “{read['rule_id']}”.")
    return [*result, *(f"! {problem['message']}" for problem in read["problems"])]


def report(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return what became of the files: those of which something is to be said."""
    said = []
    for row in rows:
        for problem in row.get("problems", []):
            said.append(f"{row.get('status', '')}: {row.get('path') or 'upload'} – {problem['message']}")
    return said


def flags(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return the flags of a take, in words."""
    table = [
        [row["drawing_code"], row["fault"].removeprefix("OFF_MODEL."), f"{row['drift']:.2f}", row["sentence"]]
        for row in rows
    ]
    return lines(["drawing", "fault", "drift", "what was seen"], table)


def _said(problem: dict[str, Any] | None) -> str:
    return f"{problem['severity']}: {problem['message']}" if problem else ""


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
