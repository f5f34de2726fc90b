"""Where pictures keep what is said about them: text, XMP, EXIF, IPTC and C2PA out of the original bytes.

Sources: PNG 3rd edition (tEXt, zTXt, iTXt, eXIf; caBX of C2PA), JPEG with APP1, APP11 and APP13, RIFF WebP, TIFF 6.0
and Adobe's Photoshop resources (also PSD and PSB). Nothing is decoded as a picture. Every length is checked against
what is there, texts are inflated up to a bound, and a damaged file gives what came before the damage and a problem.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field

from assets.rights.reading.tiff import NotTiff, read_ifds

MAX_CHUNKS = 20_000
MAX_TEXT_BYTES = 2 * 1024 * 1024
MAX_TOTAL_BYTES = 32 * 1024 * 1024
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_XMP_MORE = b"http://ns.adobe.com/xmp/extension/\x00"
_TIFF_XMP, _TIFF_IPTC, _TIFF_PHOTOSHOP, _TIFF_C2PA = 700, 33723, 34377, 52545
_EXIF_TEXTS = {
    270: "ImageDescription",
    305: "Software",
    315: "Artist",
    33432: "Copyright",
    37510: "UserComment",
    40092: "XPComment",
    40093: "XPAuthor",
}


@dataclass
class Embedded:
    """Raw findings. ``texts`` are (key, value) in the order of the file; the others are the bytes of each block."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    iptc: list[bytes] = field(default_factory=list)
    jumbf: list[bytes] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    total_bytes: int = 0

    def room_for(self, data: bytes) -> bool:
        """Count bytes that are kept; False, once with a problem, when there are too many."""
        self.total_bytes += len(data)
        if self.total_bytes <= MAX_TOTAL_BYTES:
            return True
        if "metadata_too_large" not in self.problems:
            self.problems.append("metadata_too_large")
        return False

    def keep(self, blocks: list[bytes], body: bytes) -> None:
        """Keep a block in one of the lists."""
        if body and self.room_for(body):
            blocks.append(body)

    def text(self, key: str, value: str) -> None:
        """Keep a text."""
        if value.strip() and self.room_for(value.encode("utf-8", "replace")):
            self.texts.append((key, value))


def extract(data: bytes) -> Embedded:
    """Return what a PNG, JPEG, WebP, TIFF, PSD or JUMBF (.c2pa) file has embedded; empty for others. Never raises."""
    found = Embedded()
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        _png(data, found)
    elif data.startswith(b"\xff\xd8\xff"):
        _jpeg(data, found)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _webp(data, found)
    elif data[:4] in {b"II*\x00", b"MM\x00*"}:
        _tiff(data, found)
    elif data.startswith(b"8BPS"):
        _psd(data, found)
    elif data[4:8] == b"jumb":
        found.keep(found.jumbf, data[:MAX_TOTAL_BYTES])
    return found


def _png(data: bytes, found: Embedded) -> None:
    at = 8
    for _ in range(MAX_CHUNKS):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        if len(kind) < 4 or len(body) < size:
            found.problems.append("picture_cut_off")
            return
        _png_chunk(kind, body, found)
        if kind == b"IEND":
            return
        at += 12 + size
    found.problems.append("too_many_chunks")


def _png_chunk(kind: bytes, body: bytes, found: Embedded) -> None:
    if kind in {b"tEXt", b"zTXt", b"iTXt"}:
        key, value = _png_text(kind, body, found)
        if key == "XML:com.adobe.xmp":
            found.keep(found.xmp, value.encode("utf-8", "replace"))
        elif key.startswith("Raw profile type "):
            _raw_profile(key, value, found)
        elif key:
            found.text(key, value)
    elif kind == b"eXIf":
        exif(body, found)
    elif kind == b"caBX":
        found.keep(found.jumbf, body)


