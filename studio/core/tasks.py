"""What workers are asked to do. Each task only opens the right door."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from studio.core import gauges, jobs


@shared_task(name="studio.core.tasks.run_job", bind=True)
def run_job(self: Any, job_id: str) -> None:
    """Do one job, if nobody else does."""
    jobs.run(job_id, worker=self.request.hostname or "")


@shared_task(name="studio.core.tasks.reap")
def reap() -> int:
    """Send again what was lost."""
    return jobs.reap()


@shared_task(name="studio.core.tasks.measure")
def measure() -> None:
    """Measure what grows."""
    gauges.measure_disk()
