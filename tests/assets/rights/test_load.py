"""Facts are read in a constant number of queries, and as they were known at any moment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets.models import DatasetVersion, Entry, Evidence, Grant, Item, Revocation, RightsHolder, Withdrawal
from assets.rights import facts
from assets.rights.answers import Answer
from assets.rights.facts import Question
from assets.rights.load import facts_of
from assets.services import datasets, gate, grants, holders, standings, versions
from assets.services.versions import Conclusion
from studio.core.models import User
from tests.world import World

pytestmark = pytest.mark.django_db


def _works(version: DatasetVersion, count: int, start: int = 0, **said: Any) -> None:
    standing = standings.put(facts.Standing(declared_status="known", evidence=True, **said))
    for number in range(start, start + count):
        item = Item.objects.create(sha256=f"{number:064x}", size_bytes=1, standing=standing)
        standings.begin_history([item], by=None, why="test")
        Entry.objects.create(version=version, item=item, alias=f"{number}.png")
    standings.count_anew([version.pk])


@pytest.fixture
def version(world: World) -> DatasetVersion:
    dataset = datasets.create(actor=world.producer, production=world.production, name="Cels")
    return versions.draft(actor=world.producer, dataset=dataset)


def _ready(world: World, version: DatasetVersion) -> DatasetVersion:
    frozen = versions.freeze(actor=world.producer, version=version)
    second = User.objects.create_user("second")
    world.production.memberships.create(user=second, role="producer")
    versions.approve(actor=second, version=frozen)
    return frozen


def _grant(world: World, holder: RightsHolder, **terms: Any) -> Grant:
    wanted: dict[str, Any] = {
        "scopes": ["train", "generate"], "commercial": True, "signed_on": date(2026, 1, 1), **terms
    }  # fmt: skip
    grant = grants.create(actor=world.producer, holder=holder, subject_kind="holder", **wanted)
    Evidence.objects.create(grant=grant, kind="contract", file_name="c.pdf", blob="0" * 64, size_bytes=1)
    return grant


def _question(world: World, version: DatasetVersion) -> Question:
    return Question(
        action="train", on=timezone.localdate(), production=world.production.pk, version=version.pk
    )


def test_the_number_of_queries_does_not_grow_with_works_grants_or_licences(
    world: World, version: DatasetVersion
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            facts_of(production=world.production.pk, versions=[version.pk])
        return len(captured)

    first = holders.create(actor=world.producer, name="Aoki")
    _works(version, 2, concluded="CC-BY-4.0", holders=((first.pk, "owner"),))
    _grant(world, first)
    before = queries()
    for number in range(5):
        other = holders.create(actor=world.producer, name=f"Artist {number}")
        _grant(world, other)
        _works(
            version,
            5,
            start=10 * (number + 1),
            concluded=f"LicenseRef-{number}",
            holders=((other.pk, "owner"),),
        )
    assert queries() == before


def test_what_was_known_on_a_day_is_answered_as_it_was_known(world: World, version: DatasetVersion) -> None:
    aoki = holders.create(actor=world.producer, name="Aoki")
    _works(version, 3, holders=((aoki.pk, "owner"),))
    frozen = _ready(world, version)
    question = _question(world, frozen)
    before_grant = timezone.now()
    grant = _grant(world, aoki)
    with_grant = timezone.now()
    withdrawal = Withdrawal.objects.create(
        holder=aoki, effective_on=date(2026, 1, 2), touched={}, by=world.producer
    )
    Revocation.objects.create(
        grant=grant, withdrawal=withdrawal, effective_on=date(2026, 1, 2), by=world.producer
    )
    assert gate.answer(question).answer is Answer.DENY
    assert gate.answer(question, known_at=with_grant).answer is Answer.ALLOW
    assert gate.answer(question, known_at=before_grant).answer is Answer.DENY
    assert {r.rule for r in gate.answer(question).reasons} >= {"R20"}


def test_a_conclusion_after_the_approval_makes_it_void(world: World, version: DatasetVersion) -> None:
    _works(version, 3, concluded="CC-BY-4.0", declared="CC-BY-4.0")
    frozen = _ready(world, version)
    question = _question(world, frozen)
    assert gate.answer(question).answer is Answer.ALLOW
    approved_at = timezone.now()
    item = Item.objects.filter(entries__version=frozen)[0]
    versions.conclude(
        actor=world.producer,
        version=frozen,
        standing=item.standing,
        conclusion=Conclusion(expression="CC-BY-SA-4.0", why="the site says so"),
    )
    rules = {reason.rule for reason in gate.answer(question).reasons}
    assert "R39" in rules
    assert gate.answer(question, known_at=approved_at).answer is Answer.ALLOW


def test_a_version_that_was_blocked_later_was_approved_then(world: World, version: DatasetVersion) -> None:
    _works(version, 1, concluded="CC0-1.0", declared="CC0-1.0")
    frozen = _ready(world, version)
    then = timezone.now()
    versions.block(actor=world.producer, version=frozen, why="doubt")
    assert gate.answer(_question(world, frozen)).answer is Answer.DENY
    assert gate.answer(_question(world, frozen), known_at=then).answer is Answer.ALLOW


def test_a_signed_successor_counts_in_place_of_a_grant_and_an_offer_does_not(
    world: World, version: DatasetVersion
) -> None:
    aoki = holders.create(actor=world.producer, name="Aoki")
    _works(version, 1, holders=((aoki.pk, "owner"),))
    old = _grant(world, aoki)
    frozen = _ready(world, version)
    assert gate.answer(_question(world, frozen)).answer is Answer.ALLOW
    offer = {"scopes": ["analyse"], "commercial": True}
    grants.create(actor=world.producer, holder=aoki, subject_kind="holder", supersedes=old, **offer)
    assert gate.answer(_question(world, frozen)).answer is Answer.ALLOW


def test_a_grant_that_begins_tomorrow_allows_nothing_today(world: World, version: DatasetVersion) -> None:
    aoki = holders.create(actor=world.producer, name="Aoki")
    _works(version, 1, holders=((aoki.pk, "owner"),))
    _grant(world, aoki, valid_from=timezone.localdate() + timedelta(days=1))
    frozen = _ready(world, version)
    assert gate.answer(_question(world, frozen)).answer is Answer.DENY


def test_works_that_are_trained_on_and_measured_on_are_counted(world: World, version: DatasetVersion) -> None:
    _works(version, 3, concluded="CC0-1.0")
    for entry in version.entries.order_by("pk")[:2]:
        Entry.objects.create(version=version, item=entry.item, alias=f"eval/{entry.alias}", split="eval")
    standings.count_anew([version.pk])
    assert facts_of(versions=[version.pk]).versions[version.pk].eval_leak == 2
