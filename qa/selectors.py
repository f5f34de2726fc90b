"""Reads for the review desk and the retake list, always from what the person may see, in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet
from django.db.models.expressions import NegatedExpression
from django.db.models.functions import Mod
from django.utils import timezone

from assets import access
from assets.choices import Stage
from assets.models import Cut, Drawing, Episode, Production, StageState, Take
from assets.models.cut import LETTER_STEP
from qa.choices import Decision, Fault, RunState
from qa.models import (
    CheckRun,
    Flag,
    FlagAssignment,
    FlagClaim,
    FlagNearest,
    Retake,
    RetakeItem,
    Verdict,
)
from studio.core.errors import InvalidInput, NotFound, phrase
from studio.core.models import User
from studio.core.roles import Action

OPEN = ("", Decision.REOPENED.value)
_CLOSE_BY = 0.97
STATES = ("open", "decided", "all")
# Each order ends with the id, so that it is total and "the next one" has one meaning. Flags are only ever added, so
# the id is their age. With a minus before its name an order stands upside down.
_ORDERS: dict[str, tuple[str, ...]] = {
    "drift": ("-drift", "id"),
    "age": ("id",),
    "fault": ("fault", "-drift", "id"),
    "stage": ("run__take__stage", "-drift", "id"),
    "character": ("design__character__name", "design__name", "design", "-drift", "id"),
    "cut": (
        "drawing__cell__take__cut__episode__code",
        "drawing__cell__take__cut__number",
        "drawing__cell__take__stage",
        "drawing__cell__position",
        "drawing__number",
        "id",
    ),
}
ORDERS: dict[str, tuple[str, ...]] = _ORDERS | {
    f"-{name}": tuple(step[1:] if step.startswith("-") else f"-{step}" for step in steps)
    for name, steps in _ORDERS.items()
}
_IDS_OF_RUNS = {"episode": "take__cut__episode", "cut": "take__cut"}
_IDS = {"character": "design__character", "design": "design"}
_SHOWN = (
    "run",
    "drawing__cell__take__cut__episode__production",
    "drawing__cell__take__submitted_by",
    "design__character",
    "claim__user",
    "assignment__user",
)


@dataclass(frozen=True)
class FlagPage:
    """Everything that the page of one flag shows."""

    flag: Flag
    cut: Cut
    take: Take
    run: CheckRun
    drawings: list[Drawing]  # of the take, in order; each with `.drift` (float or None) and `.open_flags`
    previous_drawing: Drawing | None
    next_drawing: Drawing | None
    previous_cut: Cut | None
    next_cut: Cut | None
    siblings: list[Flag]  # other flags of the same drawing
    nearest: list[FlagNearest]
    verdicts: list[Verdict]


def newest_takes(prefix: str = "") -> NegatedExpression:
    """Return the condition "no newer take of this cut and stage"; `prefix` leads from the query's row to the take."""
    newer = Take.objects.filter(
        cut=OuterRef(f"{prefix}cut"),
        stage=OuterRef(f"{prefix}stage"),
        number__gt=OuterRef(f"{prefix}number"),
    )
    return ~Exists(newer)


def visible_flags(user: User) -> QuerySet[Flag]:
    """Return every flag of cuts that `user` may see, of whatever run, with what its sentence and links need."""
    return _shown(Flag.objects.filter(drawing__cell__take__cut__in=access.visible_cuts(user)))


def current_runs() -> QuerySet[CheckRun]:
    """Return the runs whose flags count: the current one of the newest take of each cut and stage."""
    return CheckRun.objects.filter(
        newest_takes("take__"), state=RunState.CURRENT, take__cut__omitted=False
    ).order_by()


def current_flags(user: User) -> QuerySet[Flag]:
    """Return the flags that count: of the current run of the newest take of a cut and stage."""
    return visible_flags(user).filter(run__in=current_runs())


