"""Peg holes of animation paper: a round one between two slots, along the upper or the lower edge.

They say how askew a sheet lay on the scanner, and where two drawings of one cut lie over each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import cv2
import numpy as np

_BAND = 0.16  # of the height, where holes are looked for
_APART = (0.12, 0.48)  # distance of a slot from the round hole as a share of the picture's width
_SIZE = (0.010, 0.045)  # diameter of the round hole, likewise
_CONTRAST = 0.12  # of the paper's tone, by which a hole is darker or lighter
_GROW = 1.35


@dataclass(frozen=True)
class Pegs:
    """Peg holes as found.

    Attributes:
        centres_xy: of the left slot, the round hole, the right slot; empty where there are none.
        boxes: (left, top, right, bottom) px of the same.
        tilt_deg: by which the slots stand askew, clockwise on screen.
    """

    centres_xy: tuple[tuple[float, float], ...] = ()
    boxes: tuple[tuple[int, int, int, int], ...] = field(default=())
    tilt_deg: float = 0.0

    def mask(self, size_hw: tuple[int, ...]) -> np.ndarray:
        """Return (H, W) bool, the holes with their rims."""
        out = np.zeros(size_hw, bool)
        for left, top, right, bottom in self.boxes:
            rim_x, rim_y = ((_GROW - 1) * v / 2 + 2 for v in (right - left, bottom - top))
            rows = slice(max(0, int(top - rim_y)), int(bottom + rim_y) + 1)
            out[rows, max(0, int(left - rim_x)) : int(right + rim_x) + 1] = True
        return out


def find_pegs(grey: np.ndarray, tone: float) -> Pegs:
    """Return the peg holes of a scan.

    Args:
        grey: (H, W) float32, 0 to 255.
        tone: grey of the paper.
    """
    h, w = grey.shape
    if min(h, w) < 120:
        return Pegs()
    high = round(_BAND * h)
    for top in (h - high, 0):
        band = cv2.GaussianBlur(grey[top : top + high], (0, 0), 1.0)
        for mask in (band < (1 - 3 * _CONTRAST) * tone, band > (1 + _CONTRAST / 2) * tone):
            found = _triple(_blobs(mask.astype(np.uint8), w), w)
            if found:
                return _pegs(found, top)
    return Pegs()


@dataclass(frozen=True)
class _Blob:
    xy: tuple[float, float]
    size: tuple[int, int]
    corner: tuple[int, int]
    is_round: bool


def _blobs(mask: np.ndarray, width: int) -> list[_Blob]:
    """Return filled shapes of the size of a hole, left to right."""
    count, _, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    out = []
    for number in range(1, count):
        left, top, wide, high, area = (int(v) for v in stats[number])
        if not (_SIZE[0] * width / 3 <= high <= _SIZE[1] * width and high <= wide <= 6 * high + 2):
            continue
        filled = area / (wide * high)
        is_round = wide <= 1.3 * high and 0.7 <= filled <= 0.9 and wide >= _SIZE[0] * width
        if is_round or (wide >= 1.6 * high and filled > 0.78):
            centre = (float(centres[number][0]), float(centres[number][1]))
            out.append(_Blob(centre, (wide, high), (left, top), is_round))
    return sorted(out, key=lambda blob: blob.xy)


def _triple(blobs: list[_Blob], width: int) -> tuple[_Blob, _Blob, _Blob] | None:
    """Return slot, round hole, slot that lie on one line at equal distances."""
    for middle in (blob for blob in blobs if blob.is_round):
        slots = [blob for blob in blobs if not blob.is_round]
        for left, right in combinations(slots, 2):
            before, after = middle.xy[0] - left.xy[0], right.xy[0] - middle.xy[0]
            off = abs((left.xy[1] + right.xy[1]) / 2 - middle.xy[1])
            near, far = sorted((before, after))
            fits = near > _APART[0] * width and far < _APART[1] * width and far < 1.06 * near
            if fits and off < 0.02 * far and abs(right.xy[1] - left.xy[1]) < 0.2 * far:
                return left, middle, right
    return None


def _pegs(found: tuple[_Blob, _Blob, _Blob], top: int) -> Pegs:
    left, _, right = found
    tilt = float(np.degrees(np.arctan2(right.xy[1] - left.xy[1], right.xy[0] - left.xy[0])))
    centres = tuple((blob.xy[0], blob.xy[1] + top) for blob in found)
    boxes = tuple(
        (b.corner[0], b.corner[1] + top, b.corner[0] + b.size[0], b.corner[1] + top + b.size[1])
        for b in found
    )
    return Pegs(centres, boxes, tilt)
