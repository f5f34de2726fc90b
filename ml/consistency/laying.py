"""The nearest approved drawing laid over a drawing, for people to look at: where it lies, and what lies elsewhere.

The measures work on zones and maps of evidence; a person wants the sheet's own drawing under the drawing, and arrows
from where the sheet has a thing to where the drawing has it. So the approved drawing is turned, scaled and moved until
what nobody complains of agrees (RANSAC over the dense field of `residual_flow`, Fischler and Bolles 1981); what is then
left of the field is the drift. Claims about a small place in a head are looked at in the head alone.

Convention: an affine map is (2, 3) float64; places are (x, y) in pixels, from the corner of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.lines_ink import ink_figure
from ml.consistency.residual_flow import Ground, Moved, moved
from ml.consistency.residual_picture import Picture, laid_on, picture_of
from ml.consistency.views import NORM_HEIGHT, NORM_WIDTH_MAX
from ml.consistency.zones import ZONE_PX, Zone
from ml.pixels import F32, U8, Figure, cut_figure
from ml.types import Box, Claim

_LEAST_AGREED = 0.3  # of the drawing's edges: below, the approved drawing does not lie on it
_LEAST_COVERED = 0.15  # of the drawing's figure, by the approved one
_AROUND_HEAD = 0.18  # of a head's square, on each side
_MOST_OF_HEAD = 0.5  # a claim about more of the square than this is about the head itself
_HEAD_SIZES = frozenset({"head", "heads tall", "head width"})
_SURE, _EDGE = 0.35, 0.3
_LEAST_POINTS, _POINTS = 60, 1600
_AGREE_PX = 1.2  # of the picture: places that agree on one similarity
_MOST_PX = 1600
_LEAST_SIDE_PX = 24
Affine = np.ndarray


@dataclass(frozen=True)
class Sides:
    """A drawing and an approved drawing, both cut out; `zones` are the approved one's, `fits` see `Measurements`."""

    figure: Figure
    approved: Figure
    approved_rgba: U8
    zones: Mapping[str, Zone]
    fits: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class LaidOver:
    """An approved drawing over a drawing.

    Attributes:
        affine: (2, 3) float64, its pixels to the drawing's; no more than a turn, a size and a place.
        box: the part of the drawing in which displacements were looked for.
        strays: (h, w, 2) float32 over `box`, a cell for a few pixels, in pixels of the drawing: what lies at a place
            lies there + strays on the approved drawing as `affine` laid it.
        sure: (h, w) float32 0..1.
        cell_px: pixels of the drawing for one cell, across and down.
    """

    affine: Affine
    box: Box
    strays: F32
    sure: F32
    cell_px: tuple[float, float]


def figure_of(rgba: U8) -> Figure | None:
    """Return the figure as sheets are compiled from it: ink on paper, or painted."""
    return ink_figure(rgba) or cut_figure(rgba)


def zone_of(sides: Sides, box: Box | None) -> str:
    """Return where a claim is looked at: "head" if it is about a small place in the head, else "body"."""
    head = sides.fits.get("head")
    if head is None or box is None or "head" not in sides.zones:
        return "body"
    left, top, right, bottom = _square_of(np.array(head).reshape(2, 3))
    x, y = (box[0] + box[2]) / 2.0, (box[1] + box[3]) / 2.0
    share = (box[2] - box[0]) * (box[3] - box[1]) / max(1.0, (right - left) * (bottom - top))
    return "head" if left < x < right and top < y < bottom and share < _MOST_OF_HEAD else "body"


@dataclass(frozen=True)
class Registered:
    """An approved drawing registered within one zone, before it is said what counts as drift.

    Attributes:
        ground: the drawing's picture of the zone.
        found: where the approved one has things instead.
        start: (2, 3), pictures' pixels, the approved one's to the drawing's.
        to_here, to_there: pixels of each whole drawing to those of its picture.
        box: of the zone in the drawing.
    """

    ground: Ground
    found: Moved
    start: Affine
    to_here: Affine
    to_there: Affine
    box: Box