def _png_text(kind: bytes, body: bytes, found: Embedded) -> tuple[str, str]:
    """Return keyword and text of a chunk; ("", "") for one that cannot be read."""
    key, _, rest = body.partition(b"\x00")
    packed = False
    if kind == b"zTXt":
        packed, rest = True, rest[1:]
    elif kind == b"iTXt":
        packed = rest[:1] == b"\x01"
        rest = rest[2:].split(b"\x00", 2)[-1] if rest[2:].count(b"\x00") >= 2 else b""
    value = _inflated(rest, found) if packed else rest[:MAX_TEXT_BYTES]
    encoding = "utf-8" if kind == b"iTXt" or _is_utf8(value) else "latin-1"
    return key[:79].decode("latin-1"), value.decode(encoding, errors="replace")


def _is_utf8(value: bytes) -> bool:
    # tEXt is Latin-1 by the standard; the tools that write prompts write UTF-8 all the same.
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _inflated(packed: bytes, found: Embedded) -> bytes:
    """Inflate up to MAX_TEXT_BYTES: a small chunk may stand for gigabytes."""
    if found.total_bytes > MAX_TOTAL_BYTES:
        return b""
    inflater = zlib.decompressobj()
    try:
        value = inflater.decompress(packed, MAX_TEXT_BYTES)
    except zlib.error:
        found.problems.append("text_not_inflatable")
        return b""
    if inflater.unconsumed_tail:
        found.problems.append("text_too_large")
    found.total_bytes += len(value)  # also what is thrown away afterwards was work
    return value


def _raw_profile(key: str, value: str, found: Embedded) -> None:
    """Read ImageMagick's way to keep profiles in PNG: a name, a length, then hexadecimal digits."""
    digits = re.sub(r"\s+", "", value.strip().split("\n", 2)[-1])
    try:
        body = bytes.fromhex(digits)
    except ValueError:
        return
    name = key.removeprefix("Raw profile type ").strip().lower()
    if name == "xmp":
        found.keep(found.xmp, body)
    elif name in {"exif", "app1"}:
        exif(body, found)
    elif name in {"iptc", "8bim"}:
        _photoshop(body, found)


def _jpeg(data: bytes, found: Embedded) -> None:
    at, more, boxes = 2, [], []
    for _ in range(MAX_CHUNKS):
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        marker = data[at + 1 : at + 2]
        if data[at : at + 1] != b"\xff" or not marker or marker in {b"\xda", b"\xd9"}:
            break
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + size]
        if size < 2 or len(body) < size - 2:
            found.problems.append("picture_cut_off")
            break
        if marker == b"\xe1" and body.startswith(_XMP_MORE):
            more.append(body[len(_XMP_MORE) :])
        elif marker == b"\xeb" and body[:2] == b"JP":
            boxes.append(body)
        else:
            _jpeg_segment(marker, body, found)
        at += 2 + size
    _extended_xmp(more, found)
    _jpeg_boxes(boxes, found)


def _jpeg_segment(marker: bytes, body: bytes, found: Embedded) -> None:
    if marker == b"\xe1" and body.startswith(_XMP):
        found.keep(found.xmp, body[len(_XMP) :])
    elif marker == b"\xe1" and body.startswith(b"Exif\x00\x00"):
        exif(body, found)
    elif marker == b"\xed" and body.startswith(b"Photoshop 3.0\x00"):
        _photoshop(body[14:], found)
    elif marker == b"\xfe":
        found.text("Comment", body.decode("utf-8" if _is_utf8(body) else "latin-1"))


def _extended_xmp(parts: list[bytes], found: Embedded) -> None:
    """Join XMP that was too long for one segment: 32 digits of its MD5, full length, offset, bytes."""
    by_packet: dict[bytes, list[tuple[int, bytes]]] = {}
    for part in parts:
        by_packet.setdefault(part[:32], []).append((int.from_bytes(part[36:40], "big"), part[40:]))
    for pieces in list(by_packet.values())[:8]:
        packet = b"".join(piece for _, piece in sorted(pieces))
        found.keep(found.xmp, packet)


