"""Datasets: what art there is, whose it is, and until when it may be used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import access, selectors
from assets.forms import DatasetForm, FileForm
from assets.models import Dataset
from assets.services import datasets
from assets.views.paging import tried
from studio.core.errors import StudioError
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_SOON = timedelta(days=30)
_VERSIONS = 10


@login_required
@require_GET
def dataset_list(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the datasets of a production with how their rights stand, the worst first."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_DATASETS, production)
    today = timezone.localdate()
    found = [
        (dataset, right_of(dataset, today)) for dataset in selectors.datasets_of(request.user, production)
    ]
    found.sort(key=lambda pair: (pair[1]["rank"], str(pair[0])))
    rows = [{"dataset": dataset, "right": right} for dataset, right in found]
    may_edit = access.allowed(request.user, Action.EDIT_DATASETS, production)
    context = {"production": production, "rows": rows, "may_edit": may_edit}
    return render(request, "assets/datasets.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def dataset_new(request: SignedInRequest, code: str) -> HttpResponse:
    """Write a dataset down."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.EDIT_DATASETS, production)
    form = DatasetForm(request.POST or None)
    made: list[Dataset] = []

    def create() -> None:
        made.append(datasets.create(actor=request.user, production=production, **form.cleaned_data))

    if request.method == "POST" and form.is_valid() and tried(form, create):
        return redirect("dataset", made[0].pk)
    return render(request, "assets/dataset_new.html", {"production": production, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def dataset_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a dataset and its evidence; those who may change it."""
    dataset = selectors.get_dataset(request.user, pk)
    may_edit = access.allowed_for(request.user, Action.EDIT_DATASETS, dataset.production)
    form = DatasetForm(
        request.POST or None, initial={n: getattr(dataset, n) for n in DatasetForm.Meta.fields}
    )

    def update() -> None:
        datasets.update(actor=request.user, dataset=dataset, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and tried(form, update):
        messages.success(request, _("Saved."))
        return redirect("dataset", pk)
    context = {
        "production": dataset.production,
        "dataset": dataset,
        "right": right_of(dataset, timezone.localdate()),
        "evidence": dataset.evidence.all(),
        "versions": dataset.versions.select_related("dataset", "made_by")[:_VERSIONS],
        "form": form,
        "file_form": FileForm(),
        "may_edit": may_edit,
    }
    return render(request, "assets/dataset.html", context)


@login_required
@require_POST
def dataset_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a dataset out of the list; the audit log keeps what it said."""
    dataset = selectors.get_dataset(request.user, pk)
    production = dataset.production
    try:
        datasets.remove(actor=request.user, dataset=dataset)
    except StudioError as error:
        messages.error(request, error.message)
        return redirect("dataset", pk)
    messages.success(request, _("The dataset was removed."))
    return redirect("datasets", production.code) if production else redirect("rights_datasets")


@login_required
@require_POST
def evidence_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep a file that proves the right."""
    dataset = selectors.get_dataset(request.user, pk)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.warning(request, _("No file was chosen."))
        return redirect("dataset", pk)
    file = form.cleaned_data["file"]
    try:
        datasets.add_evidence(actor=request.user, dataset=dataset, file_name=file.name, stream=file)
    except StudioError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The evidence is kept as it came."))
    return redirect("dataset", pk)


def right_of(dataset: Dataset, today: date) -> dict[str, Any]:
    """Return how the right stands in a word, a reason in a sentence, and a rank (0 is worst).

    Unknown counts as no: without licence and without contract there is no right.
    """
    until, begins = dataset.valid_until, dataset.valid_from
    if not dataset.licence_expression and not dataset.contract:
        return _right(0, "bad", _("no right known"), _("Neither a licence nor a contract is written down."))
    if until and until < today:
        return _right(0, "bad", _("ended"), _("The right ended on %(day)s.") % {"day": date_format(until)})
    if begins and begins > today:
        sentence = _("The right begins on %(day)s.") % {"day": date_format(begins)}
        return _right(1, "warn", _("not yet"), sentence)
    if until and until - today <= _SOON:
        sentence = _("The right ends in %(n)d days.") % {"n": (until - today).days}
        return _right(1, "warn", _("ends soon"), sentence)
    if dataset.contract and not dataset.evidence.all():
        return _right(1, "warn", _("no evidence"), _("A contract is named, but no file proves it."))
    return _right(2, "ok", _("in order"), _("A licence or contract is written down and in force."))


def _right(rank: int, status: str, word: str, sentence: str) -> dict[str, Any]:
    return {"rank": rank, "status": status, "word": word, "sentence": sentence}
