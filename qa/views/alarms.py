"""Alarms: what was promised and what was kept, and the unflagged cuts that a supervisor looks at."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import access
from assets import selectors as asset_selectors
from assets.choices import SheetState
from assets.models import Design, Drawing, Production, SheetDrawing
from qa import alarm_figures, chart_data
from qa.checks import alarms
from qa.choices import SpotAnswer
from qa.forms_alarms import AlarmRulesForm, aspect_choices
from qa.models import SpotCheck
from qa.selectors_spots import spots_of
from qa.services import calibration, spot_checks
from qa.services.clean_cuts import clean_cuts
from studio.core.errors import NotFound, StaleInput
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_SHOWN = 24


@login_required
@require_http_methods(["GET", "POST"])
def alarm_page(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the promise and how it was kept; change it."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_ALL_CUTS, production)
    rules = calibration.rules_of(production)
    form = AlarmRulesForm(initial={"per_100": rules.per_100, "spot_percent": rules.spot_percent})
    if request.method == "POST":
        access.require(request.user, Action.APPROVE_SHEET, production)
        form = AlarmRulesForm(request.POST)
        if form.is_valid():
            calibration.set_rules(actor=request.user, production=production, **form.cleaned_data)
            messages.success(request, _("Saved. Checks from now on keep this rate."))
            return HttpResponseRedirect(reverse("alarms", args=[code]))
    return render(request, "qa/alarms.html", {"form": form, **_context(request, production)})


def _context(request: SignedInRequest, production: Production) -> dict[str, Any]:
    rules = calibration.rules_of(production)
    lines = alarm_figures.weeks(production, rules.per_100)
    newest = production.calibrations.first()
    found = alarm_figures.kept(production)
    return {
        "production": production,
        "rules": rules,
        "kept": found,
        "standing": found.standing(rules.per_100),
        "newest": newest,
        "is_valid": newest is None or calibration.is_valid(newest, rules, calibration.model_of(production)),
        "rows": _rows(production),
        "aspects": [words for _name, words in aspect_choices()],
        "weeks": {"lines": lines, "chart": chart_data.alarms_chart(lines)},
        "may_set": access.allowed(request.user, Action.APPROVE_SHEET, production),
        "may_judge": access.allowed(request.user, Action.GIVE_VERDICT, production),
    }


def _rows(production: Production) -> list[alarm_figures.DesignRow]:
    model_id = calibration.model_of(production)
    if not model_id:
        return []
    clean = clean_cuts(production, model_id)
    held = calibration.shown(production, clean.kept)
    shipped = calibration.shipped()
    designs = Design.objects.filter(
        character__production=production, sheets__state=SheetState.APPROVED
    ).select_related("character")
    return [
        alarm_figures.design_row(
            design,
            kind,
            held.of_design(design.pk, kind, shipped=shipped),
            clean.outdated.get(design.pk, 0),
            clean.waiting.get(design.pk, 0),
        )
        for design in designs.order_by("character__code", "code")
        for kind in alarms.KINDS
    ]


@login_required
@require_POST
def alarms_calibrate(request: SignedInRequest, code: str) -> HttpResponse:
    """Count the clean cuts now, instead of at the next check that finds an hour gone."""
    production = asset_selectors.get_production(request.user, code)
    calibration.recalibrate(actor=request.user, production=production)
    messages.success(request, _("Calibrated. Checks from now on use these clean cuts."))
    return HttpResponseRedirect(reverse("alarms", args=[code]))


@login_required
@require_GET
def spot_checks_page(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the next unflagged cut to look at, beside the approved sheets of its cast, and what was answered."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.GIVE_VERDICT, production)
    waiting = spots_of(request.user, production).filter(answer="")
    spot = waiting.first()
    context = {
        "production": production,
        "spot": spot,
        "left": waiting.count(),
        "drawings": _drawings(spot),
        "approved": _approved(spot),
        "aspects": aspect_choices(),
        "answered": list(spots_of(request.user, production).exclude(answer="").order_by("-at")[:10]),
        "kept": alarm_figures.kept(production),
    }
    return render(request, "qa/spot_checks.html", context)


@login_required
@require_POST
def spot_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the answer to a spot check, or take it back; then the next one."""
    spot = spots_of(request.user).filter(pk=pk).first()
    if spot is None:
        raise NotFound(what="spot check")
    production = spot.run.take.cut.episode.production
    found = request.POST.get("found", "")
    try:
        if found == "back":
            spot_checks.take_back(actor=request.user, spot=spot)
        else:
            aspect, note = request.POST.get("aspect", ""), request.POST.get("note", "")
            spot_checks.answer(actor=request.user, spot=spot, found=found, aspect=aspect, note=note)
            _say(request, spot, found)
    except StaleInput as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("spot_checks", args=[production.code]))


def _say(request: SignedInRequest, spot: SpotCheck, found: str) -> None:
    if found == SpotAnswer.MISSED:
        messages.success(
            request,
            _("Noted. If {cut} is to be redone, order the retake on its take.").format(cut=spot.run.take),
        )


def _drawings(spot: SpotCheck | None) -> list[Drawing]:
    if spot is None:
        return []
    rows = Drawing.objects.filter(cell__take=spot.run.take_id)
    return list(rows.order_by("cell__position", "cell__name", "number")[:_SHOWN])


def _approved(spot: SpotCheck | None) -> list[SheetDrawing]:
    if spot is None:
        return []
    rows = SheetDrawing.objects.filter(sheet__in=spot.run.sheets.all()).select_related("sheet__design")
    return list(rows.order_by("sheet", "position")[:_SHOWN])
