"""Licence texts as people and machines write them, read into one SPDX expression, or honestly not read.

Source: SPDX specification 3.0.1, annex "SPDX licence expressions" (AND binds tighter than OR, WITH tighter than both).
Beyond it, lists of artists are read: "or" and "|" offer a choice; ",", ";", "/", "&", "+" between licences and names
side by side do not say whether one may choose, so all of them are taken to apply, which is the stricter reading, and
``notes`` says so. Such separators bind loosest: "A, B or C" is A AND (B OR C). "GPLv2/3" offers versions of one
licence and is a choice.

Nothing here raises for any text, and nothing takes more than bounded time: long texts, deep nesting and expressions
whose choices multiply are ``unreadable``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Literal, NamedTuple

from assets.rights.known_names import exceptions, ids
from assets.rights.spellings import CC_ID, symbol

Status = Literal["known", "unknown", "missing", "unreadable"]
UNKNOWN_PREFIX = "LicenseRef-unknown-"
MAX_TEXT_CHARACTERS = 1_000
MAX_TOKENS = 200
MAX_DEPTH = 24
MAX_OPTIONS = 256
_MAX_NAME_CHARACTERS = 200

_MISSING = re.compile(
    r"|none|noassertion|null|nil|n/?a|-+|\?+|\.+|tbd|todo|missing|not? specified|unspecified|no licen[sc]e"
    r"|not? (provided|available|stated|given)|\[?(more|needs more) information( needed)?\]?(\(\S*\))?"
    r"|license-file-reference|undefined"
)
_LATER = re.compile(
    r"(?i)[ -](?:or|and)[ -](?:\(?at your (?:option|choice)\)?,? ?)?(?:any )?(?:later|newer|above|higher)"
    r"(?: versions?)?"
)
_VERSIONS = re.compile(
    r"(?i)\b((?:gnu )?[al]?gpl[ -]?v?)(\d(?:\.\d)?\+?) ?(?:/|\bor\b) ?v?(\d(?:\.\d)?\+?)(?![\d.\w-])"
)
_WORD = re.compile(r"[A-Za-z0-9]")
_TOKEN = re.compile(
    r"(?P<url>https?://[^\s,;()<>\[\]\"']+)|(?P<open>\()|(?P<close>\))"
    r"|(?P<loose>,\s*and\b|\band/or\b|[;|/&]|,|(?<=\s)\+(?=\s))|(?P<word>[^\s(),;|/&]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class LicenceText:
    """What a text says about the licence.

    Args:
        raw: the text, shortened to 1,000 characters.
        spdx: the normalised expression; unknown names stand in it as ``LicenseRef-unknown-…``; "" if nothing in it is
            known.
        status: "known" only if every name is known; "missing" if nothing is said (also NONE and NOASSERTION);
            "unreadable" if no expression can be made of it.
        unknown: the names that are not known, as written.
        notes: codes of readings that are not certain ("list_read_as_all", "version_not_stated").
    """

    raw: str
    spdx: str = ""
    status: Status = "missing"
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether every licence named in it is known."""
        return self.status == "known"


class _Unreadable(Exception):
    """No expression can be made of the text."""


class _Token(NamedTuple):
    kind: str  # open, close, or, and, loose, with, name
    text: str = ""


@dataclass(frozen=True)
class _Node:
    """A part of an expression: ``kind`` is "leaf", "or" or "and"; a leaf carries its symbol."""

    kind: str
    symbol: str = ""
    parts: tuple[_Node, ...] = ()


def read(text: str | None, *, own: Collection[str] = ()) -> LicenceText:
    """Read a licence field. ``own`` are the LicenseRef-… names that the caller knows. Never raises; cached."""
    return _read((text or "")[: MAX_TEXT_CHARACTERS + 1], frozenset(own))


def read_all(texts: Collection[str | None], *, own: Collection[str] = ()) -> LicenceText:
    """Read several licence fields that all apply, such as the list of a Hugging Face card.

    An empty field says nothing; NONE or NOASSERTION beside a licence says that a part of the set has none, which makes
    the whole unknown.
    """
    readings = [read(text, own=own) for text in dict.fromkeys(texts)]
    said = [reading for reading in readings if reading.raw.strip()]
    if all(reading.status == "missing" for reading in said):
        return said[0] if said else LicenceText(raw="")
    if len(said) == 1:
        return said[0]
    raw = ", ".join(reading.raw for reading in said)[:MAX_TEXT_CHARACTERS]
    unknown = tuple(name for reading in said for name in _names_not_known(reading))
    notes = tuple(sorted({note for reading in said for note in reading.notes} | {"list_read_as_all"}))
    if any(reading.status == "unreadable" for reading in said):
        return LicenceText(raw=raw, status="unreadable", unknown=unknown, notes=notes)
    parts = [reading.spdx or _unknown_symbol(reading.raw) for reading in said]
    spdx = " AND ".join(f"({part})" if " OR " in part else part for part in dict.fromkeys(parts))
    if all(not reading.spdx for reading in said):
        spdx = ""
    return LicenceText(
        raw=raw, spdx=spdx, status="unknown" if unknown else "known", unknown=unknown, notes=notes
    )


