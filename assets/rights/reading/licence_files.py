"""LICENSE and COPYING files: which usual licence a text is.

A licence is known by phrases that only its text has, all of which must be there; white space, case and punctuation do
not count. Two texts in one file are two licences. What is found is never evidence about the art: the LICENSE file of a
repository speaks of its code unless a README or a table says otherwise, and claims made here say so.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from assets.rights.expressions import LicenceText, read, read_all
from assets.rights.reading.base import MAX_TEXT_BYTES, Claim, Reading, label, text_of
from assets.rights.reading.prose import read_prose

NAMES = re.compile(
    r"(?i)(?:un)?licen[sc]es?(?:[-_.][\w.+-]*)?|copying(?:[-_.][\w.+-]*)?|copyright(?:\.\w+)?|legal(?:\.\w+)?"
    r"|[\w.+-]+[-_.]licen[sc]e(?:\.(?:txt|md|rst))?"
)
REPOSITORY_LICENCE = "repository_licence"


@dataclass(frozen=True)
class _Text:
    """Phrases of one licence: all of ``has``, none of ``lacks``."""

    spdx: str
    has: tuple[str, ...]
    lacks: tuple[str, ...] = field(default=())


_BSD = "redistribution and use in source and binary forms with or without modification are permitted provided"
_MIT = "permission is hereby granted free of charge to any person obtaining a copy of this software and associated"
_MIT_CONDITION = "the above copyright notice and this permission notice shall be included in all copies"
_TEXTS = (
    _Text("MIT", (_MIT, _MIT_CONDITION), ("except as contained in this notice",)),
    _Text("X11", (_MIT, _MIT_CONDITION, "except as contained in this notice")),
    _Text("MIT-0", (_MIT, "to do so the software is provided"), (_MIT_CONDITION,)),
    _Text(
        "Apache-2.0",
        ("apache license version 2 0", "terms and conditions for use reproduction and distribution"),
    ),
    _Text("BSD-4-Clause", (_BSD, "all advertising materials mentioning features")),
    _Text(
        "BSD-3-Clause",
        (_BSD, "neither the name"),
        (
            "all advertising materials mentioning features",
            "no express or implied licenses to any party s patent",
        ),
    ),
    _Text(
        "BSD-3-Clause-Clear",
        (_BSD, "neither the name", "no express or implied licenses to any party s patent"),
    ),
    _Text(
        "BSD-2-Clause",
        (_BSD, "in binary form must reproduce"),
        ("neither the name", "all advertising materials"),
    ),
    _Text(
        "ISC",
        (
            "permission to use copy modify and or distribute this software for any purpose with or without fee",
            "provided that the above copyright notice",
        ),
    ),
    _Text(
        "0BSD",
        (
            "permission to use copy modify and or distribute this software for any purpose with or without fee",
        ),
        ("provided that the above copyright notice",),
    ),
    _Text(
        "Zlib",
        ("the origin of this software must not be misrepresented", "altered source versions must be plainly"),
    ),
    _Text("Unlicense", ("this is free and unencumbered software released into the public domain",)),
    _Text("WTFPL", ("do what the fuck you want to public license", "you just do what the fuck you want to")),
    _Text("BSL-1.0", ("boost software license version 1 0",)),
    _Text("MPL-2.0", ("mozilla public license version 2 0", "1 1 contributor")),
    _Text("EPL-2.0", ("eclipse public license v 2 0",)),
    _Text("EPL-1.0", ("eclipse public license v 1 0",)),
    _Text("EUPL-1.2", ("european union public licence v 1 2",)),
    _Text("OFL-1.1", ("sil open font license version 1 1", "reserved font name")),
    _Text("LAL-1.3", ("free art license 1 3",)),
    _Text("ODbL-1.0", ("odc open database license", "derivative database")),
    _Text("ODC-By-1.0", ("open data commons attribution license", "database directive")),
    _Text("PDDL-1.0", ("odc public domain dedication and licence",)),
    _Text("CDLA-Permissive-2.0", ("community data license agreement permissive version 2 0",)),
    _Text("CDLA-Permissive-1.0", ("community data license agreement permissive version 1 0",)),
    _Text("CDLA-Sharing-1.0", ("community data license agreement sharing version 1 0",)),
    _Text("C-UDA-1.0", ("computational use of data agreement v1 0",)),
    _Text("O-UDA-1.0", ("open use of data agreement v1 0",)),
    _Text("LicenseRef-OGA-BY-3.0", ("oga by 3 0", "opengameart")),
    _Text("LicenseRef-CreativeML-OpenRAIL-M", ("creativeml open rail m",)),
    _Text("LicenseRef-CreativeML-OpenRAIL-PP-M", ("creativeml open rail m",), ()),
    _Text("LicenseRef-scancode-bigscience-open-rail-m", ("bigscience open rail m license",)),
    _Text("LicenseRef-scancode-bigcode-open-rail-m-v1", ("bigcode open rail m",)),
    _Text("OpenMDW-1.0", ("openmdw license agreement version 1 0",)),
    _Text("CC0-1.0", ("cc0 1 0 universal", "affirmer")),
)
_GNU_TITLE = re.compile(
    r"gnu (lesser |library |affero )?(general public|free documentation) license version (\d)(?: (\d)\b)?"
)
_GNU_LETTERS = {"": "GPL", "lesser ": "LGPL", "library ": "LGPL", "affero ": "AGPL"}
_LATER = re.compile(r"either version \d(?: \d)? of the license or at your option any later version")
_CC_TITLE = re.compile(
    r"attribution(?P<nc> noncommercial)?(?P<nd> no ?deriv(?:ative)?s)?(?P<sa> share ?alike)? (?P<version>[1-4] [05])"
    r"(?= (?:international|unported|generic|creative commons|igo|[a-z]+ (?:creative commons|license)))"
)
_CC_BODY = (
    "licensed material",
    "the licensor permits",
    "creative commons public license",
    "you may not use this work",
)


def read_licence_file(data: bytes | str, *, where: str = "LICENSE", own: Collection[str] = ()) -> Reading:
    """Return what a LICENSE file is, as a detected claim that is no evidence about the art. Never raises."""
    text = text_of(data, MAX_TEXT_BYTES)
    found = recognise(text)
    holders = _holders(text)
    prose = read_prose(text if len(text) < 4_000 or not found else text[:1_500])
    if found:
        licence = read_all([*found], own={*own, *found})
    elif prose.mentions:
        licence = read_all(
            [mention.spdx for mention in prose.mentions], own={*own, *_references(prose.mentions)}
        )
    else:
        licence = read(_first_line(text), own=own)
    claim = Claim(None, licence, where, "detected", holders, note=REPOSITORY_LICENCE, about_art=False)
    restricted = () if found and _is_cc(found) else prose.restrictions
    return Reading(claims=(claim,), restrictions=restricted)


def recognise(text: str) -> tuple[str, ...]:
    """Return the ids of the licences whose text this is, in the order of our list; () if it is none of them."""
    words = _words(text)
    found = [one.spdx for one in _TEXTS if _is(words, one)]
    if "creativeml open rail m" in words:
        plus = re.search(r"creativeml open rail\s*\+\+", " ".join(text.lower().split()))
        drop = "LicenseRef-CreativeML-OpenRAIL-M" if plus else "LicenseRef-CreativeML-OpenRAIL-PP-M"
        found = [spdx for spdx in found if spdx != drop]
    return tuple(dict.fromkeys([*found, *_gnu(words), *_creative_commons(words)]))


def _words(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text[:1_000_000].lower()).split())


def _is(words: str, one: _Text) -> bool:
    return all(phrase in words for phrase in one.has) and not any(phrase in words for phrase in one.lacks)


def _gnu(words: str) -> list[str]:
    """Recognise a GNU text by its title, and the notice above a file by its sentence about later versions."""
    notice = re.search(
        r"(?:terms of the|under the) gnu (lesser |library |affero )?(general public|free documentation) license"
        r"(?: as published by the free software foundation)? (?:either )?version (\d)(?: (\d)\b)?",
        words,
    )
    title = _GNU_TITLE.search(words)
    found = title if title and title.start() < 3_000 and "everyone is permitted to copy" in words else notice
    if not found:
        return []
    family = "GFDL" if found[2].startswith("free") else _GNU_LETTERS[found[1] or ""]
    later = found is notice and bool(_LATER.search(words))
    licence = read(f"{family}-{found[3]}.{found[4] or '0'}-{'or-later' if later else 'only'}")
    return [licence.spdx] if licence.is_known else []


def _creative_commons(words: str) -> list[str]:
    found = _CC_TITLE.search(words)
    if not found or found.start() > 3_000 or not any(phrase in words for phrase in _CC_BODY):
        return []
    elements = [part.upper() for part in ("nc", "nd", "sa") if found[part]]
    return [read("-".join(["CC-BY", *elements, found["version"].replace(" ", ".")])).spdx]


def _is_cc(found: tuple[str, ...]) -> bool:
    return any(spdx.startswith("CC") for spdx in found)


def _references(texts: Collection[LicenceText]) -> set[str]:
    return {word for text in texts for word in text.spdx.split() if word.startswith("LicenseRef-")}


def _holders(text: str) -> tuple[str, ...]:
    lines = re.findall(
        r"(?im)^\W*copyright\s+(?:\(c\)|©)?\s*(?:[\d ,–-]+)?(?:by\s+)?([^\n<\[{]{2,120})", text[:20_000]
    )
    names = (label(line).strip(" .,") for line in lines)
    ours = [
        n
        for n in names
        if n and not re.match(r"(?i)(notice|holder|owner|and|license|law|free software found|\[)", n)
    ]
    return tuple(dict.fromkeys(ours))[:20]


def _first_line(text: str) -> str:
    return next((label(line) for line in text.splitlines() if line.strip()), "")
