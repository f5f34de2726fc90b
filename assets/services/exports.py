"""Tables of a production as CSV, whole and streamed: the same names and codes in every language, for machines.

Every table starts from what the reader may see. The heads are our own words for the columns and never change with the
reader's language; states, stages, roles and reasons stand as their codes, days as 2026-11-30, moments as ISO 8601 in
UTC. The file begins with a BOM and ends its lines as Excel does, and no text in it can run as a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assets import access
from assets.choices import SheetState, Stage
from assets.csv_stream import Cells
from assets.lengths import format_length
from assets.models import (
    Cut,
    Dataset,
    Design,
    Membership,
    ModelSheet,
    Production,
    SignOff,
    StageState,
    Swatch,
    Take,
)
from studio.core.models import AuditEvent, User
from studio.core.roles import Action

_CHUNK = 2_000


@dataclass(frozen=True)
class Table:
    """One table: what it holds, who may have it, and how its rows are read and written."""

    name: str
    title: Promise
    about: Promise
    needs: Action
    columns: tuple[str, ...]
    rows: Callable[[User, Production], QuerySet[Any]]
    line: Callable[[Any], Cells]

    def lines(self, user: User, production: Production) -> Iterator[Cells]:
        """Yield the table's lines, reading only a few thousand rows at a time."""
        for row in self.rows(user, production).iterator(chunk_size=_CHUNK):
            yield self.line(row)


def in_sight(user: User, production: Production, path: str = "") -> Q:
    """Return the condition "of a cut here that the reader may see"; `path` leads from the row to its cut."""
    prefix = f"{path}__" if path else ""
    if access.allowed(user, Action.VIEW_ALL_CUTS, production):
        return Q(**{f"{prefix}episode__production": production})
    mine = access.visible_cuts(user).filter(episode__production=production)
    return Q(**{f"{path or 'pk'}__in": mine.values("pk")})


def _cuts(user: User, production: Production) -> QuerySet[Cut]:
    return (
        Cut.objects.filter(in_sight(user, production))
        .select_related("episode__production")
        .prefetch_related("castings__design__character", "stages__assignee", "shared_with__episode")
        .annotate(n_takes=Count("takes", distinct=True))
        .order_by("episode__code", "number", "pk")
    )


def _cut_line(cut: Any) -> Cells:
    stages = {row.stage: row for row in cut.stages.all()}
    cells: list[Any] = [
        cut.pk,
        cut.episode.code,
        cut.number,
        cut.duration_frames,
        format_length(cut.duration_frames, cut.episode.production.fps),
        cut.due_on,
        cut.omitted,
        "; ".join(f"{row.design.character.code}/{row.design.code}" for row in cut.castings.all()),
        "; ".join(str(other) for other in cut.shared_with.all()),
        cut.n_takes,
        cut.note,
    ]
    for stage in Stage.values:
        row = stages.get(stage)
        cells += [row.state, row.assignee and row.assignee.username, row.due_on] if row else [None] * 3
    return cells


def _stages(user: User, production: Production) -> QuerySet[StageState]:
    rows = StageState.objects.filter(in_sight(user, production, "cut"))
    return rows.select_related("cut__episode", "assignee").order_by("cut__episode__code", "cut__number", "pk")


def _takes(user: User, production: Production) -> QuerySet[Take]:
    return (
        Take.objects.filter(in_sight(user, production, "cut"))
        .select_related("cut__episode", "submitted_by")
        .annotate(n_drawings=Count("cells__drawings"))
        .order_by("pk")
    )


def _sign_offs(user: User, production: Production) -> QuerySet[SignOff]:
    rows = SignOff.objects.filter(in_sight(user, production, "cut"))
    return rows.select_related("cut__episode", "take", "by").order_by("pk")


def _designs(user: User, production: Production) -> QuerySet[Design]:
    approved = Q(sheets__state=SheetState.APPROVED)
    return (
        Design.objects.filter(
            pk__in=access.visible_designs(user).values("pk"), character__production=production
        )
        .select_related("character")
        .annotate(
            n_cuts=Count("castings", distinct=True),
            n_drawings=Count("sheets__drawings", filter=approved, distinct=True),
        )
        .prefetch_related("sheets")
        .order_by("character__code", "code")
    )


def _design_line(design: Any) -> Cells:
    approved: ModelSheet | None = next(
        (sheet for sheet in design.sheets.all() if sheet.state == SheetState.APPROVED), None
    )
    newest = max((sheet.version for sheet in design.sheets.all()), default=None)
    return (
        design.character.code,
        design.character.name,
        design.code,
        design.name,
        approved and approved.version,
        approved and approved.approved_at,
        newest,
        design.n_drawings,
        design.n_cuts,
    )


def _swatches(user: User, production: Production) -> QuerySet[Swatch]:
    visible = access.visible_designs(user).filter(character__production=production).values("pk")
    rows = Swatch.objects.filter(colour_model__sheet__design__in=visible)
    return rows.select_related("colour_model__sheet__design__character").order_by(
        "colour_model__sheet__design", "colour_model__sheet__version", "position", "pk"
    )


