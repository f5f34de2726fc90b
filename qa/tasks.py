"""What workers are asked to do besides jobs. Each task only opens the right door."""

from __future__ import annotations

from celery import shared_task

from qa.services import archive, finding, reembedding


@shared_task(name="qa.tasks.follow_model")
def follow_model() -> bool:
    """Begin to change the model when the settings name another one than serves."""
    return reembedding.follow_settings() is not None


@shared_task(name="qa.tasks.follow_archive")
def follow_archive() -> bool:
    """Begin to bring the archive's index up to the database when that is ahead."""
    return archive.follow() is not None


@shared_task(name="qa.tasks.clear_searches")
def clear_searches() -> int:
    """Remove old searches and what they left."""
    return finding.clear()
