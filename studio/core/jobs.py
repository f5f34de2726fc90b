"""Jobs that never get lost or doubled, whatever the broker does.

The row is the truth. A worker claims it by one conditional UPDATE and gets a token; every progress report
renews the lease and carries the token; a result is written in one transaction that checks the token first
(fencing). A reaper re-sends what was not claimed or whose lease ran out; attempts are capped, so a job that
kills its worker ends as failed instead of killing for ever. `docs/adr/0001` tells what each broker does alone.
"""

from __future__ import annotations

import logging
import time
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from studio.core import audit, queue, workers
from studio.core.choices import JobState
from studio.core.errors import ComputeBusy, InvalidTransition, StaleInput, StudioError
from studio.core.models import Job, User

log = logging.getLogger(__name__)
# A queued job that nobody claimed is sent again: soon where no worker of its queue is at work, so that the message
# must be lost, and only after long where they are, because then it probably stands in line.
_RESEND_IDLE_S, _RESEND_BUSY_S = 30, 900
_REAPED_AT_ONCE = 500


class Cancelled(Exception):
    """The job was asked to stop; raised by `Lease.progress` between two steps."""


class Later(Exception):
    """The job has done a turn and steps back behind those that wait; raised by a long job after its progress."""


class Lease:
    """A worker's right to work on one job, until it ends or somebody else claims it."""

    def __init__(self, job: Job) -> None:
        assert job.token is not None
        self.job = job
        self._token = job.token

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Report progress and renew the lease.

        Raises:
            StaleInput: the lease is lost; stop at once.
            Cancelled: somebody pressed cancel.
        """
        mine = Job.objects.filter(pk=self.job.pk, token=self._token, state=JobState.RUNNING)
        changed = mine.update(done_count=done, total_count=total, note=note[:200], lease_until=_lease_end())
        if not changed:
            raise StaleInput("lease_lost")
        if mine.filter(cancel_requested=True).exists():
            raise Cancelled

    @contextmanager
    def committing(self, result: dict[str, Any], *, device: str = "") -> Iterator[None]:
        """Write the outcome and end the job in one transaction; refused when the lease is lost.

        `result` may be filled inside the block.

        Raises:
            StaleInput: another worker has the job; nothing of the block is kept.
        """
        with transaction.atomic():
            _lock_mine(self.job.pk, self._token)
            yield
            _end(self.job.pk, JobState.DONE, result=result, device=device[:60])
        self.job.refresh_from_db()


def submit(
    *, actor: User | None, kind: str, subject: str, production_id: int | None, params: dict[str, Any]
) -> Job:
    """Put a job on its queue after commit. A job of the same kind and subject that still waits is returned instead.

    The caller has checked the permission. Params must be JSON.
    """
    with transaction.atomic():
        waiting = Job.objects.select_for_update().filter(kind=kind, subject=subject, state=JobState.QUEUED)
        for job in waiting:
            if job.params == params:
                return job
        job = Job.objects.create(
            kind=kind,
            subject=subject,
            production_id=production_id,
            params=params,
            requested_by=actor,
            max_attempts=settings.JOB_MAX_ATTEMPTS,
            sent_at=timezone.now(),
        )
        _send(job)
    return job


def run(job_id: str, worker: str = "") -> None:
    """Claim the job and do it as `worker`. Called by the one task; a second delivery of the same id does nothing."""
    lease = _claim(job_id, worker)
    if lease is None:
        return
    started = time.monotonic()
    try:
        handler: Callable[..., None] = import_string(settings.JOB_HANDLERS[lease.job.kind][0])
        handler(lease, **lease.job.params)
        lease.job.refresh_from_db()
        if lease.job.state == JobState.RUNNING:  # a handler without an outcome to write
            with lease.committing({}):
                pass
    except Cancelled:
        _finish(lease, JobState.CANCELLED)
    except Later:
        _step_back(lease)
    except (ComputeBusy, OperationalError) as error:  # the device or the database is away: later it may pass
        log.warning("job %s is given back: %s", job_id, error)
        if not connection.in_atomic_block:
            close_old_connections()
        _release(lease)
    except StudioError as error:
        if error.code != "lease_lost":
            _finish(lease, JobState.FAILED, error_code=error.code, error_data=error.data)
    except Exception as error:
        log.exception("job %s failed", job_id)
        data = {"reason": f"{type(error).__name__}: {error}"}
        detail = "".join(traceback.format_exception(error))[-4000:]
        _finish(lease, JobState.FAILED, error_code="job_failed", error_data=data, error_detail=detail)
    finally:
        spent = F("seconds") + (time.monotonic() - started)
        Job.objects.filter(pk=lease.job.pk, token=lease.job.token).update(seconds=spent)
        workers.tell_engine(worker)


def reap() -> int:
    """Re-send jobs that nobody works on; end those whose attempts are used up. Returns how many were touched."""
    now = timezone.now()
    overdue = _overdue(now)
    ids = list(Job.objects.filter(overdue).order_by("sent_at").values_list("pk", flat=True)[:_REAPED_AT_ONCE])
    touched = 0
    for pk in ids:
        with transaction.atomic():
            touched += _reap_one(pk, overdue)
    return touched


def void_leases() -> int:
    """End every lease, for a start of the embedded studio: no worker of it can be alive then. Returns how many."""
    return Job.objects.filter(state=JobState.RUNNING).update(lease_until=timezone.now())


def cancel(*, actor: User, job: Job) -> Job:
    """Ask a job to stop; a queued one stops at once. The caller has checked the permission."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.is_over:
            raise InvalidTransition(what=str(job.kind), state=job.get_state_display(), wanted="cancel")
        job.cancel_requested = True
        if job.state == JobState.QUEUED:
            job.state, job.finished_at = JobState.CANCELLED, timezone.now()
        job.save(update_fields=["cancel_requested", "state", "finished_at"])
        audit.record(actor=actor, verb="job.cancel", target=job, production_id=job.production_id)
    return job


