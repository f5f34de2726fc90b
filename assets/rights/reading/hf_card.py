"""Hugging Face dataset cards: the licence in the YAML header, and what the text below says about it.

Source: Hugging Face hub-docs, datasetcard.md (``license``: slug or list of slugs; ``license_name``, ``license_link``
for "other"; ``source_datasets``). Older cards have ``licenses`` and ``license_details``. A list of licences means that
parts of the set are under each: all of them apply.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import yaml

from assets.rights.expressions import LicenceText, read, read_all
from assets.rights.reading.base import Claim, Problem, Reading, label, text_of
from assets.rights.reading.prose import Prose, read_prose

_MAX_HEADER_CHARACTERS = 200_000
_MAX_TAGS = 40
_LICENCE_HEADING = re.compile(
    r"licen[sc]|terms (of|and)|copyright|conditions of use|usage rights|ライセンス|利用規約|使用許諾|著作権",
    re.IGNORECASE,
)
_TEMPLATE_KEYS = ("license", "licence", "licenses", "licences")


@dataclass(frozen=True)
class Card:
    """A card, read. ``licence`` is the header's; ``prose`` is of the sections about licences, else of all text."""

    tags: tuple[str, ...]
    licence: LicenceText
    prose: Prose
    has_header: bool
    has_section: bool
    reading: Reading


def read_card(data: bytes | str, *, own: Collection[str] = (), where: str = "README") -> Card:
    """Read a dataset card or any README; never raises. Without a header nothing is declared, only detected."""
    text = text_of(data)
    header, body = _split(text)
    values, problems = _header(header)
    tags = _tags(values)
    licence = read_all(tags, own=own)
    section = licence_section(body)
    prose = read_prose(section if section else body)
    details = label(values.get("license_details") or values.get("license_name"))
    claims = []
    if tags:
        link = label(values.get("license_link"))
        claims.append(Claim(None, licence, where, "declared", url=link, note=details))
    if details:
        claims.append(Claim(None, read(details, own=own), where, "detected", note="license_details"))
    claims += [Claim(None, mention, where, "detected", note="text") for mention in prose.mentions]
    reading = Reading(claims=tuple(claims), problems=problems, restrictions=prose.restrictions)
    return Card(tags, licence, prose, bool(header), bool(section), reading)


def licence_section(body: str) -> str:
    """Return the text below every heading that speaks of a licence, up to the next heading of the same level."""
    taken: list[str] = []
    level, fenced = 0, False
    for line in body.splitlines():
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        heading = None if fenced else re.match(r"(#{1,6})\s+(.*)", line)
        if heading and (not level or len(heading[1]) <= level):
            level = len(heading[1]) if _LICENCE_HEADING.search(heading[2]) else 0
        elif level:
            taken.append(line)
    return "\n".join(taken).strip()


def _split(text: str) -> tuple[str, str]:
    """Return the YAML header (without its fences) and the text below it."""
    found = re.match(
        r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", text[:_MAX_HEADER_CHARACTERS], re.DOTALL
    )
    return (found[1], text[found.end() :]) if found else ("", text)


def _header(header: str) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    if not header:
        return {}, ()
    try:
        values = yaml.safe_load(header)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        return _lines_about_licences(header), (
            Problem("", "card_header_unreadable", {"why": label(error, 200)}),
        )
    return (values, ()) if isinstance(values, dict) else ({}, (Problem("", "card_header_unreadable"),))


def _lines_about_licences(header: str) -> dict[str, Any]:
    """Return the licence of a header that is no YAML: its own line, and list items below it."""
    found = re.search(r"(?m)^(licen[sc]es?)[ \t]*:[ \t]*(.*)((?:\n[ \t]*-[ \t].*)*)", header)
    if not found:
        return {}
    listed = [item.strip(" \t'\"") for item in re.findall(r"\n[ \t]*-[ \t]+(.*)", found[3])]
    inline = [item.strip(" \t'\"") for item in found[2].strip("[] \t").split(",")]
    return {"license": [item for item in inline + listed if item]}


def _tags(values: dict[str, Any]) -> tuple[str, ...]:
    """Return every licence that the header names, flat: texts, lists, and lists per configuration."""
    found: list[str] = []

    def take(value: Any, depth: int) -> None:
        if depth > 3 or len(found) >= _MAX_TAGS:
            return
        if isinstance(value, dict):
            for inner in list(value.values())[:_MAX_TAGS]:
                take(inner, depth + 1)
        elif isinstance(value, (list, tuple)):
            for inner in value[:_MAX_TAGS]:
                take(inner, depth + 1)
        elif value is not None and not isinstance(value, bool):
            found.append(label(value))

    for key in _TEMPLATE_KEYS:
        take(values.get(key), 0)
    return tuple(dict.fromkeys(tag for tag in found if tag))
