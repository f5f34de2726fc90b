"""What falls due: rights that end, payments, readings of licences, waivers, retention, exploitation, withdrawals.

Read in a constant number of queries. What is over stands first until somebody deals with it; what is over for longer
than `BEHIND` and cannot be dealt with any more (a right that ended) is left to the lists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _

from assets.choices_rights import Compensation, VersionState
from assets.models import (
    DatasetVersion,
    Grant,
    LicenceReading,
    Payment,
    Production,
    WaiverDecision,
    Withdrawal,
)
from assets.rights.policy import Policy

BEHIND = timedelta(days=90)


class DueKind(models.TextChoices):
    """What can fall due."""

    GRANT = "grant", _("a right ends")
    PAYMENT = "payment", _("a payment is due")
    READING = "reading", _("a licence is to be read again")
    WAIVER = "waiver", _("a waiver ends")
    RETENTION = "retention", _("art is to be deleted")
    EXPLOITATION = "exploitation", _("exploitation ends")
    WITHDRAWAL = "withdrawal", _("a withdrawal of consent begins to count")


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that falls due. `productions` = whom it concerns; empty: the whole studio.

    `name` is what people call it, `amount` and `currency` what is still to be paid.
    """

    kind: DueKind
    on: date
    key: int
    name: str
    detail: str = ""
    productions: frozenset[int] = frozenset()
    amount: Decimal | None = None
    currency: str = ""

    @property
    def subject(self) -> str:
        """Name the thing for ever: the calendar and the notices know it again by this."""
        return f"{self.kind.value}:{self.key}"

    def days_left(self, today: date) -> int:
        """Return how many days are left; below zero it is over."""
        return (self.on - today).days


def due_until(today: date, days: int, visible: Collection[int] | None = None) -> list[Due]:
    """Return what falls due within `days`, what is over first, then by day.

    `visible` = the productions of the reader: what concerns others alone is left out. None: everything.
    """
    last = today + timedelta(days=days)
    found: list[Due] = []
    for read in (_grants, _payments, _readings, _waivers, _retention, _exploitation, _withdrawals):
        found += read(today, last)
    mine = None if visible is None else frozenset(visible)
    kept = [each for each in found if mine is None or not each.productions or each.productions & mine]
    return sorted(kept, key=lambda each: (each.on, each.kind.value, each.name, each.key))


def _in_books() -> models.QuerySet[Grant]:
    """Return signed grants that no signed one supersedes, with the productions that they concern."""
    newer = Grant.objects.filter(supersedes=OuterRef("pk"), signed_on__isnull=False)
    return (
        Grant.objects.filter(~Exists(newer), signed_on__isnull=False)
        .select_related("holder", "dataset")
        .prefetch_related("only_for")
        .order_by("pk")
    )


def productions_of(grant: Grant) -> frozenset[int]:
    """Return the productions that a grant concerns; empty: any."""
    named = {each.pk for each in grant.only_for.all()}
    named |= {grant.production_id} if grant.production_id else set()
    named |= {grant.dataset.production_id} if grant.dataset and grant.dataset.production_id else set()
    return frozenset(key for key in named if key is not None)


def _grants(today: date, last: date) -> Iterator[Due]:
    ending = _in_books().filter(revocation=None, valid_until__gte=today - BEHIND, valid_until__lte=last)
    for grant in ending:
        if grant.valid_until is not None:
            yield Due(
                DueKind.GRANT,
                grant.valid_until,
                grant.pk,
                grant.holder.name,
                productions=productions_of(grant),
            )


def _payments(_today: date, last: date) -> Iterator[Due]:
    owed = _in_books().exclude(compensation=Compensation.NONE).filter(due_on__lte=last)
    for grant, open_amount in unpaid(owed):
        if grant.due_on is not None:
            yield Due(
                DueKind.PAYMENT,
                grant.due_on,
                grant.pk,
                grant.holder.name,
                productions=productions_of(grant),
                amount=open_amount,
                currency=grant.currency,
            )


def unpaid(owed: Iterable[Grant]) -> Iterator[tuple[Grant, Decimal | None]]:
    """Yield the grants that are not paid, with what is open.

    An amount paid once is open until it is paid in full in its own currency. What depends on works, runs or revenue has
    no sum here: one payment settles it, as rule R26 reads it.
    """
    listed = list(owed)
    paid: dict[tuple[int, str], Decimal] = {
        (key, currency): total
        for key, currency, total in Payment.objects.filter(grant__in=listed)
        .order_by()
        .values_list("grant", "currency")
        .annotate(total=Sum("amount"))
    }
    has_paid = {key for key, _currency in paid}
    for grant in listed:
        if grant.compensation == Compensation.FLAT and grant.amount is not None:
            left = grant.amount - paid.get((grant.pk, grant.currency), Decimal(0))
            if left > 0:
                yield grant, left
        elif grant.pk not in has_paid:
            yield grant, grant.amount


def _readings(_today: date, last: date) -> Iterator[Due]:
    """A reading counts for some months (rule R48); of a licence the newest counts."""
    newest = LicenceReading.objects.values("licence_id").annotate(last=Max("pk")).order_by().values("last")
    months: Any = Policy.__dataclass_fields__["review_months"].default
    for reading in LicenceReading.objects.filter(pk__in=newest):
        on = _months_later(reading.reviewed_on, int(months))
        if on <= last:
            yield Due(DueKind.READING, on, reading.pk, reading.licence_id, reading.reviewed_by)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    length = (date(first.year + first.month // 12, first.month % 12 + 1, 1) - first).days
    return first.replace(day=min(day.day, length))


def _waivers(today: date, last: date) -> Iterator[Due]:
    latest = WaiverDecision.objects.values("waiver").annotate(last=Max("pk")).order_by().values("last")
    decided = WaiverDecision.objects.filter(
        pk__in=latest,
        approved=True,
        waiver__finding__gone_at=None,
        waiver__expires_on__gte=today - BEHIND,
        waiver__expires_on__lte=last,
    ).select_related("waiver__finding__production")
    for each in decided:
        finding = each.waiver.finding
        yield Due(
            DueKind.WAIVER,
            each.waiver.expires_on,
            each.waiver_id,
            f"{finding.production.code} {finding.rule}",
            productions=frozenset({finding.production_id}),
        )


def _retention(_today: date, last: date) -> Iterator[Due]:
    still_kept = Q(entries__item__bytes_kept=True)
    held = (
        DatasetVersion.objects.filter(still_kept, retained_until__lte=last)
        .exclude(state=VersionState.DRAFT)
        .select_related("dataset")
        .distinct()
    )
    for version in held:
        theirs = version.dataset.production_id
        if version.retained_until is not None:
            yield Due(
                DueKind.RETENTION,
                version.retained_until,
                version.pk,
                str(version),
                productions=frozenset({theirs} if theirs else ()),
            )


def _exploitation(today: date, last: date) -> Iterator[Due]:
    ending = Production.objects.filter(
        archived=False, exploited_until__gte=today - BEHIND, exploited_until__lte=last
    )
    for row in ending:
        if row.exploited_until is not None:
            yield Due(
                DueKind.EXPLOITATION, row.exploited_until, row.pk, row.title, row.code, frozenset({row.pk})
            )


def _withdrawals(today: date, last: date) -> Iterator[Due]:
    for row in Withdrawal.objects.filter(effective_on__gt=today, effective_on__lte=last).select_related(
        "holder"
    ):
        yield Due(DueKind.WITHDRAWAL, row.effective_on, row.pk, row.holder.name)
