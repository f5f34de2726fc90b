"""Reads of lists and over relations, always from what the person may see, in few queries."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Model, OuterRef, Prefetch, Q, QuerySet, Subquery

from assets import access
from assets.choices import SheetState, Stage, StageStatus
from assets.models import (
    Casting,
    Character,
    Cut,
    Dataset,
    Design,
    Drawing,
    Episode,
    ModelSheet,
    Production,
    SheetDrawing,
    StageState,
    Swatch,
    Take,
    Upload,
    UploadFile,
)
from studio.core.errors import NotFound
from studio.core.models import Job, User
from studio.core.roles import Action, may

OMITTED_CHOICES = ("no", "yes", "all")
_MAX_KEY = 2**63 - 1
_NUL = "\x00"
_UPLOADS_SHOWN = 10


@dataclass(frozen=True)
class CutPage:
    """Everything that the page of one cut shows."""

    cut: Cut
    production: Production
    stages: list[StageState]  # in the order of production
    cast: list[Design]  # each with `.approved_sheets`: a list of at most one
    shared_with: list[Cut]
    takes: list[Take]  # newest first, each with `.drawing_count` and `.cells`
    uploads: list[Upload]  # that are no take, newest first
    previous: Cut | None
    next: Cut | None


@dataclass(frozen=True)
class SheetPage:
    """Everything that the page of one sheet version shows."""

    sheet: ModelSheet
    production: Production
    drawings: list[SheetDrawing]
    swatches: list[Swatch]
    versions: list[ModelSheet]  # of the design, newest first
    cuts: list[Cut]  # where the design is cast


def productions_of(user: User) -> QuerySet[Production]:
    """Return the person's productions that are not archived."""
    return access.visible_productions(user).filter(archived=False).order_by("code")


def production_ids_of(user: User) -> list[int]:
    """Return the ids of the person's productions."""
    return list(access.visible_productions(user).values_list("id", flat=True))


def visible_cuts(user: User) -> QuerySet[Cut]:
    """Return every cut that the person may see."""
    return access.visible_cuts(user)


def episodes_of(user: User, production: Production) -> QuerySet[Episode]:
    """Return the episodes of a visible production, each with `.cut_count` of the cuts that the person may see."""
    own = Q(cuts__in=access.visible_cuts(user).values("pk"))
    visible = access.visible_productions(user).values("pk")
    episodes = Episode.objects.filter(production=production, production__in=visible)
    return episodes.annotate(cut_count=Count("cuts", filter=own, distinct=True)).order_by("code")


def cuts_of(user: User, production: Production, filters: Mapping[str, Any] | None = None) -> QuerySet[Cut]:
    """Return the cuts of a production with stages, cast and newest take.

    Filters (all optional; empty means any): `episode` (id or code), `stage`, `state`, `assignee` (id, "me" or
    "nobody"), `design` and `character` (ids), `omitted` (no, yes, all), `q` (part of a number or note).
    Each cut has `.newest_take_id`; stages come in the order of production in `.stages.all()`.
    """
    wanted = {name: str(value) for name, value in (filters or {}).items() if value not in {None, ""}}
    cuts = access.visible_cuts(user).filter(episode__production=production)
    if any(_NUL in value for value in wanted.values()):  # PostgreSQL cannot even be asked about it
        return cuts.none()
    cuts = _filter_stage(user, _filter_place(cuts, wanted), wanted)
    newest = Take.objects.filter(cut=OuterRef("pk")).order_by("-submitted_at", "-id").values("pk")[:1]
    return (
        cuts.select_related("episode__production")
        .prefetch_related(_stages(), _castings())
        .annotate(newest_take_id=Subquery(newest))
        .order_by("episode__code", "number", "pk")
    )


