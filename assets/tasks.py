"""What workers are asked to do besides jobs. Each task only opens the right door."""

from __future__ import annotations

from celery import shared_task

from assets.services import abandoned, watched


@shared_task(name="assets.tasks.watch")
def watch() -> int:
    """Take what was dropped into the watched folder."""
    return watched.sweep()


@shared_task(name="assets.tasks.clear_uploads")
def clear_uploads() -> int:
    """Clear away uploads that nobody will finish."""
    return abandoned.clear()
