"""The Celery application. It carries ids of jobs; what a job is stands in the database."""

from __future__ import annotations

from celery import Celery

app = Celery("sakkan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["studio.core", "assets", "qa"])
