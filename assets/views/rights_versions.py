"""Versions of datasets: bring works in, see how they stand, conclude, freeze, approve; and the history of one work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import access, selectors
from assets import selectors_rights_questions as reads
from assets.choices_rights import VersionState
from assets.forms_rights_questions import BringForm, ConcludeForm, DraftForm, WhyForm
from assets.models import DatasetVersion
from assets.rights import facts
from assets.rights_words import told
from assets.services import intake_sets, version_answers, versions
from assets.services.intake_sets import Origin
from assets.services.versions import Conclusion
from assets.standing_words import delivery, holder_names, said_of
from assets.views import jobs
from assets.views.datasets import right_of
from assets.views.paging import page_of, tried
from studio.core.errors import StudioError
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_GROUPS = 50
_DIFFERENCES = 200
_STATES = {
    VersionState.DRAFT: "draft",
    VersionState.FROZEN: "ready",
    VersionState.APPROVED: "approved",
    VersionState.BLOCKED: "bad",
    VersionState.RETIRED: "omitted",
}


@login_required
@require_GET
def studio_datasets(request: SignedInRequest) -> HttpResponse:
    """Show the datasets that belong to the whole studio: what our own models learned from, and bought sets."""
    today = timezone.localdate()
    page = page_of(request, reads.studio_datasets(request.user))
    rows = [{"dataset": each, "right": right_of(each, today)} for each in page]
    return render(request, "rights/studio_datasets.html", {"page": page, "rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the versions of a dataset; begin a new one."""
    dataset = selectors.get_dataset(request.user, pk)
    listed = dataset.versions.select_related("dataset", "parent__dataset", "made_by")
    form = DraftForm(request.POST or None, versions=dataset.versions.select_related("dataset"))
    made: list[DatasetVersion] = []

    def begin() -> None:
        made.append(versions.draft(actor=request.user, dataset=dataset, **form.cleaned_data))

    if request.method == "POST" and form.is_valid() and tried(form, begin):
        return redirect("dataset_version", made[0].pk)
    context = {
        "production": dataset.production,
        "dataset": dataset,
        "page": page_of(request, listed),
        "form": form,
        "states": _STATES,
        "may_edit": access.allowed_for(request.user, Action.EDIT_DATASETS, dataset.production),
    }
    return render(request, "rights/versions.html", context)


@login_required
@require_GET
def version_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a version: what may be done with it, how its works stand, what came and what was odd about it."""
    version = reads.get_version(request.user, pk)
    return render(request, "rights/version.html", _version_context(request, version, BringForm()))


def _version_context(request: SignedInRequest, version: DatasetVersion, form: BringForm) -> dict[str, Any]:
    page = page_of(request, reads.groups(version), _GROUPS)
    known = {row.pk: facts.Standing.from_json(row.standing.facts) for row in page}
    names = holder_names(known.values())
    answers = version_answers.to_train(version)
    verdicts = answers.of_groups(known.values())
    rows = [
        {"row": row, "said": said_of(known[row.pk], names), "answer": verdicts[known[row.pk].digest]}
        for row in page
    ]
    production = version.dataset.production
    return {
        "production": production,
        "dataset": version.dataset,
        "version": version,
        "state": _STATES[VersionState(version.state)],
        "page": page,
        "groups": rows,
        "told": told(answers.decision.answer.value, answers.decision.as_json()),
        "deliveries": [delivery(each) for each in version.report.get("deliveries", [])][::-1],
        "approvals": version.approvals.select_related("by"),
        "models": version.models.select_related("model"),
        "form": form,
        "why_form": WhyForm(),
        "may_edit": access.allowed_for(request.user, Action.EDIT_DATASETS, production),
        "is_mine": version.made_by_id == request.user.pk,
        **jobs.card(jobs.latest_job(f"version:{version.pk}"), request.user),
    }


@login_required
@require_POST
def bring(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take files or a zip into a draft; a job reads them."""
    version = reads.get_version(request.user, pk)
    access.require_for(request.user, Action.EDIT_DATASETS, version.dataset.production)
    form = BringForm(request.POST, request.FILES)

    def take() -> None:
        data = form.cleaned_data
        names = ("kind", "url", "collected_on", "collector", "country", "signals_seen")
        intake_sets.bring(
            actor=request.user,
            version=version,
            files=[(file.name, file) for file in data["works"]],
            origin=Origin(**{name: data[name] for name in names}),
            split=data["split"],
            kind=data["item_kind"],
        )

    if form.is_valid() and tried(form, take):
        return redirect("dataset_version", pk)
    return render(request, "rights/version.html", _version_context(request, version, form), status=422)


