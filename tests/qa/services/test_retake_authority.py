"""Whose retakes a stage's are: role by stage, for everything that orders, closes or takes a retake back."""

from __future__ import annotations

import pytest

from assets.authority import DEFAULT_AUTHORITY
from assets.choices import Stage
from assets.models import StageState, Take
from qa.models import Flag, Retake, RetakeItem, Verdict
from qa.services import retakes, verdicts
from studio.core.errors import NotAllowed, NotFound, StudioError
from studio.core.models import AuditEvent
from studio.core.roles import Role
from tests.qa.makers import deliver
from tests.world import World, png

REASON = {"decision": "retake", "reason": "face"}


def _move(flag: Flag, stage: str) -> None:
    """Let the take of the flag be of another stage."""
    Take.objects.filter(pk=flag.run.take_id).update(stage=stage)
    StageState.objects.filter(cut=flag.run.take.cut).delete()


@pytest.mark.parametrize("stage", Stage.values)
@pytest.mark.parametrize("role", Role.values)
def test_a_retake_is_ordered_by_those_who_have_the_stage(
    world: World, flag: Flag, role: str, stage: str
) -> None:
    world.production.memberships.filter(user=world.supervisor, role=Role.EPISODE_DIRECTOR).delete()
    _move(flag, stage)
    give = {"actor": world.people[role], "flag": flag}
    if role in DEFAULT_AUTHORITY[stage]:
        verdicts.give(**give, **REASON)
        verdicts.undo(**give)
        assert Retake.objects.get().state == "withdrawn"
        return
    with pytest.raises((NotAllowed, NotFound)):
        verdicts.give(**give, **REASON)
    assert not Verdict.objects.exists()


def test_a_checker_of_another_stage_still_says_that_a_flag_is_well(world: World, flag: Flag) -> None:
    assert verdicts.give(actor=world.inbetween_checker, flag=flag, decision="ok").decision == "ok"


def test_a_retake_is_not_taken_back_by_somebody_without_the_stage(world: World, flag: Flag) -> None:
    verdicts.give(actor=world.paint_checker, flag=flag, **REASON)
    for step in (
        lambda: verdicts.give(actor=world.inbetween_checker, flag=flag, decision="ok"),
        lambda: verdicts.undo(actor=world.inbetween_checker, flag=flag),
        lambda: verdicts.withdraw(actor=world.inbetween_checker, item=RetakeItem.objects.get()),
        lambda: retakes.close(actor=world.inbetween_checker, retake=Retake.objects.get()),
    ):
        with pytest.raises(NotAllowed) as caught:
            step()
        assert caught.value.code == "no_authority"
    assert Retake.objects.get().state == "open"


def test_the_refusal_names_the_stage_and_whose_it_is(world: World, flag: Flag) -> None:
    with pytest.raises(NotAllowed) as caught:
        verdicts.give(actor=world.photography, flag=flag, **REASON)
    assert caught.value.message == "Retakes and sign-offs of PT are for: paint checker or episode director."


def test_many_retakes_of_two_stages_are_ordered_or_none_is(world: World, flag: Flag) -> None:
    twin = Flag.objects.get(pk=flag.pk)
    twin.pk, twin.part = None, "hair"
    other = deliver(world.other_cut, [png(seed=9)], stage="AD")
    twin.drawing = other.cells.get().drawings.get()
    twin.save()
    with pytest.raises(NotAllowed) as caught:
        verdicts.give_many(actor=world.paint_checker, flags=[flag, twin], **REASON)
    assert caught.value.data["stage"] == "AD"
    assert not Verdict.objects.exists()
    assert not AuditEvent.objects.filter(verb="verdict.give").exists()


@pytest.mark.parametrize("stage", Stage.values)
@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SUPERVISOR])
def test_a_retake_by_hand_is_ordered_and_closed_by_those_who_have_the_stage(
    world: World, role: str, stage: str
) -> None:
    take = deliver(world.cut, [png()], stage=stage)
    actor = world.people[role]
    if role in DEFAULT_AUTHORITY[stage]:
        item = retakes.order_by_hand(actor=actor, take=take, reason="line")
        assert retakes.close(actor=actor, retake=item.retake).state == "closed"
        return
    with pytest.raises(StudioError):
        retakes.order_by_hand(actor=actor, take=take, reason="line")
    assert not Retake.objects.exists()


def test_a_table_of_the_production_counts_at_once(world: World, flag: Flag) -> None:
    world.production.retake_authority = {"PT": ["photography"]}
    world.production.save()
    with pytest.raises(NotAllowed):
        verdicts.give(actor=world.paint_checker, flag=flag, **REASON)
    verdicts.give(actor=world.photography, flag=flag, **REASON)
