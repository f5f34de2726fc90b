"""Sign-offs: by whoever has the authority over the stage, appended, and never silently out of date."""

from __future__ import annotations

import pytest

from assets.authority import DEFAULT_AUTHORITY
from assets.choices import Stage
from assets.models import Notice, SignOff, StageState
from assets.services import sign_offs
from studio.core.errors import InvalidInput, InvalidTransition, NotAllowed, NotFound, StaleInput, StudioError
from studio.core.models import AuditEvent
from studio.core.roles import Role
from tests.qa.makers import deliver
from tests.world import World, png


def _state(world: World, stage: str, state: str | None = None) -> str:
    if state is not None:
        StageState.objects.update_or_create(cut=world.cut, stage=stage, defaults={"state": state})
    return StageState.objects.get(cut=world.cut, stage=stage).state


@pytest.mark.parametrize("stage", Stage.values)
@pytest.mark.parametrize("role", Role.values)
def test_a_stage_is_signed_off_by_those_who_have_the_authority_over_it(
    world: World, role: str, stage: str
) -> None:
    world.production.memberships.filter(user=world.supervisor, role=Role.EPISODE_DIRECTOR).delete()
    world.cut.stages.update(assignee=None)
    person = world.people[role]
    if role in DEFAULT_AUTHORITY[stage]:
        assert sign_offs.sign(actor=person, cut=world.cut, stage=stage).by == person
        return
    with pytest.raises((NotAllowed, NotFound)):
        sign_offs.sign(actor=person, cut=world.cut, stage=stage)
    assert not SignOff.objects.exists()


def test_a_sign_off_approves_the_stage_and_is_audited(world: World) -> None:
    take = deliver(world.cut, [png()], stage="AD")
    signed = sign_offs.sign(actor=world.inbetween_checker, cut=world.cut, stage="AD", note="good")
    assert (signed.take, signed.note, _state(world, "AD")) == (take, "good", "approved")
    assert AuditEvent.objects.get(verb="stage.sign").after == {"stage": "AD", "take": "T1", "note": "good"}


def test_the_stage_that_waited_becomes_ready_and_one_in_work_stays(world: World) -> None:
    _state(world, "PT", "todo"), _state(world, "COMP", "todo"), _state(world, "BG", "in_work")
    sign_offs.sign(actor=world.episode_director, cut=world.cut, stage="AD")
    assert (_state(world, "PT"), _state(world, "COMP"), _state(world, "BG")) == ("ready", "todo", "in_work")


def test_compositing_waits_for_paint_and_background(world: World) -> None:
    _state(world, "PT", "submitted"), _state(world, "BG", "submitted"), _state(world, "COMP", "todo")
    sign_offs.sign(actor=world.episode_director, cut=world.cut, stage="PT")
    assert _state(world, "COMP") == "todo"
    sign_offs.sign(actor=world.episode_director, cut=world.cut, stage="BG")
    assert _state(world, "COMP") == "ready"


def test_a_revoked_sign_off_leaves_both_rows_and_the_next_stage_waits_again(world: World) -> None:
    deliver(world.cut, [png()], stage="AD")
    _state(world, "PT", "todo")
    sign_offs.sign(actor=world.episode_director, cut=world.cut, stage="AD")
    sign_offs.revoke(actor=world.inbetween_checker, cut=world.cut, stage="AD", note="line missing")
    assert [row.revoked for row in SignOff.objects.order_by("id")] == [False, True]
    assert (_state(world, "AD"), _state(world, "PT")) == ("submitted", "todo")
    assert sign_offs.signed_stages([world.cut]) == {}


def test_nothing_signed_cannot_be_taken_back_and_nobody_signs_twice(world: World) -> None:
    with pytest.raises(InvalidTransition) as caught:
        sign_offs.revoke(actor=world.episode_director, cut=world.cut, stage="AD")
    assert caught.value.code == "not_signed"
    sign_offs.sign(actor=world.episode_director, cut=world.cut, stage="AD")
    with pytest.raises(InvalidTransition) as caught:
        sign_offs.sign(actor=world.inbetween_checker, cut=world.cut, stage="AD")
    assert caught.value.data["person"] == "episode_director"


def test_a_new_take_after_a_sign_off_is_seen_and_can_be_signed(world: World) -> None:
    deliver(world.cut, [png()], stage="AD")
    sign_offs.sign(actor=world.episode_director, cut=world.cut, stage="AD")
    second = deliver(world.cut, [png(seed=2)], stage="AD")
    assert sign_offs.signed_stages([world.cut])[world.cut.pk]["AD"].overtaken_by == second
    sign_offs.sign(actor=world.episode_director, cut=world.cut, stage="AD", take=second)
    assert sign_offs.signed_stages([world.cut])[world.cut.pk]["AD"].overtaken_by is None


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("old take", StaleInput),
        ("other take", InvalidInput),
        ("stage", InvalidInput),
        ("retake", InvalidTransition),
        ("dropped", InvalidTransition),
    ],
)
def test_what_cannot_be_signed_is_refused_with_the_reason(
    world: World, case: str, error: type[StudioError]
) -> None:
    takes = [deliver(world.cut, [png()], stage="AD"), deliver(world.cut, [png(seed=3)], stage="AD")]
    elsewhere = deliver(world.other_cut, [png()], stage="AD")
    take = {"old take": takes[0], "other take": elsewhere}.get(case)
    _state(world, "AD", "retake" if case == "retake" else "submitted")
    world.cut.omitted = case == "dropped"
    world.cut.save()
    with pytest.raises(error):
        sign_offs.sign(
            actor=world.episode_director, cut=world.cut, stage="XX" if case == "stage" else "AD", take=take
        )
    assert not SignOff.objects.exists()


def test_the_artist_the_next_and_the_assistants_are_told(world: World) -> None:
    _state(world, "PT", "todo")
    StageState.objects.filter(stage="PT").update(assignee=world.artist)
    sign_offs.sign(actor=world.episode_director, cut=world.cut, stage="AD")
    told = Notice.objects.filter(kind="stage_signed")
    assert {notice.user for notice in told} == {world.outside_artist, world.artist, world.assistant}
    assert told[0].data == {"cut": "EP01_C012", "stage": "AD", "person": "episode_director"}


def test_many_cuts_are_read_in_two_queries(world: World, django_assert_num_queries) -> None:
    for cut in (world.cut, world.other_cut):
        sign_offs.sign(actor=world.episode_director, cut=cut, stage="AD")
    with django_assert_num_queries(2):
        found = sign_offs.signed_stages([world.cut, world.other_cut])
        assert [len(stages) for stages in found.values()] == [1, 1]
