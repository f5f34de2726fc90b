"""Approved drawings laid over a drawing: its parts as head and trunk carry them, at the scale of the part maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.consistency.inventory import Boxf
from ml.consistency.matching import Match
from ml.consistency.pack import Compiled
from ml.consistency.parts import PartMap, Worn, laid
from ml.consistency.views import View
from ml.consistency.zones import ZONE_PX
from ml.pixels import F32, U8, Mask

_FRAMED = 0.75, 1.33


@dataclass(frozen=True)
class Laid:
    """One approved drawing over the drawing: its parts, and the drawing's parts as head and trunk carry them."""

    match: Match
    approved: PartMap
    worn: tuple[Worn, ...]
    seen: dict[str, U8]
    affines: dict[str, F32]


def framed_first(matches: Sequence[Match]) -> list[Match]:
    """Order drawings so that those framed alike lead: a bust knows nothing of a belt."""
    return sorted(matches, key=lambda m: not framed(m))


def framed(one: Match) -> bool:
    """Say whether an approved drawing shows the head about as large."""
    return _FRAMED[0] < one.fits["head"].scale < _FRAMED[1]


def lay(view: View, labels: U8, one: Match, design: Compiled, known: Mapping[str, np.ndarray]) -> Laid | None:
    """Return an approved drawing laid over the drawing, None if it is no cel; `known` is what the gauge learned."""
    places = known["places"]
    high, wide, left, top = (int(v) for v in places[one.index])
    if high == 0:
        return None
    start = int((places[: one.index, 0] * places[: one.index, 1]).sum())
    approved = PartMap(known["maps"][start : start + high * wide].reshape(high, wide), left, top)
    rows = known["worn"][known["worn"][:, 0] == one.index].tolist()
    worn = tuple(Worn(r[0], r[1], (r[2], r[3], r[4], r[5]), r[6]) for r in rows)
    affines = _affines(design, one, approved)
    seen = {kind: laid(view, labels, affine, (wide, high)) for kind, affine in affines.items()}
    return Laid(one, approved, worn, seen, affines)


def _affines(design: Compiled, one: Match, approved: PartMap) -> dict[str, F32]:
    """Return (2, 3) float32 from map pixels to the standard picture, as the head lies and as the torso does."""
    head, torso = design.zones["head"][one.index], design.zones["torso"][one.index]
    to_head = _square([[1.0, 0.0, approved.left], [0.0, 1.0, approved.top]])
    found = {"head": _square(one.fits["head"].affine) @ to_head}
    if head is not None and torso is not None and "torso" in one.fits:
        k, unit = ZONE_PX / torso.side_px, head.side_px / ZONE_PX
        across = _square(
            [[unit * k, 0.0, (head.left - torso.left) * k], [0.0, unit * k, (head.top - torso.top) * k]]
        )
        found["torso"] = _square(one.fits["torso"].affine) @ across @ to_head
    return {kind: matrix[:2].astype(np.float32) for kind, matrix in found.items()}


def _square(rows: object) -> np.ndarray:
    return np.vstack([np.asarray(rows, np.float64), [0.0, 0.0, 1.0]])


def box_of(mask: Mask) -> Boxf | None:
    """Return the box around a mask, None if it is empty."""
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(ys):
        return None
    return float(xs[0]), float(ys[0]), float(xs[-1] + 1), float(ys[-1] + 1)
