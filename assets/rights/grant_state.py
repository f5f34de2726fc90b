"""How a grant stands on a day: one pure function, so that list, page, API and calendar never disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

SOON = timedelta(days=90)


class GrantState(models.TextChoices):
    """Where a grant stands. Only `active` and `expiring` allow anything."""

    DRAFT = "draft", _("draft")
    OFFER = "offer", _("offer, not signed")
    COMING = "coming", _("not yet in force")
    ACTIVE = "active", _("in force")
    EXPIRING = "expiring", _("ends soon")
    EXPIRED = "expired", _("ended")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SUPERSEDED = "superseded", _("replaced by newer terms")


STATUS = {  # the colour and shape that a page gives it
    GrantState.DRAFT: "draft",
    GrantState.OFFER: "warn",
    GrantState.COMING: "warn",
    GrantState.ACTIVE: "ok",
    GrantState.EXPIRING: "warn",
    GrantState.EXPIRED: "bad",
    GrantState.WITHDRAWN: "bad",
    GrantState.SUPERSEDED: "cancelled",
}
IN_FORCE = frozenset({GrantState.ACTIVE, GrantState.EXPIRING})


@dataclass(frozen=True, slots=True)
class Dates:
    """What the state of a grant depends on.

    `superseded` = newer terms are signed (an offer of newer terms changes nothing yet). `has_paper` = a file is kept.
    `revoked_on` = the day from which a withdrawal counts.
    """

    signed_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None
    superseded: bool = False
    has_paper: bool = False


def state_of(dates: Dates, today: date, soon: timedelta = SOON) -> GrantState:
    """Return how a grant stands on `today`. Its last day still counts; a withdrawal counts from its own day on."""
    if dates.revoked_on is not None and dates.revoked_on <= today:
        return GrantState.WITHDRAWN
    if dates.superseded:
        return GrantState.SUPERSEDED
    if dates.signed_on is None:
        return GrantState.OFFER if dates.has_paper else GrantState.DRAFT
    return _by_time(dates, today, soon)


def last_day(dates: Dates) -> date | None:
    """Return the last day on which the grant allows anything; None without end."""
    ends = [dates.revoked_on - timedelta(days=1)] if dates.revoked_on is not None else []
    ends += [dates.valid_until] if dates.valid_until is not None else []
    return min(ends, default=None)


def _by_time(dates: Dates, today: date, soon: timedelta) -> GrantState:
    end = last_day(dates)
    begins = dates.valid_from or dates.signed_on
    if end is not None and end < today:
        return GrantState.EXPIRED
    if begins is not None and begins > today:
        return GrantState.COMING
    if end is not None and end - today <= soon:
        return GrantState.EXPIRING
    return GrantState.ACTIVE
