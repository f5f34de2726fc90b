"""What a picture says about itself in its first bytes, read before any decoder is trusted with it.

The kind comes from the content, never from the extension. Sizes and depths are read here because a decoder would first
allocate what a bomb promises, and because Pillow opens 16-bit RGB as 8-bit without a word.
"""

import struct
from dataclasses import dataclass
from typing import Literal

PictureKind = Literal["PNG", "JPEG", "TIFF", "WEBP", "PSD", "TGA"]

_MAGIC: tuple[tuple[int, bytes, PictureKind], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (8, b"WEBP", "WEBP"),
    (0, b"8BPS\x00\x01", "PSD"),
)
# Kinds that are known by sight but not taken, for a report that helps.
_FOREIGN: tuple[tuple[int, bytes, str], ...] = (
    (0, b"GIF8", "GIF"),
    (0, b"BM", "BMP"),
    (0, b"8BPS\x00\x02", "a large Photoshop document (PSB)"),
    (0, b"%PDF", "PDF"),
    (0, b"PK\x03\x04", "a zip archive"),
    (0, b"v/1\x01", "OpenEXR"),
    (0, b"CSFCHUNK", "Clip Studio"),
    (0, b"qoif", "QOI"),
    (0, b"\x00\x00\x01\x00", "an icon"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"<svg", "SVG"),
    (0, b"<?xml", "XML"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftyp", "a movie"),
    (0, b"\x1aE\xdf\xa3", "a movie"),
)
_TGA_FOOTER = b"TRUEVISION-XFILE.\x00"
_JPEG_SIZES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})


class HeaderBroken(Exception):
    """The first bytes are of a known kind but do not make sense; the argument says what."""


@dataclass(frozen=True)
class Header:
    """A picture's own claims: nothing here has been checked against its pixels."""

    kind: PictureKind
    size_hw: tuple[int, int]
    bits: int = 8
    floating: bool = False
    animated: bool = False
    plain: bool = False
    """PNG only: 8 bits, grey, RGB or RGBA, nothing that browsers and decoders show differently."""


def sniff(data: bytes, extension: str) -> PictureKind | None:
    """Return the kind of a picture by its content; ``extension`` (".tga") only decides for a TGA without footer."""
    for offset, magic, kind in _MAGIC:
        if data.startswith(magic, offset):
            return kind
    if _is_tga_header(data) and (data.endswith(_TGA_FOOTER) or extension.lower() == ".tga"):
        return "TGA"
    return None


def foreign_kind(data: bytes) -> str:
    """Return what content that is no picture of ours seems to be, empty if unknown."""
    for offset, magic, name in _FOREIGN:
        if data[offset : offset + len(magic)] == magic:
            return name
    return "text" if data and b"\x00" not in data[:2048] and _is_text(data[:2048]) else ""


def read_header(data: bytes, kind: PictureKind) -> Header:
    """Return what a picture of ``kind`` says about itself.

    Raises:
        HeaderBroken: the header ends early or contradicts itself.
    """
    readers = {
        "PNG": _read_png,
        "JPEG": _read_jpeg,
        "TIFF": _read_tiff,
        "WEBP": _read_webp,
        "PSD": _read_psd,
        "TGA": _read_tga,
    }
    try:
        return readers[kind](data)
    except (struct.error, IndexError) as error:
        msg = "the header ends early"
        raise HeaderBroken(msg) from error


def _is_text(head: bytes) -> bool:
    try:
        head[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_tga_header(data: bytes) -> bool:
    if len(data) < 19:
        return False
    colour_map, image_type, depth = data[1], data[2], data[16]
    width, height = struct.unpack_from("<HH", data, 12)
    if colour_map > 1 or image_type not in {1, 2, 3, 9, 10, 11} or not (width and height):
        return False
    if image_type in {1, 9} and not colour_map:
        return False
    return depth in {8, 15, 16, 24, 32} and not data[17] & 0xC0


def _png_chunks(data: bytes) -> dict[bytes, bytes]:
    """Return the first chunk of each name, and the order kept; stops quietly where the file ends."""
    chunks: dict[bytes, bytes] = {}
    offset = 8
    while offset + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, offset)
        # Pixels may be large and are not looked at here.
        content = b"" if name == b"IDAT" else data[offset + 8 : offset + 8 + length]
        chunks.setdefault(name, content)
        offset += 12 + length
    return chunks