def queue(user: User, production: Production, filters: Mapping[str, Any] | None = None) -> QuerySet[Flag]:
    """Return the review queue.

    It is read by runs: a few thousand of them are found first, then one index (`flag_of_run`) gives the flags of
    each with all that filters and orders ask, so that a hundred thousand flags are counted in some milliseconds.

    Args:
        user: the reader.
        production: whose flags.
        filters: all optional. "state": open (default), decided, all · "episode", "cut", "character", "design",
            "assignee" (of the stage): ids · "assigned" (who is to decide): me, nobody or an id · "number": how the
            cut's number begins · "stage", "fault": a code · "min_drift": number · "age": at
            least so many days old · "order": drift (default), age, character, cut, fault, stage; "-" before it
            turns it round.

    Raises:
        InvalidInput: a filter that cannot be read.
        NotFound: the production is not the reader's.
    """
    filters = {key: value for key, value in (filters or {}).items() if value not in {"", None}}
    access.require(user, Action.VIEW_FLAGS, production)
    runs = current_runs().filter(take__cut__episode__production=production)
    if not access.allowed(user, Action.VIEW_ALL_CUTS, production):
        runs = runs.filter(take__cut__in=access.visible_cuts(user))
    flags = _shown(Flag.objects.filter(run__in=_runs_by(runs, filters)))
    flags = _by_state(flags, _one_of("state", filters.get("state", "open"), STATES))
    for name, path in _IDS.items():
        if name in filters:
            flags = flags.filter(**{path: _number(name, filters[name], int)})
    flags = _by_rest(flags, filters, user)
    return flags.order_by(*ORDERS[_one_of("order", filters.get("order", "drift"), tuple(ORDERS))])


def next_flag(
    user: User, production: Production, filters: Mapping[str, Any] | None = None, after: Flag | None = None
) -> Flag | None:
    """Return the flag after `after` in the queue, going round at the end; see `next_in`."""
    return next_in(user, queue(user, production, filters), (filters or {}).get("order", ""), after)


def next_in(user: User, flags: QuerySet[Flag], order: str, after: Flag | None = None) -> Flag | None:
    """Return the flag after `after` in a queue that stands in `order`, going round at the end.

    Flags that others look at are skipped. What is the reader's own or nobody's comes before what others were given.
    """
    looked_at = FlagClaim.objects.filter(until__gt=timezone.now()).exclude(user=user)
    free = flags.values_list("pk", flat=True).exclude(pk__in=looked_at.values("flag"))
    if after is not None:
        free = free.exclude(pk=after.pk)
    theirs = FlagAssignment.objects.exclude(user=user).values("flag")
    for part in (free.exclude(pk__in=theirs), free.filter(pk__in=theirs)):
        found = _first_behind(part, after, ORDERS[order or "drift"]) if after is not None else None
        found = found or part.first()
        if found is not None:
            return _shown(Flag.objects.filter(pk=found)).get()
    return None


def counted(flags: QuerySet[Flag], most: int) -> int:
    """Return how many flags these are, `most` at most: who only wants to know that there are many does not wait."""
    return flags.order_by().values("pk")[:most].count()


