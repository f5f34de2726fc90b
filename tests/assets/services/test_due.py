"""What falls due: who is told when and how often, and the calendar that a producer keeps beside."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from assets.choices import NoticeKind
from assets.choices_rights import WaiverReason
from assets.models import (
    DatasetVersion,
    Finding,
    LicenceReading,
    Membership,
    Notice,
    Production,
    Waiver,
    WaiverDecision,
)
from assets.notice_words import sentence_of, title_of
from assets.rights.due import DueKind, due_until
from assets.services import due, grants, withdrawals
from studio.core.errors import NotAllowed
from studio.core.roles import Role
from tests.consent_world import ConsentWorld, build, day
from tests.world import World


@pytest.fixture
def place(world: World) -> ConsentWorld:
    """An artist whose grant ends in 40 days and is to be paid in 5."""
    return build(
        world, works=2, valid_until=day(40), compensation="flat", amount=Decimal(50_000), due_on=day(5)
    )


def _kinds(found: list[due.Due]) -> list[str]:
    return [each.kind.value for each in found]


def test_everything_with_a_date_is_found_and_what_is_over_stands_first(place: ConsentWorld) -> None:
    world = place.world
    LicenceReading.objects.create(
        licence_id="CC-BY-4.0", facets={}, reviewed_on=day(-400), reviewed_by="Counsel", by=world.producer
    )
    finding = Finding.objects.create(
        production=world.production, fingerprint="f", rule="R19", severity="warn", subject="x", reason={}
    )
    waiver = Waiver.objects.create(
        finding=finding, fingerprint="f", reason=WaiverReason.GRANT_BEING_RENEWED, text="soon",
        expires_on=day(20), requested_by=world.producer,
    )  # fmt: skip
    WaiverDecision.objects.create(waiver=waiver, approved=True, by=world.supervisor)
    DatasetVersion.objects.filter(pk=place.version.pk).update(retained_until=day(60))
    Production.objects.filter(pk=world.production.pk).update(exploited_until=day(80))
    found = due_until(day(0), 90)
    assert _kinds(found) == ["reading", "payment", "waiver", "grant", "retention", "exploitation"]
    assert found[0].days_left(day(0)) < 0
    assert _kinds(due_until(day(0), 10)) == ["reading", "payment"]


def test_what_is_dealt_with_is_due_no_more(place: ConsentWorld) -> None:
    actor = place.world.producer
    grants.pay(actor=actor, grant=place.grant, amount=Decimal(20_000), paid_on=day(0))
    (payment,) = [each for each in due_until(day(0), 90) if each.kind == DueKind.PAYMENT]
    assert payment.amount == Decimal(30_000)
    grants.pay(actor=actor, grant=place.grant, amount=Decimal(30_000), paid_on=day(0))
    assert _kinds(due_until(day(0), 90)) == ["grant"]
    grants.create(
        actor=actor, holder=place.holder, subject_kind="holder", scopes=["train"], signed_on=day(0),
        supersedes=place.grant,
    )  # fmt: skip
    assert due_until(day(0), 90) == []


def test_money_in_another_currency_pays_nothing(place: ConsentWorld) -> None:
    grants.pay(
        actor=place.world.producer, grant=place.grant, amount=Decimal(50_000), currency="USD", paid_on=day(0)
    )
    assert "payment" in _kinds(due_until(day(0), 90))


def test_a_waiver_that_was_taken_back_does_not_end(place: ConsentWorld) -> None:
    finding = Finding.objects.create(
        production=place.world.production,
        fingerprint="f",
        rule="R19",
        severity="warn",
        subject="x",
        reason={},
    )
    waiver = Waiver.objects.create(
        finding=finding, fingerprint="f", reason=WaiverReason.GRANT_BEING_RENEWED, text="soon",
        expires_on=day(20), requested_by=place.world.producer,
    )  # fmt: skip
    for approved in (True, False):
        WaiverDecision.objects.create(waiver=waiver, approved=approved, by=place.world.supervisor)
    assert "waiver" not in _kinds(due_until(day(0), 90))


def test_a_withdrawal_that_is_still_to_come_stands_in_the_list(place: ConsentWorld) -> None:
    withdrawals.withdraw(actor=place.world.producer, holder=place.holder, effective_on=day(30))
    assert "withdrawal" in _kinds(due_until(day(0), 90))
    assert "grant" not in _kinds(due_until(day(0), 90))


@pytest.mark.parametrize(
    ("read_on", "due_on"),
    [
        (date(2025, 1, 31), date(2026, 1, 31)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 12, 5), date(2026, 12, 5)),
    ],
)
def test_a_reading_counts_for_twelve_months(world: World, read_on: date, due_on: date) -> None:
    LicenceReading.objects.create(
        licence_id="X", facets={}, reviewed_on=read_on, reviewed_by="C", by=world.producer
    )
    assert [each.on for each in due_until(due_on, 0)] == [due_on]
    assert due_until(due_on - timedelta(days=1), 0) == []


def test_producers_are_told_once_in_each_window(place: ConsentWorld) -> None:
    end = place.grant.valid_until
    for days, told in ((100, 0), (90, 1), (60, 1), (30, 2), (30, 2), (8, 2), (7, 3), (0, 3), (-1, 3)):
        due.tell(end - timedelta(days=days))
        mine = Notice.objects.filter(kind=NoticeKind.RIGHTS_DUE, key__contains=f"grant:{place.grant.pk}:")
        assert mine.count() == told, days
        assert set(mine.values_list("user__username", flat=True)) <= {"producer"}


def test_a_producer_of_two_productions_is_told_once(place: ConsentWorld) -> None:
    other = Production.objects.create(code="OTHER", title="Other")
    Membership.objects.create(production=other, user=place.world.producer, role=Role.PRODUCER)
    Membership.objects.create(production=other, user=place.world.stranger, role=Role.PRODUCER)
    due.tell(place.grant.valid_until)
    mine = Notice.objects.filter(key__contains="due:grant:")
    assert sorted(mine.values_list("user__username", flat=True)) == ["producer", "stranger"]


def test_a_notice_says_what_when_and_whose(place: ConsentWorld) -> None:
    due.tell(place.grant.valid_until)
    notice = Notice.objects.get(key__contains="due:grant:")
    assert "Hana Mori" in title_of(notice.kind, notice.data)
    assert "a right ends" in sentence_of(notice.kind, notice.data)
    assert notice.url == f"/rights/grants/{place.grant.pk}/"


def test_the_reader_sees_what_concerns_them(place: ConsentWorld) -> None:
    other = Production.objects.create(code="OTHER", title="Other", exploited_until=day(10))
    assert "exploitation" not in _kinds(due.of_reader(actor=place.world.producer))
    Membership.objects.create(production=other, user=place.world.producer, role=Role.PRODUCER)
    assert "exploitation" in _kinds(due.of_reader(actor=place.world.producer))
    with pytest.raises(NotAllowed):
        due.of_reader(actor=place.world.artist)


def test_the_calendar_can_be_read_by_others(place: ConsentWorld) -> None:
    file = Calendar.from_ical(due.calendar(due.of_reader(actor=place.world.producer), "desk.example:8000"))
    events = {str(event["uid"]): event for event in file.walk("VEVENT")}
    assert set(events) == {
        f"grant-{place.grant.pk}@desk.example", f"payment-{place.grant.pk}@desk.example",
    }  # fmt: skip
    ends = events[f"grant-{place.grant.pk}@desk.example"]
    assert ends["dtstart"].dt == place.grant.valid_until
    assert "Hana Mori" in str(ends["summary"])


def test_a_long_list_is_read_in_as_many_queries_as_a_short_one(
    place: ConsentWorld,
) -> None:
    def read() -> int:
        with CaptureQueriesContext(connection) as asked:
            due_until(day(0), 90)
        return len(asked)

    short = read()
    for _ in range(5):
        grants.create(
            actor=place.world.producer, holder=place.holder, subject_kind="dataset", dataset=place.dataset,
            scopes=["train"], signed_on=day(-1), valid_until=day(9), compensation="flat", amount=1, due_on=day(3),
        )  # fmt: skip
    assert read() == short
