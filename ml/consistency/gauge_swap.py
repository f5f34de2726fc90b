"""The swap gauge: a paint in the place of another one, by the amounts of both, for sheets without a colour model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ml.consistency.colours import nearest_of
from ml.consistency.gauges import Bounds, Gauged, learned
from ml.consistency.real_swap import MOST, Colours, colours_of, swapped
from ml.pixels import U8

if TYPE_CHECKING:
    from ml.consistency.matching import Match
    from ml.consistency.pack import Compiled
    from ml.consistency.views import View

_NAME = "COLOUR.swap"


class SwapGauge:
    """How far a paint is off that took another one's place; see `real_swap`."""

    key = "swap"
    painted_only = True
    bounds: Mapping[str, Bounds] = {_NAME: Bounds(1.4, 12.0)}

    def learn(self, views: Sequence[View], blank: Compiled) -> dict[str, np.ndarray]:
        """Return `rgb` (N, 64, 3) uint8 and `shares` (N, 64) float32, 0 where a drawing has fewer colours."""
        if blank.palette.named.any():
            return {}
        rgb, shares = np.zeros((len(views), MOST, 3), np.uint8), np.zeros((len(views), MOST), np.float32)
        for row, view in enumerate(views):
            found = colours_of(view.figure)
            rgb[row, : len(found.rgb)], shares[row, : len(found.rgb)] = found.rgb, found.shares
        return {"rgb": rgb, "shares": shares}

    def read(self, view: View, matches: Sequence[Match], design: Compiled, *, painted: bool) -> list[Gauged]:
        """Return the clearest swap; an approved drawing is held against the others."""
        del matches, painted
        arrays = learned(design, self)
        if not arrays:
            return []
        own = colours_of(view.figure)
        approved = [
            _colours(rgb, shares) for rgb, shares in zip(arrays["rgb"], arrays["shares"], strict=True)
        ]
        found = swapped(own, [one for one in approved if not _same(one, own)])
        if found is None:
            return [Gauged(_NAME, "whole figure", 0.0, 0.0, "dE00", 0.0)]
        step, before, now = found
        rows, _ = nearest_of(before[None], design.palette.rgb)
        part = design.palette.parts[int(rows[0])] if rows[0] >= 0 else "whole figure"
        return [_placed(view, part, step, now)]


def _colours(rgb: U8, shares: np.ndarray) -> Colours:
    return Colours(rgb[shares > 0.0], shares[shares > 0.0])


def _same(one: Colours, other: Colours) -> bool:
    return np.array_equal(one.rgb, other.rgb) and np.array_equal(one.shares, other.shares)


def _placed(view: View, part: str, step: float, now: U8) -> Gauged:
    """Return the number with the box and the heat of where the paint is."""
    there = (view.figure.rgba[..., :3] == now).all(axis=2) & view.figure.mask
    ys, xs = np.nonzero(there)
    sx, sy = view.scale_xy
    box = (float(xs.min()) * sx, float(ys.min()) * sy, float(xs.max() + 1) * sx, float(ys.max() + 1) * sy)
    heat = cv2.resize(there.astype(np.float32), view.size_hw[::-1], interpolation=cv2.INTER_AREA)
    return Gauged(_NAME, part, step, 0.0, "dE00", step, box, -1, np.asarray(heat, np.float32))
