"""What a withdrawal touches, from a person's works forward to every drawing that came of them (rule R31).

Works, dataset versions, models (and models that learned from what these drew), what they drew, cuts, episodes,
productions, and vectors. A constant number of queries, whatever the size; lists stay queries until somebody reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.module_loading import import_string

from assets.choices_rights import Influence, SubjectKind, VersionState
from assets.models import (
    Artefact,
    Cut,
    DatasetVersion,
    Drawing,
    Entry,
    Grant,
    GrantItem,
    Item,
    ModelInput,
    ModelParent,
    RightsHolder,
    Standing,
    StandingHolder,
)

_SHOWN = 200


@dataclass
class Touched:
    """What a withdrawal touches. `counts` by kind; `versions`, `models` are ids; the rest as (id, name[, count])."""

    counts: dict[str, int] = field(default_factory=dict)
    versions: list[int] = field(default_factory=list)
    models: list[int] = field(default_factory=list)
    cuts: list[tuple[int, str, int]] = field(default_factory=list)
    output_cuts: list[tuple[int, str, int]] = field(default_factory=list)
    episodes: list[tuple[int, str]] = field(default_factory=list)
    productions: list[tuple[int, str]] = field(default_factory=list)
    contents: Callable[[], list[str]] = list

    def as_json(self) -> dict[str, Any]:
        """Return what is kept of it: the counts and the first of every list."""
        return {
            "counts": self.counts,
            "versions": self.versions,
            "models": self.models,
            "cuts": [list(each) for each in self.cuts[:_SHOWN]],
            "output_cuts": [list(each) for each in self.output_cuts[:_SHOWN]],
            "episodes": [list(each) for each in self.episodes],
            "productions": [list(each) for each in self.productions],
        }


def touched_by(holder: RightsHolder, grants: Iterable[Grant]) -> Touched:
    """Return what is touched when `holder` withdraws `grants`."""
    items = works_of(holder, list(grants))
    versions = set(
        Entry.objects.filter(item__in=items).order_by().values_list("version", flat=True).distinct()
    )
    versions, models = _spread(versions)
    drawn = Drawing.objects.filter(
        content_sha256__in=items.exclude(content_sha256="").values("content_sha256")
    )
    made = Artefact.objects.filter(run__model__in=models, run__influence=Influence.PIXEL)
    own_cuts = _by_cut(drawn.order_by().values_list("cell__take__cut").annotate(Count("id")))
    output_cuts = _by_cut(
        made.filter(run__cut__isnull=False).order_by().values_list("run__cut").annotate(Count("id"))
    )
    every = {key for key, _name, _count in own_cuts} | {key for key, _name, _count in output_cuts}
    where = _places(every)
    drafts = DatasetVersion.objects.filter(state__in=[VersionState.DRAFT, VersionState.RETIRED])
    found = Touched(
        versions=sorted(versions),
        models=sorted(models),
        cuts=own_cuts,
        output_cuts=output_cuts,
        episodes=where["episodes"],
        productions=where["productions"],
        contents=lambda: list(
            items.exclude(content_sha256="").order_by().values_list("content_sha256", flat=True).distinct()
        ),
    )
    found.counts = {
        "works": items.count(),
        "versions": len(versions),
        "drafts": drafts.filter(pk__in=versions).count(),
        "models": len(models),
        "drawings": sum(count for *_rest, count in own_cuts),
        "outputs": sum(count for *_rest, count in output_cuts),
        "cuts": len(every),
        "episodes": len(found.episodes),
        "productions": len(found.productions),
        "vectors": count_vectors(items),
    }
    return found


def works_of(holder: RightsHolder, grants: list[Grant]) -> QuerySet[Item]:
    """Return the works that these grants of a holder speak of."""
    kinds = {grant.subject_kind for grant in grants}
    held = StandingHolder.objects.filter(holder=holder).values("standing")
    speaks = Q(pk__in=[])
    if SubjectKind.HOLDER in kinds:
        speaks |= Q(standing__in=held)
    listed = [grant.pk for grant in grants if grant.subject_kind == SubjectKind.ITEMS]
    if listed:
        speaks |= Q(pk__in=GrantItem.objects.filter(grant__in=listed).values("item"))
    datasets = [grant.dataset_id for grant in grants if grant.subject_kind == SubjectKind.DATASET]
    if datasets:
        speaks |= Q(pk__in=Entry.objects.filter(version__dataset__in=datasets).values("item"))
    titles = [grant.production_id for grant in grants if grant.subject_kind == SubjectKind.PRODUCTION]
    if titles:
        # Of a title only the works in which the holder has a part: others drew for it too.
        speaks |= Q(standing__production__in=titles, standing__in=held)
    return Item.objects.filter(speaks)


def _spread(versions: set[int]) -> tuple[set[int], set[int]]:
    """Follow versions to models, models to those that come from them, and what models drew back to versions."""
    children: dict[int, list[int]] = {}
    for child, parent in ModelParent.objects.values_list("child_id", "parent_id"):
        children.setdefault(parent, []).append(child)
    learned: dict[int, list[int]] = {}
    for model, version in ModelInput.objects.filter(role="train").values_list("model_id", "version_id"):
        learned.setdefault(version, []).append(model)
    drew: dict[int, set[int]] = {}
    makers = Standing.objects.filter(made_by__isnull=False)
    for maker, version in (
        Entry.objects.filter(item__standing__in=makers.values("pk"))
        .order_by()
        .values_list("item__standing__made_by", "version")
        .distinct()
    ):
        drew.setdefault(int(maker or 0), set()).add(version)
    models: set[int] = set()
    waiting = [model for version in versions for model in learned.get(version, ())]
    while waiting:
        model = waiting.pop()
        if model in models:
            continue
        models.add(model)
        waiting += children.get(model, ())
        for version in drew.get(model, set()) - versions:
            versions = versions | {version}
            waiting += learned.get(version, ())
    return versions, models


def _by_cut(counted: Iterable[tuple[Any, ...]]) -> list[tuple[int, str, int]]:
    counts = {int(cut): int(count) for cut, count in counted if cut is not None}
    named = Cut.objects.filter(pk__in=counts).select_related("episode").order_by("episode__code", "number")
    return [(cut.pk, str(cut), counts[cut.pk]) for cut in named]


def _places(cuts: set[int]) -> dict[str, list[tuple[int, str]]]:
    rows = (
        Cut.objects.filter(pk__in=cuts)
        .order_by("episode__production__code", "episode__code")
        .values_list("episode", "episode__code", "episode__production", "episode__production__title")
        .distinct()
    )
    episodes = {key: f"{title} {code}" for key, code, _production, title in rows}
    productions = {key: title for _episode, _code, key, title in rows}
    return {"episodes": list(episodes.items()), "productions": list(productions.items())}


def count_vectors(items: QuerySet[Item]) -> int:
    """Return how many kept vectors show these works; who keeps vectors says so (settings.RIGHTS_TRACES)."""
    contents = items.exclude(content_sha256="").values("content_sha256")
    counted: list[int] = [import_string(path)(contents) for path in settings.RIGHTS_TRACES]
    return sum(counted)
