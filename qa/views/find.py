"""Find drawings like this: the page, its question and its answer."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assets import desks, selectors
from assets.views.jobs import explain
from qa import found as reads
from qa.forms_find import FindForm
from qa.found import Question
from qa.services import archive, finding
from studio.core.choices import JobState
from studio.core.errors import InvalidInput, NotFound
from studio.core.models import Job
from studio.core.pages import SignedInRequest


@login_required
@require_GET
def find(request: SignedInRequest) -> HttpResponse:
    """Show what can be searched for; with a question in its address the page asks it by itself."""
    form = FindForm(request.GET or None, user=request.user)
    form.is_valid()
    return render(request, "qa/find.html", _context(request, form, form.question))


@login_required
@require_POST
def find_ask(request: SignedInRequest) -> HttpResponse:
    """Ask; the answer's place is shown to htmx, its page to a browser."""
    form = FindForm(request.POST, user=request.user)
    is_part = bool(request.headers.get("HX-Request"))
    try:
        job = _ask(request, form)
    except InvalidInput as error:
        context = _context(request, form, Question()) | {"wrong": error.message}
        return render(request, "qa/_found.html" if is_part else "qa/find.html", context)
    if is_part:
        return render(request, "qa/_found.html", _answer(request, job))
    return redirect("found", job.pk)


@login_required
@require_GET
def found(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Show how far a search is, or what it found; to htmx the answer alone."""
    job = selectors.get_job(request.user, pk)
    if job.kind != finding.KIND or job.requested_by_id != request.user.pk:
        raise NotFound(what="job")
    answer = _answer(request, job)
    if request.headers.get("HX-Request"):
        response = render(request, "qa/_found.html", answer)
    else:
        form = FindForm(_fields(job), user=request.user)
        form.is_valid()
        response = render(request, "qa/find.html", _context(request, form, form.question) | answer)
    patch_vary_headers(response, ["HX-Request"])
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def archive_rebuild(request: SignedInRequest) -> HttpResponse:
    """Put the building of the index on its queue and go back to the health page."""
    archive.request(actor=request.user, anew=True)
    messages.success(request, _("The archive is being built. The jobs drawer shows how far it is."))
    return redirect("health")


def _ask(request: SignedInRequest, form: FindForm) -> Job:
    if not form.is_valid():
        reason = "; ".join(str(error) for errors in form.errors.values() for error in errors)
        raise InvalidInput(field="find", reason=reason)
    picture = request.FILES.get("picture")
    if isinstance(picture, UploadedFile):
        if (picture.size or 0) > finding.MAX_PICTURE_BYTES:
            raise InvalidInput(field="picture", reason=_("the picture is larger than 32 MB"))
        return finding.ask_by_picture(
            actor=request.user, data=picture.read(), name=picture.name or "picture", question=form.question
        )
    return finding.ask(actor=request.user, question=form.question)


def _context(request: SignedInRequest, form: FindForm, question: Question) -> dict[str, Any]:
    """Return what the page shows beside the answer. Raises NotFound for a drawing that is not visible."""
    drawing = selectors.get_drawing(request.user, question.drawing) if question.drawing else None
    sheet = None
    if question.sheet_drawing and not drawing:
        sheet = selectors.get_sheet_drawing(request.user, question.sheet_drawing)
    return {
        "form": form,
        "drawing": drawing,
        "sheet_drawing": sheet,
        "text": question.text,
        "by_picture": bool(question.job),
        "is_asked": bool(drawing or sheet or question.job or question.text),
        "reads_text": finding.reads_text(),
        "production": desks.sole_production(request.user),
        "max_text": finding.MAX_TEXT,
    }


def _answer(request: SignedInRequest, job: Job) -> dict[str, Any]:
    """Return what a search found, or how far it is."""
    told: dict[str, Any] = {"job": job, "reason": explain(job)}
    if job.state != JobState.DONE:
        return told
    question, result = Question(**job.params["question"]), job.result
    hits = [(int(key), float(similarity)) for key, similarity in result["hits"]]
    cards = reads.cards(request.user, question, hits)
    return {
        **told,
        "cards": cards,
        "is_empty": result["is_empty"],
        "is_building": result["is_building"],
        "rows": result["rows"],
        "is_filtered": bool(question.is_narrow or question.production or question.elsewhere),
    }


def _fields(job: Job) -> dict[str, Any]:
    """Return a search's question as fields; a picture that was sent stands in its job alone."""
    question = dict(job.params["question"])
    if question.pop("picture", ""):
        question["job"] = str(job.pk)
    return {name: value for name, value in question.items() if value}
