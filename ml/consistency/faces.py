"""What is measured of a face and its hair, in the frame of an approved head that was laid over it.

Convention: lengths are in pixels of the head zone (`ZONE_PX` to its side), x to the viewer's right, y down. NaN =
not to be seen. Only named parts of a colour model can say where skin and hair are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.eyes import OpenEye, open_eyes, painted
from ml.consistency.names import is_face_skin, is_hair
from ml.consistency.palette import Palette
from ml.consistency.views import View
from ml.consistency.zones import ZONE_PX
from ml.pixels import F32, U8

FINE = 2  # pixels of the fine canvas for one of the zone
JAW_ROWS = 24
_JAW_TOP, _JAW_BOTTOM = 0.55, 0.95  # of the zone: where a jaw is looked for
WIDE_LEFT, WIDE_TOP, WIDE_PX = 48, 24, 192  # the canvas for hair: the zone and half as much beside and below
FRINGE_COLUMNS = 24
_LINE_PX = 5  # of the fine canvas: ink that parts skin from skin
_LEAST_ROW_PX = 8


@dataclass(frozen=True)
class Parts:
    """The paint of a drawing's skin and hair, and its open eyes, found once for a drawing.

    Convention: `skin`, `hair` (h, w) uint8 255 or 0 over the figure's crop.
    """

    eyes: tuple[OpenEye, ...]
    skin: U8
    hair: U8


@dataclass(frozen=True)
class Face:
    """A face in the frame of a head zone.

    Convention:
        - `eyes` (2, 6): left, right, top, bottom of what lies between the lids, then left and right of the iris;
          the viewer's left eye first, one eye alone is in the first row
        - `jaw` (24, 2): left and right end of the face's skin, from below the eyes to the chin
        - `fringe` (24,): how far hair reaches down over the forehead, by columns across the middle of the head
        - `hair_area`: of the zone's area, hair below and beside the head included
    """

    eyes: F32
    jaw: F32
    fringe: F32
    hair_area: float


def parts_of(view: View, palette: Palette, *, soft: bool = False) -> Parts | None:
    """Return where a drawing has skin, hair and eyes; None where the colour model does not name skin.

    `soft`: its paint was encoded or resampled, see `painted`.
    """
    named = [(row, part) for row, part in enumerate(palette.parts) if palette.named[row]]
    skin = [row for row, part in named if is_face_skin(part) and palette.tones[row] != "line"]
    hair = [row for row, part in named if is_hair(part) and palette.tones[row] != "line"]
    if not skin:
        return None
    return Parts(
        tuple(open_eyes(view, palette, soft=soft)),
        painted(view, palette, skin, soft=soft),
        painted(view, palette, hair, soft=soft),
    )


def face_of(parts: Parts, view: View, affine: F32) -> Face:
    """Return what is measured under `affine` (zone pixels to the standard picture)."""
    skin = _canvas(parts.skin, view, affine, (0.0, 0.0), FINE, ZONE_PX * FINE)
    hair = _canvas(parts.hair, view, affine, (0.0, 0.0), FINE, ZONE_PX * FINE)
    wide = _canvas(parts.hair, view, affine, (-WIDE_LEFT, -WIDE_TOP), 1, WIDE_PX)
    return Face(
        _eyes(parts.eyes, affine),
        _jaw(skin),
        _fringe(hair, skin),
        float(np.count_nonzero(wide)) / ZONE_PX**2,
    )


def _canvas(
    mask: U8, view: View, affine: F32, corner: tuple[float, float], fine: int, size: int
) -> np.ndarray:
    """Return a mask of the crop seen through a fit: (size, size) bool, `corner` its corner in the zone."""
    sx, sy = view.scale_xy
    shift = affine[:, :2] @ np.array(corner, np.float32) + affine[:, 2]
    deep = np.column_stack([affine[:, :2] / fine, shift]) / np.array([[sx], [sy]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(mask, deep.astype(np.float32), (size, size), flags=flags) > 127)


def inverse(affine: F32) -> F32:
    """Return the (2, 3) inverse of an affine map."""
    return np.asarray(cv2.invertAffineTransform(affine.astype(np.float64)), np.float32)


def _eyes(eyes: Sequence[OpenEye], affine: F32) -> F32:
    out = np.full((2, 6), np.nan, np.float32)
    back = inverse(affine)
    for row, eye in enumerate(eyes[:2]):
        at, iris = (points @ back[:, :2].T + back[:, 2] for points in (eye.rim, eye.iris))
        out[row, :4] = at[:, 0].min(), at[:, 0].max(), at[:, 1].min(), at[:, 1].max()
        out[row, 4:] = iris[:, 0].min(), iris[:, 0].max()
    return out


def _jaw(skin: np.ndarray) -> F32:
    """Follow the skin outwards from the middle of the face, row by row, over ink but not over hair."""
    side = skin.shape[0]
    closed = cv2.morphologyEx(skin.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, _LINE_PX), np.uint8))
    rows = np.linspace(_JAW_TOP * side, _JAW_BOTTOM * side, JAW_ROWS).astype(int)
    out = np.full((JAW_ROWS, 2), np.nan, np.float32)
    middle = side // 2
    for index, row in enumerate(rows):
        line = closed[row]
        filled = np.flatnonzero(line[middle - side // 8 : middle + side // 8])
        if filled.size == 0:
            continue
        start = int(filled[np.argmin(np.abs(filled - side // 8))]) + middle - side // 8
        left_gap = np.flatnonzero(line[:start] == 0)
        right_gap = np.flatnonzero(line[start:] == 0)
        left = int(left_gap[-1]) + 1 if left_gap.size else 0
        right = start + int(right_gap[0]) if right_gap.size else side
        if right - left >= _LEAST_ROW_PX:
            out[index] = left / FINE, right / FINE
    return out


def _fringe(hair: np.ndarray, skin: np.ndarray) -> F32:
    """Return for each column how far down hair reaches before the first skin below it."""
    side = hair.shape[0]
    columns = np.linspace(0.25 * side, 0.75 * side, FRINGE_COLUMNS).astype(int)
    out = np.full(FRINGE_COLUMNS, np.nan, np.float32)
    for index, column in enumerate(columns):
        band = slice(column - 1, column + 2)
        bare = np.flatnonzero(skin[: side * 3 // 4, band].sum(axis=1) >= 2)
        covered = np.flatnonzero(hair[:, band].sum(axis=1) >= 2)
        if covered.size == 0:
            continue
        below = bare[bare > covered[0]]
        if below.size:
            out[index] = float(below[0]) / FINE
    return out
