"""The administrator's button of the health page that compiles memory banks anew."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from qa.services import banks
from studio.core.pages import SignedInRequest


@login_required
@require_POST
def banks_rebuild(request: SignedInRequest) -> HttpResponse:
    """Put the missing banks on their queue and go back to the health page."""
    submitted = len(banks.rebuild_missing(actor=request.user))
    words = ngettext(
        "%(n)d sheet is being compiled. The jobs drawer shows how far it is.",
        "%(n)d sheets are being compiled. The jobs drawer shows how far they are.",
        submitted,
    )
    messages.success(request, words % {"n": submitted})
    return redirect("health")