def my_cuts(user: User) -> QuerySet[StageState]:
    """Return the stages assigned to the person that are not over, soonest due first, with cut and production."""
    over = [StageStatus.APPROVED, StageStatus.OMITTED]
    return (
        StageState.objects.filter(assignee=user, cut__in=access.visible_cuts(user).values("pk"))
        .filter(cut__omitted=False, cut__episode__production__archived=False)
        .exclude(state__in=over)
        .select_related("cut__episode__production", "assignee")
        .prefetch_related(Prefetch("cut__castings", Casting.objects.select_related("design__character")))
        .order_by("due_on", "cut__episode__code", "cut__number", "id")
    )


def cut_page(user: User, cut_id: int) -> CutPage:
    """Return a cut with everything around it.

    Raises:
        NotFound: not there, or not visible.
    """
    cut = get_cut(user, cut_id)
    production = cut.episode.production
    visible = access.visible_cuts(user).filter(episode=cut.episode_id).order_by("number", "pk")
    ids = list(visible.values_list("pk", flat=True))
    place = ids.index(cut.pk)
    around = Cut.objects.select_related("episode").in_bulk(ids[max(0, place - 1) : place + 2])
    order = {stage: number for number, stage in enumerate(Stage.values)}
    return CutPage(
        cut=cut,
        production=production,
        stages=sorted(cut.stages.select_related("assignee"), key=lambda row: order.get(row.stage, 99)),
        cast=list(_cast_designs(cut)),
        shared_with=list(
            access.visible_cuts(user).filter(pk__in=cut.shared_with.values("pk")).select_related("episode")
        ),
        takes=list(_takes(cut)),
        uploads=list(
            cut.uploads.filter(take=None)
            .select_related("submitted_by")
            .prefetch_related("files")[:_UPLOADS_SHOWN]
        ),
        previous=around.get(ids[place - 1]) if place else None,
        next=around.get(ids[place + 1]) if place + 1 < len(ids) else None,
    )


def sheets_of(user: User, production: Production) -> QuerySet[Character]:
    """Return the characters of a visible production with designs and sheet versions prefetched.

    Each design has `.versions` (newest first), each version its `.drawing_count` and `.first_drawings`.
    """
    versions = ModelSheet.objects.annotate(drawing_count=Count("drawings")).prefetch_related(
        Prefetch("drawings", SheetDrawing.objects.order_by("position", "id"))
    )
    designs = (
        Design.objects.filter(pk__in=access.visible_designs(user).values("pk"))
        .order_by("name")
        .prefetch_related(Prefetch("sheets", versions.order_by("-version"), to_attr="versions"))
    )
    return (
        access.visible_characters(user)
        .filter(production=production)
        .prefetch_related(Prefetch("designs", designs))
        .order_by("name", "pk")
    )


def sheet_page(user: User, sheet_id: int) -> SheetPage:
    """Return a sheet version with everything around it.

    Raises:
        NotFound: not there, or not visible.
    """
    sheet = get_sheet(user, sheet_id)
    cuts = access.visible_cuts(user).filter(castings__design=sheet.design_id).select_related("episode")
    return SheetPage(
        sheet=sheet,
        production=sheet.design.character.production,
        drawings=list(sheet.drawings.all()),
        swatches=list(Swatch.objects.filter(colour_model__sheet=sheet)),
        versions=list(sheet.design.sheets.select_related("approved_by").order_by("-version")),
        cuts=list(cuts.order_by("episode__code", "number").distinct()),
    )


def datasets_of(user: User, production: Production) -> QuerySet[Dataset]:
    """Return the datasets of a production, with evidence, where the person may see them."""
    datasets = Dataset.objects.filter(production=production).prefetch_related("evidence")
    if not may(access.roles_of(user, production), Action.VIEW_DATASETS):
        return datasets.none()
    return datasets.order_by("name", "pk")


def designs_of(user: User, production: Production) -> QuerySet[Design]:
    """Return the designs of a visible production, for casting."""
    return (
        access.visible_designs(user)
        .filter(character__production=production)
        .select_related("character")
        .order_by("character__name", "name", "pk")
    )


