"""XMP packets: properties by name, and what they say about rights, mining and the way a picture was made.

Sources: XMP specification part 1 (RDF/XML), IPTC Photo Metadata Standard 2025.1 (DigitalSourceType, AI fields), PLUS
LDF (``plus:DataMining``), Creative Commons' ``cc:license``, TDMRep's properties. defusedxml parses the XML, without
DTD and entities; the standard library lends the names of its types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MAX_BYTES = 4 * 1024 * 1024
MAX_VALUES = 5_000
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_NAMES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://creativecommons.org/ns#": "cc",
    "http://web.resource.org/cc/": "cc",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://www.w3.org/ns/tdmrep#": "tdm",
    "http://www.w3.org/ns/tdmrep/": "tdm",
}


class NotXmp(ValueError):
    """The packet is no XML, has a DTD, or is larger than MAX_BYTES."""


def properties(packet: bytes) -> dict[str, list[str]]:
    """Return the values of each property by its usual name: ``{"dc:rights": ["© A. Artist"]}``, in their order.

    Lists and language alternatives are flat; structures give the values of their fields under the fields' names.

    Raises:
        NotXmp: nothing can be read.
    """
    if len(packet) > MAX_BYTES:
        raise NotXmp
    start, end = packet.find(b"<"), packet.rfind(b">")
    # Padding and a trailing <?xpacket?> are fine; NULs at the end are not, and some tools leave them.
    try:
        root = fromstring(packet[start : end + 1], forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise NotXmp from error
    found: dict[str, list[str]] = {}
    for count, (name, value) in enumerate(_values(root)):
        if count >= MAX_VALUES:
            break
        found.setdefault(name, []).append(value)
    return found


def _values(root: Element) -> Iterator[tuple[str, str]]:
    """Yield (name, value) of every property: attributes, resources, texts, items of lists under their property."""
    waiting: list[tuple[Element, str]] = [(root, "")]
    while waiting:
        element, parent = waiting.pop()
        name = _name(str(element.tag)) or parent
        for attribute, value in element.attrib.items():
            own = _name(attribute)
            if attribute in {f"{_RDF}resource", f"{_RDF}about"} and name and value.strip():
                yield name, value.strip()
            elif own and value.strip():
                yield own, value.strip()
        text = (element.text or "").strip()
        if text and name:
            yield name, text
        waiting += [(child, name) for child in reversed(element)]


def _name(tag: str) -> str:
    """Return "dc:rights" for a tag in one of the namespaces that matter here, else ""."""
    found = re.fullmatch(r"\{([^}]*)\}(.+)", tag)
    prefix = _NAMES.get(found[1]) if found else None
    return f"{prefix}:{found[2]}" if found and prefix else ""
