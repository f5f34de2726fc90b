"""Telling of what falls due: notices once per subject at 90, 30 and 7 days, and the calendar file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from assets import access, due_words, selectors_rights
from assets.choices import NoticeKind
from assets.models import Production
from assets.rights.due import Due, due_until
from assets.services import notices
from studio.core.models import User
from studio.core.roles import Action, Role

WINDOWS = (7, 30, 90)
DAYS = 90
MOST_DAYS = 3_650


def of_reader(*, actor: User, days: int = DAYS) -> list[Due]:
    """Return what falls due within `days` and concerns the reader.

    Raises:
        NotAllowed: the actor may see datasets nowhere.
    """
    access.require_anywhere(actor, Action.VIEW_DATASETS)
    visible = selectors_rights.visible_ids(actor)
    return due_until(timezone.localdate(), max(0, min(days, MOST_DAYS)), visible)


def tell(today: date | None = None) -> int:
    """Tell producers of what falls due, once at each of 90, 30 and 7 days; return how many were told.

    The worker asks every day; asked twice, or after days in which it did not run, it tells nothing twice and skips
    nothing that is still ahead.
    """
    today = today or timezone.localdate()
    coming = [each for each in due_until(today, max(WINDOWS)) if each.days_left(today) >= 0]
    active = list(Production.objects.filter(archived=False).order_by("code"))
    told = 0
    with transaction.atomic():
        for each in coming:
            for production in _concerned(each, active):
                told += _tell_one(each, production, today)
    return told


def calendar(found: Iterable[Due], host: str) -> bytes:
    """Return a list as an iCalendar file: one whole day each, the same event again when it is fetched again."""
    file = Calendar()
    file.add("prodid", "-//Sakkan//rights//EN")
    file.add("version", "2.0")
    file.add("x-wr-calname", _("Sakkan: rights that fall due"))
    now = timezone.now()
    for each in found:
        event = Event()
        event.add("uid", f"{each.subject.replace(':', '-')}@{host.partition(':')[0]}")
        event.add("dtstamp", now)
        event.add("dtstart", each.on)
        event.add("dtend", each.on + timedelta(days=1))
        event.add("summary", due_words.sentence_of(each))
        event.add("description", due_words.way_of(each.kind))
        event.add("transp", "TRANSPARENT")
        file.add_component(event)
    return bytes(file.to_ical())


def _concerned(due: Due, active: list[Production]) -> list[Production]:
    return [each for each in active if not due.productions or each.pk in due.productions]


def _tell_one(due: Due, production: Production, today: date) -> int:
    days = due.days_left(today)
    window = next(each for each in WINDOWS if days <= each)
    producers = User.objects.filter(
        memberships__production=production, memberships__role=Role.PRODUCER, is_active=True
    )
    made = notices.tell(
        kind=NoticeKind.RIGHTS_DUE,
        production=production,
        people=producers.distinct(),
        # A date that moved is told again; the same date never is, in whatever production somebody is a producer.
        key=f"due:{due.subject}:{due.on.isoformat()}:{window}",
        url=due_words.address_of(due),
        data={"what": due.kind.value, "on": due.on.isoformat(), "days": days, "name": due.name},
    )
    return len(made)
