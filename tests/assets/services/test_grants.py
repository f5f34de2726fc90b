"""Grants: terms that hold together, newer terms, papers and payments; and nothing of it changes afterwards."""

from __future__ import annotations

import importlib
import io
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from assets.choices_rights import SubjectKind
from assets.models import Evidence, Grant, Payment, RightsHolder
from assets.services import grants, holders
from studio.core.errors import DuplicateContent, InvalidInput, InvalidTransition, NotAllowed
from studio.core.models import AuditEvent
from tests.consent_world import SCOPES, ConsentWorld, build, day, paper
from tests.world import World

TABLES = importlib.import_module("assets.migrations.0010_append_only").TABLES


@pytest.fixture
def holder(world: World) -> RightsHolder:
    """An artist."""
    return holders.create(actor=world.producer, name="Hana Mori")


@pytest.fixture
def place(world: World) -> ConsentWorld:
    """An artist with a grant and works."""
    return build(world)


def _grant(world: World, holder: RightsHolder, **terms: Any) -> Grant:
    given = {"subject_kind": SubjectKind.HOLDER, "scopes": ["train"], **terms}
    return grants.create(actor=world.producer, holder=holder, **given)


def test_silence_allows_nothing_more_than_is_named(world: World, holder: RightsHolder) -> None:
    grant = _grant(world, holder)
    assert not grant.commercial
    assert not grant.sublicensable
    assert grant.signed_on is None
    assert grant.revocable


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["fly"]}, "scopes"),
        ({"purposes": ["fly"]}, "purposes"),
        ({"territories": ["Japan"]}, "territories"),
        ({"excluded": ["jp"]}, "excluded"),
        ({"currency": "yen"}, "currency"),
        ({"valid_from": day(2), "valid_until": day(1)}, "valid_until"),
        ({"subject_kind": SubjectKind.DATASET}, "subject_kind"),
        ({"subject_kind": SubjectKind.PRODUCTION}, "subject_kind"),
        ({"subject_kind": SubjectKind.ITEMS}, "items"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_terms_that_do_not_hold_together_are_refused_by_name(
    world: World, holder: RightsHolder, terms: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _grant(world, holder, **terms)
    assert refusal.value.data["field"] == field
    assert not Grant.objects.exists()


@pytest.mark.parametrize("role", ["artist", "outside_artist", "supervisor", "stranger"])
def test_nobody_else_writes_grants_papers_or_payments(place: ConsentWorld, role: str) -> None:
    actor, events = place.world.people[role], AuditEvent.objects.count()
    with pytest.raises(NotAllowed):
        grants.create(actor=actor, holder=place.holder, subject_kind="holder", scopes=["train"])
    with pytest.raises(NotAllowed):
        grants.add_evidence(actor=actor, grant=place.grant, file_name="a.pdf", stream=io.BytesIO(b"x"))
    with pytest.raises(NotAllowed):
        grants.pay(actor=actor, grant=place.grant, amount=Decimal(1), paid_on=day(0))
    assert (Evidence.objects.count(), Payment.objects.count()) == (0, 0)
    assert AuditEvent.objects.count() == events


def test_newer_terms_supersede_once(world: World, holder: RightsHolder) -> None:
    old = _grant(world, holder, signed_on=day(-9))
    newer = _grant(world, holder, signed_on=day(0), supersedes=old)
    assert newer.supersedes == old
    with pytest.raises((DuplicateContent, InvalidTransition)):
        _grant(world, holder, supersedes=old)


def test_listed_works_know_their_grant(place: ConsentWorld) -> None:
    work = place.items[0]
    grant = _grant(place.world, place.holder, subject_kind=SubjectKind.ITEMS, items=[work], signed_on=day(0))
    work.refresh_from_db()
    assert work.standing.facts["grants"] == [grant.pk]
    assert work.history.first().why == f"grant {grant.pk}"
    other = place.items[1]
    other.refresh_from_db()
    assert "grants" not in other.standing.facts


def test_a_paper_is_kept_as_it_came_and_for_producers_alone(place: ConsentWorld) -> None:
    proof = paper(place)
    assert proof.confidential
    assert proof.size_bytes == 8
    with pytest.raises(InvalidInput):
        grants.add_evidence(
            actor=place.world.producer, grant=place.grant, file_name="a.pdf", stream=io.BytesIO()
        )


def test_a_payment_is_above_zero_and_its_receipt_belongs_to_the_grant(place: ConsentWorld) -> None:
    other = _grant(place.world, place.holder)
    receipt = paper(place, other)
    for wrong in ({"amount": Decimal(0)}, {"amount": Decimal(5), "evidence": receipt}):
        with pytest.raises(InvalidInput):
            grants.pay(actor=place.world.producer, grant=place.grant, paid_on=day(0), **wrong)
    paid = grants.pay(actor=place.world.producer, grant=place.grant, amount=Decimal(5), paid_on=day(0))
    assert paid.currency == place.grant.currency


def test_a_model_refuses_to_save_what_was_written(place: ConsentWorld) -> None:
    place.grant.commercial = False
    with pytest.raises(AssertionError):
        place.grant.save()


@pytest.mark.parametrize("table", TABLES)
def test_the_database_refuses_to_update_what_was_written_once(world: World, table: str) -> None:
    """A trigger speaks for each row; rows of every kind would need a world each, so the trigger itself is asked."""
    model = apps.get_model("assets", table)
    name = f"{model._meta.db_table}_append_only"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE type='trigger' AND name=%s", [name])
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname=%s", [name])
        assert cursor.fetchone() is not None


def test_an_update_of_a_grant_fails_in_the_database(place: ConsentWorld) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Grant.objects.filter(pk=place.grant.pk).update(commercial=False)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE assets_grant SET note = 'x' WHERE id = %s", [place.grant.pk])
    place.grant.refresh_from_db()
    assert place.grant.scopes == SCOPES
