"""What a picture says about itself, from its original bytes: rights, authors, wishes about training, marks.

Read it at intake, before anything is saved again: a plain re-save of a PNG drops every text. Sources: see containers,
xmp and c2pa; IPTC IIM 4.2 for records in Photoshop resources. A statement that reserves rights without naming a licence
("all rights reserved", 無断転載禁止) is a claim whose licence is unknown; a bare name or © is a holder and no licence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from assets.rights.expressions import LicenceText, read, read_all
from assets.rights.reading.base import Claim, Marks, Problem, Reading, Signal, label, sha256_hex, text_of
from assets.rights.reading.c2pa import read_manifests
from assets.rights.reading.containers import Embedded, extract
from assets.rights.reading.generators import generator_of, named
from assets.rights.reading.prose import read_prose
from assets.rights.reading.xmp import NotXmp, properties

_LICENCE_KEYS = (
    "license",
    "licence",
    "copyright",
    "rights",
    "usage terms",
    "usageterms",
    "disclaimer",
    "ライセンス",
)
_PEOPLE_KEYS = ("author", "artist", "creator", "xpauthor")
_IIM = {
    (2, 80): "Author",
    (2, 110): "Credit",
    (2, 116): "Copyright",
    (2, 40): "Usage Terms",
    (2, 65): "Software",
}
_STATEMENT = re.compile(r"(?i)©|\(c\)|copyright|all rights reserved|licen[sc]|無断|禁止|許可|著作")
# A word of these makes a rights field more than a name.
_TERMS = re.compile(
    r"(?i)licen[sc]|reserved|permi|\buse[ds]?\b|usage|\bfree\b|commercial|public domain|\bCC\b|https?:|train"
    r"|\bAI\b|credit|禁止|許可|無断|転載|商用|利用|使用|学習|自由|改変|配布"
)
_RESERVED = re.compile(r"^(?:©|\(c\)|copyright|\s|\d{4}|[-–,.])+", re.IGNORECASE)
_DIRECT = (
    "cc:license",
    "xmpRights:WebStatement",
    "xmpRights:UsageTerms",
    "dc:rights",
    "tiff:Copyright",
    "plus:LicensorURL",
)
_DMI = re.compile(r"DMI-[A-Z]+(?:-[A-Z]+)*")


def read_embedded(data: bytes, *, own: Collection[str] = ()) -> Reading:
    """Read a picture (PNG, JPEG, WebP, TIFF, PSD) or an SVG; empty for anything else. Never raises.

    Claims come in the order in which they should be believed: XMP, IPTC, EXIF and PNG text.
    """
    found = _svg(data) if _is_svg(data) else extract(data)
    total = Reading(problems=tuple(Problem("", code) for code in dict.fromkeys(found.problems)))
    for packet in found.xmp:
        total += _from_xmp(packet, own)
    for block in found.iptc:
        total += _from_texts(list(_iim(block)), "IPTC", own)
    total += _from_texts(found.texts, "PNG text" if data.startswith(b"\x89PNG") else "EXIF", own)
    for boxes in found.jumbf:
        total += _from_c2pa(boxes)
    return total


def _is_svg(data: bytes) -> bool:
    head = data[:2_000].lstrip()
    return head.startswith(b"<") and b"<svg" in data[:20_000]


def _svg(data: bytes) -> Embedded:
    found = Embedded()
    found.keep(found.xmp, data)  # the RDF of <metadata> stands in the same tree
    return found


def _from_xmp(packet: bytes, own: Collection[str]) -> Reading:
    try:
        values = properties(packet)
    except NotXmp:
        return Reading(problems=(Problem("", "xmp_unreadable"),))
    people = tuple(dict.fromkeys(label(name) for name in values.get("dc:creator", []) if name))
    holders = tuple(
        label(name)
        for name in values.get("plus:CopyrightOwnerName", []) + values.get("cc:attributionName", [])
    )
    statements = [text for name in _DIRECT for text in values.get(name, [])]
    # A web statement is often a page about the studio; only a licence's own address is more than a pointer.
    said = [text for text in statements if not text.startswith("http") or read(text, own=own).is_known]
    url = next((text for text in statements if text.startswith("http")), "")
    signals = tuple(_wishes(values, sha256_hex(packet)))
    tools = values.get("xmp:CreatorTool", []) + values.get("Iptc4xmpExt:AISystemUsed", [])
    sources = values.get("Iptc4xmpExt:DigitalSourceType", []) + values.get(
        "Iptc4xmpExt:digitalsourcetype", []
    )
    keyed = [("creatortool", tool) for tool in tools] + [
        (name, text) for name in values for text in values[name]
    ]
    marks = Marks(generator_of(keyed), source_type(sources), label(next(iter(tools), "")))
    something = said or holders or people or url
    claims = (_claim(said, "XMP", holders or people, own, url),) if something else ()
    return Reading(claims=claims, signals=signals, marks=marks)


def _wishes(values: dict[str, list[str]], digest: str) -> Iterable[Signal]:
    """Yield what XMP says about data mining: PLUS and TDMRep. A constraint that has to be read first forbids."""
    for text in values.get("plus:DataMining", []):
        term = _DMI.search(text.upper())
        value = term.group() if term else label(text)
        yield Signal("plus", value, "PROHIBITED" in value.upper(), digest)
    for text in values.get("tdm:reservation", []) + values.get("tdm:Reservation", []):
        yield Signal("tdmrep", f"tdm-reservation={label(text)}", text.strip() == "1", digest)


def source_type(values: Iterable[str]) -> str:
    """Return IPTC's term for the source of a picture without its address: "trainedAlgorithmicMedia"; the first said."""
    terms = [label(text.rstrip("/").rsplit("/", 1)[-1]) for text in values if text.strip()]
    generated = [term for term in terms if "trainedalgorithmic" in term.lower()]
    return (generated or terms or [""])[0]


