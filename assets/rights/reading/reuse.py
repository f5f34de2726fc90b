"""REUSE: tags in files, ``.license`` files beside them, REUSE.toml and ``.reuse/dep5``.

Source: REUSE specification 3.3 and the Debian machine-readable copyright format 1.0. Several SPDX-License-Identifier
tags in one file all apply. In one REUSE.toml the last table that covers a file counts; of several REUSE.toml files the
closest, unless one further up says ``override``. dep5 counts beside what a file says itself, as the specification has
it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assets.rights.expressions import read_all
from assets.rights.reading.base import Claim, Problem, Reading, label, safe_path, text_of
from assets.rights.reading.globs import matches

Precedence = Literal["closest", "aggregate", "override"]
MAX_TAG_BYTES = 512 * 1024
MAX_TOML_BYTES = 1024 * 1024
_MAX_TABLES = 5_000
_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*(?P<text>[^\n]{1,1000})")
_HOLDER = re.compile(r"SPDX-(?:File|Snippet)?CopyrightText:[ \t]*([^\n]{1,400})")
_IGNORED = re.compile(r"REUSE-IgnoreStart.*?(?:REUSE-IgnoreEnd|\Z)", re.DOTALL)
_SNIPPET = re.compile(r"SPDX-SnippetBegin.*?(?:SPDX-SnippetEnd|\Z)", re.DOTALL)
_COMMENT_END = re.compile(r"\s*(?:\*/|-->|--\]\]|\*\)|'''|\"\"\"|%>|#\}|\]\])\s*$")
_YEARS = re.compile(r"^(?:©|\(c\)|copyright|\s)*(?:\d{4}(?:\s*[-–,]\s*\d{2,4})*[,\s]*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Annotation:
    """One table of a REUSE.toml or stanza of a dep5: what it says about the files that its patterns cover.

    Args:
        folder: where the file with the table stands, "" for the top; patterns are relative to it.
        licences: texts that all apply; () if the table names none.
    """

    patterns: tuple[str, ...]
    licences: tuple[str, ...]
    holders: tuple[str, ...]
    precedence: Precedence
    where: str
    folder: str = ""

    def covers(self, path: str) -> bool:
        """Say whether a path of the set is meant."""
        if self.folder and not path.startswith(f"{self.folder}/"):
            return False
        inside = path[len(self.folder) + 1 :] if self.folder else path
        return any(matches(pattern, inside) for pattern in self.patterns)

    def claim(self, path: str, own: Collection[str] = ()) -> Claim:
        """Return what it says as a claim about one path."""
        licence = read_all(self.licences, own=own)
        return Claim(path, licence, self.where, "declared", self.holders, ", ".join(self.holders))


def read_tags(data: bytes | str, *, where: str = "SPDX tag", own: Collection[str] = ()) -> Reading:
    """Return the claim that SPDX tags in a text or ``.license`` file make; nothing without tags. Never raises."""
    text = text_of(data, MAX_TAG_BYTES)
    text = _SNIPPET.sub(" ", _IGNORED.sub(" ", text))
    licences = [_COMMENT_END.sub("", found["text"]).strip() for found in _TAG.finditer(text)]
    holders = _people(_COMMENT_END.sub("", line) for line in _HOLDER.findall(text))
    if not licences and not holders:
        return Reading()
    licence = read_all([text for text in licences if text], own=own)
    return Reading(claims=(Claim(None, licence, where, "declared", holders, ", ".join(holders)),))


def read_reuse_toml(
    data: bytes | str, *, folder: str = ""
) -> tuple[tuple[Annotation, ...], tuple[Problem, ...]]:
    """Return the tables of a REUSE.toml that stands in ``folder``, and what is wrong with it. Never raises."""
    try:
        root = tomllib.loads(text_of(data, MAX_TOML_BYTES))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return (), (Problem("", "reuse_toml_unreadable", {"why": label(error, 200)}),)
    listed = root.get("annotations")
    tables = (
        [table for table in listed[:_MAX_TABLES] if isinstance(table, dict)]
        if isinstance(listed, list)
        else []
    )
    found, problems = [], []
    for table in tables:
        patterns = tuple(p for p in (_pattern(text) for text in _list(table.get("path"))) if p)
        if not patterns:
            problems.append(Problem("", "reuse_table_without_path"))
            continue
        found.append(
            Annotation(
                patterns,
                tuple(_list(table.get("SPDX-License-Identifier"))),
                _people(_list(table.get("SPDX-FileCopyrightText"))),
                _precedence(table.get("precedence")),
                "REUSE.toml",
                folder,
            )
        )
    return tuple(found), tuple(problems)


def read_dep5(data: bytes | str) -> tuple[Annotation, ...]:
    """Return the Files stanzas of a ``.reuse/dep5`` or ``debian/copyright``. Never raises."""
    found = []
    for stanza in re.split(r"\n[ \t]*\n", text_of(data, MAX_TOML_BYTES))[:_MAX_TABLES]:
        fields = _fields(stanza)
        if "files" not in fields:
            continue
        # In dep5 one star crosses folders.
        patterns = tuple(
            p for p in (_pattern(word.replace("*", "**")) for word in fields["files"].split()) if p
        )
        licence = fields.get("license", "").split("\n")[0].strip()
        holders = _people(fields.get("copyright", "").split("\n"))
        if patterns:
            found.append(
                Annotation(patterns, (licence,) if licence else (), holders, "aggregate", ".reuse/dep5")
            )
    return tuple(found)


def applicable(path: str, annotations: Sequence[Annotation]) -> tuple[Annotation, ...]:
    """Return the annotations that count for one path, the one to believe first in front.

    The last covering table of each file is taken; then an ``override`` from furthest up stands alone, and otherwise the
    closest file comes before those further up. dep5 comes last.
    """
    last: dict[tuple[str, str], Annotation] = {}
    for one in annotations:
        if one.covers(path):
            last[(one.where, one.folder)] = one
    closest_first = sorted(last.values(), key=lambda a: (a.where != "REUSE.toml", -len(a.folder)))
    overriding = [one for one in closest_first if one.precedence == "override"]
    return (overriding[-1],) if overriding else tuple(closest_first)


def licence_texts(paths: Collection[str]) -> tuple[str, ...]:
    """Return the ids whose texts lie in LICENSES/ of a set, sorted."""
    names = (
        re.fullmatch(r"(?:.*/)?LICENSES/([A-Za-z0-9.+-]+?)\.(?:txt|md|rst|html)", path) for path in paths
    )
    return tuple(sorted({name[1] for name in names if name}))


def _list(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [label(one, 1_000) for one in values[:_MAX_TABLES] if isinstance(one, str) and one.strip()]


def _pattern(text: str) -> str | None:
    """Return a glob inside the set; a backslash before a star, which makes it a plain one, is not supported."""
    return safe_path(text.replace("\\", ""))


def _precedence(value: Any) -> Precedence:
    return value if value in ("closest", "aggregate", "override") else "closest"


def _people(lines: Any) -> tuple[str, ...]:
    names = (_YEARS.sub("", label(line)).strip(" ,.") for line in lines)
    return tuple(dict.fromkeys(name for name in names if name))


def _fields(stanza: str) -> dict[str, str]:
    """Return the fields of a stanza in lower case; lines that begin with a space go on with the one above."""
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        begun = re.match(r"([A-Za-z][A-Za-z-]*):[ \t]*(.*)", line)
        if begun:
            name = begun[1].lower()
            fields[name] = begun[2]
        elif name and line[:1] in {" ", "\t"}:
            fields[name] += "\n" + line.strip()
    return fields
