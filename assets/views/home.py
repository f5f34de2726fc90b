"""Where a person starts, and the search over cuts and characters."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch
from django.views.decorators.http import require_GET

from assets import access, desks
from assets.models import Character, Cut
from studio.core.pages import SignedInRequest

_FOUND_MAX = 60


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
    """Find cuts by number or note, and characters by name; every word must be found."""
    words = request.GET.get("q", "").replace("_", " ").split()[:8]
    cuts, characters = Cut.objects.none(), Character.objects.none()
    if words:
        visible = access.visible_cuts(request.user).values("pk")
        cuts = desks.with_thumbs(Cut.objects.filter(pk__in=visible)).select_related("episode__production")
        seen = access.visible_characters(request.user).values("pk")
        characters = (
            Character.objects.filter(pk__in=seen)
            .select_related("production")
            .prefetch_related("designs__sheets")
        )
    for word in words:
        number = word[1:] if word[:1] in {"c", "C"} and word[1:2].isdigit() else word
        cuts = cuts.filter(
            Q(number__istartswith=number)
            | Q(number__istartswith=number.zfill(3))
            | Q(episode__code__iexact=word)
            | Q(note__icontains=word)
            | Q(castings__design__character__name__icontains=word)
        )
        characters = characters.filter(
            Q(name__icontains=word) | Q(code__icontains=word) | Q(designs__name__icontains=word)
        )
    context = {
        "production": desks.sole_production(request.user),
        "search_words": " ".join(request.GET.get("q", "").split()),
        "cuts": cuts.distinct().order_by("episode__production__code", "episode__code", "number")[:_FOUND_MAX],
        "characters": characters.distinct()[:_FOUND_MAX],
    }
    return render(request, "assets/search.html", context)
