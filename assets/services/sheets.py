"""Characters, designs and versioned model sheets: drawn up, submitted, approved, superseded.

From approval on nothing in a version changes; whoever wants something else starts the next version.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from assets import access
from assets.choices import SheetDrawingKind, SheetState
from assets.intake.formats import read_picture
from assets.intake.problems import TEMPLATES, Refused
from assets.models import Character, ColourModel, Design, ModelSheet, Production, SheetDrawing, Swatch
from assets.services import news, pictures, rows
from studio.core import audit, jobs
from studio.core.errors import BadUpload, InvalidTransition, phrase
from studio.core.models import User
from studio.core.roles import Action

_DRAWING_FIELDS = ("kind", "view", "label", "position")


def create_character(*, actor: User, production: Production, code: str, name: str) -> Character:
    """Add a character to the production."""
    access.require(actor, Action.EDIT_SHEETS, production)
    with transaction.atomic():
        return rows.create(
            Character(production=production, code=code, name=name),
            actor=actor,
            verb="character.create",
            production_id=production.pk,
            names=("code", "name"),
        )


def create_design(*, actor: User, character: Character, code: str, name: str) -> Design:
    """Add a design: the character in one costume."""
    access.require(actor, Action.EDIT_SHEETS, character.production)
    with transaction.atomic():
        return rows.create(
            Design(character=character, code=code, name=name),
            actor=actor,
            verb="design.create",
            production_id=character.production_id,
            names=("code", "name"),
        )


def start_version(
    *, actor: User, design: Design, copy_from: ModelSheet | None = None, note: str = ""
) -> ModelSheet:
    """Start the next version as a draft, empty or with the drawings and colours of `copy_from`.

    Locks: the design.

    Raises:
        InvalidTransition: another version is still a draft or waits for approval.
    """
    production = design.character.production
    access.require(actor, Action.EDIT_SHEETS, production)
    with transaction.atomic():
        design = rows.locked(design, "character")
        _refuse_open_version(design)
        newest = design.sheets.aggregate(newest=Max("version"))["newest"] or 0
        sheet = rows.create(
            ModelSheet(design=design, version=newest + 1, created_by=actor, note=note),
            actor=actor,
            verb="sheet.start",
            production_id=production.pk,
            names=("version", "note"),
        )
        ColourModel.objects.create(sheet=sheet)
        if copy_from is not None and copy_from.design_id == design.pk:
            _copy(copy_from, sheet)
    return sheet


def add_drawing(
    *,
    actor: User,
    sheet: ModelSheet,
    data: bytes,
    file_name: str,
    kind: str = SheetDrawingKind.TURNAROUND,
    view: str = "",
    label: str = "",
) -> SheetDrawing:
    """Add a drawing to a draft.

    Raises:
        BadUpload: the picture cannot be taken (code "bad_picture", data reason).
        InvalidTransition: the sheet is no draft.
        StorageFull: no room; nothing was lost.
    """
    production = production_of(sheet)
    access.require(actor, Action.EDIT_SHEETS, production)
    refuse_unless_draft(sheet, "add a drawing")
    try:
        picture = read_picture(data, file_name, pictures.limits())
    except Refused as refusal:
        raise BadUpload(
            "bad_picture",
            name=file_name,
            reason=phrase(TEMPLATES[refusal.problem.code], **refusal.problem.data),
            problem=refusal.problem.code,
        ) from refusal
    stored = pictures.store(picture, data)
    with transaction.atomic():
        sheet = locked_draft(sheet, "add a drawing")
        last = sheet.drawings.aggregate(last=Max("position"))["last"]
        drawing = SheetDrawing(
            sheet=sheet,
            position=0 if last is None else last + 1,
            kind=kind,
            view=view,
            label=label,
            file_name=file_name[-255:],
            blob=stored.blob,
            view_blob=stored.view_blob,
            content_sha256=stored.content_sha256,
            height_px=stored.size_hw[0],
            width_px=stored.size_hw[1],
        )
        return rows.create(
            drawing,
            actor=actor,
            verb="sheet.add_drawing",
            production_id=production.pk,
            names=("file_name", "kind", "view", "label", "content_sha256"),
        )


def update_drawing(*, actor: User, drawing: SheetDrawing, **fields: Any) -> SheetDrawing:
    """Change a drawing's kind, view, label or place in a draft."""
    production = production_of(drawing.sheet)
    access.require(actor, Action.EDIT_SHEETS, production)
    with transaction.atomic():
        locked_draft(drawing.sheet, "change a drawing")
        return rows.change(
            rows.locked(drawing),
            fields,
            actor=actor,
            verb="sheet.update_drawing",
            production_id=production.pk,
            allowed=_DRAWING_FIELDS,
        )


