"""What people decided: verdicts, appended and never changed, and the retakes that follow from them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.choices import Stage
from assets.models import Cut, Drawing, Take
from qa.choices import Decision, RetakeReason, RetakeState
from qa.models.check import Flag


class Verdict(models.Model):
    """A person's word about a flag. Undo is another verdict."""

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="verdicts")
    decision = models.CharField(max_length=12, choices=Decision)
    reason = models.CharField(max_length=12, choices=RetakeReason, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="verdicts")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.flag} {self.decision}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: what somebody decided is history."""
        assert self._state.adding, "verdicts are append-only"
        super().save(*args, **kwargs)


class Retake(models.Model):
    """The order to redo a stage of a cut (リテイク), gathering every flag that led to it."""

    cut = models.ForeignKey(Cut, on_delete=models.CASCADE, related_name="retakes")
    stage = models.CharField(max_length=4, choices=Stage)
    take = models.ForeignKey(Take, on_delete=models.CASCADE, related_name="retakes")
    state = models.CharField(max_length=10, choices=RetakeState, default=RetakeState.OPEN)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("due"), null=True, blank=True)
    answered_by_take = models.ForeignKey(Take, null=True, on_delete=models.SET_NULL, related_name="answers")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["take"], condition=models.Q(state="open"), name="one_open_retake_per_take"
            )
        ]

    def __str__(self) -> str:
        return f"{self.take} retake"


class RetakeItem(models.Model):
    """One reason of a retake: the verdict that ordered it, or what a person ordered without a flag.

    With a verdict, drawing, reason, note, by and at repeat it, so that lists read one table.
    """

    retake = models.ForeignKey(Retake, on_delete=models.CASCADE, related_name="items")
    verdict = models.OneToOneField(Verdict, null=True, on_delete=models.PROTECT, related_name="retake_item")
    drawing = models.ForeignKey(Drawing, null=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=12, choices=RetakeReason, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.retake} {self.reason}"

    @property
    def flag(self) -> Flag | None:
        """The flag whose verdict ordered it; None for what a person ordered without one."""
        return self.verdict.flag if self.verdict else None
