"""Who may do what where: roles become permissions in one place."""

from __future__ import annotations

import pytest

from assets import access
from assets.models import Membership, Production
from studio.core.errors import NotAllowed, NotFound
from studio.core.roles import MATRIX, Action, Role
from tests.world import World


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("action", Action.values)
def test_a_role_allows_what_the_matrix_says_and_nothing_else(world: World, role: str, action: str) -> None:
    is_allowed = Action(action) in MATRIX[Role(role)]
    assert access.allowed(world.people[role], Action(action), world.production, world.cut) is is_allowed


@pytest.mark.parametrize("action", Action.values)
def test_a_stranger_may_nothing_and_is_told_that_nothing_is_there(world: World, action: str) -> None:
    with pytest.raises(NotFound) as refusal:
        access.require(world.stranger, Action(action), world.production)
    assert refusal.value.data["what"] == "production"


@pytest.mark.parametrize("action", Action.values)
def test_an_outside_artist_is_told_that_a_cut_of_others_is_not_there(world: World, action: str) -> None:
    with pytest.raises(NotFound) as refusal:
        access.require(world.outside_artist, Action(action), world.production, world.other_cut)
    assert refusal.value.data["what"] == "cut"


def test_several_roles_add_up(world: World) -> None:
    Membership.objects.create(production=world.production, user=world.artist, role=Role.PRODUCER)
    access.require(world.artist, Action.UPLOAD_TAKE, world.production, world.cut)
    access.require(world.artist, Action.EDIT_CUTS, world.production, world.cut)
    with pytest.raises(NotAllowed):
        access.require(world.artist, Action.GIVE_VERDICT, world.production, world.cut)


def test_an_outside_artist_with_a_second_role_sees_every_cut(world: World) -> None:
    Membership.objects.create(production=world.production, user=world.outside_artist, role=Role.ARTIST)
    assert set(access.visible_cuts(world.outside_artist)) == {world.cut, world.other_cut}


def test_a_role_counts_in_its_own_production_alone(world: World) -> None:
    other = Production.objects.create(code="OTHER", title="Other")
    for user in world.people.values():
        assert not access.allowed(user, Action.VIEW, other)


def test_an_assignment_without_membership_shows_nothing(world: World) -> None:
    Membership.objects.filter(user=world.outside_artist).delete()
    assert not access.visible_cuts(world.outside_artist)
    assert not access.allowed(world.outside_artist, Action.VIEW, world.production, world.cut)


def test_somebody_who_has_left_sees_nothing(world: World) -> None:
    world.producer.is_active = False
    world.producer.save()
    assert not access.visible_productions(world.producer)
    assert not access.visible_cuts(world.producer)
    assert not access.allowed(world.producer, Action.VIEW, world.production)