def groups(
    user: User, production: Production, filters: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return the queue as one row per cut, design, fault and part: a recoloured costume is one row, not forty."""
    keys = ("drawing__cell__take__cut", "design", "fault", "part")
    rows = queue(user, production, filters).order_by().values(*keys)
    counted = rows.annotate(flags=Count("id"), worst=Max("drift")).order_by("-worst", *keys)
    return [
        {
            "cut": row["drawing__cell__take__cut"],
            "design": row["design"],
            "fault": row["fault"],
            "part": row["part"],
            "flags": row["flags"],
            "worst": row["worst"],
        }
        for row in counted
    ]


def _shown(flags: QuerySet[Flag]) -> QuerySet[Flag]:
    """Return flags with what their sentences and links need."""
    return flags.select_related(*_SHOWN)


def flags_by_id(ids: Iterable[int]) -> list[Flag]:
    """Return flags with what their lines need, in the order of `ids`. Whoever asks has made sure that they are visible.

    A long queue is sorted by ids alone and only what is shown is read whole.
    """
    wanted = list(ids)
    found = _shown(Flag.objects.filter(pk__in=wanted)).prefetch_related(
        "drawing__cell__take__cut__stages__assignee", "nearest_links"
    )
    by_id = {flag.pk: flag for flag in found}
    return [by_id[pk] for pk in wanted if pk in by_id]


def get_flag(user: User, flag_id: int) -> Flag:
    """Return a flag by id. Raises NotFound when it is not there or not visible."""
    flag = visible_flags(user).filter(pk=flag_id).first()
    if flag is None:
        raise NotFound(what="flag")
    return flag


def get_retake(user: User, retake_id: int) -> Retake:
    """Return a retake order by id. Raises NotFound when it is not there or not visible."""
    retake = _retakes(user).filter(pk=retake_id).first()
    if retake is None:
        raise NotFound(what="retake")
    return retake


def flag_page(user: User, flag: Flag) -> FlagPage:
    """Return what the page of `flag` shows. The flag comes from `get_flag`, so it is visible."""
    take = flag.drawing.cell.take
    drawings = _drawings(flag.run, take)
    index = next(i for i, drawing in enumerate(drawings) if drawing.pk == flag.drawing_id)
    before, behind = _neighbour_cuts(user, take.cut)
    return FlagPage(
        flag=flag,
        cut=take.cut,
        take=take,
        run=flag.run,
        drawings=drawings,
        previous_drawing=drawings[index - 1] if index else None,
        next_drawing=drawings[index + 1] if index + 1 < len(drawings) else None,
        previous_cut=before,
        next_cut=behind,
        siblings=list(flag.run.flags.filter(drawing=flag.drawing_id).exclude(pk=flag.pk)),
        nearest=list(flag.nearest_links.select_related("sheet_drawing__sheet__design__character")),
        verdicts=list(flag.verdicts.select_related("by")),
    )


def run_of(user: User, take: Take) -> CheckRun | None:
    """Return the current check of a take, None when there is none or the take is not visible."""
    runs = CheckRun.objects.filter(take=take, take__cut__in=access.visible_cuts(user), state=RunState.CURRENT)
    return runs.select_related("take").prefetch_related("sheets__design__character").first()


def runs_of_cut(user: User, cut: Cut) -> QuerySet[CheckRun]:
    """Return the current checks of the newest take of each stage of a cut."""
    runs = CheckRun.objects.filter(newest_takes("take__"), take__cut=cut, state=RunState.CURRENT)
    return runs.filter(take__cut__in=access.visible_cuts(user))


def flags_of_cut(user: User, cut: Cut) -> QuerySet[Flag]:
    """Return the flags that count of a cut, all stages, decided or not, in the order of the drawings."""
    verdicts = Prefetch("verdicts", Verdict.objects.select_related("by"))
    flags = current_flags(user).filter(drawing__cell__take__cut=cut).prefetch_related(verdicts)
    return flags.order_by(*ORDERS["cut"])


def retakes_of(user: User, episode: Episode) -> QuerySet[Retake]:
    """Return the retake orders of an episode with their lines, in the order of the cuts."""
    return _retakes(user).filter(cut__episode=episode).order_by("cut__number", "stage", "take__number", "id")


def retakes_of_production(user: User, production: Production) -> QuerySet[Retake]:
    """Return the retake orders of a production with their lines, newest first."""
    return _retakes(user).filter(cut__episode__production=production)


def retakes_of_cut(user: User, cut: Cut) -> QuerySet[Retake]:
    """Return the retake orders of a cut with their lines, newest first."""
    return _retakes(user).filter(cut=cut)


def _retakes(user: User) -> QuerySet[Retake]:
    lines = RetakeItem.objects.select_related(
        "by", "drawing__cell__take", "verdict__by", "verdict__flag__design__character"
    )
    visible = Retake.objects.filter(cut__in=access.visible_cuts(user))
    return visible.select_related(
        "cut__episode__production", "take", "ordered_by", "answered_by_take"
    ).prefetch_related(Prefetch("items", lines))


def _by_state(flags: QuerySet[Flag], state: str) -> QuerySet[Flag]:
    if state == "open":
        return flags.filter(decision__in=OPEN)
    return flags.exclude(decision__in=OPEN) if state == "decided" else flags


def _runs_by(runs: QuerySet[CheckRun], filters: Mapping[str, Any]) -> QuerySet[CheckRun]:
    """Narrow the runs by what belongs to their take: episode, cut, stage and who works on it."""
    for name, path in _IDS_OF_RUNS.items():
        if name in filters:
            runs = runs.filter(**{path: _number(name, filters[name], int)})
    if "number" in filters:
        runs = runs.filter(take__cut__number__istartswith=str(filters["number"]))
    if "stage" in filters:
        runs = runs.filter(take__stage=_one_of("stage", filters["stage"], tuple(Stage.values)))
    if "assignee" in filters:
        theirs = StageState.objects.filter(
            cut=OuterRef("take__cut"),
            stage=OuterRef("take__stage"),
            assignee=_number("assignee", filters["assignee"], int),
        )
        runs = runs.filter(Exists(theirs))
    return runs


def _by_rest(flags: QuerySet[Flag], filters: Mapping[str, Any], user: User) -> QuerySet[Flag]:
    if "fault" in filters:
        flags = flags.filter(fault=_one_of("fault", filters["fault"], tuple(Fault.values)))
    if "min_drift" in filters:
        flags = flags.filter(drift__gte=_number("min_drift", filters["min_drift"], float))
    if "age" in filters:
        days = timedelta(days=min(max(_number("age", filters["age"], float), 0.0), 36_500.0))
        flags = flags.filter(created_at__lte=timezone.now() - days)
    if "assigned" in filters:
        flags = _by_assigned(flags, str(filters["assigned"]), user)
    return flags


def _by_assigned(flags: QuerySet[Flag], wanted: str, user: User) -> QuerySet[Flag]:
    if wanted == "nobody":
        return flags.exclude(pk__in=FlagAssignment.objects.values("flag"))
    person = user.pk if wanted == "me" else _number("assigned", wanted, int)
    return flags.filter(pk__in=FlagAssignment.objects.filter(user=person).values("flag"))


def _one_of(field: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise InvalidInput(
            field=field,
            reason=phrase("“{value}” is not one of {known}", value=value, known=", ".join(allowed)),
        )
    return str(value)


def _number(field: str, value: Any, kind: type[Any]) -> Any:
    try:
        number = kind(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidInput(field=field, reason=phrase("“{value}” is not a number", value=value)) from error
    if not abs(number) < 2**63:
        raise InvalidInput(field=field, reason=phrase("“{value}” is out of range", value=value))
    return number


def _first_behind(flags: QuerySet[Any], after: Flag, order: tuple[str, ...]) -> Any:
    """Return the first of `flags` behind `after`. By drift it is looked for close by first, which an index answers."""
    beyond = flags.filter(_beyond(after, order))
    if order[0] == "-drift":
        near = beyond.filter(drift__lte=after.drift, drift__gt=_CLOSE_BY * after.drift).first()
        if near is not None:
            return near
    return beyond.first()


def _beyond(after: Flag, order: tuple[str, ...]) -> Q:
    """Return the condition "stands behind `after` in `order`": the keyset form, one read whatever the place."""
    names = [name.removeprefix("-") for name in order]
    values = Flag.objects.values(*names).get(pk=after.pk)
    beyond, same = Q(), Q()
    for name, signed in zip(names, order, strict=True):
        step = "lt" if signed.startswith("-") else "gt"
        beyond |= same & Q(**{f"{name}__{step}": values[name]})
        same &= Q(**{name: values[name]})
    return beyond


def _drawings(run: CheckRun, take: Take) -> list[Drawing]:
    """Return the take's drawings in order, each with its drift in `run` and how many of its flags are open."""
    still_open = Count("flags", filter=Q(flags__run=run, flags__decision__in=OPEN))
    found = Drawing.objects.filter(cell__take=take).select_related("cell").annotate(open_flags=still_open)
    drawings: list[Drawing] = list(
        found.order_by("cell__position", "cell__name", Mod("number", LETTER_STEP), "number")
    )
    for drawing in drawings:
        drawing.drift = run.drifts.get(str(drawing.pk))  # type: ignore[attr-defined]
    return drawings


def _neighbour_cuts(user: User, cut: Cut) -> tuple[Cut | None, Cut | None]:
    mine = access.visible_cuts(user).filter(episode=cut.episode_id, omitted=False)
    before = mine.filter(number__lt=cut.number).order_by("-number").first()
    return before, mine.filter(number__gt=cut.number).order_by("number").first()
