"""Gathers what a walk through versions and models finds: each finding once, as gravely as anything makes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assets.rights.answers import Answer
from assets.rights.rules.base import BLOCK, ERROR, INFO, WARN, Reason
from assets.rights.works import Context

_ORDER = {Answer.DENY: 0, Answer.ASK: 1, Answer.ALLOW: 2}
_GRAVITY = {BLOCK: 0, ERROR: 1, WARN: 2, INFO: 3}
Key = tuple[str, tuple[str, str], tuple[str, ...]]


@dataclass
class Tally:
    """Findings by what their fingerprints name, works by how they were judged, and what these oblige to."""

    reasons: dict[Key, Reason] = field(default_factory=dict)
    duties: set[tuple[str, str]] = field(default_factory=set)
    choices: set[str] = field(default_factory=set)
    _works: dict[Context, dict[str, int]] = field(default_factory=dict)

    def add(self, found: Iterable[Reason]) -> None:
        """Take findings; of the same one the gravest stays."""
        for each in found:
            self._take(each)

    def _take(self, found: Reason) -> Key:
        deciding = found.deciding if len(found.deciding) < 2 else tuple(sorted(found.deciding))
        key = (found.rule, found.subject, deciding)
        known = self.reasons.get(key)
        if known is None or (known is not found and known != found and _weight(found) < _weight(known)):
            self.reasons[key] = found
        return key

    def add_works(self, context: Context, counts: Mapping[str, int]) -> None:
        """Take so many works of each standing; of works in several versions the largest number counts."""
        known = self._works.setdefault(context, {})
        for standing, count in counts.items():
            if known.get(standing, 0) < count:
                known[standing] = count

    def settle(self) -> None:
        """Turn the works that were taken into findings, each with the number of works that it speaks of."""
        concerned: dict[Key, dict[str, int]] = {}
        for context, counts in self._works.items():
            for standing, count in counts.items():
                judged = context.judge(standing)
                if judged.answer is not Answer.DENY:
                    self.duties.update(judged.duties)
                    self.choices.update([judged.choice] if judged.choice else [])
                for each in judged.reasons:
                    works = concerned.setdefault(self._take(each), {})
                    if works.get(standing, 0) < count:
                        works[standing] = count
        for key, works in concerned.items():
            self.reasons[key] = self.reasons[key].for_works(sum(works.values()))
        self._works.clear()

    def told(self) -> list[Reason]:
        """Return the findings, the gravest first, in an order that depends on nothing else."""
        return sorted(
            self.reasons.values(),
            key=lambda r: (_GRAVITY[r.severity], _ORDER[r.answer], r.rule, r.subject, r.deciding, r.variant),
        )


def _weight(found: Reason) -> tuple[int, int, int, str]:
    return (_GRAVITY[found.severity], _ORDER[found.answer], -found.count, str(found.values))
