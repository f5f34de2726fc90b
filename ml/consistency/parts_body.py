"""What trunk, arms and feet wear, by signs that survive a pose: what a paint lies beside, on which side, how high.

Arms swing and legs walk, so that nothing lies where an approved drawing has it. But a watch stays between sleeve and
hand, and on its side; a boot stays as high as it was. On the trunk things lie still, and are laid over each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.names import is_acting, is_face_skin, is_hair
from ml.consistency.parts import BEYOND
from ml.consistency.parts_worn import strayed
from ml.consistency.zones import ZONE_PX
from ml.pixels import F32, U8, Mask

_FOOT = re.compile(r"shoe|boot|sock|sandal|sneaker|slipper", re.IGNORECASE)
_BESIDE_PX, _GROUP_PX = 9, 5
_SURE_RING_PX, _LEAST_PX = 14, 6
_ASIDE, _ONE_SIDED = 0.5, 0.9
_HIDDEN, _TOLD = 0.15, 0.6
_TRUNK, _THING_PX = (90, 246), 2600  # rows of head zone pixels; a larger part is a garment
_RIM, _REACH = 1, 4
_BLOB_PX = 45.0  # a strayed blob of so many pixels is beyond doubt


@dataclass(frozen=True)
class Sign:
    """What stays the same of a part whatever the pose.

    Convention, in head zone pixels:
        - `area_px`; `high_px` of its highest piece
        - `beside` (parts + 1,) float32: pixels of other parts beside it; [0], paper, is left out
        - `side` -1..1: how much of it lies to the viewer's right of the head's middle
    """

    area_px: int
    high_px: float
    beside: F32
    side: float


def sign_of(labels: U8, label: int, parts: int, left: int) -> Sign | None:
    """Return the sign of a part in a map, None if it is not all there or what lies beside it is hidden.

    The map's first column lies `left` head zone pixels from the head's zone.
    """
    mask = (labels == label).astype(np.uint8)
    x, y, w, h = cv2.boundingRect(mask)
    high, wide = labels.shape
    if w == 0 or x == 0 or y == 0 or x + w == wide or y + h == high:
        return None
    x0, window = max(0, x - 6), np.s_[max(0, y - 6) : y + h + 6, max(0, x - 6) : x + w + 6]
    mask = mask[window]
    ring = (cv2.dilate(mask, np.ones((_BESIDE_PX, _BESIDE_PX), np.uint8)) > 0) & (mask == 0)
    counts = np.bincount(labels[window][ring], minlength=256)
    if counts[BEYOND] > _HIDDEN * counts.sum():
        return None
    beside = counts[: parts + 1].astype(np.float32)
    beside[0] = 0.0
    grown = cv2.dilate(mask, np.ones((_GROUP_PX, _GROUP_PX), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(grown)
    tall = float(stats[1:, cv2.CC_STAT_HEIGHT].max()) - _GROUP_PX + 1
    side = float(np.sign(np.nonzero(mask)[1] + (x0 + left) - ZONE_PX // 2).mean())
    return Sign(int(np.count_nonzero(mask)), tall, beside, side)


def is_foot(name: str) -> bool:
    """Say whether a part is worn on feet."""
    return _FOOT.search(name) is not None


def is_thing(name: str) -> bool:
    """Say whether a part is worn: neither the body's own nor on feet."""
    return not (is_acting(name) or is_face_skin(name) or is_hair(name) or is_foot(name))


def beside_stray(seen: Sign, approved: Sequence[Sign]) -> float:
    """Return 0..1: how differently a part is surrounded than in the approved drawing that is most alike."""
    return min((_apart(seen.beside, one.beside) for one in approved), default=0.0)


def _apart(a: F32, b: F32) -> float:
    low = min(float(a.sum()), float(b.sum()))
    if low == 0.0:
        return 0.0
    return 0.5 * float(np.abs(a / a.sum() - b / b.sum()).sum()) * min(1.0, low / _SURE_RING_PX)


def other_side(seen: Sign, approved: Sequence[Sign]) -> bool:
    """Say whether a part that all approved drawings have on one side is on the other."""
    if not approved or seen.area_px < _LEAST_PX or abs(seen.side) < _ONE_SIDED:
        return False
    return all(one.side * seen.side < -_ASIDE and abs(one.side) >= _ONE_SIDED for one in approved)


def foot_stray(seen: Sign, approved: Sequence[Sign]) -> float:
    """Return 0..1: how differently high or surrounded shoes or socks are than in the approved drawing most alike."""
    highs = [abs(float(np.log(max(2.0, seen.high_px) / max(2.0, one.high_px)))) for one in approved]
    return max(min(1.0, min(highs, default=0.0)), beside_stray(seen, approved))


def trunk_stray(
    approved: U8, layers: Mapping[str, U8], label: int, top: int
) -> tuple[float, Mask, str] | None:
    """Return how large a blob of a thing on the trunk strays, 0..1, where, and by which layer; None = not told.

    Args:
        approved: (h, w) labels of the approved drawing; `top` is its first row in head zone pixels.
        layers: the drawing as head and torso carry it; the one that excuses most counts.
        label: the part.
        top: see `approved`.
    """
    if not 0 < np.count_nonzero(approved == label) <= _THING_PX:
        return None
    rows = slice(max(0, _TRUNK[0] - top), max(0, _TRUNK[1] - top))
    told = []
    for kind, seen in sorted(layers.items()):
        found = strayed(approved[rows], seen[rows], label, _RIM, _REACH)
        if found is None:
            continue
        blob = _largest(found.lost | found.extra)
        wrong = np.zeros(approved.shape, np.bool_)
        wrong[rows] = blob
        told.append((min(1.0, int(np.count_nonzero(blob)) / _BLOB_PX), kind, wrong))
    if not told:
        return None
    stray, kind, wrong = min(told, key=lambda one: one[:2])
    return stray, wrong, kind


def _largest(mask: Mask) -> Mask:
    """Return the largest piece of a mask that is no mere strip."""
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    number, groups, stats, _ = cv2.connectedComponentsWithStats(opened)
    if number < 2:
        return np.zeros(mask.shape, np.bool_)
    return np.asarray(groups == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()))


def told_there(expected: Mask, seen: U8) -> bool:
    """Say whether most of a place lies within the picture."""
    number = int(np.count_nonzero(expected))
    return number > 0 and int(np.count_nonzero(seen[expected] != BEYOND)) >= _TOLD * number
