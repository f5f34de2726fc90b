"""Several characters in one cel: which designs are there, and each one's figure cut out by its colours.

A drawing is taken apart only if at least two designs show colours in it that the others do not have, and only if
then each of two cut-outs proves itself (see `ml.consistency.scene_cast`). Everything else is one figure, as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.colours import Paints
from ml.consistency.pack import Compiled
from ml.consistency.scene_areas import (
    NOBODY,
    WORK_HEIGHT,
    Areas,
    Legal,
    areas_of,
    legal_of,
    owners,
    shown_in,
)
from ml.pixels import Figure, Mask

LEAST_ALONE = 0.02  # share of the drawing in colours of one design alone: less is a slip of paint
STRANGE_SHARE = 0.08  # share in colours of no cast design that another approved design may explain
_EXPLAINED = 0.7
_QUICK_PAINTS = 96
_LEAST_FIGURE = 0.03
_SPECK = 0.002
_TOUCH_PX = 5
_HIDING_REACH = 0.12  # of the figure's height: so far behind its neighbour a figure may go on
_APART = 0.06


@dataclass(frozen=True)
class Part:
    """One figure of a drawing: `design` is its place among the designs asked, `NOBODY` for one that none explains."""

    design: int
    figure: Figure
    alone: float  # share of the figure in colours that only its design has


def kinds_shown(
    paints: Paints, cast: Sequence[Compiled], rivals: Sequence[Compiled], off_share: float
) -> list[int]:
    """Return which designs (cast first, then rivals, counted through) seem to stand in a drawing together.

    Fewer than two = one figure. `off_share` is what the best cast design leaves unexplained; rivals are asked only
    where that is much.
    """
    if len(cast) + len(rivals) < 2 or (len(cast) < 2 and off_share < STRANGE_SHARE):
        return []
    legal = legal_of(paints, [d.palette for d in cast], _QUICK_PAINTS)
    here = shown_in(legal, range(len(cast)), LEAST_ALONE)
    strangers = _strangers(paints, legal, here, rivals)
    if not strangers:
        return here
    everybody = legal_of(paints, [d.palette for d in (*cast, *rivals)], _QUICK_PAINTS)
    return shown_in(everybody, [*here, *(len(cast) + i for i in strangers)], LEAST_ALONE)


def _strangers(paints: Paints, legal: Legal, here: Sequence[int], rivals: Sequence[Compiled]) -> list[int]:
    """Return the rival, if any, that explains most of what the designs that are here leave unexplained."""
    unknown = legal.unknown(here) & ~legal.ink
    rest = float(legal.share[unknown].sum())
    if not here or not rivals or rest < STRANGE_SHARE:
        return []
    theirs = legal_of(paints, [d.palette for d in rivals], _QUICK_PAINTS)
    explained = (theirs.own & unknown) @ legal.share
    best = int(np.argmax(explained))
    return [best] if explained[best] >= _EXPLAINED * rest else []


def parted(figure: Figure, paints: Paints, designs: Sequence[Compiled]) -> list[Part]:
    """Return the figures of a drawing, one for each of `designs` that has an area worth looking at, in their order.

    Each is cut to its own box. Where another figure may cover it, that is noted in `Figure.hidden`.
    """
    legal = legal_of(paints, [d.palette for d in designs])
    step = max(1, round(figure.mask.shape[0] / WORK_HEIGHT))
    areas = areas_of(
        np.ascontiguousarray(paints.labels[::step, ::step]),
        np.ascontiguousarray(figure.mask[::step, ::step]),
        legal.ink,
    )
    found = owners(areas, legal, range(len(designs)))
    _set_apart(areas, found, legal, len(designs))
    small = found[areas.ids]
    small[areas.ids == 0] = NOBODY - 1
    high, wide = figure.mask.shape
    whose = cv2.resize(
        small.astype(np.int16),
        (small.shape[1] * step, small.shape[0] * step),
        interpolation=cv2.INTER_NEAREST,
    )[:high, :wide]
    whole = int(np.count_nonzero(figure.mask))
    parts = []
    for index in range(len(designs)):
        mask = _clean(np.asarray(figure.mask & (whose == index)), whole)
        if np.count_nonzero(mask) < _LEAST_FIGURE * whole:
            continue
        alone = _alone(areas, found, legal, index)
        parts.append(Part(index, _cut(figure, mask), alone))
    return parts


def _set_apart(areas: Areas, found: np.ndarray, legal: Legal, designs: int) -> None:
    """Leave to nobody what stands apart from every figure, is large, and is in colours of no design, in place."""
    joined = _bodies(areas.ids > 0)
    unknown = legal.unknown(range(designs))[areas.paint]
    unknown[0] = False
    flat = areas.ids > 0
    total = max(1, int(np.count_nonzero(flat)))
    for body in range(1, int(joined.max()) + 1):
        here = flat & (joined == body)
        size = int(np.count_nonzero(here))
        rows = areas.ids[here]
        if size >= _APART * total and np.count_nonzero(unknown[rows]) >= 0.8 * size:
            found[np.unique(rows)] = NOBODY


def _bodies(mask: Mask) -> np.ndarray:
    return np.asarray(cv2.connectedComponents(mask.astype(np.uint8))[1])


def _alone(areas: Areas, found: np.ndarray, legal: Legal, index: int) -> float:
    mine = found == index
    sole = legal.own[index] & (legal.own.sum(axis=0) == 1)
    sole = np.append(sole, False)[areas.paint]
    return float(areas.size[mine & sole].sum()) / max(1, int(areas.size[mine].sum()))


def _clean(mask: Mask, whole: int) -> Mask:
    """Drop specks: slivers along another figure's edge."""
    number, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    keep = stats[:, cv2.CC_STAT_AREA] >= _SPECK * whole
    keep[0] = False
    return np.asarray(keep[parts]) if number > 1 else mask


def _cut(figure: Figure, mask: Mask) -> Figure:
    """Return one of several figures, cut to its own box."""
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom, left, right = int(ys[0]), int(ys[-1]) + 1, int(xs[0]), int(xs[-1]) + 1
    x, y = figure.box_xyxy[:2]
    own = np.ascontiguousarray(mask[top:bottom, left:right])
    other = np.ascontiguousarray((figure.mask & ~mask)[top:bottom, left:right])
    return Figure(
        np.ascontiguousarray(figure.rgba[top:bottom, left:right]),
        own,
        (x + left, y + top, x + right, y + bottom),
        figure.size_hw,
        hiding(own, other),
    )


def hiding(own: Mask, other: Mask) -> Mask | None:
    """Return where the others' paint may cover a figure: what of it touches it, so far as a limb may reach behind."""
    touch = cv2.dilate(own.astype(np.uint8), np.ones((_TOUCH_PX, _TOUCH_PX), np.uint8)) > 0
    if np.count_nonzero(touch & other) < 2 * _TOUCH_PX:
        return None
    away = cv2.distanceTransform((~own).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
    return np.asarray(other & (away <= max(8.0, _HIDING_REACH * own.shape[0])))


def lonely(figure: Figure, off_share: float) -> bool:
    """Say whether something stands apart from the largest figure that may be nobody's business."""
    if off_share < STRANGE_SHARE:
        return False
    step = max(1, round(figure.mask.shape[0] / WORK_HEIGHT))
    small = np.ascontiguousarray(figure.mask[::step, ::step], np.uint8)
    sizes = np.sort(cv2.connectedComponentsWithStats(small)[2][1:, cv2.CC_STAT_AREA])
    return bool(sizes.size > 1 and sizes[-2] >= _APART * sizes.sum())
