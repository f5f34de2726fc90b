"""The eyes of a drawing by the parts of its colour model: where each lies and how far it is opened, to the pixel.

Only a model that names them can say so: an iris is told from the white, and both from lashes and hair. What lies
between the lids is taken as one shape, so that a glance to the side moves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.names import is_eye
from ml.consistency.palette import Palette
from ml.consistency.views import View
from ml.pixels import F32, U8

_WHITES = frozenset({"white", "whites", "sclera", "catchlight", "highlight"})
_LEAST_IRIS_PX = 10
_LEAST_SHARE = 0.15  # of the larger iris: a smaller piece is no eye of its own
_LEAST_WHITE_PX = 3
_STRAND = 0.35  # of an iris' height: a strand of hair that parts an iris
_NEAR = 0.45  # of an iris' height: what is white of an eye begins within it
_SOFT_RANGE = 20  # of a channel: encoded paint


@dataclass(frozen=True)
class OpenEye:
    """One eye that is open.

    Convention:
        - `rim` (n, 2) float32: corners of the hull of what lies between the lids, x y in the standard picture
        - `iris` (m, 2) float32: the same of the iris alone
        - `whites`: whether any white of the eye is to be seen
    """

    rim: F32
    iris: F32
    whites: bool


def eye_rows(palette: Palette) -> tuple[list[int], list[int]]:
    """Return the palette rows of irises and of what is white in an eye."""
    irises: list[int] = []
    whites: list[int] = []
    for row, (part, named) in enumerate(zip(palette.parts, palette.named, strict=True)):
        if named and is_eye(part):
            words = set(re.findall(r"[a-z]+", part.lower()))
            (whites if words & _WHITES else irises).append(row)
    return irises, whites


def open_eyes(view: View, palette: Palette, *, soft: bool = False) -> list[OpenEye]:
    """Return the open eyes of a drawing, the one at the picture's left first; none where no part names them.

    `soft`: its paint was encoded or resampled, see `painted`.
    """
    irises, whites = eye_rows(palette)
    if not irises:
        return []
    iris = painted(view, palette, irises, soft=soft)
    pieces = _irises(iris)
    if not pieces:
        return []
    white = _components(painted(view, palette, whites, soft=soft), _LEAST_WHITE_PX) if whites else []
    found = [_eye_of(view, iris_piece, white) for iris_piece in pieces]
    return sorted(found, key=lambda e: float(e.rim[:, 0].mean()))


def painted(view: View, palette: Palette, rows: list[int], *, soft: bool = False) -> U8:
    """Return the crop's pixels of some palette rows, 255 or 0; borders that mix two paints are left out.

    `soft` allows for encoded or resampled paint; what is drawn without exact paint is soft anyway.
    """
    spread = 1 if view.paints.exact and not soft else _SOFT_RANGE
    rgba = view.figure.rgba
    out = np.zeros(rgba.shape[:2], np.uint8)
    for red, green, blue in palette.rgb[rows].astype(int).tolist():
        low = (red - spread, green - spread, blue - spread, 128)
        high = (red + spread, green + spread, blue + spread, 255)
        out |= np.asarray(cv2.inRange(rgba, low, high), np.uint8)
    return out


@dataclass(frozen=True)
class _Blob:
    """A connected area: its box and the corners of its hull, crop pixels by their outer borders."""

    box: tuple[int, int, int, int]
    area_px: int
    hull: F32


def _components(mask: U8, least_px: int) -> list[_Blob]:
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask)
    found = []
    for index in range(1, count):
        left, top, wide, high, area = (int(v) for v in stats[index])
        if area < least_px:
            continue
        own = (parts[top : top + high, left : left + wide] == index).astype(np.uint8)
        found.append(_Blob((left, top, left + wide, top + high), area, _hull(own, left, top)))
    return found


def _hull(own: U8, left: int, top: int) -> F32:
    contours, _ = cv2.findContours(own, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    points = np.concatenate(contours).reshape(-1, 2)
    corners = np.concatenate([points + np.array((left + dx, top + dy)) for dx in (0, 1) for dy in (0, 1)])
    return np.asarray(cv2.convexHull(corners.astype(np.float32)).reshape(-1, 2), np.float32)


def _irises(mask: U8) -> list[_Blob]:
    """Return the one or two largest areas of iris; strands of hair and lights do not part them."""
    small = _components(mask, 2)
    if not small or sum(b.area_px for b in small) < _LEAST_IRIS_PX:
        return []
    largest = max(small, key=lambda b: b.area_px)
    groups: list[list[_Blob]] = []
    reach = max(2.0, _STRAND * (largest.box[3] - largest.box[1]))
    for blob in sorted(small, key=lambda b: (-b.area_px, b.box)):
        near = next((g for g in groups if any(_gap(blob.box, o.box) <= reach for o in g)), None)
        groups.append([blob]) if near is None else near.append(blob)
    merged = [_merged(group) for group in groups]
    most = max(b.area_px for b in merged)
    kept = [b for b in merged if b.area_px >= max(_LEAST_SHARE * most, _LEAST_IRIS_PX / 3)]
    return sorted(kept, key=lambda b: -b.area_px)[:2]


def _merged(group: list[_Blob]) -> _Blob:
    boxes = np.array([b.box for b in group])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    hull = cv2.convexHull(np.concatenate([b.hull for b in group])).reshape(-1, 2)
    box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
    return _Blob(box, sum(b.area_px for b in group), np.asarray(hull, np.float32))


def _gap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    """Return the distance of two boxes, 0 where they overlap."""
    across = max(one[0] - other[2], other[0] - one[2], 0)
    down = max(one[1] - other[3], other[1] - one[3], 0)
    return float(np.hypot(across, down))


def _eye_of(view: View, iris: _Blob, whites: list[_Blob]) -> OpenEye:
    high = iris.box[3] - iris.box[1]
    reach = max(2.0, _NEAR * high)
    middle = (iris.box[1] + iris.box[3]) / 2.0
    own = [
        w
        for w in whites
        if _gap(w.box, iris.box) <= reach and abs((w.box[1] + w.box[3]) / 2.0 - middle) < high
    ]
    rim = _merged([iris, *own])
    scale = np.array(view.scale_xy, np.float32)
    return OpenEye(rim.hull * scale, iris.hull * scale, bool(own))