def retry(*, actor: User, job: Job) -> Job:
    """Start a failed or cancelled job again, with its attempts counted anew. The caller has checked the permission."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.state not in {JobState.FAILED, JobState.CANCELLED}:
            raise InvalidTransition(what=str(job.kind), state=job.get_state_display(), wanted="retry")
        job.state, job.attempt, job.token = JobState.QUEUED, 0, None
        job.cancel_requested, job.error_code, job.error_data, job.error_detail = False, "", {}, ""
        job.done_count, job.finished_at, job.sent_at = 0, None, timezone.now()
        job.save()
        audit.record(actor=actor, verb="job.retry", target=job, production_id=job.production_id)
        _send(job)
    return job


def _claim(job_id: str, worker: str = "") -> Lease | None:
    """Take the job if it is free, by one conditional UPDATE: of two workers one gets it."""
    token, now = uuid.uuid4(), timezone.now()
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now)
    capped = Q(attempt__lt=F("max_attempts"))
    taken = Job.objects.filter(free & capped, pk=job_id).update(
        state=JobState.RUNNING,
        token=token,
        attempt=F("attempt") + 1,
        lease_until=_lease_end(),
        started_at=now,
        worker=worker[:120],
    )
    return Lease(Job.objects.get(pk=job_id)) if taken else None


def _overdue(now: datetime) -> Q:
    """Return the condition of jobs that nobody works on: a lease ran out, or a message seems to be lost."""
    lost = Q(state=JobState.RUNNING, lease_until__lt=now)
    at_work = Job.objects.filter(state=JobState.RUNNING, lease_until__gte=now).values_list("kind", flat=True)
    busy_queues = {_queue_of(kind) for kind in set(at_work)}
    idle_kinds = [kind for kind in settings.JOB_HANDLERS if _queue_of(kind) not in busy_queues]
    soon = Q(kind__in=idle_kinds, sent_at__lt=now - timedelta(seconds=_RESEND_IDLE_S))
    late = Q(sent_at__lt=now - timedelta(seconds=_RESEND_BUSY_S))
    return lost | Q(state=JobState.QUEUED) & (soon | late)


def _reap_one(pk: uuid.UUID, overdue: Q) -> int:
    job = Job.objects.select_for_update().filter(overdue, pk=pk).first()
    if job is None:
        return 0
    if job.cancel_requested:
        _end(job.pk, JobState.CANCELLED)
        return 1
    if job.attempt >= job.max_attempts:
        data = {"attempts": job.attempt}
        _end(job.pk, JobState.FAILED, error_code="attempts_exhausted", error_data=data)
        return 1
    job.state, job.token, job.sent_at = JobState.QUEUED, None, timezone.now()
    job.save(update_fields=["state", "token", "sent_at"])
    _send(job)
    return 1


def _lock_mine(pk: uuid.UUID, token: uuid.UUID) -> Job:
    job = Job.objects.select_for_update().filter(pk=pk, token=token, state=JobState.RUNNING).first()
    if job is None:
        raise StaleInput("lease_lost")
    return job


def _finish(lease: Lease, state: JobState, **fields: Any) -> None:
    with transaction.atomic():
        try:
            _lock_mine(lease.job.pk, lease.job.token)  # type: ignore[arg-type]
        except StaleInput:
            return
        _end(lease.job.pk, state, **fields)


def _step_back(lease: Lease) -> None:
    """Queue a job anew behind the others. Its attempts start afresh: it got somewhere."""
    with transaction.atomic():
        mine = Job.objects.filter(pk=lease.job.pk, token=lease.job.token, state=JobState.RUNNING)
        fields: dict[str, Any] = {"state": JobState.QUEUED, "lease_until": None, "attempt": 0}
        if mine.update(**fields, sent_at=timezone.now()):
            _send(lease.job)


def _release(lease: Lease) -> None:
    """Give a job back to the reaper; the attempt counts."""
    Job.objects.filter(pk=lease.job.pk, token=lease.job.token).update(lease_until=timezone.now())


def _end(pk: uuid.UUID, state: JobState, **fields: Any) -> None:
    """End a job, in the caller's transaction; a failed one is told of by the hook of the apps above."""
    Job.objects.filter(pk=pk).update(state=state, finished_at=timezone.now(), lease_until=None, **fields)
    if state == JobState.FAILED and settings.JOB_FAILED_HOOK:
        hook: Callable[[Job], None] = import_string(settings.JOB_FAILED_HOOK)
        hook(Job.objects.select_related("requested_by").get(pk=pk))


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_S)


def _queue_of(kind: str) -> str:
    return str(settings.JOB_HANDLERS[kind][1]) if kind in settings.JOB_HANDLERS else ""


def _send(job: Job) -> None:
    queue.enqueue("studio.core.tasks.run_job", queue=_queue_of(job.kind), job_id=str(job.pk))
