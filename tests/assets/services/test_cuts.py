"""Cuts: numbers, lengths, cast, shared cuts and stages."""

from __future__ import annotations

import datetime

import pytest

from assets.models import Character, Cut, Design, Production, StageState, Take
from assets.services import cuts
from studio.core.errors import DuplicateContent, InvalidInput, InvalidTransition
from studio.core.models import Job
from tests.world import World


def _elsewhere() -> Design:
    other = Production.objects.create(code="OTHER", title="Other")
    character = Character.objects.create(production=other, code="bo", name="Bo")
    return Design.objects.create(character=character, code="day", name="Day")


@pytest.mark.parametrize("number", ["12", "012", "0012", "C012", "cut-12"])
def test_one_number_is_one_cut_however_it_is_written(world: World, number: str) -> None:
    with pytest.raises(DuplicateContent):
        cuts.create(actor=world.producer, episode=world.episode, number=number)


@pytest.mark.parametrize("number", ["", " ", "1/2", "../1", "1" * 13, "a\x00", "_1", "1 2"])
def test_a_number_that_no_folder_could_carry_is_refused(world: World, number: str) -> None:
    with pytest.raises(InvalidInput):
        cuts.create(actor=world.producer, episode=world.episode, number=number)


@pytest.mark.parametrize("frames", [-1, 1.5, "many", True, 10**9, None])
def test_a_length_is_a_whole_number_of_frames(world: World, frames: object) -> None:
    with pytest.raises(InvalidInput) as refusal:
        cuts.update(actor=world.producer, cut=world.cut, duration_frames=frames)
    assert refusal.value.data["field"] == "duration_frames"


def test_a_letter_number_is_a_cut_of_its_own(world: World) -> None:
    made = cuts.create(actor=world.producer, episode=world.episode, number="012A", duration_frames=36)
    assert str(made) == "EP01_C012A"


def test_a_cut_may_keep_its_own_number(world: World) -> None:
    assert cuts.update(actor=world.producer, cut=world.cut, number="12").number == "12"


@pytest.mark.parametrize(("field", "value"), [("episode", None), ("id", 7), ("due_on", "soon")])
def test_only_known_fields_with_good_values_are_changed(world: World, field: str, value: object) -> None:
    with pytest.raises(InvalidInput):
        cuts.update(actor=world.producer, cut=world.cut, **{field: value})


def test_the_cast_is_what_was_said_last(world: World) -> None:
    coat = Design.objects.create(character=world.design.character, code="coat", name="Coat")
    cuts.set_cast(actor=world.producer, cut=world.cut, designs=[coat, coat])
    assert list(world.cut.cast.all()) == [coat]


def test_a_new_cast_has_the_newest_takes_checked_again(world: World) -> None:
    takes = [Take.objects.create(cut=world.cut, stage="AD", number=number) for number in (1, 2)]
    cuts.set_cast(actor=world.producer, cut=world.cut, designs=[])
    assert [job.params for job in Job.objects.all()] == [{"take_id": takes[1].pk}]


def test_a_design_of_another_production_cannot_be_cast(world: World) -> None:
    with pytest.raises(InvalidInput):
        cuts.set_cast(actor=world.producer, cut=world.cut, designs=[_elsewhere()])
    assert list(world.cut.cast.all()) == [world.design]


def test_shared_cuts_know_each_other(world: World) -> None:
    cuts.share(actor=world.producer, cut=world.cut, cuts=[world.other_cut])
    assert list(world.other_cut.shared_with.all()) == [world.cut]
    cuts.share(actor=world.producer, cut=world.other_cut, cuts=[])
    assert not world.cut.shared_with.exists()


def test_a_cut_does_not_share_with_itself_or_another_production(world: World) -> None:
    episode = Production.objects.create(code="OTHER", title="Other").episodes.create(code="EP01")
    foreign = Cut.objects.create(episode=episode, number="001")
    for wrong in (world.cut, foreign):
        with pytest.raises(InvalidInput):
            cuts.share(actor=world.producer, cut=world.cut, cuts=[wrong])


def test_a_stage_is_opened_given_away_and_taken_back(world: World) -> None:
    due = datetime.date(2026, 12, 1)
    row = cuts.set_stage(actor=world.producer, cut=world.cut, stage="PT", assignee=world.artist, due_on=due)
    assert (row.state, row.assignee, row.due_on) == ("todo", world.artist, due)
    row = cuts.set_stage(actor=world.producer, cut=world.cut, stage="PT", state="ready")
    assert (row.state, row.assignee, row.due_on) == ("ready", world.artist, due)
    row = cuts.set_stage(actor=world.producer, cut=world.cut, stage="PT", assignee=None, due_on=None)
    assert (row.state, row.assignee, row.due_on) == ("ready", None, None)
    assert StageState.objects.filter(cut=world.cut, stage="PT").count() == 1


def test_work_is_given_to_members_alone(world: World) -> None:
    with pytest.raises(InvalidInput):
        cuts.set_stage(actor=world.producer, cut=world.cut, stage="PT", assignee=world.stranger)
    assert not world.cut.stages.filter(stage="PT").exists()


@pytest.mark.parametrize(("stage", "state"), [("XX", None), ("AD", "dancing")])
def test_stages_and_states_are_the_trades_own(world: World, stage: str, state: str | None) -> None:
    with pytest.raises(InvalidInput):
        cuts.set_stage(actor=world.producer, cut=world.cut, stage=stage, state=state)


def test_a_dropped_cut_moves_no_more_until_it_is_reopened(world: World) -> None:
    cuts.update(actor=world.producer, cut=world.cut, omitted=True)
    with pytest.raises(InvalidTransition) as refusal:
        cuts.set_stage(actor=world.producer, cut=world.cut, stage="AD", state="ready")
    assert refusal.value.code == "cut_dropped"
    cuts.update(actor=world.producer, cut=world.cut, omitted=False)
    cuts.set_stage(actor=world.producer, cut=world.cut, stage="AD", state="ready")
