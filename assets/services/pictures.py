"""Bytes of pictures on their way in and out: stored with their view, and shown small.

A picture is read one at a time, so memory stays flat whatever an upload holds.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from django.conf import settings
from PIL import Image, ImageChops

from assets.intake.formats import Picture, encode_png
from assets.intake.safety import Limits
from studio.core.errors import InvalidInput, phrase
from studio.core.storage import blobs

_SIZES_PX = range(16, 2049)
_SOLID, _FAINT = 250, 12  # alpha above which nothing shows through; difference below which nothing is drawn


class HasPicture(Protocol):
    """A row with the columns of a stored picture."""

    blob: str
    view_blob: str
    content_sha256: str
    has_alpha: bool

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width in px."""
        ...


@dataclass(frozen=True)
class StoredPicture:
    """A picture whose bytes are in the store: `blob` as it came, `view_blob` as pages and checks read it."""

    blob: str
    view_blob: str
    content_sha256: str
    size_hw: tuple[int, int]
    has_alpha: bool

    @classmethod
    def of(cls, row: HasPicture) -> StoredPicture:
        """Return the picture of a row that has one."""
        return cls(row.blob, row.view_blob, row.content_sha256, row.size_hw, row.has_alpha)

    def columns(self) -> dict[str, Any]:
        """Return what a row with a picture holds of it, by the names of its columns."""
        return {
            "blob": self.blob,
            "view_blob": self.view_blob,
            "content_sha256": self.content_sha256,
            "height_px": self.size_hw[0],
            "width_px": self.size_hw[1],
            "has_alpha": self.has_alpha,
        }


def limits() -> Limits:
    """Return what one upload of this installation may ask for."""
    return Limits(max_file_bytes=settings.MAX_UPLOAD_BYTES)


def store(picture: Picture, original: bytes | Path | None) -> StoredPicture:
    """Put a picture's bytes into the store. Without an original (a layer, a frame) the view stands for both.

    Raises:
        StorageFull: no room; nothing is left behind.
    """
    view = picture.view_png
    if original is None and view is None:
        view = encode_png(picture.rgba, has_alpha=picture.has_alpha)
    view_blob = blobs().put(io.BytesIO(view)).sha256 if view is not None else ""
    blob = _put(original) if original is not None else view_blob
    return StoredPicture(blob, view_blob or blob, picture.content_sha256, picture.size_hw, picture.has_alpha)


def thumb(view_blob: str, max_px: int = 320) -> bytes:
    """Return a WebP of a stored view, its longer side at most `max_px`; made once, kept in the cache folder.

    Raises:
        NotFound: the blob is missing.
    """
    if max_px not in _SIZES_PX:
        raise InvalidInput(
            field="max_px",
            reason=phrase("from {first} to {last}", first=_SIZES_PX.start, last=_SIZES_PX.stop - 1),
        )
    kept = Path(settings.CACHE_DIR) / "thumbs" / view_blob[:2] / f"{view_blob}_{max_px}.webp"
    try:
        return kept.read_bytes()
    except FileNotFoundError:
        data = _shrink(view_blob, max_px)
    _keep(kept, data)
    return data


def on_paper(view_blob: str, max_px: int) -> bytes:
    """Return a small JPEG of a stored view on white paper, for printing. It is not kept.

    Raises:
        NotFound: the blob is missing.
    """
    with blobs().open(view_blob) as stream, Image.open(stream) as image:
        small = _small(image, max_px)
    paper = Image.new("RGB", small.size, "white")
    paper.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
    buffer = io.BytesIO()
    paper.save(buffer, "JPEG", quality=84)
    return buffer.getvalue()


def figure_box(view_blob: str) -> tuple[int, int, int, int]:
    """Return (left, top, right, bottom) in px of what is drawn, right and bottom exclusive; the whole where empty.

    By alpha where there is any, else by what differs from the paper's colour in the corner. Kept in the cache folder.

    Raises:
        NotFound: the blob is missing.
    """
    kept = Path(settings.CACHE_DIR) / "thumbs" / view_blob[:2] / f"{view_blob}_box.json"
    try:
        left, top, right, bottom = json.loads(kept.read_bytes())
    except (FileNotFoundError, ValueError):
        left, top, right, bottom = _look_for_figure(view_blob)
        _keep(kept, json.dumps([left, top, right, bottom]).encode())
    return left, top, right, bottom


def _look_for_figure(view_blob: str) -> tuple[int, int, int, int]:
    with blobs().open(view_blob) as stream, Image.open(stream) as image:
        rgba = image.convert("RGBA")
    alpha = rgba.getchannel("A")
    least, _most = cast("tuple[float, float]", alpha.getextrema())
    if least < _SOLID:
        drawn = alpha.point(lambda value: 255 if value > _FAINT else 0)
    else:
        rgb = rgba.convert("RGB")
        paper = Image.new("RGB", rgb.size, rgb.getpixel((0, 0)))
        drawn = (
            ImageChops.difference(rgb, paper).convert("L").point(lambda value: 255 if value > _FAINT else 0)
        )
    return drawn.getbbox() or (0, 0, *rgba.size)


def _shrink(view_blob: str, max_px: int) -> bytes:
    with blobs().open(view_blob) as stream, Image.open(stream) as image:
        small = _small(image, max_px)
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=86, method=4)
    return buffer.getvalue()


def _small(image: Image.Image, max_px: int) -> Image.Image:
    # Premultiplied while shrinking, or colours under transparency would bleed into the edges.
    small = image.convert("RGBa") if image.mode in {"RGBA", "LA", "PA", "P"} else image.convert("RGB")
    small.thumbnail((max_px, max_px), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return small.convert("RGBA") if small.mode == "RGBa" else small


def _keep(path: Path, data: bytes) -> None:
    """Write a cache file whole or not at all; a full disk only costs the cache."""
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as target:
            target.write(data)
        Path(name).replace(path)
    except OSError:
        if name:
            Path(name).unlink(missing_ok=True)


def _put(original: bytes | Path) -> str:
    if isinstance(original, bytes):
        return blobs().put(io.BytesIO(original)).sha256
    with original.open("rb") as stream:
        return blobs().put(stream).sha256
