"""A production's audit is a work list: the same finding keeps its row, what is gone is closed, two people may wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assets.choices_rights import Influence, ModelFamily, Origin, VersionState, WaiverReason
from assets.models import Approval, DatasetVersion, Entry, Finding, Item, ModelVersion, Run, Waiver
from assets.rights import facts
from assets.rights.answers import Answer
from assets.rights.facts import Question
from assets.services import approvals, audits, datasets, gate, register, standings, versions, waivers
from studio.core.errors import InvalidInput, InvalidTransition, NotAllowed, NotFound
from studio.core.models import AuditEvent, User
from studio.core.roles import Role
from tests.world import World

pytestmark = pytest.mark.django_db


def learned(world: World, *licences: str, name: str = "own") -> ModelVersion:
    """Return a model of the studio that learned from works under these licences and draws for the production."""
    dataset = datasets.create(actor=world.producer, production=world.production, name=f"Art of {name}")
    version = versions.draft(actor=world.producer, dataset=dataset)
    for number, licence in enumerate(licences):
        row = standings.put(
            facts.Standing(concluded=licence, declared=licence, evidence=True, signals_seen=True)
        )
        digest = facts.digest_of([name, number])
        item = Item.objects.create(sha256=digest, size_bytes=1, standing=row)
        Entry.objects.create(version=version, item=item, alias=f"{number}.png")
    standings.count_anew([version.pk])
    version = versions.freeze(actor=world.producer, version=version)
    model = register.register(
        actor=world.producer,
        name=name,
        version="1",
        family=ModelFamily.INBETWEEN,
        origin=Origin.STUDIO,
        inputs=[(version, "train")],
        weights_sha256="ab" * 32,
        recipe="train.py",
        code_commit="c" * 40,
        disclosure="full",
    )
    Run.objects.create(model=model, production=world.production, cut=world.cut, influence=Influence.PIXEL)
    return model


def second_producer(world: World) -> User:
    """Return another producer: the second pair of eyes."""
    user = User.objects.create_user("producer2", password="x")
    world.production.memberships.create(user=user, role=Role.PRODUCER)
    return user


def waivable(world: World) -> Finding:
    """Return a finding of an audit that two people may let stand, and that stops the delivery."""
    learned(world, "CC-BY-NC-4.0", "")
    audits.run(actor=world.producer, production=world.production)
    standing = Finding.objects.filter(gone_at=None, severity__in=["block", "error"])
    return next(each for each in standing if waivers.may_be_waived(each))


def test_what_a_model_learned_without_a_right_is_found_with_the_way_out(world: World) -> None:
    learned(world, "")
    result = audits.run(actor=world.producer, production=world.production)
    standing = Finding.objects.filter(production=world.production, gone_at=None)
    assert result.new == result.standing == standing.count() > 0
    assert {"block"} <= set(standing.values_list("severity", flat=True))
    assert all(each.reason["fingerprint"] == each.fingerprint for each in standing)


def test_the_same_finding_keeps_its_row_and_whoever_looks_after_it(world: World) -> None:
    learned(world, "")
    audits.run(actor=world.producer, production=world.production)
    finding = Finding.objects.filter(gone_at=None).first()
    assert finding
    audits.assign(actor=world.producer, finding=finding, assignee=world.assistant)
    again = audits.run(actor=world.producer, production=world.production)
    finding.refresh_from_db()
    assert (again.new, again.gone) == (0, 0)
    assert finding.assignee == world.assistant


def test_what_was_put_right_is_gone_and_comes_back_to_the_same_row(world: World) -> None:
    model = learned(world, "")
    audits.run(actor=None, production=world.production)
    before = set(Finding.objects.filter(gone_at=None).values_list("pk", flat=True))
    register.block(actor=world.producer, model=model, reason="retired")
    audits.run(actor=None, production=world.production)
    blocked = Finding.objects.filter(gone_at=None).exclude(pk__in=before)
    assert blocked.exists()
    register.block(actor=world.producer, model=model, reason="back", lifted=True)
    audits.run(actor=None, production=world.production)
    assert set(Finding.objects.filter(gone_at=None).values_list("pk", flat=True)) == before
    assert Finding.objects.filter(gone_at__isnull=False).exists()


def test_the_models_that_serve_the_whole_studio_are_audited_without_any_run(world: World) -> None:
    shipped = register.sync_shipped()
    # what draws where an artist asks for it is audited by its runs
    serving = {model.pk for model in shipped if model.name not in {"inbetween", "cleanup"}}
    assert serving
    assert serving <= {model for model, _action in audits.uses_of(world.production)}


def test_an_approved_model_is_audited_until_the_approval_is_taken_back(world: World) -> None:
    model = register.register(
        actor=None, name="lama", version="1", family=ModelFamily.PAINT, origin=Origin.THIRD_PARTY
    )
    approvals.model_for(actor=world.producer, production=world.production, model=model)
    assert model.pk in {key for key, _action in audits.uses_of(world.production)}
    approvals.model_for(actor=world.producer, production=world.production, model=model, approved=False)
    assert model.pk not in {key for key, _action in audits.uses_of(world.production)}


def test_of_each_dataset_the_newest_version_that_is_no_draft_is_audited(world: World) -> None:
    learned(world, "CC0-1.0")
    frozen = DatasetVersion.objects.get(dataset__production=world.production)
    versions.draft(actor=world.producer, dataset=frozen.dataset, parent=frozen)
    assert audits.newest_versions(world.production) == [frozen.pk]
    assert frozen.state == VersionState.FROZEN


def _queries(call: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        call()
    return len(asked)


def test_an_audit_takes_the_same_number_of_queries_however_much_there_is(world: World) -> None:
    learned(world, "", name="one")
    audits.run(actor=None, production=world.production)
    few = _queries(lambda: audits.run(actor=None, production=world.production))
    for number in range(4):
        learned(world, "", "CC-BY-4.0", "CC-BY-NC-4.0", name=f"m{number}")
    audits.run(actor=None, production=world.production)
    assert _queries(lambda: audits.run(actor=None, production=world.production)) <= few + 1


def test_an_audit_is_written_down_and_not_for_everybody(world: World) -> None:
    audits.run(actor=world.producer, production=world.production)
    assert AuditEvent.objects.filter(verb="rights.audit", actor=world.producer).exists()
    for role in ("supervisor", "artist", "administrator"):
        with pytest.raises(NotAllowed):
            audits.run(actor=world.people[role], production=world.production)
    with pytest.raises(NotFound):
        audits.run(actor=world.stranger, production=world.production)


def test_one_production_that_cannot_be_audited_stops_no_other(world: World) -> None:
    world.production.policy = "gone"
    world.production.save()
    assert audits.run_all() == 0
    assert not Finding.objects.exists()


def test_a_finding_goes_to_people_of_the_production_alone(world: World) -> None:
    finding = waivable(world)
    with pytest.raises(InvalidInput):
        audits.assign(actor=world.producer, finding=finding, assignee=world.stranger)


def _asked(world: World, finding: Finding, days: int = 30) -> Waiver:
    return waivers.request(
        actor=world.producer,
        finding=finding,
        reason=WaiverReason.REPLACED_NEXT,
        text="v2 is being drawn",
        expires_on=timezone.localdate() + timedelta(days=days),
    )


def test_a_waiver_needs_a_second_person(world: World) -> None:
    waiver = _asked(world, waivable(world))
    with pytest.raises(NotAllowed) as refusal:
        waivers.decide(actor=world.producer, waiver=waiver, approved=True)
    assert refusal.value.code == "own_approval"
    waivers.decide(actor=second_producer(world), waiver=waiver, approved=True)
    assert waivers.states([waiver.finding])[waiver.finding_id].state == waivers.IN_FORCE


def test_a_waiver_is_told_in_every_state(world: World) -> None:
    finding = waivable(world)
    assert waivers.states([finding]) == {}
    waiver, other = _asked(world, finding), second_producer(world)
    assert waivers.states([finding])[finding.pk].state == waivers.ASKED
    waivers.decide(actor=other, waiver=waiver, approved=True)
    waivers.decide(actor=other, waiver=waiver, approved=False, note="no")
    assert waivers.states([finding])[finding.pk].state == waivers.REFUSED
    with pytest.raises(InvalidTransition):
        waivers.decide(actor=other, waiver=waiver, approved=False)


def test_a_waiver_whose_day_is_past_cannot_be_approved(world: World) -> None:
    finding = waivable(world)
    yesterday = timezone.localdate() - timedelta(days=1)
    waiver = Waiver.objects.create(
        finding=finding,
        fingerprint=finding.fingerprint,
        reason="replaced_next",
        text="x",
        expires_on=yesterday,
        requested_by=world.producer,
    )
    assert waivers.states([finding])[finding.pk].state == waivers.ENDED
    with pytest.raises(InvalidTransition):
        waivers.decide(actor=second_producer(world), waiver=waiver, approved=True)


@pytest.mark.parametrize("days", [-1, 400])
def test_a_waiver_ends_on_a_day_within_a_year(world: World, days: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _asked(world, waivable(world), days)
    assert refusal.value.data["field"] == "expires_on"


def test_what_nobody_may_waive_is_refused_when_it_is_asked_for(world: World) -> None:
    finding = Finding.objects.create(
        production=world.production,
        fingerprint="f" * 64,
        rule="R05",
        severity="block",
        subject="x",
        reason={},
    )
    with pytest.raises(InvalidInput):
        _asked(world, finding)


def test_a_waiver_lets_the_gate_pass_what_it_names_and_hides_no_finding(world: World) -> None:
    model = learned(world, "CC-BY-4.0")
    question = Question(
        action="generate", on=timezone.localdate(), production=world.production.pk, model=model.pk
    )
    audits.run(actor=None, production=world.production)
    stopping = list(gate.answer(question).reasons)
    other = second_producer(world)
    for finding in Finding.objects.filter(fingerprint__in=[each.fingerprint for each in stopping]):
        if waivers.may_be_waived(finding):
            waivers.decide(actor=other, waiver=_asked(world, finding), approved=True)
    left = gate.answer(question)
    assert {each.fingerprint for each in left.waived} | {each.fingerprint for each in left.reasons} >= {
        each.fingerprint for each in stopping
    }
    audits.run(actor=None, production=world.production)
    assert Finding.objects.filter(gone_at=None).count() >= len(stopping)


def test_a_distributors_word_needs_its_reference_and_the_newest_counts(world: World) -> None:
    production = world.production
    with pytest.raises(InvalidInput):
        approvals.by_distributor(actor=world.producer, production=production, use="generate", reference=" ")
    with pytest.raises(InvalidInput):
        approvals.by_distributor(actor=world.producer, production=production, use="dance", reference="K-1")
    approvals.by_distributor(actor=world.producer, production=production, use="generate", reference="K-1")
    known = audits.facts_for(production, set()).productions[production.pk]
    assert known.approved_uses == frozenset({"generate"})
    approvals.by_distributor(
        actor=world.producer, production=production, use="generate", reference="K-2", approved=False
    )
    assert audits.facts_for(production, set()).productions[production.pk].approved_uses == frozenset()
    assert Approval.objects.count() == 2


def test_a_clear_model_may_and_the_answer_says_allow(world: World) -> None:
    register.sync_shipped()
    audits.run(actor=None, production=world.production)
    for model, action in audits.uses_of(world.production):
        asked = Question(
            action=action, on=timezone.localdate(), production=world.production.pk, model=model,
            influence="evaluative",
        )  # fmt: skip
        assert gate.answer(asked).answer is Answer.ALLOW


def _light(world: World) -> tuple[str, str]:
    client = Client()
    client.force_login(world.producer)
    light = client.get(reverse("rights", args=["HOSHI"])).context["light"]
    return light["status"], light["sentence"]


def test_a_production_that_nobody_audited_is_not_green(world: World) -> None:
    assert _light(world)[0] == "warn"
    audits.run(actor=None, production=world.production)
    assert _light(world)[0] == "ok"


def test_a_waived_finding_turns_the_light_from_red_to_amber(world: World) -> None:
    audits.run(actor=None, production=world.production)
    finding = Finding.objects.create(
        production=world.production, fingerprint="e" * 64, rule="R16", severity="error",
        subject="grant:1", reason={"rule": "R16", "severity": "error", "subject": ["grant", "1"]},
    )  # fmt: skip
    assert _light(world)[0] == "bad"
    waivers.decide(actor=second_producer(world), waiver=_asked(world, finding), approved=True)
    status, sentence = _light(world)
    assert status == "warn"
    assert "may stand" in sentence
