"""Reads for the retake list: orders and lines by episode, cut and artist, counted and searched, in few queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from assets import access
from assets.models import Production, StageState
from qa.choices import RetakeState
from qa.models import Correction, CorrectionStroke, FlagNearest, Retake, RetakeItem
from studio.core.errors import NotFound
from studio.core.models import User
from studio.core.roles import Action

BY = ("episode", "cut", "artist")
NOBODY = "nobody"
WAITING = (RetakeState.OPEN, RetakeState.ANSWERED)
_KEYS = {
    "episode": ("cut__episode", "cut__episode__code"),
    "cut": ("cut", "cut__episode__code", "cut__number"),
    "artist": ("artist",),
}
_ORDER = ("cut__episode__code", "cut__number", "stage", "take__number", "id")


@dataclass(frozen=True)
class Group:
    """One episode, cut or artist of the list: `key` is what its link carries, `name` what people read."""

    key: str
    name: str
    open: int
    answered: int
    late: int
    total: int


def listed(user: User, production: Production, filters: Mapping[str, Any] | None = None) -> QuerySet[Retake]:
    """Return the retake orders of a production, each with `.round_no` and `.artist` (an id), in the order of cuts.

    Args:
        user: the reader.
        production: whose orders.
        filters: all optional. "state": waiting (default: open and answered), all, or a state · "episode", "cut",
            "artist": ids, the last also "nobody" · "stage" · "reason" · "due": late, none · "q": part of a number,
            a note, or a whole name such as EP01_C012.

    Raises:
        NotFound: the production is not the reader's.
    """
    access.require(user, Action.VIEW_RETAKES, production)
    wanted = {name: str(value) for name, value in (filters or {}).items() if value not in {None, ""}}
    if any("\x00" in value for value in wanted.values()):  # PostgreSQL cannot even be asked about it
        return Retake.objects.none()
    visible = access.visible_cuts(user).filter(episode__production=production).values("pk")
    found = Retake.objects.filter(cut__in=visible).annotate(round_no=_round_no(), artist=_artist())
    return _searched(_narrowed(found, wanted), wanted.get("q", "")).order_by(*_ORDER)


def line_count(user: User, production: Production, filters: Mapping[str, Any] | None = None) -> int:
    """Return how many lines the list has in all."""
    orders = listed(user, production, filters).order_by().values("pk")
    return RetakeItem.objects.filter(retake__in=orders, withdrawn=False).count()


def with_lines(retakes: QuerySet[Retake]) -> QuerySet[Retake]:
    """Add what lists and sheets show of each order; as many queries for one as for a hundred."""
    strokes = Prefetch("strokes", CorrectionStroke.objects.filter(erased_at=None), to_attr="shown")
    corrections = Prefetch(
        "drawing__corrections", Correction.objects.select_related("by").prefetch_related(strokes)
    )
    nearest = FlagNearest.objects.filter(rank=1).select_related("sheet_drawing__sheet__design__character")
    lines = RetakeItem.objects.select_related(
        "by", "drawing__cell", "verdict__flag__design__character"
    ).prefetch_related(corrections, Prefetch("verdict__flag__nearest_links", nearest))
    return retakes.select_related(
        "cut__episode__production", "take", "ordered_by", "answered_by_take"
    ).prefetch_related(Prefetch("items", lines))


def artists_of(retakes: list[Retake]) -> dict[int, User]:
    """Return the people who have the stages of these orders, by id; the orders come from `listed`."""
    return User.objects.in_bulk({key for retake in retakes if (key := retake.artist)})  # type: ignore[attr-defined]


def groups(
    user: User, production: Production, by: str, filters: Mapping[str, Any] | None = None
) -> list[Group]:
    """Return the episodes, cuts or artists of the list with their counts; the one that is picked narrows nothing."""
    rest = {name: value for name, value in (filters or {}).items() if name != by}
    rows = listed(user, production, rest).order_by().values(*_KEYS[by]).annotate(**_counts())
    people = User.objects.in_bulk({row["artist"] for row in rows if row["artist"]}) if by == "artist" else {}
    found = [_group(by, row, people) for row in rows.order_by(*_KEYS[by][1:] or _KEYS[by])]
    return sorted(found, key=lambda group: (group.key == NOBODY, group.name.casefold()))


def visible_item(user: User, item_id: int) -> RetakeItem:
    """Return a line by id. Raises NotFound when it is not there or not visible."""
    visible = RetakeItem.objects.filter(retake__cut__in=access.visible_cuts(user))
    found = (
        visible.select_related("retake__cut__episode__production", "verdict__flag").filter(pk=item_id).first()
    )
    if found is None:
        raise NotFound(what="retake")
    return found


def _narrowed(found: QuerySet[Any], wanted: Mapping[str, str]) -> QuerySet[Any]:
    state = wanted.get("state", "waiting")
    if state == "waiting":
        found = found.filter(state__in=WAITING)
    elif state != "all":
        found = found.filter(state=state)
    for name, path in (("episode", "cut__episode"), ("cut", "cut"), ("stage", "stage")):
        if name in wanted:
            found = found.filter(**{path: wanted[name]})
    if "artist" in wanted:
        found = found.filter(artist=None if wanted["artist"] == NOBODY else wanted["artist"])
    if "reason" in wanted:
        found = found.filter(Exists(_kept_lines().filter(reason=wanted["reason"])))
    if "due" in wanted:
        found = found.filter(_late()) if wanted["due"] == "late" else found.filter(due_on=None)
    return found


def _searched(found: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Keep what every word of the text is in: a cut or episode, or the note of a line."""
    for word in text.replace("_C", " ").replace("_c", " ").split():
        place = Q(cut__number__icontains=word) | Q(cut__episode__code__icontains=word)
        found = found.filter(place | Exists(_kept_lines().filter(note__icontains=word)))
    return found


def _kept_lines() -> QuerySet[RetakeItem]:
    return RetakeItem.objects.filter(retake=OuterRef("pk"), withdrawn=False)


def _late() -> Q:
    return Q(due_on__lt=timezone.localdate(), state=RetakeState.OPEN)


def _round_no() -> Coalesce:
    """Return how many times this stage of this cut had been sent back, this order counted."""
    earlier = Retake.objects.filter(
        cut=OuterRef("cut"), stage=OuterRef("stage"), id__lte=OuterRef("id")
    ).exclude(state=RetakeState.WITHDRAWN)
    counted = earlier.order_by().values("cut").annotate(n=Count("id")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _artist() -> Subquery:
    states = StageState.objects.filter(cut=OuterRef("cut"), stage=OuterRef("stage"))
    return Subquery(states.values("assignee")[:1])


def _counts() -> dict[str, Any]:
    return {
        "n_open": Count("id", filter=Q(state=RetakeState.OPEN)),
        "n_answered": Count("id", filter=Q(state=RetakeState.ANSWERED)),
        "n_late": Count("id", filter=_late()),
        "n": Count("id"),
    }


def _group(by: str, row: Mapping[str, Any], people: Mapping[int, User]) -> Group:
    if by == "episode":
        key, name = str(row["cut__episode"]), row["cut__episode__code"]
    elif by == "cut":
        key, name = str(row["cut"]), f"{row['cut__episode__code']}_C{row['cut__number']}"
    else:
        person = people.get(row["artist"])
        key, name = (str(person.pk), str(person)) if person else (NOBODY, "")
    return Group(key, name, row["n_open"], row["n_answered"], row["n_late"], row["n"])
