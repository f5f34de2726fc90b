"""A production at one look: whether the week is in danger and why, what is to be done today, and how it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assets import access, desks
from assets import selectors as asset_selectors
from assets.choices import Stage
from assets.models import Cut, Episode, Production, StageState
from assets.views import jobs
from assets.views.paging import page_of
from qa import chart_data, danger, danger_words, figures, needs, outlook
from qa.choices import Decision, Fault
from qa.danger import Outlook, Week
from studio.core.errors import NotFound
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_JOBS_SHOWN, _REASONS_SHOWN = 4, 5


@login_required
@require_GET
def overview(request: SignedInRequest, code: str) -> HttpResponse:
    """Show how the production stands. Who does not see every cut sees only the numbers of their own."""
    production = asset_selectors.get_production(request.user, code)
    sees_all = access.allowed(request.user, Action.VIEW_ALL_CUTS, production)
    states = StageState.objects.filter(cut__episode__production=production)
    if not sees_all:
        states = states.filter(cut__in=access.visible_cuts(request.user).values("pk"))
    counts = outlook.stage_counts(states)
    rows = asset_selectors.jobs_of(request.user).filter(production_id=production.pk)
    stages = figures.stage_rows(counts)
    context = {
        "production": production,
        "sees_all": sees_all,
        "stages": stages,
        "states": figures.STATES,
        "stages_used": [row.stage for row in stages],
        "n_cuts": desks.cuts_in(request.user, production).filter(omitted=False).count(),
        "n_late": sum(row.late for row in stages),
        "cards": jobs.cards(rows[:_JOBS_SHOWN], request.user),
    }
    if sees_all:
        context |= _whole(request, production, counts)
    return render(request, "qa/overview.html", context)


@login_required
@require_GET
def behind(request: SignedInRequest, code: str, why: str) -> HttpResponse:
    """Show exactly the cuts that a reason counts."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_ALL_CUTS, production)
    episode, stage = request.GET.get("episode", ""), request.GET.get("stage", "")
    if stage and stage not in Stage.values:
        raise NotFound(what="list")
    cuts = outlook.cuts_behind(production, why, episode=episode, stage=stage)
    rows = desks.with_thumbs(
        cuts.select_related("episode")
        .prefetch_related("stages__assignee")
        .order_by("episode__code", "number", "pk")
    )
    page = page_of(request, rows)
    for cut in page.object_list:
        cut.open_stages = _open_stages(cut, stage)
        cut.until = min((each.until for each in cut.open_stages if each.until), default=None)
        cut.is_late = cut.until is not None and cut.until < timezone.localdate()
    context = {
        "production": production,
        "page": page,
        "title": _titles(stage)[why],
        "why": why,
        "episode": episode,
        "stage": stage,
    }
    return render(request, "qa/behind.html", context)


def _whole(
    request: SignedInRequest, production: Production, counts: list[outlook.StageCount]
) -> dict[str, Any]:
    """Return what only those see who see every cut."""
    flags = outlook.flag_counts(production)
    week = outlook.week_of(production, counts, flags)
    judged = danger.judge(week)
    history = _history(production)
    by_episode, by_stage = history.rates
    episodes = list(production.episodes.order_by("code"))
    return {
        "verdict": danger_words.verdict_of(judged, week),
        "reasons": _reasons(production, judged, week),
        "reasons_shown": _REASONS_SHOWN,
        "needs": needs.today(request.user, production, week),
        "episodes": _episode_rows(episodes, week, judged, counts, flags, by_episode),
        "n_open": sum(n for n, _due in flags.values()),
        "retake_stages": [(stage, by_stage[stage.value]) for stage in Stage if stage.value in by_stage],
        **_charts(request, episodes, judged, history),
        **_machine(history),
    }


@dataclass(frozen=True)
class _History:
    """What tells of weeks and may be a minute old; the verdict and all that is open are always read anew."""

    rates: tuple[dict[str, figures.RetakeRate], dict[str, figures.RetakeRate]]
    flag_days: figures.Lines
    retake_weeks: figures.Lines
    verdicts: list[tuple[str, list[int]]]


def _history(production: Production) -> _History:
    found: Any = cache.get_or_set(
        f"overview:{production.pk}:{timezone.localdate()}",
        lambda: _History(
            figures.retake_rates(production),
            figures.flag_days(production),
            figures.retake_weeks(production),
            figures.verdict_table(production),
        ),
        settings.OVERVIEW_HISTORY_S,
    )
    return cast("_History", found)


def _reasons(production: Production, judged: Outlook, week: Week) -> list[dict[str, Any]]:
    return [
        {"said": said, "url": _behind_url(production, said.reason)}
        for said in danger_words.spoken(judged, week)
    ]


def _behind_url(production: Production, reason: danger.Reason) -> str:
    query = {"episode": reason.episode, "stage": reason.stage}
    asked = urlencode({name: value for name, value in query.items() if value})
    return f"{reverse('behind', args=[production.code, reason.code])}{'?' + asked if asked else ''}"


