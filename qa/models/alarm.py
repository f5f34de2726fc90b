"""Alarms at a promised rate: what each cut scored, what clean cuts say, and the unflagged cuts that people look at."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.models import Design, Drawing, Production
from qa.choices import SpotAnswer
from qa.models.check import CheckRun


class CutScore(models.Model):
    """How far out a take lies in one aspect of one cast design: the farthest of its drawings.

    `score` is a ratio to the limit of the approved sheet, before any calibration: the unit of calibration is the cut.
    """

    run = models.ForeignKey(CheckRun, on_delete=models.CASCADE, related_name="scores")
    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="scores")
    aspect = models.CharField(max_length=20)
    score = models.FloatField()
    drawing = models.ForeignKey(Drawing, on_delete=models.CASCADE, related_name="+")
    bank_sha256 = models.CharField(max_length=64)  # of the compiled sheet: another one measures otherwise

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "design", "aspect"], name="score_once")]
        indexes = [models.Index(fields=["design", "aspect"], name="score_of_design")]

    def __str__(self) -> str:
        return f"{self.run} {self.aspect} {self.score:.2f}"


class AlarmRules(models.Model):
    """How many alarms a production puts up with, and how many unflagged cuts it looks at to know what is missed."""

    production = models.OneToOneField(Production, on_delete=models.CASCADE, related_name="alarm_rules")
    per_100 = models.FloatField(
        _("alarms per 100 clean cuts"),
        default=2.0,
        validators=[MinValueValidator(0.2), MaxValueValidator(20.0)],
    )
    spot_percent = models.FloatField(
        _("unflagged cuts to look at, per cent"),
        default=3.0,
        validators=[MinValueValidator(2.0), MaxValueValidator(5.0)],
    )

    def __str__(self) -> str:
        return f"{self.production}: {self.per_100} per 100"


class Calibration(models.Model):
    """What the clean cuts of a production say. What it says never changes: flags were judged by it.

    `made_at` is when it was last found true; `fingerprint` names engine and model; `cuts` holds kind of stage ->
    aspect -> design -> [[score, weight], ...].
    """

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="calibrations")
    fingerprint = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    per_100 = models.FloatField()
    cuts: Any = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["production", "-id"], name="newest_calibration")]

    def __str__(self) -> str:
        return f"{self.production} {self.made_at:%Y-%m-%d %H:%M}"


class SpotCheck(models.Model):
    """An unflagged cut, drawn by lot, that a supervisor looks at: without it nobody knows what is missed.

    `share` is the chance that it had to be drawn.
    """

    run = models.OneToOneField(CheckRun, on_delete=models.CASCADE, related_name="spot_check")
    share = models.FloatField()
    answer = models.CharField(max_length=8, choices=SpotAnswer, blank=True)
    aspect = models.CharField(max_length=20, blank=True)  # of what was missed
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.run} {self.answer or 'open'}"