def _names_not_known(reading: LicenceText) -> tuple[str, ...]:
    return reading.unknown or (() if reading.spdx else (reading.raw,))


@lru_cache(maxsize=4096)
def _read(text: str, own: frozenset[str]) -> LicenceText:
    raw = text[:MAX_TEXT_CHARACTERS]
    if len(text) > MAX_TEXT_CHARACTERS:
        return LicenceText(raw=raw, status="unreadable")
    # Surrogates and control characters come from broken files; no licence has one in its name.
    clean = "".join(
        c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFKC", text)
    )
    clean = " ".join(clean.split()).strip("\"'`*")
    if _MISSING.fullmatch(clean.lower()):
        return LicenceText(raw=raw)
    whole = _known(clean, own) if len(clean) <= _MAX_NAME_CHARACTERS else None
    if whole:
        return _reading(raw, _Node("leaf", whole), (), ())
    try:
        return _parsed(raw, clean, own)
    except _Unreadable:
        return LicenceText(raw=raw, status="unreadable")


def _parsed(raw: str, clean: str, own: frozenset[str]) -> LicenceText:
    parser = _Parser(_tokens(clean), own)
    tree = parser.expression()
    return _reading(raw, tree, tuple(dict.fromkeys(parser.unknown)), parser.notes)


def _reading(raw: str, tree: _Node, unknown: tuple[str, ...], notes: Collection[str]) -> LicenceText:
    if _count(tree) > MAX_OPTIONS:
        return LicenceText(raw=raw, status="unreadable")
    symbols = _symbols(tree)
    if any(s.endswith("-unversioned") for s in symbols):
        notes = {*notes, "version_not_stated"}
    known = any(not s.startswith(UNKNOWN_PREFIX) for s in symbols)
    spdx = _render(tree) if known else ""
    return LicenceText(raw, spdx, "unknown" if unknown else "known", unknown, tuple(sorted(notes)))


def _known(name: str, own: frozenset[str]) -> str | None:
    """Return the id of one name, with our own references and SPDX's "+" (this version or a later one)."""
    if name.lower().startswith("licenseref-"):
        for reference in own:
            if reference.lower() == name.lower():
                return reference
        return ids().get(name.lower()) or (name if CC_ID.fullmatch(name) else None)
    found = symbol(name)
    if found is None and name.endswith("+"):
        base = symbol(name[:-1])
        return f"{base}+" if base and not base.startswith("LicenseRef-") else None
    return found


def _unknown_symbol(name: str) -> str:
    slug = re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.")[:60]
    return f"{UNKNOWN_PREFIX}{slug or 'name'}"


def _tokens(clean: str) -> list[_Token]:
    """Split a text into operators and words. Raises _Unreadable beyond MAX_TOKENS."""
    text = _LATER.sub("+", clean)
    text = _VERSIONS.sub(r"(\1\2 or \1\3)", text)
    text = re.sub(r"(?i),? (?:or|and) (?:alternatively|under)\b", " or ", text)
    text = re.sub(r"(?i),\s*(?=version\b|v\.? ?\d)", " ", text)
    text = re.sub(r"(?<=\d),(?=\d\b)", ".", text)
    text = re.sub(r"(?i),\s*or\b|\|\|", " or ", text)
    tokens: list[_Token] = []
    for found in _TOKEN.finditer(text):
        kind, value = str(found.lastgroup), found.group()
        if kind == "word":
            kind = value.lower() if value.lower() in {"or", "and", "with"} else "name"
        elif kind == "url":
            kind, value = "name", value.rstrip(".")
        elif value == "|":
            kind = "or"
        tokens.append(_Token(kind, value))
    if len(tokens) > MAX_TOKENS:
        raise _Unreadable
    return tokens


