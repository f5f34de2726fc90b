"""Jobs: the drawer, one page for every state, cancel and retry, and the stream of progress."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from assets import access, desks, selectors
from assets.models import Production
from studio.core import jobs as kernel
from studio.core.choices import JobState
from studio.core.errors import NotAllowed, StudioError
from studio.core.models import Job, User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

_POLL_S = 0.5
_STREAM_S = 120.0
_DRAWER_ROWS = 30


def latest_job(subject: str) -> Job | None:
    """Return the newest job about `subject` ("take:17"). The caller has checked that the subject is visible."""
    return Job.objects.filter(subject=subject).select_related("requested_by").first()


def explain(job: Job) -> str:
    """Return why a job failed, in the same sentence as everywhere, or nothing."""
    return StudioError(job.error_code, **job.error_data).message if job.error_code else ""


def card(job: Job | None, user: User) -> dict[str, Any]:
    """Return what `_job.html` shows: the job, what it is about, its reason, and whether one may steer it."""
    if job is None:
        return {"job": None, "about": "", "reason": "", "may_steer": False}
    return cards([job], user)[0]


def cards(rows: Iterable[Job], user: User) -> list[dict[str, Any]]:
    """Return the cards of several jobs; what they are about is read in one query per kind of subject."""
    listed = list(rows)
    names = desks.names_of(job.subject for job in listed)
    steered = _steered(listed, user)
    return [
        {
            "job": job,
            "about": names.get(job.subject, job.subject),
            "reason": explain(job),
            "may_steer": job.requested_by_id == user.pk or job.production_id in steered,
        }
        for job in listed
    ]


@login_required
@require_GET
def drawer(request: SignedInRequest) -> HttpResponse:
    """Show the newest jobs beside any page; for a browser without scripts it is a page of its own."""
    rows = selectors.jobs_of(request.user)[:_DRAWER_ROWS]
    template = "core/_jobs.html" if request.headers.get("HX-Request") else "core/jobs.html"
    context = {
        "production": desks.sole_production(request.user),
        "cards": cards(rows, request.user),
        "n_at_work": desks.at_work(request.user),
    }
    return render(request, template, context)


@login_required
@require_GET
def job_page(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one job in whatever state; for htmx only its card."""
    job = selectors.get_job(request.user, pk)
    production = Production.objects.filter(pk=job.production_id or 0).first()
    template = "core/_job.html" if request.headers.get("HX-Request") else "core/job.html"
    context = {**card(job, request.user), "production": production, "with_detail": request.user.is_staff}
    return render(request, template, context)


@login_required
@require_POST
def job_cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask a job to stop."""
    return _steer(request, pk, kernel.cancel)


@login_required
@require_POST
def job_retry(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Start a failed or cancelled job again."""
    return _steer(request, pk, kernel.retry)


@login_required
@require_GET
def job_events(request: SignedInRequest, pk: uuid.UUID) -> StreamingHttpResponse:
    """Stream progress as server-sent events until the job is over; the browser comes back by itself."""
    job = selectors.get_job(request.user, pk)
    stream = _events(job.pk, request.headers.get("Last-Event-ID", ""), translation.get_language())
    response = StreamingHttpResponse(stream, content_type="text/event-stream")
    response["Cache-Control"] = "no-cache"
    response["X-Accel-Buffering"] = "no"
    return response


def _steer(request: SignedInRequest, pk: uuid.UUID, step: Callable[..., Job]) -> HttpResponse:
    job = selectors.get_job(request.user, pk)
    if not _may(request.user, job):
        raise NotAllowed(action=str(Action.MANAGE_JOBS.label))
    job = step(actor=request.user, job=job)
    if request.headers.get("HX-Request"):
        return render(request, "core/_job.html", card(job, request.user))
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()})
    return redirect(target) if is_ours else redirect("job", job.pk)


def _may(user: User, job: Job) -> bool:
    """Return whether `user` may cancel or retry `job`: whoever asked for it, or who manages jobs there."""
    return job.requested_by_id == user.pk or job.production_id in _steered([job], user)


def _steered(rows: list[Job], user: User) -> set[int | None]:
    """Return the productions of these jobs where `user` may steer the jobs of others."""
    ids = [job.production_id or 0 for job in rows]
    found = Production.objects.filter(pk__in=ids)
    steered: set[int | None] = {each.pk for each in found if access.allowed(user, Action.MANAGE_JOBS, each)}
    return steered | {None} if user.is_superuser else steered


def _events(pk: uuid.UUID, last_id: str, language: str | None) -> Iterator[str]:
    """Yield `progress` whenever the row changed and `end` when the job is over; a comment keeps the line open.

    The connection is given back between two looks, so that a hundred streams do not hold a hundred of them.
    """
    yield "retry: 2000\n\n"
    number = int(last_id) if last_id.isascii() and last_id.isdigit() else 0
    ends_at = time.monotonic() + _STREAM_S
    before = ""
    while time.monotonic() < ends_at:
        job = Job.objects.filter(pk=pk).first()
        if not connection.in_atomic_block:
            connection.close()
        if job is None:
            break
        with translation.override(language):
            body = json.dumps(_state(job))
        if body != before:
            number, before = number + 1, body
            yield f"id: {number}\nevent: progress\ndata: {body}\n\n"
        if job.is_over:
            yield f"id: {number + 1}\nevent: end\ndata: {body}\n\n"
            return
        yield ": still here\n\n"
        time.sleep(_POLL_S)


def _state(job: Job) -> dict[str, Any]:
    return {
        "state": job.state,
        "label": str(JobState(job.state).label),
        "done": job.done_count,
        "total": job.total_count,
        "percent": job.percent,
        "note": job.note,
        "attempt": job.attempt,
        "message": explain(job),
    }
