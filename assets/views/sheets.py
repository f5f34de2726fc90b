"""Model sheets as a book: characters, their designs, versions, and the drawings of a version."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from assets import access, selectors, sheet_book
from assets.choices import SheetDrawingKind, SheetState, View
from assets.forms import CodeNameForm, FileForm, SheetDrawingForm
from assets.intake.palettes import TONES
from assets.models import Design, ModelSheet, Production, SheetDrawing
from assets.services import sheets
from assets.views import jobs
from assets.views.paging import tried
from studio.core.errors import StudioError
from studio.core.models import User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

# How people name the files of a sheet; only a first guess, it can be changed on the page.
_KIND_WORDS = (
    (SheetDrawingKind.EXPRESSION, r"expr|face|emot|smile|angry|表情|顔"),
    (SheetDrawingKind.DETAIL, r"detail|prop|acc|小物|詳細"),
    (SheetDrawingKind.SIZE, r"size|compar|対比"),
)
_VIEW_WORDS = (
    (View.THREE_QUARTER, r"three.?quarter|3.?4|34|斜め|ナナメ"),
    (View.FRONT, r"front|正面"),
    (View.SIDE, r"side|profile|横"),
    (View.BACK, r"back|rear|後ろ|背面"),
)


@login_required
@require_GET
def book(request: SignedInRequest, code: str) -> HttpResponse:
    """Show every character with its designs and their newest sheets."""
    production = selectors.get_production(request.user, code)
    return _book(request, production, CodeNameForm())


@login_required
@require_POST
def character_new(request: SignedInRequest, code: str) -> HttpResponse:
    """Add a character."""
    production = selectors.get_production(request.user, code)
    form = CodeNameForm(request.POST)

    def create() -> None:
        sheets.create_character(actor=request.user, production=production, **form.cleaned_data)

    if form.is_valid() and tried(form, create):
        messages.success(request, _("%(name)s was added.") % {"name": form.cleaned_data["name"]})
        return redirect("sheets", code)
    return _book(request, production, form, status=400)


@login_required
@require_POST
def design_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a design (a costume) to a character and start its first sheet."""
    character = selectors.get_character(request.user, pk)
    form = CodeNameForm(request.POST)
    made: list[ModelSheet] = []

    def create() -> None:
        design = sheets.create_design(actor=request.user, character=character, **form.cleaned_data)
        made.append(sheets.start_version(actor=request.user, design=design))

    if form.is_valid() and tried(form, create):
        return redirect("sheet", made[0].pk)
    return _book(request, character.production, CodeNameForm(), wrong=(character.pk, form), status=400)


@login_required
@require_POST
def version_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Start the next version of a sheet's design, with the drawings and colours of this one."""
    sheet = selectors.get_sheet(request.user, pk)
    made = sheets.start_version(actor=request.user, design=sheet.design, copy_from=sheet)
    return redirect("sheet", made.pk)


@login_required
@require_GET
def sheet_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one version of a sheet; a draft can be edited by those who may."""
    return render(request, "assets/sheet.html", context_of(request, selectors.get_sheet(request.user, pk)))


@login_required
@require_POST
def sheet_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add the drawings that were dropped or chosen; each file that cannot be taken says why."""
    sheet = selectors.get_sheet(request.user, pk)
    taken = 0
    for file in request.FILES.getlist("files"):
        name = file.name or ""
        kind, view = guess(name)
        kind = request.POST.get("kind") or kind
        try:
            sheets.add_drawing(
                actor=request.user, sheet=sheet, data=file.read(), file_name=name, kind=kind, view=view
            )
        except StudioError as error:
            # A picture that cannot be taken is named in its own sentence already.
            said = error.message
            messages.error(request, said if name and said.startswith(name) else f"{name}: {said}")
        else:
            taken += 1
    if taken:
        words = ngettext("%(n)d drawing was added.", "%(n)d drawings were added.", taken)
        messages.success(request, words % {"n": taken})
    elif not request.FILES:
        messages.warning(request, _("No file was chosen."))
    return redirect("sheet", sheet.pk)


@login_required
@require_POST
def drawing_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what a drawing of a draft shows, or take it out."""
    drawing = selectors.get_sheet_drawing(request.user, pk)
    sheet_id = drawing.sheet_id
    if "remove" in request.POST:
        sheets.remove_drawing(actor=request.user, drawing=drawing)
        return redirect("sheet", sheet_id)
    form = SheetDrawingForm(request.POST)

    def update() -> None:
        sheets.update_drawing(actor=request.user, drawing=drawing, **form.cleaned_data)

    if not (form.is_valid() and tried(form, update)):
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
    return redirect("sheet", sheet_id)


@login_required
@require_POST
def sheet_step(request: SignedInRequest, pk: int) -> HttpResponse:
    """Submit, approve or send back; the button's name says which."""
    sheet = selectors.get_sheet(request.user, pk)
    step = request.POST.get("step", "")
    if step == "submit":
        sheets.submit(actor=request.user, sheet=sheet)
        messages.success(request, _("Submitted. A supervisor approves it or sends it back."))
    elif step == "approve":
        sheets.approve(actor=request.user, sheet=sheet)
        messages.success(request, _("Approved. From now on takes are checked against this version."))
    elif step == "send_back":
        sheets.send_back(actor=request.user, sheet=sheet, note=request.POST.get("note", ""))
        messages.success(request, _("Sent back: it is a draft again."))
    return redirect("sheet", sheet.pk)


