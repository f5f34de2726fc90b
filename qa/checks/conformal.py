"""How far out clean cuts lie: conformal p-values on cuts, the limit that a promised alarm rate asks for, and intervals.

The unit is the cut, since the drawings of a cut resemble each other: its score is the farthest of its drawings, as a
ratio (1.0 = at the limit that the approved sheet gives). With n clean cuts, p = (1 + #{clean >= score}) / (n + 1), and
P(p <= a) <= a for a new clean cut that is like them (Bates et al., "Testing for outliers with conformal p-values",
Annals of Statistics 2023, arXiv:2104.08279). Few cuts of a design's own are helped by those of other designs, moved
to its level; from `OWN_ALONE` cuts on, what others do no longer counts where the own ones suffice for the rate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

OWN_FROM, OWN_ALONE = (
    19,
    99,
)  # own cuts: from when on the pool is moved to their level, and from when on it can go
LEVEL_WEIGHT = 10.0  # own cuts that count as much as "this design is like the others"
SLIGHT = 0.05  # a ratio below this is no level to compare: the cut shows nothing of the kind
_MOST_MOVE = math.log(2.0)
_STEPS = 60


@dataclass(frozen=True)
class Cuts:
    """Scores of clean cuts, each with how many cuts it stands for.

    Attributes:
        scores: ratios, >= 0.
        weights: of the same length, > 0; 1 = itself.
    """

    scores: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        assert len(self.scores) == len(self.weights)

    @classmethod
    def of(cls, scores: Sequence[float]) -> Cuts:
        """Return cuts that stand for themselves."""
        return cls(tuple(scores), (1.0,) * len(scores))

    def __add__(self, other: Cuts) -> Cuts:
        return Cuts(self.scores + other.scores, self.weights + other.weights)

    @property
    def number(self) -> float:
        """How many cuts they stand for."""
        return sum(self.weights)

    def at_least(self, score: float) -> float:
        """Return how many of them lie at least this far out."""
        return sum(w for s, w in zip(self.scores, self.weights, strict=True) if s >= score)

    def moved(self, factor: float) -> Cuts:
        """Return them with every score times `factor`."""
        return Cuts(tuple(score * factor for score in self.scores), self.weights)

    @cached_property
    def level(self) -> tuple[float, float]:
        """Return the mean log of the scores that show anything, and how many cuts those are."""
        told = [(math.log(s), w) for s, w in zip(self.scores, self.weights, strict=True) if s >= SLIGHT]
        weight = sum(w for _s, w in told)
        return (sum(s * w for s, w in told) / weight if weight else 0.0), weight


@dataclass(frozen=True)
class Calibrated:
    """What one design's cuts of one aspect and kind of stage are held against.

    Attributes:
        cuts: own and pooled, the pool moved to the design's level.
        own, pool: how many cuts of each.
        alpha: alarms a clean cut may raise for this aspect.
        limit: the ratio beyond which a cut is an alarm.
    """

    cuts: Cuts
    own: float
    pool: float
    alpha: float
    limit: float

    def p_value(self, score: float) -> float:
        """Return the share of clean cuts that lie at least this far out, the cut itself counted among them."""
        return (1.0 + self.cuts.at_least(score)) / (1.0 + self.cuts.number)

    def one_in(self, score: float) -> tuple[int, int, int]:
        """Return n of "1 in n clean cuts is this far out", and n at the ends of its 95 % interval, rarer last."""
        low, high = interval(self.cuts.at_least(score), self.cuts.number)
        rarest = 1.0 / max(low, 1e-4)
        return round(1.0 / self.p_value(score)), max(1, round(1.0 / max(high, 1e-9))), round(rarest)


def calibrated(
    own: Cuts, pool: Cuts, alpha: float, floor: float = 0.0, ceiling: float = math.inf
) -> Calibrated | None:
    """Return what a design is held against: its own clean cuts, and those of others while its own are few.

    None where all of them are too few to promise that rate.

    Args:
        own: clean cuts of the design, of this aspect and kind of stage.
        pool: clean cuts of other designs, of the same aspect and kind of stage.
        alpha: alarms a clean cut may raise, 0 < alpha < 1.
        floor: least limit, as a ratio: what is within it is never an alarm.
        ceiling: greatest limit: what is beyond it is always one.
    """
    assert 0.0 < alpha < 1.0, alpha
    enough = own.number >= OWN_ALONE and 1.0 / (1.0 + own.number) <= alpha
    used = Cuts() if enough else pool.moved(move(own, pool))
    cuts = own + used
    limit = limit_of(cuts, alpha)
    if math.isinf(limit):
        return None
    return Calibrated(cuts, own.number, used.number, alpha, min(ceiling, max(floor, limit)))


def move(own: Cuts, pool: Cuts) -> float:
    """Return the factor that brings the pool to the design's level: 1 without own cuts, never over 2 or under 1/2.

    The level is a mean of logs, shrunk towards the pool's as if `LEVEL_WEIGHT` cuts had said "like the others".
    """
    if own.number < OWN_FROM:
        return 1.0
    (mine, weight), (theirs, others) = own.level, pool.level
    if not weight or not others:
        return 1.0
    step = (mine - theirs) * weight / (weight + LEVEL_WEIGHT)
    return math.exp(max(-_MOST_MOVE, min(_MOST_MOVE, step)))


def limit_of(cuts: Cuts, alpha: float) -> float:
    """Return the least ratio that only a share `alpha` of clean cuts passes: beyond it p <= alpha.

    Infinite when there are too few cuts to promise that rate.
    """
    room = alpha * (1.0 + cuts.number) - 1.0
    if room < 0.0:
        return math.inf
    passed, limit = 0.0, 0.0
    for score, weight in sorted(zip(cuts.scores, cuts.weights, strict=True), reverse=True):
        passed += weight
        if passed > room:
            limit = score
            break
    return limit


def split(rate: float, weights: Mapping[str, float], used: Sequence[str]) -> dict[str, float]:
    """Return alarms a clean cut may raise by aspect: `rate` shared out by weight among the aspects that are judged.

    Their sum is `rate`, so that all together keep it (Bonferroni).
    """
    total = sum(weights[name] for name in used)
    return {name: rate * weights[name] / total for name in used}


def interval(hits: float, number: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Clopper-Pearson interval of a share of `hits` in `number`; (0, 1) where there is nothing.

    Source: Clopper and Pearson, Biometrika 26 (1934). Weighted counts are taken as they are.
    """
    if number <= 0:
        return 0.0, 1.0
    tail = (1.0 - confidence) / 2.0
    low = 0.0 if hits <= 0 else _beta_quantile(tail, hits, number - hits + 1.0)
    high = 1.0 if hits >= number else _beta_quantile(1.0 - tail, hits + 1.0, number - hits)
    return low, high


