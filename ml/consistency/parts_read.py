"""Reads what a figure wears off a drawing: on head, trunk, arms and feet; see `parts_head` and `parts_body`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ml.consistency.gauges import Bounds, Gauged
from ml.consistency.matching import Match
from ml.consistency.names import is_face_skin
from ml.consistency.pack import Compiled
from ml.consistency.parts import ARM_PX, BEYOND, HIPS_PX, PartMap, laid, part_names, parts_of
from ml.consistency.parts_body import (
    Sign,
    beside_stray,
    foot_stray,
    is_foot,
    is_thing,
    other_side,
    sign_of,
    told_there,
    trunk_stray,
)
from ml.consistency.parts_head import (
    AT_RIM,
    CHIN_PX,
    FINE,
    SIZE_WH,
    Over,
    Worst,
    at_rim,
    fine_affine,
    fine_map,
    grain_of,
    spot_stray,
    worn_strays,
)
from ml.consistency.parts_laid import Laid, box_of, framed
from ml.consistency.views import View
from ml.consistency.zones import ZONE_PX, affine_of
from ml.pixels import F32, U8, Mask

WORN, MOLE, TRUNK = "DETAIL.worn", "DETAIL.mole", "DETAIL.trunk"
SIDE, BESIDE, FEET, SMALL = "DETAIL.side", "DETAIL.beside", "SHAPE.feet", "DETAIL.small"
WORN_BOUNDS = {
    WORN: Bounds(0.35, 0.5),
    MOLE: Bounds(0.6, 1.3),
    TRUNK: Bounds(0.35, 0.6),
    SIDE: Bounds(0.6, 1.3),
    BESIDE: Bounds(0.45, 0.7),
    FEET: Bounds(0.7, 0.9),
    SMALL: Bounds(0.6, 1.3),
}
_LOOKED = 3
_DOUBTFUL, _TRUSTED = 0.86, 0.92  # a head that fits so is perhaps turned otherwise
_FLAT = ("front", "back", "")
_LEAST_ON_HEAD, _LEAST_ASIDE, _SWINGS = 0.5, 0.2, 0.3
_ALONE, _AGREED = 0.3, 0.7
_LEAST_STILL_PX = 150  # a smaller thing beside the trunk may be on an arm that no approved drawing moves
_ONE_SIDE = 0.55  # what one approved drawing says of sides: it may show the other side of the figure
_MIDDLE, _OTHER_FACE = np.s_[130:190, 100:156], 0.4  # of a fine map: where a face is
_FINE_GRAIN = 3.0  # map pixels for one of the drawing: beyond, a mole is a pixel or two
_WITNESSES = 2
_LEAST_SMALL_PX, _LEAST_TURNED_PX = 4, 12  # of a turned figure a smaller rest may turn out of sight
_CANVAS_WH, _CANVAS_AT = (496, 700), (-200, -60)  # head zone pixels: as far as arms and legs reach


@dataclass(frozen=True)
class Drawn:
    """A drawing to read: its parts (h, w) uint8, its design, and what the gauge learned of it."""

    view: View
    labels: U8
    design: Compiled
    known: Mapping[str, np.ndarray]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the named parts; part i has the label i + 1."""
        return part_names(self.design.palette)


def learned_worn(
    views: Sequence[View], blank: Compiled, maps: Sequence[PartMap | None]
) -> dict[str, np.ndarray]:
    """Return what reading needs besides the part maps.

    Returns:
        `fine` (N, h, w) uint8 heads, `on_head` (P + 1,) float32 share of each part above the chin, `arms` (K,) labels
        that hang beside the trunk, `swings` those of them that move, `cropped` (N,) uint8, and `unlike` (N, P + 1)
        float32, how far approved drawings of a view that are framed alike stray from this one.
    """
    names = part_names(blank.palette)
    known = [one for one in maps if one is not None]
    flat = [one for one, view in zip(maps, blank.views, strict=True) if one is not None and view in _FLAT]
    fine, on_head = _fine_maps(views, blank), _on_head(known, len(names))
    unlike = _unlike(views, blank, maps, fine, on_head)
    front = [i for i, view in enumerate(blank.views) if view in _FLAT and not views[i].cropped]
    swings = unlike[front].max(axis=0, initial=0.0) > _SWINGS
    hanging = _beside_trunk(flat, len(names))
    areas = _areas(known)
    return {
        "fine": fine,
        "on_head": on_head,
        "unlike": unlike,
        "arms": hanging,
        "swings": hanging[swings[hanging] | (areas[hanging] < _LEAST_STILL_PX) | (len(front) < _WITNESSES)],
        "cropped": np.array([view.cropped for view in views], np.uint8),
    }


