"""Somebody withdraws consent: choose, see what is touched, do it; and the report that stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import access, grant_words, selectors_rights
from assets.choices_rights import TaskKind
from assets.csv_stream import Cells, stream
from assets.forms_rights import ConfirmForm, WithdrawForm
from assets.models import Grant, RightsHolder, Withdrawal
from assets.rights.impact import Touched
from assets.rights.withdrawal_plan import steps_of
from assets.services import withdrawals
from assets.views.jobs import explain, latest_job
from assets.views.paging import page_of, tried
from assets.views.rights_people import frame, grant_rows
from studio.core.errors import StudioError
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_PER_PAGE = 50
_COLUMNS = ("part", "what", "name", "count", "state", "done_at", "done_by", "note")


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Lead through a withdrawal in three steps; nothing is changed before the last one is confirmed."""
    holder = selectors_rights.get_holder(request.user, pk)
    access.require_anywhere(request.user, Action.EDIT_DATASETS)
    open_grants = withdrawals.open_grants(holder)
    if request.method == "POST":
        return _done(request, holder, ConfirmForm(request.POST, open_grants=open_grants))
    step = request.GET.get("step", "1")
    if step not in {"2", "3"}:
        return _choose(request, holder, _fresh(open_grants))
    form = WithdrawForm(request.GET, open_grants=open_grants)
    found: list[Touched] = []

    def look() -> None:
        found.append(withdrawals.preview(actor=request.user, holder=holder, **form.cleaned_data))

    if not form.is_valid() or not tried(form, look):
        return _choose(request, holder, form)
    context = _touched(request, holder, found[0], form)
    return render(request, f"assets/rights_withdraw_{step}.html", {**context, "confirm": ConfirmForm(
        initial=form.cleaned_data, open_grants=open_grants
    )})  # fmt: skip


def _fresh(open_grants: Any) -> WithdrawForm:
    able = [grant for grant in open_grants if withdrawals.can_be_withdrawn(grant)]
    initial = {"grants": [grant.pk for grant in able], "effective_on": withdrawals.earliest(able)}
    return WithdrawForm(initial=initial, open_grants=open_grants)


def _choose(request: SignedInRequest, holder: RightsHolder, form: WithdrawForm) -> HttpResponse:
    """Step 1: which grants, from which day."""
    granted = list(selectors_rights.grants().filter(pk__in=withdrawals.open_grants(holder).values("pk")))
    chosen = {str(value) for value in form["grants"].value() or ()}
    rows = grant_rows(request, granted)
    for row in rows:
        row["is_able"] = withdrawals.can_be_withdrawn(row["grant"])
        row["is_chosen"] = str(row["grant"].pk) in chosen
        row["first_day"] = withdrawals.earliest([row["grant"]])
        row["terms"] = grant_words.withdrawal_of(row["grant"])
    today = timezone.localdate()
    context = {
        **frame(request),
        "holder": holder,
        "form": form,
        "rows": rows,
        "n_able": sum(row["is_able"] for row in rows),
        "n_stay": sum(not row["is_able"] for row in rows),
        "with_notice": any(row["first_day"] > today for row in rows if row["is_able"]),
        "today": today,
    }
    return render(request, "assets/rights_withdraw_1.html", context)


def _touched(
    request: SignedInRequest, holder: RightsHolder, found: Touched, form: WithdrawForm
) -> dict[str, Any]:
    """Steps 2 and 3: what is touched, what the contract obliges to, who does what."""
    chosen: list[Grant] = list(form.cleaned_data["grants"])
    duty = withdrawals.gravest(chosen)
    told = found.as_json()
    steps = steps_of(found.counts, duty, cuts_to_withdraw=len(found.output_cuts))
    return {
        **frame(request),
        "holder": holder,
        "form": form,
        "chosen": chosen,
        "n_stay": withdrawals.open_grants(holder).count() - len(chosen),
        "effective_on": form.cleaned_data["effective_on"],
        "is_later": form.cleaned_data["effective_on"] > timezone.localdate(),
        "shown": selectors_rights.shown_to(request.user, told),
        "duties": grant_words.duties_of(duty),
        "ours": [grant_words.step_sentence(step.kind, step.count) for step in steps if step.is_ours],
        "theirs": [grant_words.step_sentence(step.kind, step.count) for step in steps if not step.is_ours],
    }