def remove_drawing(*, actor: User, drawing: SheetDrawing) -> None:
    """Take a drawing out of a draft; its bytes stay in the store."""
    production = production_of(drawing.sheet)
    access.require(actor, Action.EDIT_SHEETS, production)
    with transaction.atomic():
        locked_draft(drawing.sheet, "remove a drawing")
        rows.remove(
            rows.locked(drawing),
            actor=actor,
            verb="sheet.remove_drawing",
            production_id=production.pk,
            names=("file_name", "kind", "view", "label", "content_sha256"),
        )


def submit(*, actor: User, sheet: ModelSheet) -> ModelSheet:
    """Offer a draft for approval.

    Raises:
        InvalidTransition: no draft, or without drawings (code "sheet_empty").
    """
    access.require(actor, Action.EDIT_SHEETS, production_of(sheet))
    with transaction.atomic():
        sheet = locked_draft(sheet, "submit")
        if not sheet.drawings.exists():
            raise InvalidTransition("sheet_empty")
        return _move(actor, sheet, SheetState.SUBMITTED, "sheet.submit")


def approve(*, actor: User, sheet: ModelSheet) -> ModelSheet:
    """Make a submitted version the approved one; the one before it is superseded.

    Locks: the design and the sheet. After commit: a worker embeds its drawings and builds the design's bank.

    Raises:
        InvalidTransition: not submitted, final already, or without drawings.
    """
    production = production_of(sheet)
    access.require(actor, Action.APPROVE_SHEET, production)
    with transaction.atomic():
        rows.locked(sheet.design)
        sheet = _locked_submitted(sheet, "approve")
        if not sheet.drawings.exists():
            raise InvalidTransition("sheet_empty")
        for old in sheet.design.sheets.select_for_update().filter(state=SheetState.APPROVED):
            _move(actor, old, SheetState.SUPERSEDED, "sheet.supersede")
        sheet.approved_by, sheet.approved_at = actor, timezone.now()
        sheet = _move(actor, sheet, SheetState.APPROVED, "sheet.approve")
        jobs.submit(
            actor=actor,
            kind="qa.build_bank",
            subject=f"sheet:{sheet.pk}",
            production_id=production.pk,
            params={"sheet_id": sheet.pk},
        )
        news.sheet_approved(sheet, actor)
    return sheet


def send_back(*, actor: User, sheet: ModelSheet, note: str = "") -> ModelSheet:
    """Make a submitted version a draft again, with a note on what is missing."""
    access.require(actor, Action.APPROVE_SHEET, production_of(sheet))
    with transaction.atomic():
        sheet = _locked_submitted(sheet, "send back")
        return _move(actor, sheet, SheetState.DRAFT, "sheet.send_back", note=note)


def production_of(sheet: ModelSheet) -> Production:
    """Return the production that a sheet belongs to."""
    return sheet.design.character.production


def locked_draft(sheet: ModelSheet, wanted: str) -> ModelSheet:
    """Return the sheet's row, locked, once it is sure that it is a draft."""
    sheet = rows.locked(sheet, "design__character__production")
    refuse_unless_draft(sheet, wanted)
    return sheet


def refuse_unless_draft(sheet: ModelSheet, wanted: str) -> None:
    """Raise InvalidTransition where the sheet may not be edited."""
    if sheet.is_final:
        raise InvalidTransition("approved_is_final")
    if sheet.state != SheetState.DRAFT:
        raise InvalidTransition(what=str(sheet), state=sheet.get_state_display(), wanted=wanted)


def _locked_submitted(sheet: ModelSheet, wanted: str) -> ModelSheet:
    sheet = rows.locked(sheet, "design__character__production")
    if sheet.is_final:
        raise InvalidTransition("approved_is_final")
    if sheet.state != SheetState.SUBMITTED:
        raise InvalidTransition(what=str(sheet), state=sheet.get_state_display(), wanted=wanted)
    return sheet


def _refuse_open_version(design: Design) -> None:
    waiting = design.sheets.filter(state__in=[SheetState.DRAFT, SheetState.SUBMITTED]).first()
    if waiting is not None:
        raise InvalidTransition(
            what=str(waiting), state=waiting.get_state_display(), wanted="start a version"
        )


def _move(
    actor: User, sheet: ModelSheet, state: SheetState, verb: str, note: str | None = None
) -> ModelSheet:
    before, after = {"state": str(sheet.state)}, {"state": str(state)}
    sheet.state = state
    if note is not None:
        before["note"], after["note"] = sheet.note, note
        sheet.note = note
    sheet.save()
    audit.record(
        actor=actor,
        verb=verb,
        target=sheet,
        production_id=production_of(sheet).pk,
        before=before,
        after=after,
    )
    return sheet


def _copy(source: ModelSheet, sheet: ModelSheet) -> None:
    for drawing in source.drawings.all():
        drawing.pk, drawing.sheet = None, sheet
        drawing._state.adding = True
        drawing.save()
    swatches = Swatch.objects.filter(colour_model__sheet=source)
    for swatch in swatches:
        swatch.pk, swatch.colour_model = None, sheet.colour_model
    Swatch.objects.bulk_create(swatches)
