"""Is this work in any dataset, and which drawings did a model make?"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from assets import access, selectors
from assets import selectors_rights_questions as reads
from assets.forms_rights_questions import EnquiryForm
from assets.rights.grounds import grounds_of
from assets.services import enquiries, made_csv
from assets.views.paging import page_of
from studio.core.pages import SignedInRequest
from studio.core.roles import Action


@login_required
@require_http_methods(["GET", "POST"])
def enquiry(request: SignedInRequest) -> HttpResponse:
    """Say where a work stands: in which dataset versions, and which models learned from it. The file is not kept."""
    access.require_anywhere(request.user, Action.VIEW_DATASETS)
    data = request.POST if request.method == "POST" else (request.GET if "sha256" in request.GET else None)
    form = EnquiryForm(data, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        file, given = form.cleaned_data["file"], form.cleaned_data["sha256"].strip().lower()
        if file or given:
            context["found"] = enquiries.enquire(
                actor=request.user,
                data=file.read() if file else None,
                name=file.name if file else "",
                sha256=given,
            )
        else:
            form.add_error(None, enquiries.nothing_asked())
    return render(request, "rights/enquiry.html", context)


@login_required
@require_GET
def made_by_models(request: SignedInRequest, code: str) -> HttpResponse:
    """List the drawings of a production that models made: by what, and under which answer of the gate."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_DATASETS, production)
    episode = request.GET.get("episode", "")[:20]
    page = page_of(request, reads.artefacts(production, episode))
    grounds = grounds_of({each.run.model_id for each in page})
    context = {
        "production": production,
        "page": page,
        "lines": [(each, grounds[each.run.model_id]) for each in page],
        "episodes": production.episodes.all(),
        "episode": episode,
    }
    return render(request, "rights/made_by_models.html", context)


@login_required
@require_GET
def made_by_models_csv(request: SignedInRequest, code: str) -> StreamingHttpResponse:
    """The same list as CSV."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_DATASETS, production)
    lines = made_csv.write(
        actor=request.user, production=production, episode=request.GET.get("episode", "")[:20]
    )
    answer = StreamingHttpResponse(lines, content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{production.code}-made-by-models.csv"'
    return answer
