"""One licence name as people write it: Creative Commons and GNU in every spelling, and the address of a licence.

A name is read whole or not at all: a word that is left over makes it unknown, so that "CC BY, see website" is no
CC BY. Versions that nobody published are unknown too. Creative Commons without a version has a class but no text, so it
becomes a reference of our own (``LicenseRef-CC-BY-NC-unversioned``), whose facets ask at best.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from assets.rights.known_names import current, fold, ids, named

UNVERSIONED = "unversioned"
_CC_VERSIONS = frozenset({"1.0", "2.0", "2.1", "2.5", "3.0", "4.0"})
_CC_PHRASES = (
    (r"creative ?commons?", " cc "),
    (r"\bcommons?\b", " "),
    (r"non ?-?commercial", " nc "),
    (r"no ?-?deriv(ative)?s?( works?)?", " nd "),
    (r"share ?-?a?like", " sa "),
    (r"attribution", " by "),
    (r"クリエイティブ[・ ]?コモンズ", " cc "),
    (r"非営利", " nc "),
    (r"改変禁止", " nd "),
    (r"継承", " sa "),
    (r"表示", " by "),
    (r"ライセンス|国際|非移植|一般|[・－]", " "),
)
_CC_WORDS = frozenset({"cc", "by", "nc", "nd", "sa"})
_CC_NOISE = frozenset(
    {"public", "unported", "international", "generic", "intl", "int", "universal", "legal", "code"}
)
_CC_JOINED = re.compile(r"(cc)?(by)?(nc)?(sa|nd)?")
_GNU = re.compile(
    r"(?:gnu )?(?P<name>[al]?gpl|g?fdl)[ -]?(?P<version>\d(?:\.\d)?)? ?-?"
    r"(?P<kind>\+|only|plus|or[ -](?:at your option )?(?:any )?(?:later|newer|above|higher)(?: version)?)?"
)
_GNU_PHRASES = (
    ("lesser general public", "lgpl"),
    ("library general public", "lgpl"),
    ("affero general public", "agpl"),
    ("free documentation", "gfdl"),
    ("general public", "gpl"),
    ("library or lesser gpl", "lgpl"),
    ("lesser gpl", "lgpl"),
    ("affero gpl", "agpl"),
)
# The GNU texts say: where no version is named, any published one may be chosen.
_GNU_FIRST = {"gpl": "1.0", "lgpl": "2.0", "agpl": "3.0", "gfdl": "1.3"}
_HOSTS_BY_LAST_PART = frozenset({"spdx.org", "opensource.org", "choosealicense.com"})
_ADDRESSES = (
    (r"(www\.)?apache\.org/licenses/license-2\.0.*", "Apache-2.0"),
    (r"opendatacommons\.org/licenses/by/?(1[-.]0)?/?", "ODC-By-1.0"),
    (r"opendatacommons\.org/licenses/odbl/?(1[-.]0)?/?", "ODbL-1.0"),
    (r"opendatacommons\.org/licenses/pddl/?(1[-.]0)?/?", "PDDL-1.0"),
    (r"cdla\.dev/permissive-([12])-0/?", "CDLA-Permissive-{0}.0"),
    (r"cdla\.dev/sharing-1-0/?", "CDLA-Sharing-1.0"),
    (r"artlibre\.org/(licence|license)/lal/?.*", "LAL-1.3"),
    (r"(scripts\.sil|openfontlicense)\.org/(ofl)?/?", "OFL-1.1"),
    (r"mozilla\.org/(en-us/)?mpl/2\.0/?.*", "MPL-2.0"),
    (r"unlicense\.org/?", "Unlicense"),
    (r"wtfpl\.net(/about)?/?", "WTFPL"),
    (r"openmdw\.ai/license/?.*", "OpenMDW-1.0"),
    (r"huggingface\.co/spaces/compvis/stable-diffusion-license/?.*", "LicenseRef-CreativeML-OpenRAIL-M"),
    (r"static\.opengameart\.org/oga-by-3\.0\.txt", "LicenseRef-OGA-BY-3.0"),
)
_GNU_ADDRESS = re.compile(
    r"gnu\.org/(?:licenses|copyleft)/(?:old-licenses/)?([al]?gpl|fdl)-(\d\.\d)(?:\.en)?(?:-standalone)?(?:\.\w+)?/?"
)
CC_ID = re.compile(
    r"(?:LicenseRef-)?CC-(?P<elements>BY(?:-NC)?(?:-ND|-SA)?)-(?P<version>1\.0|2\.[015]|3\.0|4\.0|unversioned)(?:-(?P<port>[A-Z]{2,3}))?"
)


def symbol(name: str) -> str | None:
    """Return the licence id that one name, slug or address stands for; None where it is unknown or ambiguous."""
    name = name.strip()
    if re.match(r"(?i)https?://|www\.", name):
        return address(name)
    return named(name) or _creative_commons(name) or _gnu(name)


def _version(digits: str) -> str:
    return digits if "." in digits else f"{digits}.0"


def cc_id(elements: str, version: str, port: str = "") -> str | None:
    """Return the id of a Creative Commons licence: SPDX's where it has one, else our reference; None for nonsense.

    Args:
        elements: "BY", "BY-NC-SA" … in SPDX's order.
        version: "4.0", or "" where none is named.
        port: "JP", "IGO" … or "".
    """
    if not version:
        return f"LicenseRef-CC-{elements}-{UNVERSIONED}"
    if version not in _CC_VERSIONS:
        return None
    own = f"CC-{elements}-{version}" + (f"-{port}" if port else "")
    return ids().get(own.lower()) or (f"LicenseRef-{own}" if CC_ID.fullmatch(own) else None)


def _cc_words(name: str) -> list[str]:
    text = fold(name).replace("cc0", " cc zero ")
    for pattern, short in _CC_PHRASES:
        text = re.sub(pattern, short, text)
    text = re.sub(r"(?<=[a-z])(?=\d)", " ", text)
    words = []
    for word in re.split(r"[\s\-/]+", text):
        joined = _CC_JOINED.fullmatch(word)
        words += [part for part in joined.groups() if part] if joined and word else [word] if word else []
    return words


def _creative_commons(name: str) -> str | None:
    words = _cc_words(name)
    if "cc" not in words and "attribution" not in name.casefold():
        return None
    rest = [w for w in words if w not in _CC_NOISE]
    if "zero" in rest or rest == ["cc", "0"]:
        return "CC0-1.0" if set(rest) <= {"cc", "zero", "1.0", "1", "0", "domain", "dedication"} else None
    elements = {w for w in rest if w in _CC_WORDS}
    others = [w for w in rest if w not in _CC_WORDS]
    versions = [w for w in others if re.fullmatch(r"\d(\.\d)?", w)]
    ports = [w for w in others if re.fullmatch(r"[a-z]{2}|igo", w)]
    if (
        len(versions) > 1
        or len(ports) > 1
        or len(versions) + len(ports) != len(others)
        or "by" not in elements
    ):
        return None
    if {"sa", "nd"} <= elements or (ports and not versions):
        return None
    wanted = "-".join(part for part in ("by", "nc", "nd", "sa") if part in elements).upper()
    return cc_id(wanted, _version(versions[0]) if versions else "", ports[0].upper() if ports else "")


def _gnu(name: str) -> str | None:
    text = fold(name).replace("+", " + ").strip()
    for phrase, short in _GNU_PHRASES:
        text = text.replace(phrase, short)
    text = re.sub(r"\b([al]?gpl|g?fdl)( \1)+\b", r"\1", text)  # "GNU General Public License (GPL)"
    text = re.sub(r"(?<=gpl)v(?=\d)|(?<=fdl)v(?=\d)", " ", text)
    text = " ".join(text.split())
    found = _GNU.fullmatch(text.replace(" +", "+"))
    if not found:
        return None
    family = {"fdl": "gfdl"}.get(found["name"], found["name"])
    later = found["kind"] is not None and found["kind"] != "only"
    if not found["version"]:
        return f"{family.upper()}-{_GNU_FIRST[family]}-or-later" if found["kind"] != "only" else None
    licence_id = f"{family.upper()}-{_version(found['version'])}"
    return ids().get(f"{licence_id}-{'or-later' if later else 'only'}".lower())


def address(url: str) -> str | None:
    """Return the licence that an address is the official home of; None for any other page.

    A file in somebody's repository (``…/blob/main/LICENSE``) says nothing by its address.
    """
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    path = re.sub(r"/+", "/", unquote(parts.path)).rstrip("/.,;)")
    if host == "creativecommons.org":
        return _cc_address(path.lower())
    gnu = _GNU_ADDRESS.fullmatch(f"{host}{path}".lower())
    if gnu:
        return ids().get(current(f"{gnu[1].upper().replace('FDL', 'GFDL')}-{gnu[2]}").lower())
    for pattern, licence_id in _ADDRESSES:
        found = re.fullmatch(pattern, f"{host}{path}".lower())
        if found:
            return licence_id.format(*(group or "" for group in found.groups()))
    if host in _HOSTS_BY_LAST_PART and "/" in path:
        return _slug(path.rsplit("/", 1)[1])
    return None


def _slug(last: str) -> str | None:
    name = re.sub(r"(?i)\.(html?|json|txt|php|jsonld|rdf)$", "", last)
    return named(name) or _gnu(name) or _creative_commons(name)


def _cc_address(path: str) -> str | None:
    found = re.fullmatch(r"/publicdomain/(zero|mark)/1\.0(/.*)?", path)
    if found:
        return "CC0-1.0" if found[1] == "zero" else "CC-PDM-1.0"
    if re.fullmatch(r"/share-your-work/public-domain/cc0", path):
        return "CC0-1.0"
    found = re.fullmatch(r"/licenses/([a-z-]+)(?:/(\d\.\d))?(?:/([a-z]{2,3}))?(?:/[\w.\-]*)?", path)
    if not found:
        return None
    elements = found[1].split("-")
    if found[1] == "publicdomain":
        return "CC-PDDC"
    if not set(elements) <= {"by", "nc", "nd", "sa"} or "by" not in elements or {"nd", "sa"} <= set(elements):
        return None
    wanted = "-".join(part for part in ("by", "nc", "nd", "sa") if part in elements).upper()
    return cc_id(wanted, found[2] or "", (found[3] or "").upper())
