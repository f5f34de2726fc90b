"""The report of an upload, file by file, in the reader's language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assets.intake.problems import TEMPLATES, Problem
from studio.core.errors import words_of

_OURS = {"SAME_DRAWING": gettext_noop("The same drawing as {cell}{number}; it is kept once.")}
# One word per outcome, so that the table can be read without its colours.
STATUS_WORDS = {
    "taken": gettext_noop("taken"),
    "converted": gettext_noop("taken, converted"),
    "held": gettext_noop("taken, same as another"),
    "refused": gettext_noop("refused"),
    "ignored": gettext_noop("left out"),
    "notice": gettext_noop("note"),
}
_ORDER = ("refused", "converted", "notice", "held", "taken", "ignored")


@dataclass(frozen=True)
class ReportLine:
    """What happened to one file, in words."""

    path: str
    status: str
    words: str
    cell: str
    number: str
    sentences: list[str]


def sentence_of(problem: Problem | dict[str, Any]) -> str:
    """Return the sentence of a problem in the reader's language; its English one where the data does not fit."""
    given = problem.as_dict() if isinstance(problem, Problem) else problem
    as_written = str(given.get("message", given["code"]))
    template = TEMPLATES.get(given["code"]) or _OURS.get(given["code"])
    if template is None:
        return as_written
    try:
        return _(template).format(**words_of(given.get("data", {})))
    except (KeyError, IndexError, ValueError):
        return as_written


def report_lines(report: list[dict[str, Any]]) -> list[ReportLine]:
    """Return the lines of a stored report, what needs a person first."""
    lines = [_line(row) for row in report]
    rank = {status: place for place, status in enumerate(_ORDER)}
    return sorted(lines, key=lambda each: rank.get(each.status, len(_ORDER)))


def report_counts(lines: list[ReportLine]) -> list[tuple[str, str, int]]:
    """Return (status, its word, how many) in the order of the table."""
    found = Counter(line.status for line in lines)
    return [(status, _(STATUS_WORDS[status]), found[status]) for status in _ORDER if found[status]]


def _line(row: dict[str, Any]) -> ReportLine:
    status = str(row.get("status", "notice"))
    number = row.get("number")
    return ReportLine(
        path=str(row.get("path", "")),
        status=status,
        words=_(STATUS_WORDS.get(status, status)),
        cell=str(row.get("cell") or ""),
        number="" if number is None else str(number),
        sentences=[sentence_of(problem) for problem in row.get("problems", [])],
    )
