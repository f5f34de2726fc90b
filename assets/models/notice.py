"""What people and other systems are told: notices, each person's choices, and webhooks with their deliveries."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.choices import DeliveryState, MailWhen, NoticeKind, WebhookBody
from assets.models.production import Production


class Notice(models.Model):
    """One thing that one person should know. The words are made from `kind` and `data` in the reader's language.

    `key` makes a notice unique for a person ("take:17:flags"), so that work that is done twice tells nobody twice.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=NoticeKind)
    key = models.CharField(max_length=100)
    data = models.JSONField(default=dict)
    url = models.CharField(max_length=300)  # the page to open, without host
    created_at = models.DateTimeField(auto_now_add=True)
    in_page = models.BooleanField(default=True)  # False: wanted by mail alone
    read_at = models.DateTimeField(null=True)
    # Set before the mail goes, at once or in a digest, so that it never goes twice; taken back when it could not go.
    mailed_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True, db_index=True)  # when a mail of its own is to be tried (again)
    mail_attempts = models.PositiveIntegerField(default=0)
    mail_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.key}"


class NoticeChoice(models.Model):
    """What a person wants to be told of one kind. No row means: in the page, and by the daily mail."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices"
    )
    kind = models.CharField(max_length=20, choices=NoticeKind)
    in_page = models.BooleanField(_("in the page"), default=True)
    mail = models.CharField(_("by mail"), max_length=8, choices=MailWhen, default=MailWhen.DAILY)

    class Meta:
        ordering = ["kind"]
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.kind}"


class Webhook(models.Model):
    """An address of another system that is told of what happens in a production; `secret` signs each delivery."""

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField(_("address"), max_length=500)
    secret = models.CharField(max_length=64)
    kinds = models.JSONField(default=list)  # NoticeKind values; empty means every kind
    body = models.CharField(
        _("kind of message"), max_length=8, choices=WebhookBody, default=WebhookBody.SAKKAN
    )
    active = models.BooleanField(_("active"), default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One event for one webhook: tried again with growing pauses until it is taken or given up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=20)  # a NoticeKind, or "test"
    key = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, db_index=True)
    http_status = models.PositiveIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=500, blank=True)  # the first bytes of what the other side said
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["webhook", "key"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.webhook} {self.kind} {self.state}"