def _episode_rows(
    episodes: list[Episode],
    week: Week,
    judged: Outlook,
    counts: list[outlook.StageCount],
    flags: dict[str, tuple[int, int]],
    rates: dict[str, figures.RetakeRate],
) -> list[dict[str, Any]]:
    through = figures.through(counts)
    used = [row.stage for row in figures.stage_rows(counts)]
    weeks = {each.code: each for each in week.episodes}
    worst: dict[str, str] = {}
    for reason in judged.reasons:
        worst.setdefault(reason.episode, reason.level)
    marks = {danger.DANGER: "bad", danger.TIGHT: "warn"}
    rows = []
    for episode in episodes:
        mine = through.get(episode.code, {})
        level = worst.get(episode.code, danger.SAFE)
        rows.append(
            {
                "episode": episode,
                "week": weeks.get(episode.code),
                "mark": marks.get(level, "ok" if episode.code in weeks else "todo"),
                "word": _level_words()[level] if episode.code in weeks else _("no cuts"),
                "stages": [_cell(*mine.get(stage.value, (0, 0))) for stage in used],
                "flags": flags.get(episode.code, (0, 0))[0],
                "rate": rates.get(episode.code, figures.RetakeRate()),
            }
        )
    return rows


def _cell(done: int, total: int) -> dict[str, Any]:
    return {"done": done, "total": total, "percent": 100 * done // total if total else 0}


def _level_words() -> dict[str, str]:
    return {danger.DANGER: _("danger"), danger.TIGHT: _("tight"), danger.SAFE: _("safe")}


def _charts(
    request: SignedInRequest, episodes: list[Episode], judged: Outlook, history: _History
) -> dict[str, Any]:
    burning = _burning(request, episodes, judged)
    burn = figures.burn_down(burning) if burning else figures.Lines([], [])
    flag_lines, retakes = history.flag_days, history.retake_weeks
    return {
        "burning": burning,
        "burn": {"lines": burn, "chart": chart_data.burn_chart(burn)},
        "flag_days": {"lines": flag_lines, "chart": chart_data.flags_chart(flag_lines)},
        "retake_weeks": {"lines": retakes, "chart": chart_data.retakes_chart(retakes)},
    }


def _burning(request: SignedInRequest, episodes: list[Episode], judged: Outlook) -> Episode | None:
    """Return the episode whose burn-down is shown: the one asked for, the one in danger, or the next that is due."""
    wanted = request.GET.get("episode") or next((r.episode for r in judged.reasons if r.episode), "")
    found = next((each for each in episodes if each.code == wanted), None)
    today = timezone.localdate()
    ahead = sorted(
        (each for each in episodes if each.due_on and each.due_on >= today), key=lambda each: str(each.due_on)
    )
    return found or next(iter(ahead), next(iter(episodes), None))


def _machine(history: _History) -> dict[str, Any]:
    """Return how the machine's claims were judged, with the shares of all of them as a bar."""
    table = history.verdicts
    total = table[-1][1] if table else []
    labels = [(Decision(decision).label, decision.value) for decision in figures.DECIDED]
    return {
        "decisions": labels,
        "verdict_rows": [
            {
                "name": Fault(fault).label if fault else _("all"),
                "cells": cells,
                "sum": sum(cells),
                "parts": [
                    (labels[place][1], x, width)
                    for place, (x, width) in enumerate(figures.bar_of(cells))
                    if width
                ],
                "right": round(100 * cells[0] / sum(cells)),
            }
            for fault, cells in table
        ],
        "n_decided": sum(total),
        "shares": [
            (label, code, round(100 * n / sum(total)))
            for (label, code), n in zip(labels, total, strict=False)
        ],
    }


def _open_stages(cut: Cut, stage: str) -> list[StageState]:
    """Return the stages of a cut that are to be done, in the order of production, each with `.until`."""
    order = {each.value: place for place, each in enumerate(Stage)}
    stages = [row for row in cut.stages.all() if row.state not in outlook.OVER]
    found = [row for row in stages if not stage or row.stage == stage]
    for row in found:
        row.until = row.due_on or cut.due_on or cut.episode.due_on  # type: ignore[attr-defined]
    return sorted(found, key=lambda row: order.get(row.stage, 99))


def _titles(stage: str) -> dict[str, str]:
    behind_title = (
        _("Due within seven days and not through %(stage)s") % {"stage": stage}
        if stage
        else _("Due within seven days and not done")
    )
    return {
        danger.BEHIND: behind_title,
        danger.LATE: _("Late"),
        danger.NOBODY: _("Due within seven days and with nobody"),
        danger.RETAKES: _("Waiting for a retake"),
        "unanswered": _("Retakes that wait longer than agreed"),
        danger.FLAGS: _("Due within seven days with open flags"),
    }
