"""Verdicts and claims: the answers that the desk's keys get. Without script the same forms lead to the next page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assets import access
from assets import selectors as asset_selectors
from qa import selectors
from qa.choices import Decision
from qa.forms import QueueFilters, VerdictForm
from qa.models import Flag
from qa.services import verdicts
from qa.views import sitting
from qa.views.chosen import chosen_flags
from qa.views.flag import alike, filters_of, flag_url, queue_url
from qa.views.rows import drawing_name, production_of
from studio.core.errors import InvalidInput
from studio.core.pages import SignedInRequest
from studio.core.roles import Action


def _form(request: SignedInRequest) -> dict[str, Any]:
    form = VerdictForm(request.POST)
    if not form.is_valid():
        field, reasons = next(iter(form.errors.items()))
        raise InvalidInput(field=field, reason=str(reasons[0]))
    return form.cleaned_data


def _answer(request: SignedInRequest, body: dict[str, Any], url: str) -> HttpResponse:
    """Return JSON to the script, a redirect to a plain form."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(body)
    return HttpResponseRedirect(url)


def name_of(flag: Flag) -> str:
    """Return the flag's drawing as people call it."""
    return f"{flag.drawing.cell.take.cut} {drawing_name(flag.drawing)}"


@login_required
@require_POST
def flag_verdict(request: SignedInRequest, flag_id: int) -> HttpResponse:
    """Give a verdict, on demand to several flags at once, and say which flag is next by the same filters."""
    flag = selectors.get_flag(request.user, flag_id)
    production, filters, asked = production_of(flag), filters_of(request, flag), _form(request)
    flags = _give(request, flag, asked)
    sitting.decided(request, production, count=len(flags))
    queued = selectors.queue(request.user, production, filters)
    upcoming = selectors.next_in(request.user, queued, filters.get("order", ""), after=flag)
    following, left = flag_url(upcoming, request), queued.count()
    queue = queue_url(flag, request)
    body = {
        "flag": flag_url(flag, request),
        "next": following,
        "queue": queue,
        "undo": _with_query(reverse("review_undo", args=[production.code]), request),
        "flags": [each.pk for each in flags],
        "words": _several(flags, str(Decision(asked["decision"]).label)),
        "sitting": sitting.words(request, production, left),
    }
    return _answer(request, body, following or queue)


def _give(request: SignedInRequest, flag: Flag, asked: dict[str, Any]) -> list[Flag]:
    """Give the verdict and return the flags that it was given to."""
    words = {name: asked[name] for name in ("decision", "reason", "note")}
    seen = asked["seen"] if "seen" in request.POST else None
    with transaction.atomic():
        verdicts.give(actor=request.user, flag=flag, seen_decision=seen, **words)
        more = list(alike(flag, asked["scope"]))
        verdicts.give_many(actor=request.user, flags=more, **words)
    return [flag, *more]


@login_required
@require_POST
def flag_undo(request: SignedInRequest, flag_id: int) -> HttpResponse:
    """Take the decision about a flag back; it is open again."""
    flag = selectors.get_flag(request.user, flag_id)
    production = production_of(flag)
    verdicts.undo(actor=request.user, flag=flag)
    sitting.decided(request, production, count=-1)
    left = selectors.queue(request.user, production, filters_of(request, flag)).count()
    body = {
        "flag": flag_url(flag, request),
        "words": _("%(flag)s: taken back, it is open again") % {"flag": name_of(flag)},
        "sitting": sitting.words(request, production, left),
    }
    return _answer(request, body, str(body["flag"]))


@login_required
@require_POST
def flag_claim(request: SignedInRequest, flag_id: int) -> JsonResponse:
    """Claim a flag for a minute, or say who has it (409)."""
    claim = verdicts.claim(actor=request.user, flag=selectors.get_flag(request.user, flag_id))
    return JsonResponse({"until": claim.until.isoformat()})


@login_required
@require_POST
def flag_release(request: SignedInRequest, flag_id: int) -> HttpResponse:
    """Let a flag go; sent while a page is being left, so nobody reads the answer."""
    verdicts.release(actor=request.user, flag=selectors.get_flag(request.user, flag_id))
    return HttpResponse(status=204)


@login_required
@require_POST
def review_verdicts(request: SignedInRequest, code: str) -> HttpResponse:
    """Give one verdict to every chosen flag of a queue, or to none."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.GIVE_VERDICT, production)
    flags, asked = chosen_flags(request, production), _form(request)
    verdicts.give_many(
        actor=request.user,
        flags=flags,
        decision=asked["decision"],
        reason=asked["reason"],
        note=asked["note"],
    )
    sitting.decided(request, production, count=len(flags))
    label = str(Decision(asked["decision"]).label)
    filters = QueueFilters(request.GET, production=production, cuts=access.visible_cuts(request.user)).filters
    body = {
        "label": label,
        "words": _several(flags, label),
        "decision": Decision(asked["decision"]).value,
        "sitting": sitting.words(
            request, production, selectors.queue(request.user, production, filters).count()
        ),
    }
    return _answer(request, body, _with_query(reverse("review", args=[code]), request))


@login_required
@require_POST
def review_undo(request: SignedInRequest, code: str) -> HttpResponse:
    """Take the decision about every chosen flag back."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.GIVE_VERDICT, production)
    flags = chosen_flags(request, production)
    with transaction.atomic():
        for flag in flags:
            verdicts.undo(actor=request.user, flag=flag)
    sitting.decided(request, production, count=-len(flags))
    left = selectors.queue(request.user, production, filters_of(request, flags[0])).count() if flags else 0
    body = {
        "flag": flag_url(flags[0], request) if flags else None,
        "words": _several(flags, _("taken back")),
        "sitting": sitting.words(request, production, left),
    }
    return _answer(request, body, _with_query(reverse("review", args=[code]), request))


def _several(flags: list[Flag], words: str) -> str:
    if len({flag.drawing_id for flag in flags}) == 1:
        return f"{name_of(flags[0])}{f' ({len(flags)})' if len(flags) > 1 else ''}: {words}"
    count = ngettext("%d flag", "%d flags", len(flags)) % len(flags)
    return f"{count}: {words}"


def _with_query(url: str, request: SignedInRequest) -> str:
    query = request.GET.urlencode()
    return f"{url}?{query}" if query else url
