"""What is worn and what paint each part has, by the named parts of a cel: there, in place, of its shape, in its paint.

A piece of the nearest approved drawing is looked for where its surroundings are. Surroundings that do not agree
(another view, an arm in front) say nothing about the piece; neither does a piece that a pose of the same view hides.
A part of which nothing is left although every comparable drawing shows it is missing, or painted as another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np

from ml.consistency.foreign import is_lossless
from ml.consistency.gauges import Bounds, Gauged, learned
from ml.consistency.matching import Match, comparable
from ml.consistency.names import is_acting
from ml.consistency.pack import Compiled
from ml.consistency.parts import (
    BEYOND,
    LINE,
    PartMap,
    Worn,
    is_stable,
    map_of,
    part_names,
    parts_of,
    without_arms,
    worn_in,
)
from ml.consistency.parts_found import Piece, look_at
from ml.consistency.parts_laid import Laid, box_of, framed, framed_first, lay
from ml.consistency.parts_read import WORN_BOUNDS, Drawn, learned_worn, worn
from ml.consistency.views import View
from ml.pixels import U8, Mask

HEAD, BODY, PAINT, LOST = "DETAIL.head", "DETAIL.body", "COLOUR.part", "DETAIL.part"
_LOOKED = 3  # approved drawings that are asked
_ALIKE = 0.05  # of correlation: how much worse than the best an approved drawing may fit
_DOUBT = 0.2  # strays below this need no second drawing
_LEAST_PART_PX = 40  # of a head zone: a smaller part is looked at piece by piece only
_LEAST_THICK_PX = 20
_LEAST_LOST_PX = 200  # smaller ones are looked at piece by piece
_LEFT = 0.05
_WITNESSES, _SMALL_LOST = 2, 0.5  # a small part without a single pixel, though so many drawings show it
_ALONE = 0.6
_INSTEAD, _TOLD, _STILL = 0.6, 0.4, 0.6
_GARMENT_PX, _LEAST_BESIDE_PX = 2000, 12


class PartsGauge:
    """Pieces and paints of the named parts; silent where there is no colour model or the sheet holds no cels."""

    key = "parts"
    painted_only = True
    bounds: Mapping[str, Bounds] = {
        HEAD: Bounds(0.25, 0.4),
        BODY: Bounds(0.6, 0.7),
        PAINT: Bounds(0.35, 0.35),
        LOST: Bounds(0.35, 0.35),
        **WORN_BOUNDS,
    }

    def learn(self, views: Sequence[View], blank: Compiled) -> dict[str, np.ndarray]:
        """Return `maps` (all label maps in a row), `places` (N, 4) = h, w, left, top, and `worn` (K, 7)."""
        names = part_names(blank.palette)
        if not names or not blank.palette.exact:
            return {}
        made: list[PartMap | None] = []
        for view, zone in zip(views, blank.zones["head"], strict=True):
            usable = zone is not None and view.paints.exact
            made.append(map_of(view, parts_of(view, blank.palette), zone) if usable and zone else None)
        worn = [
            one
            for i, here in enumerate(made)
            if here is not None
            for one in worn_in(here, names, i)
            if is_stable(one, _of_view(made, blank.views, i))
        ]
        worn = without_arms(worn, blank.views)
        known = [m for m in made if m is not None]
        return {
            **learned_worn(views, blank, made),
            "maps": np.concatenate([m.labels.ravel() for m in known] or [np.zeros(0, np.uint8)]),
            "places": np.array(
                [(0, 0, 0, 0) if m is None else (*m.labels.shape, m.left, m.top) for m in made], np.int32
            ),
            "worn": np.array([(w.reference, w.label, *w.box, w.area_px) for w in worn], np.int32).reshape(
                -1, 7
            ),
        }

    def read(self, view: View, matches: Sequence[Match], design: Compiled, *, painted: bool) -> list[Gauged]:
        """Return the worst piece of each part, and each part that lost its paint."""
        del painted
        known = learned(design, self)
        near = framed_first([m for m in comparable(matches, "head") if _fits(m, matches)])[:_LOOKED]
        if not known or not near:
            return []
        labels = parts_of(view, design.palette)
        over = [one for m in near if (one := lay(view, labels, m, design, known)) is not None]
        if not over:
            return []
        names = part_names(design.palette)
        lost = _lost_parts(view, labels, over, names)
        gone = {one.part for one in lost if one.stray > _SMALL_LOST}
        pieces = [p for p in _pieces(view, over, names) if p.part not in gone]
        if gone or not is_lossless(view, design) or view.figure.hidden is not None:
            return lost + pieces  # what stands in a lost part's place, or before the figure, is told as that
        if any(framed(one.match) for one in over):  # paint laid over paint then knows more of heads
            pieces = [p for p in pieces if p.name != HEAD]
        return lost + pieces + worn(Drawn(view, labels, design, known), over, near)


def has_parts(design: Compiled) -> bool:
    """Say whether a design's parts are known: there is a colour model, and its sheet holds cels."""
    return f"{PartsGauge.key}.maps" in design.learned


