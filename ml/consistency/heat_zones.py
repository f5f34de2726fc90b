"""Where a shape departs: between the outline that a part of the head has on the approved drawing and the one it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ml.consistency.zones import ZONE_PX
from ml.pixels import F32

if TYPE_CHECKING:
    from ml.consistency.matching import Match
    from ml.consistency.pack import Compiled
    from ml.consistency.views import View

_GRAIN = np.ones((3, 3), np.uint8)  # thinner than a grain of the zone is how edges were sampled
_REACH = np.ones((5, 5), np.uint8)
_REST = 0.4  # of the heat: the rest of the part, where its outline is as it should be
_LEAST_PX = 12


def moved_outline(view: View, one: Match, design: Compiled, is_part: Callable[[str], bool]) -> F32 | None:
    """Return (h, w) float32 over the standard picture, 1 where paint of a part is and should not be or lacks.

    The part itself gets some heat, too. None where no paint has such a name, or hardly anything differs.
    """
    rows = [
        row for row, part in enumerate(design.palette.parts) if design.palette.named[row] and is_part(part)
    ]
    approved = design.zones["head"][one.index]
    if not rows or approved is None or one.turned == "mirrored":
        return None
    was, is_there = (np.isin(zone.labels, rows) for zone in (approved, one.zones["head"]))
    apart = cv2.morphologyEx((was ^ is_there).astype(np.uint8), cv2.MORPH_OPEN, _GRAIN)
    if int(apart.sum()) < _LEAST_PX:
        return None
    field = np.maximum(cv2.dilate(apart, _REACH).astype(np.float32), _REST * (was | is_there))
    size = (view.size_hw[1], view.size_hw[0])
    laid = cv2.warpAffine(field.astype(np.float32), one.fits["head"].affine, size, flags=cv2.INTER_LINEAR)
    return np.asarray(laid, np.float32)


def below_head(view: View, one: Match) -> F32:
    """Return (h, w) float32 over the standard picture: the figure without its head, which keeps its size.

    Empty paper beside the figure is neither too tall nor too short.
    """
    head = cv2.warpAffine(
        np.ones((ZONE_PX, ZONE_PX), np.float32), one.fits["head"].affine, (view.size_hw[1], view.size_hw[0])
    )
    return np.asarray(np.where((head > 0.0) | ~view.cover, 0.0, 1.0), np.float32)
