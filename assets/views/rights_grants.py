"""Grants: what somebody allows, in words; newer terms; the papers and the payments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import access, grant_words, selectors_rights
from assets.forms_rights import EvidenceForm, GrantForm, PaymentForm, initial_of
from assets.models import Grant, RightsHolder
from assets.rights.due import unpaid
from assets.rights.grant_state import STATUS, GrantState
from assets.services import grants
from assets.views.paging import tried
from assets.views.rights_people import frame
from studio.core.errors import StudioError
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_OVER = {GrantState.WITHDRAWN, GrantState.SUPERSEDED}


@login_required
@require_http_methods(["GET", "POST"])
def grant_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write down what somebody allows."""
    holder = selectors_rights.get_holder(request.user, pk)
    return _written(request, holder, None)


@login_required
@require_http_methods(["GET", "POST"])
def grant_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write newer terms that supersede a grant, beginning with what it says."""
    grant = selectors_rights.get_grant(request.user, pk)
    return _written(request, grant.holder, grant)


def _written(request: SignedInRequest, holder: RightsHolder, old: Grant | None) -> HttpResponse:
    access.require_anywhere(request.user, Action.EDIT_DATASETS)
    initial = initial_of(old) if old is not None else {}
    form = GrantForm(request.POST or None, initial=initial, reader=request.user, holder=holder)
    made: list[Grant] = []

    def create() -> None:
        made.append(grants.create(actor=request.user, holder=holder, supersedes=old, **form.terms()))

    if request.method == "POST" and form.is_valid() and tried(form, create):
        messages.success(request, _("Written down. Keep the signed paper with it."))
        return redirect("grant", made[0].pk)
    context = {**frame(request), "holder": holder, "form": form, "old": old}
    return render(request, "assets/rights_grant_edit.html", context)


@login_required
@require_GET
def grant_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the terms of a grant in sentences, how it stands, its papers and payments."""
    grant = selectors_rights.get_grant(request.user, pk)
    return render(request, "assets/rights_grant.html", _shown(request, grant))


def _shown(request: SignedInRequest, grant: Grant, payment_form: PaymentForm | None = None) -> dict[str, Any]:
    today = timezone.localdate()
    standing = grant_words.standing_of(grant, today)
    open_sums = [amount for _grant, amount in unpaid([grant])] if grant.compensation != "none" else []
    codes = dict(access.visible_productions(request.user).order_by().values_list("pk", "code"))
    limited = [each.pk for each in grant.only_for.all()]
    initial = {
        "amount": open_sums[0] if open_sums else None,
        "currency": grant.currency,
        "paid_on": today,
    }
    return {
        **frame(request),
        "grant": grant,
        "holder": grant.holder,
        "standing": standing,
        "status": STATUS[standing.state],
        "terms": grant_words.terms_of(grant, selectors_rights.title_of(request.user, grant, set(codes))),
        "only_for": [codes[pk] for pk in limited if pk in codes],
        "n_only_for": len(limited),
        "newer": getattr(grant, "superseded_by", None),
        "evidence": grant.evidence.all(),
        "payments": grant.payments.select_related("evidence"),
        "open_sum": _sum(open_sums, grant.currency),
        "is_unpaid": bool(open_sums),
        "may_change": standing.state not in _OVER and getattr(grant, "superseded_by", None) is None,
        "evidence_form": EvidenceForm(),
        "payment_form": payment_form or PaymentForm(grant=grant, initial=initial),
    }


def _sum(open_sums: list[Decimal | None], currency: str) -> str:
    return grant_words.money(open_sums[0], currency) if open_sums and open_sums[0] is not None else ""


@login_required
@require_POST
def grant_evidence(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep a file that proves a grant."""
    grant = selectors_rights.get_grant(request.user, pk)
    access.require_anywhere(request.user, Action.EDIT_DATASETS)
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.warning(request, _("No file was chosen."))
        return redirect("grant", pk)
    file, given = form.cleaned_data["file"], form.cleaned_data
    try:
        grants.add_evidence(
            actor=request.user,
            grant=grant,
            file_name=file.name,
            stream=file,
            kind=given["kind"],
            confidential=not given["open_to_all"],
        )
    except StudioError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The evidence is kept as it came."))
    return redirect("grant", pk)


@login_required
@require_POST
def grant_pay(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write down that a grantor was paid."""
    grant = selectors_rights.get_grant(request.user, pk)
    access.require_anywhere(request.user, Action.EDIT_DATASETS)
    form = PaymentForm(request.POST, grant=grant)

    def pay() -> None:
        grants.pay(actor=request.user, grant=grant, **form.cleaned_data)

    if form.is_valid() and tried(form, pay):
        messages.success(request, _("The payment is written down."))
        return redirect("grant", pk)
    return render(request, "assets/rights_grant.html", _shown(request, grant, form))
