"""Between the keys as they are and the small copy that a preview is drawn at: pictures, points, regions.

Only the part of the frame where anything is drawn is kept, so that a small figure in a wide frame is previewed
sharply. Points on the outside are pixels of the keys as given; what the engine sees are pixels of the copy.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import cv2
import numpy as np

from ml.inbetween.records import Region, Weak
from ml.inbetween.steering import XY, Steering

_MARGIN = 0.2  # of the drawn part, on each side: room for paths that swing out
_PAPER_RANGE = 12


@dataclass(frozen=True)
class Window:
    """The part of the frame that is previewed, and how much smaller.

    Convention:
        - `box_xyxy` pixels of the keys as given, right and bottom exclusive
        - `scale` copy px per px of the keys, at most 1, along x and y
        - pixel centres are at integers on both sides
    """

    box_xyxy: tuple[int, int, int, int]
    scale: tuple[float, float]

    def inward(self, point: XY) -> XY:
        """Return a point of the keys in pixels of the copy."""
        x, y = ((v + 0.5 - o) * s - 0.5 for v, o, s in zip(point, self.box_xyxy, self.scale, strict=False))
        return (x, y)

    def outward(self, point: XY) -> XY:
        """Return a point of the copy in pixels of the keys."""
        x, y = ((v + 0.5) / s - 0.5 + o for v, o, s in zip(point, self.box_xyxy, self.scale, strict=False))
        return (x, y)

    def box_outward(self, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        """Return a box of the copy in pixels of the keys, right and bottom exclusive."""
        left, top = (int(v / s + o) for v, o, s in zip(box[:2], self.box_xyxy, self.scale, strict=False))
        right, bottom = (
            int(np.ceil(v / s + o)) for v, o, s in zip(box[2:], self.box_xyxy, self.scale, strict=False)
        )
        return left, top, right, bottom


def window_of(a: np.ndarray, b: np.ndarray, max_px: int) -> Window:
    """Return the window of two keys.

    Args:
        a: (h, w, 4) uint8 RGBA.
        b: the same size.
        max_px: the longer side of the copy at most.
    """
    height, width = a.shape[:2]
    drawn = _drawn(a) | _drawn(b)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    left, top, right, bottom = 0, 0, width, height
    if len(rows):
        x0, x1, y0, y1 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
        room = int(_MARGIN * max(x1 - x0, y1 - y0)) + 8
        left, top = max(0, int(x0) - room), max(0, int(y0) - room)
        right, bottom = min(width, int(x1) + room), min(height, int(y1) + room)
    wide, high = right - left, bottom - top
    scale = min(1.0, max_px / max(wide, high))
    small = max(1, round(wide * scale)), max(1, round(high * scale))
    return Window((left, top, right, bottom), (small[0] / wide, small[1] / high))


def _drawn(rgba: np.ndarray) -> np.ndarray:
    """Return (h, w) bool, where a key differs from its ground: by alpha, else from the colour of its corners."""
    if rgba[..., 3].min() < 255:
        return rgba[..., 3] > 0
    corners = rgba[[0, 0, -1, -1], [0, -1, 0, -1], :3].astype(np.int16)
    if np.ptp(corners, axis=0).max() > _PAPER_RANGE:
        return np.ones(rgba.shape[:2], bool)
    return np.abs(rgba[..., :3].astype(np.int16) - corners[0]).max(axis=-1) > _PAPER_RANGE


def copy_of(rgba: np.ndarray, window: Window) -> np.ndarray:
    """Return the small copy of a key, (h, w, 4) uint8; where nothing shrinks, the very pixels.

    Colours are averaged by area with their alpha, so that no ground bleeds into a figure.
    """
    left, top, right, bottom = window.box_xyxy
    part = np.ascontiguousarray(rgba[top:bottom, left:right])
    if window.scale == (1.0, 1.0):
        return part
    size = round((right - left) * window.scale[0]), round((bottom - top) * window.scale[1])
    alpha = part[..., 3:].astype(np.float32) / 255
    flat = np.dstack((part[..., :3].astype(np.float32) * alpha, alpha))
    small = cv2.resize(flat, size, interpolation=cv2.INTER_AREA)
    solid = np.maximum(small[..., 3:], 1e-6)
    colour = np.where(small[..., 3:] > 0, small[..., :3] / solid, 0)
    return np.dstack((np.clip(colour + 0.5, 0, 255), small[..., 3] * 255 + 0.5)).astype(np.uint8)


def steering_inward(steering: Steering, window: Window) -> Steering:
    """Return what an artist asked for in pixels of the copy."""
    changed = {
        each.name: tuple(_entry_inward(entry, window) for entry in getattr(steering, each.name))
        for each in fields(steering)
    }
    return Steering(**changed)


def _entry_inward(entry: Any, window: Window) -> Any:
    names = [each.name for each in fields(entry) if each.name.endswith("xy")]
    return replace(entry, **{name: window.inward(getattr(entry, name)) for name in names})


def region_outward(region: Region, window: Window) -> dict[str, Any]:
    """Return the plain form of a region in pixels of the keys."""
    outline = [window.outward((float(x), float(y))) for x, y in region.outline]
    area = region.area_px / (window.scale[0] * window.scale[1])
    return replace(
        region,
        area_px=round(area),
        centre_xy=window.outward(region.centre_xy),
        box_xyxy=window.box_outward(region.box_xyxy),
        outline=np.asarray(outline, np.float32).reshape(-1, 2),
    ).as_json()


def weak_outward(weak: Weak, window: Window) -> dict[str, Any]:
    """Return the plain form of a place where a breakdown drawing is needed, in pixels of the keys."""
    return replace(weak, box_xyxy=window.box_outward(weak.box_xyxy)).as_json()
