"""The outline of the part that a claim speaks of, as polygons: as it is drawn, or where the sheet has what is missing.

Where a colour model names the parts, a cel is its own segmentation; heads and bodies are what of the figure lies in
the zone that was laid there; else it is where the drift map is beyond the limit. What would come out as the mere box
of the claim is left to the box.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from ml.consistency.laying import LaidOver, Sides
from ml.consistency.names import is_eye, is_face_skin, is_hair
from ml.consistency.pack import Compiled
from ml.consistency.parts import part_names, parts_of
from ml.consistency.views import prepare
from ml.consistency.zones import ZONE_PX
from ml.pixels import U8, Figure, Mask
from ml.types import Box, Claim, ColourMeasure, Measurements, Outline

_MOST_POLYGONS, _MOST_POINTS = 6, 140
_LEAST_PX, _LEAST_SHARE = 12, 0.03  # of a piece: pixels, and share of the largest piece of the same part
_BOXY = 0.9  # of a box: a shape that fills as much of it says no more than the box
_SAME_PAINT = 2  # of a channel
_HEAD_IN_SQUARE = 0.06  # of a head's square that is margin, on each side
_SPOKEN: dict[str, Callable[[str], bool]] = {
    "eyes": is_eye,
    "eye spacing": is_eye,
    "eye size": is_eye,
    "eye height": is_eye,
    "fringe": is_hair,
    "hair shape": is_hair,
    "hair": is_hair,
    "jaw": is_face_skin,
}
_HEADS = frozenset({"head", "head width", "heads tall"})


@dataclass(frozen=True)
class Parts:
    """The named parts of both sides: label maps (h, w) uint8 over each figure's crop, 1 + i = `names[i]`."""

    names: tuple[str, ...]
    here: U8
    there: U8


def parts_seen(sides: Sides, design: Compiled) -> Parts | None:
    """Return the parts of drawing and approved drawing; None where no colour model names any."""
    names = part_names(design.palette)
    if not names:
        return None
    here, there = (
        parts_of(prepare(f, design.palette), design.palette) for f in (sides.figure, sides.approved)
    )
    return Parts(names, here, there)


def outlines_of(
    claim: Claim, sides: Sides, parts: Parts | None, laid: LaidOver | None, measured: Measurements
) -> tuple[Outline, ...]:
    """Return the outlines of one claim; none where only its box is known."""
    figure = sides.figure
    if claim.aspect == "WRONG_DESIGN":
        return _polygons(figure.mask, figure.box_xyxy, "drawing")
    if claim.aspect == "COLOUR":
        painted = _in_paint(figure, [c for c in measured.colours if c.part == claim.part])
        if painted is not None:
            return _polygons(painted, figure.box_xyxy, "drawing")
    labels = () if parts is None else _labels_of(claim.part, parts.names)
    if parts is not None and labels:
        found = _named(claim, figure, np.isin(parts.here, labels))
        return found or _of_sheet(claim, sides, np.isin(parts.there, labels), laid)
    if claim.part in _HEADS and "head" in measured.fits:
        return _polygons(figure.mask & _under(figure, measured.fits["head"]), figure.box_xyxy, "drawing")
    return _hot(claim, measured)


def _labels_of(part: str, names: Sequence[str]) -> list[int]:
    """Return the labels that a claim speaks of: the part of that name, or those that a measure is taken on."""
    spoken = _SPOKEN.get(part)
    own = [i for i, name in enumerate(names, 1) if name == part]
    return own or ([] if spoken is None else [i for i, name in enumerate(names, 1) if spoken(name)])


def _in_paint(figure: Figure, colours: Sequence[ColourMeasure]) -> Mask | None:
    """Return what is painted in the colours that were found, where they were found; None if nothing is."""
    found = np.zeros(figure.mask.shape, np.bool_)
    for one in colours:
        rgb = np.array(one.found_rgb, np.int16)
        low, high = (np.clip(rgb + by, 0, 255).astype(np.uint8) for by in (-_SAME_PAINT, _SAME_PAINT))
        same = cv2.inRange(np.ascontiguousarray(figure.rgba[..., :3]), low, high) > 0
        found |= same & figure.mask & _within(figure, one.box_xyxy)
    return found if np.count_nonzero(found) >= _LEAST_PX else None


def _named(claim: Claim, figure: Figure, there: Mask) -> tuple[Outline, ...]:
    """Return the pieces of a part that touch the claim's box, of a missing one nothing."""
    near = there if claim.box_xyxy is None else _touching(there, _within(figure, claim.box_xyxy))
    if (
        claim.box_xyxy is not None
        and claim.aspect == "DETAIL"
        and not (near & _within(figure, claim.box_xyxy)).any()
    ):
        return ()
    return _polygons(_hulled(near) if _SPOKEN.get(claim.part) is is_eye else near, figure.box_xyxy, "drawing")


