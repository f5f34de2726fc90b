"""The daily mail: what is unread and wanted, grouped by production, one mail a person, and no empty mail."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from assets import access
from assets.choices import MailWhen
from assets.models import Notice, NoticeChoice, Production
from assets.services import mailing
from studio.core.models import User

log = logging.getLogger(__name__)
_REACH = timedelta(days=7)  # what is older was in the page long enough
_LINES = 40


@dataclass(frozen=True)
class Group:
    """The notices of one production; `more` are those that the mail leaves out."""

    production: Production
    lines: list[mailing.Line]
    more: int


def send_all(now: datetime | None = None, *, until: datetime | None = None) -> int:
    """Send everybody their daily mail of what came before `until`, the last hour of the digest unless given.

    Returns how many mails went.
    """
    if not mailing.is_on():
        return 0
    now = now or timezone.now()
    waiting = _waiting(until or last_hour(now), now)
    users = User.objects.filter(pk__in=waiting.order_by().values("user_id"), is_active=True).exclude(email="")
    return sum(_send_one(user, list(waiting.filter(user=user)), now) for user in users.order_by("pk"))


def last_hour(now: datetime) -> datetime:
    """Return when the last daily mail was due: SAKKAN_DIGEST_HOUR of today, or of yesterday."""
    local = timezone.localtime(now)
    due = local.replace(hour=settings.DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return due if due <= local else due - timedelta(days=1)


def _waiting(until: datetime, now: datetime) -> QuerySet[Notice]:
    """Return what is unread, unmailed and wanted in the daily mail, or was to go at once and could not."""
    chosen = NoticeChoice.objects.filter(user=OuterRef("user"), kind=OuterRef("kind"))
    other = chosen.exclude(mail=MailWhen.DAILY)
    missed = Q(mail_attempts__gt=0, mail_at=None) & Exists(chosen.filter(mail=MailWhen.AT_ONCE))
    return (
        Notice.objects.filter(~Exists(other) | missed)
        .filter(read_at=None, mailed_at=None, mail_at=None, production__archived=False)
        .filter(created_at__lt=until, created_at__gte=now - _REACH)
        .select_related("production")
        .order_by("production__code", "-pk")
    )


def _send_one(user: User, waiting: list[Notice], now: datetime) -> bool:
    visible = set(access.visible_productions(user).values_list("pk", flat=True))
    taken = mailing.claim([each for each in waiting if each.production_id in visible], now)
    if not taken:
        return False
    with translation.override(mailing.language_of(user)):
        subject = ngettext("Sakkan: %(n)s unread notice", "Sakkan: %(n)s unread notices", len(taken))
        context = {
            "groups": _groups(taken),
            "total": len(taken),
            "notices_url": settings.SITE_URL + reverse("notices"),
        }
        try:
            mailing.post(user, subject % {"n": len(taken)}, "digest", context)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("the daily mail to %s could not go: %s", user.username, error)
            mailing.give_back(taken)
            Notice.objects.filter(pk__in=[each.pk for each in taken]).update(
                mail_error=mailing.refused(error)
            )
            return False
    return True


def _groups(notices: Iterable[Notice]) -> list[Group]:
    by_production: dict[int, list[Notice]] = {}
    for notice in notices:
        by_production.setdefault(notice.production_id, []).append(notice)
    return [
        Group(
            rows[0].production,
            [mailing.line_of(each) for each in rows[:_LINES]],
            max(0, len(rows) - _LINES),
        )
        for rows in by_production.values()
    ]
