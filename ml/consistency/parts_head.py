"""What head and hair wear, and marks on the face: laid over approved heads at twice the zone's resolution.

A head is stiff, so what it wears lies where an approved drawing of the view has it, give or take a small shift of the
whole piece. A mole has no paint of its own: it is a small round spot of anything but skin, all round it skin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.names import is_acting, is_face_skin, is_hair
from ml.consistency.parts import LINE, NONE, UNKNOWN, laid
from ml.consistency.parts_worn import Strayed, strayed
from ml.consistency.views import View
from ml.pixels import F32, U8, Mask

FINE = 2  # map pixels for one of a head zone
AROUND_PX, CHIN_PX = 16, 92  # of a head zone: what is kept around it, and how far down
SIZE_WH = FINE * (96 + 2 * AROUND_PX), FINE * (AROUND_PX + CHIN_PX)
_REACH, _RIMS, _WELL = 6, (1, 2), 0.95  # where heads fit less well outlines may lie farther apart
_SURE_PX = 12.0  # of the drawing: fewer strayed pixels count for less
_ALONE = 0.75  # what one approved drawing alone says
AT_RIM, _RIM_SHARE = 0.3, 0.25
_THICK_PX = 30
_LEAST_HEAD = 0.5  # of a part's pixels: as much lies on the head
_SPOT_PX, _ROUND, _SOLID, _ALL_ROUND = (5, 90), 1.8, 0.45, 0.6
_SAME_SPOT_PX, _SPOT_RADIUS_PX, _BARE = 8, 6, 0.4
Spot = tuple[int, int, int]  # its middle (x, y), and how many pixels it and its rim have


@dataclass(frozen=True)
class Over:
    """An approved drawing's part map, and the drawing laid over it.

    Convention:
        - `approved`, `seen` (h, w) uint8 labels; `affine` (2, 3) from their pixels to the standard picture
        - `grain`: map pixels for one pixel of the drawing, by area
        - `index` of the approved drawing; `well` its head's correlation; `framed` alike or not
    """

    approved: U8
    seen: U8
    affine: F32
    grain: float
    index: int
    well: float
    framed: bool


@dataclass(frozen=True)
class Worst:
    """How far a part strays by the drawing that excuses it most: where `over` has it, and where it is wrong."""

    stray: float
    over: Over
    wrong: Mask
    found: Strayed | None = None


def fine_affine(affine: F32) -> F32:
    """Return the (2, 3) map from pixels of a fine head map to the standard picture; `affine` is the zone's."""
    step = np.array([[1 / FINE, 0.0, -AROUND_PX], [0.0, 1 / FINE, -AROUND_PX], [0.0, 0.0, 1.0]])
    return np.asarray(np.vstack([affine, [0.0, 0.0, 1.0]])[:2] @ step, np.float32)


def fine_map(view: View, labels: U8, affine: F32) -> U8:
    """Return (h, w) uint8: the parts of a head and around it, the head as `affine` has its zone."""
    return laid(view, labels, fine_affine(affine), SIZE_WH)


def grain_of(view: View, affine: F32) -> float:
    """Return how many map pixels one pixel of the drawing makes; `affine` is the map's."""
    sx, sy = view.scale_xy
    return sx * sy / max(1e-6, abs(float(np.linalg.det(affine[:, :2].astype(np.float64)))))


def borne_by_head(name: str) -> bool:
    """Say whether a part may be worn on a head: it is none of the body's own."""
    return not (is_acting(name) or is_face_skin(name) or is_hair(name))


def worn_strays(
    over: Sequence[Over], names: Sequence[str], on_head: Mapping[int, float], *, turned: bool = False
) -> dict[int, Worst]:
    """Return how far each part that heads wear strays, by label; `on_head`: share of its pixels on the head.

    `turned`: the head is seen neither from in front nor from behind, so that what sits at its rim may turn away.
    """
    found = {}
    for label, name in enumerate(names, 1):
        if on_head.get(label, 0.0) < _LEAST_HEAD or not borne_by_head(name):
            continue
        told = [one for each in over if (one := _by(each, label)) is not None]
        if len(told) == len(over) > 0:  # nothing there nor here by one of them excuses it
            best = min(told, key=lambda one: one.stray)
            sure = _ALONE if len(told) == 1 else 1.0
            own = best.over.approved == label
            if turned and at_rim(own, best.over.approved, own):
                sure *= AT_RIM
            found[label] = Worst(sure * best.stray, best.over, best.wrong, best.found)
    return found