def worn(drawn: Drawn, over: Sequence[Laid], near: Sequence[Match]) -> list[Gauged]:
    """Return how all that is worn strays; `over` are the approved drawings `near` as they lie over the drawing."""
    alike = [one for one in over if framed(one.match)]
    if _turned_otherwise(drawn, near[0]):
        return []
    found = _on_heads(drawn, near)
    if alike:
        found += _on_trunk(drawn, alike) + _small_lost(drawn, alike)
    if not drawn.view.cropped:
        found += _signs(drawn, (alike or over)[0].match)
    best = max(m.correlation("head") for m in near)
    trust = float(np.clip((best - _DOUBTFUL) / (_TRUSTED - _DOUBTFUL), 0.0, 1.0))
    return [replace(one, stray=trust * one.stray) for one in found]


def _fine_maps(views: Sequence[View], blank: Compiled) -> U8:
    """Return (N, h, w) uint8: the fine part map of each approved head, zeros where there is none."""
    found = np.zeros((len(views), *SIZE_WH[::-1]), np.uint8)
    for i, (view, zone) in enumerate(zip(views, blank.zones["head"], strict=True)):
        if zone is not None and view.paints.exact:
            found[i] = fine_map(
                view, parts_of(view, blank.palette), affine_of(zone.left, zone.top, zone.side_px)
            )
    return found


def _on_head(maps: Sequence[PartMap], parts: int) -> F32:
    """Return (parts + 1,) float32: the share of each part's pixels that lie above the chin."""
    high, whole = np.zeros(parts + 1), np.ones(parts + 1)
    for one in maps:
        chin = max(0, CHIN_PX - one.top)
        high += np.bincount(one.labels[:chin].ravel(), minlength=256)[: parts + 1]
        whole += np.bincount(one.labels.ravel(), minlength=256)[: parts + 1]
    return np.asarray(high / whole, np.float32)


def _unlike(
    views: Sequence[View], blank: Compiled, maps: Sequence[PartMap | None], fine: U8, on_head: F32
) -> F32:
    """Return (N, P + 1) float32: how far each part strays among the approved drawings themselves, by drawing."""
    names = part_names(blank.palette)
    found = np.zeros((len(views), len(names) + 1), np.float32)
    for i, one in enumerate(maps):
        for j, other in enumerate(maps):
            alike = blank.views[i] == blank.views[j] and views[i].cropped == views[j].cropped
            if i == j or one is None or other is None or not alike:
                continue
            seen = _moved_onto(other, one)
            head = Over(fine[i], fine[j], np.eye(2, 3, dtype=np.float32), FINE**2, j, 1.0, framed=True)
            for label, strayed in worn_strays([head], names, dict(enumerate(on_head.tolist()))).items():
                found[i, label] = max(found[i, label], strayed.stray)
            for label, name in enumerate(names, 1):
                if is_thing(name) and on_head[label] < _LEAST_ON_HEAD:
                    told = trunk_stray(one.labels, {"head": seen}, label, one.top)
                    found[i, label] = max(found[i, label], 0.0 if told is None else told[0])
    return found


def _moved_onto(other: PartMap, one: PartMap) -> U8:
    """Return the labels of a part map as they lie on another one's pixels."""
    affine = np.array([[1.0, 0.0, one.left - other.left], [0.0, 1.0, one.top - other.top]], np.float32)
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    size = one.labels.shape[::-1]
    return np.asarray(
        cv2.warpAffine(other.labels, affine, size, flags=flags, borderValue=(BEYOND,)), np.uint8
    )


def _areas(maps: Sequence[PartMap]) -> F32:
    """Return (256,) float32: how many pixels each label has in a part map, on average."""
    found = np.zeros(256, np.float32)
    for one in maps:
        found += np.bincount(one.labels.ravel(), minlength=256) / len(maps)
    return found


