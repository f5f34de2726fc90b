"""What the rule of `qa.danger` looks at, read for one production in a fixed number of queries, and the cuts behind it.

Each count of a reason and the list of cuts that it links to come from the same condition below, so they agree.
An open stage is one that is neither approved nor dropped; what is due is taken from the stage, else from its cut,
else from its episode.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from assets.choices import Stage, StageStatus
from assets.models import Cut, Production, StageState, Take
from qa import danger
from qa.choices import RetakeState, RunState
from qa.danger import EpisodeWeek, StageLoad, Week
from qa.models import CheckRun, Flag, Retake
from qa.selectors import OPEN, newest_takes
from studio.core.days import start_of
from studio.core.errors import NotFound

OVER = (StageStatus.APPROVED, StageStatus.OMITTED)
_ORDER = {stage.value: place for place, stage in enumerate(Stage)}
_EPISODE = "cut__episode__code"
UNTIL = Coalesce("due_on", "cut__due_on", "cut__episode__due_on")
# Nobody has it, and it is not lying with somebody to be approved or on hold on purpose.
_UNHELD = Q(assignee=None) & ~Q(state__in=[StageStatus.SUBMITTED, StageStatus.ON_HOLD])


@dataclass(frozen=True)
class StageCount:
    """Of one episode and stage in one state: how many cuts, due within the week, late, and changed in the last days."""

    episode: str
    stage: str
    state: str
    cuts: int
    due: int
    late: int
    recent: int


def stage_counts(states: QuerySet[StageState], today: date | None = None) -> list[StageCount]:
    """Return the counts of some stages in one pass over them: table, bars, loads and pace are sums of these."""
    today = today or timezone.localdate()
    still_open = ~Q(state__in=OVER)
    rows = (
        states.filter(cut__omitted=False)
        .annotate(until=UNTIL)
        .order_by()
        .values_list(_EPISODE, "stage", "state")
        .annotate(
            n=Count("pk"),
            due=Count("pk", filter=still_open & Q(until__lte=_week_end(today))),
            late=Count("pk", filter=still_open & Q(until__lt=today)),
            recent=Count("pk", filter=Q(changed_at__gte=pace_start(today))),
        )
    )
    found = [StageCount(*row) for row in rows]
    return sorted(found, key=lambda row: (row.episode, _ORDER.get(row.stage, len(_ORDER))))


def week_of(
    production: Production,
    counts: Sequence[StageCount],
    flags: Mapping[str, tuple[int, int]],
    today: date | None = None,
) -> Week:
    """Return what is known of the production's next seven days, from `stage_counts` and `flag_counts` of all of it."""
    today = today or timezone.localdate()
    days = _pace_days(production, today)
    return Week(
        until=_week_end(today),
        days_left=danger.WEEK_DAYS,
        pace_days=days,
        episodes=tuple(_episodes(production, counts, flags, today, days)),
        verdicts_per_day=_verdicts(production, today) / days,
        has_due_dates=open_stages(production).filter(until__isnull=False).exists(),
    )


def _episodes(
    production: Production,
    counts: Sequence[StageCount],
    flags: Mapping[str, tuple[int, int]],
    today: date,
    days: int,
) -> list[EpisodeWeek]:
    made = Cut.objects.filter(episode__production=production, omitted=False).order_by()
    cuts = dict(made.values_list("episode__code").annotate(n=Count("pk")))
    due = {code: tuple(rest) for code, *rest in _due_cuts(production, today)}
    orders = {code: tuple(rest) for code, *rest in _orders(production, today)}
    loads = _loads(counts, days)
    return [
        EpisodeWeek(
            code=code,
            cuts=cuts[code],
            due=due.get(code, (0, 0, 0))[0],
            stages=loads.get(code, ()),
            late=due.get(code, (0, 0, 0))[1],
            nobody=due.get(code, (0, 0, 0))[2],
            retakes_open=orders.get(code, (0, 0))[0],
            retakes_overdue=orders.get(code, (0, 0))[1],
            flags_open=flags.get(code, (0, 0))[1],
        )
        for code in sorted(cuts)
    ]


def open_stages(production: Production) -> QuerySet[Any]:
    """Return the stages that are still to be done, each with the day that it is due in `.until` (or None)."""
    states = StageState.objects.filter(cut__episode__production=production, cut__omitted=False)
    states = states.exclude(state__in=OVER).order_by()
    return states.annotate(until=UNTIL)


def open_orders(production: Production) -> QuerySet[Retake]:
    """Return the retakes that wait for a new take."""
    return Retake.objects.filter(
        cut__episode__production=production, cut__omitted=False, state=RetakeState.OPEN
    ).order_by()


def overdue_order(today: date) -> Q:
    """Return the condition of an order that should be answered by now: past its date, or a week old without one."""
    return Q(due_on__lt=today) | Q(
        due_on=None, created_at__lt=start_of(today - timedelta(days=danger.WEEK_DAYS))
    )


def current_runs(production: Production) -> QuerySet[CheckRun]:
    """Return the checks that count: the current one of the newest take of each cut and stage."""
    return CheckRun.objects.filter(
        newest_takes("take__"),
        take__cut__episode__production=production,
        take__cut__omitted=False,
        state=RunState.CURRENT,
    ).order_by()


