"""What workers are asked to do. Each task only opens the right door."""

from __future__ import annotations

from celery import shared_task

from studio.core import jobs


@shared_task(name="studio.core.tasks.run_job")
def run_job(job_id: str) -> None:
    """Do one job, if nobody else does."""
    jobs.run(job_id)


@shared_task(name="studio.core.tasks.reap")
def reap() -> int:
    """Send again what was lost."""
    return jobs.reap()
