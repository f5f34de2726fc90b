"""The gauges: what is measured on a drawing that is laid over approved ones, each with its own limits.

A gauge learns from the approved drawings once, when a sheet is compiled, and then reads one drawing at a time. The
sheet itself is read by every gauge, each drawing against its fellows; how far those stray sets the design's limits,
between the floor and the cap of the gauge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ml.consistency.inventory import Boxf
from ml.pixels import F32
from ml.types import Aspect

if TYPE_CHECKING:
    from ml.consistency.matching import Match
    from ml.consistency.pack import Compiled
    from ml.consistency.views import View

_HEADROOM = 1.25


@dataclass(frozen=True)
class Bounds:
    """Between what a limit is kept: a careful hand strays to `floor`, a wild sheet excuses no more than `cap`."""

    floor: float
    cap: float


@dataclass(frozen=True)
class Gauged:
    """One number about one drawing.

    Convention:
        - `name` is the name of its limit: "FACE.eye_spacing"; before the dot stands the aspect
        - `stray` >= 0: how far out it is, in the unit of the limit; drift = stray / limit
        - `value`, `sheet_value` in `unit` are for people: what is there, what the sheet has
        - `box`: float (left, top, right, bottom) in the standard picture of the `View`, None = the whole figure
        - `reference`: row of the approved drawing that it was compared with, -1 = none in particular
        - `heat` (h, w) float32 over the standard picture, how much of the stray lies where, 0..1; None = `box`
    """

    name: str
    part: str
    value: float
    sheet_value: float
    unit: str
    stray: float
    box: Boxf | None = None
    reference: int = -1
    heat: F32 | None = None

    @property
    def aspect(self) -> Aspect:
        """Return the aspect that the number speaks of."""
        return self.name.split(".", 1)[0]  # type: ignore[return-value]


class Gauge(Protocol):
    """One family of numbers.

    Attributes:
        key: short and unique; what it learns is kept under it.
        bounds: of each limit, by `Gauged.name`.
        painted_only: needs paint, so it is silent at line stages.
    """

    key: str
    bounds: Mapping[str, Bounds]
    painted_only: bool

    def learn(self, views: Sequence[View], blank: Compiled) -> dict[str, np.ndarray]:
        """Return arrays worth keeping; `blank` is complete but for limits. Row i speaks of approved drawing i."""

    def read(self, view: View, matches: Sequence[Match], design: Compiled, *, painted: bool) -> list[Gauged]:
        """Return what can be told of a drawing; what cannot be compared is left out, never guessed.

        `matches` are the approved drawings that could be laid over it, best first, maybe none. When a sheet is
        calibrated the drawing read is itself approved and not among the matches.
        """


def learned(design: Compiled, gauge: Gauge) -> dict[str, Any]:
    """Return what `gauge.learn` gave for a design; empty where it learned nothing."""
    start = f"{gauge.key}."
    return {k.removeprefix(start): v for k, v in design.learned.items() if k.startswith(start)}


def limits_of(gauges: Sequence[Gauge], strays: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the limit of every number: a little above the farthest stray, kept within the gauge's bounds."""
    limits = {}
    for gauge in gauges:
        for name, bounds in gauge.bounds.items():
            top = _HEADROOM * max(strays.get(name, ()), default=0.0)
            limits[name] = round(float(np.clip(top, bounds.floor, bounds.cap)), 5)
    return limits