def open_flags(production: Production) -> QuerySet[Flag]:
    """Return the flags that wait for a verdict."""
    return Flag.objects.filter(run__in=current_runs(production).values("pk"), decision__in=OPEN).order_by()


def cuts_behind(
    production: Production, why: str, *, episode: str = "", stage: str = "", today: date | None = None
) -> QuerySet[Cut]:
    """Return exactly the cuts that a reason counts.

    Args:
        production: whose cuts; the caller has checked that the reader sees them all.
        why: a code of `qa.danger.CODES`, or "unanswered" (retakes that are overdue).
        episode: code of the episode, empty for all.
        stage: the stage that "behind" is about.
        today: the day from which the week counts.

    Raises:
        NotFound: there is no such reason.
    """
    today = today or timezone.localdate()
    until = _week_end(today)
    due = open_stages(production).filter(until__lte=until)
    if stage:
        due = due.filter(stage=stage)
    wanted: dict[str, Callable[[], QuerySet[Any]]] = {
        danger.BEHIND: lambda: due.values("cut"),
        danger.LATE: lambda: due.filter(until__lt=today).values("cut"),
        danger.NOBODY: lambda: due.filter(_UNHELD).values("cut"),
        danger.RETAKES: lambda: open_orders(production).values("cut"),
        "unanswered": lambda: open_orders(production).filter(overdue_order(today)).values("cut"),
        danger.FLAGS: lambda: _flagged_cuts(production, until),
    }
    if why not in wanted:
        raise NotFound(what="list")
    cuts = Cut.objects.filter(episode__production=production, pk__in=wanted[why]())
    return cuts.filter(episode__code=episode) if episode else cuts


def _loads(counts: Sequence[StageCount], days: int) -> dict[str, tuple[StageLoad, ...]]:
    """Return by episode how many cuts wait for each stage and its approvals a day, in the order of production."""
    waiting: Counter[tuple[str, str]] = Counter()
    done: Counter[tuple[str, str]] = Counter()
    for row in counts:
        waiting[row.episode, row.stage] += row.due
        done[row.episode, row.stage] += row.recent if row.state == StageStatus.APPROVED else 0
    found: dict[str, tuple[StageLoad, ...]] = {}
    for (episode, stage), n in waiting.items():
        load = StageLoad(stage, n, done[episode, stage] / days)
        found[episode] = (*found.get(episode, ()), load)
    return found


def _pace_days(production: Production, today: date) -> int:
    """Return over how many days the pace is taken: fourteen, or fewer where work began later, but a week at least.

    One busy first day is no pace: divided by one it would promise everything.
    """
    first = Take.objects.filter(cut__episode__production=production).aggregate(at=Min("submitted_at"))["at"]
    if first is None:
        return danger.PACE_DAYS
    age = (today - timezone.localtime(first).date()).days + 1
    return max(danger.WEEK_DAYS, min(danger.PACE_DAYS, age))


def _verdicts(production: Production, today: date) -> int:
    """Return how many flags were decided in the last days."""
    flags = Flag.objects.filter(
        run__take__cut__episode__production=production, decided_at__gte=pace_start(today)
    )
    return flags.exclude(decision__in=OPEN).count()


def _week_end(today: date) -> date:
    """Return the last day of the week that begins today."""
    return today + timedelta(days=danger.WEEK_DAYS - 1)


def pace_start(today: date) -> datetime:
    """Return when the days begin whose pace counts; today is one of them."""
    return start_of(today - timedelta(days=danger.PACE_DAYS - 1))


def _due_cuts(production: Production, today: date) -> QuerySet[Any]:
    """Return by episode how many cuts are due within the week, late, and without somebody."""
    due = open_stages(production).filter(until__lte=_week_end(today)).values_list(_EPISODE)
    return due.annotate(
        n=Count("cut", distinct=True),
        late=Count("cut", distinct=True, filter=Q(until__lt=today)),
        nobody=Count("cut", distinct=True, filter=_UNHELD),
    )


def _orders(production: Production, today: date) -> QuerySet[Any]:
    """Return by episode how many cuts have an open order, and an overdue one."""
    return (
        open_orders(production)
        .values_list(_EPISODE)
        .annotate(
            n=Count("cut", distinct=True),
            overdue=Count("cut", distinct=True, filter=overdue_order(today)),
        )
    )


def _flagged_cuts(production: Production, until: date) -> QuerySet[Any]:
    """Return the ids of cuts that are due and have open flags."""
    due = open_stages(production).filter(until__lte=until).values("cut")
    return open_flags(production).filter(run__take__cut__in=due).values("run__take__cut")


def flag_counts(production: Production, today: date | None = None) -> dict[str, tuple[int, int]]:
    """Return by episode how many flags are open, and how many of those are of cuts that are due within the week."""
    until = _week_end(today or timezone.localdate())
    due = open_stages(production).filter(until__lte=until).values("cut")
    rows = open_flags(production).values_list("run__take__cut__episode__code")
    counted = rows.annotate(n=Count("pk"), due=Count("pk", filter=Q(run__take__cut__in=due)))
    return {code: (n, n_due) for code, n, n_due in counted}
