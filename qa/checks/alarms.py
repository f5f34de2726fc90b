"""Alarms at a promised rate: how a design's limits move so that clean cuts raise as many as the studio asked for.

The sheet gives a first limit for every number; clean cuts say how far out good drawings really lie. A calibrated limit
is the first one times a factor, so that 1.0 goes on to mean "at the limit" on every page.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from qa.checks.alarm_split import Bounds, shares
from qa.checks.conformal import Calibrated, Cuts, calibrated, split

# How the promised alarms are shared out. What is ruled by a tolerance that people set needs the least.
WEIGHTS = {
    "COLOUR": 0.15, "DETAIL": 0.25, "LINE_WEIGHT": 0.1, "PROPORTION": 0.15, "FACE": 0.15, "SHAPE": 0.15,
    "WRONG_DESIGN": 0.05,
}  # fmt: skip
RULED = frozenset(
    {"COLOUR", "WRONG_DESIGN"}
)  # a tolerance of a swatch, another design: never stricter than set
LEAST, MOST = 0.5, 4.0  # factors: below, engine noise would speak; above, the aspect would be blind
PAINTED, LINES = "painted", "lines"
KINDS = (PAINTED, LINES)
_NOT_ON_LINES = frozenset({"COLOUR"})


def kind_of(*, painted: bool) -> str:
    """Return the kind of stage whose clean cuts resemble each other."""
    return PAINTED if painted else LINES


def aspects_of(kind: str) -> tuple[str, ...]:
    """Return what is judged at a kind of stage."""
    return tuple(name for name in WEIGHTS if kind == PAINTED or name not in _NOT_ON_LINES)


def ratio_of(drift: float) -> float:
    """Return how many times its limit something is out, from its drift: up to 1 the same, beyond 1 by doublings."""
    return drift if drift <= 1.0 else 2.0 ** (min(drift, 40.0) - 1.0)


def drift_of(ratio: float) -> float:
    """Return the drift of something that is `ratio` times its limit out; the inverse of `ratio_of`."""
    return ratio if ratio <= 1.0 else 1.0 + math.log2(ratio)


def farthest(measurements: Mapping[str, Any], kind: str) -> dict[str, float]:
    """Return how far out a drawing lies by aspect, as a ratio to the sheet's limit; 0 for what says nothing.

    Aspects that were not judged are left out; so are all of a drawing that was not judged at all.
    """
    if not measurements["applicable"]:
        return {}
    unchecked = set(measurements["unchecked"])
    found = {name: 0.0 for name in aspects_of(kind) if name not in unchecked}
    for one in measurements["aspects"]:
        if one["aspect"] in found:
            found[one["aspect"]] = max(found[one["aspect"]], ratio_of(one["drift"]))
    return found


def alarms_of(
    own: Mapping[str, Cuts], pool: Mapping[str, Cuts], kind: str, rate: float
) -> dict[str, Calibrated]:
    """Return by aspect what a design is held against; aspects whose rate cannot be promised yet are left out.

    Args:
        own: clean cuts of the design by aspect, of this kind of stage.
        pool: those of others.
        kind: of stage.
        rate: alarms that a clean cut may raise over all aspects, 0 < rate < 1.
    """
    found = {}
    used = aspects_of(kind)
    bounds = {name: Bounds(1.0 if name in RULED else LEAST, MOST, WEIGHTS[name]) for name in used}
    told = {name: bounds[name] for name in used if pool.get(name, Cuts()).number}
    known = sum(WEIGHTS[name] for name in told) / sum(WEIGHTS[name] for name in used)
    alphas = shares(pool, rate * known, told) or split(rate, WEIGHTS, used)
    for aspect, alpha in alphas.items():
        one = calibrated(own.get(aspect, Cuts()), pool.get(aspect, Cuts()), alpha, bounds[aspect].floor, MOST)
        if one is not None:
            found[aspect] = one
    return found


def held(aspect: Mapping[str, Any], alarms: Mapping[str, Calibrated]) -> dict[str, Any]:
    """Return a measured aspect with drift and allowance by the calibrated limit; as it is where there is none."""
    one = alarms.get(aspect["aspect"])
    if one is None:
        return dict(aspect)
    drift = drift_of(ratio_of(aspect["drift"]) / one.limit)
    return {**aspect, "drift": round(drift, 4), "allowed": round(aspect["allowed"] * one.limit, 3)}


def told(aspect: str, drift: float, alarms: Mapping[str, Calibrated]) -> dict[str, Any]:
    """Return what a flag keeps of its calibration, empty without one: see `Finding.calibration`.

    `drift` is by the calibrated limit.
    """
    one = alarms.get(aspect)
    if one is None:
        return {}
    score = ratio_of(drift) * one.limit
    one_in, low, high = one.one_in(score)
    return {
        "p": round(one.p_value(score), 5),
        "one_in": one_in,
        "one_in_low": low,
        "one_in_high": high,
        "own": round(one.own, 1),
        "pool": round(one.pool, 1),
        "limit": round(one.limit, 4),
        "alpha": round(one.alpha, 5),
    }
