"""What a new approved sheet puts out of date, and its check anew. A retake costs only what changed."""

from __future__ import annotations

from django.db.models import QuerySet

from assets.choices import SheetState
from assets.models import Design, ModelSheet, Take
from qa.choices import RunState
from qa.models import CheckRun
from qa.selectors import newest_takes
from studio.core import jobs
from studio.core.models import Job, User

CHECK = "qa.check_take"


def mark_stale(design: Design) -> int:
    """Take the runs out of the queue that compared with a sheet of `design` that is not its approved one now."""
    approved = ModelSheet.objects.filter(design=design, state=SheetState.APPROVED)
    runs = CheckRun.objects.filter(state=RunState.CURRENT, sheets__design=design)
    outdated = runs.exclude(sheets__in=approved)
    return CheckRun.objects.filter(pk__in=list(outdated.values_list("pk", flat=True))).update(
        state=RunState.STALE
    )


def recheck(design: Design, *, requested_by: User | None) -> list[Job]:
    """Submit the check of every newest take that was checked before, casts `design` and has no run of its sheet."""
    takes = Take.objects.filter(newest_takes(), cut__castings__design=design, cut__omitted=False)
    done = CheckRun.objects.filter(
        state=RunState.CURRENT, sheets__design=design, sheets__state=SheetState.APPROVED
    )
    waiting = takes.filter(runs__isnull=False).exclude(pk__in=done.values("take")).distinct()
    return [submit(take, actor=requested_by) for take in waiting.select_related("cut__episode")]


def recheck_other_models(model_id: str, *, requested_by: User | None) -> list[Job]:
    """Submit the check of every newest take whose present run is of another model than `model_id`."""
    return [submit(take, actor=requested_by) for take in checked_by_others(model_id)]


def checked_by_others(model_id: str) -> QuerySet[Take]:
    """Return the newest takes whose present run is of another model: their flags stand until they are checked anew."""
    runs = CheckRun.objects.filter(state=RunState.CURRENT).exclude(model_id=model_id)
    takes = Take.objects.filter(newest_takes(), pk__in=runs.values("take"), cut__omitted=False)
    return takes.select_related("cut__episode").order_by("pk")


def submit(take: Take, *, actor: User | None) -> Job:
    """Put the check of a take on its queue; one that still waits is returned instead."""
    return jobs.submit(
        actor=actor,
        kind=CHECK,
        subject=f"take:{take.pk}",
        production_id=take.cut.episode.production_id,
        params={"take_id": take.pk},
    )