def _beside_trunk(maps: Sequence[PartMap], parts: int) -> np.ndarray:
    """Return the labels of which a good deal hangs beside the trunk in some drawing from in front or behind."""
    most = np.zeros(parts + 1)
    for one in maps:
        rows = one.labels[max(0, CHIN_PX - one.top) : max(0, HIPS_PX - one.top)]
        far = np.abs(np.arange(rows.shape[1]) + one.left - ZONE_PX / 2.0) > ARM_PX
        whole = np.bincount(rows.ravel(), minlength=256)[: parts + 1]
        aside = np.bincount(rows[:, far].ravel(), minlength=256)[: parts + 1]
        most = np.maximum(most, aside / np.maximum(whole, 1))
    return np.flatnonzero(most[1:] >= _LEAST_ASIDE).astype(np.int32) + 1


def _turned_otherwise(drawn: Drawn, one: Match) -> bool:
    """Say whether one of drawing and approved drawing shows a face where the other shows the back of a head."""
    skin = [label for label, name in enumerate(drawn.names, 1) if is_face_skin(name)]
    seen = fine_map(drawn.view, drawn.labels, one.fits["head"].affine)
    shares = [float(np.isin(m[_MIDDLE], skin).mean()) for m in (seen, drawn.known["fine"][one.index])]
    return abs(shares[0] - shares[1]) > _OTHER_FACE


def _on_heads(drawn: Drawn, near: Sequence[Match]) -> list[Gauged]:
    """Return how far each part that heads wear strays, and the spots that a face lost or gained."""
    some = [m for m in near if framed(m)] or near
    over = [_over(drawn, m) for m in some[:_LOOKED] if drawn.known["places"][m.index][0]]
    on_head = dict(enumerate(drawn.known["on_head"].tolist()))
    strays = worn_strays(over, drawn.names, on_head, turned=near[0].view not in _FLAT)
    found = []
    for label, one in sorted(strays.items()):
        stray = _beyond(drawn, one.stray, one.over.index, label, len(over))
        found.append(_told(drawn.view, replace(one, stray=stray), WORN, drawn.names[label - 1]))
    spot = spot_stray([one for one in over if one.framed and one.grain <= _FINE_GRAIN], drawn.names)
    return found if spot is None else [*found, _told(drawn.view, spot, MOLE, "face")]


def _beyond(drawn: Drawn, stray: float, index: int, label: int, witnesses: int) -> float:
    """Return how much farther a part strays than approved drawings of the view do from that one.

    Several witnesses that agree excuse less.
    """
    unlike = float(drawn.known["unlike"][index, label])
    return max(0.0, stray - (unlike if witnesses < _WITNESSES else _AGREED * unlike))


def _over(drawn: Drawn, one: Match) -> Over:
    zone = one.fits["head"].affine
    affine = fine_affine(zone)
    seen, grain = fine_map(drawn.view, drawn.labels, zone), grain_of(drawn.view, affine)
    approved = drawn.known["fine"][one.index]
    return Over(approved, seen, affine, grain, one.index, one.correlation("head"), framed(one))


def _told(view: View, one: Worst, name: str, part: str) -> Gauged:
    return _gauged(view, name, part, one.stray, one.over.index, one.wrong, one.over.affine)


def _gauged(view: View, name: str, part: str, stray: float, index: int, wrong: Mask, affine: F32) -> Gauged:
    high, wide = view.size_hw
    heat = cv2.warpAffine(wrong.astype(np.uint8), affine, (wide, high), flags=cv2.INTER_NEAREST)
    left = 100.0 * (1.0 - stray)
    unit = (
        "%" if name == SMALL else ""
    )  # only that is surely left out; the rest may be elsewhere, and has no size
    return Gauged(name, part, left, 100.0, unit, stray, box_of(heat > 0), index, heat.astype(np.float32))


