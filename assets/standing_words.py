"""What is known of a work's rights, in words: concluded, declared, detected, whose it is, and what is doubtful."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assets.choices_rights import SourceKind
from assets.models import RightsHolder
from assets.rights.facts import Standing

CONFLICTS = {
    "sha256_differs": gettext_noop("a file is not the one that its record names"),
    "licences_differ": gettext_noop("two documents name different licences"),
    "licence_file_differs": gettext_noop("the LICENSE file and the description name different licences"),
    "text_differs": gettext_noop("the text of a document names another licence than its header"),
    "words_restrict": gettext_noop("the words of a document forbid what its licence allows"),
    "entered_twice": gettext_noop("it came twice, under different licences"),
}
PROBLEMS = {
    "file_unreadable": gettext_noop("the file cannot be read"),
    "file_too_large": gettext_noop("the file is too large to be read"),
    "card_header_unreadable": gettext_noop("the head of the card cannot be read"),
    "xmp_unreadable": gettext_noop("its XMP cannot be read"),
    "c2pa_unreadable": gettext_noop("its C2PA manifest cannot be read"),
    "c2pa_found_not_verified": gettext_noop("it has a C2PA manifest; its signature was not verified"),
    "tdmrep_unreadable": gettext_noop("the opt-out file cannot be read"),
    "reuse_toml_unreadable": gettext_noop("REUSE.toml cannot be read"),
}
STATUSES = {
    "known": gettext_noop("a licence is declared"),
    "unknown": gettext_noop("something is declared that is no known licence"),
    "unreadable": gettext_noop("what is declared cannot be read as a licence"),
    "missing": gettext_noop("nothing is declared"),
}


@dataclass(frozen=True)
class Said:
    """A standing in a headline, the rest in short sentences, and whether something has to be looked into."""

    headline: str
    details: list[str]
    doubtful: bool


def holder_names(standings: Iterable[Standing]) -> dict[int, str]:
    """Return the names of everybody who holds rights in works that stand so, in one query."""
    keys = {holder for standing in standings for holder, _role in standing.holders}
    return dict(RightsHolder.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}


def said_of(known: Standing, names: Mapping[int, str]) -> Said:
    """Return a standing in words."""
    return Said(_headline(known), list(_details(known, names)), bool(known.conflicts))


def _headline(known: Standing) -> str:
    if known.concluded:
        return _("concluded %(licence)s") % {"licence": known.concluded}
    if known.declared:
        return _("declared %(licence)s, nobody concluded") % {"licence": known.declared}
    if known.raw:
        return _("says “%(words)s”, which is no known licence") % {"words": known.raw[:80]}
    if known.grants or known.owners:
        return _("no licence; grants of the owners count")
    return _("nothing is known")


def _details(known: Standing, names: Mapping[int, str]) -> Iterable[str]:
    if known.concluded and known.declared and known.declared != known.concluded:
        yield _("declared %(licence)s") % {"licence": known.declared}
    if known.detected:
        yield _("read in the bytes: %(licences)s") % {"licences": ", ".join(known.detected)}
    owners = [names.get(key, str(key)) for key in known.owners]
    yield _("owner: %(names)s") % {"names": ", ".join(owners)} if owners else _("no owner named")
    authors = [names.get(key, str(key)) for key, role in known.holders if role == "author"]
    if authors:
        yield _("author: %(names)s") % {"names": ", ".join(authors)}
    if known.source_kind:
        kind = (
            SourceKind(known.source_kind).label
            if known.source_kind in SourceKind.values
            else known.source_kind
        )
        yield str(kind)
    forbidden = sorted({signal.kind for signal in known.signals if signal.forbids})
    if forbidden:
        yield _("the source forbids machine learning: %(signs)s") % {"signs": ", ".join(forbidden)}
    if known.generator:
        yield _("bears the mark of a generator: %(name)s") % {"name": known.generator}
    if known.personal_data:
        yield _("shows a person")
    yield _("evidence is kept") if known.evidence else _("no evidence")
    for code in known.conflicts:
        yield _("contradiction: %(what)s") % {"what": conflict(code)}


def conflict(code: str) -> str:
    """Return a contradiction in words; a code that is not known says itself."""
    return _(CONFLICTS[code]) if code in CONFLICTS else code


def delivery(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report of one delivery as its page shows it."""
    declared = report.get("declared", {})
    return {
        **report,
        "said": [
            (_(STATUSES[status]) if status in STATUSES else status, count)
            for status, count in sorted(declared.items())
        ],
        "conflict_lines": [
            {
                "path": each.get("path", ""),
                "what": conflict(each["code"]),
                "data": ", ".join(str(value)[:80] for value in each.get("data", {}).values()),
            }
            for each in report.get("first_conflicts", [])
        ],
        "problem_lines": [
            {"path": each.get("path", ""), "what": each.get("why") or _problem(each.get("code", ""))}
            for each in report.get("first_problems", [])
        ],
    }


def _problem(code: str) -> str:
    return _(PROBLEMS[code]) if code in PROBLEMS else code
