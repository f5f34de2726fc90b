"""How the rights of a production stand, in one look: a light, one sentence, and the same for each model and dataset."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from assets.models import Finding, ModelVersion, Production
from assets.rights.answers import Answer, worst
from assets.rights.asking import JUDGING
from assets.rights.engine import Engine
from assets.rights.facts import Question, Version
from assets.services import audits, gate, waivers


@dataclass(frozen=True)
class ModelUse:
    """A model that works here: how, whether it may, and the first reason against it."""

    model: ModelVersion
    actions: list[str]
    answer: str
    sentence: str


@dataclass(frozen=True)
class VersionUse:
    """A dataset version of a production: whether a model may learn from it, and the first reason against it."""

    pk: int
    name: str
    state: str
    answer: str
    sentence: str


@dataclass(frozen=True)
class Overview:
    """The lights of a production."""

    models: list[ModelUse]
    versions: list[VersionUse]

    @property
    def answer(self) -> str:
        """The strictest answer of the models that work here; without any, nothing stands against it."""
        return worst((Answer(each.answer) for each in self.models), default=Answer.ALLOW).value


def overview(production: Production) -> Overview:
    """Answer for every model that works here and every newest dataset version, from one reading of the books."""
    used = audits.uses_of(production)
    facts = audits.facts_for(production, used)
    engine = Engine(facts, gate.policy_of(production))
    listed = ModelVersion.objects.in_bulk({key for key, _action in used}).values()
    actions: dict[int, list[str]] = {}
    for key, action in sorted(used):
        actions.setdefault(key, []).append(action)
    models = [_model(engine, production, row, actions[row.pk]) for row in sorted(listed, key=str)]
    own = [each for each in facts.versions.values() if each.production == production.pk]
    versions = [_version(engine, production, each) for each in sorted(own, key=lambda each: each.name)]
    return Overview(models, versions)


def _model(engine: Engine, production: Production, row: ModelVersion, actions: list[str]) -> ModelUse:
    decisions = [
        engine.decide(
            Question(
                action=action,
                on=timezone.localdate(),
                production=production.pk,
                model=row.pk,
                family=row.family,
                influence="evaluative" if action in JUDGING else "pixel",
            )
        )
        for action in actions
    ]
    strictest = worst((each.answer for each in decisions), default=Answer.ALLOW)
    first = next((said.message() for each in decisions for said in each.reasons), "")
    return ModelUse(row, actions, strictest.value, first)


def _version(engine: Engine, production: Production, version: Version) -> VersionUse:
    day = timezone.localdate()
    decision = engine.decide(Question(action="train", on=day, production=production.pk, version=version.id))
    first = next((said.message() for said in decision.reasons), "")
    return VersionUse(version.id, version.name, version.state, decision.answer.value, first)


def open_counts(production: Production) -> dict[str, int]:
    """Return how many findings stand by severity; those that two people let stand for a while are "waived" instead."""
    standing = Finding.objects.filter(production=production, gone_at=None).order_by()
    waived = standing.filter(pk__in=waivers.in_force(production))
    counts = dict(standing.exclude(pk__in=waived.values("pk")).values_list("severity").annotate(Count("pk")))
    return {**counts, "waived": waived.count()}
