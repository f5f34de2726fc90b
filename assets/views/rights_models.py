"""The register of models: where each comes from, what came of it, what it learned from, whether it is blocked."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import access
from assets import selectors_rights_questions as reads
from assets.choices_rights import Origin, ParentKind, Split, VersionState
from assets.forms_rights_questions import ModelForm
from assets.models import DatasetVersion, ModelBlock, ModelVersion
from assets.services import register
from assets.views.paging import page_of, tried
from studio.core.errors import StudioError
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_DECISIONS = 20


@login_required
@require_GET
def model_list(request: SignedInRequest) -> HttpResponse:
    """List the models of the register."""
    access.require_anywhere(request.user, Action.VIEW_DATASETS)
    page = page_of(request, ModelVersion.objects.all())
    blocked = blocks_of([each.pk for each in page])
    context = {
        "page": page,
        "rows": [{"model": each, "block": blocked.get(each.pk)} for each in page],
        "may_edit": access.allowed_anywhere(request.user, Action.EDIT_DATASETS),
    }
    return render(request, "rights/models.html", context)


def blocks_of(keys: list[int]) -> dict[int, ModelBlock]:
    """Return the block of each model that is blocked: of each the newest word counts."""
    latest = {row.model_id: row for row in ModelBlock.objects.filter(model__in=keys).order_by("pk")}
    return {key: row for key, row in latest.items() if not row.lifted}


@login_required
@require_http_methods(["GET", "POST"])
def model_new(request: SignedInRequest) -> HttpResponse:
    """Enter a model from outside; what nobody knows of its training art is entered as unknown."""
    access.require_anywhere(request.user, Action.EDIT_DATASETS)
    frozen = DatasetVersion.objects.filter(reads.viewable(request.user, "dataset__"))
    frozen = frozen.exclude(state=VersionState.DRAFT).select_related("dataset")
    form = ModelForm(request.POST or None, versions=frozen)
    made: list[ModelVersion] = []

    def enter() -> None:
        data = dict(form.cleaned_data)
        parents, inputs = data.pop("parents"), data.pop("inputs")
        made.append(
            register.register(
                actor=request.user,
                origin=Origin.THIRD_PARTY,
                parents=[(parent, ParentKind.INIT) for parent in parents],
                inputs=[(version, Split.TRAIN) for version in inputs],
                **data,
            )
        )

    if request.method == "POST" and form.is_valid() and tried(form, enter):
        messages.success(request, _("Entered. Later nothing of it changes."))
        return redirect("model", made[0].pk)
    return render(request, "rights/model_new.html", {"form": form})


@login_required
@require_GET
def model_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a model with its lineage both ways."""
    model = reads.get_model(request.user, pk)
    context = {
        "model": model,
        "parents": model.parents.select_related("parent"),
        "children": model.children.select_related("child"),
        "inputs": model.inputs.select_related("version__dataset__production"),
        "blocks": model.blocks.select_related("by"),
        "blocked": blocks_of([model.pk]).get(model.pk),
        "decisions": reads.decisions_about(request.user, model)[:_DECISIONS],
        "run_count": model.runs.count(),
        "may_edit": access.allowed_anywhere(request.user, Action.EDIT_DATASETS),
    }
    return render(request, "rights/model.html", context)


@login_required
@require_POST
def model_block(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a model work no more, or again."""
    model = reads.get_model(request.user, pk)
    access.require_anywhere(request.user, Action.EDIT_DATASETS)
    lifted = request.POST.get("lifted") == "1"
    try:
        register.block(
            actor=request.user, model=model, reason=request.POST.get("reason", "")[:300], lifted=lifted
        )
    except StudioError as error:
        messages.error(request, error.message)
    else:
        words = _("It may work again.") if lifted else _("Blocked: the gate refuses it from now on.")
        messages.success(request, words)
    return redirect("model", pk)
