"""Productions, roles, episodes and naming rules."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assets.models import Membership, Production
from assets.services import productions
from studio.core.errors import DuplicateContent, InvalidInput, InvalidTransition
from studio.core.roles import Role
from tests.world import World


@pytest.mark.parametrize("code", ["", "no spaces", "日本", "x" * 21, "a/b"])
def test_a_code_that_no_address_could_carry_is_refused(world: World, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        productions.create(actor=world.producer, code=code, title="New")
    assert refusal.value.data["field"] == "code"
    assert Production.objects.count() == 1


def test_a_taken_code_is_refused(world: World) -> None:
    with pytest.raises(DuplicateContent):
        productions.create(actor=world.producer, code="HOSHI", title="Again")


@pytest.mark.parametrize("fps", [0, -24, 1000, "fast", None, 23.97612345])
def test_an_absurd_rate_is_refused(world: World, fps: object) -> None:
    with pytest.raises(InvalidInput):
        productions.update(actor=world.producer, production=world.production, fps=fps)


@pytest.mark.parametrize("fps", [24, "23.976", Decimal("29.97"), 12.5])
def test_a_rate_is_kept_as_it_was_said(world: World, fps: object) -> None:
    changed = productions.update(actor=world.producer, production=world.production, fps=fps)
    assert changed.fps == Decimal(str(fps))


def test_a_person_may_hold_several_roles_each_once(world: World) -> None:
    productions.add_role(
        actor=world.producer, production=world.production, user=world.artist, role=Role.SUPERVISOR
    )
    with pytest.raises(DuplicateContent):
        productions.add_role(
            actor=world.producer, production=world.production, user=world.artist, role=Role.SUPERVISOR
        )
    assert Membership.objects.filter(user=world.artist).count() == 2


def test_a_role_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput):
        productions.add_role(
            actor=world.producer, production=world.production, user=world.artist, role="king"
        )


def test_the_last_one_who_can_give_roles_keeps_theirs(world: World) -> None:
    administrator = Membership.objects.get(user=world.administrator)
    productions.remove_role(actor=world.producer, membership=administrator)
    with pytest.raises(InvalidTransition) as refusal:
        productions.remove_role(actor=world.producer, membership=Membership.objects.get(user=world.producer))
    assert refusal.value.code == "last_manager"
    assert "producer" in refusal.value.message


@pytest.mark.parametrize("code", ["", "EP 1", "EP_1", "a/b", "x" * 21])
def test_an_episode_code_becomes_part_of_file_names(world: World, code: str) -> None:
    with pytest.raises(InvalidInput):
        productions.create_episode(actor=world.producer, production=world.production, code=code)


def test_two_episodes_of_one_code_are_refused(world: World) -> None:
    with pytest.raises(DuplicateContent):
        productions.create_episode(actor=world.producer, production=world.production, code="EP01")


BAD_RULES = {
    "no pattern": {"id": "x"},
    "no number": {"pattern": r"(?P<cell>\w)"},
    "broken": {"pattern": r"(?P<number>\d+"},
    "unknown group": {"pattern": r"(?P<number>\d)(?P<mood>\w)"},
    "too slow": {"pattern": r"(?P<number>(\d+)+)x"},
    "its own example": {"pattern": r"(?P<number>\d{1,4})", "example": "A0001.png"},
    "no text": {"pattern": 7},
    "endless": {"pattern": r"(?P<number>\d)" + "a" * 500},
}


@pytest.mark.parametrize("kind", BAD_RULES)
def test_a_naming_rule_that_cannot_be_one_is_refused_with_its_place(world: World, kind: str) -> None:
    good = {"id": "good", "pattern": r"x(?P<number>\d{1,4})"}
    with pytest.raises(InvalidInput) as refusal:
        productions.set_naming_rules(
            actor=world.producer, production=world.production, rules=[good, BAD_RULES[kind]]
        )
    assert "rule 2" in refusal.value.data["reason"]
    world.production.refresh_from_db()
    assert world.production.naming_rules == []


def test_the_productions_own_rules_read_its_names_and_none_means_ours(world: World) -> None:
    rules = [{"id": "k", "label": "K", "pattern": r"K(?P<number>\d{1,4})", "example": "K1.png"}]
    changed = productions.set_naming_rules(actor=world.producer, production=world.production, rules=rules)
    assert [rule.id for rule in productions.naming_rules_of(changed)] == ["k"]
    changed = productions.set_naming_rules(actor=world.producer, production=world.production, rules=[])
    assert len(productions.naming_rules_of(changed)) > 5


def test_two_rules_of_one_name_are_refused(world: World) -> None:
    rule = {"id": "k", "pattern": r"K(?P<number>\d{1,4})"}
    with pytest.raises(InvalidInput):
        productions.set_naming_rules(actor=world.producer, production=world.production, rules=[rule, rule])
