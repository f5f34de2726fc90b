"""Bytes to arrays and back: decoding with a guard, finding the figure, cropping and resizing it.

Nothing here knows what a design is. OpenCV has no guard against decompression bombs, so the header is read
before a single pixel is allocated.

Convention:
    - `rgba` is uint8 HWC, channel order R G B A, straight alpha; `mask` is bool (h, w)
    - boxes are (left, top, right, bottom) in pixels, right and bottom exclusive
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ml.errors import BadImage, ShapeMismatch
from ml.types import Box

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

MAX_PIXELS = 64_000_000  # 8K with room; beyond that a header is a bomb or a mistake
MAX_SIDE_PX = 20_000
MIN_FIGURE_PX = 12
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_BACKGROUND_RANGE = 14


@dataclass(frozen=True)
class Figure:
    """What stands on the paper, cut out.

    Convention:
        - `rgba` (h, w, 4) uint8 is the crop at the drawing's own scale, `mask` (h, w) its figure
        - `box_xyxy` is where the crop lies in the drawing of `size_hw`
        - `hidden` (h, w) bool is where another figure may cover it, None = nothing does
    """

    rgba: U8
    mask: Mask
    box_xyxy: Box
    size_hw: tuple[int, int]
    hidden: Mask | None = None


def probe_png(data: bytes) -> tuple[int, int]:
    """Return (height, width) from the header alone, or refuse.

    Raises:
        BadImage: not a PNG, more than 8 bits a channel, or more pixels than `MAX_PIXELS`.
    """
    if len(data) < 33 or not data.startswith(_PNG_MAGIC) or data[12:16] != b"IHDR":
        msg = "these bytes are no PNG"
        raise BadImage(msg, expected="PNG", actual=data[:8].hex())
    width, height, depth = struct.unpack(">IIB", data[16:25])
    if depth > 8:
        msg = "only 8 bits a channel can be measured"
        raise BadImage(msg, expected=8, actual=depth)
    if not (0 < width <= MAX_SIDE_PX and 0 < height <= MAX_SIDE_PX and width * height <= MAX_PIXELS):
        msg = "the picture says that it is larger than any drawing"
        raise BadImage(msg, expected=MAX_PIXELS, actual=width * height)
    return height, width


def decode(data: bytes) -> U8:
    """Return the picture as rgba uint8 (h, w, 4); opaque pictures get alpha 255.

    Raises:
        BadImage: see `probe_png`; or the pixels are damaged.
    """
    size_hw = probe_png(data)
    try:
        raw = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        raw = None
    if raw is None or raw.dtype != np.uint8 or raw.shape[:2] != size_hw:
        msg = "the pixels of this PNG cannot be read"
        raise BadImage(msg, expected=size_hw, actual=None if raw is None else raw.shape)
    return np.asarray(_as_rgba(raw), np.uint8)


def _as_rgba(raw: npt.NDArray[Any]) -> npt.NDArray[Any]:
    channels = 1 if raw.ndim == 2 else raw.shape[2]
    if channels == 2:
        return np.dstack([raw[..., 0]] * 3 + [raw[..., 1]])
    code = {1: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_BGR2RGBA, 4: cv2.COLOR_BGRA2RGBA}[channels]
    return cv2.cvtColor(raw, code)


def encode_png(picture: U8) -> bytes:
    """Return PNG bytes of an rgb (h, w, 3) or rgba (h, w, 4) uint8 picture."""
    if picture.ndim != 3 or picture.shape[2] not in {3, 4} or picture.dtype != np.uint8:
        msg = "a picture is uint8 (h, w, 3) or (h, w, 4)"
        raise ShapeMismatch(msg, expected="(h, w, 3|4) uint8", actual=(picture.shape, str(picture.dtype)))
    code = cv2.COLOR_RGB2BGR if picture.shape[2] == 3 else cv2.COLOR_RGBA2BGRA
    done, out = cv2.imencode(".png", cv2.cvtColor(picture, code), [cv2.IMWRITE_PNG_COMPRESSION, 3])
    if not done:
        msg = "OpenCV could not write this picture"
        raise BadImage(msg, actual=picture.shape)
    return bytes(out.tobytes())


def figure_mask(rgba: U8) -> Mask:
    """Return where the figure is: by alpha, or for an opaque picture by the colour of its border."""
    alpha = rgba[..., 3]
    if int(alpha.min()) < 250:
        return np.asarray(alpha > 127)
    return _mask_by_border(rgba)


def _mask_by_border(rgba: U8) -> Mask:
    rgb = rgba[..., :3]
    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    paper = np.median(border, axis=0).astype(np.int16)
    low = np.clip(paper - _BACKGROUND_RANGE, 0, 255).astype(np.uint8)
    high = np.clip(paper + _BACKGROUND_RANGE, 0, 255).astype(np.uint8)
    close = cv2.inRange(rgb, low, high)
    _, labels = cv2.connectedComponents(close, connectivity=4)
    touching = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    outside = np.zeros(int(labels.max()) + 1, np.bool_)
    outside[touching[touching > 0]] = True
    return np.asarray(~outside[labels])


def cut_figure(rgba: U8) -> Figure | None:
    """Return the figure, or None if the paper is empty.

    Specks count as paper: rows and columns with fewer than two figure pixels at the rim are cut off.
    """
    if int(rgba[..., 3].max()) == 0:
        return None
    mask = figure_mask(rgba)
    columns, rows = _occupied(mask, 0), _occupied(mask, 1)
    if columns is None or rows is None:
        return None
    box = (columns[0], rows[0], columns[1], rows[1])
    crop = np.ascontiguousarray(rgba[box[1] : box[3], box[0] : box[2]])
    return Figure(crop, mask[box[1] : box[3], box[0] : box[2]], box, (rgba.shape[0], rgba.shape[1]))


def _occupied(mask: Mask, axis: int) -> tuple[int, int] | None:
    counts = np.count_nonzero(mask, axis=axis)
    where = np.flatnonzero(counts >= 2)
    return None if where.size == 0 else (int(where[0]), int(where[-1]) + 1)


def over(rgba: U8, mask: Mask, paper: tuple[int, int, int]) -> U8:
    """Return rgb uint8 (h, w, 3) of the figure laid over a plain colour; outside the mask is paper."""
    alpha = np.where(mask, rgba[..., 3], 0).astype(np.uint16)[..., None]
    ground = np.array(paper, np.uint16)
    mixed = (rgba[..., :3].astype(np.uint16) * alpha + ground * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)


def resize(picture: npt.NDArray[Any], size_hw: tuple[int, int], *, smooth: bool = True) -> npt.NDArray[Any]:
    """Return the picture at `size_hw`; smooth = area or linear, else nearest (for labels and exact paint)."""
    shrink = size_hw[0] < picture.shape[0]
    kind = (cv2.INTER_AREA if shrink else cv2.INTER_LINEAR) if smooth else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(picture, (size_hw[1], size_hw[0]), interpolation=kind))


def to_lab(rgb: npt.NDArray[Any]) -> F32:
    """Return CIE Lab (D65) of sRGB uint8 (..., 3): float32, L 0..100, a and b about -128..127."""
    flat = np.ascontiguousarray(rgb, np.uint8).reshape(1, -1, 3)
    if flat.size == 0:
        return np.zeros(rgb.shape, np.float32)
    lab = cv2.cvtColor(flat.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    return np.asarray(lab.reshape(rgb.shape), np.float32)
