"""Workers tell that they live by a row of their own, whatever broker is used; pages only read it.

The worker's main process writes every few seconds, the process that did a job tells of the engine that it has loaded.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta

from django.db import DatabaseError, connections
from django.db.models import QuerySet
from django.utils import timezone

from studio.core import compute
from studio.core.models import Worker

log = logging.getLogger(__name__)
BEAT_S = 10
GONE_S = 45
_FORGET_DAYS = 7


def living() -> QuerySet[Worker]:
    """Return the workers that told of themselves lately."""
    return Worker.objects.filter(
        seen_at__gte=timezone.now() - timedelta(seconds=GONE_S), stopped_at__isnull=True
    )


def beat(name: str, *, queues: Sequence[str], slots: int) -> None:
    """Write that the worker lives; one that had stopped begins anew."""
    now = timezone.now()
    alive = Worker.objects.filter(name=name, stopped_at=None)
    if alive.update(seen_at=now, queues=list(queues), slots=slots):
        return
    Worker.objects.update_or_create(
        name=name,
        defaults={
            "started_at": now,
            "seen_at": now,
            "stopped_at": None,
            "queues": list(queues),
            "slots": slots,
        },
    )


def stopped(name: str) -> None:
    """Write that the worker ended as it should, and forget those that ended long ago."""
    now = timezone.now()
    Worker.objects.filter(name=name).update(stopped_at=now)
    Worker.objects.filter(seen_at__lt=now - timedelta(days=_FORGET_DAYS)).delete()


def tell_engine(name: str) -> None:
    """Write down the picture engine of this process, where it has loaded one. Never fails a job."""
    if not name:
        return
    try:
        if engine := compute.loaded():
            Worker.objects.filter(name=name).update(engine=engine, engine_at=timezone.now())
    except Exception:
        log.warning("the engine of %s could not be told", name, exc_info=True)


class Pulse(threading.Thread):
    """Beats in a thread of its own, so that a slow database never holds up the worker."""

    def __init__(self, name: str, queues: Sequence[str], slots: int) -> None:
        super().__init__(name="pulse", daemon=True)
        self._worker, self._queues, self._slots = name, queues, slots
        self._end = threading.Event()

    def run(self) -> None:
        """Beat until asked to end."""
        while not self._end.is_set():
            self._try(lambda: beat(self._worker, queues=self._queues, slots=self._slots))
            self._end.wait(BEAT_S)
        self._try(lambda: stopped(self._worker))

    def end(self) -> None:
        """Stop beating and say so."""
        self._end.set()
        self.join(timeout=3)

    def _try(self, write: object) -> None:
        try:
            write()  # type: ignore[operator]
        except DatabaseError as error:
            log.warning("the worker could not tell that it lives: %s", error)
        finally:
            connections.close_all()


def engine_model(workers: Sequence[Worker]) -> str:
    """Return the model of the engine that told of itself last; empty where none has."""
    told = [worker for worker in workers if worker.engine_at and worker.engine.get("model_id")]
    newest = max(told, key=lambda worker: worker.engine_at, default=None)  # type: ignore[arg-type, return-value]
    return str(newest.engine["model_id"]) if newest else ""
