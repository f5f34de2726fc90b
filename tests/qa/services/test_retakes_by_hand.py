"""Retakes that no flag led to, what follows for the stage, and who is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assets.models import Drawing, Notice, SignOff, StageState, Take
from assets.services import sign_offs
from qa.models import Flag, Retake, RetakeItem
from qa.services import retakes, verdicts
from studio.core.errors import InvalidInput, InvalidTransition, NotAllowed, StaleInput, StudioError
from studio.core.models import AuditEvent
from tests.qa.makers import deliver
from tests.world import World, png


@pytest.fixture
def delivered(world: World) -> Take:
    return deliver(world.cut, [png(seed=1), png(seed=2)], stage="AD", by=world.outside_artist)


def _order(world: World, take: Take, **fields: Any) -> RetakeItem:
    given = {"actor": world.inbetween_checker, "take": take, "reason": "line", **fields}
    return retakes.order_by_hand(**given)


def test_a_drawing_and_the_whole_take_stand_on_one_order(world: World, delivered: Take) -> None:
    drawing = Drawing.objects.filter(cell__take=delivered).first()
    one = _order(world, delivered, drawing=drawing, note="thinner")
    whole = _order(world, delivered)
    assert one.retake == whole.retake == Retake.objects.get()
    assert (one.drawing, one.flag, one.by, whole.drawing) == (drawing, None, world.inbetween_checker, None)
    assert StageState.objects.get(cut=world.cut, stage="AD").state == "retake"
    assert AuditEvent.objects.filter(verb="retake.by_hand").count() == 2


@pytest.mark.parametrize(
    ("fields", "error", "code"),
    [
        ({"reason": ""}, InvalidInput, "reason_needed"),
        ({"reason": "ugly"}, InvalidInput, "invalid_input"),
        ({"reason": "other"}, InvalidInput, "note_needed"),
        ({"actor": "paint_checker"}, NotAllowed, "no_authority"),
        ({"drawing": "elsewhere"}, InvalidInput, "invalid_input"),
        ({"take": "old"}, StaleInput, "take_overtaken"),
    ],
)
def test_an_order_that_helps_nobody_is_refused(
    world: World, delivered: Take, fields: dict[str, Any], error: type[StudioError], code: str
) -> None:
    elsewhere = deliver(world.other_cut, [png()], stage="AD")
    newer = deliver(world.cut, [png(seed=3)], stage="AD") if fields.get("take") else delivered
    made = {"elsewhere": elsewhere.cells.get().drawings.get(), "old": delivered}
    person = {"actor": world.paint_checker} if "actor" in fields else {}
    given = {name: made.get(value, value) for name, value in fields.items()} | person
    with pytest.raises(error) as caught:
        _order(world, given.pop("take", newer), **given)
    assert caught.value.code == code
    assert not Retake.objects.exists()


def test_a_withdrawn_line_ends_an_order_that_has_no_other(world: World, delivered: Take) -> None:
    one, other = _order(world, delivered), _order(world, delivered, note="again")
    verdicts.withdraw(actor=world.inbetween_checker, item=one)
    assert Retake.objects.get().state == "open"
    verdicts.withdraw(actor=world.episode_director, item=other)
    assert Retake.objects.get().state == "withdrawn"
    assert StageState.objects.get(cut=world.cut, stage="AD").state == "submitted"
    other.refresh_from_db()
    with pytest.raises(InvalidTransition):
        verdicts.withdraw(actor=world.episode_director, item=other)


def test_withdrawing_the_line_of_a_flag_takes_its_verdict_back(world: World, flag: Flag) -> None:
    verdicts.give(actor=world.paint_checker, flag=flag, decision="retake", reason="face")
    verdicts.withdraw(actor=world.paint_checker, item=RetakeItem.objects.get())
    flag.refresh_from_db()
    assert (flag.decision, Retake.objects.get().state) == ("reopened", "withdrawn")


def test_a_retake_takes_a_sign_off_back(world: World, delivered: Take) -> None:
    StageState.objects.create(cut=world.cut, stage="PT", state="todo")
    sign_offs.sign(actor=world.episode_director, cut=world.cut, stage="AD")
    assert StageState.objects.get(cut=world.cut, stage="PT").state == "ready"
    _order(world, delivered)
    assert [row.revoked for row in SignOff.objects.order_by("id")] == [False, True]
    states = dict(world.cut.stages.values_list("stage", "state"))
    assert (states["AD"], states["PT"]) == ("retake", "todo")
    with pytest.raises(InvalidTransition):
        sign_offs.sign(actor=world.episode_director, cut=world.cut, stage="AD")


def test_the_artist_and_the_assistants_are_told_once_for_an_order(world: World, delivered: Take) -> None:
    _order(world, delivered, note="thinner")
    _order(world, delivered, reason="colour")
    told = Notice.objects.filter(kind="retake_ordered")
    assert {notice.user for notice in told} == {world.outside_artist, world.assistant}
    assert told.count() == 2
    assert told[0].url == f"/cuts/{world.cut.pk}/#retake-{Retake.objects.get().pk}"
    expected = {"cut": "EP01_C012", "stage": "AD", "take_number": 1, "reason": "line", "note": "thinner"}
    assert told[0].data == {**expected, "person": "inbetween_checker"}


def test_without_somebody_who_has_the_stage_the_one_who_delivered_is_told(world: World) -> None:
    take = deliver(world.other_cut, [png()], stage="AD", by=world.artist)
    _order(world, take)
    told = {notice.user for notice in Notice.objects.filter(kind="retake_ordered")}
    assert told == {world.artist, world.assistant}


def test_somebody_who_no_longer_sees_the_cut_is_not_told(world: World) -> None:
    _order(world, deliver(world.other_cut, [png()], stage="AD", by=world.outside_artist))
    assert not Notice.objects.filter(user=world.outside_artist).exists()


def test_who_asked_is_told_of_the_answer(world: World, delivered: Take) -> None:
    _order(world, delivered)
    _order(world, delivered, actor=world.episode_director, reason="face")
    retakes.answer(take=deliver(world.cut, [png(seed=8)], stage="AD", by=world.outside_artist))
    told = Notice.objects.filter(kind="retake_answered")
    assert {notice.user for notice in told} == {world.inbetween_checker, world.episode_director}
    assert told[0].data["take_number"] == 2


def test_many_orders_get_a_date_or_are_closed_together(world: World, delivered: Take) -> None:
    orders = [_order(world, delivered).retake]
    orders.append(_order(world, deliver(world.other_cut, [png()], stage="AD")).retake)
    retakes.set_due_many(actor=world.assistant, retakes=orders, due_on=date(2026, 12, 1))
    assert set(Retake.objects.values_list("due_on", flat=True)) == {date(2026, 12, 1)}
    with pytest.raises(NotAllowed):
        retakes.close_many(actor=world.paint_checker, retakes=orders)
    assert len(retakes.close_many(actor=world.inbetween_checker, retakes=orders)) == 2
    assert set(Retake.objects.values_list("state", flat=True)) == {"closed"}


def test_of_two_stages_all_are_closed_or_none(world: World, delivered: Take) -> None:
    orders = [_order(world, delivered).retake]
    paint = deliver(world.cut, [png(seed=4)], stage="PT")
    orders.append(_order(world, paint, actor=world.paint_checker).retake)
    with pytest.raises(NotAllowed):
        retakes.close_many(actor=world.inbetween_checker, retakes=orders)
    assert set(Retake.objects.values_list("state", flat=True)) == {"open"}
