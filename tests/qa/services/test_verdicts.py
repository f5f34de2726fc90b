"""A person's word: appended, taken back by another word, never given over somebody else's shoulder."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assets.models import StageState
from qa import selectors
from qa.models import CheckRun, Flag, FlagClaim, Retake, Verdict
from qa.services import retakes, verdicts
from studio.core.errors import InvalidInput, InvalidTransition, NotAllowed, NotFound, StaleInput
from studio.core.models import AuditEvent, User
from tests.qa.makers import deliver
from tests.world import World, png


@pytest.fixture
def second(world: World) -> User:
    """Another supervisor of the production."""
    user = User.objects.create_user("second", display_name="Second Supervisor")
    world.production.memberships.create(user=user, role="supervisor")
    return user


def _stage(world: World) -> str:
    return StageState.objects.get(cut=world.cut, stage="PT").state


@pytest.mark.parametrize("decision", ["ok", "intended", "false_alarm"])
def test_a_verdict_takes_the_flag_out_of_the_queue(world: World, flag: Flag, decision: str):
    verdicts.give(actor=world.supervisor, flag=flag, decision=decision, note="as in the layout")
    flag.refresh_from_db()
    assert (flag.decision, flag.is_open) == (decision, False)
    assert not selectors.queue(world.supervisor, world.production).exists()
    assert Retake.objects.count() == 0


def test_a_verdict_is_written_down_with_before_and_after(world: World, flag: Flag):
    verdict = verdicts.give(actor=world.supervisor, flag=flag, decision="ok")
    event = AuditEvent.objects.get(verb="verdict.give")
    assert (event.actor, event.target_id, event.before) == (world.supervisor, str(flag.pk), {"decision": ""})
    assert event.after == {"decision": "ok", "reason": "", "note": "", "verdict": verdict.pk}


def test_a_retake_needs_a_reason(world: World, flag: Flag):
    with pytest.raises(InvalidInput) as caught:
        verdicts.give(actor=world.supervisor, flag=flag, decision="retake")
    assert caught.value.code == "reason_needed"


@pytest.mark.parametrize(("decision", "reason"), [("reopened", ""), ("maybe", ""), ("retake", "ugly")])
def test_unknown_words_are_refused(world: World, flag: Flag, decision: str, reason: str):
    with pytest.raises(InvalidInput):
        verdicts.give(actor=world.supervisor, flag=flag, decision=decision, reason=reason)


def test_a_retake_opens_an_order_and_sets_the_stage(world: World, flag: Flag):
    verdicts.give(
        actor=world.supervisor, flag=flag, decision="retake", reason="proportion", note="smaller head"
    )
    retake = Retake.objects.get()
    assert (retake.take, retake.state, retake.ordered_by) == (flag.run.take, "open", world.supervisor)
    assert retake.items.get().verdict.note == "smaller head"
    assert _stage(world) == "retake"


def test_undo_is_another_verdict_and_withdraws_the_order(world: World, flag: Flag):
    verdicts.give(actor=world.supervisor, flag=flag, decision="retake", reason="face")
    verdicts.undo(actor=world.supervisor, flag=flag)
    assert [verdict.decision for verdict in Verdict.objects.order_by("pk")] == ["retake", "reopened"]
    assert (Retake.objects.get().state, _stage(world)) == ("withdrawn", "submitted")
    assert selectors.queue(world.supervisor, world.production).get() == flag


def test_an_order_with_another_line_stays_open_after_an_undo(world: World, flag: Flag):
    twin = _twin(flag)
    verdicts.give_many(actor=world.supervisor, flags=[flag, twin], decision="retake", reason="colour")
    verdicts.undo(actor=world.supervisor, flag=twin)
    retake = Retake.objects.get()
    assert retake.state == "open"
    assert [item.withdrawn for item in retake.items.all()] == [False, True]


def test_a_changed_mind_from_retake_to_ok_withdraws_the_line(world: World, flag: Flag):
    verdicts.give(actor=world.supervisor, flag=flag, decision="retake", reason="face")
    verdicts.give(actor=world.supervisor, flag=flag, decision="ok")
    assert Retake.objects.get().state == "withdrawn"


def test_nothing_decided_cannot_be_undone(world: World, flag: Flag):
    with pytest.raises(InvalidTransition):
        verdicts.undo(actor=world.supervisor, flag=flag)


def test_many_flags_get_one_verdict_or_none_does(world: World, flag: Flag, second: User):
    twin = _twin(flag)
    verdicts.claim(actor=second, flag=twin)
    with pytest.raises(StaleInput):
        verdicts.give_many(actor=world.supervisor, flags=[flag, twin], decision="ok")
    assert Verdict.objects.count() == 0


def test_two_people_do_not_step_on_each_other(world: World, flag: Flag, second: User):
    verdicts.claim(actor=second, flag=flag)
    for step in (verdicts.claim, _ok):
        with pytest.raises(StaleInput) as caught:
            step(actor=world.supervisor, flag=flag)
        assert (caught.value.code, caught.value.data["person"]) == ("claimed_by_other", "Second Supervisor")


def test_a_claim_ends_by_itself_and_by_its_owner(world: World, flag: Flag, second: User):
    verdicts.claim(actor=second, flag=flag)
    verdicts.release(actor=world.supervisor, flag=flag)
    assert FlagClaim.objects.count() == 1
    FlagClaim.objects.update(until=timezone.now() - timedelta(seconds=1))
    verdicts.claim(actor=world.supervisor, flag=flag)
    verdicts.release(actor=world.supervisor, flag=flag)
    assert FlagClaim.objects.count() == 0


def test_a_page_that_shows_an_old_decision_does_not_overwrite_the_new_one(
    world: World, flag: Flag, second: User
):
    verdicts.give(actor=second, flag=flag, decision="ok", seen_decision="")
    with pytest.raises(StaleInput) as caught:
        verdicts.give(actor=world.supervisor, flag=flag, decision="intended", seen_decision="")
    assert caught.value.data["person"] == "Second Supervisor"


def test_an_outdated_check_takes_no_verdict(world: World, flag: Flag):
    CheckRun.objects.update(state="stale")
    with pytest.raises(StaleInput) as caught:
        _ok(actor=world.supervisor, flag=flag)
    assert caught.value.code == "check_outdated"


def test_a_flag_of_an_older_take_takes_no_verdict(world: World, flag: Flag):
    deliver(world.cut, [png()])
    with pytest.raises(StaleInput) as caught:
        _ok(actor=world.supervisor, flag=flag)
    assert caught.value.code == "take_outdated"


@pytest.mark.parametrize(
    ("person", "error"), [("artist", NotAllowed), ("producer", NotAllowed), ("stranger", NotFound)]
)
def test_only_a_supervisor_decides(world: World, flag: Flag, person: str, error: type[Exception]):
    for step in (_ok, verdicts.undo, verdicts.claim):
        with pytest.raises(error):
            step(actor=getattr(world, person), flag=flag)


def test_closing_an_order_is_a_supervisors_step_and_happens_once(world: World, flag: Flag):
    verdicts.give(actor=world.supervisor, flag=flag, decision="retake", reason="face")
    retake = Retake.objects.get()
    with pytest.raises(NotAllowed):
        retakes.close(actor=world.producer, retake=retake)
    assert retakes.close(actor=world.supervisor, retake=retake).state == "closed"
    with pytest.raises(InvalidTransition):
        retakes.close(actor=world.supervisor, retake=retake)


def _ok(*, actor: User, flag: Flag) -> Verdict:
    return verdicts.give(actor=actor, flag=flag, decision="ok")


def _twin(flag: Flag) -> Flag:
    twin = Flag.objects.get(pk=flag.pk)
    twin.pk, twin.part = None, "hair"
    twin.save()
    return twin
