"""People, jobs and the audit log. No app's words stand here; a production is only an id."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from studio.core.choices import JobState


class User(AbstractUser):
    """A person. Roles are held per production; `is_staff` may open new productions."""

    display_name = models.CharField(_("name as shown"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)  # empty: as the browser asks
    theme = models.CharField(_("theme"), max_length=10, blank=True)  # empty: as the cookie says

    def __str__(self) -> str:
        return self.display_name or self.get_full_name() or self.username


class Job(models.Model):
    """Something that a worker does. This row is the truth; a broker only carries its id.

    `token` names the present lease: a progress report or result that carries another token is refused.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    production_id = models.BigIntegerField(null=True, db_index=True)
    subject = models.CharField(max_length=80, blank=True, db_index=True)  # "take:17": what the job is about
    requested_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="jobs")
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=5)
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)
    error_code = models.CharField(max_length=60, blank=True)
    error_data = models.JSONField(default=dict)
    error_detail = models.TextField(blank=True)
    device = models.CharField(max_length=60, blank=True)
    worker = models.CharField(max_length=120, blank=True)  # who took it last
    seconds = models.FloatField(default=0.0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "lease_until"], name="job_state_lease")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.state}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen unless somebody presses retry."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}

    @property
    def percent(self) -> int:
        """Progress in whole per cent, 0 to 100."""
        return min(100, 100 * self.done_count // self.total_count) if self.total_count else 0


class AuditEvent(models.Model):
    """Who did what to what, before and after. Written in the transaction of the change; never edited."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=150)
    verb = models.CharField(max_length=60, db_index=True)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    target_name = models.CharField(max_length=200, blank=True)
    production_id = models.BigIntegerField(null=True, db_index=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="audit_target")]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.target_type} {self.target_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: an event that could be edited would prove nothing."""
        assert self._state.adding, "audit events are append-only"
        super().save(*args, **kwargs)


class AppendOnly(models.Model):
    """What is written once and stays: a correction is another row. Triggers in the database hold the same rule.

    `recorded_at` is the record time (when the studio knew it); a row's own dates say when it was true.
    """

    recorded_at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: what was known on a day must still be told years later."""
        assert self._state.adding, f"{self._meta.model_name} is append-only"
        super().save(*args, **kwargs)


class SavedView(models.Model):
    """A named query string of a list page, kept per person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """A worker that lives or lived: it writes here by itself, so that the web process need not ask any broker.

    `engine` is what its processes told of the picture engine after their last job: model, device, memory.
    """

    name = models.CharField(max_length=120, unique=True)
    queues = models.JSONField(default=list)
    slots = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    engine = models.JSONField(default=dict)
    engine_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Gauge(models.Model):
    """One measured value of one day, so that growth can be told. The day's last measuring counts."""

    name = models.CharField(max_length=40)
    day = models.DateField()
    value = models.BigIntegerField()

    class Meta:
        ordering = ["name", "day"]
        constraints = [models.UniqueConstraint(fields=["name", "day"], name="gauge_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.day}"
