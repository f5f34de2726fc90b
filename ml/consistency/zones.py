"""Head and torso of a figure: where they are in an approved drawing, cut out at a standard size.

The head is found by the colour model where its parts are named (eyes, hair), else by the silhouette. Only
approved drawings need this: in a drawing under check the zones are found by registration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.eyes import eye_rows, painted
from ml.consistency.names import is_head
from ml.consistency.palette import Palette
from ml.consistency.views import OFF_PALETTE, View
from ml.pixels import F32, U8, Mask

ZONE_PX = 96
HEAD_MARGIN = 1.2
_DEFAULT_HEAD = 0.27
_LEAST_TORSO = 0.28
_PROFILE_ROWS = 200
_NECK_ROWS = range(28, 110)
_LEAST_EYES_PX = 4
_EYE_TO_HEAD = 1.75  # head height by the height from its top to the eyes: eyes sit a little below the middle


@dataclass(frozen=True, eq=False)
class Zone:
    """A square cut out of a view; equal to itself alone, so that what is derived from it can be kept.

    Convention:
        - `rgb` (96, 96, 3) uint8, `labels` (96, 96) int16 (see `Reading`), `cover` (96, 96) bool
        - `side_px`: its side in the standard picture; (`left`, `top`) its corner there
    """

    rgb: U8
    labels: np.ndarray
    cover: Mask
    side_px: float
    left: float
    top: float


def heads_of(views: Sequence[View], palette: Palette) -> list[tuple[float, float, float]]:
    """Return (top, bottom, centre x) of the head in each drawing's standard picture.

    Where the colour model names eyes they say where the head is. A drawing that shows none, from behind or with
    closed eyes, gets the head of the others that are framed alike; without any, the silhouette is asked.
    """
    named = [head_top_bottom(view, palette) for view in views]
    found = []
    for view, own in zip(views, named, strict=True):
        others = [
            (n[1] - n[0]) / v.size_hw[0]
            for n, v in zip(named, views, strict=True)
            if n is not None and v.cropped == view.cropped
        ]
        top, bottom, centre = silhouette_head(view.cover) if own is None else own
        if own is None and others:
            top, bottom = 0.0, float(np.median(others)) * view.size_hw[0]
            xs = np.nonzero(view.cover[: max(4, int(bottom))])[1]
            centre = float(np.median(xs)) if xs.size else centre
        found.append((top, bottom, centre))
    return found


def head_top_bottom(view: View, palette: Palette) -> tuple[float, float, float] | None:
    """Return (top, bottom, centre x) of the head in the standard picture by named parts, or None."""
    irises, _ = eye_rows(palette)
    eyes = painted(view, palette, irises) if irises else None
    if eyes is None or cv2.countNonZero(eyes) < _LEAST_EYES_PX:
        return None
    ys, xs = np.nonzero(eyes)
    eye_y, eye_x = float(np.median(ys)), (float(xs.min()) + float(xs.max())) / 2.0
    hair = np.isin(view.reading.labels[: int(eye_y) + 1], _rows_of(palette))
    above = np.nonzero(hair)[0]
    if above.size == 0:
        above = np.nonzero(view.figure.mask[: int(eye_y) + 1])[0]
    top = float(np.percentile(above, 0.5)) if above.size else 0.0
    sx, sy = view.scale_xy
    return top * sy, (top + (eye_y - top) * _EYE_TO_HEAD) * sy, eye_x * sx


def _rows_of(palette: Palette) -> list[int]:
    return [i for i, part in enumerate(palette.parts) if is_head(part)]


def silhouette_head(cover: Mask) -> tuple[float, float, float]:
    """Return (top, bottom, centre x) of a head guessed from the silhouette, in pixels of `cover`.

    The neck is the first place from the top that is clearly narrower than what is above and below it; where
    hair hides it, the usual share of a figure is taken.
    """
    k = cover.shape[0] / _PROFILE_ROWS
    small = cv2.resize(
        cover.astype(np.uint8) * 255, (cover.shape[1], _PROFILE_ROWS), interpolation=cv2.INTER_AREA
    )
    widths = np.count_nonzero(small > 127, axis=1).astype(np.float32)
    smooth = np.convolve(widths, np.ones(5, np.float32) / 5.0, mode="same")
    bottom = (
        next((row for row in _NECK_ROWS if _is_neck(smooth, row)), round(_DEFAULT_HEAD * _PROFILE_ROWS)) * k
    )
    xs = np.nonzero(cover[: max(4, int(bottom))])[1]
    return 0.0, float(bottom), float(np.median(xs)) if xs.size else cover.shape[1] / 2.0


def _is_neck(widths: F32, row: int) -> bool:
    above, below = float(widths[:row].max()), float(widths[row : row + 40].max())
    narrowest = widths[row] <= widths[max(0, row - 8) : row + 9].min()
    return bool(narrowest and widths[row] < 0.72 * above and below > 1.25 * widths[row])


def head_square(top: float, bottom: float, centre: float) -> tuple[float, float, float]:
    """Return (left, top, side) of the square around a head, with a margin."""
    side = max(16.0, (bottom - top) * HEAD_MARGIN)
    return centre - side / 2.0, top - (side - (bottom - top)) / 2.0, side


def torso_square(view_cover: Mask, head: tuple[float, float, float]) -> tuple[float, float, float] | None:
    """Return (left, top, side) of the square below a head, or None where nothing hangs below it."""
    _, top, side = head
    start = top + side / HEAD_MARGIN * 1.02
    room = min(
        side, view_cover.shape[0] - start
    )  # a bust ends at the picture's edge; the edge is no part of it
    if room < _LEAST_TORSO * side:
        return None
    band = view_cover[int(start) : int(start + room * 0.7)]
    xs = np.nonzero(band)[1]
    if xs.size < 40:
        return None
    return float(np.median(xs)) - room * 0.5, start, room


def affine_of(left: float, top: float, side: float) -> F32:
    """Return the (2, 3) float32 map from zone pixels to the standard picture for an upright square."""
    k = side / ZONE_PX
    return np.array([[k, 0.0, left], [0.0, k, top]], np.float32)


def cut_zone(view: View, affine: F32) -> Zone:
    """Return what lies under `affine` (zone pixels to the standard picture); beyond the paper is paper."""
    size = (ZONE_PX, ZONE_PX)
    flags = cv2.WARP_INVERSE_MAP
    rgb = cv2.warpAffine(
        view.rgb, affine, size, flags=cv2.INTER_LINEAR | flags, borderValue=(128.0, 128.0, 128.0, 0.0)
    )
    sx, sy = view.scale_xy
    deep = np.asarray(affine / np.array([[sx], [sy]]), np.float32)
    beyond = -1.0 if view.figure.hidden is None else float(OFF_PALETTE)  # there its neighbour may cover it
    labels = cv2.warpAffine(
        view.reading.labels, deep, size, flags=cv2.INTER_NEAREST | flags, borderValue=(beyond, 0.0, 0.0, 0.0)
    )
    cover = cv2.warpAffine(view.cover.astype(np.uint8), affine, size, flags=cv2.INTER_NEAREST | flags)
    side = float(np.sqrt(abs(affine[0, 0] * affine[1, 1] - affine[0, 1] * affine[1, 0]))) * ZONE_PX
    return Zone(
        np.asarray(rgb, np.uint8), np.asarray(labels, np.int16), np.asarray(cover > 0), side,
        float(affine[0, 2]), float(affine[1, 2]),
    )  # fmt: skip


def cut_mask(view: View, affine: F32, mask: Mask) -> Mask:
    """Return a mask over the figure's crop as it lies under `affine`: (96, 96) bool."""
    sx, sy = view.scale_xy
    deep = np.asarray(affine / np.array([[sx], [sy]]), np.float32)
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(mask.astype(np.uint8), deep, (ZONE_PX, ZONE_PX), flags=flags) > 0)