def guess(file_name: str) -> tuple[str, str]:
    """Return the kind and view that a file's name tells; a turn-around without view where it tells nothing."""
    name = file_name.lower()
    kind = next((k for k, words in _KIND_WORDS if re.search(words, name)), SheetDrawingKind.TURNAROUND)
    view = next((v for v, words in _VIEW_WORDS if re.search(words, name)), "")
    return str(kind), str(view)


def context_of(request: SignedInRequest, sheet: ModelSheet, **more: Any) -> dict[str, Any]:
    """Return what the page of a sheet shows."""
    user: User = request.user
    production = sheet.design.character.production
    drawings = list(sheet.drawings.all())
    for drawing in drawings:
        values = {"kind": drawing.kind, "view": drawing.view, "label": drawing.label}
        drawing.form = SheetDrawingForm(initial=values, auto_id=f"id_{drawing.pk}_%s")  # type: ignore[attr-defined]
    model = getattr(sheet, "colour_model", None)
    swatches = list(model.swatches.all()) if model else []
    may_edit = access.allowed(user, Action.EDIT_SHEETS, production)
    versions = list(sheet.design.sheets.select_related("approved_by"))
    return {
        "production": production,
        "sheet": sheet,
        "design": sheet.design,
        "sections": [
            (kind.label, [d for d in drawings if d.kind == kind])
            for kind in SheetDrawingKind
            if any(d.kind == kind for d in drawings)
        ],
        "drawings": drawings,
        "swatches": swatches,
        "parts": sorted({swatch.part for swatch in swatches}),
        "tones": TONES,
        "kinds": SheetDrawingKind,
        "versions": versions,
        "is_editable": may_edit and sheet.state == SheetState.DRAFT,
        "may_submit": may_edit and sheet.state == SheetState.DRAFT and bool(drawings),
        "may_approve": sheet.state == SheetState.SUBMITTED
        and access.allowed(user, Action.APPROVE_SHEET, production),
        "may_start": may_edit and sheet.is_final and all(each.is_final for each in versions),
        "palette_form": FileForm(auto_id="palette_%s"),
        "used_in": sheet.design.castings.count(),
        **jobs.card(jobs.latest_job(f"sheet:{sheet.pk}"), user),
        **more,
    }


def _book(
    request: SignedInRequest,
    production: Production,
    form: CodeNameForm,
    *,
    wrong: tuple[int, CodeNameForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    versions = ModelSheet.objects.prefetch_related("drawings", "colour_model__swatches")
    seen = Design.objects.filter(pk__in=access.visible_designs(request.user).values("pk"))
    designs = seen.order_by("name").prefetch_related(Prefetch("sheets", queryset=versions))
    visible = access.visible_characters(request.user).filter(production=production)
    characters = visible.prefetch_related(Prefetch("designs", queryset=designs)).order_by("name", "pk")
    rows = []
    for character in characters:
        cards = [_design_card(design) for design in character.designs.all()]
        form_of = (
            wrong[1] if wrong and wrong[0] == character.pk else CodeNameForm(auto_id=f"d{character.pk}_%s")
        )
        rows.append({"character": character, "designs": cards, "form": form_of})
    context = {"production": production, "rows": rows, "form": form}
    return render(request, "assets/sheets.html", context, status=status)


def _design_card(design: Design) -> dict[str, Any]:
    """Return a design with the sheet to show: the approved one, else the newest."""
    versions = list(design.sheets.all())
    approved = next((sheet for sheet in versions if sheet.state == SheetState.APPROVED), None)
    shown = approved or (versions[0] if versions else None)
    newer = versions[0] if versions and approved and versions[0].version > approved.version else None
    model = getattr(shown, "colour_model", None) if shown else None
    drawings = list(shown.drawings.all()) if shown else []
    return {
        "design": design,
        "sheet": shown,
        "newer": newer,
        "turnaround": _close_ups(d for d in drawings if d.kind == SheetDrawingKind.TURNAROUND),
        "others": _close_ups(d for d in drawings if d.kind != SheetDrawingKind.TURNAROUND),
        "swatches": list(model.swatches.all()) if model else [],
    }


def _close_ups(drawings: Iterable[SheetDrawing]) -> list[tuple[SheetDrawing, str]]:
    """Return drawings with the SVG view box around their figures: a strip shows people, not empty paper."""
    return [(drawing, sheet_book.close_up(drawing)) for drawing in drawings]