def rate_band(alpha: float, cuts: float, asked: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return where the realised alarm rate of `asked` clean cuts lies in 95 of 100 studios that calibrate by `cuts`.

    The rate of one calibration of n cuts is Beta(k, n + 1 - k) with k = floor(alpha (n + 1)); what `asked` cuts then
    show is beta-binomial. Its quantiles are summed exactly.
    """
    k = math.floor(alpha * (cuts + 1.0) + 1e-9)
    if k < 1 or asked < 1:
        return 0.0, 0.0 if asked else 1.0
    a, b = float(k), cuts + 1.0 - k
    tail, seen, low, high = (1.0 - confidence) / 2.0, 0.0, None, 1.0
    for hits in range(asked + 1):
        seen += math.exp(_log_beta_binomial(hits, asked, a, b))
        if low is None and seen > tail:
            low = hits / asked
        if seen >= 1.0 - tail:
            high = hits / asked
            break
    return low or 0.0, high


def _log_beta_binomial(hits: int, asked: int, a: float, b: float) -> float:
    choose = math.lgamma(asked + 1) - math.lgamma(hits + 1) - math.lgamma(asked - hits + 1)
    return choose + _log_beta(hits + a, asked - hits + b) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _beta_quantile(share: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if _beta_cdf(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function (continued fraction of Lentz, DLMF 8.17.22)."""
    if x <= 0.0 or x >= 1.0:
        return min(1.0, max(0.0, x))
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - _beta_cdf(1.0 - x, b, a)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - _log_beta(a, b)) / a
    return front * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    d = 1.0 / _off(1.0 - (a + b) * x / (a + 1.0), tiny)
    c, found = 1.0, d
    for m in range(1, 300):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0)),
        ):
            d = 1.0 / _off(1.0 + top * d, tiny)
            c = _off(1.0 + top / c, tiny)
            found *= c * d
        if abs(c * d - 1.0) < 1e-12:
            break
    return found


def _off(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny
