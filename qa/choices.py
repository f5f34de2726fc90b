"""Faults and verdicts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fault(models.TextChoices):
    """What the machine may claim about a drawing."""

    PROPORTION = "OFF_MODEL.PROPORTION", _("proportion")
    FACE = "OFF_MODEL.FACE", _("face")
    DETAIL = "OFF_MODEL.DETAIL", _("costume detail")
    LINE_WEIGHT = "OFF_MODEL.LINE_WEIGHT", _("line weight")
    COLOUR = "OFF_MODEL.COLOUR", _("colour")
    WRONG_DESIGN = "OFF_MODEL.WRONG_DESIGN", _("wrong design")
    SHAPE = "OFF_MODEL.SHAPE", _("shape")


class EncoderState(models.TextChoices):
    """Where a model of the picture engine stands; shown by a command alone, so in English."""

    SERVING = "serving"
    ARRIVING = "arriving"
    KEPT = "kept"


class SpotAnswer(models.TextChoices):
    """What a person finds in an unflagged cut."""

    CLEAN = "clean", _("nothing off-model")
    MISSED = "missed", _("something was missed")


class Decision(models.TextChoices):
    """What a person decides about a flag."""

    OK = "ok", _("ok")
    INTENDED = "intended", _("intended")
    RETAKE = "retake", _("retake")
    FALSE_ALARM = "false_alarm", _("false alarm")
    REOPENED = "reopened", _("reopened")


class RetakeReason(models.TextChoices):
    """Why a drawing is to be redone."""

    OFF_MODEL = "off_model", _("off-model")
    PROPORTION = "proportion", _("proportion (頭身)")
    FACE = "face", _("face")
    COSTUME = "costume", _("costume or detail")
    COLOUR = "colour", _("colour")
    LINE = "line", _("line")
    OTHER = "other", _("other")


class RetakeState(models.TextChoices):
    """Where a retake stands."""

    OPEN = "open", _("open")
    ANSWERED = "answered", _("new take delivered")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class RunState(models.TextChoices):
    """Whether a check's result still counts."""

    CURRENT = "current", _("current")
    STALE = "stale", _("out of date")


class StrokeTool(models.TextChoices):
    """What a correction is drawn with."""

    PEN = "pen", _("pen")
    ARROW = "arrow", _("arrow")
    BOX = "box", _("box")
    TEXT = "text", _("text")
