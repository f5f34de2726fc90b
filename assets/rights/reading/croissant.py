"""Croissant 1.0 and 1.1: what the JSON-LD of a dataset says about licences, terms, makers and files.

Source: MLCommons Croissant format specification 1.0 and 1.1 (``license``, ``sdLicense``, ``usageInfo`` with ODRL offers
or DUO terms, ``conditionsOfAccess``, ``creator``, ``distribution`` with sha256), on schema.org's Dataset. Keys are read
with and without prefix. ``sdLicense`` is the licence of the description, not of the data, and counts for nothing here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from assets.rights.expressions import LicenceText, read, read_all
from assets.rights.reading.base import Claim, Problem, Reading, label, safe_path, text_of
from assets.rights.reading.prose import read_prose

MAX_BYTES = 32 * 1024 * 1024
MAX_FILES = 200_000
_MAX_DEPTH = 12
_MAX_VALUES = 200
# Terms of the Data Use Ontology that end a commercial use, or ask for more before any use.
_DUO = {
    "0000045": "non_commercial",
    "0000046": "non_commercial",
    "0000018": "non_commercial",
    "0000006": "research_only",
    "0000007": "research_only",
    "0000011": "research_only",
    "0000042": "research_only",
    "0000027": "permission_needed",
    "0000028": "permission_needed",
    "0000021": "permission_needed",
    "0000020": "permission_needed",
    "0000025": "permission_needed",
}
_PROHIBITED = (
    ("non_commercial", re.compile(r"commercial", re.IGNORECASE)),
    ("no_derivatives", re.compile(r"deriv|modify|transform|adapt", re.IGNORECASE)),
    ("training_forbidden", re.compile(r"train|mining|tdm|machine|generative|\bai\b", re.IGNORECASE)),
    ("no_redistribution", re.compile(r"distribut|share|sell|present|publish", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Description:
    """A Croissant file, read. ``licence`` is what it declares for the data; ``licence_field`` is that as written."""

    licence: LicenceText
    licence_field: str | None
    reading: Reading


def read_croissant(data: bytes | str, *, own: Collection[str] = ()) -> Description:
    """Read one description; never raises. What is no JSON object declares nothing and is a problem."""
    root, problem = _object(data)
    if root is None:
        return Description(LicenceText(raw=""), None, Reading(problems=(Problem("", problem),)))
    values = _values(root, "license")
    licence = read_all([_one(value, own).raw for value in values], own=own)
    makers = _names(root, "creator", "author")
    holders = _names(root, "copyrightHolder")
    claims: list[Claim] = []
    if values:
        url = next((text for text in _texts(values) if text.startswith("http")), "")
        attribution = label(next(iter(_texts(_values(root, "creditText"))), ", ".join(makers)))
        claims.append(Claim(None, licence, "Croissant", "declared", holders, attribution, label(url)))
    for value in _values(root, "sdLicense"):
        note = "licence_of_the_description"
        claims.append(Claim(None, _one(value, own), "Croissant", "detected", note=note, about_art=False))
    files = list(_files(root, own))
    reading = Reading(
        claims=(*claims, *(claim for claim, _ in files if claim)),
        restrictions=_restrictions(root),
        sha256_of=tuple(pair for _, pair in files if pair),
    )
    field = (
        values[0]
        if len(values) == 1 and isinstance(values[0], str)
        else json.dumps(values)
        if values
        else None
    )
    return Description(licence, field, reading)


def is_croissant(data: bytes | str) -> bool:
    """Say whether the beginning of a text looks like Croissant's JSON-LD."""
    head = text_of(data, 200_000)
    return "@context" in head and ("mlcommons.org/croissant" in head or "conformsTo" in head)


def _object(data: bytes | str) -> tuple[dict[str, Any] | None, str]:
    if len(data) > MAX_BYTES:
        return None, "croissant_too_large"
    try:
        root = json.loads(text_of(data, MAX_BYTES))
    except (ValueError, RecursionError):
        return None, "croissant_unreadable"
    if isinstance(root, list) and root and isinstance(root[0], dict):
        root = root[0]
    return (root, "") if isinstance(root, dict) else (None, "croissant_unreadable")


def _key(name: str) -> str:
    """Return a key without prefix or address: "sc:license" and "https://schema.org/license" are "license"."""
    return re.split(r"[:/#]", name)[-1]


