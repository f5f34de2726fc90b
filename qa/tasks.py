"""What workers are asked to do besides jobs. Each task only opens the right door."""

from __future__ import annotations

from celery import shared_task

from qa.services import reembedding


@shared_task(name="qa.tasks.follow_model")
def follow_model() -> bool:
    """Begin to change the model when the settings name another one than serves."""
    return reembedding.follow_settings() is not None
