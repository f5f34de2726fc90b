"""The three answers of the licence engine and how they combine: deny beats ask, ask beats allow."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Answer(StrEnum):
    """What may be done. ASK means that a person has to decide before anything happens."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


_STRICTNESS = {Answer.ALLOW: 0, Answer.ASK: 1, Answer.DENY: 2}


def worst(answers: Iterable[Answer], default: Answer = Answer.DENY) -> Answer:
    """Return the strictest answer: what holds when all parts apply. Nothing said is ``default``."""
    return max(answers, key=_STRICTNESS.__getitem__, default=default)


def best(answers: Iterable[Answer], default: Answer = Answer.DENY) -> Answer:
    """Return the mildest answer: what holds when one part may be chosen. Nothing to choose is ``default``."""
    return min(answers, key=_STRICTNESS.__getitem__, default=default)
