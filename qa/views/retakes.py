"""The retake list by episode, cut and artist: as a page, as a printed sheet, as CSV; and what is done with orders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from assets import access, authority
from assets import selectors as asset_selectors
from assets.models import Production
from assets.views.paging import page_of
from qa import selectors
from qa import selectors_retakes as reads
from qa.forms_retakes import ByHandForm, DueForm, ManyForm, RetakeFilters
from qa.models import Retake
from qa.retake_lines import orders_of
from qa.services import retake_sheets, verdicts
from qa.services import retakes as service
from studio.core.errors import InvalidInput, NotFound, StudioError
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_PER_PAGE = 30


@login_required
@require_GET
def retakes(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the retakes of a production: by episode, by cut or by who has the stage."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_RETAKES, production)
    form = _filters(request, production)
    by, filters = form.group_by, form.filters
    page = page_of(request, reads.with_lines(reads.listed(request.user, production, filters)), _PER_PAGE)
    rows = list(page.object_list)
    judged = authority.stages_of(request.user, production)
    groups = reads.groups(request.user, production, by, filters)
    context = {
        "production": production,
        "form": form,
        "by": by,
        "groups": groups,
        "picked": filters.get(by, ""),
        "picked_name": next((group.name for group in groups if group.key == filters.get(by)), ""),
        "in_all": {
            name: sum(getattr(group, name) for group in groups) for name in ("open", "answered", "late")
        },
        "page": page,
        "lines": reads.line_count(request.user, production, filters),
        "orders": orders_of(rows, reads.artists_of(rows)),
        "judged": judged,
        "can_set_due": bool(judged)
        or access.allowed(request.user, Action.GIVE_VERDICT, production)
        or access.allowed(request.user, Action.EDIT_CUTS, production),
        "is_narrowed": bool(filters),
        "query": request.GET.urlencode(),
    }
    return render(request, "qa/retakes.html", context)


@login_required
@require_GET
def retakes_csv(request: SignedInRequest, code: str) -> HttpResponse:
    """Return the list as CSV that Excel opens rightly."""
    production = asset_selectors.get_production(request.user, code)
    filters = _filters(request, production).filters
    data = retake_sheets.write_csv(actor=request.user, production=production, filters=filters)
    return _file(data, "text/csv; charset=utf-8", f"{_file_name(production, filters)}.csv", "attachment")


@login_required
@require_GET
def retakes_pdf(request: SignedInRequest, code: str) -> HttpResponse:
    """Return the list as a sheet to print, with pictures: one block for each line, each group on its own pages."""
    production = asset_selectors.get_production(request.user, code)
    form = _filters(request, production)
    data = retake_sheets.write_pdf(
        actor=request.user, production=production, by=form.group_by, filters=form.filters
    )
    return _file(data, "application/pdf", f"{_file_name(production, form.filters)}.pdf", "inline")


@login_required
@require_POST
def retakes_many(request: SignedInRequest, code: str) -> HttpResponse:
    """Set a date for the chosen orders, or close them: all of them, or none."""
    production = asset_selectors.get_production(request.user, code)
    form = ManyForm(request.POST, retakes=reads.listed(request.user, production, {"state": "all"}))
    if not form.is_valid():
        raise InvalidInput(field="due_on", reason=str(next(iter(form.errors.values()))[0]))
    chosen = list(form.cleaned_data["retake"])
    if form.cleaned_data["do"] == "close":
        done = _told(request, lambda: service.close_many(actor=request.user, retakes=chosen))
        words = ngettext("%(n)s retake is closed.", "%(n)s retakes are closed.", done)
    else:
        due_on = form.cleaned_data["due_on"]
        done = _told(request, lambda: service.set_due_many(actor=request.user, retakes=chosen, due_on=due_on))
        words = ngettext("The date of %(n)s retake is set.", "The date of %(n)s retakes is set.", done)
    if done:
        messages.success(request, words % {"n": done})
    return HttpResponseRedirect(_list_url(request, production))


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


@login_required
@require_POST
def retake_line_withdraw(request: SignedInRequest, item_id: int) -> HttpResponse:
    """Withdraw one line; with it goes the verdict that ordered it."""
    item = reads.visible_item(request.user, item_id)
    verdicts.withdraw(actor=request.user, item=item)
    return _back(request, item.retake)


@login_required
@require_POST
def take_retake(request: SignedInRequest, take_id: int) -> HttpResponse:
    """Order a retake of a take, or of one of its drawings, by hand; then go back to where one was."""
    take = asset_selectors.get_take(request.user, take_id)
    form = ByHandForm(request.POST, take=take)
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        raise InvalidInput(field=field, reason=str(problems[0]))
    if _told(request, lambda: [service.order_by_hand(actor=request.user, take=take, **form.cleaned_data)]):
        messages.success(request, _("The retake is ordered; the artist is told."))
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(wanted) if wanted and is_ours else redirect("take", take.pk)


def _filters(request: SignedInRequest, production: Production) -> RetakeFilters:
    cuts = access.visible_cuts(request.user).filter(episode__production=production)
    return RetakeFilters(request.GET, production=production, cuts=cuts)


def _told(request: SignedInRequest, call: Any) -> int:
    """Call a service for several; return for how many it was done. A refusal is told on the next page."""
    try:
        return len(call())
    except NotFound:
        raise
    except StudioError as error:
        messages.error(request, error.message)
        return 0


def _file(data: bytes, kind: str, name: str, how: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(how == "attachment", name) or how
    return response


def _file_name(production: Production, filters: dict[str, str]) -> str:
    episode = production.episodes.filter(pk=filters.get("episode") or 0).first()
    return "_".join(filter(None, (production.code, episode.code if episode else "", "retakes")))


def _list_url(request: SignedInRequest, production: Production) -> str:
    query = request.GET.urlencode()
    return f"{reverse('retakes', args=[production.code])}{'?' + query if query else ''}"


def _back(request: SignedInRequest, retake: Retake) -> HttpResponse:
    return HttpResponseRedirect(f"{_list_url(request, retake.cut.episode.production)}#retake-{retake.pk}")
