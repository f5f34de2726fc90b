"""Lays an approved head over a drawing by its face alone: for heads whose hair is another, or is painted otherwise.

What is searched for is the face's skin with eyes and mouth and a rim around it; hair says nothing. So a head is found
and compared although the drift that it shows is the very thing that a whole head is found by.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import cv2
import numpy as np

from ml.consistency.align import Template
from ml.consistency.facing import CHIN_PX, face_of
from ml.consistency.names import is_eye
from ml.consistency.palette import Palette
from ml.consistency.register import Boards, Fit, refine, zone_template
from ml.consistency.views import View
from ml.consistency.zones import ZONE_PX, Zone
from ml.pixels import F32, U8

LEAST = 0.55  # of correlation, of a face with the rim around it
_LEAST_FACE = 0.05  # of the zone
_CLOSED_PX, _OPENED_PX, _RIM_PX = 13, 9, 7
_EYES = 0.5  # eyes blink, but they say most of which way a face looks
_PROBE_PX, _FINEST, _COARSEST, _LEAST_PROBE_PX = 24.0, 1, 8, 7
_ROUGH = 0.5
_KEPT = 64


@lru_cache(maxsize=_KEPT)
def face_weights(zone: Zone, palette: Palette) -> F32 | None:
    """Return (96, 96) float32, what each pixel of an approved head counts; None if it shows no named face."""
    skin = face_of(zone, palette)
    if skin is None:
        return None
    rows = [row for row, part in enumerate(palette.parts) if palette.named[row] and is_eye(part)]
    eyes = np.isin(zone.labels, rows)
    face = np.zeros((ZONE_PX, ZONE_PX), np.uint8)
    face[:CHIN_PX] = cv2.resize(skin.astype(np.uint8), (ZONE_PX, CHIN_PX), interpolation=cv2.INTER_NEAREST)
    face[:CHIN_PX] |= eyes[:CHIN_PX]
    face = np.asarray(cv2.morphologyEx(face, cv2.MORPH_CLOSE, np.ones((_CLOSED_PX, _CLOSED_PX), np.uint8)))
    face = np.asarray(cv2.morphologyEx(face, cv2.MORPH_OPEN, np.ones((_OPENED_PX, _OPENED_PX), np.uint8)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(face)
    if count < 2:
        return None
    face = np.asarray(labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])), np.uint8)
    if float(face.mean()) < _LEAST_FACE:
        return None
    weights = cv2.dilate(face, np.ones((_RIM_PX, _RIM_PX), np.uint8)).astype(np.float32)
    blinking = cv2.dilate(eyes.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    weights[blinking & (weights > 0)] = _EYES
    return weights


@lru_cache(maxsize=_KEPT)
def _template(zone: Zone, palette: Palette) -> Template | None:
    weights = face_weights(zone, palette)
    return None if weights is None else zone_template(zone, weights)


def lay_face(
    zone: Zone,
    palette: Palette,
    view: View,
    boards: Boards,
    scales: Iterable[float],
    start: F32 | None = None,
) -> Fit | None:
    """Return where an approved head lies by its face, None if no such face is there.

    Args:
        zone: the approved head.
        palette: of its design; names skin and eyes, else nothing is found.
        view: the drawing.
        boards: of the drawing.
        scales: sizes of the head against the approved one that are tried.
        start: (2, 3) where to begin instead of searching.
    """
    template = _template(zone, palette)
    if template is None:
        return None
    start = start if start is not None else _search(zone, palette, boards, scales)
    fit = None if start is None else refine(template, zone, view, start)
    return fit if fit is not None and fit.correlation >= LEAST else None


def _search(zone: Zone, palette: Palette, boards: Boards, scales: Iterable[float]) -> F32 | None:
    weights = face_weights(zone, palette)
    if weights is None:
        return None
    ys, xs = np.nonzero(weights)
    top, bottom, left, right = int(ys.min()), int(ys.max()) + 1, int(xs.min()), int(xs.max()) + 1
    gray = cv2.cvtColor(zone.rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    picture, mask = gray[top:bottom, left:right], weights[top:bottom, left:right]
    best = (_ROUGH, 0.0, 0.0, 0.0)
    for scale in scales:
        one = zone.side_px * scale / ZONE_PX  # standard pixels for a pixel of the zone
        factor = int(np.clip(one * max(mask.shape) / _PROBE_PX, _FINEST, _COARSEST))
        board, pad = boards.at(factor)
        size = round((right - left) * one / factor), round((bottom - top) * one / factor)
        if min(size) < _LEAST_PROBE_PX or size[0] >= board.shape[1] or size[1] >= board.shape[0]:
            continue
        probe = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        counts = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
        field = cv2.matchTemplate(_gray(board), probe, cv2.TM_CCOEFF_NORMED, mask=counts)
        field[~np.isfinite(field) | (field > 1.0)] = -1.0  # where the drawing is flat
        _, value, _, (x, y) = cv2.minMaxLoc(field)
        if value > best[0]:
            best = (float(value), (x - pad) * factor - left * one, (y - pad) * factor - top * one, one)
    rough, x0, y0, k = best
    return np.array([[k, 0.0, x0], [0.0, k, y0]], np.float32) if rough > _ROUGH else None


def _gray(board: U8) -> F32:
    return np.asarray(cv2.cvtColor(board, cv2.COLOR_RGB2GRAY), np.float32)
