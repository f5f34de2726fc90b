"""Every mutation says who did what, before and after, in the transaction of the change."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest
from django.db import transaction

import assets.services
from assets.services import cuts, productions, sheets, uploads
from studio.core.errors import DuplicateContent
from studio.core.models import AuditEvent
from tests.assets.services.calls import CALLS, OWN_CALLS, Call, draft
from tests.assets.services.test_role_matrix import ALLOWED
from tests.world import World

# Public functions with an actor that change nothing, or change only bytes that arrive (the submit lists the files).
READS = {
    "colours.export_csv", "cut_csv.write", "uploads.understand", "previews.preview", "enquiries.enquire", "gate.ask",
    "gate.get_decision", "made_csv.write", "versions.require_draft",
    "derived_rules.may_go_on", "derived_rules.require", "derived_rules.require_go_on", "engines.offered",
    "line_styles.offered", "line_styles.sources",
}  # fmt: skip
ARRIVING = {"uploads.add_file", "uploads.append", "uploads.fill"}
# What is told, and that somebody has read it, is no change of the production's: the notice is its own record.
TOLD = {"news.work_given", "news.sheet_approved", "notices.tell", "notices.mark_read", "notices.send_test"}
MADE_OF_OTHERS = {"uploads.upload_folder", "productions.create"}  # tested by name below
# Of the whole studio: no production to be written down with; each is tested with its refusals and its log in the file
# of its service (test_holders, test_grants, test_withdrawals, test_due).
OF_PEOPLE = {
    "holders.create", "holders.update", "grants.create", "grants.add_evidence", "grants.pay", "withdrawals.withdraw",
    "withdrawals.done", "withdrawals.preview", "due.of_reader",
}  # fmt: skip
# The same of models and licences (test_register, test_licences), and what a job writes down after it asked the gate.
OF_STUDIO = {
    "register.register", "register.block", "licences.read_licence", "licences.set_policy_text", "gate.require",
    "gate.record", "made.record_run", "line_styles.require",
}  # fmt: skip
# Asks for nothing itself: a retake, or a sign-off taken back, has asked. Tested with both.
PARTS = {"sign_offs.take_back"}


def _public_calls() -> set[str]:
    found = set()
    for module in pkgutil.iter_modules(assets.services.__path__):
        loaded = importlib.import_module(f"assets.services.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            is_own = function.__module__ == loaded.__name__ and not name.startswith("_")
            if is_own and "actor" in inspect.signature(function).parameters:
                found.add(f"{module.name}.{name}")
    return {name for name in found if not name.startswith("rows.")}


def test_the_walk_leaves_no_mutation_out() -> None:
    walked = {call.name for call in (*CALLS, *OWN_CALLS)}
    assert (
        _public_calls() - READS - ARRIVING - TOLD - MADE_OF_OTHERS - OF_PEOPLE - OF_STUDIO - PARTS == walked
    )


@pytest.mark.parametrize("call", [*CALLS, *OWN_CALLS], ids=lambda call: call.name)
def test_every_mutation_is_audited_with_its_actor_and_values(world: World, call: Call) -> None:
    thing = call.make(world)
    newest = AuditEvent.objects.values_list("pk", flat=True).first() or 0
    actor = _actor(world, call)
    call.do(actor, world, thing)
    events = list(AuditEvent.objects.filter(pk__gt=newest))
    assert events
    assert {event.actor for event in events} == {actor}
    assert all(event.before or event.after for event in events)
    if not call.name.startswith(("views.", "notices.")):
        assert {event.production_id for event in events} == {world.production.pk}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_what_is_rolled_back_is_not_audited_either(world: World, call: Call) -> None:
    thing = call.make(world)
    count = AuditEvent.objects.count()
    with transaction.atomic():
        call.do(_actor(world, call), world, thing)
        transaction.set_rollback(True)
    assert AuditEvent.objects.count() == count


def _actor(world: World, call: Call) -> object:
    order = ("artist", "supervisor", "producer")
    return next(world.people[role] for role in order if role in ALLOWED.get(call.action, {"artist"}))


def test_the_event_holds_both_sides_of_what_changed_and_nothing_else(world: World) -> None:
    cuts.update(actor=world.producer, cut=world.cut, note="Rain", duration_frames=48)
    event = AuditEvent.objects.get(verb="cut.update")
    assert (event.before, event.after) == ({"note": ""}, {"note": "Rain"})
    assert (event.actor_name, event.target_name) == ("producer", "EP01_C012")


def test_a_change_that_changes_nothing_is_not_audited(world: World) -> None:
    cuts.update(actor=world.producer, cut=world.cut, note="")
    cuts.set_cast(actor=world.producer, cut=world.cut, designs=[world.design])
    assert not AuditEvent.objects.exists()


def test_a_refused_change_leaves_no_event(world: World) -> None:
    with pytest.raises(DuplicateContent):
        cuts.update(actor=world.producer, cut=world.cut, number="013")
    assert not AuditEvent.objects.exists()


def test_opening_a_production_and_becoming_its_producer_are_two_events(world: World) -> None:
    made = productions.create(actor=world.producer, code="NEW", title="New")
    events = AuditEvent.objects.filter(production_id=made.pk)
    assert [event.verb for event in events] == ["role.add", "production.create"]


def test_approving_audits_the_version_that_it_supersedes(world: World) -> None:
    for _version in range(2):
        sheet = sheets.submit(actor=world.supervisor, sheet=draft(world))
        sheets.approve(actor=world.supervisor, sheet=sheet)
    event = AuditEvent.objects.get(verb="sheet.supersede")
    assert (event.before, event.after) == ({"state": "approved"}, {"state": "superseded"})


def test_the_submit_of_an_upload_lists_what_had_arrived(world: World, tmp_path: object) -> None:
    (tmp_path / "A0001.png").write_bytes(b"x")
    uploads.upload_folder(actor=world.artist, cut=world.cut, stage="AD", folder=tmp_path)
    assert AuditEvent.objects.get(verb="upload.submit").after["files"] == ["A0001.png (1)"]
