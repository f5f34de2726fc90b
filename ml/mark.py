"""The mark of a machine-made drawing: XMP and a text inside a PNG, XMP inside an SVG, that say what drew it.

Sources: PNG 3rd edition (iTXt), XMP part 3 (keyword "XML:com.adobe.xmp"; SVG metadata), IPTC Photo Metadata 2025.1
(DigitalSourceType, AISystemUsed). No time of day is written, so that the same request gives the same bytes.
"""

from __future__ import annotations

import struct
import zlib
from xml.sax.saxutils import quoteattr

from ml.errors import BadImage

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_MAGIC = b"\x89PNG\r\n\x1a\n"
_HEAD_BYTES = 33  # magic and IHDR
_META = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    "xmp:CreatorTool={tool} Iptc4xmpExt:DigitalSourceType={source}{system}/>"
    "</rdf:RDF></x:xmpmeta>"
)
_PACKET = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{meta}<?xpacket end="r"?>'


def source_type(model_id: str) -> str:
    """Return IPTC's address for what drew: a trained model, or ("none") an algorithm without one."""
    return SOURCE_TYPES + ("algorithmicMedia" if model_id == "none" else "trainedAlgorithmicMedia")


def tool_name(tool: str, engine: str, model_id: str) -> str:
    """Return what drew in one line."""
    return f"{tool}, {engine}" + ("" if model_id == "none" else f", {model_id}")


def xmp(tool: str, engine: str, model_id: str) -> str:
    """Return the XMP of what drew, without the packet around it; fits into the metadata of an SVG."""
    system = "" if model_id == "none" else f" Iptc4xmpExt:AISystemUsed={quoteattr(model_id)}"
    said = quoteattr(tool_name(tool, engine, model_id))
    return _META.format(tool=said, source=quoteattr(source_type(model_id)), system=system)


def marked(png: bytes, engine: str, model_id: str, *, tool: str) -> bytes:
    """Return a PNG with the mark in it, its pixels untouched.

    Raises:
        BadImage: the bytes are no PNG.
    """
    if not png.startswith(_MAGIC) or png[12:16] != b"IHDR":
        msg = "these bytes are no PNG"
        raise BadImage(msg, expected="PNG", actual=png[:8].hex())
    packet = _PACKET.format(meta=xmp(tool, engine, model_id))
    # Before the pixels, where readers look that stop there.
    said = _text("XML:com.adobe.xmp", packet) + _text("Software", tool_name(tool, engine, model_id))
    return png[:_HEAD_BYTES] + said + png[_HEAD_BYTES:]


def _text(keyword: str, text: str) -> bytes:
    """Return an iTXt chunk: keyword, not compressed, no language, no translation, UTF-8."""
    body = b"iTXt" + keyword.encode("latin-1") + b"\x00\x00\x00\x00\x00" + text.encode()
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
