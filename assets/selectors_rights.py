"""Reads of rights holders, their grants and withdrawals.

They belong to the whole studio, so whoever may see datasets anywhere sees them; names of productions and cuts that the
reader is no part of are left out of every list and only counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from assets import access
from assets.choices_rights import TaskKind, TaskState
from assets.models import (
    DatasetVersion,
    Entry,
    Episode,
    Evidence,
    Grant,
    Item,
    ModelVersion,
    Production,
    RightsHolder,
    StandingHolder,
    Withdrawal,
    WithdrawalTask,
)
from studio.core.errors import NotFound
from studio.core.models import User
from studio.core.roles import Action

_MAX_KEY = 2**63 - 1


def holders(user: User, text: str = "") -> QuerySet[RightsHolder]:
    """Return the people and bodies that hold rights, with `n_works` and their grants, by name.

    Raises:
        NotAllowed: the person may see datasets nowhere.
    """
    access.require_anywhere(user, Action.VIEW_DATASETS)
    found = RightsHolder.objects.all()
    if text and "\x00" not in text:
        found = found.filter(
            Q(name__icontains=text) | Q(pseudonym__icontains=text) | Q(credit__icontains=text)
        )
    return (
        found.annotate(n_works=_n_works())
        .prefetch_related(Prefetch("grants", grants()))
        .order_by("name", "pk")
    )


def _n_works() -> Coalesce:
    held = StandingHolder.objects.filter(holder=OuterRef(OuterRef("pk"))).values("standing")
    counted = Item.objects.filter(standing__in=held).order_by().annotate(one=Case(When(pk__gt=0, then=1)))
    return Coalesce(
        Subquery(counted.values("one").annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
    )


def grants() -> QuerySet[Grant]:
    """Return grants with all that their state and sentences need: `has_paper`, `n_listed` and what stands beside."""
    paper = Evidence.objects.filter(grant=OuterRef("pk"))
    return (
        Grant.objects.select_related("holder", "dataset__production", "production", "revocation", "superseded_by")
        .annotate(has_paper=Exists(paper), n_listed=Count("listed"))
        .order_by("-pk")
    )  # fmt: skip


def get_holder(user: User, pk: int) -> RightsHolder:
    """Return a rights holder with `n_works`. Raises NotAllowed, NotFound."""
    access.require_anywhere(user, Action.VIEW_DATASETS)
    return _one(RightsHolder.objects.annotate(n_works=_n_works()), "rights holder", pk)


def get_grant(user: User, pk: int) -> Grant:
    """Return a grant with its relations. Raises NotAllowed, NotFound."""
    access.require_anywhere(user, Action.VIEW_DATASETS)
    return _one(grants(), "grant", pk)


def get_withdrawal(user: User, pk: int) -> Withdrawal:
    """Return a withdrawal. Raises NotAllowed, NotFound."""
    access.require_anywhere(user, Action.VIEW_DATASETS)
    return _one(Withdrawal.objects.select_related("holder", "by"), "withdrawal", pk)


def get_task(user: User, pk: int) -> WithdrawalTask:
    """Return a task of a withdrawal. Raises NotAllowed, NotFound."""
    access.require_anywhere(user, Action.VIEW_DATASETS)
    return _one(WithdrawalTask.objects.select_related("withdrawal__holder"), "task", pk)


def withdrawals(user: User) -> QuerySet[Withdrawal]:
    """Return the withdrawals, the newest first, each with `n_open` and `n_tasks`. Raises NotAllowed."""
    access.require_anywhere(user, Action.VIEW_DATASETS)
    still = Q(tasks__state=TaskState.OPEN)
    return (
        Withdrawal.objects.select_related("holder", "by")
        .annotate(n_tasks=Count("tasks"), n_open=Count("tasks", filter=still))
        .order_by("-pk")
    )


def title_of(user: User, grant: Grant, visible: set[int] | None = None) -> str:
    """Return the name of what a grant speaks of where the reader may know it, or nothing."""
    visible = visible_ids(user) if visible is None else visible
    if grant.dataset is not None:
        hidden = grant.dataset.production_id is not None and grant.dataset.production_id not in visible
        return "" if hidden else str(grant.dataset)
    return str(grant.production) if grant.production is not None and grant.production_id in visible else ""


def visible_ids(user: User) -> set[int]:
    """Return the keys of the productions that the person belongs to."""
    return set(access.visible_productions(user).order_by().values_list("pk", flat=True))


@dataclass(frozen=True)
class WorksIn:
    """How many works of somebody lie in a dataset; its name only where the reader may know it."""

    dataset: int
    name: str
    count: int


def works_by_dataset(user: User, holder: RightsHolder) -> list[WorksIn]:
    """Return where works of a holder lie, most first. A work in two versions of a dataset counts once."""
    visible = visible_ids(user)
    held = StandingHolder.objects.filter(holder=holder).values("standing")
    counted = (
        Entry.objects.filter(item__standing__in=held)
        .order_by()
        .values_list("version__dataset", "version__dataset__name", "version__dataset__production")
        .annotate(n=Count("item", distinct=True))
    )
    rows = [
        WorksIn(key, name if production is None or production in visible else "", n)
        for key, name, production, n in counted
    ]
    return sorted(rows, key=lambda row: (-row.count, row.name))


@dataclass
class Shown:
    """What a withdrawal touches, as one reader may see it; `more` counts by kind what is not listed here."""

    counts: dict[str, int] = field(default_factory=dict)
    versions: list[DatasetVersion] = field(default_factory=list)
    models: list[ModelVersion] = field(default_factory=list)
    cuts: list[dict[str, Any]] = field(default_factory=list)
    output_cuts: list[dict[str, Any]] = field(default_factory=list)
    episodes: list[str] = field(default_factory=list)
    productions: list[Production] = field(default_factory=list)
    more: dict[str, int] = field(default_factory=dict)
    n_output_cuts: int = 0


def shown_to(user: User, touched: Mapping[str, Any]) -> Shown:
    """Return what `impact.Touched.as_json` says as `user` may see it, in a constant number of queries."""
    visible = visible_ids(user)
    listed = {int(row[0]) for name in ("cuts", "output_cuts") for row in touched.get(name, [])}
    own = set(access.visible_cuts(user).filter(pk__in=listed).order_by().values_list("pk", flat=True))
    versions = DatasetVersion.objects.filter(pk__in=touched.get("versions", [])).select_related(
        "dataset__production"
    )
    shown = Shown(
        counts=dict(touched.get("counts", {})),
        versions=[
            v for v in versions if v.dataset.production_id is None or v.dataset.production_id in visible
        ],
        models=list(ModelVersion.objects.filter(pk__in=touched.get("models", [])).order_by("name", "pk")),
        cuts=_cuts(touched, "cuts", own),
        output_cuts=_cuts(touched, "output_cuts", own),
        productions=list(
            Production.objects.filter(pk__in=visible.intersection(_keys(touched, "productions")))
        ),
        n_output_cuts=len(touched.get("output_cuts", [])),
    )
    shown.episodes = [
        str(row[1]) for row in touched.get("episodes", []) if row[0] in _episodes(touched, visible)
    ]
    shown.more = {
        "versions": len(touched.get("versions", [])) - len(shown.versions),
        "cuts": shown.counts.get("cuts", 0) - len({row["pk"] for row in [*shown.cuts, *shown.output_cuts]}),
        "productions": len(_keys(touched, "productions")) - len(shown.productions),
    }
    return shown  # fmt: skip


def _episodes(touched: Mapping[str, Any], visible: set[int]) -> set[int]:
    found = Episode.objects.filter(pk__in=_keys(touched, "episodes"), production__in=visible)
    return set(found.order_by().values_list("pk", flat=True))


def _keys(touched: Mapping[str, Any], name: str) -> list[int]:
    return [int(row[0]) for row in touched.get(name, [])]


def _cuts(touched: Mapping[str, Any], name: str, own: set[int]) -> list[dict[str, Any]]:
    return [
        {"pk": int(key), "name": str(label), "count": int(count)}
        for key, label, count in touched.get(name, [])
        if int(key) in own
    ]


def tasks_shown(user: User, withdrawal: Withdrawal) -> list[dict[str, Any]]:
    """Return the tasks of a withdrawal with what each is about; names that are not theirs to know are empty."""
    tasks = list(withdrawal.tasks.select_related("done_by").order_by("state", "kind", "pk"))
    keys: dict[str, set[int]] = {}
    for task in tasks:
        kind, _colon, key = task.subject.partition(":")
        if key.isdigit():
            keys.setdefault(kind, set()).add(int(key))
    own_cuts = set(access.visible_cuts(user).filter(pk__in=keys.get("cut", ())).values_list("pk", flat=True))
    codes = dict(access.visible_productions(user).order_by().values_list("pk", "code"))
    own_versions = _versions_seen(keys.get("version", set()), set(codes))
    seen = {
        "cut": own_cuts,
        "production": set(codes),
        "version": own_versions,
        "model": keys.get("model", set()),
    }
    return [_task_row(task, seen, codes) for task in tasks]


def _versions_seen(keys: set[int], visible: set[int]) -> set[int]:
    theirs = Q(dataset__production=None) | Q(dataset__production__in=visible)
    return set(DatasetVersion.objects.filter(theirs, pk__in=keys).order_by().values_list("pk", flat=True))


def _task_row(task: WithdrawalTask, seen: Mapping[str, set[int]], codes: Mapping[int, str]) -> dict[str, Any]:
    kind, _colon, key = task.subject.partition(":")
    pk = int(key) if key.isdigit() else 0
    knows = task.kind == TaskKind.REMOVE_VECTORS or pk in seen.get(kind, ())
    return {
        "task": task,
        "about": kind,
        "pk": pk if knows else 0,
        "code": codes.get(pk, "") if kind == "production" else "",
        "name": task.subject_name if knows else "",
        "is_open": task.state == TaskState.OPEN,
        "by_people": task.kind in {TaskKind.RETRAIN, TaskKind.WITHDRAW_OUTPUT, TaskKind.TELL},
    }


def _one(found: QuerySet[Any], what: str, pk: int) -> Any:
    row = found.filter(pk=pk).first() if 0 < pk <= _MAX_KEY else None
    if row is None:
        raise NotFound(what=what)
    return row