def _on_trunk(drawn: Drawn, over: Sequence[Laid]) -> list[Gauged]:
    """Return how far each thing on the trunk strays, by the approved drawing that excuses it most."""
    found = []
    arms = set(drawn.known["arms"].tolist())
    over = [one for one in over if "torso" in one.match.fits]  # a head that turns carries no trunk along
    flat = all(one.match.view in _FLAT for one in over)
    sure = 1.0 if len(over) > 1 and flat else _ALONE  # an arm swings before what it does not hide there
    for label, name in enumerate(drawn.names, 1):
        if not is_thing(name) or label in arms or drawn.known["on_head"][label] >= _LEAST_ON_HEAD:
            continue
        told = [
            (*one, each)
            for each in over
            if (one := trunk_stray(each.approved.labels, each.seen, label, each.approved.top)) is not None
        ]
        if told and len(told) == len(over):
            stray, wrong, kind, each = min(told, key=lambda one: one[0])
            index = each.match.index
            turned = each.match.view not in _FLAT
            rim = (
                AT_RIM
                if turned and at_rim(wrong, each.approved.labels, each.approved.labels == label)
                else 1.0
            )
            stray = rim * sure * _beyond(drawn, stray, index, label, len(over))
            found.append(_gauged(drawn.view, TRUNK, name, stray, index, wrong, each.affines[kind]))
    return found


def _small_lost(drawn: Drawn, over: Sequence[Laid]) -> list[Gauged]:
    """Return small parts without a single pixel, though every approved drawing shows some."""
    counts = np.bincount(drawn.labels.ravel(), minlength=256)
    found = []
    for label, name in enumerate(drawn.names, 1):
        if counts[label] or not is_thing(name) or len(over) < _WITNESSES:
            continue
        expected = [one.approved.labels == label for one in over]
        flat = all(one.match.view in _FLAT for one in over)
        least = _LEAST_SMALL_PX if flat else _LEAST_TURNED_PX
        if all(
            int(np.count_nonzero(there)) >= least and told_there(there, one.seen["head"])
            for there, one in zip(expected, over, strict=True)
        ):
            first = over[0]
            index, affine = first.match.index, first.affines["head"]
            found.append(_gauged(drawn.view, SMALL, name, 1.0, index, expected[0], affine))
    return found


def _signs(drawn: Drawn, one: Match) -> list[Gauged]:
    """Return what arms carry that lies elsewhere or on the other side, and shoes of another shape."""
    names, known = drawn.names, drawn.known
    arms = set(known["arms"].tolist())
    left, top = _CANVAS_AT
    step = np.array([[1.0, 0.0, left], [0.0, 1.0, top], [0.0, 0.0, 1.0]])
    affine = np.asarray(np.vstack([one.fits["head"].affine, [0.0, 0.0, 1.0]])[:2] @ step, np.float32)
    seen = laid(drawn.view, drawn.labels, affine, _CANVAS_WH)
    found = []
    for label, name in enumerate(names, 1):
        carried = label in arms and is_thing(name)
        here = sign_of(seen, label, len(names), left) if carried or is_foot(name) else None
        there = _approved_signs(drawn, label) if here is not None else []
        if here is None or not there:
            continue
        same = [sign for view, sign in there if view == one.view]
        asked = same if len(same) >= _WITNESSES else [sign for _, sign in there]
        told = [(FEET, foot_stray(here, asked))]
        if carried:
            aside = one.view in _FLAT and other_side(here, same)
            told = [
                (SIDE, float(aside) * (1.0 if len(same) >= _WITNESSES else _ONE_SIDE)),
                (BESIDE, beside_stray(here, asked)),
            ]
        found += [_gauged(drawn.view, k, name, v, one.index, seen == label, affine) for k, v in told]
    return found


def _approved_signs(drawn: Drawn, label: int) -> list[tuple[str, Sign]]:
    """Return the view and the sign of a part in each approved whole figure that shows it."""
    found = []
    sizes = drawn.known["places"][:, 0] * drawn.known["places"][:, 1]
    for i, view in enumerate(drawn.design.views):
        high, wide, left, _ = (int(v) for v in drawn.known["places"][i])
        if not high or drawn.known["cropped"][i]:
            continue
        start = int(sizes[:i].sum())
        labels = drawn.known["maps"][start : start + high * wide].reshape(high, wide)
        sign = sign_of(labels, label, len(drawn.names), left)
        if sign is not None:
            found.append((view, sign))
    return found
