"""Is a piece there, in its place, of its shape: part maps laid over each other where its surroundings agree."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.parts import BEYOND, NONE
from ml.pixels import U8, Mask

AGREE = 0.85
_MARGIN, _REACH = 12, 8
_FARTHEST = 6
_RIM, _INNER = 1, 6
_STRAY_COST = 0.0006  # of agreement, for each pixel squared that the surroundings lie aside
_LEAST_AROUND, _KNOWN_SHARE = 30, 0.4
_SURE_PX = 12.0
Boxi = tuple[int, int, int, int]


@dataclass(frozen=True)
class Piece:
    """What became of a piece.

    Convention:
        - `stray` 0..1: share of the piece, there and here, that the other lacks, less for a handful of pixels
        - `gone` 0..1: share of the approved piece that is not there
        - `instead`: the part label that stands in its place, 0 = paper or nothing in particular
        - `wrong` (h, w) bool: where it differs, `box` where that lies, in pixels of the map; all at (dx, dy) aside
    """

    stray: float
    gone: float
    instead: int
    wrong: Mask
    box: Boxi
    aside_xy: tuple[int, int]


def look_at(approved: U8, seen: U8, label: int, box: Boxi) -> Piece | None:
    """Return what became of a piece, None where its surroundings do not agree or lie hidden.

    Args:
        approved: (h, w) labels of the approved drawing.
        seen: (h, w) labels of the drawing laid over it.
        label: the part.
        box: of the piece, in pixels of both.
    """
    high, wide = approved.shape
    x0, y0, x1, y1 = box
    left, top = max(0, x0 - _MARGIN), max(0, y0 - _MARGIN)
    win = approved[top : min(high, y1 + _MARGIN), left : min(wide, x1 + _MARGIN)]
    pad = np.pad(seen, _REACH, constant_values=NONE)
    field = pad[top : top + win.shape[0] + 2 * _REACH, left : left + win.shape[1] + 2 * _REACH]
    around = (win != label) & (win < BEYOND)
    if np.count_nonzero(around) < _LEAST_AROUND:
        return None
    at = _settled(win, field, label, around)
    if at is None or max(abs(at[0] - _REACH), abs(at[1] - _REACH)) > _FARTHEST:
        return None
    got = field[at[1] : at[1] + win.shape[0], at[0] : at[0] + win.shape[1]]
    inner = (x0 - left - _INNER, y0 - top - _INNER, x1 - left + _INNER, y1 - top + _INNER)
    return _told(win, got, label, inner, (left, top), (at[0] - _REACH, at[1] - _REACH))


def _settled(win: U8, field: U8, label: int, around: Mask) -> tuple[int, int] | None:
    """Return (x, y) in `field` where the surroundings agree best, coarsely first; None if they do nowhere."""
    rough, small = win[::2, ::2], field[::2, ::2]
    ring = around[::2, ::2]
    known = ((small != label) & (small < BEYOND)).astype(np.float32)
    count = cv2.matchTemplate(known, ring.astype(np.float32), cv2.TM_CCORR)
    agree = np.zeros_like(count)
    for one in np.unique(rough[ring]):
        same = (ring & (rough == one)).astype(np.float32)
        agree += cv2.matchTemplate((small == one).astype(np.float32), same, cv2.TM_CCORR)
    share = np.where(
        count >= _KNOWN_SHARE * max(1, int(np.count_nonzero(ring))), agree / np.maximum(count, 1.0), 0.0
    )
    down, across = (np.arange(n) * 2.0 - _REACH for n in share.shape)
    score = np.round(share - _STRAY_COST * (down[:, None] ** 2 + across[None] ** 2), 6)
    cy, cx = np.unravel_index(int(np.argmax(score)), score.shape)
    best: tuple[float, float, tuple[int, int]] = (-1.0, 0.0, (0, 0))
    for y in range(max(0, 2 * int(cy) - 1), min(2 * _REACH, 2 * int(cy) + 1) + 1):
        for x in range(max(0, 2 * int(cx) - 1), min(2 * _REACH, 2 * int(cx) + 1) + 1):
            got = field[y : y + win.shape[0], x : x + win.shape[1]]
            told = around & (got != label) & (got < BEYOND)
            number = int(np.count_nonzero(told))
            if number < _KNOWN_SHARE * np.count_nonzero(around):
                continue
            fit = np.count_nonzero(told & (got == win)) / number
            cost = _STRAY_COST * ((y - _REACH) ** 2 + (x - _REACH) ** 2)
            best = max(best, (round(fit - cost, 6), fit, (x, y)))
    return best[2] if best[1] >= AGREE else None


def _told(
    win: U8, got: U8, label: int, inner: Boxi, corner: tuple[int, int], aside: tuple[int, int]
) -> Piece | None:
    there, here = win == label, got == label
    within = np.zeros(there.shape, np.bool_)
    within[max(0, inner[1]) : inner[3], max(0, inner[0]) : inner[2]] = True
    there, here = there & within, here & within
    known = got < BEYOND
    if np.count_nonzero(there & known) < 0.3 * np.count_nonzero(there):
        return None
    lost = there & ~_near(here) & known
    extra = here & ~_near(there) & (win < BEYOND)
    bad = int(np.count_nonzero(lost)) + int(np.count_nonzero(extra))
    both = int(np.count_nonzero(there)) + int(np.count_nonzero(here))
    instead = np.bincount(got[lost], minlength=256)
    stray = bad / max(1, both) * min(1.0, bad / _SURE_PX)
    gone = int(np.count_nonzero(lost)) / max(1, int(np.count_nonzero(there & known)))
    left, top = corner
    box = (left, top, left + win.shape[1], top + win.shape[0])
    return Piece(stray, float(gone), int(instead.argmax()) if lost.any() else NONE, lost | extra, box, aside)


def _near(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((2 * _RIM + 1,) * 2, np.uint8)) > 0)
