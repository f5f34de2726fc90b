"""Embeddings, measurements, runs and flags: what the machine saw and claims. Flags are never edited."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from assets.models import Design, Drawing, ModelSheet, SheetDrawing, Take
from qa.choices import Fault, RunState


class Embedding(models.Model):
    """The vector (float32, little endian) of one picture by one model, kept by its pixels."""

    content_sha256 = models.CharField(max_length=64)
    model_id = models.CharField(max_length=120)
    region = models.CharField(max_length=20, default="figure")
    vector = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_sha256", "model_id", "region"], name="embedding_once")
        ]
        # Counting the vectors of a model, walking over them, dropping them.
        indexes = [models.Index(fields=["model_id", "id"], name="embedding_of_model")]

    def __str__(self) -> str:
        return f"{self.content_sha256[:12]} {self.model_id}"


class MemoryBank(models.Model):
    """What the check knows of an approved sheet, compiled by one model. The file is a cache of it."""

    sheet = models.ForeignKey(ModelSheet, on_delete=models.CASCADE, related_name="banks")
    model_id = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    limits = models.JSONField(default=dict)
    scores = models.JSONField(default=dict)  # by aspect: how far each approved drawing lies out itself
    drawings = models.PositiveIntegerField()
    built_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "model_id"], name="bank_once")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.model_id}"


class Measurement(models.Model):
    """What one picture measures against one compiled sheet; kept so that the same pixels are measured once."""

    content_sha256 = models.CharField(max_length=64)
    fingerprint = models.CharField(
        max_length=64
    )  # of bank sha256s of cast and rivals, stage kind, code version
    data = models.JSONField()
    heat_blob = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_sha256", "fingerprint"], name="measurement_once")
        ]

    def __str__(self) -> str:
        return f"{self.content_sha256[:12]} {self.fingerprint[:12]}"


class CheckRun(models.Model):
    """One check of one take, repeatable: same inputs, same flags."""

    take = models.ForeignKey(Take, on_delete=models.CASCADE, related_name="runs")
    model_id = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    sheets: Any = models.ManyToManyField(ModelSheet, related_name="runs")
    limits = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)  # counts: drawings, new, flagged, not comparable, not checked
    drifts = models.JSONField(default=dict)  # drawing id -> drift, for the line over the strip of the cut
    state = models.CharField(max_length=8, choices=RunState, default=RunState.CURRENT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["take", "fingerprint"], name="run_once")]

    def __str__(self) -> str:
        return f"{self.take} {self.created_at:%Y-%m-%d %H:%M}"


class Flag(models.Model):
    """The machine's claim about one drawing. Immutable; what people decided stands in its verdicts.

    `drift` 1.0 = at the design's limit; `confidence` = share of approved drawings that are at least this far out.
    `decision` and `decided_at` repeat the newest verdict so that the queue is one indexed read.
    """

    run = models.ForeignKey(CheckRun, on_delete=models.CASCADE, related_name="flags")
    drawing = models.ForeignKey(Drawing, on_delete=models.CASCADE, related_name="flags")
    design = models.ForeignKey(Design, on_delete=models.PROTECT, related_name="flags")
    fault = models.CharField(max_length=30, choices=Fault)
    part = models.CharField(max_length=80, blank=True)
    drift = models.FloatField()
    confidence = models.FloatField(default=0.0)
    one_in = models.PositiveIntegerField(default=0)
    calibration = models.JSONField(default=dict)  # `qa.checks.alarms.told`, kept before anybody decides
    sentence_code = models.CharField(max_length=40)
    sentence_data = models.JSONField(default=dict)
    box_xyxy = models.JSONField(null=True)
    measures = models.JSONField(default=list)
    colours = models.JSONField(default=list)
    nearest: Any = models.ManyToManyField(SheetDrawing, through="FlagNearest", related_name="+")
    heat_blob = models.CharField(max_length=64, blank=True)
    laid_blob = models.CharField(max_length=64, blank=True)  # the nearest approved drawing as it lies over it
    # What the viewer draws: see `qa.checks.plain.shown_data`; empty where the flag is older than this.
    shown = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    decision = models.CharField(max_length=12, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-drift", "id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "drawing", "design", "fault", "part"], name="flag_once")
        ]
        # The queue reads the flags of the runs that count out of this index alone (qa.selectors.queue).
        indexes = [
            models.Index(
                fields=["run", "decision", "-drift", "fault", "design", "drawing"], name="flag_of_run"
            ),
            # The overview counts what was decided by day, out of this one.
            models.Index(fields=["run", "decision", "decided_at"], name="flag_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.drawing} {self.fault}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided, or the decision was taken back."""
        return self.decision in {"", "reopened"}


class FlagNearest(models.Model):
    """An approved drawing that the flag was compared with, nearest first."""

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="nearest_links")
    sheet_drawing = models.ForeignKey(SheetDrawing, on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveIntegerField()
    similarity = models.FloatField()

    class Meta:
        ordering = ["rank"]

    def __str__(self) -> str:
        return f"{self.rank}: {self.sheet_drawing}"


class FlagClaim(models.Model):
    """Who is looking at a flag, so that two people on one queue do not step on each other. Ends by itself."""

    flag = models.OneToOneField(Flag, on_delete=models.CASCADE, related_name="claim")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.flag} {self.user}"
