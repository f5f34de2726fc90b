"""Signing a stage of a cut off, and taking that back: the buttons of the cut page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assets import selectors
from assets.forms import SignForm
from assets.services import sign_offs
from studio.core.errors import InvalidInput, NotAllowed, NotFound, StudioError
from studio.core.pages import SignedInRequest


@login_required
@require_POST
def cut_sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign a stage off, or take the sign-off back (`do` = revoke). A refusal is told on the cut's page."""
    cut = selectors.get_cut(request.user, pk)
    form = SignForm(request.POST, cut=cut)
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        raise InvalidInput(field=field, reason=str(problems[0]))
    given = form.cleaned_data
    try:
        if given["do"] == "revoke":
            sign_offs.revoke(actor=request.user, cut=cut, stage=given["stage"], note=given["note"])
            messages.success(request, _("The sign-off of %(stage)s is taken back.") % given)
        else:
            sign_offs.sign(
                actor=request.user, cut=cut, stage=given["stage"], take=given["take"], note=given["note"]
            )
            messages.success(request, _("%(stage)s is signed off.") % given)
    except (NotAllowed, NotFound):
        raise
    except StudioError as error:
        messages.error(request, error.message)
    return redirect("cut", cut.pk)
