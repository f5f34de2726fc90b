"""Where a drift is: what a checker should point at, from the labels of the drifted drawing and the right one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

from ml.puppets.figure import PART_SWATCH, PARTS
from ml.puppets.raster import TONES
from ml.puppets.render import PuppetFrame

Mask = np.ndarray  # (h, w) bool

_HEAD = (
    "hair", "tail", "ear", "face", "blush", "eye", "iris", "catchlight", "lash", "brow", "nose", "mouth",
    "teeth", "glasses", "headwear", "plaster",
)  # fmt: skip
EYES = ("eye_white", "iris", "lash", "catchlight")
HEAD = tuple(p for p in PARTS if p.startswith(_HEAD))
BODY = tuple(p for p in PARTS if p not in HEAD)
HAIR = tuple(p for p in PARTS if PART_SWATCH[p] == "hair" and p.startswith(("hair", "tail")))
_BAND_SHARE = 0.012  # of the figure's height: how far a place reaches round what it is about


def box_of(mask: Mask) -> tuple[int, int, int, int]:
    """Return the smallest box (x0, y0, x1, y1), right and bottom exclusive, round a (h, w) bool mask."""
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(ys):
        return 0, 0, 0, 0
    return int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1


def parts_mask(frame: PuppetFrame, parts: tuple[str, ...]) -> Mask:
    """Return where any of these parts, with their lines, is seen."""
    table = np.zeros(256, np.uint8)
    for part in parts:
        first = 1 + len(TONES) * PARTS.index(part)
        table[first : first + len(TONES)] = 1
    return cv2.LUT(frame.labels, table).view(bool)


def line_mask(frame: PuppetFrame) -> Mask:
    """Return where a line is seen."""
    table = np.zeros(256, np.uint8)
    table[1 + TONES.index("line") : 1 + len(TONES) * len(PARTS) : len(TONES)] = 1
    return cv2.LUT(frame.labels, table).view(bool)


_EXACT: dict[str, Callable[[PuppetFrame], Mask]] = {
    "line": line_mask,
    "heads_tall": partial(parts_mask, parts=BODY),
    "head_size": partial(parts_mask, parts=HEAD),
}


def place_of(family: str, target: str, right: PuppetFrame, wrong: PuppetFrame, changed: Mask) -> Mask | None:
    """Return what a checker should point at in the drifted drawing, (h, w) bool; None for the whole figure.

    Args:
        family: of the drift.
        target: swatch that was repainted.
        right: the drawing as it should be.
        wrong: the drifted drawing.
        changed: pixels that differ.
    """
    if family in ("wrong_costume", "wrong_design"):
        return None
    if family in ("recolour", "wrong_swatch"):
        return wrong.swatch_mask(target)
    if family in _EXACT:
        return _EXACT[family](wrong)
    return _grown(_around(family, right, wrong, changed), _reach(right))


def _around(family: str, right: PuppetFrame, wrong: PuppetFrame, changed: Mask) -> Mask:
    """Return what a place lies round: the eyes, the outline of the face or the hair, else what has changed."""
    if family in ("eye_spacing", "eye_size", "eye_height", "other_eyes"):
        return _eyes(wrong)
    if family == "face_shape":
        return _outline_moved(right, wrong, ("face",))
    if family in ("hair_silhouette", "other_hair"):
        return _outline_moved(right, wrong, HAIR)
    return changed


def _reach(frame: PuppetFrame) -> int:
    """Return how many pixels a place reaches round what it is about."""
    ys = np.flatnonzero(frame.labels.any(axis=1))
    return max(1, round(_BAND_SHARE * (ys[-1] - ys[0]))) if len(ys) else 1


def eye_mask(frame: PuppetFrame, side: str) -> Mask:
    """Return what is seen of the eye of a side, "_r" or "_l"."""
    return parts_mask(frame, tuple(p for p in PARTS if p.startswith(EYES) and p.endswith(side)))


def _eyes(frame: PuppetFrame) -> Mask:
    """Return the eyes, each as one piece with what hair lies over it."""
    whole = np.zeros(frame.labels.shape, np.uint8)
    for side in ("_r", "_l"):
        points = cv2.findNonZero(eye_mask(frame, side).astype(np.uint8))
        if points is not None:
            cv2.fillConvexPoly(whole, cv2.convexHull(points), 1)
    return np.asarray(whole > 0)


def _outline_moved(right: PuppetFrame, wrong: PuppetFrame, parts: tuple[str, ...]) -> Mask:
    """Return the band between where the outline of some parts should be and where it is."""
    return parts_mask(right, parts) ^ parts_mask(wrong, parts)


def _grown(mask: Mask, by: int) -> Mask:
    """Return a mask with a rim of `by` pixels."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by + 1, 2 * by + 1))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), disc) > 0)
