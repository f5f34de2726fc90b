"""People who hold rights: who may enter them, and that their names can be erased."""

from __future__ import annotations

import json

import pytest

from assets.models import RightsHolder
from assets.services import grants, holders
from studio.core.errors import DuplicateContent, InvalidInput, NotAllowed
from studio.core.models import AuditEvent
from tests.consent_world import build, day, paper
from tests.world import World


def test_a_holder_without_a_pseudonym_gets_a_number(world: World) -> None:
    first = holders.create(actor=world.producer, name="Hana Mori")
    second = holders.create(actor=world.producer, name="Ken Sato")
    assert first.pseudonym != second.pseudonym
    assert second.pseudonym.startswith("H-")


def test_a_pseudonym_is_used_once(world: World) -> None:
    holders.create(actor=world.producer, name="Hana", pseudonym="X")
    with pytest.raises(DuplicateContent):
        holders.create(actor=world.producer, name="Ken", pseudonym="X")


@pytest.mark.parametrize("role", ["artist", "outside_artist", "supervisor", "administrator", "stranger"])
def test_only_who_may_change_datasets_enters_people(world: World, role: str) -> None:
    with pytest.raises(NotAllowed):
        holders.create(actor=world.people[role], name="Hana")
    holder = holders.create(actor=world.producer, name="Hana")
    with pytest.raises(NotAllowed):
        holders.update(actor=world.people[role], holder=holder, name="Other")
    assert RightsHolder.objects.get().name == "Hana"


def test_unknown_fields_are_refused(world: World) -> None:
    with pytest.raises(InvalidInput):
        holders.create(actor=world.producer, name="Hana", colour="blue")


def test_a_change_says_which_fields_and_nothing_changed_says_nothing(world: World) -> None:
    holder = holders.create(actor=world.producer, name="Hana Mori")
    holders.update(actor=world.producer, holder=holder, credit="H. Mori", contact="hana@example.org")
    event = AuditEvent.objects.get(verb="holder.update")
    assert event.after == {"changed": ["contact", "credit"]}
    holders.update(actor=world.producer, holder=holder, credit="H. Mori")
    assert AuditEvent.objects.filter(verb="holder.update").count() == 1


def test_the_log_never_holds_a_name(world: World) -> None:
    place = build(world)
    holders.update(actor=world.producer, holder=place.holder, name="Hana Mori-Sato", note="Hana Mori moved")
    paper(place)
    grants.pay(actor=world.producer, grant=place.grant, amount=10, paid_on=day(0), note="to Hana Mori")
    told = AuditEvent.objects.filter(target_type__in=["rightsholder", "grant", "evidence", "payment"])
    assert told.count() == 5
    for event in told:
        said = json.dumps([event.target_name, event.before, event.after])
        assert "Hana" not in said
        assert "hana" not in said
