"""Model sheets to read and to print: a version as a book, the whole production's book, two versions compared."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from assets import access, selectors, sheet_book, sheet_diff
from assets.choices import SheetState
from assets.models import Design, ModelSheet, Swatch
from studio.core.errors import NotFound
from studio.core.pages import SignedInRequest

_WITH_ALL = ("drawings", "colour_model__swatches")


@login_required
@require_GET
def sheet_book_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one version as pages that can be printed."""
    sheet = selectors.get_sheet(request.user, pk)
    pages = sheet_book.pages_of(_loaded(sheet.pk))
    production = sheet.design.character.production
    context = {"production": production, "pages": [pages], "today": timezone.localdate(), "sheet": sheet}
    return render(request, "assets/book.html", context)


@login_required
@require_GET
def production_book(request: SignedInRequest, code: str) -> HttpResponse:
    """Show every approved sheet that the reader may see, one after the other, with a size comparison before them."""
    production = selectors.get_production(request.user, code)
    designs = access.visible_designs(request.user).filter(character__production=production)
    sheets = list(
        ModelSheet.objects.filter(design__in=designs.values("pk"), state=SheetState.APPROVED)
        .select_related("design__character__production", "approved_by")
        .prefetch_related(*_WITH_ALL)
        .order_by("design__character__name", "design__name", "pk")
    )
    fronts = [
        (front, [sheet.design.character.name, sheet.design.name])
        for sheet in sheets
        if (front := sheet_book.front_of(sheet))
    ]
    context = {
        "production": production,
        "pages": [sheet_book.pages_of(sheet) for sheet in sheets],
        "sizes": sheet_book.line_up(fronts),
        "today": timezone.localdate(),
        "missing": _without_sheet(request, designs.count(), len(sheets), production.pk),
    }
    return render(request, "assets/book.html", context)


@login_required
@require_GET
def sheet_compare(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what changed from another version of the design (`?with=`, else the one before) to this one."""
    sheet = selectors.get_sheet(request.user, pk)
    versions = list(sheet.design.sheets.select_related("approved_by").order_by("-version"))
    other = _other(versions, sheet, request.GET.get("with", ""))
    context = {
        "production": sheet.design.character.production,
        "sheet": sheet,
        "design": sheet.design,
        "versions": versions,
        "other": other,
        "diff": _diff(other, sheet) if other else None,
    }
    return render(request, "assets/sheet_compare.html", context)


def _loaded(pk: int) -> ModelSheet:
    related = ("design__character__production", "approved_by")
    return ModelSheet.objects.select_related(*related).prefetch_related(*_WITH_ALL).get(pk=pk)


def _other(versions: list[ModelSheet], sheet: ModelSheet, wanted: str) -> ModelSheet | None:
    if wanted:
        found = next((each for each in versions if str(each.pk) == wanted), None)
        if found is None:
            raise NotFound(what="model sheet")
        return found
    return next((each for each in versions if each.version < sheet.version), None)


def _diff(old: ModelSheet, new: ModelSheet) -> sheet_diff.SheetDiff:
    swatches = {
        sheet.pk: list(Swatch.objects.filter(colour_model__sheet=sheet).order_by("position", "id"))
        for sheet in (old, new)
    }
    return sheet_diff.diff(
        list(old.drawings.all()), list(new.drawings.all()), swatches[old.pk], swatches[new.pk]
    )


def _without_sheet(request: SignedInRequest, designs: int, sheets: int, production_id: int) -> list[Design]:
    """Return the designs that have no approved sheet yet: a book must say what is not in it."""
    if designs == sheets:
        return []
    approved = Prefetch("sheets", ModelSheet.objects.filter(state=SheetState.APPROVED), to_attr="approved")
    found = access.visible_designs(request.user).filter(character__production=production_id)
    rows = found.select_related("character").prefetch_related(approved).order_by("character__name", "name")
    return [design for design in rows if not design.approved]  # type: ignore[attr-defined]
