"""Reads of dataset versions, works, models and findings: always from what the person may see, in few queries."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from assets import access
from assets.models import (
    Artefact,
    Dataset,
    DatasetVersion,
    Entry,
    Finding,
    GateDecision,
    Item,
    ModelParent,
    ModelVersion,
    Production,
    Standing,
    VersionStanding,
    Waiver,
)
from studio.core.errors import NotFound
from studio.core.models import User
from studio.core.roles import Action


def viewable(user: User, prefix: str = "") -> Q:
    """Return the condition on a dataset (or, with a prefix, on what belongs to one) that a person may see it."""
    theirs = access.visible_productions(user)
    if not user.is_superuser:
        held = user.memberships.filter(role__in=access.roles_with(Action.VIEW_DATASETS))
        theirs = Production.objects.filter(pk__in=held.values("production"))
    found = Q(**{f"{prefix}production__in": theirs.values("pk")})
    if access.allowed_anywhere(user, Action.VIEW_DATASETS):
        found |= Q(**{f"{prefix}production": None})
    return found


def studio_datasets(user: User) -> QuerySet[Dataset]:
    """Return the datasets of the whole studio, with how many versions each has.

    Raises:
        NotAllowed: the person sees datasets nowhere.
    """
    access.require_anywhere(user, Action.VIEW_DATASETS)
    return (
        Dataset.objects.filter(production=None)
        .annotate(version_count=Count("versions"))
        .prefetch_related("evidence")
        .order_by("name")
    )


def get_version(user: User, pk: int) -> DatasetVersion:
    """Return a dataset version that the person may see, or raise NotFound or NotAllowed."""
    found = DatasetVersion.objects.select_related("dataset__production", "parent__dataset", "made_by").filter(
        pk=pk
    )
    version = found.first()
    if version is None:
        raise NotFound(what="dataset version")
    production = version.dataset.production
    if production is not None and production not in access.visible_productions(user):
        raise NotFound(what="dataset version")
    access.require_for(user, Action.VIEW_DATASETS, production)
    return version


def group_of(version: DatasetVersion, pk: int) -> Standing:
    """Return a standing that works of this version have, or raise NotFound."""
    row = Standing.objects.filter(pk=pk, items__entries__version=version).first()
    if row is None:
        raise NotFound(what="group of works")
    return row


def groups(version: DatasetVersion) -> QuerySet[VersionStanding]:
    """Return how many works of a version stand alike, the most first."""
    return version.standings.filter(count__gt=0).select_related("standing").order_by("-count", "pk")


def entries(version: DatasetVersion, *, text: str = "", standing: int | None = None) -> QuerySet[Entry]:
    """Return the works of a version, by path."""
    found = version.entries.select_related("item__standing")
    if text:
        found = found.filter(Q(alias__icontains=text) | Q(item__sha256__startswith=text.lower()))
    return found.filter(item__standing=standing) if standing is not None else found


def get_work(user: User, pk: int) -> Item:
    """Return a work of a dataset that the person may see, or raise NotFound or NotAllowed."""
    access.require_anywhere(user, Action.VIEW_DATASETS)
    seen = Entry.objects.filter(viewable(user, "version__dataset__"))
    found = Item.objects.filter(pk=pk, entries__in=seen).select_related("standing").distinct().first()
    if found is None:
        raise NotFound(what="work")
    return found


def entries_of_work(user: User, sha256: str, pixels: str = "") -> QuerySet[Entry]:
    """Return where a work stands in datasets that the person may see: the same bytes, or the same pixels."""
    same = Q(item__sha256=sha256)
    if pixels:
        same |= Q(item__content_sha256=pixels)
    return (
        Entry.objects.filter(same)
        .filter(viewable(user, "version__dataset__"))
        .select_related("item__standing", "version__dataset__production")
        .order_by("version__dataset__name", "-version__number", "alias")
    )


def looks_of(user: User) -> list[tuple[int, str]]:
    """Return (id, fingerprint of the look) of every picture in datasets that the person may see."""
    items = Item.objects.filter(entries__in=Entry.objects.filter(viewable(user, "version__dataset__")))
    return list(items.exclude(look="").order_by("pk").distinct().values_list("pk", "look"))


def entries_of_items(user: User, keys: Iterable[int]) -> QuerySet[Entry]:
    """Return where works stand in datasets that the person may see."""
    entries = Entry.objects.filter(viewable(user, "version__dataset__"), item__in=list(keys))
    return entries.select_related("item__standing", "version__dataset__production").order_by("pk")


def get_model(user: User, pk: int) -> ModelVersion:
    """Return a model of the register, or raise NotFound or NotAllowed."""
    access.require_anywhere(user, Action.VIEW_DATASETS)
    found = ModelVersion.objects.select_related("by").filter(pk=pk).first()
    if found is None:
        raise NotFound(what="model")
    return found


def get_finding(user: User, pk: int) -> Finding:
    """Return a finding of a production that the person may see, or raise NotFound or NotAllowed."""
    found = Finding.objects.select_related("production", "assignee").filter(pk=pk).first()
    if found is None or found.production not in access.visible_productions(user):
        raise NotFound(what="finding")
    access.require(user, Action.VIEW_DATASETS, found.production)
    return found


def get_waiver(user: User, pk: int) -> Waiver:
    """Return a waiver of a production that the person may see, or raise NotFound or NotAllowed."""
    found = Waiver.objects.select_related("finding__production", "requested_by").filter(pk=pk).first()
    if found is None:
        raise NotFound(what="waiver")
    get_finding(user, found.finding_id)
    return found


def artefacts(production: Production, episode: str = "") -> QuerySet[Artefact]:
    """Return the drawings of a production that models made, with by what and under which answer of the gate."""
    found = (
        Artefact.objects.filter(run__production=production)
        .select_related(
            "run__model", "run__cut__episode", "run__decision", "run__by", "drawing__cell__take__cut__episode"
        )
        .order_by("run__cut__episode__code", "run__cut__number", "pk")
    )
    return found.filter(run__cut__episode__code=episode) if episode else found


def decisions_about(user: User, model: ModelVersion) -> QuerySet[GateDecision]:
    """Return what the gate answered about a model, in productions where the person sees licences."""
    held = user.memberships.filter(role__in=access.roles_with(Action.VIEW_DATASETS))
    seen = Q(production=None) | Q(production__in=held.values("production"))
    found = model.decisions.all() if user.is_superuser else model.decisions.filter(seen)
    return found.select_related("production")


def lineage() -> list[tuple[int, int]]:
    """Return (child, parent) of all models."""
    return list(ModelParent.objects.values_list("child_id", "parent_id"))
