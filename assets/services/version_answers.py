"""What the licence engine says of a dataset version: may a model learn from it, and which works stand against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from assets.models import DatasetVersion
from assets.rights import facts
from assets.rights.engine import Decision, Engine
from assets.rights.facts import Question
from assets.services import gate


@dataclass(frozen=True)
class VersionAnswers:
    """The answer about a version, and of any works by how they stand."""

    decision: Decision
    engine: Engine
    dataset: int

    def of_groups(self, standings: Iterable[facts.Standing]) -> dict[str, dict[str, Any]]:
        """Return answer and first sentences of works that stand so, by the digest of the standing."""
        found = {}
        for standing in standings:
            judged = self.engine.work(standing, self.decision.question, self.dataset)
            sentences = dict.fromkeys(each.message() for each in judged.reasons if each.is_deciding)
            found[standing.digest] = {"answer": judged.answer.value, "sentences": list(sentences)}
        return found


def to_train(version: DatasetVersion) -> VersionAnswers:
    """Answer whether a model may learn from a version today, by the rules of its production; asks for no permission."""
    question = Question(
        action="train", on=timezone.localdate(), production=version.dataset.production_id, version=version.pk
    )
    engine = Engine(gate.facts_for(question), gate.policy_of(version.dataset.production))
    return VersionAnswers(engine.decide(question), engine, version.dataset_id)
