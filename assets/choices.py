"""The trade's fixed words, with the Japanese term where there is one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    """Stages of a cut, in the order of production."""

    LO = "LO", _("layout (LO)")
    GEN = "GEN", _("key animation (原画)")
    KD = "KD+", _("animation director's check (作監)")
    SECOND_KEY = "2G", _("second key (第二原画)")
    AD = "AD", _("in-between and clean-up (動画)")
    AD_CHECK = "AD+", _("in-between check (動画検査)")
    PT = "PT", _("paint (仕上げ)")
    PT_CHECK = "PT+", _("paint check (仕上げ検査)")
    BG = "BG", _("background (背景)")
    COMP = "COMP", _("compositing (撮影)")


PAINTED_STAGES = frozenset({Stage.PT, Stage.PT_CHECK, Stage.COMP})


class StageStatus(models.TextChoices):
    """States of a stage of a cut."""

    TODO = "todo", _("to do")
    READY = "ready", _("ready")
    IN_WORK = "in_work", _("in work")
    ON_HOLD = "on_hold", _("on hold")
    SUBMITTED = "submitted", _("submitted")
    RETAKE = "retake", _("retake")
    APPROVED = "approved", _("approved")
    OMITTED = "omitted", _("dropped (欠番)")


class SheetState(models.TextChoices):
    """A model sheet's life; from approved on nothing in it changes."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")
    SUPERSEDED = "superseded", _("superseded")


class SheetDrawingKind(models.TextChoices):
    """What an approved drawing shows."""

    TURNAROUND = "turnaround", _("turn-around")
    EXPRESSION = "expression", _("expression")
    DETAIL = "detail", _("detail")
    SIZE = "size", _("size comparison")


class View(models.TextChoices):
    """From where the character is seen."""

    FRONT = "front", _("front")
    THREE_QUARTER = "three_quarter", _("three-quarter")
    SIDE = "side", _("side")
    BACK = "back", _("back")


class TakeSource(models.TextChoices):
    """How a take came in."""

    UPLOAD = "upload", pgettext_lazy("source of a take", "page")
    API = "api", _("API")
    WATCHED = "watched", _("watched folder")
    DERIVED = "derived", _("made by Sakkan")


class UploadState(models.TextChoices):
    """An upload's life."""

    OPEN = "open", _("arriving")
    SUBMITTED = "submitted", _("being read")
    DONE = "done", _("taken")
    REFUSED = "refused", _("refused")


class NoticeKind(models.TextChoices):
    """What people can be told of."""

    TAKE_ARRIVED = "take_arrived", _("a take has arrived")
    TAKE_REFUSED = "take_refused", _("an upload was refused")
    FLAGS_FOUND = "flags_found", _("a check found drift")
    RETAKE_ORDERED = "retake_ordered", _("a retake was ordered")
    RETAKE_ANSWERED = "retake_answered", _("a retake was answered by a new take")
    STAGE_SIGNED = "stage_signed", _("a stage was signed off")
    WORK_ASSIGNED = "work_assigned", _("work was given to you")
    COMMENT = "comment", _("somebody commented on your work or answered you")
    MENTION = "mention", _("somebody mentioned you")
    SHEET_APPROVED = "sheet_approved", _("a model sheet was approved")
    JOB_FAILED = "job_failed", _("a job of yours failed")
    RIGHTS_DUE = "rights_due", _("a right ends or a payment falls due")
    PROPOSAL_READY = "proposal_ready", _("drawings that you asked Sakkan for are ready")


class MailWhen(models.TextChoices):
    """When a notice also goes out by mail."""

    NEVER = "never", _("never")
    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("in the daily mail")


class DeliveryState(models.TextChoices):
    """A webhook delivery's life."""

    WAITING = "waiting", _("waiting")
    DONE = "done", _("taken")
    GIVEN_UP = "given_up", _("given up")


class WebhookBody(models.TextChoices):
    """What is sent to another system."""

    SAKKAN = "sakkan", _("all facts (JSON)")
    SLACK = "slack", _("a sentence for Slack, Mattermost, Google Chat")
    DISCORD = "discord", _("a sentence for Discord")


class DerivedKind(models.TextChoices):
    """What Sakkan draws for an artist."""

    INBETWEEN = "inbetween", _("in-betweens")
    CLEANUP = "cleanup", _("clean-up")


class DerivedState(models.TextChoices):
    """Where drawings that an artist asked for stand. Only the artist's word is kept; the rest is that of the job."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("being drawn")
    PROPOSED = "proposed", _("proposed")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class ProposalCause(models.TextChoices):
    """Why a version of a proposal was drawn."""

    REQUEST = "request", _("first request")
    STEER = "steer", _("steered")
    CORRECT = "correct", _("a corrected drawing came")


class KeyOrigin(models.TextChoices):
    """Where a key of a proposal comes from."""

    DRAWING = "drawing", _("a drawing of a take")
    UPLOAD = "upload", _("uploaded for it")
    CORRECTION = "correction", _("a corrected drawing")


class DraftState(models.TextChoices):
    """Where one drawing of a proposal stands."""

    WAITING = "waiting", _("to be drawn")
    DRAWN = "drawn", _("drawn")
    BREAKDOWN = "breakdown", _("a breakdown drawing is needed here")
