"""Flags given to people: who may give, who may be given, who is told, what is written down."""

from __future__ import annotations

import pytest

from assets.models import Notice
from qa.models import Flag, FlagAssignment
from qa.services import assignments
from studio.core.errors import InvalidInput, NotAllowed, NotFound
from studio.core.models import AuditEvent
from tests.world import World


def test_a_flag_is_given_and_the_person_is_told(world: World, flag: Flag) -> None:
    given = assignments.assign(actor=world.supervisor, flags=[flag], user=world.paint_checker)
    assert given == [flag]
    assert FlagAssignment.objects.get().user == world.paint_checker
    notice = Notice.objects.get(kind="work_assigned")
    assert (notice.user, notice.data["count"], notice.data["person"]) == (
        world.paint_checker,
        1,
        "supervisor",
    )
    assert notice.url.endswith("/review/?assigned=me")


def test_the_newest_word_counts_and_the_audit_keeps_both(world: World, flag: Flag) -> None:
    assignments.assign(actor=world.supervisor, flags=[flag], user=world.paint_checker)
    assignments.assign(actor=world.supervisor, flags=[flag], user=world.supervisor)
    assert FlagAssignment.objects.get().user == world.supervisor
    events = AuditEvent.objects.filter(verb="flag.assign").order_by("pk")
    assert [(event.before["person"], event.after["person"]) for event in events] == [
        ("", "paint_checker"),
        ("paint_checker", "supervisor"),
    ]


def test_taking_a_flag_oneself_tells_nobody(world: World, flag: Flag) -> None:
    assignments.assign(actor=world.supervisor, flags=[flag], user=world.supervisor)
    assert not Notice.objects.filter(kind="work_assigned").exists()


def test_a_flag_is_given_to_nobody_again(world: World, flag: Flag) -> None:
    assignments.assign(actor=world.supervisor, flags=[flag], user=world.supervisor)
    assignments.assign(actor=world.paint_checker, flags=[flag], user=None)
    assert not FlagAssignment.objects.exists()


def test_giving_what_is_given_already_changes_and_writes_nothing(world: World, flag: Flag) -> None:
    assignments.assign(actor=world.supervisor, flags=[flag], user=world.supervisor)
    assert assignments.assign(actor=world.paint_checker, flags=[flag], user=world.supervisor) == []
    assert AuditEvent.objects.filter(verb="flag.assign").count() == 1


@pytest.mark.parametrize("role", ["artist", "producer", "assistant", "administrator", "outside_artist"])
def test_who_may_not_decide_may_neither_give_nor_be_given(world: World, flag: Flag, role: str) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        assignments.assign(actor=world.people[role], flags=[flag], user=None)
    with pytest.raises(InvalidInput) as refused:
        assignments.assign(actor=world.supervisor, flags=[flag], user=world.people[role])
    assert "may not give verdicts" in refused.value.message
    assert not FlagAssignment.objects.exists()


def test_a_stranger_finds_no_flag_to_give(world: World, flag: Flag) -> None:
    with pytest.raises(NotFound):
        assignments.assign(actor=world.stranger, flags=[flag], user=None)
