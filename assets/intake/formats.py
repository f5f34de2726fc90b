"""Pictures of every kind that studios send, read into one kind of array, with everything said that was changed.

A picture is refused rather than guessed: what comes out of here is what the artist drew, or the report says how it
differs.
"""

import hashlib
import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image, ImageCms, ImageOps

from assets.intake.headers import Header, HeaderBroken, PictureKind, foreign_kind, read_header, sniff
from assets.intake.problems import Problem, Refused, converted, notice, refused
from assets.intake.safety import Limits

_EXTENSIONS: dict[str, PictureKind] = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jpe": "JPEG",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".webp": "WEBP",
    ".psd": "PSD",
    ".psb": "PSD",
    ".tga": "TGA",
}
# What Pillow's decoders let out when a file is damaged (Pillow's own issues name each of them).
DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    AttributeError,
    AssertionError,
    Image.DecompressionBombError,
)
_ORIENTATION = 274
_VIEW_COMPRESSION = 1


@dataclass(frozen=True, eq=False)
class Picture:
    """One drawing as it will be stored, shown and measured.

    Convention:
        - ``rgba`` (h, w, 4) uint8, sRGB values, straight alpha; colour of fully transparent pixels is 0
        - ``content_sha256`` is equal for equal pixels, whatever file they came in
        - ``view_png`` is a lossless PNG of ``rgba``; None where the original bytes are already shown alike by
          browsers and decoders
    """

    rgba: np.ndarray
    content_sha256: str
    has_alpha: bool
    view_png: bytes | None
    notes: tuple[Problem, ...] = ()

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.rgba.shape[0], self.rgba.shape[1]


def read_picture(source: Path | bytes, name: str, limits: Limits) -> Picture:
    """Read one picture file.

    Args:
        source: a file, or its content.
        name: the path as the artist named it; used in messages and for its extension.
        limits: what one file may ask for.

    Raises:
        Refused: with a problem that says why and what to do.
    """
    data = read_content(source, name, limits)
    extension = PurePosixPath(name).suffix.lower()
    kind = sniff(data, extension)
    if kind is None:
        found = foreign_kind(data)
        raise Refused(refused("NOT_A_PICTURE", name, found=f" (it looks like {found})" if found else ""))
    notes: list[Problem] = []
    if _EXTENSIONS.get(extension) != kind:
        notes.append(notice("KIND_DIFFERS", name, extension=extension or "nothing", kind=kind))
    try:
        header = read_header(data, kind)
        check_size(header, name, limits)
        with warnings.catch_warnings():
            # Our own limit was asked before, and damage is told in our own words.
            warnings.simplefilter("ignore")
            rgba = _decode(data, header, name, notes)
    except HeaderBroken as error:
        raise Refused(refused("PICTURE_DAMAGED", name, kind=kind, reason=str(error))) from error
    except DAMAGE as error:
        reason = str(error) or type(error).__name__
        raise Refused(refused("PICTURE_DAMAGED", name, kind=kind, reason=reason)) from error
    return picture_from_rgba(rgba, notes=tuple(notes), is_plain=header.plain and not _is_changed(notes))


def picture_from_rgba(
    rgba: np.ndarray, *, notes: tuple[Problem, ...] = (), is_plain: bool = False
) -> Picture:
    """Return the picture of an array; ``is_plain`` says that its original file needs no other view.

    Args:
        rgba: (h, w, 4) uint8, straight alpha; colours under alpha 0 are cleared in place where it is writable.
        notes: what was changed on the way.
        is_plain: whether the original file is shown as it is.
    """
    alpha = rgba[..., 3]
    has_alpha = bool(alpha.min() < 255)
    if has_alpha:
        hidden = (alpha == 0) & rgba[..., :3].any(axis=-1)
        if hidden.any():
            rgba = rgba if rgba.flags.writeable else rgba.copy()
            rgba[hidden] = 0
    rgba = np.ascontiguousarray(rgba)
    view = None if is_plain else encode_png(rgba, has_alpha=has_alpha)
    return Picture(rgba, content_digest(rgba), has_alpha, view, notes)


def content_digest(rgba: np.ndarray) -> str:
    """Return the sha256 of a picture's size and pixels (colours under alpha 0 must be cleared already).

    Args:
        rgba: (h, w, 4) uint8.
    """
    digest = hashlib.sha256(f"{rgba.shape[0]},{rgba.shape[1]}".encode())
    digest.update(np.ascontiguousarray(rgba).data)
    return digest.hexdigest()


def encode_png(rgba: np.ndarray, *, has_alpha: bool) -> bytes:
    """Return a lossless PNG of an (h, w, 4) uint8 array, RGB where there is no alpha to keep."""
    buffer = io.BytesIO()
    pixels = rgba if has_alpha else np.ascontiguousarray(rgba[..., :3])
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=_VIEW_COMPRESSION)
    return buffer.getvalue()


