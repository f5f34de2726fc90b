"""A production's own rules: who may order retakes of which stage, and papers that can be told apart."""

from __future__ import annotations

from typing import Any

import pytest

from assets import authority
from assets.choices import Stage
from assets.services import productions
from studio.core.errors import InvalidInput, NotAllowed
from studio.core.models import AuditEvent
from tests.world import World


def _set(world: World, **fields: Any) -> None:
    world.production = productions.update(actor=world.producer, production=world.production, **fields)


def test_a_production_gives_a_stage_to_other_roles_and_takes_it_back(world: World) -> None:
    _set(world, retake_authority={"AD": ["supervisor"], "PT": ["paint_checker", "episode_director"]})
    assert world.production.retake_authority == {"AD": ["supervisor"]}
    assert authority.has_authority(world.supervisor, world.production, "AD")
    assert not authority.has_authority(world.inbetween_checker, world.production, "AD")
    _set(world, retake_authority={})
    assert authority.has_authority(world.inbetween_checker, world.production, "AD")


def test_a_change_is_audited_with_before_and_after(world: World) -> None:
    _set(world, paper_colours={"supervisor": "#C00000"})
    event = AuditEvent.objects.get(verb="production.update")
    assert event.before == {"paper_colours": {}}
    assert event.after == {"paper_colours": {"supervisor": "#c00000"}}


@pytest.mark.parametrize(
    "table",
    [{"XX": ["supervisor"]}, {"AD": ["artist"]}, {"AD": ["king"]}, {"AD": []}, {"AD": "supervisor"}, 3],
)
def test_a_table_that_makes_no_sense_is_refused(world: World, table: Any) -> None:
    with pytest.raises(InvalidInput):
        _set(world, retake_authority=table)


@pytest.mark.parametrize(
    ("colours", "code"),
    [
        ({"supervisor": "yellow"}, "invalid_input"),
        ({"artist": "#123456"}, "invalid_input"),
        ({"supervisor": "#fffff0"}, "paper_too_pale"),
        ({"supervisor": "#101012"}, "paper_too_dark"),
        ({"supervisor": "#e0569f"}, "paper_too_near"),
        ({"supervisor": authority.OTHER_PAPER}, "paper_too_near"),
    ],
)
def test_papers_that_cannot_be_seen_or_told_apart_are_refused(
    world: World, colours: dict[str, str], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        _set(world, paper_colours=colours)
    assert caught.value.code == code


def test_the_usual_papers_can_be_told_apart(world: World) -> None:
    _set(world, paper_colours=dict(authority.DEFAULT_PAPERS))
    assert world.production.paper_colours == {}


def test_papers_may_be_swapped(world: World) -> None:
    usual = authority.DEFAULT_PAPERS
    _set(
        world,
        paper_colours={"supervisor": usual["photography"], "photography": usual["supervisor"]},
    )
    assert authority.paper_of(world.photography, world.production)[1] == usual["supervisor"]


def test_only_who_runs_the_production_sets_its_rules(world: World) -> None:
    with pytest.raises(NotAllowed):
        productions.update(
            actor=world.supervisor, production=world.production, retake_authority={"AD": ["supervisor"]}
        )


def test_the_stages_of_a_person_are_what_the_table_says(world: World) -> None:
    assert authority.stages_of(world.paint_checker, world.production) == {"PT", "PT+"}
    assert authority.stages_of(world.episode_director, world.production) == set(Stage.values)
    assert authority.stages_of(world.producer, world.production) == set()
