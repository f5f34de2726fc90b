"""Mail of one notice, and what a mail and a digest share: never in a request, never twice, tried again when it fails.

A notice is claimed by writing `mailed_at` before its mail goes. A worker that dies in between loses that one mail
rather than sending it twice; the notice itself stands in the page.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import close_old_connections, connection
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from assets import access, notice_words
from assets.models import Notice
from studio.core import queue
from studio.core.models import User

log = logging.getLogger(__name__)
NO_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
_AT_ONCE = 200


@dataclass(frozen=True)
class Line:
    """A notice as mail shows it."""

    title: str
    sentence: str
    url: str
    at: datetime


def is_on() -> bool:
    """Return whether this installation can send mail at all (SAKKAN_EMAIL_URL)."""
    return str(settings.EMAIL_BACKEND) != NO_BACKEND


def reaches(user: User) -> bool:
    """Return whether mail can reach this person."""
    return is_on() and user.is_active and bool(user.email)


def send_soon() -> None:
    """Let a worker send what is due, after the present transaction."""
    queue.enqueue("assets.tasks.send_mail", queue="io")


def send_due(now: datetime | None = None) -> int:
    """Send the mails of single notices that are due. Returns how many went."""
    if not is_on():
        return 0
    now = now or timezone.now()
    due = Notice.objects.filter(mail_at__lte=now, mailed_at=None).order_by("mail_at", "pk")
    sent = 0
    for notice in due.select_related("user", "production")[:_AT_ONCE]:
        sent += _send_one(notice, now)
    return sent


def line_of(notice: Notice) -> Line:
    """Return a notice's words in the language that is active now, with the address that opens it."""
    return Line(
        title=notice_words.title_of(notice.kind, notice.data),
        sentence=notice_words.sentence_of(notice.kind, notice.data),
        url=settings.SITE_URL + reverse("notice", args=[notice.pk]),
        at=notice.created_at,
    )


def post(user: User, subject: str, template: str, context: dict[str, Any]) -> None:
    """Send one mail, plain and as HTML, in the language that is active now.

    Raises:
        OSError, smtplib.SMTPException: it could not be handed over.
    """
    choices_url = settings.SITE_URL + reverse("notice_choices")
    context = {**context, "person": user, "choices_url": choices_url, "site_url": settings.SITE_URL}
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"mail/{template}.txt", context),
        to=[user.email],
        headers={"List-Unsubscribe": f"<{choices_url}>", "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string(f"mail/{template}.html", context), "text/html")
    if not connection.in_atomic_block:
        close_old_connections()  # a slow mail server must not hold a connection of the database
    mail.send()


def language_of(user: User) -> str:
    """Return the language in which a person is written to."""
    return user.language or settings.LANGUAGE_CODE


def claim(notices: Iterable[Notice], now: datetime) -> list[Notice]:
    """Take notices for one mail, by one conditional UPDATE each: of two workers one gets it."""
    free = Notice.objects.filter(mailed_at=None)
    return [each for each in notices if free.filter(pk=each.pk).update(mailed_at=now)]


def give_back(notices: Iterable[Notice]) -> None:
    """Say that a claimed mail did not go."""
    Notice.objects.filter(pk__in=[each.pk for each in notices]).update(mailed_at=None)


def refused(error: Exception) -> str:
    """Return why a mail could not go, short enough for the page."""
    return f"{type(error).__name__}: {error}"[:300]


def _send_one(notice: Notice, now: datetime) -> bool:
    user = notice.user
    if (
        not user.is_active
        or not user.email
        or not access.visible_productions(user).contains(notice.production)
    ):
        Notice.objects.filter(pk=notice.pk).update(mail_at=None)
        return False
    if not claim([notice], now):
        return False
    with translation.override(language_of(user)):
        line = line_of(notice)
        words = {"production": notice.production.code, "title": line.title}
        subject = _("[%(production)s] %(title)s") % words
        try:
            post(user, subject, "notice", {"line": line, "production": notice.production})
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail of notice %s could not go: %s", notice.pk, error)
            _later(notice, now, refused(error))
            return False
    Notice.objects.filter(pk=notice.pk).update(
        mail_at=None, mail_error="", mail_attempts=F("mail_attempts") + 1
    )
    return True


def _later(notice: Notice, now: datetime, reason: str) -> None:
    """Try again after a growing pause; after the last the daily mail still has it."""
    tried = notice.mail_attempts
    next_at = now + PAUSES[tried] if tried < len(PAUSES) else None
    Notice.objects.filter(pk=notice.pk).update(
        mailed_at=None, mail_at=next_at, mail_attempts=tried + 1, mail_error=reason
    )
