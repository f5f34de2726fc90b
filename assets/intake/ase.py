"""Adobe Swatch Exchange (.ase): a binary list of named colours, after the format as published by its many readers.

Layout: ``ASEF``, version (2 × uint16), number of blocks (uint32); each block has a kind (uint16), a length (uint32)
and content; all numbers big-endian. A colour block holds a name (uint16 length in UTF-16 units, closing zero counted),
a model of four letters, its values as float32, and a uint16 kind.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from assets.intake.problems import Refused, refused

MAGIC = b"ASEF"
_GROUP_START, _GROUP_END, _COLOUR = 0xC001, 0xC002, 0x0001
_VALUES = {"RGB": 3, "CMYK": 4, "GRAY": 1, "LAB": 3}

# D65 from D50 (Bradford), then XYZ to linear sRGB; ASE's LAB is over D50.
_D50 = (0.96422, 1.0, 0.82521)
_XYZ_D50_TO_LINEAR = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)


@dataclass(frozen=True)
class AseColour:
    """One colour of an ASE file: sRGB 0 to 255, and the model that it was written in."""

    group: str
    name: str
    model: str
    rgb: tuple[int, int, int]


def read_ase(data: bytes, path: str) -> tuple[AseColour, ...]:
    """Read the colours of an ASE file in their order.

    Raises:
        Refused: PALETTE_BROKEN_AT, with the offset of the block that cannot be read.
    """
    colours = []
    group = ""
    for kind, offset, content in _blocks(data, path):
        try:
            if kind == _GROUP_START:
                group = _name(content)[0]
            elif kind == _GROUP_END:
                group = ""
            elif kind == _COLOUR:
                colours.append(_colour(content, group))
        except (struct.error, UnicodeDecodeError, KeyError, ValueError, OverflowError) as error:
            raise _broken(path, offset, "the colour cannot be read") from error
    return tuple(colours)


def _blocks(data: bytes, path: str) -> Iterator[tuple[int, int, bytes]]:
    if not data.startswith(MAGIC) or len(data) < 12:
        raise _broken(path, 0, "it does not begin like a swatch file")
    count = struct.unpack_from(">I", data, 8)[0]
    offset = 12
    for _index in range(count):
        if offset + 6 > len(data):
            raise _broken(path, offset, "the file ends early")
        kind, length = struct.unpack_from(">HI", data, offset)
        if offset + 6 + length > len(data):
            raise _broken(path, offset, "the file ends early")
        yield kind, offset, data[offset + 6 : offset + 6 + length]
        offset += 6 + length


def _name(content: bytes) -> tuple[str, int]:
    """Return a block's name and the offset of what follows it."""
    units = struct.unpack_from(">H", content)[0]
    end = 2 + 2 * units
    if end > len(content):
        msg = "the name ends early"
        raise ValueError(msg)
    return content[2:end].decode("utf-16-be").rstrip("\x00").strip(), end


def _colour(content: bytes, group: str) -> AseColour:
    name, offset = _name(content)
    model = content[offset : offset + 4].decode("ascii").strip().upper()
    values = struct.unpack_from(f">{_VALUES[model]}f", content, offset + 4)
    return AseColour(group, name, model, _to_rgb(model, values))


def _to_rgb(model: str, values: tuple[float, ...]) -> tuple[int, int, int]:
    if model == "RGB":
        red, green, blue = values
    elif model == "GRAY":
        red = green = blue = values[0]
    elif model == "CMYK":
        cyan, magenta, yellow, black = values
        red, green, blue = ((1 - ink) * (1 - black) for ink in (cyan, magenta, yellow))
    else:
        red, green, blue = _lab_to_srgb(*values)
    return _byte(red), _byte(green), _byte(blue)


def _lab_to_srgb(lightness: float, a: float, b: float) -> tuple[float, ...]:
    # Photoshop writes L as 0 to 1, others as 0 to 100; a and b are never divided.
    fy = ((lightness * 100 if lightness <= 1 else lightness) + 16) / 116
    xyz = [_inverse_f(f) * white for f, white in zip((fy + a / 500, fy, fy - b / 200), _D50, strict=True)]
    linear = (sum(m * v for m, v in zip(row, xyz, strict=True)) for row in _XYZ_D50_TO_LINEAR)
    return tuple(_encode(value) for value in linear)


def _inverse_f(value: float) -> float:
    return value**3 if value > 6 / 29 else 3 * (6 / 29) ** 2 * (value - 4 / 29)


def _encode(linear: float) -> float:
    value = min(max(linear, 0.0), 1.0)
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _byte(value: float) -> int:
    return round(min(max(value, 0.0), 1.0) * 255)


def _broken(path: str, offset: int, reason: str) -> Refused:
    return Refused(refused("PALETTE_BROKEN_AT", path, offset=offset, reason=reason))
