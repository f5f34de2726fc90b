"""What people draw and write over drawings: corrections (修正), comments, and who is to look at which flag."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.models import Drawing, Take
from qa.choices import StrokeTool
from qa.models.check import Flag


class Correction(models.Model):
    """One person's correction sheet over one drawing. Everybody draws on their own, so nobody loses a line."""

    drawing = models.ForeignKey(Drawing, on_delete=models.CASCADE, related_name="corrections")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="corrections")
    role = models.CharField(max_length=20)  # whose paper it is
    colour = models.CharField(max_length=7)  # of the paper and its lines, #rrggbb
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["drawing", "by"], name="correction_once")]

    def __str__(self) -> str:
        return f"{self.drawing} {self.by}"


class CorrectionStroke(models.Model):
    """One stroke of a correction. `uid` is made by the page, so that sending it again changes nothing.

    `points` = [[x, y, pressure 0..1], …] in px of the drawing; a text stands at its one point.
    A stroke is never deleted: erasing sets `erased_at`.
    """

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="strokes")
    uid = models.UUIDField(unique=True)
    tool = models.CharField(max_length=6, choices=StrokeTool, default=StrokeTool.PEN)
    points = models.JSONField(default=list)
    width_px = models.FloatField(default=3.0)
    text = models.CharField(max_length=300, blank=True)
    drawn_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.correction} {self.uid}"


class Comment(models.Model):
    """Words pinned to a drawing, to a point of it, to a range of frames, or to the take as a whole.

    `frame_from` and `frame_to` are 1-based and inclusive; `point_xy` is in px of the drawing. Text is never edited;
    who withdraws a comment leaves its place.
    """

    take = models.ForeignKey(Take, on_delete=models.CASCADE, related_name="comments")
    drawing = models.ForeignKey(Drawing, null=True, on_delete=models.CASCADE, related_name="comments")
    point_xy = models.JSONField(null=True)
    frame_from = models.PositiveIntegerField(null=True)
    frame_to = models.PositiveIntegerField(null=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField(_("comment"), max_length=4000)
    mentions: Any = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    at = models.DateTimeField(auto_now_add=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["take", "resolved_at"], name="comment_open")]

    def __str__(self) -> str:
        return f"{self.take} {self.by}: {self.text[:40]}"


class FlagAssignment(models.Model):
    """Who is to decide about a flag. The newest word counts; its history stands in the audit log."""

    flag = models.OneToOneField(Flag, on_delete=models.CASCADE, related_name="assignment")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="flag_assignments"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.flag} {self.user}"
