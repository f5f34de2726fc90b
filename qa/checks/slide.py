"""A slow slide in a series of cuts: is it one, since when, and how steep. Pure numbers, no database.

Every run of the newest cuts that is long enough is asked whether it rises (Mann 1945, Kendall 1975: the number of
pairs that rise less those that fall, against what chance gives, with its correction for ties). Because many runs are
asked, one must be sure well beyond the usual 5 %. The steepness is the median of the slopes of all pairs (Theil 1950,
Sen 1968), which one wild cut cannot turn.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

LEAST_CUTS, MOST_CUTS = 8, 96  # of a run; older cuts are another story
_SURE = (
    0.001  # chance of so clear a rise in one run without any; tests/qa/checks/test_slide.py has that of all
)
_LEAST_BEFORE = 3  # cuts that make a level: one alone explains itself
_LEAST_RISE = 0.1  # of drift over the run: a smaller one is no habit


@dataclass(frozen=True)
class Spread:
    """How scores of cuts are spread: drifts, 1.0 = at the limit."""

    cuts: int
    low: float  # lower quartile
    middle: float
    high: float  # upper quartile
    first: float
    last: float


@dataclass(frozen=True)
class Slide:
    """A rise from the cut at `start` (index of the series) on: drift per cut, over so many cuts.

    `chance`: how likely so clear a rise is in a run that does not rise.
    """

    start: int
    cuts: int
    per_cut: float
    chance: float


def spread_of(scores: Sequence[float]) -> Spread | None:
    """Return the spread of scores in the order of the cuts, None of none. Quartiles by linear interpolation."""
    if not scores:
        return None
    ranked = sorted(scores)
    low, middle, high = (_quantile(ranked, share) for share in (0.25, 0.5, 0.75))
    return Spread(len(ranked), low, middle, high, scores[0], scores[-1])


def slide_of(scores: Sequence[float]) -> Slide | None:
    """Return the slow rise that lasts to the newest cut; None where there is none.

    Where several runs are sure, the slide begins with the one that explains the cuts best: those before it as one
    level, those of it as one straight line, by the sum of what is left.

    Args:
        scores: of cuts, oldest first.
    """
    recent = list(scores[-MOST_CUTS:])
    sure = [(cuts, chance) for cuts, chance in _chances(recent) if chance <= _SURE]
    sure = [each for each in sure if each[0] == len(recent) or each[0] <= len(recent) - _LEAST_BEFORE]
    found = [Slide(len(scores) - cuts, cuts, steepness(recent[-cuts:]), chance) for cuts, chance in sure]
    rising = [one for one in found if one.per_cut * (one.cuts - 1) >= _LEAST_RISE]
    return min(rising, key=lambda one: (round(_unexplained(recent, one), 9), one.cuts), default=None)


def _chances(recent: Sequence[float]) -> list[tuple[int, float]]:
    """Return (cuts, chance) of each run that ends with the newest cut and is long enough."""
    found, rises = [], 0
    for cuts in range(2, len(recent) + 1):
        oldest, later = recent[-cuts], recent[len(recent) - cuts + 1 :]
        rises += sum((one > oldest) - (one < oldest) for one in later)
        if cuts >= LEAST_CUTS:
            found.append((cuts, chance_of(rises, recent[-cuts:])))
    return found


def _unexplained(recent: Sequence[float], slide: Slide) -> float:
    """Return how far cuts lie from "one level, then one straight line", in sum."""
    before, run = recent[: -slide.cuts], recent[-slide.cuts :]
    level = median(before) if before else 0.0
    bare = [value - slide.per_cut * place for place, value in enumerate(run)]
    start = median(bare)
    return sum(abs(value - level) for value in before) + sum(abs(value - start) for value in bare)


def steepness(scores: Sequence[float]) -> float:
    """Return the median slope of all pairs, in score per cut; 0 for fewer than two."""
    pairs = [
        (scores[later] - scores[first]) / (later - first)
        for first in range(len(scores))
        for later in range(first + 1, len(scores))
    ]
    return float(median(pairs)) if pairs else 0.0


def chance_of(rises: int, scores: Sequence[float]) -> float:
    """Return how likely at least so many pairs rise, less those that fall, where nothing does (normal, one-sided).

    Args:
        rises: pairs that rise less pairs that fall.
        scores: of the run, for its length and its ties.
    """
    n = len(scores)
    ties = sum(t * (t - 1) * (2 * t + 5) for t in Counter(scores).values())
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18.0
    if variance <= 0.0 or rises <= 0:
        return 1.0
    return 0.5 * math.erfc((rises - 1) / math.sqrt(2.0 * variance))


def _quantile(ranked: Sequence[float], share: float) -> float:
    place = share * (len(ranked) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (place - below) * (ranked[above] - ranked[below])