class _Parser:
    """Recursive descent over tokens; collects unknown names and notes while it goes."""

    def __init__(self, tokens: list[_Token], own: frozenset[str]) -> None:
        self._tokens, self._at, self._own = tokens, 0, own
        self._depth = 0
        self.unknown: list[str] = []
        self.notes: set[str] = set()

    def expression(self) -> _Node:
        """Return the tree of the whole text. Raises _Unreadable."""
        tree = self._all()
        if self._at != len(self._tokens):
            raise _Unreadable
        return tree

    def _kind(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else "end"

    def _all(self) -> _Node:
        """List of expressions that all apply, whatever separates them."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _Unreadable
        parts = [self._choice()]
        while self._kind() in {"loose", "name", "open"}:
            separated = self._kind() == "loose"
            if separated:
                self._at += 1
                if self._kind() in {"end", "close"}:  # "MIT," is MIT
                    break
            part = self._choice()
            if part not in parts:
                self.notes.add("list_read_as_all")
                parts.append(part)
        self._depth -= 1
        return _joined("and", parts)

    def _choice(self) -> _Node:
        parts = [self._both()]
        while self._kind() == "or":
            self._at += 1
            parts.append(self._both())
        return _joined("or", parts)

    def _both(self) -> _Node:
        parts = [self._term()]
        while self._kind() == "and":
            self._at += 1
            parts.append(self._term())
        return _joined("and", parts)

    def _term(self) -> _Node:
        if self._kind() == "open":
            self._at += 1
            inside = self._all()
            if self._kind() != "close":
                raise _Unreadable
            self._at += 1
            return inside
        name = self._words()
        if self._kind() == "with":
            self._at += 1
            return self._with(name, self._words())
        found = _known(name, self._own)
        if found is None and not _WORD.search(name) and not any(ord(c) > 127 for c in name):
            raise _Unreadable  # punctuation alone
        return self._leaf(found, name)

    def _words(self) -> str:
        start = self._at
        while self._kind() == "name":
            address_ = self._tokens[self._at].text.lower().startswith(("http://", "https://"))
            if address_ and self._at > start:
                break  # "CC BY 4.0 https://…": a name, then its address
            self._at += 1
            if address_:
                break
        if start == self._at:
            raise _Unreadable
        return " ".join(token.text for token in self._tokens[start : self._at])

    def _with(self, name: str, exception: str) -> _Node:
        licence, extra = _known(name, self._own), exceptions().get(exception.lower())
        both = f"{licence} WITH {extra}" if licence and extra else None
        return self._leaf(both, f"{name} WITH {exception}")

    def _leaf(self, found: str | None, name: str) -> _Node:
        if found is None:
            self.unknown.append(name)
        return _Node("leaf", found or _unknown_symbol(name))


def _joined(kind: str, parts: list[_Node]) -> _Node:
    flat = [inner for part in parts for inner in (part.parts if part.kind == kind else (part,))]
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else _Node(kind, parts=unique)


def _render(node: _Node) -> str:
    if node.kind == "leaf":
        return node.symbol
    inner = (f"({_render(p)})" if node.kind == "and" and p.kind == "or" else _render(p) for p in node.parts)
    return f" {node.kind.upper()} ".join(inner)


def _symbols(node: _Node) -> list[str]:
    return [node.symbol] if node.kind == "leaf" else [s for part in node.parts for s in _symbols(part)]


def _count(node: _Node) -> int:
    """Return in how many ways the expression can be met; stops counting above MAX_OPTIONS."""
    if node.kind == "leaf":
        return 1
    total = 0 if node.kind == "or" else 1
    for part in node.parts:
        total = total + _count(part) if node.kind == "or" else total * _count(part)
        if total > MAX_OPTIONS:
            return MAX_OPTIONS + 1
    return total


@lru_cache(maxsize=4096)
def options(spdx: str) -> tuple[frozenset[str], ...]:
    """Return the ways in which an expression may be met: any one of the sets, with every licence in it.

    Convention:
        - disjunctive normal form: ``A AND (B OR C)`` is ``({A, B}, {A, C})``; ``X WITH e`` is one symbol
        - in the order of the text; a set that contains another one is left out, it only asks for more
        - at most MAX_OPTIONS sets; () for a text that ``read`` cannot read

    Args:
        spdx: ``LicenceText.spdx``, or any text that ``read`` understands.
    """
    clean = " ".join(spdx.split())
    if not clean or len(clean) > MAX_TEXT_CHARACTERS * 2:
        return ()
    try:
        # Every reference counts here: read() has already said which of them are known.
        tree = _Parser(
            _tokens(clean), frozenset(re.findall(r"LicenseRef-[A-Za-z0-9.\-]+", clean))
        ).expression()
    except _Unreadable:
        return ()
    if _count(tree) > MAX_OPTIONS:
        return ()
    sets = list(dict.fromkeys(_normal(tree)))
    return tuple(one for one in sets if not any(other < one for other in sets))


def _normal(node: _Node) -> list[frozenset[str]]:
    if node.kind == "leaf":
        return [frozenset({node.symbol})]
    inner = [_normal(part) for part in node.parts]
    if node.kind == "or":
        return [one for part in inner for one in part]
    return [frozenset().union(*combination) for combination in product(*inner)]
