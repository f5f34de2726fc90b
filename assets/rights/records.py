"""May we train on this and use the result in a commercial production, without any grant? From a record alone.

The answer is the worst of the facets train, finetune, commercial and derivatives, in the best way the licence leaves
to choose. What is missing, unknown, unreadable or was never reviewed is denied and said so. A text that names another
class of licence than the record, or has words that restrict, makes an allow an ask: somebody has to find out which is
true. Nothing that is read ever makes an answer milder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from assets.rights.answers import Answer, best, worst
from assets.rights.expressions import LicenceText, options, read, read_all
from assets.rights.facets import Facets, classes, facets_of
from assets.rights.reading.base import MAX_TEXT_BYTES, text_of
from assets.rights.reading.croissant import read_croissant
from assets.rights.reading.hf_card import read_card
from assets.rights.reading.tables import rows

RecordKind = Literal["hf_card", "croissant", "table", "dpi", "licence"]
ASKED = ("train", "finetune", "commercial", "derivatives")
_NO_OWN: Mapping[str, Facets] = MappingProxyType({})
# Words that only repeat what a licence of these facets says anyway.
_SAID_BY = {"non_commercial": "commercial", "research_only": "commercial", "no_derivatives": "derivatives"}


@dataclass(frozen=True)
class RecordAnswer:
    """The answer to one record.

    Args:
        answer: allow, ask or deny.
        declared: what the record declares, read.
        classes: classes of the declared licences (see ``facets.classes``).
        conflicts: "licence:<id>" for a licence that the text names and that is of another class, "words:<code>" for
            words that restrict more than the declared licence does, "row:<id>" for another row about the same file.
        reasons: codes: missing, unknown, unreadable, never_reviewed, no_commercial_use, no_derivatives, share_alike,
            asks, conflict, restricted.
        unknown: whether a licence is named that nobody knows or has reviewed.
        missing: whether nothing is declared.
    """

    answer: Answer
    declared: LicenceText
    classes: tuple[str, ...]
    conflicts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    unknown: bool = False
    missing: bool = False


def judge_record(kind: RecordKind, data: bytes | str, *, own: Mapping[str, Facets] = _NO_OWN) -> RecordAnswer:
    """Answer for one whole record; of a table or a collection the strictest row answers. Never raises."""
    if kind == "hf_card":
        card = read_card(data, own=own)
        found = judge(card.licence, card.prose.mentions, card.prose.restrictions, own=own)
        return _from_broken_header(found) if card.reading.problems else found
    if kind == "croissant":
        description = read_croissant(data, own=own)
        return judge(description.licence, (), description.reading.restrictions, own=own)
    if kind == "licence":
        return judge(read(text_of(data), own=own), own=own)
    answers = [answer for _, answer in judge_rows(kind, data, own=own)]
    if not answers:
        return judge(LicenceText(raw=""), own=own)
    return next(one for one in answers if one.answer is worst(each.answer for each in answers))


def _from_broken_header(found: RecordAnswer) -> RecordAnswer:
    """Return the answer for a card whose header is no YAML: a line read out of it is a guess, so a person looks."""
    reasons = tuple(dict.fromkeys((*found.reasons, "unreadable")))
    return replace(found, answer=worst([found.answer, Answer.ASK]), reasons=reasons, unknown=True)


def judge_rows(
    kind: RecordKind, data: bytes | str, *, own: Mapping[str, Facets] = _NO_OWN
) -> tuple[tuple[str, RecordAnswer], ...]:
    """Answer for every row of a table, or every set in a summary of the Data Provenance Initiative, with its name."""
    if kind == "table":
        return _table(data, own)
    if kind == "dpi":
        return tuple((name, judge(read_all(licences, own=own), own=own)) for name, licences in _dpi(data))
    return (("", judge_record(kind, data, own=own)),)


def _table(data: bytes | str, own: Mapping[str, Facets]) -> tuple[tuple[str, RecordAnswer], ...]:
    """Judge every row; a file that stands in several rows of different classes gets the strictest and an ask."""
    found = [(row.path, read(row.licence, own=own)) for row in rows(data)]
    by_path: dict[str, list[LicenceText]] = {}
    for path, licence in found:
        by_path.setdefault(path, []).append(licence)
    return tuple((path, _beside(judge(one, own=own), one, by_path[path], own)) for path, one in found)


def _beside(
    answer: RecordAnswer, one: LicenceText, all_: list[LicenceText], own: Mapping[str, Facets]
) -> RecordAnswer:
    others = [other for other in all_ if classes(other) != classes(one)]
    if not others:
        return answer
    strictest = worst([answer.answer, Answer.ASK, *(answer_of(other, own)[0] for other in others)])
    rows_ = tuple(f"row:{other.spdx or other.raw}" for other in others)
    reasons = tuple(dict.fromkeys((*answer.reasons, "conflict")))
    return replace(answer, answer=strictest, conflicts=answer.conflicts + rows_, reasons=reasons)


def judge(
    declared: LicenceText,
    mentions: Iterable[LicenceText] = (),
    restrictions: Iterable[str] = (),
    *,
    own: Mapping[str, Facets] = _NO_OWN,
) -> RecordAnswer:
    """Answer for a declared licence beside what a text names and which restricting words it has."""
    answer, reasons = answer_of(declared, own)
    own_classes = set(classes(declared))
    other = [m for m in mentions if set(classes(m)) - own_classes]
    stricter = [m for m in other if answer_of(m, own)[0] is not Answer.ALLOW]
    words = [code for code in restrictions if not _says_so_itself(declared, code, own)]
    if stricter or words:
        answer = worst([answer, Answer.ASK])
    reasons += ("conflict",) if stricter or any(code in _SAID_BY for code in words) else ()
    reasons += ("restricted",) if words else ()
    return RecordAnswer(
        answer=answer,
        declared=declared,
        classes=classes(declared),
        conflicts=tuple([f"licence:{m.spdx or m.raw}" for m in other] + [f"words:{code}" for code in words]),
        reasons=tuple(dict.fromkeys(reasons)),
        unknown=bool({"unknown", "unreadable", "never_reviewed"} & set(reasons)),
        missing="missing" in reasons,
    )


def answer_of(licence: LicenceText, own: Mapping[str, Facets] = _NO_OWN) -> tuple[Answer, tuple[str, ...]]:
    """Return the answer of the licence alone with its reasons; the reasons are those of the best choice."""
    if licence.status != "known":
        return Answer.DENY, (licence.status,)
    ways = [_way(symbols, own) for symbols in options(licence.spdx)]
    if not ways:
        return Answer.DENY, ("unreadable",)
    answer = best(way for way, _ in ways)
    return next((way, reasons) for way, reasons in ways if way is answer)


def _way(symbols: Iterable[str], own: Mapping[str, Facets]) -> tuple[Answer, tuple[str, ...]]:
    found = [facets_of(symbol, own) for symbol in sorted(symbols)]
    if any(facets is None for facets in found):
        return Answer.DENY, ("never_reviewed",)
    reviewed = [facets for facets in found if facets is not None]
    answer = worst((getattr(f, name) for f in reviewed for name in ASKED), default=Answer.DENY)
    reasons = [reason for facets in reviewed for reason in _reasons(facets)]
    return answer, tuple(dict.fromkeys(reasons))


def _reasons(facets: Facets) -> Iterable[str]:
    answers = {getattr(facets, name) for name in ASKED}
    if facets.commercial is Answer.DENY:
        yield "no_commercial_use"
    if facets.derivatives is Answer.DENY:
        yield "no_derivatives"
    if facets.sharealike:
        yield "share_alike"
    elif Answer.ASK in answers and Answer.DENY not in answers:
        yield "asks"


def _says_so_itself(declared: LicenceText, code: str, own: Mapping[str, Facets]) -> bool:
    name = _SAID_BY.get(code)
    found = [facets_of(symbol, own) for one in options(declared.spdx) for symbol in one]
    return name is not None and any(f is not None and getattr(f, name) is Answer.DENY for f in found)


def _dpi(data: bytes | str) -> list[tuple[str, list[str]]]:
    """Return the sets of one summary with the licences it lists. Source: Data Provenance Collection, data_summaries."""
    try:
        root = json.loads(text_of(data, MAX_TEXT_BYTES))
    except (ValueError, RecursionError):
        return []
    return (
        [(str(name), _dpi_licences(entry)) for name, entry in root.items()] if isinstance(root, dict) else []
    )


def _dpi_licences(entry: Any) -> list[str]:
    listed = entry.get("Licenses") if isinstance(entry, dict) else None
    names = (
        [str(item.get("License") or "") for item in listed if isinstance(item, dict)]
        if isinstance(listed, list)
        else []
    )
    silent = re.compile(r"(?i)unspecified|unclear|no license")
    return ["NOASSERTION" if silent.fullmatch(name.strip()) else name for name in names]