def _from_texts(texts: list[tuple[str, str]], where: str, own: Collection[str]) -> Reading:
    """Read (key, value) texts of PNG, EXIF or IPTC: rights, people, and marks of generators."""
    said = [value for key, value in texts if key.casefold() in _LICENCE_KEYS]
    said += [
        value
        for key, value in texts
        if key.casefold() in {"comment", "description", "imagedescription"} and _is_rights(value)
    ]
    people = tuple(dict.fromkeys(label(value) for key, value in texts if key.casefold() in _PEOPLE_KEYS))
    tool = next((label(value) for key, value in texts if key.casefold() == "software"), "")
    claims = (_claim(said, where, people, own),) if said or people else ()
    return Reading(claims=claims, marks=Marks(generator_of(texts), "", tool))


def _is_rights(value: str) -> bool:
    return len(value) < 2_000 and bool(_STATEMENT.search(value)) and not value.lstrip().startswith("{")


def _claim(
    said: list[str], where: str, holders: tuple[str, ...], own: Collection[str], url: str = ""
) -> Claim:
    """Return one claim of everything that one block says: licences that it names hold together."""
    licence = licence_of([text for text in said if not _is_only_a_name(text)], own)
    note = ",".join(read_prose("\n".join(said)).restrictions)
    owners = tuple(dict.fromkeys(name for text in said if (name := _holder(text)))) or holders
    return Claim(None, licence, where, "detected", owners, ", ".join(holders), label(url), note)


def licence_of(statements: Iterable[str], own: Collection[str] = ()) -> LicenceText:
    """Return the licence that rights statements name; unknown if they state something else, missing if nothing."""
    said = [text for text in statements if text.strip()]
    direct = [reading for reading in (read(text, own=own) for text in said) if reading.is_known]
    mentioned = [mention for text in said for mention in read_prose(text).mentions]
    known = list({reading.spdx: reading for reading in [*direct, *mentioned]}.values())
    if known:
        references = {word for one in known for word in one.spdx.split() if word.startswith("LicenseRef-")}
        return read_all([one.spdx for one in known], own={*own, *references})
    return read_all([label(text, 900) for text in said], own=own)


def _is_only_a_name(text: str) -> bool:
    """Say whether a rights field only names somebody: "Ann Artist", "© 2024 Studio Example"."""
    return len(text) < 200 and not _TERMS.search(text) and not read(text).is_known


def _holder(text: str) -> str:
    """Return the name in "© 2024 Studio Example. All rights reserved." or in a field that is only a name; else ""."""
    line = label(text)
    if not re.match(r"(?i)©|\(c\)|copyright", line):
        return line if _is_only_a_name(text) else ""
    name = re.split(r"(?i)[.,;]? *all rights reserved|\. |[;。]", _RESERVED.sub("", line))[0].strip(" .,")
    return name if len(name) < 100 else ""


def _iim(block: bytes) -> Iterable[tuple[str, str]]:
    """Yield (name, text) of IPTC IIM datasets: 0x1C, record, number, two bytes of length; long ones end it."""
    at = 0
    while at + 5 <= len(block) and block[at] == 0x1C:
        size = int.from_bytes(block[at + 3 : at + 5], "big")
        if size & 0x8000:
            return
        name = _IIM.get((block[at + 1], block[at + 2]))
        if name:
            yield name, text_of(block[at + 5 : at + 5 + size]).strip()
        at += 5 + size


def _from_c2pa(boxes: bytes) -> Reading:
    manifest = read_manifests(boxes)
    if not manifest.found:
        return Reading(problems=(Problem("", "c2pa_unreadable"),))
    sources = source_type(manifest.digital_source_types)
    tool = next(iter(manifest.claim_generators), "")
    generator = next((name for text in manifest.claim_generators if (name := named(text))), "")
    note = Problem("", "c2pa_found_not_verified", {"tool": tool})
    return Reading(signals=manifest.signals, marks=Marks(generator, sources, tool), problems=(note,))