def members_of(user: User, production: Production) -> QuerySet[User]:
    """Return the people of a visible production with their memberships there in `.roles_here`."""
    visible = access.visible_productions(user).values("pk")
    here = production.memberships.filter(production__in=visible)
    return (
        User.objects.filter(memberships__in=here)
        .distinct()
        .prefetch_related(Prefetch("memberships", here.order_by("role"), to_attr="roles_here"))
        .order_by("username")
    )


def get_production(user: User, code: str) -> Production:
    """Return a visible production by its code, or raise NotFound."""
    return _one(access.visible_productions(user), "production", code=code)


def get_episode(user: User, production: Production, code: str) -> Episode:
    """Return an episode of a visible production by its code, or raise NotFound."""
    visible = access.visible_productions(user).values("pk")
    episodes = Episode.objects.filter(production=production, production__in=visible)
    return _one(episodes.select_related("production"), "episode", code=code)


def get_cut(user: User, pk: int) -> Cut:
    """Return a visible cut, or raise NotFound."""
    return _one(access.visible_cuts(user).select_related("episode__production"), "cut", pk=pk)


def get_take(user: User, pk: int) -> Take:
    """Return a take of a visible cut, or raise NotFound."""
    takes = Take.objects.filter(cut__in=access.visible_cuts(user).values("pk"))
    return _one(takes.select_related("cut__episode__production", "submitted_by"), "take", pk=pk)


def get_drawing(user: User, pk: int) -> Drawing:
    """Return a drawing of a visible cut, or raise NotFound."""
    drawings = Drawing.objects.filter(cell__take__cut__in=access.visible_cuts(user).values("pk"))
    return _one(drawings.select_related("cell__take__cut__episode__production"), "drawing", pk=pk)


def get_design(user: User, pk: int) -> Design:
    """Return a design of a visible production, or raise NotFound."""
    designs = access.visible_designs(user)
    return _one(designs.select_related("character__production"), "design", pk=pk)


def get_character(user: User, pk: int) -> Character:
    """Return a character of a visible production, or raise NotFound."""
    characters = access.visible_characters(user)
    return _one(characters.select_related("production"), "character", pk=pk)


def get_sheet(user: User, pk: int) -> ModelSheet:
    """Return a sheet of a visible production, or raise NotFound."""
    sheets = ModelSheet.objects.filter(design__in=access.visible_designs(user).values("pk"))
    related = ("design__character__production", "approved_by", "created_by")
    return _one(sheets.select_related(*related), "model sheet", pk=pk)


def get_sheet_drawing(user: User, pk: int) -> SheetDrawing:
    """Return a drawing of a visible sheet, or raise NotFound."""
    drawings = SheetDrawing.objects.filter(sheet__design__in=access.visible_designs(user).values("pk"))
    return _one(drawings.select_related("sheet__design__character__production"), "drawing", pk=pk)


def get_upload(user: User, pk: uuid.UUID | str) -> Upload:
    """Return an upload of a visible cut, or raise NotFound."""
    uploads = Upload.objects.filter(cut__in=access.visible_cuts(user).values("pk"))
    related = ("cut__episode__production", "submitted_by", "take")
    return _one(uploads.select_related(*related), "upload", pk=pk)


def get_upload_file(user: User, pk: uuid.UUID | str) -> UploadFile:
    """Return a file of an upload of a visible cut, or raise NotFound."""
    files = UploadFile.objects.filter(upload__cut__in=access.visible_cuts(user).values("pk"))
    return _one(files.select_related("upload__cut__episode__production"), "upload", pk=pk)


def get_dataset(user: User, pk: int) -> Dataset:
    """Return a dataset that the person may see, or raise NotFound."""
    visible = Q(production__in=access.visible_productions(user).values("pk")) | Q(production=None)
    dataset: Dataset = _one(Dataset.objects.filter(visible).select_related("production"), "dataset", pk=pk)
    access.require_for(user, Action.VIEW_DATASETS, dataset.production)
    return dataset


