"""Files for the intake tests, good and bad, all built here: no art, no fixtures on disk."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import av
import numpy as np
from PIL import Image
from psd_tools import PSDImage

from assets.intake.safety import Limits

LIMITS = Limits()


def rgba(height: int = 24, width: int = 32, seed: int = 1) -> np.ndarray:
    """A noisy drawing: (h, w, 4) uint8 whose upper rows are transparent and coloured, the others opaque."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 4), dtype=np.uint8)
    pixels[: height // 4, :, 3] = 0
    pixels[height // 4 :, :, 3] = 255
    return pixels


def encoded(pixels: np.ndarray | Image.Image, kind: str, **options) -> bytes:
    """The bytes of a picture as Pillow writes it."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def opaque(mode: str = "RGB", **size) -> Image.Image:
    """A noisy opaque picture in a Pillow mode."""
    return Image.fromarray(rgba(**size)[..., :3]).convert(mode)


def png_chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG with its checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def raw_png(width: int, height: int, bits: int, colour: int, rows: bytes) -> bytes:
    """A PNG written by hand; ``rows`` are the packed, filtered rows."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(rows, 9)) + png_chunk(b"IEND", b"")
    )


def png16(pixels: np.ndarray) -> bytes:
    """A 16-bit RGB PNG of an (h, w, 3) uint16 array."""
    rows = b"".join(b"\x00" + row.astype(">u2").tobytes() for row in pixels)
    return raw_png(pixels.shape[1], pixels.shape[0], 16, 2, rows)


def tiff16(pixels: np.ndarray) -> bytes:
    """A 16-bit RGB TIFF of an (h, w, 3) uint16 array, little-endian, one strip."""
    height, width = pixels.shape[:2]
    data = pixels.astype("<u2").tobytes()
    bits_at = 8 + 2 + 12 * 9 + 4
    tags = [
        (256, 3, 1, width),
        (257, 3, 1, height),
        (258, 3, 3, bits_at),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, bits_at + 6),
        (277, 3, 1, 3),
        (278, 3, 1, height),
        (279, 4, 1, len(data)),
    ]
    directory = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    head = struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + directory + struct.pack("<I", 0)
    return head + struct.pack("<3H", 16, 16, 16) + data


def bomb_png(side: int = 30_000) -> bytes:
    """A small file that unpacks to ``side`` × ``side`` black pixels."""
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    body = b"".join(packer.compress(row * 1000) for _ in range(side // 1000)) + packer.flush()
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def zipped(path: Path, entries: Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> Path:
    """A zip of (name, content)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def psd(layers: Sequence[tuple[str, np.ndarray, bool]], size_hw: tuple[int, int], mode: str = "RGB") -> bytes:
    """A PSD of (layer name, (h, w, 4) uint8, visible), the lowest first."""
    document = PSDImage.new(mode, (size_hw[1], size_hw[0]))
    for name, pixels, visible in layers:
        layer = document.create_pixel_layer(Image.fromarray(pixels), name=name)
        layer.visible = visible
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def cel(position: int, size_hw: tuple[int, int] = (120, 160)) -> np.ndarray:
    """A frame with a figure at ``position``: (h, w, 3) uint8."""
    pixels = np.full((*size_hw, 3), 255, np.uint8)
    left = 10 + position * 20
    pixels[20:80, left : left + 40] = (200, 40, 90)
    pixels[40:44, left : left + 40] = 0
    return pixels


def movie(
    path: Path, frames: Sequence[np.ndarray], codec: str = "libx264", pixel_format: str = "yuv420p"
) -> Path:
    """A movie of (h, w, 3) uint8 frames at 24 fps, its index in front so that a cut-off file still opens."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream(codec, rate=24)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pixel_format
        for pixels in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


def xdts(document: str, first_line: str = "exchangeDigitalTimeSheet Save Data\n") -> bytes:
    """An XDTS file around a JSON text."""
    return (first_line + document).encode()


def ase(blocks: Sequence[tuple[str, str, Sequence[float]]]) -> bytes:
    """A swatch file of (name, model, values)."""
    body = b""
    for name, model, values in blocks:
        text = (name + "\x00").encode("utf-16-be")
        content = struct.pack(">H", len(text) // 2) + text + model.ljust(4).encode()
        content += struct.pack(f">{len(values)}fH", *values, 2)
        body += struct.pack(">HI", 1, len(content)) + content
    return struct.pack(">4sHHI", b"ASEF", 1, 0, len(blocks)) + body