def _read_png(data: bytes) -> Header:
    chunks = _png_chunks(data)
    if next(iter(chunks), b"") != b"IHDR" or len(chunks[b"IHDR"]) != 13:
        msg = "IHDR is missing"
        raise HeaderBroken(msg)
    width, height, bits, colour = struct.unpack_from(">IIBB", chunks[b"IHDR"])
    if b"IEND" not in chunks:
        msg = "the end is missing"
        raise HeaderBroken(msg)
    return Header(
        "PNG",
        (height, width),
        bits=bits,
        animated=b"acTL" in chunks,
        plain=bits == 8 and colour in {0, 2, 6} and _shown_as_is(chunks),
    )


def _shown_as_is(chunks: dict[bytes, bytes]) -> bool:
    harmless = {
        b"IHDR",
        b"IDAT",
        b"IEND",
        b"sRGB",
        b"pHYs",
        b"tEXt",
        b"zTXt",
        b"iTXt",
        b"tIME",
        b"bKGD",
        b"sBIT",
    }
    # 45455 is the gamma of sRGB; with it, or beside an sRGB chunk, nothing is shown differently.
    if chunks.get(b"gAMA") == struct.pack(">I", 45455):
        harmless.add(b"gAMA")
    if b"sRGB" in chunks:
        harmless |= {b"gAMA", b"cHRM"}
    return set(chunks) <= harmless


def _read_jpeg(data: bytes) -> Header:
    offset = 2
    while True:
        if data[offset] != 0xFF:
            msg = "a marker is missing"
            raise HeaderBroken(msg)
        marker = data[offset + 1]
        if marker == 0xFF:
            offset += 1
            continue
        if marker in _JPEG_SIZES:
            bits, height, width = struct.unpack_from(">BHH", data, offset + 4)
            return Header("JPEG", (height, width), bits=bits)
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            offset += 2
            continue
        offset += 2 + int(struct.unpack_from(">H", data, offset + 2)[0])


def _read_tiff(data: bytes) -> Header:
    order = "<" if data[:2] == b"II" else ">"
    tags = _tiff_tags(data, order)
    if 256 not in tags or 257 not in tags:
        msg = "the size is missing"
        raise HeaderBroken(msg)
    return Header(
        "TIFF",
        (tags[257][0], tags[256][0]),
        bits=max(tags.get(258, [1])),
        floating=3 in tags.get(339, []),
    )


def _tiff_tags(data: bytes, order: str) -> dict[int, list[int]]:
    """Return the short and long tags of the first directory."""
    start = struct.unpack_from(order + "I", data, 4)[0]
    count = struct.unpack_from(order + "H", data, start)[0]
    tags: dict[int, list[int]] = {}
    for index in range(count):
        entry = start + 2 + 12 * index
        tag, kind, length = struct.unpack_from(order + "HHI", data, entry)
        letter = {3: "H", 4: "I"}.get(kind)
        if tag not in {256, 257, 258, 339} or letter is None or not 0 < length <= 64:
            continue
        size = struct.calcsize(letter) * length
        offset = entry + 8 if size <= 4 else struct.unpack_from(order + "I", data, entry + 8)[0]
        tags[tag] = list(struct.unpack_from(f"{order}{length}{letter}", data, offset))
    return tags


def _read_webp(data: bytes) -> Header:
    name = data[12:16]
    if name == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return Header("WEBP", (height, width), animated=bool(data[20] & 0x02))
    if name == b"VP8L":
        packed = struct.unpack_from("<I", data, 21)[0]
        return Header("WEBP", ((packed >> 14 & 0x3FFF) + 1, (packed & 0x3FFF) + 1))
    if name == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Header("WEBP", (height & 0x3FFF, width & 0x3FFF))
    msg = "the first chunk is unknown"
    raise HeaderBroken(msg)


def _read_psd(data: bytes) -> Header:
    height, width, bits, _mode = struct.unpack_from(">IIHH", data, 14)
    return Header("PSD", (height, width), bits=bits)


def _read_tga(data: bytes) -> Header:
    id_length, colour_map, image_type = data[0], data[1], data[2]
    map_length, map_bits = struct.unpack_from("<HB", data, 5)
    width, height, depth = struct.unpack_from("<HHB", data, 12)
    start = 18 + id_length + (map_length * ((map_bits + 7) // 8) if colour_map else 0)
    if image_type < 8 and len(data) < start + width * height * ((depth + 7) // 8):
        msg = "the pixels end early"
        raise HeaderBroken(msg)
    return Header("TGA", (height, width))
