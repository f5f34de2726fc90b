"""What the frame of every page shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from assets import selectors
from studio.core.choices import JobState
from studio.core.models import Job


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the productions of the person and how many of their jobs are at work."""
    if not request.user.is_authenticated:
        return {}
    at_work = Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING])
    return {
        "frame_productions": selectors.productions_of(request.user),
        "frame_jobs": at_work.filter(production_id__in=selectors.production_ids_of(request.user)).count(),
    }