def registered(sides: Sides, zone: str) -> Registered | None:
    """Register the approved drawing within a zone ("head", "body"); None where nothing agrees."""
    cut = _cut(sides, zone)
    if cut is None:
        return None
    (figure, own_xy), (approved, their_xy), guess = cut
    here, there = picture_of(figure), picture_of(approved)
    to_here, to_there = _to_picture(here, figure, own_xy), _to_picture(there, approved, their_xy)
    guessed = None if guess is None else _chain(to_here, guess, _back(to_there))
    ground = Ground(here)
    best = _best(ground, there, _starts(here, there, guessed, zone))
    if best is None:
        return None
    box = (own_xy[0], own_xy[1], own_xy[0] + figure.mask.shape[1], own_xy[1] + figure.mask.shape[0])
    return Registered(ground, best[1], best[0], to_here, to_there, box)


def apart_from(sides: Sides, claim: Claim) -> Box | None:
    """Return the place that a claim speaks of and that must not pull the approved drawing along.

    What is said of a head's size is measured against the body, so there it is the head alone.
    """
    head = sides.fits.get("head")
    if claim.aspect != "PROPORTION" or claim.part not in _HEAD_SIZES or head is None:
        return claim.box_xyxy
    left, top, right, bottom = _square_of(np.array(head).reshape(2, 3))
    return round(left), round(top), round(right), round(bottom)


def lay_over(one: Registered, claimed: Box | None) -> LaidOver:
    """Lay the approved drawing over the drawing by what lies outside `claimed`; what then strays is the drift."""
    to_here, ground = one.to_here, one.ground
    back = _back(_common(ground, one.found.by, one.found.sure, _in_cells(claimed, to_here)))
    at = 2.0 * ground.at_half + 0.5
    strays = ((at + one.found.by) @ back[:, :2].T + back[:, 2] - at) / np.array(
        [to_here[0, 0], to_here[1, 1]]
    )
    affine = _chain(_back(to_here), back, one.start, one.to_there)
    cell_px = (2.0 / float(to_here[0, 0]), 2.0 / float(to_here[1, 1]))
    return LaidOver(affine, one.box, np.asarray(strays, np.float32), one.found.sure, cell_px)


def drawn(sides: Sides, laid: LaidOver) -> U8:
    """Return (h, w, 4) uint8: the approved drawing as it lies over the drawing, pulled onto it where that is sure."""
    high, wide = sides.figure.size_hw
    k = min(1.0, _MOST_PX / max(high, wide))
    size = (max(1, round(wide * k)), max(1, round(high * k)))
    ys, xs = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    at = np.dstack([(xs + 0.5) / k - 0.5, (ys + 0.5) / k - 0.5]).astype(np.float32)
    across, down = laid.cell_px
    place = np.array(
        [
            [across * k, 0.0, (laid.box[0] + 0.5 * across) * k - 0.5],
            [0.0, down * k, (laid.box[1] + 0.5 * down) * k - 0.5],
        ]
    )
    pull = cv2.warpAffine(laid.strays * _faded(laid.sure)[..., None], place, size, flags=cv2.INTER_LINEAR)
    back = _back(laid.affine)
    there = (at + pull) @ back[:, :2].T.astype(np.float32) + back[:, 2].astype(np.float32)
    return _resampled(sides.approved_rgba, np.asarray(there, np.float32))


