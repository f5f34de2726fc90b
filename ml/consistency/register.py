"""Lays a zone of an approved drawing over a drawing: a coarse search by correlation, then a fine affine fit.

The fit (see `align`) leaves what acts, eyes and mouth, nearly out of account. The map's scale is the measure of
proportion, its correlation says whether the two are comparable.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.align import Template, fit_affine, template_of
from ml.consistency.views import View
from ml.consistency.zones import ZONE_PX, Zone
from ml.pixels import F32, U8

_PROBE_PX, _LEAST_PROBE_PX = 13.0, 6
_FINEST, _COARSEST = 4, 16
_MAX_STRETCH = 1.22
_BORDER = 128.0
_AROUND = 1.6  # of a zone's side: what is cut out around the place where a fit begins
_LEAST_SCALE = 0.2


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


class Boards:
    """The small pictures that `search` looks through, with paper around, each made when it is asked for."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._made: dict[int, tuple[U8, int]] = {}

    def at(self, factor: int) -> tuple[U8, int]:
        """Return the drawing `factor` times smaller than its standard picture, and how much paper is around it."""
        if factor not in self._made:
            high, wide = self._view.size_hw
            size = (max(4, wide // factor), max(4, high // factor))
            small = cv2.resize(self._view.rgb, size, interpolation=cv2.INTER_AREA)
            pad = max(2, small.shape[0] // 4)
            board = cv2.copyMakeBorder(small, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=(_BORDER,) * 3)
            self._made[factor] = np.asarray(board, np.uint8), pad
        return self._made[factor]


def search(zone: Zone, boards: Boards, scales: Iterable[float]) -> tuple[F32, float]:
    """Return (affine, correlation) of the best upright place of a zone among `scales` of its approved size.

    It is looked for at about `_PROBE_PX` pixels: more would tell no more.
    """
    best: tuple[float, float, float, float] = (-2.0, 0.0, 0.0, 0.0)
    for scale in scales:
        factor = int(np.clip(zone.side_px * scale / _PROBE_PX, _FINEST, _COARSEST))
        board, pad = boards.at(factor)
        side = round(zone.side_px * scale / factor)
        if side < _LEAST_PROBE_PX or side > min(board.shape[:2]):
            continue
        probe = cv2.resize(zone.rgb, (side, side), interpolation=cv2.INTER_AREA)
        field = cv2.matchTemplate(board, probe, cv2.TM_CCOEFF_NORMED)
        _, value, _, (x, y) = cv2.minMaxLoc(field)
        if np.isfinite(value) and value > best[0]:
            best = (float(value), float(x - pad) * factor, float(y - pad) * factor, side * factor / ZONE_PX)
    rough, left, top, k = best
    return np.array([[k, 0.0, left], [0.0, k, top]], np.float32), rough


def refine(template: Template, zone: Zone, view: View, start: F32) -> Fit | None:
    """Return the fit near `start` of a zone, by its template, or None if the map is no plausible drawing."""
    k = float(np.hypot(start[0, 0], start[1, 0]))
    around, origin = _around(view.gray, start, k)
    unit = np.array([[1.0 / k, 0.0, -origin[0] / k], [0.0, 1.0 / k, -origin[1] / k]], np.float32)
    found = fit_affine(template, around, _chain(unit, start))
    if found is None:
        return None
    back = np.array([[k, 0.0, origin[0]], [0.0, k, origin[1]]], np.float32)
    affine = _chain(back, found[0])
    stretch = np.linalg.svd(affine[:, :2].astype(np.float64), compute_uv=False)
    if stretch[1] <= _LEAST_SCALE * k or stretch[0] / stretch[1] > _MAX_STRETCH:
        return None
    scale = float(np.sqrt(stretch[0] * stretch[1])) * ZONE_PX / zone.side_px
    return Fit(affine, found[1], scale)


def zone_template(zone: Zone, weights: F32 | None = None) -> Template:
    """Return the template of a zone; `weights` (96, 96) float32 >= 0, None = all pixels count alike."""
    counts = weights if weights is not None else np.ones((ZONE_PX, ZONE_PX), np.float32)
    return template_of(cv2.cvtColor(zone.rgb, cv2.COLOR_RGB2GRAY).astype(np.float32), counts)


def _around(gray: U8, start: F32, k: float) -> tuple[F32, tuple[float, float]]:
    """Cut the neighbourhood of a zone at the zone's own resolution: the fit then works on small pictures."""
    side = k * ZONE_PX
    margin = (_AROUND - 1.0) / 2.0 * side
    left, top = float(start[0, 2]) - margin, float(start[1, 2]) - margin
    size = round(ZONE_PX * _AROUND)
    cut = np.array([[k, 0.0, left], [0.0, k, top]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    out = cv2.warpAffine(gray, cut, (size, size), flags=flags, borderValue=(_BORDER,))
    return np.asarray(out, np.float32), (left, top)


def _chain(outer: F32, inner: F32) -> F32:
    """Return the affine map "inner first, then outer"."""
    turn = outer[:, :2] @ inner[:, :2]
    shift = outer[:, :2] @ inner[:, 2:] + outer[:, 2:]
    return np.ascontiguousarray(np.hstack([turn, shift]), np.float32)
