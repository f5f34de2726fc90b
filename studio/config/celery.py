"""The Celery application. It carries ids of jobs; what a job is stands in the database."""

from __future__ import annotations

from typing import Any

from celery import Celery, bootsteps

app = Celery("sakkan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["studio.core", "assets", "qa"])


class Living(bootsteps.StartStopStep):
    """Lets the worker tell that it lives (studio.core.workers), whatever broker there is."""

    requires = {"celery.worker.components:Pool"}

    def start(self, parent: Any) -> None:
        """Begin to tell."""
        from studio.core.workers import Pulse  # noqa: PLC0415  (models are ready only now)

        queues = sorted(parent.app.amqp.queues.consume_from)
        self.pulse = Pulse(parent.hostname, queues, parent.concurrency or 1)
        self.pulse.start()

    def stop(self, parent: Any) -> None:
        """Say that it ended."""
        self.pulse.end()


app.steps["worker"].add(Living)