@login_required
@require_http_methods(["GET", "POST"])
def group(request: SignedInRequest, pk: int, standing: int) -> HttpResponse:
    """Show works that stand alike; conclude for all of them at once."""
    version = reads.get_version(request.user, pk)
    row = reads.group_of(version, standing)
    known = facts.Standing.from_json(row.facts)
    initial = {
        "expression": known.concluded or known.declared,
        "owners": known.owners,
        "authors": [key for key, role in known.holders if role == "author"],
    }
    form = ConcludeForm(
        request.POST or None,
        initial=initial,
        evidence=version.dataset.evidence.all(),
        conflicts=bool(known.conflicts),
    )

    def conclude() -> None:
        data = form.cleaned_data
        conclusion = Conclusion(
            expression=data["expression"],
            owners=list(data["owners"]),
            authors=list(data["authors"]),
            why=data["why"],
            evidence=data["evidence"],
            settled=data.get("settled", False),
        )
        changed = versions.conclude(actor=request.user, version=version, standing=row, conclusion=conclusion)
        messages.success(request, _("Concluded for %(n)d works.") % {"n": changed})

    if request.method == "POST":
        access.require_for(request.user, Action.EDIT_DATASETS, version.dataset.production)
        if form.is_valid() and tried(form, conclude):
            return redirect("dataset_version", pk)
    answers = version_answers.to_train(version)
    context = {
        "production": version.dataset.production,
        "dataset": version.dataset,
        "version": version,
        "standing": row,
        "said": said_of(known, holder_names([known])),
        "answer": answers.of_groups([known])[known.digest],
        "page": page_of(request, reads.entries(version, standing=row.pk)),
        "form": form,
        "may_edit": access.allowed_for(request.user, Action.EDIT_DATASETS, version.dataset.production),
    }
    return render(request, "rights/group.html", context)


@login_required
@require_POST
def leave_out(request: SignedInRequest, pk: int, standing: int) -> HttpResponse:
    """Take works that stand alike out of a draft."""
    version = reads.get_version(request.user, pk)
    row = reads.group_of(version, standing)
    return _done(
        request,
        pk,
        lambda: versions.leave_out(actor=request.user, version=version, standing=row),
        _("They were left out; the works themselves stay known."),
    )


@login_required
@require_POST
def step(request: SignedInRequest, pk: int) -> HttpResponse:
    """Freeze, approve, block or retire a version."""
    version = reads.get_version(request.user, pk)
    user, why = request.user, request.POST.get("why", "")[:300]
    steps: dict[str, tuple[Callable[[], object], str]] = {
        "freeze": (
            lambda: versions.freeze(actor=user, version=version),
            _("Frozen: no work joins or leaves it any more."),
        ),
        "approve": (
            lambda: versions.approve(actor=user, version=version, note=why),
            _("Approved as it stands."),
        ),
        "block": (
            lambda: versions.block(actor=user, version=version, why=why),
            _("Blocked: no new training may use it."),
        ),
        "retire": (
            lambda: versions.retire(actor=user, version=version, why=why),
            _("Retired; it stays as proof."),
        ),
    }
    call, done = steps.get(request.POST.get("step", ""), (lambda: None, ""))
    access.require_for(user, Action.EDIT_DATASETS, version.dataset.production)
    return _done(request, pk, call, done)


def _done(request: SignedInRequest, pk: int, call: Callable[[], object], words: str) -> HttpResponse:
    try:
        call()
    except StudioError as error:
        messages.error(request, error.message)
    else:
        if words:
            messages.success(request, words)
    return redirect("dataset_version", pk)


@login_required
@require_GET
def works(request: SignedInRequest, pk: int) -> HttpResponse:
    """List the works of a version."""
    version = reads.get_version(request.user, pk)
    text = request.GET.get("q", "").strip()[:200]
    page = page_of(request, reads.entries(version, text=text))
    known = {entry.pk: facts.Standing.from_json(entry.item.standing.facts) for entry in page}
    names = holder_names(known.values())
    context = {
        "production": version.dataset.production,
        "dataset": version.dataset,
        "version": version,
        "page": page,
        "works": [{"entry": entry, "said": said_of(known[entry.pk], names)} for entry in page],
        "text": text,
    }
    return render(request, "rights/works.html", context)


@login_required
@require_GET
def difference(request: SignedInRequest, pk: int) -> HttpResponse:
    """Tell what changed in rights from the parent version to this one."""
    version = reads.get_version(request.user, pk)
    moves: list[dict[str, Any]] = []
    found = versions.difference(version.parent, version) if version.parent else None
    if found:
        shown = found.restated[:_DIFFERENCES]
        names = holder_names(each for before, after, _n in shown for each in (before, after) if each)
        moves = [
            {
                "before": said_of(before, names) if before else None,
                "after": said_of(after, names) if after else None,
                "count": count,
            }
            for before, after, count in shown
        ]
    context = {
        "production": version.dataset.production,
        "dataset": version.dataset,
        "version": version,
        "difference": found,
        "moves": moves,
        "more": len(found.restated) - len(moves) if found else 0,
    }
    return render(request, "rights/difference.html", context)


@login_required
@require_GET
def work(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one work: who said what about it, when and why, and in which datasets it stands."""
    item = reads.get_work(request.user, pk)
    page = page_of(request, item.history.select_related("standing", "by"))
    known = {line.pk: facts.Standing.from_json(line.standing.facts) for line in page}
    present = facts.Standing.from_json(item.standing.facts)
    names = holder_names([present, *known.values()])
    context = {
        "production": None,
        "item": item,
        "said": said_of(present, names),
        "page": page,
        "history": [{"line": line, "said": said_of(known[line.pk], names)} for line in page],
        "entries": reads.entries_of_work(request.user, item.sha256)[:100],
    }
    return render(request, "rights/work.html", context)
