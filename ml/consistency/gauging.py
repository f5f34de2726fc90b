"""All gauges of the engine, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ml.consistency.gauge_body import BodyGauge
from ml.consistency.gauge_face import FaceGauge
from ml.consistency.gauge_line import LINE
from ml.consistency.gauge_net import NET
from ml.consistency.gauge_parts import PartsGauge
from ml.consistency.gauge_residual import ResidualGauge
from ml.consistency.gauge_swap import SwapGauge
from ml.consistency.gauges import Gauge, Gauged, limits_of
from ml.consistency.witnesses import witnessed

if TYPE_CHECKING:
    from ml.comparator.inference import Compared
    from ml.consistency.matching import Look, Match
    from ml.consistency.pack import Compiled
    from ml.consistency.views import View

GAUGES: tuple[Gauge, ...] = (BodyGauge(), FaceGauge(), LINE, PartsGauge(), ResidualGauge(), NET, SwapGauge())

_BY_OTHERS = ("body", "line")  # what a mirror leaves as it is
_MIRRORED_DOUBT = {"body": 3.0}  # a parting and a lean have a side
_BY_TURNED, _TURNED_DOUBT = ("line",), 2.5  # what needs the head's size alone, and how much less surely
_BODY, _CALM = ("PROPORTION.heads_tall", "PROPORTION.head_size"), 0.6


def read_all(
    view: View,
    matches: Sequence[Match],
    design: Compiled,
    *,
    painted: bool,
    seen: Look | None = None,
    heard: list[Compared] | None = None,
) -> list[Gauged]:
    """Return the numbers of every gauge that this drawing allows, sizes as far as two witnesses agree.

    Without a match the gauges of sizes read by `seen.others`, the comparator by `seen.faces`; see `matching.Look`.
    All that the comparator said is put into `heard`.
    """
    others, faces = (seen.others, seen.faces) if seen is not None else ([], [])
    lost = bool(others) and not matches
    found = [
        one
        for gauge in GAUGES
        if gauge is not NET and (painted or not gauge.painted_only)
        for one in (
            _by_others(gauge, view, others, design, painted=painted)
            if lost and gauge.key in _BY_OTHERS
            else gauge.read(view, matches, design, painted=painted)
        )
    ]
    if NET in GAUGES:
        found += (
            NET.by_face(view, faces, design, painted=painted, heard=heard)
            if faces and not matches
            else NET.read(
                view,
                matches,
                design,
                painted=painted,
                figure=not _is_calm(found, view, design),
                heard=heard,
            )
        )
    return witnessed(found)


def _is_calm(found: Sequence[Gauged], view: View, design: Compiled) -> bool:
    """Say whether the figure was measured and is far from any limit: then it needs no second witness."""
    strays = {one.name: one.stray for one in found}
    needed = _BODY[1:] if view.cropped else _BODY
    return all(name in strays and strays[name] < _CALM * design.limits.get(name, 0.0) for name in needed)


def _by_others(
    gauge: Gauge, view: View, others: Sequence[Match], design: Compiled, *, painted: bool
) -> list[Gauged]:
    mirrored = [m for m in others if m.turned == "mirrored"]
    if mirrored:
        doubt = _MIRRORED_DOUBT.get(gauge.key, 1.0)
        found = gauge.read(view, mirrored, design, painted=painted)
        return [replace(one, stray=one.stray / doubt) for one in found]
    if gauge.key not in _BY_TURNED:
        return []
    found = gauge.read(view, others, design, painted=painted)
    return [replace(one, stray=one.stray / _TURNED_DOUBT) for one in found]


def learn_all(views: Sequence[View], blank: Compiled) -> dict[str, np.ndarray]:
    """Return what all gauges learn from the approved drawings, "gauge.name" -> array."""
    return {f"{g.key}.{name}": rows for g in GAUGES for name, rows in g.learn(views, blank).items()}


def gauge_limits(strays: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the limit of every number of every gauge from how far the approved drawings strayed."""
    return limits_of(GAUGES, strays)
