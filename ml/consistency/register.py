"""Lays a zone of an approved drawing over a drawing: a coarse search by correlation, then ECC.

ECC is the enhanced correlation coefficient (Evangelidis and Psarakis, 2008), OpenCV's implementation, with an
affine map; the map's scale is the measure of proportion, its correlation says whether the two are comparable.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.views import View
from ml.consistency.zones import ZONE_PX, Zone
from ml.pixels import F32, U8

COARSE = 4
ECC_STEPS, ECC_EPS = 40, 1e-4
_MAX_STRETCH = 1.22
_BORDER = 128.0
_BLUR_PX = 5


@dataclass(frozen=True)
class Fit:
    """Where a zone lies in a drawing.

    Convention:
        - `affine` (2, 3) float32 maps zone pixels to the drawing's standard picture
        - `correlation` in -1..1; `scale` = drawing's size of the zone / the approved size, standard heights
    """

    affine: F32
    correlation: float
    scale: float


def search(zone: Zone, view: View, scales: tuple[float, ...]) -> tuple[F32, float]:
    """Return (affine, correlation) of the best upright place of a zone among `scales` of its approved size."""
    high, wide = view.size_hw
    small = np.asarray(
        cv2.resize(view.rgb, (max(6, wide // COARSE), high // COARSE), interpolation=cv2.INTER_AREA)
    )
    pad = small.shape[0] // 4
    board = cv2.copyMakeBorder(small, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=(_BORDER,) * 3)
    best: tuple[float, float, float, float] = (-2.0, 0.0, 0.0, 0.0)
    for scale in scales:
        side = round(zone.side_px * scale / COARSE)
        if side < 6 or side > min(board.shape[:2]):
            continue
        probe = cv2.resize(zone.rgb, (side, side), interpolation=cv2.INTER_AREA)
        field = cv2.matchTemplate(board, probe, cv2.TM_CCOEFF_NORMED)
        _, value, _, (x, y) = cv2.minMaxLoc(field)
        if np.isfinite(value) and value > best[0]:
            best = (float(value), float(x - pad) * COARSE, float(y - pad) * COARSE, side * COARSE / ZONE_PX)
    rough, left, top, k = best
    return np.array([[k, 0.0, left], [0.0, k, top]], np.float32), rough


def refine(zone: Zone, view: View, start: F32) -> Fit | None:
    """Return the zone's fit near `start`, or None if there is none or the map is no plausible drawing."""
    k = float(np.hypot(start[0, 0], start[1, 0]))
    around, origin = _around(view.gray, start, k)
    template = cv2.cvtColor(zone.rgb, cv2.COLOR_RGB2GRAY)
    unit = np.array([[1.0 / k, 0.0, -origin[0] / k], [0.0, 1.0 / k, -origin[1] / k]], np.float32)
    local = _chain(unit, start)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, ECC_STEPS, ECC_EPS)
    full = np.full(around.shape, 255, np.uint8)
    try:
        value, found = cv2.findTransformECC(template, around, local, cv2.MOTION_AFFINE, stop, full, _BLUR_PX)
    except cv2.error:
        return None
    back = np.array([[k, 0.0, origin[0]], [0.0, k, origin[1]]], np.float32)
    affine = _chain(back, np.asarray(found, np.float32))
    stretch = np.linalg.svd(affine[:, :2].astype(np.float64), compute_uv=False)
    if not np.isfinite(affine).all() or stretch[1] <= 0.2 * k or stretch[0] / stretch[1] > _MAX_STRETCH:
        return None
    scale = float(np.sqrt(stretch[0] * stretch[1])) * ZONE_PX / zone.side_px
    return Fit(affine, float(value), scale)


def _around(gray: U8, start: F32, k: float) -> tuple[U8, tuple[float, float]]:
    """Cut the neighbourhood of a zone at the zone's own resolution: ECC then works on small pictures."""
    side = k * ZONE_PX
    left, top = float(start[0, 2]) - 0.3 * side, float(start[1, 2]) - 0.3 * side
    size = round(ZONE_PX * 1.6)
    cut = np.array([[k, 0.0, left], [0.0, k, top]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    out = cv2.warpAffine(gray, cut, (size, size), flags=flags, borderValue=(_BORDER,))
    return np.asarray(out, np.uint8), (left, top)


def _chain(outer: F32, inner: F32) -> F32:
    """Return the affine map "inner first, then outer"."""
    turn = outer[:, :2] @ inner[:, :2]
    shift = outer[:, :2] @ inner[:, 2:] + outer[:, 2:]
    return np.ascontiguousarray(np.hstack([turn, shift]), np.float32)
