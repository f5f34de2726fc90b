"""Seconds from a change of the artist's steering to the drawing, at the size of the page's preview.

The keys are known, as they are on the page; every kind of steering is set on the largest painted region alone, and
the drawing at 1/2 is asked for. Median over a few pairs of puppets.
"""

from __future__ import annotations

import time
from statistics import median
from typing import Any

from bench.inbetween import speed
from bench.inbetween.methods import shipped_net
from ml.inbetween import Steering, prepare
from ml.inbetween.records import Region
from ml.inbetween.steering import Arc, Depth, InA, Link

_SMALLEST_PX = 300  # regions that an artist would take hold of


def measure(split: str, pairs: int = 3) -> dict[str, float]:
    """Return kind of steering -> seconds until the drawing at 1/2 is there, 512 px."""
    net, _ = shipped_net()
    found: dict[str, list[float]] = {}
    for number in range(pairs):
        keys = speed.keys("512", split, number)
        pair = prepare(keys.a, keys.b, flow_net=net)
        pair.draw(0.5)
        for kind, steering in _kinds(pair.regions).items():
            start = time.perf_counter()
            pair.steered(steering).draw(0.5)
            found.setdefault(kind, []).append(time.perf_counter() - start)
    return {kind: median(seconds) for kind, seconds in found.items()}


def _kinds(regions: tuple[Region, ...]) -> dict[str, Steering]:
    """Return one entry of each kind for the largest painted region that has a partner."""
    by_id = {region.id: region for region in regions}
    held = [r for r in regions if r.key == "a" and r.partner and not r.ink and r.area_px >= _SMALLEST_PX]
    here = max(held, key=lambda region: region.area_px)
    there = by_id[str(here.partner)].centre_xy
    link = Link(here.centre_xy, there)
    moved = Link(here.centre_xy, (there[0] + 3.0, there[1]))
    entries: dict[str, dict[str, Any]] = {
        "pin": {"pins": (moved,)},
        "match": {"matches": (link,)},
        "apart": {"apart": (link,)},
        "vanishes": {"vanishes": (InA(here.centre_xy),)},
        "depth": {"depth": (Depth("a", here.centre_xy, 1),)},
        "arc": {"arcs": (Arc(here.centre_xy, 0.2),)},
    }
    return {kind: Steering(**entry) for kind, entry in entries.items()}


def text(found: dict[str, float]) -> str:
    """Return the line."""
    told = ", ".join(f"{kind} {seconds:.2f} s" for kind, seconds in found.items())
    return f"\nsteering, until the drawing is there, 512 px: {told}"
