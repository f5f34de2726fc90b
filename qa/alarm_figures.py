"""Did the machine keep its promise: alarms on clean cuts against those promised, and what spot checks found missed.

A clean cut is one without a flag, unless a spot check found something, or one whose flags were all let pass. A cut
with a retake or something intended is no clean cut; one with an open flag is not known yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from assets.models import Design, Production
from qa import selectors
from qa.checks import alarms
from qa.checks.conformal import OWN_FROM, Calibrated, interval
from qa.choices import Decision, SpotAnswer
from qa.figures import Lines
from qa.models import CheckRun, SpotCheck

WEEKS = 12
_LET_PASS = (Decision.OK, Decision.FALSE_ALARM)


@dataclass(frozen=True)
class Share:
    """`hits` of `number`, in per cent, with its 95 % interval (Clopper-Pearson)."""

    hits: int
    number: int

    @property
    def percent(self) -> float | None:
        """Per cent; None where there is nothing."""
        return 100.0 * self.hits / self.number if self.number else None

    @property
    def low(self) -> float:
        """Lower end of the interval, per cent."""
        return 100.0 * interval(self.hits, self.number)[0]

    @property
    def high(self) -> float:
        """Upper end of the interval, per cent."""
        return 100.0 * interval(self.hits, self.number)[1]


@dataclass(frozen=True)
class Kept:
    """How a promise was kept: alarms on clean cuts, cuts not known yet, and faults missed in those looked at."""

    alarms: Share
    waiting: int
    missed: Share
    to_look_at: int

    def standing(self, promised: float) -> str:
        """Return how `promised` alarms per 100 clean cuts were kept: more, few (cuts to say so) or kept.

        Among so few clean cuts that less than one alarm was promised, none at all proves nothing.
        """
        if self.alarms.low > promised:
            return "more"
        return "few" if self.alarms.number * promised < 100.0 else "kept"


@dataclass(frozen=True)
class DesignRow:
    """What one design is held against at one kind of stage: `state` is own, pooled or uncalibrated."""

    design: Design
    kind: str
    state: str
    own: int
    pool: int
    limits: list[tuple[str, float | None]]
    outdated: int
    waiting: int


def kept(production: Production) -> Kept:
    """Return how the promise was kept over all current checks of a production. Two queries."""
    counts = Counter(standing for _day, standing in _standings(production))
    spots = SpotCheck.objects.filter(
        run__in=selectors.current_runs(), run__take__cut__episode__production=production
    ).values_list("answer", flat=True)
    answers = Counter(spots)
    looked = answers[SpotAnswer.CLEAN] + answers[SpotAnswer.MISSED]
    return Kept(
        Share(counts["alarm"], counts["alarm"] + counts["calm"]),
        counts["waiting"],
        Share(answers[SpotAnswer.MISSED], looked),
        answers[""],
    )


def weeks(production: Production, promised: float, today: date | None = None) -> Lines:
    """Return by week alarms per 100 clean cuts, what was promised, and the interval's ends; None without cuts."""
    today = today or timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    days = [monday - timedelta(weeks=WEEKS - 1 - index) for index in range(WEEKS)]
    found: Counter[tuple[date, str]] = Counter()
    for day, standing in _standings(production, since=days[0]):
        found[day - timedelta(days=day.weekday()), standing] += 1
    shares = [Share(found[day, "alarm"], found[day, "alarm"] + found[day, "calm"]) for day in days]
    known = [share.number > 0 for share in shares]
    return Lines(
        days,
        [
            ("realised", [share.percent for share in shares]),
            ("promised", [promised if any(known) else None] * len(days)),
            ("low", [one.low if one.number else None for one in shares]),
            ("high", [one.high if one.number else None for one in shares]),
        ],
    )


def design_row(
    design: Design, kind: str, held: dict[str, Calibrated], outdated: int, waiting: int
) -> DesignRow:
    """Return what a design is held against, for the table."""
    own = round(max((one.own for one in held.values()), default=0.0))
    pool = round(max((one.pool for one in held.values()), default=0.0))
    state = "uncalibrated" if not held else "own" if own >= OWN_FROM else "pooled"
    limits = [(name, held[name].limit if name in held else None) for name in alarms.aspects_of(kind)]
    return DesignRow(design, kind, state, own, pool, limits, outdated, waiting)


def _standings(production: Production, since: date | None = None) -> Iterable[tuple[date, str]]:
    """Yield the day and the standing of each current check: calm, alarm, waiting or off (no clean cut)."""
    runs = CheckRun.objects.filter(
        pk__in=selectors.current_runs().values("pk"), take__cut__episode__production=production
    ).exclude(spot_check__answer=SpotAnswer.MISSED)
    if since is not None:
        runs = runs.filter(created_at__date__gte=since)
    counted = (
        runs.order_by()
        .annotate(
            flagged=Count("flags"),
            passed=Count("flags", filter=Q(flags__decision__in=_LET_PASS)),
            unknown=Count("flags", filter=Q(flags__decision__in=selectors.OPEN)),
        )
        .values_list("created_at", "flagged", "passed", "unknown")
    )
    for created_at, flagged, passed, unknown in counted.iterator():
        yield timezone.localtime(created_at).date(), _standing(flagged, passed, unknown)


def _standing(flagged: int, passed: int, unknown: int) -> str:
    if not flagged:
        return "calm"
    if passed == flagged:
        return "alarm"
    return "waiting" if passed + unknown == flagged else "off"