def _done(request: SignedInRequest, holder: RightsHolder, form: ConfirmForm) -> HttpResponse:
    made: list[Withdrawal] = []

    def do() -> None:
        made.append(withdrawals.withdraw(actor=request.user, holder=holder, **form.cleaned_data))

    if form.is_valid() and tried(form, do):
        return redirect("withdrawal", made[0].pk)
    return _choose(request, holder, form)


@login_required
@require_GET
def withdrawal_list(request: SignedInRequest) -> HttpResponse:
    """Show every withdrawal, the newest first."""
    page = page_of(request, selectors_rights.withdrawals(request.user), _PER_PAGE)
    return render(request, "assets/rights_withdrawals.html", {**frame(request), "page": page})


@login_required
@require_GET
def withdrawal_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what a withdrawal touched, what was done and what is still to be done."""
    withdrawal = selectors_rights.get_withdrawal(request.user, pk)
    granted = list(selectors_rights.grants().filter(revocation__withdrawal=withdrawal))
    tasks = selectors_rights.tasks_shown(request.user, withdrawal)
    duty = withdrawals.gravest(granted) if granted else ""
    context = {
        **frame(request),
        **_vectors(withdrawal),
        "withdrawal": withdrawal,
        "holder": withdrawal.holder,
        "grants": grant_rows(request, granted),
        "shown": selectors_rights.shown_to(request.user, withdrawal.touched),
        "duties": grant_words.duties_of(duty) if duty else [],
        "is_later": withdrawal.effective_on > timezone.localdate(),
        "open_tasks": [row for row in tasks if row["is_open"] and row["by_people"]],
        "done_tasks": [row for row in tasks if not row["is_open"]],
    }
    return render(request, "assets/rights_withdrawal.html", context)


@login_required
@require_GET
def withdrawal_vectors(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show how far the removal of the index entries is; asked every two seconds until it is over."""
    withdrawal = selectors_rights.get_withdrawal(request.user, pk)
    return render(request, "assets/_rights_vectors.html", _vectors(withdrawal))


def _vectors(withdrawal: Withdrawal) -> dict[str, Any]:
    task = withdrawal.tasks.filter(kind=TaskKind.REMOVE_VECTORS).first()
    job = latest_job(f"withdrawal:{withdrawal.pk}") if task is not None else None
    return {
        "withdrawal": withdrawal,
        "task": task,
        "job": job,
        "reason": explain(job) if job is not None else "",
        "is_removed": task is not None and task.state == "done",
    }


@login_required
@require_GET
def withdrawal_csv(request: SignedInRequest, pk: int) -> StreamingHttpResponse:
    """Send the report as a table."""
    withdrawal = selectors_rights.get_withdrawal(request.user, pk)
    lines = _lines(request, withdrawal)
    response = StreamingHttpResponse(stream(_COLUMNS, lines), content_type="text/csv; charset=utf-8")
    name = f"withdrawal_{withdrawal.pk}_{withdrawal.effective_on:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(request: SignedInRequest, withdrawal: Withdrawal) -> Iterator[Cells]:
    shown = selectors_rights.shown_to(request.user, withdrawal.touched)
    nothing = ("", "", "", "")
    for name, count in shown.counts.items():
        yield ("count", name, "", count, *nothing)
    parts: Iterable[tuple[str, Iterable[tuple[str, Any]]]] = (
        ("version", ((str(each), each.item_count) for each in shown.versions)),
        ("model", ((str(each), "") for each in shown.models)),
        ("cut", ((row["name"], row["count"]) for row in shown.cuts)),
        ("made_by_model", ((row["name"], row["count"]) for row in shown.output_cuts)),
        ("production", ((str(each), "") for each in shown.productions)),
    )
    for part, rows in parts:
        for name, count in rows:
            yield ("touched", part, name, count, *nothing)
    for row in selectors_rights.tasks_shown(request.user, withdrawal):
        task = row["task"]
        who = str(task.done_by) if task.done_by else ""
        yield ("task", task.kind, row["name"], task.count, task.state, task.done_at, who, task.note)


@login_required
@require_POST
def task_done(request: SignedInRequest, pk: int) -> HttpResponse:
    """Tick off what a person had to do."""
    task = selectors_rights.get_task(request.user, pk)
    try:
        withdrawals.done(actor=request.user, task=task, note=request.POST.get("note", "").strip())
    except StudioError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Ticked off."))
    return redirect("withdrawal", task.withdrawal_id)
