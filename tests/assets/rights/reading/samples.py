"""Pictures with something embedded, built here, byte by byte where no library writes it."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

from PIL import Image, PngImagePlugin

DATA = Path(__file__).with_name("data")
# Signed with c2pa-python 0.38.1 and a key of our own: created by a model, generative training notAllowed.
C2PA_WEBP = DATA / "c2pa_signed.webp"
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
PROHIBITED = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"
PARAMETERS = "1girl, line art\nNegative prompt: bad hands\nSteps: 28, Sampler: Euler a, CFG scale: 7, Seed: 1, Model: x"


def xmp(body: str) -> bytes:
    """An XMP packet with properties in one description."""
    spaces = " ".join(
        f'xmlns:{name}="{address}"'
        for name, address in {
            "dc": "http://purl.org/dc/elements/1.1/",
            "xmp": "http://ns.adobe.com/xap/1.0/",
            "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
            "cc": "http://creativecommons.org/ns#",
            "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
            "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        }.items()
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces}>{body}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


RIGHTS_XMP = xmp(
    '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© 2025 Ann Artist</rdf:li></rdf:Alt></dc:rights>'
    "<dc:creator><rdf:Seq><rdf:li>Ann Artist</rdf:li></rdf:Seq></dc:creator>"
    '<cc:license rdf:resource="https://creativecommons.org/licenses/by-nc/4.0/"/>'
    f"<plus:DataMining>{PROHIBITED}</plus:DataMining>"
    f"<Iptc4xmpExt:DigitalSourceType>{TRAINED}</Iptc4xmpExt:DigitalSourceType>"
    "<xmp:CreatorTool>CLIP STUDIO PAINT</xmp:CreatorTool>"
)


def picture(kind: str, **options: object) -> bytes:
    """A small picture as Pillow writes it."""
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), (250, 240, 230)).save(stream, kind, **options)
    return stream.getvalue()


def png(texts: dict[str, str] | None = None, *, packed: bool = False) -> bytes:
    """A PNG with texts."""
    info = PngImagePlugin.PngInfo()
    for key, value in (texts or {}).items():
        info.add_text(key, value, zip=packed)
    return picture("PNG", pnginfo=info)


def png_with(kind: bytes, body: bytes) -> bytes:
    """A PNG with one chunk more, before the end."""
    base = picture("PNG")
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return base[:-12] + chunk + base[-12:]


def png_xmp(packet: bytes) -> bytes:
    """A PNG with an XMP packet."""
    return png_with(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + packet)


def jpeg_with(marker: int, body: bytes) -> bytes:
    """A JPEG with one segment more, right at the beginning."""
    base = picture("JPEG")
    return base[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + base[2:]


def iim(*sets: tuple[int, str]) -> bytes:
    """IPTC IIM datasets of record 2."""
    return b"".join(
        bytes([0x1C, 2, number]) + struct.pack(">H", len(text.encode())) + text.encode()
        for number, text in sets
    )


def resource(number: int, body: bytes) -> bytes:
    """A Photoshop image resource without a name."""
    return (
        b"8BIM"
        + struct.pack(">H", number)
        + b"\x00\x00"
        + struct.pack(">I", len(body))
        + body
        + b"\x00" * (len(body) % 2)
    )


def psd(*resources: bytes) -> bytes:
    """A PSD up to its image resources."""
    block = b"".join(resources)
    return b"8BPS\x00\x01" + b"\x00" * 20 + struct.pack(">I", 0) + struct.pack(">I", len(block)) + block


def box(kind: bytes, body: bytes) -> bytes:
    """A JUMBF box."""
    return struct.pack(">I", len(body) + 8) + kind + body


def superbox(name: str, *content: bytes) -> bytes:
    """A JUMBF superbox with its label."""
    return box(b"jumb", box(b"jumd", b"\x00" * 16 + b"\x03" + name.encode() + b"\x00") + b"".join(content))