def jobs_of(user: User) -> QuerySet[Job]:
    """Return the jobs that the person may see: their own, and those of productions where they see every cut."""
    if user.is_superuser:
        return Job.objects.select_related("requested_by")
    inside = user.memberships.filter(role__in=access.roles_with(Action.VIEW_ALL_CUTS))
    visible = Q(requested_by=user) | Q(production_id__in=inside.values("production_id"))
    return Job.objects.filter(visible).select_related("requested_by")


def get_job(user: User, pk: uuid.UUID | str) -> Job:
    """Return a job that the person may see, or raise NotFound."""
    return _one(jobs_of(user), "job", pk=pk)


def _one(rows: QuerySet[Any], what: str, **key: Any) -> Any:
    """Return the one row, or raise NotFound; a key of the wrong kind is as absent as any other."""
    for value in key.values():
        if (isinstance(value, int) and not 0 <= value <= _MAX_KEY) or (
            isinstance(value, str) and _NUL in value
        ):
            raise NotFound(what=what)
    try:
        row: Model | None = rows.filter(**key).first()
    except (ValidationError, ValueError, TypeError):
        row = None
    if row is None:
        raise NotFound(what=what)
    return row


def _filter_place(cuts: QuerySet[Cut], wanted: Mapping[str, str]) -> QuerySet[Cut]:
    if episode := wanted.get("episode"):
        by_id = Q(episode_id=_key(episode)) if episode.isdecimal() else Q()
        cuts = cuts.filter(by_id | Q(episode__code=episode))
    if text := wanted.get("q"):
        cuts = cuts.filter(Q(number__icontains=text) | Q(note__icontains=text))
    if design := wanted.get("design"):
        cuts = cuts.filter(castings__design_id=_key(design))
    if character := wanted.get("character"):
        cuts = cuts.filter(castings__design__character_id=_key(character)).distinct()
    omitted = wanted.get("omitted", "all")
    return cuts if omitted == "all" else cuts.filter(omitted=omitted == "yes")


def _filter_stage(user: User, cuts: QuerySet[Cut], wanted: Mapping[str, str]) -> QuerySet[Cut]:
    """Keep the cuts with one stage that meets all that is asked of it."""
    asked = StageState.objects.all()
    if stage := wanted.get("stage"):
        asked = asked.filter(stage=stage)
    if state := wanted.get("state"):
        asked = asked.filter(state=state)
    if assignee := wanted.get("assignee"):
        if assignee == "nobody":
            asked = asked.filter(assignee=None)
        else:
            asked = asked.filter(assignee_id=user.pk if assignee == "me" else _key(assignee))
    if not wanted.keys() & {"stage", "state", "assignee"}:
        return cuts
    return cuts.filter(pk__in=asked.values("cut_id"))


def _key(text: str) -> int:
    """Return an id out of a query string; what is no id matches nothing."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _stages() -> Prefetch[str]:
    return Prefetch("stages", StageState.objects.select_related("assignee").order_by("id"))


def _castings() -> Prefetch[str]:
    return Prefetch("castings", Casting.objects.select_related("design__character").order_by("id"))


def _cast_designs(cut: Cut) -> QuerySet[Design]:
    approved = ModelSheet.objects.filter(state=SheetState.APPROVED)
    return (
        Design.objects.filter(castings__cut=cut)
        .select_related("character")
        .prefetch_related(Prefetch("sheets", approved, to_attr="approved_sheets"))
        .order_by("castings__id")
    )


def _takes(cut: Cut) -> QuerySet[Take]:
    return (
        cut.takes.select_related("submitted_by", "timesheet")
        .annotate(drawing_count=Count("cells__drawings", distinct=True))
        .prefetch_related("cells")
        .order_by("-submitted_at", "-id")
    )