def _values(node: dict[str, Any], name: str) -> list[Any]:
    """Return the values of a key, always as a list, without empty ones."""
    found: list[Any] = []
    for key, value in node.items():
        if _key(key) == name:
            found += value if isinstance(value, list) else [value]
    return [value for value in found[:_MAX_VALUES] if value not in (None, "", [], {})]


def _texts(value: Any, depth: int = 0) -> list[str]:
    """Return every text inside a value, in its order."""
    if isinstance(value, str):
        return [value]
    if depth > _MAX_DEPTH:
        return []
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in inner[:_MAX_VALUES] for text in _texts(part, depth + 1)]


def _one(value: Any, own: Collection[str]) -> LicenceText:
    """Read one licence value. An object names one licence in several ways: what is known of them holds."""
    if isinstance(value, str):
        return read(value, own=own)
    if not isinstance(value, dict):
        return read(label(value), own=own)
    ways = [
        text
        for name in ("url", "id", "@id", "value", "@value", "identifier", "name")
        for text in _values(value, name)
    ]
    ways += [
        text for key, text in value.items() if re.fullmatch(r"[a-z]{2}(-[A-Za-z]+)?", key)
    ]  # {"en": "…", "ja": "…"}
    readings = [read(text, own=own) for text in ways if isinstance(text, str)]
    known = list({reading.spdx: reading for reading in readings if reading.is_known}.values())
    if len(known) == 1:
        return known[0]
    return read_all([reading.raw for reading in known or readings], own=own)


def _names(node: dict[str, Any], *keys: str) -> tuple[str, ...]:
    names = []
    for key in keys:
        for value in _values(node, key):
            name = (
                value
                if isinstance(value, str)
                else next(iter(_values(value, "name")), "")
                if isinstance(value, dict)
                else ""
            )
            names.append(label(name))
    return tuple(dict.fromkeys(name for name in names if name))


def _files(
    root: dict[str, Any], own: Collection[str]
) -> Iterator[tuple[Claim | None, tuple[str, str] | None]]:
    """Yield for every FileObject and FileSet the claim about it, if any, and its path with sha256, if any."""
    for node in _distribution(root):
        path = _path(node)
        if path is None:
            continue
        licences = _values(node, "license")
        claim = None
        if licences:
            licence = read_all([_one(value, own).raw for value in licences], own=own)
            claim = Claim(path, licence, "Croissant", "declared", _names(node, "copyrightHolder"))
        digest = label(next(iter(_values(node, "sha256")), "")).lower()
        yield claim, (path, digest) if re.fullmatch(r"[0-9a-f]{64}", digest) else None


def _distribution(root: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[Any] = []
    for key, value in root.items():
        if _key(key) == "distribution":
            found += value if isinstance(value, list) else [value]
    return [node for node in found[:MAX_FILES] if isinstance(node, dict)]


def _path(node: dict[str, Any]) -> str | None:
    """Return where a file lies inside the set: a relative address, a glob of a FileSet, else its name."""
    for name in ("includes", "contentUrl", "name", "id", "@id"):
        for text in _values(node, name):
            if isinstance(text, str) and "://" not in text:
                path = safe_path(text)
                if path:
                    return path
    return None


def _restrictions(root: dict[str, Any]) -> tuple[str, ...]:
    """Return codes of what terms restrict: texts about access and use, ODRL prohibitions, DUO terms."""
    found: list[str] = []
    for name in ("conditionsOfAccess", "usageInfo", "copyrightNotice", "license", "termsOfService"):
        for value in _values(root, name):
            found += read_prose("\n".join(_texts(value))).restrictions
    for value in _values(root, "usageInfo"):
        found += _offer(value)
    said = read_prose("\n".join(text for text in _texts(_values(root, "description"))))
    found += [code for code in said.restrictions if code in {"non_commercial", "training_forbidden"}]
    return tuple(dict.fromkeys(found))


def _offer(value: Any) -> list[str]:
    """Read one usageInfo: DUO terms by their numbers, ODRL by its prohibitions, constraints and duties."""
    found = [
        _DUO[number]
        for text in _texts(value)
        for number in re.findall(r"DUO[_:](\d{7})", text)
        if number in _DUO
    ]
    for node in _objects(value):
        for rule in _values(node, "prohibition"):
            said = " ".join(_texts(rule))
            found += [code for code, words in _PROHIBITED if words.search(said)] or ["further_terms"]
        if _values(node, "constraint") or _values(node, "duty") or _values(node, "obligation"):
            found.append("further_terms")
    return found


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    for part in inner[:_MAX_VALUES]:
        yield from _objects(part, depth + 1)