def read_content(source: Path | bytes, name: str, limits: Limits) -> bytes:
    """Return a file's bytes, unless it is empty or larger than ``limits`` allow (then Refused)."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size == 0:
        raise Refused(refused("EMPTY_FILE", name))
    if size > limits.max_file_bytes:
        raise Refused(refused("FILE_TOO_LARGE", name, size_bytes=size, limit_bytes=limits.max_file_bytes))
    return source if isinstance(source, bytes) else source.read_bytes()


def check_size(header: Header, name: str, limits: Limits) -> None:
    """Refuse a picture for the size that its header claims."""
    height, width = header.size_hw
    if not (0 < height <= limits.max_side and 0 < width <= limits.max_side):
        raise Refused(refused("SIDE_TOO_LONG", name, width=width, height=height, limit=limits.max_side))
    if height * width > limits.max_pixels:
        raise Refused(refused("TOO_MANY_PIXELS", name, width=width, height=height, limit=limits.max_pixels))


def _is_changed(notes: list[Problem]) -> bool:
    # Grey of 8 bits is shown alike everywhere; only the array has three channels more.
    return any(note.severity == "converted" and note.code != "GREY_CONVERTED" for note in notes)


def _decode(data: bytes, header: Header, name: str, notes: list[Problem]) -> np.ndarray:
    """Decode to (h, w, 4) uint8 and append to ``notes`` what was changed."""
    if header.kind == "PSD" and header.bits not in {1, 8}:
        raise Refused(refused("DEPTH_NOT_TAKEN", name, bits=header.bits))
    image: Image.Image = Image.open(io.BytesIO(data), formats=[header.kind])
    # Pillow already tells a turned TIFF's upright size.
    if sorted(image.size) != sorted(header.size_hw):
        msg = "the header contradicts itself"
        raise HeaderBroken(msg)
    pages = int(getattr(image, "n_frames", 1)) if header.kind in {"PNG", "WEBP", "TIFF"} else 1
    if header.animated and pages > 1:
        raise Refused(refused("ANIMATED_PICTURE", name, count=pages))
    if pages > 1:
        image.seek(0)
        notes.append(notice("SEVERAL_PAGES", name, count=pages))
    _check_depth(header, image, name, notes)
    # TIFF is set upright by Pillow while it loads, so the mark is read before.
    turned = image.getexif().get(_ORIENTATION, 1) not in {0, 1}
    image.load()
    if turned:
        notes.append(converted("ROTATED", name))
        image = ImageOps.exif_transpose(image)
    _note_profile(image, name, notes)
    rgba = _to_rgba(image, name, notes)
    return _without_unused_alpha(rgba, data, header, name, notes)


def _check_depth(header: Header, image: Image.Image, name: str, notes: list[Problem]) -> None:
    is_deep_tiff = header.kind == "TIFF" and image.mode in {"F", "I"}
    if header.floating or header.bits > 16 or is_deep_tiff:
        raise Refused(refused("DEPTH_NOT_TAKEN", name, bits=header.bits))
    if header.bits > 8:
        notes.append(converted("DEPTH_CONVERTED", name, bits=header.bits))


def _note_profile(image: Image.Image, name: str, notes: list[Problem]) -> None:
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or not profile or image.mode == "CMYK":
        return
    try:
        described = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        described = "unreadable"
    if "srgb" not in described.lower():
        notes.append(notice("COLOUR_PROFILE", name, profile=described))


def _to_rgba(image: Image.Image, name: str, notes: list[Problem]) -> np.ndarray:
    mode = image.mode
    if mode in {"I;16", "I;16B", "I;16L", "I"}:
        return _from_grey16(image)
    if mode in {"LAB", "HSV", "F"}:
        raise Refused(refused("COLOUR_SPACE_NOT_TAKEN", name, mode=mode))
    if mode in {"P", "PA"}:
        notes.append(converted("PALETTE_CONVERTED", name))
    elif mode == "CMYK":
        notes.append(converted("CMYK_CONVERTED", name))
    elif mode == "1":
        notes.append(converted("BILEVEL_CONVERTED", name))
    elif mode in {"L", "LA", "La"}:
        notes.append(converted("GREY_CONVERTED", name, mode=mode))
    return np.array(image.convert("RGBA"), dtype=np.uint8)


def _from_grey16(image: Image.Image) -> np.ndarray:
    grey = np.asarray(image).astype(np.uint32)
    # 65535 / 255 = 257: the nearest of 256 steps.
    grey8 = ((grey + 128) // 257).astype(np.uint8)
    opaque = np.full_like(grey8, 255)
    return np.stack([grey8, grey8, grey8, opaque], axis=-1)


def _without_unused_alpha(
    rgba: np.ndarray, data: bytes, header: Header, name: str, notes: list[Problem]
) -> np.ndarray:
    """Make a TGA opaque whose alpha is zero everywhere though its header counts no alpha bits."""
    if header.kind != "TGA" or data[17] & 0x0F or rgba[..., 3].any() or not rgba[..., :3].any():
        return rgba
    notes.append(converted("ALPHA_UNUSED", name))
    rgba[..., 3] = 255
    return rgba
