"""What was flagged and why, for the pages of a cut and a take; and the button that checks again."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from assets import access
from assets import selectors as asset_selectors
from assets.models import Drawing, Take
from assets.views.jobs import card, latest_job
from qa import selectors, sentences
from qa.artist import orders_in_words
from qa.choices import RetakeState
from qa.models import CheckRun, Verdict
from qa.services import runs
from qa.views.rows import drawing_name, rows_of, with_stages
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_WAITING = (RetakeState.OPEN, RetakeState.ANSWERED)


@login_required
@require_GET
def cut_flags(request: SignedInRequest, cut_id: int) -> HttpResponse:
    """Show the flags that count of a cut with what was decided, and its retakes with their notes."""
    cut = asset_selectors.get_cut(request.user, cut_id)
    access.require(request.user, Action.VIEW_FLAGS, cut.episode.production, cut)
    flags = with_stages(selectors.flags_of_cut(request.user, cut))
    found = list(selectors.runs_of_cut(request.user, cut))
    entries = _entries(rows_of(flags, request.user))
    context = {
        "cut": cut,
        "production": cut.episode.production,
        "entries": entries,
        "waiting": [entry for entry in entries if entry["row"].flag.is_open],
        "decided": [entry for entry in entries if not entry["row"].flag.is_open],
        "orders": orders_in_words(request.user, cut.retakes.filter(state__in=_WAITING)),
        "checked": bool(found),
        "left_out": [sentence for run in found for sentence in _left_out(run)],
    }
    return render(request, "qa/_cut_flags.html", context)


@login_required
@require_GET
def cut_retakes(request: SignedInRequest, cut_id: int) -> HttpResponse:
    """Show only what is to be redone in a cut and why: for the card of the artist."""
    cut = asset_selectors.get_cut(request.user, cut_id)
    access.require(request.user, Action.VIEW_RETAKES, cut.episode.production, cut)
    orders = orders_in_words(request.user, cut.retakes.filter(state__in=_WAITING))
    context = {"cut": cut, "orders": orders}
    return render(request, "qa/_cut_retakes.html", context)


@login_required
@require_GET
def take_flags(request: SignedInRequest, take_id: int) -> HttpResponse:
    """Show the check of a take as it runs, and what it found."""
    take = asset_selectors.get_take(request.user, take_id)
    return _take_flags(request, take)


@login_required
@require_POST
def take_check(request: SignedInRequest, take_id: int) -> HttpResponse:
    """Check a take again; what is known already costs nothing."""
    take = asset_selectors.get_take(request.user, take_id)
    runs.request(actor=request.user, take=take)
    if request.headers.get("HX-Request") == "true":
        return _take_flags(request, take)
    return redirect("take", take.pk)


def _take_flags(request: SignedInRequest, take: Take) -> HttpResponse:
    production = take.cut.episode.production
    access.require(request.user, Action.VIEW_FLAGS, production, take.cut)
    run = selectors.run_of(request.user, take)
    flags = selectors.visible_flags(request.user).filter(run=run).prefetch_related("verdicts__by")
    flags = with_stages(flags.order_by(*selectors.ORDERS["cut"]))
    job = latest_job(f"take:{take.pk}")
    context = {
        "take": take,
        "production": production,
        "run": run,
        "entries": _entries(rows_of(flags, request.user)) if run else [],
        "left_out": _left_out(run) if run else [],
        "at_work": job is not None and not job.is_over,
        "may_check": access.allowed(request.user, Action.RUN_CHECK, production, take.cut),
        **card(job, request.user),
    }
    return render(request, "qa/_take_flags.html", context)


def _left_out(run: CheckRun) -> list[str]:
    """Return in words what the run could not judge: an abstention is no "all is well"."""
    apart = Drawing.objects.filter(pk__in=run.summary.get("not_comparable", {})).select_related("cell")
    names = {str(drawing.pk): drawing_name(drawing) for drawing in apart}
    return [*sentences.not_checked(run), *sentences.left_apart(run, names)]


def _entries(rows: list[Any]) -> list[dict[str, Any]]:
    """Return each row with its newest verdict, None while it is open."""
    return [{"row": row, "verdict": _newest(row.flag.verdicts.all())} for row in rows]


def _newest(verdicts: Any) -> Verdict | None:
    newest = next(iter(verdicts), None)
    return newest if newest is not None and newest.flag.decision == newest.decision else None
