"""The retake list of an episode: as a page that prints well, and as CSV."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from assets import access
from assets import selectors as asset_selectors
from assets.models import Episode, Production
from qa import selectors, sentences
from qa.choices import RetakeState
from qa.forms import DueForm, RetakeFilters
from qa.models import Retake
from qa.services import retakes as service
from qa.views.rows import drawing_name, region_of
from studio.core.errors import InvalidInput, NotFound
from studio.core.pages import SignedInRequest
from studio.core.roles import Action


@login_required
@require_GET
def retakes(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the retakes of one episode."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_RETAKES, production)
    form = RetakeFilters(request.GET, production=production)
    episode = form.value("episode") or _first_with_retakes(request, production)
    orders = _orders(request, form, episode)
    context = {
        "production": production,
        "form": form,
        "episode": episode,
        "orders": orders,
        "lines": sum(len(order["lines"]) for order in orders),
        "can_close": access.allowed(request.user, Action.GIVE_VERDICT, production),
        "can_set_due": access.allowed(request.user, Action.GIVE_VERDICT, production)
        or access.allowed(request.user, Action.EDIT_CUTS, production),
        "query": request.GET.urlencode(),
    }
    return render(request, "qa/retakes.html", context)


def _first_with_retakes(request: SignedInRequest, production: Production) -> Episode | None:
    waiting = Q(state__in=[RetakeState.OPEN, RetakeState.ANSWERED])
    newest = selectors.retakes_of_production(request.user, production).filter(waiting).first()
    return newest.cut.episode if newest else production.episodes.first()


def _orders(request: SignedInRequest, form: RetakeFilters, episode: Episode | None) -> list[dict[str, Any]]:
    if episode is None:
        return []
    found: QuerySet[Retake] = selectors.retakes_of(request.user, episode)
    if form.value("state"):
        found = found.filter(state=form.value("state"))
    if form.value("stage"):
        found = found.filter(stage=form.value("stage"))
    if form.value("reason"):
        found = found.filter(items__verdict__reason=form.value("reason"), items__withdrawn=False).distinct()
    return [{"retake": retake, "lines": _lines(retake)} for retake in found]


def _lines(retake: Retake) -> list[dict[str, Any]]:
    """Return the retake's reasons in words; what was withdrawn stays visible when all of it was."""
    items = list(retake.items.all())
    kept = [item for item in items if not item.withdrawn] or items
    return [
        {
            "item": item,
            "verdict": item.verdict,
            "flag": item.verdict.flag,
            "drawing": item.verdict.flag.drawing,
            "name": drawing_name(item.verdict.flag.drawing),
            "sentence": sentences.of_flag(item.verdict.flag),
            "region": region_of(item.verdict.flag.box_xyxy),
        }
        for item in kept
    ]


@login_required
@require_GET
def retakes_csv(request: SignedInRequest, code: str) -> HttpResponse:
    """Return the retakes of an episode as CSV that Excel opens rightly."""
    production = asset_selectors.get_production(request.user, code)
    episode = RetakeFilters(request.GET, production=production).value("episode")
    episode = episode or _first_with_retakes(request, production)
    if episode is None:
        raise NotFound(what="episode")
    response = HttpResponse(
        service.write_csv(actor=request.user, episode=episode), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{production.code}_{episode.code}_retakes.csv"'
    return response


@login_required
@require_POST
def retake_due(request: SignedInRequest, retake_id: int) -> HttpResponse:
    """Set or take away the date until when the redo is expected."""
    retake = selectors.get_retake(request.user, retake_id)
    form = DueForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(field="due_on", reason=str(form.errors["due_on"][0]))
    service.set_due(actor=request.user, retake=retake, due_on=form.cleaned_data["due_on"])
    return _back(request, retake)


@login_required
@require_POST
def retake_close(request: SignedInRequest, retake_id: int) -> HttpResponse:
    """Say that nothing more is to be done."""
    retake = selectors.get_retake(request.user, retake_id)
    service.close(actor=request.user, retake=retake)
    return _back(request, retake)


def _back(request: SignedInRequest, retake: Retake) -> HttpResponse:
    query = request.GET.urlencode()
    url = reverse("retakes", args=[retake.cut.episode.production.code])
    return HttpResponseRedirect(f"{url}{'?' + query if query else ''}#retake-{retake.pk}")
