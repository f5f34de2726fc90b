"""A production's audit keeps its findings; waivers need four eyes and an end; a distributor's word is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets.choices_rights import ModelFamily, Origin
from assets.models import Finding, Membership, ModelVersion, Run, WaiverDecision
from assets.rights.answers import Answer
from assets.services import approvals, audits, enquiries, gate, overview_rights, questions, register, waivers
from studio.core.errors import InvalidInput, LicenceRefused, NotAllowed, NotFound
from studio.core.models import AuditEvent, User
from studio.core.roles import Role
from tests.rights_things import rights_things
from tests.world import World

pytestmark = pytest.mark.django_db


def _unknown_model(name: str = "clip") -> ModelVersion:
    return register.register(
        actor=None, name=name, version="1", family=ModelFamily.INBETWEEN, origin=Origin.THIRD_PARTY
    )


def _drew(world: World, model: ModelVersion) -> None:
    Run.objects.create(model=model, production=world.production, cut=world.cut, influence="pixel")


@pytest.fixture
def second(world: World) -> User:
    person = User.objects.create_user("second", password="second-pass")
    Membership.objects.create(production=world.production, user=person, role=Role.PRODUCER)
    return person


@pytest.fixture
def found(world: World) -> Finding:
    _drew(world, _unknown_model())
    audits.run(actor=world.producer, production=world.production)
    return Finding.objects.get(production=world.production, rule="R43")


def test_the_same_finding_keeps_its_row_and_what_is_gone_stays_as_history(world: World) -> None:
    model = _unknown_model()
    _drew(world, model)
    first = audits.run(actor=world.producer, production=world.production)
    rows = set(Finding.objects.values_list("pk", flat=True))
    again = audits.run(actor=None, production=world.production)
    assert first.new == first.standing == len(rows) > 0
    assert (again.new, again.gone) == (0, 0)
    assert set(Finding.objects.values_list("pk", flat=True)) == rows
    world.production.policy = "research"
    world.production.commercial = False
    world.production.save()
    audits.run(actor=None, production=world.production)
    assert Finding.objects.filter(pk__in=rows).count() == len(rows)


def test_what_was_put_right_is_marked_as_gone_and_comes_back_in_the_same_row(world: World) -> None:
    register.sync_shipped()
    model = ModelVersion.objects.earliest("pk")
    _drew(world, model)
    register.block(actor=world.producer, model=model, reason="Aoki withdrew")
    assert audits.run(actor=None, production=world.production).standing > 0
    row = Finding.objects.filter(gone_at=None).latest("pk")
    register.block(actor=world.producer, model=model, reason="signed again", lifted=True)
    assert audits.run(actor=None, production=world.production).gone > 0
    row.refresh_from_db()
    assert row.gone_at is not None
    register.block(actor=world.producer, model=model, reason="Aoki withdrew")
    audits.run(actor=None, production=world.production)
    row.refresh_from_db()
    assert row.gone_at is None


def test_an_audit_asks_the_same_number_of_queries_for_one_model_and_for_many(world: World) -> None:
    _drew(world, _unknown_model())
    audits.run(actor=None, production=world.production)
    with CaptureQueriesContext(connection) as few:
        audits.run(actor=None, production=world.production)
    for number in range(5):
        _drew(world, _unknown_model(f"clip{number}"))
    audits.run(actor=None, production=world.production)
    with CaptureQueriesContext(connection) as many:
        audits.run(actor=None, production=world.production)
    assert len(many) == len(few)


def test_who_may_see_datasets_but_not_change_them_cannot_audit(world: World) -> None:
    with pytest.raises(NotAllowed):
        audits.run(actor=world.supervisor, production=world.production)
    with pytest.raises(NotFound):
        audits.run(actor=world.stranger, production=world.production)


def test_the_overview_is_red_while_a_model_that_works_here_may_not(world: World) -> None:
    register.sync_shipped()
    _drew(world, ModelVersion.objects.earliest("pk"))
    assert overview_rights.overview(world.production).answer == Answer.ALLOW
    _drew(world, _unknown_model())
    seen = overview_rights.overview(world.production)
    assert seen.answer == Answer.DENY
    assert [each.answer for each in seen.models if each.model.name == "clip"] == ["deny"]


def test_a_finding_is_given_to_somebody_of_the_production(world: World, found: Finding) -> None:
    assert (
        audits.assign(actor=world.producer, finding=found, assignee=world.assistant).assignee
        == world.assistant
    )
    with pytest.raises(InvalidInput):
        audits.assign(actor=world.producer, finding=found, assignee=world.stranger)


def test_a_waiver_needs_a_second_person_and_then_the_finding_may_stand(
    world: World, found: Finding, second: User
) -> None:
    day = timezone.localdate() + timedelta(days=30)
    waiver = waivers.request(
        actor=world.producer, finding=found, reason="replaced_next", text="next week", expires_on=day
    )
    with pytest.raises(NotAllowed):
        waivers.decide(actor=world.producer, waiver=waiver, approved=True)
    assert not WaiverDecision.objects.exists()
    waivers.decide(actor=second, waiver=waiver, approved=True)
    model = ModelVersion.objects.get(name="clip")
    decision = gate.answer(questions.question(production=world.production, action="generate", model=model.pk))
    assert "R43" in {each.rule for each in decision.waived}
    assert AuditEvent.objects.filter(verb="waiver.decide", actor=second).exists()


@pytest.mark.parametrize(
    ("days", "text", "reason", "field"),
    [
        (-1, "x", "replaced_next", "expires_on"),
        (400, "x", "replaced_next", "expires_on"),
        (9, "  ", "replaced_next", "text"),
        (9, "x", "because", "reason"),
    ],
)
def test_a_waiver_says_why_and_until_when(
    world: World, found: Finding, days: int, text: str, reason: str, field: str
) -> None:
    day = timezone.localdate() + timedelta(days=days)
    with pytest.raises(InvalidInput) as refusal:
        waivers.request(actor=world.producer, finding=found, reason=reason, text=text, expires_on=day)
    assert refusal.value.data["field"] == field


def test_what_cannot_be_waived_is_refused_at_the_request(world: World, found: Finding) -> None:
    found.rule = next(each.id for each in gate.policies.RULES.values() if not each.waivable)
    with pytest.raises(InvalidInput, match="put right"):
        waivers.request(
            actor=world.producer,
            finding=found,
            reason="replaced_next",
            text="x",
            expires_on=timezone.localdate(),
        )


def test_a_distributors_word_lets_the_gate_pass_and_is_taken_back_by_a_later_one(world: World) -> None:
    register.sync_shipped()
    world.production.policy = "commercial-tv"
    world.production.save()
    model = ModelVersion.objects.earliest("pk")
    question = questions.question(production=world.production, action="generate", model=model.pk)

    def rules() -> set[str]:
        return {each.rule for each in gate.answer(question).reasons}

    assert "R49" in rules()
    approvals.by_distributor(
        actor=world.producer, production=world.production, use="generate", reference="letter 7"
    )
    assert "R49" not in rules()
    approvals.by_distributor(
        actor=world.producer,
        production=world.production,
        use="generate",
        reference="letter 8",
        approved=False,
    )
    assert "R49" in rules()
    with pytest.raises(InvalidInput):
        approvals.by_distributor(
            actor=world.producer, production=world.production, use="generate", reference=" "
        )


def test_a_model_that_was_only_refused_has_done_nothing_here(world: World) -> None:
    model = _unknown_model()
    question = questions.question(production=world.production, action="generate", model=model.pk)
    gate.record(actor=None, decision=gate.answer(question))
    assert model.pk not in dict(audits.uses_of(world.production))


def test_a_model_approved_for_a_production_is_audited_before_it_ever_ran(world: World) -> None:
    model = _unknown_model()
    assert model.pk not in dict(audits.uses_of(world.production))
    approvals.model_for(actor=world.producer, production=world.production, model=model)
    assert (model.pk, "generate") in audits.uses_of(world.production)
    approvals.model_for(actor=world.producer, production=world.production, model=model, approved=False)
    assert model.pk not in dict(audits.uses_of(world.production))


def test_an_enquiry_finds_a_work_by_its_hash_and_the_models_behind_it(world: World) -> None:
    things = rights_things(world)
    model = register.register(
        actor=None,
        name="own",
        version="1",
        family="inbetween",
        origin=Origin.STUDIO,
        inputs=[(_frozen(things.version), "train")],
    )
    child = register.register(
        actor=None,
        name="own",
        version="2",
        family="inbetween",
        origin="studio",
        parents=[(model, "finetune")],
    )
    found = enquiries.enquire(actor=world.producer, sha256=things.item.sha256.upper())
    assert [entry.version_id for entry in found.entries] == [things.version.pk]
    assert [each.model for each in found.learned] == [model]
    assert found.descendants == [child]
    assert not enquiries.enquire(actor=world.producer, data=b"never seen", name="a.txt").entries
    with pytest.raises(NotAllowed):
        enquiries.enquire(actor=world.artist, sha256=things.item.sha256)


def _frozen(version: object) -> object:
    version.state = "frozen"  # type: ignore[attr-defined]
    version.save()  # type: ignore[attr-defined]
    return version


def test_a_refusal_names_the_page_that_says_why(world: World) -> None:
    question = questions.question(production=world.production, action="generate", model=_unknown_model().pk)
    with pytest.raises(LicenceRefused) as refusal:
        gate.require(actor=world.producer, question=question)
    assert refusal.value.data["url"] == f"/rights/decisions/{refusal.value.data['decision']}/"


@pytest.mark.parametrize(
    "asked",
    [{"action": "fly", "model": 1}, {"action": "check"}, {"action": "check", "model": 1, "version": 1}],
)
def test_a_question_names_one_thing_and_something_that_can_be_done(world: World, asked: dict) -> None:
    with pytest.raises(InvalidInput):
        questions.question(production=world.production, **asked)
