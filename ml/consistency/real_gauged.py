"""Paint of a sheet without a colour model as numbers: a paint that is off, a region in another, a spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ml.consistency.colours import nearest_of
from ml.consistency.gauges import Bounds, Gauged
from ml.consistency.real_paint import Repaint, repaints
from ml.consistency.residual_flow import Ground
from ml.consistency.residual_picture import Picture
from ml.pixels import F32

if TYPE_CHECKING:
    from ml.consistency.pack import Compiled

BOUNDS: Mapping[str, Bounds] = {
    "COLOUR.step": Bounds(1.4, 10.0),
    "COLOUR.region": Bounds(5.0, 40.0),
    "DETAIL.spot": Bounds(5.0, 30.0),
}
_FEW_KNOWN = 4.0  # as many drawings of a sheet teach half of what they will come to


def paint_numbers(
    ground: Ground,
    known: Mapping[int, Picture],
    starts: Sequence[tuple[int, F32]],
    design: Compiled,
    size_hw: tuple[int, int],
    *,
    sample: bool,
) -> list[Gauged]:
    """Return how far a paint is off (about ΔE00), how large a region in another paint and a lone spot are.

    Sizes are the root of the area, in % of the figure's.

    Args:
        ground: the drawing.
        known: the approved drawings of `starts`.
        starts: (row, start) of those that can be laid over it.
        design: for the names of its paints.
        size_hw: of the standard picture.
        sample: the drawing is itself approved, its numbers tell what may come.
    """
    told = repaints(ground, known, starts)
    if told is None:
        return []
    more = 1.0 + _FEW_KNOWN / len(design.keys) if sample else 1.0
    found = (("COLOUR.step", told.paint), ("COLOUR.region", told.region), ("DETAIL.spot", told.spot))
    told_of = [name for name, _ in found if sample or _is_known(name, design)]
    return [_number(name, one, more, design, size_hw) for name, one in found if name in told_of]


def _is_known(name: str, design: Compiled) -> bool:
    """Say whether the sheet tells what is usual: not one that strays beyond all bounds, nor a single drawing for spots.

    A single drawing says nothing of how eyes shut and mouths open.
    """
    known = design.limits.get(name, 0.0) < BOUNDS[name].cap
    return known and (len(design.keys) > 1 or not name.startswith("DETAIL."))


def _number(
    name: str, found: Repaint | None, more: float, design: Compiled, size_hw: tuple[int, int]
) -> Gauged:
    unit = "dE00" if name == "COLOUR.step" else "%"
    if found is None:
        return Gauged(name, "whole figure", 0.0, 0.0, unit, 0.0)
    value = found.step_de if unit == "dE00" else 100.0 * float(np.sqrt(found.share))
    rows, _ = nearest_of(found.rgb[None], design.palette.rgb)
    part = design.palette.parts[int(rows[0])] if rows[0] >= 0 else "whole figure"
    ys, xs = np.nonzero(found.where)
    ky, kx = size_hw[0] / found.where.shape[0], size_hw[1] / found.where.shape[1]
    box = (
        float(xs.min()) * kx,
        float(ys.min()) * ky,
        (float(xs.max()) + 1.0) * kx,
        (float(ys.max()) + 1.0) * ky,
    )
    near = cv2.dilate(found.where.astype(np.float32), np.ones((3, 3), np.uint8))
    heat = np.asarray(cv2.resize(near, size_hw[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
    return Gauged(name, part, value, 0.0, unit, more * value, box, found.reference, heat)
