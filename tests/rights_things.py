"""Things of the questions about rights in the named world: a draft with works, a model, an answer, a waiver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from assets.models import (
    Dataset,
    DatasetVersion,
    Entry,
    Finding,
    GateDecision,
    Item,
    ModelVersion,
    Waiver,
)
from assets.rights import facts
from assets.rights.answers import Answer
from assets.rights.facts import Question
from assets.rights.rules.base import reason
from assets.rights.rules.catalogue import R03
from assets.services import gate, register, standings
from tests.world import World

RIGHTS_THINGS = frozenset({"dataset-versions", "works", "findings", "waivers", "rights"})
NAME = "Douga of the season"


@dataclass
class RightsThings:
    """One of everything that pages of rights are about."""

    version: DatasetVersion
    item: Item
    model: ModelVersion
    decision: GateDecision
    finding: Finding
    waiver: Waiver


def rights_things(world: World) -> RightsThings:
    """Write the rows, or find them where they are."""
    dataset, is_new = Dataset.objects.get_or_create(production=world.production, name=NAME)
    if is_new:
        _works(dataset)
        _waiver(world)
    version = dataset.versions.get()
    model = ModelVersion.objects.filter(origin="shipped").first() or register.sync_shipped()[0]
    question = Question(
        action="train", on=timezone.localdate(), production=world.production.pk, version=version.pk
    )
    decision = GateDecision.objects.filter(version=version).first() or gate.record(
        actor=None, decision=gate.answer(question)
    )
    waiver = Waiver.objects.get(finding__production=world.production)
    return RightsThings(version, Item.objects.get(title="one.png"), model, decision, waiver.finding, waiver)


def _works(dataset: Dataset) -> None:
    version = DatasetVersion.objects.create(dataset=dataset, number=1)
    for number, licence in ((1, "CC-BY-4.0"), (2, "")):
        row = standings.put(
            facts.Standing(
                declared=licence, declared_status="known" if licence else "missing", evidence=bool(licence)
            )
        )
        item = Item.objects.create(
            sha256=f"{number:064}", size_bytes=9, title="one.png" if number == 1 else "two.png", standing=row
        )
        standings.begin_history([item], by=None, why="came")
        Entry.objects.create(version=version, item=item, alias=f"{number}.png")
    standings.count_anew([version.pk])


def _waiver(world: World) -> None:
    found = reason(R03, Answer.ASK, ("standing", "a" * 64))
    finding = Finding.objects.create(
        production=world.production,
        fingerprint=found.fingerprint,
        rule="R03",
        severity="error",
        subject="standing:a",
        reason=found.as_json(),
    )
    Waiver.objects.create(
        finding=finding,
        fingerprint=found.fingerprint,
        reason="replaced_next",
        text="soon",
        expires_on=timezone.localdate() + timedelta(days=9),
        requested_by=world.supervisor,
    )


def rights_subject(name: str, world: World) -> int:
    """Return the key of what a page is about."""
    things = rights_things(world)
    table: dict[str, Any] = {
        "work": things.item,
        "finding": things.finding,
        "finding_assign": things.finding,
        "waiver_request": things.finding,
        "waiver_decide": things.waiver,
        "decision": things.decision,
        "model": things.model,
        "model_block": things.model,
    }
    return int(table.get(name, things.version).pk)


def rights_arguments(name: str, pattern: str, world: World) -> dict[str, Any]:
    """Return what the address of a page about rights takes."""
    if ":licence_id>" in pattern:
        return {"licence_id": "CC-BY-4.0"}
    things = rights_things(world)
    if ":standing>" in pattern:
        return {"pk": things.version.pk, "standing": things.item.standing_id}
    return {"pk": rights_subject(name, world)}
