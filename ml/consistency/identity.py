"""Which design a drawing shows: the cast one, another one, or neither clearly.

Two witnesses are asked. The embedding says which approved drawing looks most alike; the colour models say which
design explains the paint. A costume swap keeps head and pose and changes the paint; another character changes
both. Either alone is wrong now and then, so their evidence is added.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.consistency.colours import Paints
from ml.consistency.pack import Compiled
from ml.consistency.palette import read_through
from ml.consistency.views import SOFT_SLACK_DE
from ml.pixels import F32
from ml.types import Nearest

_EASE = 0.015
_RATIO_UNIT = math.log(1.6)
_GAP_UNIT = 0.22
_RIVALS_READ = 3


@dataclass(frozen=True)
class Kinship:
    """How near a drawing is to a design: the nearest approved drawings and the paint it does not explain."""

    nearest: tuple[Nearest, ...]
    order: tuple[int, ...]
    off_share: float

    @property
    def similarity(self) -> float:
        """Return the similarity to the nearest approved drawing."""
        return self.nearest[0].similarity


def kinship(vector: F32, paints: Paints, design: Compiled) -> Kinship:
    """Return how near a drawing is to a design."""
    similar = np.round(design.vectors.astype(np.float64) @ vector.astype(np.float64), 6)
    order = tuple(int(i) for i in np.argsort(-similar, kind="stable"))
    top = tuple(Nearest(design.design_key, design.keys[i], float(similar[i])) for i in order[:3])
    slack = 0.0 if paints.exact or not design.palette.exact else SOFT_SLACK_DE
    return Kinship(top, order, read_through(paints, design.palette, slack).off_share)


def strangeness(own: Kinship, other: Kinship) -> float:
    """Return how much more a drawing looks like `other` than like `own`: 1.0 = at the limit, below 0 = own."""
    ratio = math.log((1.0 - own.similarity + _EASE) / (1.0 - other.similarity + _EASE))
    gap = own.off_share - other.off_share
    return ratio / _RATIO_UNIT * 0.6 + gap / _GAP_UNIT * 0.6


def best_of(kin: Sequence[Kinship]) -> int:
    """Return which of several designs a drawing shows best; the first on a tie."""
    best = 0
    for index in range(1, len(kin)):
        if strangeness(kin[best], kin[index]) > 0.0:
            best = index
    return best


def nearest_rival(
    vector: F32, paints: Paints, rivals: Sequence[Compiled], own: Kinship
) -> tuple[Kinship, float] | None:
    """Return the other design that a drawing shows best and the strangeness against it."""
    if not rivals:
        return None
    rough = sorted(range(len(rivals)), key=lambda i: (-float((rivals[i].vectors @ vector).max()), i))
    kin = [kinship(vector, paints, rivals[i]) for i in rough[:_RIVALS_READ]]
    strange = [strangeness(own, k) for k in kin]
    worst = int(np.argmax(strange))
    return kin[worst], strange[worst]