def _jpeg_boxes(parts: list[bytes], found: Embedded) -> None:
    """Join the pieces of a box in APP11: box number and sequence number, then the header that every piece repeats."""
    by_box: dict[bytes, list[tuple[int, bytes]]] = {}
    for part in parts:
        by_box.setdefault(part[2:4], []).append((int.from_bytes(part[4:8], "big"), part[8:]))
    for pieces in list(by_box.values())[:64]:
        ordered = [piece for _, piece in sorted(pieces)]
        box = ordered[0] + b"".join(piece[8:] for piece in ordered[1:])
        found.keep(found.jumbf, box)


def _webp(data: bytes, found: Embedded) -> None:
    at = 12
    for _ in range(MAX_CHUNKS):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + size]
        if len(kind) < 4:
            return
        if len(body) < size:
            found.problems.append("picture_cut_off")
            return
        if kind == b"XMP ":
            found.keep(found.xmp, body)
        elif kind == b"EXIF":
            exif(body, found)
        elif kind == b"C2PA":
            found.keep(found.jumbf, body)
        at += 8 + size + size % 2


def _tiff(data: bytes, found: Embedded) -> None:
    try:
        tags = read_ifds(data)
    except NotTiff:
        found.problems.append("picture_cut_off")
        return
    for tag, value in tags:
        if tag == _TIFF_XMP:
            found.keep(found.xmp, value)
        elif tag == _TIFF_IPTC:
            found.keep(found.iptc, value)
        elif tag == _TIFF_PHOTOSHOP:
            _photoshop(value, found)
        elif tag == _TIFF_C2PA:
            found.keep(found.jumbf, value)
        elif tag in _EXIF_TEXTS:
            found.text(_EXIF_TEXTS[tag], _exif_text(tag, value))


def exif(body: bytes, found: Embedded) -> None:
    """Read the texts of an EXIF block, with or without its "Exif" header; what is no EXIF is a problem."""
    body = body.removeprefix(b"Exif\x00\x00")
    try:
        tags = read_ifds(body)
    except NotTiff:
        found.problems.append("exif_unreadable")
        return
    for tag, value in tags:
        if tag in _EXIF_TEXTS:
            found.text(_EXIF_TEXTS[tag], _exif_text(tag, value))


def _exif_text(tag: int, value: bytes) -> str:
    if tag in {40092, 40093}:
        return value.decode("utf-16-le", errors="replace").strip("\x00 ")
    if tag == 37510:
        code, value = value[:8], value[8:]
        if code.startswith(b"UNICODE"):
            little = value[1:2] == b"\x00"
            return value.decode("utf-16-le" if little else "utf-16-be", errors="replace").strip("\x00 ")
    return value.decode("utf-8" if _is_utf8(value) else "latin-1").strip("\x00 ")


def _psd(data: bytes, found: Embedded) -> None:
    """Find the image resources: after the header of 26 bytes and the colour table."""
    at = 26
    at += 4 + int.from_bytes(data[at : at + 4], "big")
    size = int.from_bytes(data[at : at + 4], "big")
    resources = data[at + 4 : at + 4 + size]
    if len(data) < at + 4 or len(resources) < size:
        found.problems.append("picture_cut_off")
    _photoshop(resources, found)


def _photoshop(data: bytes, found: Embedded) -> None:
    """Read Photoshop resources: "8BIM", id, name padded to even, size, data padded to even."""
    at = data.find(b"8BIM")
    if at < 0 and data[:1] == b"\x1c":
        found.keep(found.iptc, data[:MAX_TEXT_BYTES])
        return
    for _ in range(MAX_CHUNKS):
        if data[at : at + 4] != b"8BIM":
            return
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        name_size = data[at + 6] if at + 6 < len(data) else 0
        at += 6 + name_size + 1 + (name_size + 1) % 2
        size = int.from_bytes(data[at : at + 4], "big")
        body = data[at + 4 : at + 4 + size]
        if number == 1028:
            found.keep(found.iptc, body)
        elif number == 1060:
            found.keep(found.xmp, body)
        elif number == 1058:
            exif(body, found)
        at += 4 + size + size % 2
