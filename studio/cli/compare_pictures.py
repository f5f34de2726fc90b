"""The small pictures of a report: a drawing cut to its figure, its heat map, a close-up, and approved drawings.

All of them lie on neutral grey, so that colours are judged rightly, and are JPEG but for the heat, which is laid over
the drawing and needs to be clear.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops

if TYPE_CHECKING:
    from studio.core import compute as door

Box = tuple[int, int, int, int]
GROUND = (208, 208, 208)
BIG_PX, CLOSE_PX, SMALL_PX = 520, 300, 112
_FAINT = 12  # a difference from the paper below which nothing is drawn
_CLOSE_SHARE = 0.4  # a place is shown closer when it is smaller than this share of the figure
_LEAST_CLOSE_PX = 48
_MARGIN = 0.04


@dataclass(frozen=True)
class Still:
    """A small picture: JPEG or PNG bytes, its size, and the box of the drawing that it shows, in px of the drawing."""

    data: bytes
    size_hw: tuple[int, int]
    box_xyxy: Box


@dataclass(frozen=True)
class Shot:
    """The pictures of one drawing. A flagged one has `big`, perhaps `heat` over it and a `close` look."""

    small: Still
    big: Still | None = None
    heat: bytes = b""
    close: Still | None = None


def shot(
    rgba: np.ndarray, worst: door.Measurements | None, boxes: Sequence[Sequence[int]], engine: door.Compute
) -> Shot:
    """Return the pictures of a drawing.

    Args:
        rgba: (h, w, 4) uint8, straight alpha.
        worst: the measurement behind the worst flag; None where nothing is flagged.
        boxes: places of the flags in px of the drawing, the worst first.
        engine: draws the heat map.
    """
    figure = figure_box(rgba)
    if worst is None:
        return Shot(_still(rgba, figure, SMALL_PX))
    heat_box = tuple(worst.map_box_xyxy) if worst.map_box_xyxy else figure
    frame = _with_margin(_union([figure, heat_box, *boxes]), rgba.shape[:2])
    big = _still(rgba, frame, BIG_PX)
    close = _still(rgba, _around(boxes[0], rgba.shape[:2]), CLOSE_PX) if _is_small(boxes, frame) else None
    return Shot(_still(rgba, frame, SMALL_PX), big, _heat(worst, big, engine), close)


def approved(rgba: np.ndarray) -> Still:
    """Return an approved drawing, (h, w, 4) uint8, cut to its figure."""
    return _still(rgba, _with_margin(figure_box(rgba), rgba.shape[:2]), BIG_PX)


def figure_box(rgba: np.ndarray) -> Box:
    """Return the box of what is drawn on (h, w, 4) uint8: by alpha or the corner's paper; the whole if empty."""
    height, width = rgba.shape[:2]
    alpha = rgba[..., 3]
    if int(alpha.min()) < 250:
        drawn = Image.fromarray(np.where(alpha > _FAINT, 255, 0).astype(np.uint8))
    else:
        rgb = Image.fromarray(rgba[..., :3])
        paper = Image.new("RGB", rgb.size, rgb.getpixel((0, 0)))
        drawn = ImageChops.difference(rgb, paper).convert("L").point(lambda v: 255 if v > _FAINT else 0)
    return drawn.getbbox() or (0, 0, width, height)


def _still(rgba: np.ndarray, box: Box, most_px: int) -> Still:
    left, top, right, bottom = box
    crop = rgba[top:bottom, left:right]
    # Premultiplied while shrinking, or colours under transparency would bleed into the edges.
    image = Image.fromarray(np.ascontiguousarray(crop)).convert("RGBa")
    if max(image.size) < most_px // 2:  # pixel art is shown larger, with its pixels
        image = image.resize(_times(image.size, most_px), Image.Resampling.NEAREST)
    image.thumbnail((most_px, most_px), Image.Resampling.LANCZOS, reducing_gap=3.0)
    small = image.convert("RGBA")
    ground = Image.new("RGB", small.size, GROUND)
    ground.paste(small, mask=small.getchannel("A"))
    buffer = io.BytesIO()
    ground.save(buffer, "JPEG", quality=84, subsampling=0, optimize=True)
    return Still(buffer.getvalue(), (small.size[1], small.size[0]), box)


def _times(size: tuple[int, int], most_px: int) -> tuple[int, int]:
    times = max(1, most_px // max(size))
    return size[0] * times, size[1] * times


def _heat(worst: door.Measurements, big: Still, engine: door.Compute) -> bytes:
    """Return the drift map as a PNG of the size of `big`, drawn at that size: the drawing itself may be far larger."""
    if worst.drift_map is None or worst.map_box_xyxy is None:
        return b""
    scale = big.size_hw[1] / (big.box_xyxy[2] - big.box_xyxy[0])
    x, y = big.box_xyxy[:2]
    left, top, right, bottom = worst.map_box_xyxy
    moved = (
        round((left - x) * scale),
        round((top - y) * scale),
        round((right - x) * scale),
        round((bottom - y) * scale),
    )
    png = engine.explain(replace(worst, map_box_xyxy=moved), big.size_hw).heat_png
    with Image.open(io.BytesIO(png)) as image:
        if image.mode != "RGBA" or image.getchannel("A").getextrema()[1] == 0:
            return b""
        buffer = io.BytesIO()
        image.quantize(64, method=Image.Quantize.FASTOCTREE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _is_small(boxes: Sequence[Sequence[int]], frame: Box) -> bool:
    if not boxes:
        return False
    left, top, right, bottom = boxes[0]
    return max(right - left, bottom - top) < _CLOSE_SHARE * max(frame[2] - frame[0], frame[3] - frame[1])


def _around(box: Sequence[int], size_hw: tuple[int, ...]) -> Box:
    """Return a box half as large again around a place, never so small that nobody knows what it shows."""
    left, top, right, bottom = box
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    reach = max(right - left, bottom - top, _LEAST_CLOSE_PX) * 0.75
    return _inside((middle_x - reach, middle_y - reach, middle_x + reach, middle_y + reach), size_hw)


def _with_margin(box: Box, size_hw: tuple[int, ...]) -> Box:
    margin = _MARGIN * max(box[2] - box[0], box[3] - box[1])
    return _inside((box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin), size_hw)


def _union(boxes: Sequence[Sequence[int]]) -> Box:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    return left, top, max(box[2] for box in boxes), max(box[3] for box in boxes)


def _inside(box: tuple[float, float, float, float], size_hw: tuple[int, ...]) -> Box:
    """Return a box in whole pixels inside the picture, at least one pixel large."""
    height, width = size_hw[0], size_hw[1]
    left, top = min(max(0, int(box[0])), width - 1), min(max(0, int(box[1])), height - 1)
    return left, top, max(left + 1, min(width, round(box[2]))), max(top + 1, min(height, round(box[3])))
