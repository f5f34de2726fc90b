"""My cuts: the artist's day as cards, retakes on top, each with what happens now and what was found."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assets import desks
from assets import selectors as asset_selectors
from assets.choices import Stage
from qa import artist
from qa.artist import Card
from studio.core.pages import SignedInRequest

_FILTERS = ("production", "stage", "state", "q", "order")


@login_required
@require_GET
def my_cuts(request: SignedInRequest) -> HttpResponse:
    """Show the stages assigned to the reader; `?part=cards` answers with the cards alone, for the page's script."""
    filters = {name: request.GET[name] for name in _FILTERS if request.GET.get(name)}
    found = artist.mine(request.user, filters)
    cards = artist.cards_of(request.user, found[: artist.CARDS_MAX])
    context: dict[str, Any] = {
        "groups": _groups(cards),
        "n_cards": len(cards),
        "filters": filters,
        "is_filtered": any(name in filters for name in _FILTERS if name != "order"),
    }
    if request.GET.get("part") == "cards":
        response = render(request, "qa/_my_cards.html", context)
        response["Cache-Control"] = "no-store"
        return response
    places = asset_selectors.my_cuts(request.user).order_by()
    listed = sorted(set(places.values_list("cut__episode__production__code", "stage")))
    order = {stage: place for place, stage in enumerate(Stage.values)}
    stages = sorted({stage for _code, stage in listed}, key=lambda stage: order.get(stage, 99))
    context |= {
        "production": desks.sole_production(request.user),
        "n_found": found.count(),
        "n_mine": places.count(),
        "codes": sorted({code for code, _stage in listed}),
        "stages": [Stage(stage) for stage in stages],
        "comments": artist.newest_comments(request.user),
    }
    return render(request, "qa/my_cuts.html", context)


def _groups(cards: list[Card]) -> list[dict[str, Any]]:
    """Return the cards in their groups, an empty group is left out."""
    titles = {"retake": _("Retakes"), "todo": _("To draw"), "sent": _("Delivered")}
    groups = []
    for name in artist.GROUPS:
        entries = [_entry(card) for card in cards if card.group == name]
        if entries:
            groups.append({"name": name, "title": titles[name], "entries": entries})
    return groups


def _entry(card: Card) -> dict[str, Any]:
    return {
        "card": card,
        "cut": card.cut,
        "name": str(card.stage.cut),
        "production": card.stage.cut.episode.production,
    }
