"""Who may order retakes of which stage, and the colours of correction paper: the production's own rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assets import access, selectors
from assets.authority import DEFAULT_PAPERS
from assets.choices import Stage
from assets.services import productions
from assets.templatetags.desk_rules import authority_rows, paper_rows
from studio.core.errors import NotAllowed, NotFound, StudioError
from studio.core.pages import SignedInRequest
from studio.core.roles import Action


@login_required
@require_http_methods(["GET", "POST"])
def desk_rules(request: SignedInRequest, code: str) -> HttpResponse:
    """Show and change both; a refusal shows what was chosen again, with the reason."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.MANAGE_PRODUCTION, production)
    problem, rows, papers = "", authority_rows(production), paper_rows(production)
    if request.method == "POST":
        fields = _given(request)
        problem = _problem(lambda: productions.update(actor=request.user, production=production, **fields))
        if not problem:
            messages.success(request, _("Saved."))
            part = "papers" if "paper_colours" in fields else "authority"
            return HttpResponseRedirect(f"{reverse('production_settings', args=[code])}#{part}")
        rows = authority_rows(production, fields.get("retake_authority"))
        papers = paper_rows(production, fields.get("paper_colours"))
    context = {"production": production, "rows": rows, "papers": papers, "problem": problem}
    return render(request, "assets/desk_rules.html", context)


def _given(request: SignedInRequest) -> dict[str, Any]:
    """Return the field that the pressed button is about; its reset empties it."""
    what, is_reset = request.POST.get("what", ""), "reset" in request.POST
    if what == "papers":
        chosen = {role: request.POST.get(f"paper-{role}", "") for role in map(str, DEFAULT_PAPERS)}
        return {"paper_colours": {} if is_reset else chosen}
    table = {stage: request.POST.getlist(f"stage-{stage}") for stage in Stage.values}
    return {"retake_authority": {} if is_reset else table}


def _problem(call: Callable[[], Any]) -> str:
    try:
        call()
    except (NotAllowed, NotFound):
        raise
    except StudioError as error:
        return str(error.data["reason"].translated()) if error.code == "invalid_input" else error.message
    return ""
