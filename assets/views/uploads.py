"""Uploads: choose, see what was understood, send, follow, read the report.

The bytes themselves go through the tus addresses of the API; these pages never touch them.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assets import access, selectors
from assets.choices import Stage, StageStatus, UploadState
from assets.models import Cut, Upload
from assets.services import productions, uploads
from assets.views import jobs
from assets.views.reports import report_counts, report_lines
from studio.core.choices import JobState
from studio.core.errors import InvalidInput, StudioError
from studio.core.models import Job, User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_NEXT: dict[str, int] = {StageStatus.RETAKE: 0, StageStatus.IN_WORK: 1, StageStatus.READY: 2}


@login_required
@require_GET
def upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show where a folder is dropped, and what has arrived of a broken upload."""
    cut = selectors.get_cut(request.user, pk)
    production = cut.episode.production
    access.require(request.user, Action.UPLOAD_TAKE, production, cut)
    broken = cut.uploads.filter(state=UploadState.OPEN, submitted_by=request.user).first()
    files = list(broken.files.all()) if broken else []
    context = {
        "production": production,
        "cut": cut,
        "stages": Stage,
        "stage": broken.stage if broken else _likely_stage(request, cut),
        "rules": productions.naming_rules_of(production),
        "broken": broken,
        "n_files": len(files),
        "n_complete": sum(file.is_complete for file in files),
    }
    return render(request, "assets/upload.html", context)


@login_required
@require_POST
def upload_open(request: SignedInRequest, pk: int) -> JsonResponse:
    """Open an upload and tell the page's script where to send the files."""
    cut = selectors.get_cut(request.user, pk)
    given = json_of(request)
    try:
        made = uploads.open_upload(
            actor=request.user,
            cut=cut,
            stage=str(given.get("stage", "")),
            note=str(given.get("note", ""))[:2000],
        )
    except StudioError as error:
        return _refusal(error)
    return JsonResponse(_addresses(made), status=201)


@login_required
@require_GET
def upload_files(request: SignedInRequest, pk: uuid.UUID) -> JsonResponse:
    """Say what has arrived, so that a broken upload goes on where it stopped."""
    found = selectors.get_upload(request.user, pk)
    files = [
        {
            "path": file.path,
            "size": file.size_bytes,
            "offset": file.offset_bytes,
            "url": f"/api/v1/upload-files/{file.pk}/",
        }
        for file in found.files.all()
    ]
    return JsonResponse({**_addresses(found), "files": files})


@login_required
@require_POST
def upload_submit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand a complete upload to a worker; the page's script gets the part that follows it, in place."""
    found = selectors.get_upload(request.user, pk)
    uploads.submit(
        actor=request.user,
        upload=found,
        rule_id=request.POST.get("rule_id", ""),
        cells=_cells(request.POST.get("cells", "")),
    )
    if request.headers.get("HX-Request") == "true":
        return upload_now(request, selectors.get_upload(request.user, pk))
    return redirect("upload_page", found.pk)


@login_required
@require_POST
def upload_discard(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Throw an upload that was not submitted away."""
    found = selectors.get_upload(request.user, pk)
    cut_id = found.cut_id
    uploads.discard(actor=request.user, upload=found)
    messages.success(request, _("The upload was discarded."))
    return redirect("upload", cut_id)


@login_required
@require_GET
def upload_page(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Show how an upload is read, then its report, its take and the take's check; for htmx only that part."""
    found = selectors.get_upload(request.user, pk)
    if request.headers.get("HX-Request") == "true":
        return upload_now(request, found)
    return render(request, "assets/upload_page.html", _now(request, found))


def upload_now(request: SignedInRequest, found: Upload) -> HttpResponse:
    """Return the part of a page that follows one upload: read, checked, what was found."""
    return render(request, "assets/_upload_now.html", _now(request, found))


def _now(request: SignedInRequest, found: Upload) -> dict[str, Any]:
    take = found.take
    lines = report_lines(found.report)
    reading = jobs.card(jobs.latest_job(f"upload:{found.pk}"), request.user)
    checking = jobs.card(jobs.latest_job(f"take:{take.pk}") if take else None, request.user)
    return {
        "production": found.cut.episode.production,
        "cut": found.cut,
        "upload": found,
        "lines": lines,
        "counts": report_counts(lines),
        "said": [line for line in lines if line.sentences and line.status != "held"],
        "take": take,
        "reading": reading,
        "checking": checking,
        # Between two jobs nothing sends events; the part then asks again by itself.
        "between": _is_between(found, reading["job"], checking["job"]),
    }


def _is_between(found: Upload, reading: Job | None, checking: Job | None) -> bool:
    if found.state == UploadState.SUBMITTED:
        return reading is None or (reading.is_over and reading.state == JobState.DONE)
    return found.take is not None and checking is None


def _cells(text: str) -> dict[str, str]:
    """Return {cell as read: cell as meant} from the page's script."""
    try:
        given = json.loads(text or "{}")
    except ValueError as error:
        raise InvalidInput(field="cells", reason=str(error)) from error
    return {str(read): str(meant) for read, meant in given.items()} if isinstance(given, dict) else {}


def _addresses(found: Upload) -> dict[str, Any]:
    return {
        "id": str(found.pk),
        "stage": found.stage,
        "state": found.state,
        "files_url": f"/api/v1/uploads/{found.pk}/files/",
        "list_url": reverse("upload_files", args=[found.pk]),
        "submit_url": reverse("upload_submit", args=[found.pk]),
        "page_url": reverse("upload_page", args=[found.pk]),
    }


def json_of(request: SignedInRequest) -> dict[str, Any]:
    """Return the object that a page's script sent, or raise InvalidInput."""
    try:
        given = json.loads(request.body)
    except ValueError as error:
        raise InvalidInput(field="body", reason=str(error)) from error
    if not isinstance(given, dict):
        raise InvalidInput(field="body", reason="an object was expected")
    return given


def _refusal(error: StudioError) -> JsonResponse:
    body = {"code": error.code, "message": error.message, "data": error.data}
    return JsonResponse(body, status=error.status)


def _likely_stage(request: SignedInRequest, cut: Cut) -> str:
    """Return the stage that the reader most likely delivers: the one asked for, their own, the last one.

    Of their own, what was sent back comes first, then what they work on.
    """
    asked = request.GET.get("stage", "")
    if asked in Stage.values:
        return asked
    user: User = request.user
    stages = list(cut.stages.all())
    own = [stage for stage in stages if stage.assignee_id == user.pk]
    first = min(own, key=lambda stage: _NEXT.get(stage.state, len(_NEXT)), default=None)
    if first is not None:
        return str(first.stage)
    return str(stages[-1].stage if stages else Stage.AD)
