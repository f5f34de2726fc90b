"""The parts of a cel in place: which named part each pixel shows, at one scale for all approved drawings.

A colour model names every paint, so a cel is its own part segmentation. The maps of the approved drawings share the
scale of their heads (a head's zone is `ZONE_PX` wide in all of them), so that a belt can be laid over a belt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.exact import rows_of
from ml.consistency.names import is_acting, is_face_skin, is_line
from ml.consistency.palette import Palette
from ml.consistency.views import OFF_PALETTE, View
from ml.consistency.zones import ZONE_PX, Zone
from ml.pixels import F32, U8

NONE, BEYOND, LINE, UNKNOWN = 0, 253, 254, 255  # paper, outside the picture, a line, an edge; 1 + i is part i
LEAST_PX, _LEAST_BODY_PX = 6, 14
_MOST_HW = (800, 560)
_GROUP_PX, _MOST_SIDE, _MOST_PX = 5, 92, 1600  # what is larger is a garment, and moves with the body
ARM_PX, HIPS_PX = 38, 246  # head zone pixels: beside and below hang arms and legs
_FLAT = ("front", "back", "")
_CHIN_PX = 88
_NEAR_PX, _SAME = 14, 0.35
_NEAR_DE, _MOST_NEAR = 1.5, 64


@dataclass(frozen=True)
class PartMap:
    """Parts of one approved drawing: `labels` (h, w) uint8; (`left`, `top`) of its corner in head zone pixels."""

    labels: U8
    left: int
    top: int

    def window(self, box: tuple[int, int, int, int]) -> U8 | None:
        """Return the labels under a box of head zone pixels, None if it is not all on the map."""
        x0, y0, x1, y1 = box[0] - self.left, box[1] - self.top, box[2] - self.left, box[3] - self.top
        if x0 < 0 or y0 < 0 or x1 > self.labels.shape[1] or y1 > self.labels.shape[0]:
            return None
        return self.labels[y0:y1, x0:x1]


@dataclass(frozen=True)
class Worn:
    """A piece of a named part in an approved drawing: `box` in head zone pixels, `area_px` there."""

    reference: int
    label: int
    box: tuple[int, int, int, int]
    area_px: int

    @property
    def zone(self) -> str:
        """Return the zone that carries it."""
        return "head" if (self.box[1] + self.box[3]) / 2.0 < _CHIN_PX else "torso"


def part_names(palette: Palette) -> tuple[str, ...]:
    """Return the named parts, in the order of the palette."""
    return tuple(dict.fromkeys(p for p, named in zip(palette.parts, palette.named, strict=True) if named))


def parts_of(view: View, palette: Palette) -> U8:
    """Return (h0, w0) uint8 over the figure's crop: the part of each pixel, edges included where they are pure.

    Paint of no swatch is `BEYOND`: what it hides can neither lack nor stray.
    """
    labels = {part: i + 1 for i, part in enumerate(part_names(palette))}
    rows = zip(palette.parts, palette.tones, palette.named, strict=True)
    table = [
        LINE if is_line(part, tone) else labels[part] if named else UNKNOWN for part, tone, named in rows
    ]
    if view.paints.exact:
        near, entries = _near_rows(view)
        seen = rows_of(view.figure, np.concatenate([view.reading.rgb, near]))
        table += [table[int(entry)] for entry in entries]
    else:
        seen = np.maximum(view.reading.labels, -1)
    out = np.array([*table, UNKNOWN], np.uint8)[seen]
    out[view.reading.labels == OFF_PALETTE] = (
        BEYOND  # paint of no swatch hides what is there, as a neighbour does
    )
    out[~view.figure.mask] = NONE
    if view.figure.hidden is not None:
        out[view.figure.hidden] = BEYOND
    return np.asarray(out, np.uint8)


def _near_rows(view: View) -> tuple[U8, np.ndarray]:
    """Return the drawing's own paints that nearly are a swatch's, (M, 3) uint8, and the palette row of each.

    A paint a little off is still that part's; whether it is too far off is judged by its colour.
    """
    reading = view.reading
    near = np.flatnonzero((reading.de > 0.0) & (reading.de <= _NEAR_DE) & (reading.entry >= 0))[:_MOST_NEAR]
    return view.paints.rgb[near], reading.entry[near]


def map_of(view: View, labels: U8, zone: Zone) -> PartMap:
    """Return the part map of an approved drawing whose head lies in `zone`."""
    unit = zone.side_px / ZONE_PX
    high, wide = view.size_hw
    left, top = int(np.floor(-zone.left / unit)), int(np.floor(-zone.top / unit))
    size = min(_MOST_HW[1], int(wide / unit) + 2), min(_MOST_HW[0], int(high / unit) + 2)
    affine = np.array([[unit, 0.0, zone.left + left * unit], [0.0, unit, zone.top + top * unit]], np.float32)
    return PartMap(laid(view, labels, affine, size), left, top)


def laid(view: View, labels: U8, affine: F32, size_wh: tuple[int, int]) -> U8:
    """Return the labels under `affine` (map pixels to the standard picture), (h, w) uint8."""
    sx, sy = view.scale_xy
    deep = np.asarray(affine / np.array([[sx], [sy]]), np.float32)
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    border = BEYOND if view.cropped else NONE
    return np.asarray(cv2.warpAffine(labels, deep, size_wh, flags=flags, borderValue=(border,)), np.uint8)


def worn_in(made: PartMap, names: Sequence[str], reference: int) -> list[Worn]:
    """Return the pieces of an approved drawing that head or trunk carry and acting does not hide."""
    found = []
    kernel = np.ones((_GROUP_PX, _GROUP_PX), np.uint8)
    half = _GROUP_PX // 2
    for label, name in enumerate(names, 1):
        if is_acting(name) or is_face_skin(name) or name == "hair":
            continue
        mask = (made.labels == label).astype(np.uint8)
        number, groups, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(mask, kernel))
        areas = np.bincount(groups[mask > 0], minlength=number)
        for i in range(1, number):
            x, y, w, h = (int(v) for v in stats[i, :4])
            left, top = x + half + made.left, y + half + made.top
            one = Worn(reference, label, (left, top, left + w - 2 * half, top + h - 2 * half), int(areas[i]))
            if one.area_px >= LEAST_PX and _carried(one):
                found.append(one)
    return found


def _carried(one: Worn) -> bool:
    left, top, right, bottom = one.box
    if max(right - left, bottom - top) > _MOST_SIDE or one.area_px > _MOST_PX:
        return False
    return one.zone == "head" or (one.area_px >= _LEAST_BODY_PX and (top + bottom) / 2.0 <= HIPS_PX)


def is_stable(one: Worn, others: Sequence[PartMap]) -> bool:
    """Say whether all other approved drawings of the view that show its place show the piece as well."""
    left, top, right, bottom = one.box
    around = (left - _NEAR_PX, top - _NEAR_PX, right + _NEAR_PX, bottom + _NEAR_PX)
    for other in others:
        seen = other.window(around)
        if seen is None or np.count_nonzero(seen >= BEYOND) > 0.5 * seen.size:
            continue
        if np.count_nonzero(seen == one.label) < _SAME * one.area_px:
            return False
    return True


def without_arms(worn: Sequence[Worn], views: Sequence[str]) -> list[Worn]:
    """Leave out what arms carry: they swing, and what hangs beside the trunk in front lies on it from the side."""
    arms = {w.label for w in worn if views[w.reference] in _FLAT and _hangs(w)}
    flat = [w for w in worn if views[w.reference] in _FLAT and not _hangs(w)]
    turned = [
        w for w in worn if views[w.reference] not in _FLAT and (w.zone == "head" or w.label not in arms)
    ]
    return sorted([*flat, *turned], key=lambda w: (w.reference, w.label, w.box))


def _hangs(one: Worn) -> bool:
    return one.zone == "torso" and abs((one.box[0] + one.box[2]) / 2.0 - ZONE_PX / 2.0) > ARM_PX
