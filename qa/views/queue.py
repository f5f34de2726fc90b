"""The review queue: one line per flag, as rows or as a contact sheet."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from assets import access
from assets import selectors as asset_selectors
from assets.models import Production
from assets.services.views import views_of
from assets.views.paging import page_of
from qa import selectors
from qa.choices import RetakeReason
from qa.forms import QueueFilters
from qa.models import Flag
from qa.services import saved_views
from qa.views import sitting
from qa.views.rows import rows_of, with_stages
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_ROWS, _PICTURES = 60, 96


@login_required
@require_GET
def review(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the queue; to htmx only the list, when a filter was changed."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_FLAGS, production)
    form = QueueFilters(request.GET, production=production, cuts=_cuts(request, production))
    flags = selectors.queue(request.user, production, form.filters)
    as_sheet = request.GET.get("view") == "sheet"
    page = page_of(request, with_stages(flags), _PICTURES if as_sheet else _ROWS)
    context = {
        "production": production,
        "form": form,
        "as_sheet": as_sheet,
        "order": form.filters.get("order", "drift"),
        "state": form.filters.get("state", "open"),
        "page": page,
        "rows": rows_of(page.object_list, request.user),
        "anything": bool(page.paginator.count) or _anything(request, production),
        "can_decide": access.allowed(request.user, Action.GIVE_VERDICT, production),
        "reasons": RetakeReason.choices,
        "saved": views_of(request.user, _page_name(production)),
        "query": _query(request, "page"),
        "query_rows": _query(request, "page", "view"),
        "sitting": sitting.words(request, production, page.paginator.count),
    }
    context["as_part"] = part = request.headers.get("HX-Request") == "true"
    response = render(request, "qa/_queue.html" if part else "qa/review.html", context)
    patch_vary_headers(response, ["HX-Request"])
    if part:  # the address that can be sent to a colleague, without the filters that are empty
        response["HX-Push-Url"] = _with_query(request.path, str(context["query"]))
    return response


def _page_name(production: Production) -> str:
    """Saved views belong to one production: the cuts and people in them are its own."""
    return f"review:{production.pk}"


def _cuts(request: SignedInRequest, production: Production) -> QuerySet[Any]:
    return access.visible_cuts(request.user).filter(
        episode__production=production, takes__runs__flags__isnull=False
    )


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
    """Keep the present filters under a name, or forget a kept one."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_FLAGS, production)
    query = _query(request, "page")
    name, forgotten = request.POST.get("name", "").strip(), request.POST.get("remove", "")
    if forgotten.isdecimal():
        saved_views.remove(actor=request.user, view_id=int(forgotten))
    else:
        saved_views.save(actor=request.user, page=_page_name(production), name=name, query=query)
    return HttpResponseRedirect(_with_query(reverse("review", args=[production.code]), query))
