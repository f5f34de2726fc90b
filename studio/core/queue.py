"""The door to the workers: the only way to send a task.

The message carries an id and nothing else. When the broker cannot be reached the row stays queued and the
reaper sends it again, so nothing is lost.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def enqueue(name: str, *, queue: str, **ids: Any) -> None:
    """Send the task `name` after the present transaction has committed (at once when there is none)."""
    transaction.on_commit(lambda: _send(name, queue, ids))


def _send(name: str, queue: str, ids: dict[str, Any]) -> None:
    try:
        current_app.send_task(name, kwargs=ids, queue=queue)
    except (OperationalError, OSError) as error:
        log.warning("broker not reached, %s waits for the reaper: %s", ids, error)
