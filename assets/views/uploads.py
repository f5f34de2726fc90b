"""Uploads: choose, see what was understood, send, follow, read the report.

The bytes themselves go through the tus addresses of the API; these pages never touch them.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assets import access, selectors
from assets.choices import Stage, UploadState
from assets.intake.names import Row
from assets.models import Cut, Upload
from assets.services import productions, uploads
from assets.views import jobs
from assets.views.reports import report_counts, report_lines, sentence_of
from studio.core.errors import InvalidInput, StudioError
from studio.core.models import User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_PATHS_MAX = 20_000


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
def understand(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what the names say, before anything is sent. Takes JSON: paths, stage, rule_id."""
    cut = selectors.get_cut(request.user, pk)
    given = _json(request)
    paths = [str(path) for path in given.get("paths", [])][:_PATHS_MAX]
    found = uploads.understand(
        actor=request.user,
        cut=cut,
        stage=str(given.get("stage", "")),
        paths=paths,
        rule_id=str(given.get("rule_id", "")),
    )
    context = {
        "cut": cut,
        "rows": [_row(row) for row in _worst_first(found.rows)],
        "cells": _cells(found.readable),
        "problems": [(problem.severity, sentence_of(problem)) for problem in found.problems],
        "rule": _rule_label(cut, found.rule_id),
        "n_readable": len(found.readable),
    }
    return render(request, "assets/_understanding.html", context)


@login_required
@require_POST
def upload_open(request: SignedInRequest, pk: int) -> JsonResponse:
    """Open an upload and tell the page's script where to send the files."""
    cut = selectors.get_cut(request.user, pk)
    given = _json(request)
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
    """Hand a complete upload to a worker."""
    found = selectors.get_upload(request.user, pk)
    uploads.submit(actor=request.user, upload=found, rule_id=request.POST.get("rule_id", ""))
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
    """Show how an upload is read, then its report, its take and the take's check."""
    found = selectors.get_upload(request.user, pk)
    lines = report_lines(found.report)
    take = found.take
    context = {
        "production": found.cut.episode.production,
        "cut": found.cut,
        "upload": found,
        "lines": lines,
        "counts": report_counts(lines),
        "take": take,
        "reading": jobs.card(jobs.latest_job(f"upload:{found.pk}"), request.user),
        "checking": jobs.card(jobs.latest_job(f"take:{take.pk}") if take else None, request.user),
    }
    return render(request, "assets/upload_page.html", context)


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


def _json(request: SignedInRequest) -> dict[str, Any]:
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
    """Return the stage that the reader most likely delivers: the one asked for, their own, the last one."""
    asked = request.GET.get("stage", "")
    if asked in Stage.values:
        return asked
    user: User = request.user
    stages = list(cut.stages.all())
    own = [stage.stage for stage in stages if stage.assignee_id == user.pk]
    return str((own or [stage.stage for stage in stages] or [Stage.AD])[-1])


def _rule_label(cut: Cut, rule_id: str | None) -> str:
    rules = productions.naming_rules_of(cut.episode.production)
    return next((_(rule.label) for rule in rules if rule.id == rule_id), "")


def _worst_first(rows: Sequence[Row]) -> list[Row]:
    rank = {"refused": 0, "converted": 1, "notice": 1}

    def place(row: Row) -> tuple[int, str, int, str]:
        worst = rank[row.problem.severity] if row.problem else 2
        return worst, row.cell or "", row.number or 0, row.path

    return sorted(rows, key=place)


def _row(row: Row) -> dict[str, Any]:
    severity = row.problem.severity if row.problem else "taken"
    return {
        "row": row,
        "status": "warn" if severity == "notice" else severity,
        "sentence": sentence_of(row.problem) if row.problem else "",
        "is_taken": severity != "refused",
        "is_archive": row.path.lower().endswith(".zip"),
    }


def _cells(rows: Sequence[Row]) -> list[tuple[str, int]]:
    found = Counter(row.cell or "" for row in rows if row.kind == "picture")
    return sorted(found.items())
