"""What a licence allows for art that a model learns from: six answers and five duties for every reviewed licence.

Read from ``facets.yml``; the Creative Commons family is computed from its id, ports and versions included. The
readings are conservative engineering defaults (reference: Creative Commons, "Using CC-licensed works for AI
training", 2025, where BY, SA, NC and ND are followed even where the law may not ask for it). A licence nobody has read
has no facets, and what has no facets is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from assets.rights.answers import Answer
from assets.rights.expressions import UNKNOWN_PREFIX, LicenceText, options, read
from assets.rights.spellings import CC_ID, UNVERSIONED

TABLE = Path(__file__).with_name("facets.yml")
ANSWERS = ("train", "finetune", "generate", "commercial", "derivatives", "redistribute")
DUTIES = ("attribution", "sharealike", "use_restrictions", "notice", "revocable")
_CC_SOURCE = "Creative Commons legal code: computed from the elements of {0}"
_CC_REVIEWED_ON = date(2026, 11, 22)


@dataclass(frozen=True)
class Facets:
    """One reading of one licence. ``source`` names the clause, ``reviewed_on`` the day; None means not reviewed."""

    train: Answer = Answer.DENY
    finetune: Answer = Answer.DENY
    generate: Answer = Answer.DENY
    commercial: Answer = Answer.DENY
    derivatives: Answer = Answer.DENY
    redistribute: Answer = Answer.DENY
    attribution: bool = False
    sharealike: bool = False
    use_restrictions: bool = False
    notice: bool = False
    revocable: bool = False
    reviewed_on: date | None = None
    source: str = ""


def facets_of(licence_id: str, own: Mapping[str, Facets] = MappingProxyType({})) -> Facets | None:
    """Return what one licence allows; None where nobody has read it yet, which counts as no to everything.

    ``X WITH exception`` and ``X+`` are read as X: an exception and a later version only add permissions.

    Args:
        licence_id: one symbol of an expression (see ``expressions.options``).
        own: facets that a studio's counsel has signed; they win over ours.
    """
    if licence_id in own:
        return own[licence_id]
    base = licence_id.split(" WITH ", maxsplit=1)[0].removesuffix("+")
    return own.get(base) or _creative_commons(base) or _table().get(base)


def classes(licence: str | LicenceText) -> tuple[str, ...]:
    """Return the classes of every licence that is named, sorted, each once.

    They are public_domain, attribution, share_alike, non_commercial, no_derivatives, custom_or_other (a licence that
    is not in our table), unknown (the text says that it does not know) and missing. CC-BY-NC-SA is non_commercial and
    CC-BY-NC-ND is no_derivatives: the strictest element names the class.
    """
    return _classes(read(licence, own=_named_references(licence)) if isinstance(licence, str) else licence)


@lru_cache(maxsize=4096)
def _classes(text: LicenceText) -> tuple[str, ...]:
    if text.status == "missing":
        return ("missing",)
    found = {_class_of(symbol) for one in options(text.spdx) for symbol in one}
    found |= {"unknown" if name.lower() == "unknown" else "custom_or_other" for name in text.unknown}
    return tuple(sorted(found)) or ("custom_or_other",)


def _named_references(text: str) -> tuple[str, ...]:
    return tuple(word.strip("()") for word in text.split() if word.strip("()").startswith("LicenseRef-"))


def _class_of(symbol: str) -> str:
    if symbol.lower() == f"{UNKNOWN_PREFIX}unknown".lower():
        return "unknown"
    facets = _creative_commons(symbol, versioned=True) or facets_of(symbol)
    if facets is None:
        return "custom_or_other"
    strictest_first = (
        ("no_derivatives", facets.derivatives is Answer.DENY),
        ("non_commercial", facets.commercial is Answer.DENY),
        ("share_alike", facets.sharealike),
        ("custom_or_other", facets.use_restrictions and facets.train is not Answer.ALLOW),
        ("attribution", facets.attribution),
    )
    return next((name for name, holds in strictest_first if holds), "public_domain")


def _creative_commons(licence_id: str, *, versioned: bool = False) -> Facets | None:
    """Compute the facets of CC-BY…; without a stated version nothing is better than ask, unless ``versioned``."""
    found = CC_ID.fullmatch(licence_id)
    if not found:
        return None
    elements = set(found["elements"].split("-"))
    yes = Answer.ASK if found["version"] == UNVERSIONED and not versioned else Answer.ALLOW
    nc, nd, sa = "NC" in elements, "ND" in elements, "SA" in elements
    return Facets(
        train=Answer.ASK if nd else yes,
        finetune=Answer.ASK if nd else yes,
        generate=Answer.ASK if nd or sa else yes,
        commercial=Answer.DENY if nc else Answer.ASK if sa else yes,
        derivatives=Answer.DENY if nd else yes,
        redistribute=Answer.ASK if nc else yes,
        attribution=True,
        sharealike=sa,
        notice=True,
        reviewed_on=_CC_REVIEWED_ON,
        source=_CC_SOURCE.format(licence_id),
    )


@cache
def _table() -> dict[str, Facets]:
    """Read facets.yml. Raises ValueError for a row without source, day or a known kind: such a table is our bug."""
    data = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    kinds = {name: facets_from(values) for name, values in data["kinds"].items()}
    rows = {}
    for licence_id, row in data["licences"].items():
        values = dict(row)
        if not values.get("source") or not isinstance(values.get("reviewed_on"), date):
            msg = f"{licence_id}: a reading needs its source and its day"
            raise ValueError(msg)
        kind = values.pop("kind", None)
        if kind not in kinds:
            msg = f"{licence_id}: {kind!r} is no kind"
            raise ValueError(msg)
        rows[licence_id] = facets_from(values, kinds[kind])
    return rows


def facets_from(values: Mapping[str, Any], base: Facets | None = None) -> Facets:
    """Return facets from a mapping of names to "allow", "ask", "deny", booleans, source and day.

    Raises:
        ValueError: a name that is no facet or a value that is no answer.
    """
    checked: dict[str, Any] = {}
    for name, value in values.items():
        if name in ANSWERS:
            checked[name] = Answer(value)
        elif (name in DUTIES and isinstance(value, bool)) or name in {"source", "reviewed_on"}:
            checked[name] = value
        else:
            msg = f"{name}: {value!r} is no facet"
            raise ValueError(msg)
    return replace(base or Facets(), **checked)


def reviewed_licences() -> Mapping[str, Facets]:
    """Return the readings of facets.yml by licence id, for a page or a seed."""
    return MappingProxyType(_table())
