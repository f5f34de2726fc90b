"""The colour model of a sheet: the table, the eyedropper, palettes in and out."""

from __future__ import annotations

import re
from itertools import zip_longest

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from assets import selectors
from assets.forms import FileForm
from assets.models import ModelSheet
from assets.services import colours
from assets.services.colours import SwatchData
from assets.views.reports import sentence_of
from assets.views.sheets import context_of
from studio.core.errors import InvalidInput, StudioError
from studio.core.pages import SignedInRequest

_HEX = re.compile(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")


@login_required
@require_POST
def swatches_set(request: SignedInRequest, pk: int) -> HttpResponse:
    """Replace the colours by those of the table; a line without a part is left out."""
    sheet = selectors.get_sheet(request.user, pk)
    try:
        colours.set_swatches(actor=request.user, sheet=sheet, swatches=_from_table(request))
    except StudioError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The colours were saved."))
    return redirect("sheet", sheet.pk)


@login_required
@require_POST
def sheet_pick(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set one colour from a pixel of a drawing; answers with the new table for htmx."""
    drawing = selectors.get_sheet_drawing(request.user, pk)
    part = request.POST.get("part", "").strip()
    if not part:
        raise InvalidInput(field="part", reason=_("Say which part has this colour."))
    point_xy = (_whole(request, "x"), _whole(request, "y"))
    tone = request.POST.get("tone", "").strip() or "normal"
    swatch = colours.pick(actor=request.user, drawing=drawing, point_xy=point_xy, part=part, tone=tone)
    if not request.headers.get("HX-Request"):
        messages.success(request, f"{swatch} {swatch.hex}")
        return redirect("sheet", drawing.sheet_id)
    sheet = selectors.get_sheet(request.user, drawing.sheet_id)
    return render(request, "assets/_swatches.html", context_of(request, sheet, picked=swatch))


@login_required
@require_POST
def palette_import(request: SignedInRequest, pk: int) -> HttpResponse:
    """Replace the colours by a CSV, ASE or GPL file."""
    sheet = selectors.get_sheet(request.user, pk)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.warning(request, _("No file was chosen."))
        return redirect("sheet", sheet.pk)
    file = form.cleaned_data["file"]
    try:
        swatches, problems = colours.import_palette(
            actor=request.user, sheet=sheet, data=file.read(), file_name=file.name
        )
    except StudioError as error:
        messages.error(request, error.message)
        return redirect("sheet", sheet.pk)
    words = ngettext("%(n)d colour was read.", "%(n)d colours were read.", len(swatches))
    messages.success(request, words % {"n": len(swatches)})
    for problem in problems:
        messages.warning(request, sentence_of(problem))
    return redirect("sheet", sheet.pk)


@login_required
@require_GET
def palette_export(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the colours as CSV."""
    sheet = selectors.get_sheet(request.user, pk)
    answer = HttpResponse(colours.export_csv(actor=request.user, sheet=sheet), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(sheet)}"'
    return answer


def _file_name(sheet: ModelSheet) -> str:
    return f"{sheet.design.character.code}_{sheet.design.code}_v{sheet.version}.csv"


def _from_table(request: SignedInRequest) -> list[SwatchData]:
    columns = [request.POST.getlist(name) for name in ("part", "tone", "hex", "tolerance_de")]
    found = []
    for part, tone, colour, tolerance in zip_longest(*columns, fillvalue=""):
        if part.strip():
            rgb, most = _rgb(colour), _tolerance(tolerance)
            found.append(SwatchData(part.strip(), tone.strip() or "normal", rgb, most))
    return found


def _rgb(text: str) -> tuple[int, int, int]:
    match = _HEX.fullmatch(text.strip())
    if match is None:
        raise InvalidInput(field="hex", reason=_("“%(text)s” is no colour like #a0b1c2") % {"text": text})
    red, green, blue = (int(pair, 16) for pair in match.groups())
    return red, green, blue


def _tolerance(text: str) -> float:
    try:
        return float(text.replace(",", ".") or 2.0)
    except ValueError as error:
        reason = _("“%(text)s” is no number") % {"text": text}
        raise InvalidInput(field="tolerance_de", reason=reason) from error


def _whole(request: SignedInRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not re.fullmatch(r"\d{1,5}", text):
        raise InvalidInput(field=name, reason=_("Click on the drawing first."))
    return int(text)
