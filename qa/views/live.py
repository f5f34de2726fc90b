"""What changes on a desk while somebody sits at it: claims, decisions, who was given what."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from assets import access
from assets import selectors as asset_selectors
from qa import selectors
from qa.choices import RunState
from qa.models import Flag, Verdict
from qa.services import assignments
from qa.templatetags.review import decision_words
from qa.views.chosen import MOST_AT_ONCE, chosen_flags
from qa.views.rows import assigned_words, holder_of, holder_words, production_of
from studio.core.errors import InvalidInput
from studio.core.models import User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action


@login_required
@require_GET
def review_states(request: SignedInRequest, code: str) -> JsonResponse:
    """Say how the flags that a desk shows stand now. Three reads, whatever their number."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_FLAGS, production)
    wanted = [each for each in request.GET.get("ids", "").split(",") if each.isdecimal()][:MOST_AT_ONCE]
    flags = selectors.visible_flags(request.user).filter(
        pk__in=wanted, drawing__cell__take__cut__episode__production=production
    )
    # The poll reads no measures and no sentences: only what stands in `_state`.
    flags = flags.select_related(None).select_related("run", "claim__user", "assignment__user")
    flags = flags.defer("measures", "colours", "sentence_data", "run__limits", "run__summary", "run__drifts")
    decided = {flag.pk for flag in flags if flag.decision}
    newest = {
        verdict.flag_id: verdict
        for verdict in Verdict.objects.filter(flag__in=decided).select_related("by").order_by("id")
    }
    states = {flag.pk: _state(flag, newest.get(flag.pk), request.user) for flag in flags}
    return JsonResponse({"flags": states})


def _state(flag: Flag, verdict: Verdict | None, reader: User) -> dict[str, Any]:
    is_gone = flag.run.state != RunState.CURRENT
    return {
        "decision": "" if flag.is_open else flag.decision,
        "seen": flag.decision,
        "words": "" if flag.is_open else _by(verdict, reader),
        "says": _("This check is out of date: a new one has been made.") if is_gone else _says(flag, verdict),
        "mine": verdict is not None and verdict.by == reader,
        "holder": holder_words(holder_of(flag, reader)),
        "assigned": assigned_words(flag, reader),
        "gone": is_gone,
    }


def _by(verdict: Verdict | None, reader: User) -> str:
    """Return the decision in a row's few words; of somebody else with the name."""
    if verdict is None:
        return ""
    words = decision_words(verdict.decision)
    if verdict.by == reader:
        return words
    return _("%(decision)s, by %(person)s") % {"decision": words, "person": verdict.by}


def _says(flag: Flag, verdict: Verdict | None) -> str:
    """Return what happened to the flag as a sentence; empty where nobody has decided."""
    if verdict is None:
        return ""
    if flag.is_open:
        return _("%(person)s has taken the decision back.") % {"person": verdict.by}
    words = {"person": verdict.by, "decision": decision_words(flag.decision)}
    return _("%(person)s has decided: %(decision)s.") % words


@login_required
@require_POST
def review_assign(request: SignedInRequest, code: str) -> HttpResponse:
    """Give the chosen flags to a person ("me", an id) or to nobody ("")."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.GIVE_VERDICT, production)
    flags = chosen_flags(request, production)
    user = _person(request)
    assignments.assign(actor=request.user, flags=flags, user=user)
    count = ngettext("%d flag", "%d flags", len(flags)) % len(flags)
    words = (
        _("%(flags)s given to %(person)s") % {"flags": count, "person": user}
        if user
        else _("%(flags)s given to nobody") % {"flags": count}
    )
    if request.headers.get("Accept", "").startswith("application/json"):
        fresh = selectors.flags_by_id([flag.pk for flag in flags])
        return JsonResponse(
            {"words": words, "assigned": {flag.pk: assigned_words(flag, request.user) for flag in fresh}}
        )
    return HttpResponseRedirect(reverse("review", args=[code]))


def _person(request: SignedInRequest) -> User | None:
    wanted = request.POST.get("user", "")
    if wanted == "me":
        return request.user
    if not wanted:
        return None
    found = User.objects.filter(pk=wanted, is_active=True).first() if wanted.isdecimal() else None
    if found is None:
        raise InvalidInput(field="user", reason=_("there is no such person"))
    return found


@login_required
@require_GET
def flag_previous(request: SignedInRequest, flag_id: int) -> JsonResponse:
    """Return the address of the flag that the reader decided before this one, for a tab that knows no way back."""
    flag = selectors.get_flag(request.user, flag_id)
    production = production_of(flag)
    access.require(request.user, Action.VIEW_FLAGS, production)
    mine = Verdict.objects.filter(
        by=request.user, flag__drawing__cell__take__cut__episode__production=production
    ).order_by("-id")
    here = mine.filter(flag=flag).first()
    before = mine.exclude(flag=flag)
    if here is not None:
        before = before.filter(pk__lt=here.pk)
    found = before.first()
    query = request.GET.urlencode()
    url = reverse("flag", args=[found.flag_id]) + (f"?{query}" if query else "") if found else None
    return JsonResponse({"previous": url})
