"""Reads for the frame of every page: what is new for a person, in one query however much there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from assets import access, selectors
from assets.models import Notice
from studio.core.choices import JobState
from studio.core.errors import NotFound
from studio.core.models import User

_MAX_KEY = 2**63 - 1


@dataclass(frozen=True)
class Pulse:
    """Jobs that wait or run, unread notices, and the id of the newest notice (0: none yet)."""

    jobs: int
    unread: int
    newest: int


def pulse(user: User) -> Pulse:
    """Return the numbers of the top bar, in one query."""
    at_work = selectors.jobs_of(user).filter(state__in=[JobState.QUEUED, JobState.RUNNING])
    mine = notices_of(user)
    row = (
        User.objects.filter(pk=user.pk)
        .values_list(
            _one(at_work, Count("pk")), _one(mine.filter(read_at=None), Count("pk")), _one(mine, Max("pk"))
        )
        .first()
    )
    return Pulse(*(row or (0, 0, 0)))


def notices_of(user: User) -> QuerySet[Notice]:
    """Return the person's notices that stand in the page, newest first; of productions that they may still see."""
    visible = access.visible_productions(user).values("pk")
    return Notice.objects.filter(user=user, in_page=True, production__in=visible).select_related("production")


def newer(user: User, newest_seen: int, most: int = 4) -> list[Notice]:
    """Return the unread notices that came after one that the page knows, newest first."""
    return list(notices_of(user).filter(pk__gt=newest_seen, read_at=None)[:most])


def get_notice(user: User, pk: int) -> Notice:
    """Return one of the person's own notices, also one that came by mail alone. Raises NotFound."""
    visible = access.visible_productions(user).values("pk")
    own = Notice.objects.filter(user=user, production__in=visible)
    notice = own.filter(pk=pk).first() if 0 < pk <= _MAX_KEY else None
    if notice is None:
        raise NotFound(what="notice")
    return notice


def _one(rows: QuerySet[Any], figure: Count | Max) -> Coalesce:
    """Return a figure of `rows` as a column, 0 where there are none."""
    whole = rows.order_by().annotate(whole=Value(1)).values("whole").annotate(figure=figure).values("figure")
    return Coalesce(Subquery(whole), 0)