def _fits(one: Match, matches: Sequence[Match]) -> bool:
    return one.correlation("head") >= max(m.correlation("head") for m in matches) - _ALIKE


def _of_view(made: Sequence[PartMap | None], views: Sequence[str], index: int) -> list[PartMap]:
    return [m for i, m in enumerate(made) if m is not None and i != index and views[i] == views[index]]


def _pieces(view: View, over: Sequence[Laid], names: Sequence[str]) -> list[Gauged]:
    """Return the worst piece of each part; of a piece that seems wrong the drawing that excuses it most counts."""
    worst: dict[int, Gauged] = {}
    for one in over[0].worn:
        found = _looked(over[0], one)
        if found is None:
            continue
        stray = found.stray if found.stray < _DOUBT else _doubted(found, over[1:], one)
        if one.label not in worst or stray > worst[one.label].stray:
            worst[one.label] = _gauged(view, over[0], one, found, stray, names)
    return [worst[label] for label in sorted(worst)]


def _doubted(found: Piece, others: Sequence[Laid], one: Worn) -> float:
    """Return the stray of a piece as the drawing sees it that excuses most; one witness alone counts for less."""
    told = [stray for other in others if (stray := _elsewhere(other, one)) is not None]
    return min([found.stray, *told]) if told else _ALONE * found.stray


def _looked(over: Laid, one: Worn) -> Piece | None:
    seen = over.seen.get(one.zone)
    if seen is None:
        return None
    x, y = over.approved.left, over.approved.top
    box = one.box[0] - x, one.box[1] - y, one.box[2] - x, one.box[3] - y
    return look_at(over.approved.labels, seen, one.label, box)


def _elsewhere(other: Laid, one: Worn) -> float | None:
    """Return how far the same piece strays by another approved drawing, None if that cannot say."""
    middle = (one.box[0] + one.box[2]) / 2.0, (one.box[1] + one.box[3]) / 2.0
    same = [w for w in other.worn if w.label == one.label and _holds(w.box, middle)]
    found = [p.stray for w in same if (p := _looked(other, w)) is not None]
    return max(found) if found else None


def _holds(box: tuple[int, int, int, int], point: tuple[float, float]) -> bool:
    slack = 10
    return box[0] - slack <= point[0] <= box[2] + slack and box[1] - slack <= point[1] <= box[3] + slack


def _gauged(view: View, over: Laid, one: Worn, found: Piece, stray: float, names: Sequence[str]) -> Gauged:
    heat = _heat(view, over, found, one.zone)
    box = box_of(heat)
    return Gauged(
        HEAD if one.zone == "head" else BODY,
        names[one.label - 1],
        100.0 * (1.0 - stray),
        100.0,
        "%",
        stray,
        box,
        over.match.index,
        heat.astype(np.float32),
    )


def _heat(view: View, over: Laid, found: Piece, zone: str) -> Mask:
    """Return (h, w) bool over the standard picture: where a piece differs."""
    whole = np.zeros(over.approved.labels.shape, np.uint8)
    left, top, right, bottom = found.box
    whole[top:bottom, left:right] = found.wrong
    affine = over.affines[zone].copy()
    affine[:, 2] += affine[:, :2] @ np.array(found.aside_xy, np.float32)
    high, wide = view.size_hw
    return np.asarray(cv2.warpAffine(whole, affine, (wide, high), flags=cv2.INTER_NEAREST) > 0)


