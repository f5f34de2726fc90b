"""What is worn, paint by paint: its pixels laid over those of each approved drawing of the view, there and here.

A thing that has a paint of its own needs no surroundings: what lies where no approved drawing has it, and what lacks
where they all have it, is told twice over. A little aside is how hands and turned heads differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.parts import BEYOND
from ml.pixels import U8, Mask

_LEAST_STRAY = 0.12  # below it nothing is gained by looking aside
_ASIDE_COST = 0.004  # of stray, for each pixel aside


@dataclass(frozen=True)
class Strayed:
    """How a paint lies against an approved drawing.

    Convention:
        - `stray` 0..1: share of its pixels, there and here, that the other lacks after the best small shift
        - `bad_px`: how many those are; `there_px`, `here_px`: all of them
        - `lost`, `extra` (h, w) bool: where they lie on the map, unshifted
    """

    stray: float
    bad_px: int
    there_px: int
    here_px: int
    lost: Mask
    extra: Mask


def strayed(approved: U8, seen: U8, label: int, rim: int, reach: int) -> Strayed | None:
    """Return how a part strays from an approved drawing; None where neither shows it.

    Args:
        approved: (h, w) labels of the approved drawing.
        seen: (h, w) labels of the drawing laid over it.
        label: the part.
        rim: pixels within which two outlines are the same.
        reach: pixels that the whole of it may lie aside.
    """
    there = ((approved == label) & (seen != BEYOND)).astype(np.uint8)
    here = ((seen == label) & (approved != BEYOND)).astype(np.uint8)
    ys, xs = np.nonzero(there | here)
    if not len(ys):
        return None
    pad = rim + reach + 1
    y0, y1 = max(0, ys.min() - pad), ys.max() + pad + 1
    x0, x1 = max(0, xs.min() - pad), xs.max() + pad + 1
    a, b = there[y0:y1, x0:x1], here[y0:y1, x0:x1]
    total = int(np.count_nonzero(a)) + int(np.count_nonzero(b))
    dx, dy = _aside(a, b, rim, reach, total)
    moved = _shifted(b, -dx, -dy)
    lost, extra = a & (1 - _wide(moved, rim)), moved & (1 - _wide(a, rim))
    bad = int(np.count_nonzero(lost)) + int(np.count_nonzero(extra))
    whole_lost, whole_extra = np.zeros(there.shape, np.bool_), np.zeros(there.shape, np.bool_)
    whole_lost[y0:y1, x0:x1] = lost > 0
    whole_extra[y0:y1, x0:x1] = _shifted(extra, dx, dy) > 0
    cost = _ASIDE_COST * float(np.hypot(dx, dy))
    counts = int(np.count_nonzero(a)), int(np.count_nonzero(b))
    return Strayed(min(1.0, bad / total + cost), bad, *counts, whole_lost, whole_extra)


def _aside(a: U8, b: U8, rim: int, reach: int, total: int) -> tuple[int, int]:
    """Return the shift (x, y) of `b` against `a`, at most `reach`, at which most of both is covered."""
    wide_a, wide_b = _wide(a, rim), _wide(b, rim)
    covered = int(np.count_nonzero(a & wide_b)) + int(np.count_nonzero(b & wide_a))
    if covered >= (1.0 - _LEAST_STRAY) * total:
        return 0, 0
    hits = _hits(a, wide_b, reach) + _hits(wide_a, b, reach)
    steps = np.arange(-reach, reach + 1)
    hits -= _ASIDE_COST * total * np.hypot(steps[:, None], steps[None])
    y, x = np.unravel_index(int(np.argmax(np.round(hits, 3))), hits.shape)
    return int(x) - reach, int(y) - reach


def _hits(a: U8, b: U8, reach: int) -> np.ndarray:
    """Return (2 reach + 1, 2 reach + 1) float32: how many pixels of `a` lie on `b` at each shift of `b`."""
    field = cv2.copyMakeBorder(b, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=(0,))
    return np.asarray(
        cv2.matchTemplate(field.astype(np.float32), a.astype(np.float32), cv2.TM_CCORR), np.float32
    )


def _shifted(mask: U8, dx: int, dy: int) -> U8:
    if not dx and not dy:
        return mask
    affine = np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]], np.float32)
    return np.asarray(cv2.warpAffine(mask, affine, mask.shape[::-1], flags=cv2.INTER_NEAREST), np.uint8)


def _wide(mask: U8, rim: int) -> U8:
    shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim + 1, 2 * rim + 1))
    return np.asarray(cv2.dilate(mask, shape), np.uint8)
