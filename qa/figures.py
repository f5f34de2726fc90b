"""The figures of a production's overview: tables and lines of days, each in one query, small whatever it counts.

Times are days of the studio's own time zone. "Found" and "decided" count flags of checks that are not out of
date; a flag that was decided twice counts on the day of its last verdict.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from assets.choices import Stage, StageStatus
from assets.models import Episode, Production, StageState, Take
from qa.choices import Decision, Fault, RetakeReason, RetakeState, RunState
from qa.danger import PACE_DAYS
from qa.models import CheckRun, Flag, Retake, RetakeItem
from qa.outlook import OVER, UNTIL, StageCount
from studio.core.days import Day, start_of

DECIDED = (Decision.RETAKE, Decision.INTENDED, Decision.OK, Decision.FALSE_ALARM)
FLAG_DAYS, RETAKE_WEEKS = 28, 12
STATES = tuple(state for state in StageStatus if state != StageStatus.OMITTED)


@dataclass(frozen=True)
class StageRow:
    """How many cuts of a stage are in which state; `bar` holds (state, from, width) in per cent of all."""

    stage: Stage
    counts: Sequence[tuple[StageStatus, int]]
    total: int
    approved: int
    late: int
    bar: list[tuple[str, float, float]]


@dataclass(frozen=True)
class RetakeRate:
    """Of one episode or stage: takes that came, orders to redo, how many are open, and their share in per cent."""

    takes: int = 0
    orders: int = 0
    open: int = 0

    @property
    def percent(self) -> int | None:
        """Orders per hundred takes; None where nothing has come."""
        return round(100 * self.orders / self.takes) if self.takes else None


@dataclass(frozen=True)
class Lines:
    """Values by day or week: `days` are the first days, `series` are (code, values)."""

    days: list[date]
    series: list[tuple[str, list[float | None]]]

    @property
    def rows(self) -> list[tuple[date, list[float | None]]]:
        """The same as rows of a table, newest first."""
        columns = [values for _code, values in self.series]
        return list(reversed(list(zip(self.days, map(list, zip(*columns, strict=True)), strict=True))))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for _code, values in self.series for value in values)


def stage_rows(counts: Sequence[StageCount]) -> list[StageRow]:
    """Return the table of stages and states, in the order of production, stages that nobody uses left out."""
    found: Counter[tuple[str, str]] = Counter()
    late: Counter[str] = Counter()
    for row in counts:
        found[row.stage, row.state] += row.cuts
        late[row.stage] += row.late
    rows = []
    for stage in Stage:
        cells = [(state, found[stage.value, state.value]) for state in STATES]
        total = sum(n for _state, n in cells)
        if total:
            approved = found[stage.value, StageStatus.APPROVED.value]
            rows.append(StageRow(stage, cells, total, approved, late[stage.value], _bar(cells, total)))
    return rows


def through(counts: Sequence[StageCount]) -> dict[str, dict[str, tuple[int, int]]]:
    """Return by episode and stage how many cuts are through it, and out of how many."""
    found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in counts:
        if row.state == StageStatus.OMITTED:
            continue
        done, total = found[row.episode].get(row.stage, (0, 0))
        is_done = row.state == StageStatus.APPROVED
        found[row.episode][row.stage] = (done + (row.cuts if is_done else 0), total + row.cuts)
    return found


def retake_rates(production: Production) -> tuple[dict[str, RetakeRate], dict[str, RetakeRate]]:
    """Return the retake rates by episode and by stage; orders that were withdrawn do not count."""
    takes = Take.objects.filter(cut__episode__production=production).order_by()
    orders = Retake.objects.filter(cut__episode__production=production).order_by()
    keys = ("cut__episode__code", "stage")
    came = takes.values_list(*keys).annotate(n=Count("pk"))
    back = (
        orders.exclude(state=RetakeState.WITHDRAWN)
        .values_list(*keys)
        .annotate(n=Count("pk"), waiting=Count("pk", filter=Q(state=RetakeState.OPEN)))
    )
    n_came, n_back = list(came), list(back)
    return _rates(n_came, n_back, 0), _rates(n_came, n_back, 1)


def retake_weeks(production: Production, today: date | None = None) -> Lines:
    """Return the reasons of retakes by week, Monday to Sunday; reasons that never came are left out."""
    today = today or timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=RETAKE_WEEKS - 1)
    rows = (
        RetakeItem.objects.filter(
            retake__cut__episode__production=production, withdrawn=False, at__gte=start_of(first)
        )
        .order_by()
        .annotate(day=Day("at"))
        .values_list("day", "reason")
        .annotate(n=Count("pk"))
    )
    found: Counter[tuple[date, str]] = Counter()
    for day, reason, n in rows:
        found[day - timedelta(days=day.weekday()), reason] += n
    weeks = [first + timedelta(weeks=index) for index in range(RETAKE_WEEKS)]
    used = [code for code in (*RetakeReason.values, "") if any(found[week, code] for week in weeks)]
    return Lines(weeks, [(code, [float(found[week, code]) for week in weeks]) for code in used])


def flag_days(production: Production, today: date | None = None) -> Lines:
    """Return how many flags were found and decided on each of the last days."""
    today = today or timezone.localdate()
    first = today - timedelta(days=FLAG_DAYS - 1)
    runs = CheckRun.objects.filter(
        take__cut__episode__production=production, state=RunState.CURRENT, created_at__gte=start_of(first)
    ).order_by()
    # A check writes all of its flags at once, so its own time is theirs, and an index counts them without their rows.
    of_run = Flag.objects.filter(run=OuterRef("pk")).order_by().values("run").annotate(n=Count("pk"))
    counted = runs.annotate(day=Day("created_at"), flags_found=Subquery(of_run.values("n")))
    found = Counter({day: n or 0 for day, n in counted.values_list("day").annotate(n=Sum("flags_found"))})
    flags = Flag.objects.filter(
        run__take__cut__episode__production=production,
        run__state=RunState.CURRENT,
        decision__in=DECIDED,
        decided_at__gte=start_of(first),
    ).order_by()
    by_day = flags.annotate(day=Day("decided_at")).values_list("day").annotate(n=Count("pk"))
    decided: Counter[date] = Counter(dict(by_day))
    days = [first + timedelta(days=index) for index in range(FLAG_DAYS)]
    return Lines(
        days,
        [
            ("found", [float(found[day]) for day in days]),
            ("decided", [float(decided[day]) for day in days]),
        ],
    )


def burn_down(episode: Episode, today: date | None = None) -> Lines:
    """Return for each day how many cuts of an episode are left, and how many should be left by their due dates.

    A cut is done on the day its last open stage was approved, and due on the last day that one of its stages is due.
    From today on "left" is empty and "pace" goes on as the last fourteen days did.
    """
    today = today or timezone.localdate()
    cuts = (
        StageState.objects.filter(cut__episode=episode, cut__omitted=False)
        .order_by()
        .annotate(until=UNTIL)
        .values_list("cut")
        .annotate(
            waiting=Count("pk", filter=~Q(state__in=OVER)), changed=Max(Day("changed_at")), due=Max("until")
        )
    )
    rows = [(None if waiting else changed, due) for _cut, waiting, changed, due in cuts]
    done = Counter(day for day, _due in rows if day)
    due = Counter(day for _done, day in rows if day)
    if not rows:
        return Lines([], [])
    first, last = _span(done, due, today)
    days = [first + timedelta(days=index) for index in range((last - first).days + 1)]
    left = _remaining(len(rows), done, days)
    now = left[days.index(today)]
    recent = sum(n for day, n in done.items() if day > today - timedelta(days=PACE_DAYS)) / PACE_DAYS
    return Lines(
        days,
        [
            ("left", [value if day <= today else None for day, value in zip(days, left, strict=True)]),
            ("due", list(_remaining(len(rows), due, days))),
            ("pace", [max(0.0, now - recent * (day - today).days) if day >= today else None for day in days]),
        ],
    )


def verdict_table(production: Production) -> list[tuple[str, list[int]]]:
    """Return by fault how many flags were decided in which way, in the order of `DECIDED`; the last row is the sum."""
    rows = (
        Flag.objects.filter(
            decision__in=DECIDED,
            run__state=RunState.CURRENT,
            run__take__cut__episode__production=production,
        )
        .order_by()
        .values_list("fault", "decision")
        .annotate(n=Count("pk"))
    )
    found = {(fault, decision): n for fault, decision, n in rows}
    table = [
        (fault.value, [found.get((fault.value, decision), 0) for decision in DECIDED]) for fault in Fault
    ]
    table = [(fault, cells) for fault, cells in table if sum(cells)]
    total = [sum(cells[place] for _fault, cells in table) for place in range(len(DECIDED))]
    return [*table, ("", total)] if table else []


def bar_of(cells: Sequence[int]) -> list[tuple[float, float]]:
    """Return (from, width) in per cent of each part of a stacked bar."""
    total, start = sum(cells) or 1, 0.0
    parts = []
    for n in cells:
        width = 100 * n / total
        parts.append((round(start, 3), round(width, 3)))
        start += width
    return parts


def _bar(cells: Sequence[tuple[StageStatus, int]], total: int) -> list[tuple[str, float, float]]:
    """Return the parts of a stage's bar, what is done first, so that bars can be compared from the left."""
    turned = [cell for cell in reversed(cells) if cell[1]]
    parts = bar_of([n for _state, n in turned])
    return [(state.value, x, width) for (state, _n), (x, width) in zip(turned, parts, strict=True)]


def _rates(came: Iterable[Any], back: Iterable[Any], place: int) -> dict[str, RetakeRate]:
    takes: Counter[str] = Counter()
    orders: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    for row in came:
        takes[row[place]] += row[2]
    for row in back:
        orders[row[place]] += row[2]
        waiting[row[place]] += row[3]
    return {key: RetakeRate(takes[key], orders[key], waiting[key]) for key in takes.keys() | orders.keys()}


def _span(done: Counter[date], due: Counter[date], today: date) -> tuple[date, date]:
    """Return the first and last day that a burn-down shows: at most twelve weeks back and ahead."""
    first = min([*done, *due, today - timedelta(days=PACE_DAYS)])
    last = max([*due, today + timedelta(days=1)])
    reach = timedelta(weeks=12)
    return max(first, today - reach), min(last, today + reach)


def _remaining(total: int, over: Counter[date], days: Sequence[date]) -> list[float]:
    """Return how many of `total` remain at the end of each day."""
    left = total - sum(n for day, n in over.items() if day < days[0])
    values = []
    for day in days:
        left -= over[day]
        values.append(float(left))
    return values