def _lost_parts(view: View, labels: U8, over: Sequence[Laid], names: Sequence[str]) -> list[Gauged]:
    """Return parts that every comparable drawing shows where this one shows none of their paint."""
    counts = np.bincount(labels.ravel(), minlength=256)
    found: list[Gauged] = []
    least = (
        _LEAST_PART_PX if view.paints.exact else _GARMENT_PX
    )  # encoding takes the flat pixels of small ones
    over = [one for one in over if framed(one.match)]  # a bust knows nothing of a belt
    if not over:
        return found
    for label, name in enumerate(names, 1):
        if is_acting(name):
            continue
        expected = [_expected(one, label) for one in over]
        area = min(int(np.count_nonzero(e)) for e in expected)
        thin = min(_thick(e) for e in expected) < _LEAST_THICK_PX
        share = float(counts[label]) * _zone_px(view, over[0]) / max(1, area)
        if area < least or share > _LEFT or (thin and counts[label]):
            continue
        if _untold(over[0], expected[0]):
            continue
        one = _missed(view, over[0], expected[0], names, name)
        one = replace(one, name=LOST) if thin else one  # of what is thin nobody sees the outline
        stray = 1.0 - share
        if one.name == LOST and (thin or area < _LEAST_LOST_PX):
            if counts[label] or len(over) < _WITNESSES:
                continue
            stray = _SMALL_LOST
        found.append(replace(one, stray=stray, value=100.0 * share))
    return found


def _untold(over: Laid, expected: Mask) -> bool:
    """Say whether hardly anything is known of where a part should be: paint of no swatch, which is told as such."""
    known = np.count_nonzero(_closest(over, expected)[expected] < BEYOND)
    return bool(known < _TOLD * np.count_nonzero(expected))


def _thick(mask: Mask) -> int:
    """Return how much of a mask is no mere strip: that a cel may lose to its edges."""
    return int(np.count_nonzero(cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8))))


def _expected(over: Laid, label: int) -> Mask:
    """Return where the approved drawing has a part, as far as the picture reaches."""
    return np.asarray((over.approved.labels == label) & (over.seen["head"] != BEYOND))


def _zone_px(view: View, over: Laid) -> float:
    """Return how many pixels of a part map one pixel of the drawing makes."""
    sx, sy = view.scale_xy
    return sx * sy / abs(float(np.linalg.det(over.affines["head"][:, :2].astype(np.float64))))


def _closest(over: Laid, expected: Mask) -> U8:
    """Return the drawing as that zone carries it which agrees best outside the part."""
    same = {k: int(np.count_nonzero((s == over.approved.labels) & ~expected)) for k, s in over.seen.items()}
    return over.seen[max(sorted(same), key=lambda kind: same[kind])]


def _outlined(approved: U8, seen: U8, expected: Mask) -> bool:
    """Say whether the lines round a part are still there: what is left out takes its outline along."""
    whole = expected.astype(np.uint8)
    band = (cv2.dilate(whole, np.ones((5, 5), np.uint8)) > 0) & (
        cv2.erode(whole, np.ones((3, 3), np.uint8)) == 0
    )
    lines = np.count_nonzero(approved[band] >= LINE)
    return bool(np.count_nonzero(seen[band] >= LINE) >= _STILL * lines > 0)


def _missed(view: View, over: Laid, expected: Mask, names: Sequence[str], name: str) -> Gauged:
    """Say of a lost part whether another's paint stands in its place, or nothing does.

    Where a belt is left out, the shirt beside it is seen and its outline is gone; what is large, keeps its outline
    or shows a paint from elsewhere was painted wrongly.
    """
    seen = _closest(over, expected)
    held = np.bincount(seen[expected], minlength=256)[: len(names) + 1]
    other = int(held[1:].argmax()) + 1
    ring = cv2.dilate(expected.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    beside = np.count_nonzero(over.approved.labels[ring & ~expected] == other) >= _LEAST_BESIDE_PX
    large = np.count_nonzero(expected) >= _GARMENT_PX
    painted = held[other] >= _INSTEAD * max(1, int(held.sum()))
    painted = painted and (large or not beside or _outlined(over.approved.labels, seen, expected))
    high, wide = view.size_hw
    laid_back = cv2.warpAffine(
        expected.astype(np.uint8), over.affines["head"], (wide, high), flags=cv2.INTER_NEAREST
    )
    box = box_of(laid_back > 0)
    return Gauged(
        PAINT if painted else LOST,
        name,
        0.0,
        100.0,
        "%",
        0.0,
        box,
        over.match.index,
        laid_back.astype(np.float32),
    )
