"""How the alarms that a clean cut may raise are shared out over aspects: where they buy the most.

Each aspect needs a limit that its own share of clean cuts passes, and the shares add up to what was promised. Equal
shares waste it: an aspect in which one clean cut of a thousand lies far out keeps a wide limit for the want of one
alarm, while another has more than it needs. So shares go, one clean cut at a time, to where the limit falls most.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from qa.checks.conformal import Cuts

_LEAST_CUTS = 100.0


@dataclass(frozen=True)
class Bounds:
    """Between what a limit may lie, as ratios to that of the sheet, and how much it counts that it falls."""

    floor: float
    ceiling: float
    weight: float


@dataclass
class _Tail:
    """The clean cuts of one aspect, farthest first, and how many of them may be alarms."""

    scores: list[float]
    ahead: list[float]  # how many cuts the first of them stand for
    number: float
    bounds: Bounds
    passed: int = 0

    @classmethod
    def of(cls, cuts: Cuts, bounds: Bounds) -> _Tail:
        """Return a tail of which those beyond the ceiling are alarms whatever is shared out."""
        rows = sorted(zip(cuts.scores, cuts.weights, strict=True), reverse=True)
        tail = cls([s for s, _w in rows], [0.0, *accumulate(w for _s, w in rows)], cuts.number, bounds)
        tail.passed = sum(score > bounds.ceiling for score in tail.scores)
        return tail

    def share(self, passed: int) -> float:
        """Return the alarms for each clean cut when so many of these may pass."""
        return (1.0 + self.ahead[passed]) / (1.0 + self.number)

    def limit(self, passed: int) -> float:
        """Return the limit then."""
        score = self.scores[passed] if passed < len(self.scores) else 0.0
        return min(self.bounds.ceiling, max(self.bounds.floor, score))

    def best_step(self, left: float) -> tuple[float, int]:
        """Return (gain for each alarm, cuts more that may pass) of the best step that `left` allows; 0, 0 = none."""
        here, now = self.limit(self.passed), self.share(self.passed)
        best = (0.0, 0)
        for passed in range(self.passed + 1, len(self.scores) + 1):
            cost = self.share(passed) - now
            if cost > left + 1e-12:
                break
            gain = self.bounds.weight * math.log(here / self.limit(passed)) / max(cost, 1e-9)
            if gain > best[0] + 1e-9:
                best = (gain, passed - self.passed)
        return best


def shares(pool: Mapping[str, Cuts], rate: float, bounds: Mapping[str, Bounds]) -> dict[str, float]:
    """Return by aspect the alarms that a clean cut may raise, in all at most `rate`; empty if the pool is too small.

    Args:
        pool: clean cuts by aspect.
        rate: alarms that a clean cut may raise over all aspects, 0 < rate < 1.
        bounds: by aspect; only these are shared out to.
    """
    tails = {name: _Tail.of(pool.get(name, Cuts()), one) for name, one in bounds.items()}
    too_few = not tails or any(tail.number < _LEAST_CUTS for tail in tails.values())
    if too_few or _spent(tails.values()) > rate:
        return {}
    while True:
        left = rate - _spent(tails.values())
        steps = {name: tail.best_step(left) for name, tail in tails.items()}
        name = max(steps, key=lambda each: (steps[each][0], each))
        if not steps[name][1]:
            return {each: tail.share(tail.passed) for each, tail in tails.items()}
        tails[name].passed += steps[name][1]


def _spent(tails: Iterable[_Tail]) -> float:
    return sum(tail.share(tail.passed) for tail in tails)
