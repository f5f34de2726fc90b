"""Sakkan's own models enter the register with what they learned from; anybody else's as what they are."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

import ml
from assets.choices_rights import Disclosure, Influence, ModelFamily, Origin
from assets.models import GateDecision, ModelVersion
from assets.rights.answers import Answer
from assets.rights.facts import Question
from assets.services import gate, register
from studio.core.errors import DuplicateContent, InvalidInput, LicenceRefused, NotAllowed
from studio.core.models import AuditEvent
from tests.world import World

pytestmark = pytest.mark.django_db


def _question(
    model: ModelVersion, production: int, action: str = "check", influence: str = "evaluative"
) -> Question:
    return Question(
        action=action, on=timezone.localdate(), production=production, model=model.pk, influence=influence
    )


def test_every_shipped_file_of_weights_is_entered_once_with_its_hash() -> None:
    made = register.sync_shipped()
    assert register.sync_shipped() == []
    weights = {file.stem: file for file in Path(ml.__path__[0]).glob("weights/*.safetensors")}
    assert {model.name for model in made} == set(weights)
    for model in made:
        assert model.weights_sha256 == hashlib.sha256(weights[model.name].read_bytes()).hexdigest()
        assert model.origin == Origin.SHIPPED
        assert model.disclosure == Disclosure.FULL
        assert model.recipe


def test_shipped_models_may_judge_and_draw_for_a_strict_commercial_production(world: World) -> None:
    register.sync_shipped()
    for model in ModelVersion.objects.all():
        for action, influence in (("check", "evaluative"), ("generate", "pixel")):
            decision = gate.answer(_question(model, world.production.pk, action, influence))
            assert decision.answer is Answer.ALLOW, [each.message() for each in decision.reasons]


def test_a_blocked_model_is_refused_with_its_reason_and_let_again_when_the_block_is_lifted(
    world: World,
) -> None:
    model = register.sync_shipped()[0]
    register.block(actor=world.producer, model=model, reason="Aoki withdrew")
    with pytest.raises(LicenceRefused) as refusal:
        gate.require(actor=world.producer, question=_question(model, world.production.pk))
    assert "Aoki withdrew" in refusal.value.message
    assert GateDecision.objects.get(pk=refusal.value.data["decision"]).answer == "deny"
    register.block(actor=world.producer, model=model, reason="settled", lifted=True)
    assert (
        gate.require(actor=world.producer, question=_question(model, world.production.pk)).answer == "allow"
    )


def test_weights_with_unknown_art_may_judge_with_a_warning_and_never_draw(world: World) -> None:
    model = register.register(
        actor=world.producer,
        name="open_clip",
        version="ViT-B-32",
        family=ModelFamily.EMBED,
        origin=Origin.THIRD_PARTY,
        weights_sha256="ab" * 32,
        licence_expression="MIT",
    )
    judged = gate.answer(_question(model, world.production.pk))
    assert judged.answer is Answer.ALLOW
    assert [each.rule for each in judged.warnings] == ["R22"]
    with pytest.raises(LicenceRefused) as refusal:
        gate.require(actor=None, question=_question(model, world.production.pk, "generate", Influence.PIXEL))
    assert "R22" in refusal.value.data["rules"]


def test_the_same_answer_of_a_day_is_kept_once(world: World) -> None:
    model = register.sync_shipped()[0]
    first = gate.require(actor=world.producer, question=_question(model, world.production.pk))
    assert gate.require(actor=None, question=_question(model, world.production.pk)) == first
    assert AuditEvent.objects.filter(verb="gate.answer").count() == 1


def test_what_a_model_was_made_from_never_changes(world: World) -> None:
    model = register.sync_shipped()[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        ModelVersion.objects.filter(pk=model.pk).update(disclosure=Disclosure.NONE)
    with pytest.raises(DuplicateContent):
        register.register(
            actor=world.producer, name=model.name, version=model.version, family="drift", origin="studio"
        )
    assert ModelVersion.objects.get(pk=model.pk).disclosure == Disclosure.FULL


def test_artists_enter_no_models_and_a_licence_must_be_readable(world: World) -> None:
    with pytest.raises(NotAllowed):
        register.register(actor=world.artist, name="x", version="1", family="other", origin="studio")
    with pytest.raises(InvalidInput):
        register.register(
            actor=world.producer,
            name="x",
            version="1",
            family="other",
            origin="studio",
            licence_expression="free",
        )