def _resampled(rgba: U8, at: F32) -> U8:
    """Return (h, w, 4) uint8 read at places; colours weighted by alpha, or paint bleeds into the clear."""
    alpha = rgba[..., 3:].astype(np.float32) / 255.0
    soft = np.dstack([rgba[..., :3].astype(np.float32) * alpha, alpha])
    seen = cv2.remap(soft, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    share = np.maximum(seen[..., 3:], 1e-3)
    return np.dstack([seen[..., :3] / share, 255.0 * seen[..., 3:]]).round().clip(0, 255).astype(np.uint8)


def _faded(sure: F32) -> F32:
    """Return how far a place follows its displacement: not at all at the rim, so that nothing tears there."""
    high, wide = sure.shape
    reach = max(2.0, 0.08 * max(high, wide))
    across = np.minimum(np.arange(wide), np.arange(wide)[::-1]) / reach
    down = np.minimum(np.arange(high), np.arange(high)[::-1]) / reach
    return np.asarray(sure * np.clip(np.minimum(down[:, None], across[None]), 0.0, 1.0), np.float32)


def _cut(
    sides: Sides, zone: str
) -> tuple[tuple[Figure, tuple[int, int]], tuple[Figure, tuple[int, int]], Affine | None] | None:
    """Return both sides cut to a zone, each with its corner, and the map between them that the measures found."""
    if zone == "body":
        whole = _corner(sides.figure), _corner(sides.approved)
        return (sides.figure, whole[0]), (sides.approved, whole[1]), _guess(sides, ("torso", "head"))
    fit = np.array(sides.fits["head"]).reshape(2, 3)
    own = _cropped(sides.figure, _wider(_square_of(fit)))
    square = sides.zones["head"]
    k = sides.approved.mask.shape[0] / NORM_HEIGHT
    left, top = _corner(sides.approved)
    kx = _across(sides.approved)
    their = _wider(
        (
            left + square.left * kx,
            top + square.top * k,
            left + (square.left + square.side_px) * kx,
            top + (square.top + square.side_px) * k,
        )
    )
    approved = _cropped(sides.approved, their)
    return None if own is None or approved is None else (own, approved, _guess(sides, ("head",)))


def _guess(sides: Sides, kinds: tuple[str, ...]) -> Affine | None:
    """Return approved pixels to the drawing's by the zone that the measures laid, as a turn, a size and a place."""
    kind = next((one for one in kinds if one in sides.fits and one in sides.zones), None)
    if kind is None:
        return None
    zone, fit = sides.zones[kind], np.array(sides.fits[kind]).reshape(2, 3)
    left, top = _corner(sides.approved)
    kx, ky = _across(sides.approved), sides.approved.mask.shape[0] / NORM_HEIGHT
    unit = zone.side_px / ZONE_PX
    to_approved = np.array([[unit * kx, 0.0, left + zone.left * kx], [0.0, unit * ky, top + zone.top * ky]])
    return _similar(
        _chain(fit, _back(to_approved)), _chain(to_approved, np.array([[1.0, 0, 48], [0, 1, 48]]))[:, 2]
    )


def _across(figure: Figure) -> float:
    """Return pixels of a figure for one of its standard picture, across; see `views.prepare`."""
    high, wide = figure.mask.shape
    return wide / min(NORM_WIDTH_MAX, max(8, round(wide * NORM_HEIGHT / high)))


def _similar(affine: Affine, middle: np.ndarray) -> Affine:
    """Return the turn, size and place nearest to an affine map, exact at `middle`."""
    (a, b), (c, d) = affine[:, :2]
    cos, sin = (a + d) / 2.0, (c - b) / 2.0
    turn = np.array([[cos, -sin], [sin, cos]])
    at = affine[:, :2] @ middle + affine[:, 2]
    return np.column_stack([turn, at - turn @ middle])


def _starts(here: Picture, there: Picture, guess: Affine | None, zone: str) -> Iterator[Affine]:
    """Yield maps from the approved picture's pixels to the drawing's to begin with, the likelier one first.

    A head's own fit is exact; of a whole figure a head says little where the head is what is wrong.
    """
    if guess is not None and zone == "head":
        yield guess
    found, _ = laid_on(there.words, here.words)
    if found is not None:
        yield np.asarray(found, np.float64)
    if guess is not None and zone != "head":
        yield guess


def _best(ground: Ground, there: Picture, starts: Iterator[Affine]) -> tuple[Affine, Moved] | None:
    for start in starts:
        found = moved(ground, there, np.asarray(start, np.float32))
        if found.agreed >= _LEAST_AGREED and found.covered >= _LEAST_COVERED:
            return start, found
    return None


def _common(ground: Ground, by: F32, sure: F32, claimed: tuple[float, float, float, float] | None) -> Affine:
    """Return the similarity (drawing to the approved one as laid) that most places outside the claim agree on."""
    usable = (sure > _SURE) & (ground.contrast > _EDGE)
    outside = usable.copy()
    if claimed is not None:
        left, top, right, bottom = (max(0, round(v)) for v in claimed)
        outside[top:bottom, left:right] = False
    chosen = outside if np.count_nonzero(outside) >= _LEAST_POINTS else usable
    ys, xs = np.nonzero(chosen)
    thin = 1 + len(ys) // _POINTS
    ys, xs = ys[::thin], xs[::thin]
    if len(ys) < 8:
        return np.eye(2, 3)
    own = np.column_stack([2.0 * xs + 0.5, 2.0 * ys + 0.5]).astype(np.float32)
    found, _ = cv2.estimateAffinePartial2D(own, own + by[ys, xs], ransacReprojThreshold=_AGREE_PX)
    return np.eye(2, 3) if found is None else np.asarray(found, np.float64)


def _in_cells(box: Box | None, to_picture: Affine) -> tuple[float, float, float, float] | None:
    if box is None:
        return None
    (left, top), (right, bottom) = (
        (to_picture[:, :2] @ np.array(p, np.float64) + to_picture[:, 2]) / 2.0 for p in (box[:2], box[2:])
    )
    return float(left), float(top), float(right), float(bottom)


def _to_picture(picture: Picture, figure: Figure, corner: tuple[int, int]) -> Affine:
    """Return pixels of the whole drawing to pixels of a figure's picture; pixels are counted by their centres."""
    kx = picture.luma.shape[1] / figure.mask.shape[1]
    ky = picture.luma.shape[0] / figure.mask.shape[0]
    return np.array(
        [
            [kx, 0.0, (0.5 - corner[0]) * kx - 0.5],
            [0.0, ky, (0.5 - corner[1]) * ky - 0.5],
        ]
    )


def _corner(figure: Figure) -> tuple[int, int]:
    return figure.box_xyxy[0], figure.box_xyxy[1]


def _square_of(fit: Affine) -> tuple[float, float, float, float]:
    """Return the box around a zone of the drawing."""
    corners = np.array([[0, 0, 1], [ZONE_PX, 0, 1], [0, ZONE_PX, 1], [ZONE_PX, ZONE_PX, 1]], np.float64)
    at = corners @ fit.T
    low, high = at.min(axis=0), at.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _wider(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    more = _AROUND_HEAD * max(box[2] - box[0], box[3] - box[1])
    return box[0] - more, box[1] - more, box[2] + more, box[3] + more


def _cropped(figure: Figure, box: tuple[float, float, float, float]) -> tuple[Figure, tuple[int, int]] | None:
    """Return what of a figure lies in a box of the drawing, with its corner; None if hardly anything does."""
    x, y = _corner(figure)
    high, wide = figure.mask.shape
    left, top = max(0, round(box[0]) - x), max(0, round(box[1]) - y)
    right, bottom = min(wide, round(box[2]) - x), min(high, round(box[3]) - y)
    if right - left < _LEAST_SIDE_PX or bottom - top < _LEAST_SIDE_PX:
        return None
    rgba = np.ascontiguousarray(figure.rgba[top:bottom, left:right])
    mask = np.ascontiguousarray(figure.mask[top:bottom, left:right])
    here = (x + left, y + top, x + right, y + bottom)
    return Figure(rgba, mask, here, figure.size_hw), (x + left, y + top)


def _back(affine: Affine) -> Affine:
    turn = np.linalg.inv(affine[:, :2])
    return np.column_stack([turn, -turn @ affine[:, 2]])


def _chain(*maps: Affine) -> Affine:
    """Return the map "the last first, then the one before it", as functions are written."""
    found = np.vstack([maps[-1], [0.0, 0.0, 1.0]])
    for one in reversed(maps[:-1]):
        found = np.vstack([one, [0.0, 0.0, 1.0]]) @ found
    return found[:2]
