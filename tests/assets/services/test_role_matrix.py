"""Role × mutation: who may do what, asked in the services, so that page, API and command agree."""

from __future__ import annotations

import pytest

from assets.services import colours, cut_csv, cuts, productions, uploads, watched
from studio.core.errors import NotAllowed, NotFound, StudioError
from studio.core.models import AuditEvent
from studio.core.roles import MATRIX, Action, Role, may
from tests.assets.services.calls import CALLS, Call, draft, one_file
from tests.world import World

# Written out by hand: a change of the matrix must be a change here too.
ALLOWED = {
    Action.MANAGE_PRODUCTION: {"producer", "administrator"},
    Action.MANAGE_MEMBERS: {"producer", "administrator"},
    Action.EDIT_CUTS: {"producer", "administrator", "assistant"},
    Action.EDIT_SHEETS: {"supervisor", "episode_director", "artist"},
    Action.APPROVE_SHEET: {"supervisor", "episode_director"},
    Action.GIVE_VERDICT: {
        "supervisor",
        "episode_director",
        "inbetween_checker",
        "paint_checker",
        "photography",
    },
    Action.UPLOAD_TAKE: {
        "supervisor",
        "episode_director",
        "inbetween_checker",
        "paint_checker",
        "photography",
    }
    | {"artist", "outside_artist", "assistant"},
    Action.DERIVE: {
        "supervisor",
        "episode_director",
        "inbetween_checker",
        "paint_checker",
        "photography",
        "artist",
        "outside_artist",
    },
    Action.MANAGE_RUSH: {
        "supervisor",
        "episode_director",
        "inbetween_checker",
        "paint_checker",
        "photography",
    }
    | {"producer", "administrator", "assistant"},
    Action.EDIT_DATASETS: {"producer"},
}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
@pytest.mark.parametrize("role", Role.values)
def test_a_role_may_do_exactly_what_the_table_says(world: World, call: Call, role: str) -> None:
    thing = call.make(world)
    events = AuditEvent.objects.count()
    user = world.people[role]
    if role in ALLOWED[call.action]:
        call.do(user, world, thing)
        assert AuditEvent.objects.count() > events
        return
    with pytest.raises(NotAllowed):
        call.do(user, world, thing)
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_stranger_is_told_that_nothing_is_there(world: World, call: Call) -> None:
    thing = call.make(world)
    with pytest.raises(NotFound):
        call.do(world.stranger, world, thing)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_somebody_who_has_left_may_do_nothing(world: World, call: Call) -> None:
    thing = call.make(world)
    for user in world.people.values():
        user.is_active = False
        with pytest.raises(NotFound):
            call.do(user, world, thing)


def test_the_table_here_and_the_matrix_agree() -> None:
    for action, roles in ALLOWED.items():
        assert {role.value for role in MATRIX if may([role], action)} == roles


def test_an_outside_artist_uploads_to_their_own_cut_alone(world: World) -> None:
    uploads.open_upload(actor=world.outside_artist, cut=world.cut, stage="AD")
    with pytest.raises(NotFound):
        uploads.open_upload(actor=world.outside_artist, cut=world.other_cut, stage="AD")
    with pytest.raises(NotFound):
        uploads.understand(actor=world.outside_artist, cut=world.other_cut, stage="AD", paths=[])


def test_a_supervisor_sets_the_state_of_a_stage_but_not_its_people(world: World) -> None:
    row = cuts.set_stage(actor=world.supervisor, cut=world.cut, stage="AD", state="approved")
    assert row.state == "approved"
    with pytest.raises(NotAllowed):
        cuts.set_stage(actor=world.supervisor, cut=world.cut, stage="AD", assignee=None)
    with pytest.raises(NotAllowed):
        cuts.set_stage(actor=world.artist, cut=world.cut, stage="AD", state="approved")


def test_reading_is_asked_too(world: World) -> None:
    with pytest.raises(NotFound):
        cut_csv.write(actor=world.stranger, production=world.production)
    with pytest.raises(NotFound):
        colours.export_csv(actor=world.stranger, sheet=draft(world))


def test_a_new_production_is_opened_by_staff_and_by_managers_of_others(world: World) -> None:
    with pytest.raises(NotAllowed):
        productions.create(actor=world.artist, code="NEW", title="New")
    productions.create(actor=world.producer, code="NEW", title="New")
    world.stranger.is_staff = True
    made = productions.create(actor=world.stranger, code="NEW2", title="New 2")
    assert made.memberships.get().role == Role.PRODUCER


def test_a_superuser_counts_as_administrator_everywhere(world: World) -> None:
    world.stranger.is_superuser = True
    productions.update(actor=world.stranger, production=world.production, title="New")
    with pytest.raises(NotAllowed):
        uploads.open_upload(actor=world.stranger, cut=world.cut, stage="AD")


def test_an_upload_of_somebody_else_is_touched_by_those_who_edit_cuts_alone(world: World) -> None:
    upload = one_file(world)
    for role in ("supervisor", "outside_artist"):
        with pytest.raises(NotAllowed):
            uploads.submit(actor=world.people[role], upload=upload)
    uploads.submit(actor=world.assistant, upload=upload)


def test_the_watched_folder_needs_somebody_who_may_upload(world: World) -> None:
    world.production.memberships.exclude(role=Role.PRODUCER).delete()
    with pytest.raises(StudioError):
        watched._sender(world.production, world.cut, "GEN")