def _hulled(mask: Mask) -> Mask:
    """Return the convex hulls of a mask's pieces: an iris in no swatch's paint, or a strand of hair, parts an eye."""
    found, _ = cv2.findContours(_closed(mask).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    whole = np.zeros(mask.shape, np.uint8)
    for piece in found:
        if cv2.contourArea(piece) >= _LEAST_PX:
            cv2.fillConvexPoly(whole, cv2.convexHull(piece), (1,))
    return np.asarray(whole > 0)


def _touching(mask: Mask, region: Mask) -> Mask:
    _, pieces = cv2.connectedComponents(_closed(mask).astype(np.uint8))
    hit = np.zeros(int(pieces.max()) + 1, np.bool_)
    hit[np.unique(pieces[mask & region])] = True
    hit[0] = False
    return np.asarray(hit[pieces])


def _of_sheet(claim: Claim, sides: Sides, there: Mask, laid: LaidOver | None) -> tuple[Outline, ...]:
    """Return where the approved drawing, as it was laid, has the part, as far as the claim's box goes."""
    if laid is None or not there.any():
        return ()
    figure = sides.figure
    high, wide = figure.mask.shape
    to_crop = laid.affine.copy()
    to_crop[:, 2] += to_crop[:, :2] @ np.array(sides.approved.box_xyxy[:2], np.float64)
    to_crop[:, 2] -= np.array(figure.box_xyxy[:2], np.float64)
    mask = cv2.warpAffine(there.astype(np.uint8), to_crop, (wide, high), flags=cv2.INTER_NEAREST) > 0
    near = mask if claim.box_xyxy is None else _touching(np.asarray(mask), _within(figure, claim.box_xyxy))
    return _polygons(np.asarray(near), figure.box_xyxy, "sheet")


def _under(figure: Figure, fit: Sequence[float]) -> Mask:
    """Return what of a figure's crop lies under the head's zone, its margin left out."""
    low, high = _HEAD_IN_SQUARE * ZONE_PX, (1.0 - _HEAD_IN_SQUARE) * ZONE_PX
    corners = np.array([[low, low, 1], [high, low, 1], [high, high, 1], [low, high, 1]])
    at = corners @ np.array(fit).reshape(2, 3).T - np.array(figure.box_xyxy[:2])
    mask = np.zeros(figure.mask.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(at).astype(np.int32)], (1,))
    return np.asarray(mask > 0)


def _hot(claim: Claim, measured: Measurements) -> tuple[Outline, ...]:
    """Return where the drift map is beyond the limit inside the claim's box; nothing if that is the box itself."""
    over = measured.map_box_xyxy
    if measured.drift_map is None or over is None or claim.box_xyxy is None:
        return ()
    size = (over[2] - over[0], over[3] - over[1])
    field = cv2.resize(measured.drift_map, size, interpolation=cv2.INTER_LINEAR)
    region = _inside((size[1], size[0]), over, claim.box_xyxy)
    hot = region & (field >= 1.0)
    if np.count_nonzero(hot) > _BOXY * np.count_nonzero(region):
        return ()
    return _polygons(hot, over, "drawing")


def _within(figure: Figure, box: Box) -> Mask:
    return _inside(figure.mask.shape, figure.box_xyxy, box)


def _inside(size_hw: tuple[int, ...], own: Box, box: Box) -> Mask:
    """Return a mask over `own`, a box of the drawing, of what lies in another box of it."""
    x, y = own[:2]
    mask = np.zeros(size_hw, np.bool_)
    mask[max(0, box[1] - y) : max(0, box[3] - y), max(0, box[0] - x) : max(0, box[2] - x)] = True
    return mask


def _closed(mask: Mask) -> Mask:
    """Return a mask whose lines inside are filled: edges of a cel belong to no part."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, disc) > 0)


def _polygons(mask: Mask, own: Box, of: Literal["drawing", "sheet"]) -> tuple[Outline, ...]:
    """Return the outer borders of a mask over `own`, a box of the drawing, largest first, in pixels of the drawing."""
    found, _ = cv2.findContours(_closed(mask).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    sized = sorted(((float(cv2.contourArea(c)), i) for i, c in enumerate(found)), key=lambda s: (-s[0], s[1]))
    most = sized[0][0] if sized else 0.0
    kept = [i for area, i in sized[:_MOST_POLYGONS] if area >= max(_LEAST_PX, _LEAST_SHARE * most)]
    corner = np.array(own[:2], np.float64) + 0.5
    return tuple(Outline(of, _thinned(found[i][:, 0].astype(np.float64) + corner)) for i in kept)


def _thinned(points: np.ndarray) -> tuple[tuple[float, float], ...]:
    """Return a border with no more points than it needs, and never more than `_MOST_POINTS`."""
    slack = 0.8
    thin = points
    while True:
        thin = cv2.approxPolyDP(points.astype(np.float32), slack, closed=True)[:, 0]
        if len(thin) <= _MOST_POINTS:
            return tuple((round(float(x), 1), round(float(y), 1)) for x, y in thin)
        slack *= 1.6
