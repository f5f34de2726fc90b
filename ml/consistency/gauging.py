"""All gauges of the engine, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ml.consistency.gauge_body import BodyGauge
from ml.consistency.gauge_face import FaceGauge
from ml.consistency.gauge_line import LINE
from ml.consistency.gauge_parts import PartsGauge
from ml.consistency.gauge_residual import ResidualGauge
from ml.consistency.gauges import Gauge, Gauged, limits_of

if TYPE_CHECKING:
    from ml.consistency.matching import Match
    from ml.consistency.pack import Compiled
    from ml.consistency.views import View

GAUGES: tuple[Gauge, ...] = (BodyGauge(), FaceGauge(), LINE, PartsGauge(), ResidualGauge())


def read_all(view: View, matches: Sequence[Match], design: Compiled, *, painted: bool) -> list[Gauged]:
    """Return the numbers of every gauge that this drawing allows."""
    return [
        one
        for gauge in GAUGES
        if painted or not gauge.painted_only
        for one in gauge.read(view, matches, design, painted=painted)
    ]


def learn_all(views: Sequence[View], blank: Compiled) -> dict[str, np.ndarray]:
    """Return what all gauges learn from the approved drawings, "gauge.name" -> array."""
    return {f"{g.key}.{name}": rows for g in GAUGES for name, rows in g.learn(views, blank).items()}


def gauge_limits(strays: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the limit of every number of every gauge from how far the approved drawings strayed."""
    return limits_of(GAUGES, strays)
