"""What the engine answers to one question, and how it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assets.rights.answers import Answer
from assets.rights.facts import Question
from assets.rights.rules.base import RULESET, Reason


@dataclass(frozen=True)
class Decision:
    """What the engine answers.

    `reasons` = what stands against it, the gravest first; `warnings` = what does not change the answer; `waived` = what
    would, and may stand for a while; `duties` = (what, licence or holder); `choices` = licences chosen among several.
    """

    answer: Answer
    question: Question
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    waived: tuple[Reason, ...] = ()
    duties: tuple[tuple[str, str], ...] = ()
    choices: tuple[str, ...] = ()
    ruleset: str = RULESET
    policy: str = ""
    input_sha256: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return all of it as JSON holds it."""
        return {
            "answer": self.answer.value,
            "question": self.question.as_json(),
            "reasons": [each.as_json() for each in self.reasons],
            "warnings": [each.as_json() for each in self.warnings],
            "waived": [each.as_json() for each in self.waived],
            "duties": [list(each) for each in self.duties],
            "choices": list(self.choices),
            "ruleset": self.ruleset,
            "policy": self.policy,
            "input_sha256": self.input_sha256,
        }
