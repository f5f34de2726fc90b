"""The review queue: one line per flag, as rows or as a contact sheet."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from assets import access
from assets import selectors as asset_selectors
from assets.models import Cut, Production
from assets.services.views import views_of
from qa import selectors
from qa.choices import RetakeReason
from qa.forms import QueueFilters
from qa.models import Flag
from qa.services import saved_views
from qa.views import sitting
from qa.views.groups import groups_of
from qa.views.people import Colleague, colleagues, refusals
from qa.views.rows import rows_of
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_ROWS, _PICTURES = 48, 72  # what one looks over before turning the page; more only costs time
# Heads of the table that sort it, by the name of the order.
HEADS = ("cut", "fault", "drift", "character", "age", "stage")


@login_required
@require_GET
def review(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the queue; to htmx only the list, when a filter was changed."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_FLAGS, production)
    part = request.headers.get("HX-Request") == "true"
    opening = saved_views.opens_with(request.user, _page_name(production))
    if opening is not None and opening.query and not request.GET and not part:
        return HttpResponseRedirect(f"{request.path}?{opening.query}")
    people = colleagues(production, request.user)
    form = _form(request, production, people)
    context = _list(request, production, form) | _desk(request, production, people)
    context |= {"form": form, "as_part": part, "opening": opening}
    response = render(request, "qa/_queue.html" if part else "qa/review.html", context)
    patch_vary_headers(response, ["HX-Request"])
    if part:  # the address that can be sent to a colleague, without the filters that are empty
        everything = "state=open" if opening else ""  # an empty address would open the reader's own view
        response["HX-Push-Url"] = _with_query(request.path, str(context["query"]) or everything)
    return response


def _list(request: SignedInRequest, production: Production, form: QueueFilters) -> dict[str, Any]:
    """Return what the list shows: a page of rows, gathered in groups where the order gathers them."""
    filters = form.filters
    flags = selectors.queue(request.user, production, filters)
    as_sheet = request.GET.get("view") == "sheet"
    page = _page(request, flags, _PICTURES if as_sheet else _ROWS)
    rows = rows_of(selectors.flags_by_id(page.object_list), request.user)
    order = filters.get("order", "drift")
    return {
        "as_sheet": as_sheet,
        "order": order,
        "heads": {name: _turned(request, name, order) for name in HEADS},
        "state": filters.get("state", "open"),
        "page": page,
        "rows": rows,
        "groups": groups_of(rows, order, flags),
        "anything": bool(page.paginator.count) or _anything(request, production),
        "query": _query(request, "page"),
        "query_rows": _query(request, "page", "view"),
        "query_without_cut": _query(request, "page", "cut"),
        "sitting": sitting.words(request, production, page.paginator.count),
    }


def _desk(request: SignedInRequest, production: Production, people: list[Colleague]) -> dict[str, Any]:
    """Return what the desk around the list needs: who decides, why not, kept views."""
    return {
        "production": production,
        "can_decide": access.allowed(request.user, Action.GIVE_VERDICT, production),
        "people": people,
        "refusals": refusals(production, request.user),
        "reasons": RetakeReason.choices,
        "saved": views_of(request.user, _page_name(production)),
    }


def _form(request: SignedInRequest, production: Production, people: list[Colleague]) -> QueueFilters:
    cuts = _cuts(request, production)
    others = [each.user for each in people if not each.is_reader]
    return QueueFilters(request.GET, production=production, cuts=cuts, deciders=others)


def _page(request: SignedInRequest, flags: QuerySet[Flag], per_page: int) -> Page:
    """Return a page of ids: a long queue is counted and sorted without its rows."""
    return Paginator(flags.values_list("pk", flat=True), per_page).get_page(request.GET.get("page"))


def _turned(request: SignedInRequest, name: str, order: str) -> dict[str, str]:
    """Return the address and the aria-sort of a head: pressed again, it turns the order round."""
    turned = f"-{name}" if order == name else name
    query = request.GET.copy()
    query["order"] = turned
    query.pop("page", None)
    falling = {"drift": "descending", "-drift": "ascending"}
    words = {name: "ascending", f"-{name}": "descending"} | falling
    return {"query": query.urlencode(), "sort": words[order] if order in {name, f"-{name}"} else ""}


def _page_name(production: Production) -> str:
    """Saved views belong to one production: the cuts and people in them are its own."""
    return f"review:{production.pk}"


def _cuts(request: SignedInRequest, production: Production) -> QuerySet[Cut]:
    return access.visible_cuts(request.user).filter(episode__production=production)


def _anything(request: SignedInRequest, production: Production) -> bool:
    """Whether any take of the production was ever flagged: an empty queue then means that all is done."""
    visible = selectors.visible_flags(request.user)
    return visible.filter(drawing__cell__take__cut__episode__production=production).exists()


def _with_query(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def _query(request: SignedInRequest, *without: str) -> str:
    kept = request.GET.copy()
    for name in without:
        kept.pop(name, None)
    for name in [name for name, value in kept.items() if not value]:
        kept.pop(name)
    return kept.urlencode()


@login_required
@require_GET
def review_start(request: SignedInRequest, code: str) -> HttpResponse:
    """Go to the first flag of the queue that nobody else is looking at."""
    production = asset_selectors.get_production(request.user, code)
    form = QueueFilters(request.GET, production=production, cuts=_cuts(request, production))
    flag: Flag | None = selectors.next_flag(request.user, production, form.filters)
    query = _query(request, "page", "view")
    if flag is None:
        return HttpResponseRedirect(_with_query(reverse("review", args=[code]), query))
    return HttpResponseRedirect(_with_query(reverse("flag", args=[flag.pk]), query))


@login_required
@require_POST
def review_save_view(request: SignedInRequest, code: str) -> HttpResponse:
    """Keep the present filters under a name, forget a kept one, or open the queue with it."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_FLAGS, production)
    query = _query(request, "page")
    name, page = request.POST.get("name", "").strip(), _page_name(production)
    forgotten, opening = request.POST.get("remove", ""), request.POST.get("open_with", "")
    if forgotten.isdecimal():
        saved_views.remove(actor=request.user, view_id=int(forgotten))
    elif opening.isdecimal():
        query = saved_views.open_with(actor=request.user, view_id=int(opening)).query
    else:
        saved_views.save(actor=request.user, page=page, name=name, query=query)
    return HttpResponseRedirect(_with_query(reverse("review", args=[production.code]), query))
