"""Drift over the season: which characters slide where, seen before it is a habit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assets import access
from assets import selectors as asset_selectors
from assets.models import Character, Cut, Production
from qa import season, season_chart, season_csv
from qa.forms_season import SeasonFilters
from qa.season import Group, Line, Season
from qa.views.rows import aspect_words
from studio.core.models import User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_BAR_WIDTH, _BAR_DRIFT = 120.0, 2.0  # a bar of the list shows drifts from 0 to 2
_CUTS_SHOWN = 40


@login_required
@require_GET
def season_page(request: SignedInRequest, code: str) -> HttpResponse:
    """Show every character and aspect, those that slide first, and the first of them cut by cut."""
    production, filters, form = _asked(request, code)
    found = season.read(production, filters, by_artist=production.drift_by_artist)
    context = {
        "production": production,
        "form": form,
        "query": request.GET.urlencode(),
        "is_narrowed": bool(filters),
        **_shown(production, found),
    }
    return render(request, "qa/season.html", context)


@login_required
@require_GET
def season_table(request: SignedInRequest, code: str) -> HttpResponse:
    """Return the score of every cut as CSV that Excel opens rightly."""
    production, filters, _form = _asked(request, code)
    response = HttpResponse(season_csv.write(production, filters), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{production.code}_season.csv"'
    return response


def _asked(request: SignedInRequest, code: str) -> tuple[Production, dict[str, str], SeasonFilters]:
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_ALL_CUTS, production)
    form = SeasonFilters(request.GET, production=production)
    return production, form.filters, form


def _shown(production: Production, found: Season) -> dict[str, Any]:
    characters = Character.objects.filter(production=production).in_bulk()
    cuts = season.cuts_of(found)
    context: dict[str, Any] = {
        "lines": [_row(line, characters, cuts) for line in found.lines],
        "n_sliding": sum(line.slide is not None for line in found.lines),
        "bar_width": _BAR_WIDTH,
        "bar_limit": _BAR_WIDTH / _BAR_DRIFT,
    }
    if found.lines:
        context |= _chosen(found, found.lines[0], characters, cuts)
    return context


def _row(line: Line, characters: Mapping[int, Character], cuts: Mapping[int, Cut]) -> dict[str, Any]:
    """Return one line of the list, in words."""
    aspect = aspect_words(line.aspect)
    since = line.since
    return {
        "line": line,
        "character": characters[line.character],
        "aspect": aspect,
        "words": season.slide_words(aspect, line.slide, cuts[since.cut]) if line.slide and since else "",
        "first": cuts[line.cuts[0].cut],
        "last": cuts[line.cuts[-1].cut],
        "bar": _bar(line.spread.low, line.spread.middle, line.spread.high),
    }


def _bar(low: float, middle: float, high: float) -> dict[str, float]:
    """Return the middle half of cuts and their median on the list's scale."""
    x, at, right = (round(min(v, _BAR_DRIFT) / _BAR_DRIFT * _BAR_WIDTH, 1) for v in (low, middle, high))
    return {"x": x, "width": max(1.5, round(right - x, 1)), "middle": at}


def _chosen(
    found: Season, line: Line, characters: Mapping[int, Character], cuts: Mapping[int, Cut]
) -> dict[str, Any]:
    """Return what is shown of one line: the chart, its episodes, its newest cuts, its artists where allowed."""

    def is_its(group: Group) -> bool:
        return (group.character, group.aspect) == (line.character, line.aspect)

    chart = season_chart.chart_of(line)
    people = season.people_of(found)
    start = line.slide.start if line.slide else len(line.cuts)
    newest = [
        {"scored": cut, "cut": cuts[cut.cut], "is_sliding": place >= start, "is_over": cut.score > 1.0}
        for place, cut in enumerate(line.cuts)
    ]
    return {
        "chosen": _row(line, characters, cuts),
        "chart": chart,
        "points": [(point, cuts[point.cut]) for point in chart.points],
        "episodes": [group for group in found.episodes if is_its(group)],
        "artists": [_by(group, people) for group in found.artists if is_its(group)],
        "newest": newest[::-1][:_CUTS_SHOWN],
        "n_cuts": len(newest),
    }


def _by(group: Group, people: Mapping[int, User]) -> dict[str, Any]:
    return {"group": group, "person": people.get(group.key) if group.key else None}