def _swatch_line(swatch: Swatch) -> Cells:
    sheet = swatch.colour_model.sheet
    design = sheet.design
    return (
        design.character.code,
        design.code,
        sheet.version,
        sheet.state,
        swatch.part,
        swatch.tone,
        swatch.hex,
        swatch.red,
        swatch.green,
        swatch.blue,
        swatch.tolerance_de,
    )


def _members(user: User, production: Production) -> QuerySet[Membership]:
    rows = Membership.objects.filter(production=production)
    return rows.select_related("user").order_by("user__username", "role")


def _datasets(user: User, production: Production) -> QuerySet[Dataset]:
    rows = Dataset.objects.filter(production=production)
    return rows.annotate(n_evidence=Count("evidence")).order_by("name", "pk")


def _audit(user: User, production: Production) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(production_id=production.pk).order_by("pk")


def _login(person: User | None) -> str | None:
    return person.username if person else None


_STAGE_COLUMNS = tuple(
    f"{stage}_{name}" for stage in Stage.values for name in ("state", "assignee", "due_on")
)

TABLES: tuple[Table, ...] = (
    Table(
        "cuts",
        _("Cuts with stages"),
        _("One line a cut: length, cast, and for each stage its state, who has it and when it is due."),
        Action.VIEW,
        (
            *("cut_id", "episode", "cut", "frames", "length", "due_on", "omitted", "cast", "shared_with"),
            *("takes", "note"),
            *_STAGE_COLUMNS,
        ),
        _cuts,
        _cut_line,
    ),
    Table(
        "stages",
        _("Assignments"),
        _("One line a stage of a cut: who has it, its state, when it is due and when it last changed."),
        Action.VIEW,
        ("cut_id", "episode", "cut", "stage", "state", "assignee", "due_on", "changed_at"),
        _stages,
        lambda row: (
            row.cut_id,
            row.cut.episode.code,
            row.cut.number,
            row.stage,
            row.state,
            _login(row.assignee),
            row.due_on,
            row.changed_at,
        ),
    ),
    Table(
        "takes",
        _("Takes"),
        _("One line a delivery: whose, when, how many drawings."),
        Action.VIEW,
        ("take_id", "cut_id", "episode", "cut", "stage", "take", "source", "by", "at", "drawings", "note"),
        _takes,
        lambda row: (
            row.pk,
            row.cut_id,
            row.cut.episode.code,
            row.cut.number,
            row.stage,
            row.number,
            row.source,
            _login(row.submitted_by),
            row.submitted_at,
            row.n_drawings,
            row.note,
        ),
    ),
    Table(
        "sign_offs",
        _("Sign-offs"),
        _("Who signed which stage off, or took it back."),
        Action.VIEW,
        ("cut_id", "episode", "cut", "stage", "take", "by", "at", "revoked", "note"),
        _sign_offs,
        lambda row: (
            row.cut_id,
            row.cut.episode.code,
            row.cut.number,
            row.stage,
            row.take and row.take.number,
            _login(row.by),
            row.at,
            row.revoked,
            row.note,
        ),
    ),
    Table(
        "designs",
        _("Designs"),
        _("Characters and costumes with their approved sheet and in how many cuts they are cast."),
        Action.VIEW,
        (
            *("character_code", "character", "design_code", "design", "approved_version", "approved_at"),
            *("newest_version", "approved_drawings", "cuts"),
        ),
        _designs,
        _design_line,
    ),
    Table(
        "swatches",
        _("Colour models"),
        _("Every swatch of every sheet version."),
        Action.VIEW,
        (
            *("character_code", "design_code", "version", "state", "part", "tone", "hex"),
            *("red", "green", "blue", "tolerance_de"),
        ),
        _swatches,
        _swatch_line,
    ),
    Table(
        "members",
        _("People"),
        _("Who has which role here."),
        Action.VIEW_ALL_CUTS,
        ("login", "name", "role", "active"),
        _members,
        lambda row: (row.user.username, str(row.user), row.role, row.user.is_active),
    ),
    Table(
        "datasets",
        _("Datasets and rights"),
        _("Where art comes from, under which licence, and how much evidence there is."),
        Action.VIEW_DATASETS,
        (
            *("dataset_id", "name", "source", "rights_holder", "licence", "contract"),
            *("valid_from", "valid_until", "evidence", "note"),
        ),
        _datasets,
        lambda row: (
            row.pk,
            row.name,
            row.source,
            row.rights_holder,
            row.licence_expression,
            row.contract,
            row.valid_from,
            row.valid_until,
            row.n_evidence,
            row.note,
        ),
    ),
    Table(
        "audit",
        _("Audit log"),
        _("Who did what to what, before and after."),
        Action.VIEW_AUDIT,
        ("id", "at", "by", "verb", "target_type", "target_id", "target_name", "before", "after"),
        _audit,
        lambda row: (
            row.pk,
            row.at,
            row.actor_name,
            row.verb,
            row.target_type,
            row.target_id,
            row.target_name,
            row.before,
            row.after,
        ),
    ),
)
