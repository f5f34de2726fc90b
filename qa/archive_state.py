"""How far the archive's index is, as rows alone tell it: for pages, the health page and the worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from assets.models import Drawing, SheetDrawing
from qa.models import Embedding
from studio.core.choices import JobState
from studio.core.models import Job

KIND = "qa.archive"
_PATIENCE = timedelta(hours=1)


def mark(model_id: str) -> list[Any]:
    """Return the database's high-water mark: the highest key and the number of drawings, of both kinds, and vectors."""
    found: list[Any] = [model_id]
    every: tuple[Any, ...] = (
        Drawing.objects.all(),
        SheetDrawing.objects.all(),
        Embedding.objects.filter(model_id=model_id),
    )
    for rows in every:
        told = rows.order_by().aggregate(highest=Max("pk"), count=Count("pk"))
        found += [told["highest"] or 0, told["count"]]
    return found


def newest_job() -> Job | None:
    """Return the newest update of the index."""
    return Job.objects.filter(kind=KIND).order_by("-created_at").first()


def last_built() -> Job | None:
    """Return the newest update that was finished."""
    return Job.objects.filter(kind=KIND, state=JobState.DONE).order_by("-finished_at").first()


def is_stale(model_id: str) -> bool:
    """Whether rows came or went since the last update."""
    built = last_built()
    return built is None or (built.result or {}).get("mark") != mark(model_id)


def failed_lately(job: Job) -> bool:
    """Whether an update failed, or was stopped by hand, so lately that it is not begun again by itself."""
    is_stopped = job.state in {JobState.FAILED, JobState.CANCELLED}
    return is_stopped and job.finished_at is not None and job.finished_at > timezone.now() - _PATIENCE
