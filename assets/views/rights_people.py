"""Rights of the whole studio: where one begins, and the people and bodies who hold rights."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assets import access, desks, due_words, grant_words, selectors_rights
from assets.forms_rights import HolderForm
from assets.models import Dataset, Grant, ModelVersion, RightsHolder
from assets.rights.grant_state import IN_FORCE, STATUS
from assets.services import due, holders
from assets.views.datasets import right_of
from assets.views.paging import page_of, tried
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_PER_PAGE = 50
_FIRST = 8
_MOST_WITHDRAWALS = 5


@login_required
@require_GET
def rights_home(request: SignedInRequest) -> HttpResponse:
    """Show what there is, what falls due next and which withdrawals have open tasks."""
    user, today = request.user, timezone.localdate()
    coming = due.of_reader(actor=user)
    visible = access.visible_productions(user).filter(archived=False).annotate(n_datasets=Count("datasets"))
    studio = Dataset.objects.filter(production=None).prefetch_related("evidence")
    context = {
        **frame(request),
        "n_people": RightsHolder.objects.count(),
        "n_grants": Grant.objects.count(),
        "n_models": ModelVersion.objects.count(),
        "datasets": [{"dataset": each, "right": right_of(each, today)} for each in studio[:_FIRST]],
        "n_datasets": studio.count(),
        "productions": visible,
        "coming": due_words.rows_of(coming[:_FIRST], today),
        "n_coming": len(coming),
        "n_late": sum(each.days_left(today) < 0 for each in coming),
        "withdrawals": selectors_rights.withdrawals(user)[:_MOST_WITHDRAWALS],
    }
    return render(request, "assets/rights_home.html", context)


@login_required
@require_GET
def holder_list(request: SignedInRequest) -> HttpResponse:
    """Show who holds rights, with what they granted; `?q=` searches name, credit line and pseudonym."""
    text = request.GET.get("q", "").strip()[:200]
    page = page_of(request, selectors_rights.holders(request.user, text), _PER_PAGE)
    today = timezone.localdate()
    rows = []
    for holder in page:
        states = [grant_words.standing_of(grant, today).state for grant in holder.grants.all()]
        in_force = sum(state in IN_FORCE for state in states)
        rows.append({"holder": holder, "n_grants": len(states), "in_force": in_force})
    context = {**frame(request), "page": page, "rows": rows, "text": text}
    return render(request, "assets/rights_people.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def holder_new(request: SignedInRequest) -> HttpResponse:
    """Write down who holds rights."""
    access.require_anywhere(request.user, Action.EDIT_DATASETS)
    form = HolderForm(request.POST or None)
    made: list[RightsHolder] = []

    def create() -> None:
        made.append(holders.create(actor=request.user, **form.fields_for(None)))

    if request.method == "POST" and form.is_valid() and tried(form, create):
        return redirect("holder", made[0].pk)
    return render(request, "assets/rights_person_edit.html", {**frame(request), "form": form, "holder": None})


@login_required
@require_http_methods(["GET", "POST"])
def holder_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what is known of somebody; what they granted stays as it was signed."""
    holder = selectors_rights.get_holder(request.user, pk)
    access.require_anywhere(request.user, Action.EDIT_DATASETS)
    initial = {name: getattr(holder, name) for name in HolderForm.base_fields}
    form = HolderForm(request.POST or None, initial=initial)

    def update() -> None:
        holders.update(actor=request.user, holder=holder, **form.fields_for(holder))

    if request.method == "POST" and form.is_valid() and tried(form, update):
        messages.success(request, _("Saved."))
        return redirect("holder", pk)
    return render(
        request, "assets/rights_person_edit.html", {**frame(request), "form": form, "holder": holder}
    )


@login_required
@require_GET
def holder_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what somebody granted, where their works lie, what they were paid and what they withdrew."""
    user, today = request.user, timezone.localdate()
    holder = selectors_rights.get_holder(user, pk)
    works = selectors_rights.works_by_dataset(user, holder)
    granted = list(selectors_rights.grants().filter(holder=holder).prefetch_related("payments"))
    payments = [payment for grant in granted for payment in grant.payments.all()]
    context = {
        **frame(request),
        "holder": holder,
        "works": works,
        "grants": grant_rows(request, granted),
        "payments": sorted(payments, key=lambda payment: payment.paid_on, reverse=True),
        "withdrawals": selectors_rights.withdrawals(user).filter(holder=holder),
        "today": today,
    }
    return render(request, "assets/rights_person.html", context)


def frame(request: SignedInRequest) -> dict[str, Any]:
    """Return what every page of the studio's rights needs: the sidebar's production, and whether one may write."""
    return {
        "production": desks.sole_production(request.user),
        "may_edit": access.allowed_anywhere(request.user, Action.EDIT_DATASETS),
    }


def grant_rows(request: SignedInRequest, granted: list[Grant]) -> list[dict[str, Any]]:
    """Return grants as lists show them: what, where, until when, and how they stand."""
    today, visible = timezone.localdate(), selectors_rights.visible_ids(request.user)
    return [
        {
            "grant": grant,
            "standing": (standing := grant_words.standing_of(grant, today)),
            "status": STATUS[standing.state],
            "subject": grant_words.subject_of(grant, selectors_rights.title_of(request.user, grant, visible)),
            "scopes": grant_words.scopes_of(grant),
            "where": grant_words.where_of(grant),
        }
        for grant in granted
    ]
