"""Where a person starts, and the search over cuts and characters."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch
from django.views.decorators.http import require_GET

from assets import desks, finding
from studio.core.pages import SignedInRequest

_FOUND_MAX = 60
_SHORT_MAX = 7


@login_required
@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """Send everybody to the page of their day: review, my cuts, or the production."""
    page, production = desks.first_desk(request.user)
    if production is None:
        return render(request, "assets/no_production.html")
    if page == "my_cuts":
        return redirect(page)
    try:
        return redirect(page, production.code)
    except NoReverseMatch:
        return redirect("production", production.code)


@login_required
@require_GET
def search(request: SignedInRequest) -> HttpResponse:
    """Find cuts, characters, designs and people; every word must fit. For htmx the short list under the field."""
    text, near = request.GET.get("q", ""), request.GET.get("in", "")
    is_short = bool(request.headers.get("HX-Request"))
    found = finding.found(request.user, text, near=near, most=_SHORT_MAX if is_short else _FOUND_MAX)
    context: dict[str, Any] = {
        "search_words": " ".join(text.split()),
        "people": found.people,
        "characters": found.characters,
    }
    if is_short:
        return render(request, "assets/_found.html", {**context, "cuts": found.cuts})
    context |= {"production": desks.sole_production(request.user), "cuts": desks.with_thumbs(found.cuts)}
    return render(request, "assets/search.html", context)