def _by(over: Over, label: int) -> Worst | None:
    rim = _RIMS[0] if over.well >= _WELL else _RIMS[1]
    found = strayed(over.approved, over.seen, label, rim, _REACH)
    if found is None:
        return None
    if not over.framed and not _thick(over.approved == label):
        return None  # what is thin there may be too thin here to hold its paint
    sure = min(1.0, found.bad_px / over.grain / _SURE_PX)
    return Worst(found.stray * sure, over, found.lost | found.extra, found)


def at_rim(piece: Mask, labels: U8, own: Mask) -> bool:
    """Say whether a piece lies at the rim of the figure: paper is a good deal of all beside it but its `own`."""
    ring = (cv2.dilate(piece.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0) & (labels < LINE) & ~own
    return int(np.count_nonzero(labels[ring] == NONE)) > _RIM_SHARE * int(np.count_nonzero(ring))


def _thick(mask: Mask) -> bool:
    return int(np.count_nonzero(cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8)))) >= _THICK_PX


def spot_stray(over: Sequence[Over], names: Sequence[str]) -> Worst | None:
    """Return the spots that the face lost or gained against all approved drawings; None if there are none."""
    skin = [label for label, name in enumerate(names, 1) if is_face_skin(name)]
    flush = [label for label, name in enumerate(names, 1) if _on_skin(name)]
    plain = [(_plain(one.approved, skin, flush), _plain(one.seen, skin, flush)) for one in over]
    spots = [
        (_spots(one.approved, there), _spots(one.seen, here))
        for one, (there, here) in zip(over, plain, strict=True)
    ]
    new = [
        spot
        for _, here in spots[:1]
        for spot in here
        if all(_bare(there, spot) for there, _ in plain) and not any(_has(there, spot) for there, _ in spots)
    ]
    old = [
        spot
        for there, _ in spots
        for spot in there
        if sum(_has(others, spot) for others, _ in spots) >= min(2, len(over))
        and all(_bare(here, spot) for _, here in plain)
        and not any(_has(here, spot) for _, here in spots)
    ]
    if not new and not old:
        return None
    wrong = np.zeros(SIZE_WH[::-1], np.uint8)
    for x, y, _ in (*new, *old):
        cv2.circle(wrong, (x, y), _SPOT_RADIUS_PX, (1,), -1)
    return Worst(_ALONE if len(over) == 1 else 1.0, over[0], wrong > 0)


def _has(spots: Sequence[Spot], one: Spot) -> bool:
    return any(np.hypot(one[0] - x, one[1] - y) <= _SAME_SPOT_PX for x, y, _ in spots)


def _on_skin(name: str) -> bool:
    return "blush" in name.lower() or "cheek" in name.lower()


def _plain(labels: U8, skin: Sequence[int], flush: Sequence[int]) -> U8:
    """Return (h, w) uint8, 1 where there is skin, or what lies on skin when it is flushed, soft edges included."""
    red = np.isin(labels, flush).astype(np.uint8)
    rim = (cv2.dilate(red, np.ones((5, 5), np.uint8)) > 0) & (labels == UNKNOWN)
    return np.asarray(np.isin(labels, skin) | (red > 0) | rim, np.uint8)


def _bare(plain: U8, spot: Spot) -> bool:
    """Say whether at a spot's place and close by there is hardly anything but skin."""
    return _unlike(plain, spot[0], spot[1]) < _BARE * spot[2]


def _unlike(plain: U8, x: int, y: int) -> int:
    """Return how many pixels at a place and close by are no skin."""
    r = _SPOT_RADIUS_PX
    return int(np.count_nonzero(plain[max(0, y - r) : y + r + 1, max(0, x - r) : x + r + 1] == 0))


def _spots(labels: U8, plain: U8) -> list[Spot]:
    """Return small round spots of line paint with skin all round: thicker than strokes, as broad as high."""
    ink = (labels == LINE).astype(np.uint8)
    core = cv2.erode(ink, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
    _, groups, stats, middles = cv2.connectedComponentsWithStats(ink, connectivity=8)
    found = []
    for i in np.unique(groups[core > 0]):
        x, y, w, h, area = (int(v) for v in stats[i])
        low, most = _SPOT_PX
        if i == 0 or not low <= area <= most or max(w, h) > _ROUND * min(w, h) or area < _SOLID * w * h:
            continue
        window = np.s_[max(0, y - 4) : y + h + 4, max(0, x - 4) : x + w + 4]
        if float(plain[window][groups[window] != i].mean()) >= _ALL_ROUND:
            own = cv2.dilate((groups[window] == i).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
            number = int(np.count_nonzero(own & (plain[window] == 0)))  # a mouth beside it is not the spot's
            found.append((round(float(middles[i][0])), round(float(middles[i][1])), number))
    return found
