"""What holds for one work: its own faults, its licence or the grants of its owners, and the works it was made from.

Works that stand alike are judged once for each kind of question, a grant once for all works that it covers, and a
licence once for all works under it: an audit asks hundreds of models about thousands of standings.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assets.rights.answers import Answer, worst
from assets.rights.asking import Asked
from assets.rights.facts import Facts, Grant, Standing
from assets.rights.policy import Policy
from assets.rights.rules.base import WARN, Reason
from assets.rights.rules.catalogue import R20
from assets.rights.rules.grants import ENDS_USE, by_grants, check, covers
from assets.rights.rules.intake import about_work
from assets.rights.rules.licences import Path, answered, best_way, by_licence, expression_of, said_of, ways_of

_ORDER = {Answer.DENY: 0, Answer.ASK: 1, Answer.ALLOW: 2}
_NOTHING = Standing()
_NO_WAY = Path(Answer.DENY)


@dataclass(frozen=True, slots=True)
class Judged:
    """What holds for one work of a standing."""

    answer: Answer
    reasons: tuple[Reason, ...]
    duties: tuple[tuple[str, str], ...] = ()
    choice: str = ""
    alike: frozenset[str] = frozenset()


class Works:
    """Judges works of one set of facts under one policy."""

    def __init__(self, facts: Facts, policy: Policy) -> None:
        self.facts = facts
        self.policy = policy
        self._index = _indexed(facts)
        self._contexts: dict[tuple[Asked, int | None, date | None], Context] = {}
        self._turns_to_draw = _withdrawals(facts)
        self._turns = sorted({*self._turns_to_draw, *_ends(facts)})
        self._purposes = any(grant.purposes for grant in facts.grants.values())

    def context(self, about: Asked, dataset: int | None, trained_on: date | None) -> Context:
        """Return what judges works of a dataset for a question; equal questions share it."""
        if ("dataset", dataset) not in self._index:
            dataset = None  # no grant speaks of it, so its works stand as they would by themselves
        reduced = about.of_works() if self._purposes else replace(about.of_works(), family="")
        turns = self._turns_to_draw if about.pixel else self._turns
        key = (reduced, dataset, _turn(trained_on, turns))
        if key not in self._contexts:
            self._contexts[key] = Context(self, *key)
        return self._contexts[key]

    def grants(self, standing: Standing, dataset: int | None) -> tuple[Grant, ...]:
        """Return the grants that speak of a work, by id."""
        index = self._index
        if not index and not standing.grants:
            return ()
        near = {each for holder, _ in standing.holders for each in index.get(("holder", holder), ())}
        near.update(index.get(("dataset", dataset), ()), index.get(("production", standing.production), ()))
        near.update(key for key in standing.grants if key in self.facts.grants)
        found = (self.facts.grants[key] for key in sorted(near))
        return tuple(grant for grant in found if covers(grant, standing, dataset))


class Context:
    """Judges the works of one dataset for one question, each standing, grant and licence once."""

    def __init__(self, works: Works, about: Asked, dataset: int | None, trained_on: date | None) -> None:
        self._works = works
        self.facts, self.policy = works.facts, works.policy
        self.about, self.dataset, self.trained_on = about, dataset, trained_on
        self._judged: dict[str, Judged] = {}
        self._checked: dict[int, Path] = {}
        self._licensed: dict[str, Path] = {}

    def judge(self, key: str) -> Judged:
        """Answer about the works of the standing called `key`; of one that is not known nothing is allowed."""
        found = self._judged.get(key)
        if found is None:
            # Should a work be said to be made from itself, that way leads nowhere.
            self._judged[key] = Judged(Answer.DENY, ())
            found = self._judged[key] = self.judge_standing(self.facts.standings.get(key, _NOTHING), key)
        return found

    def judge_standing(self, standing: Standing, key: str) -> Judged:
        """Answer about a work of `standing`, which is called `key`."""
        grants = self._works.grants(standing, self.dataset)
        found = about_work(
            standing, key, self.about, grants, self.facts, lambda each: self._check(each).answer
        )
        itself = self.policy.take(found)
        path = self._permitted(standing, key, grants)
        sources = [self.judge(parent) for parent in standing.parents]
        if not itself and not sources:
            return Judged(path.answer, path.reasons, path.duties, path.choice, path.alike)
        reasons = (*itself, *path.reasons, *(each for source in sources for each in source.reasons))
        answer = worst([answered(itself), path.answer, *(source.answer for source in sources)])
        duties = {*path.duties, *(each for source in sources for each in source.duties)}
        alike = path.alike.union(*(source.alike for source in sources))
        return Judged(answer, reasons, tuple(sorted(duties)), path.choice, alike)

    def _check(self, grant: Grant) -> Path:
        found = self._checked.get(grant.id)
        if found is None:
            found = check(grant, self.about, self.facts, self.policy, self.trained_on)
            self._checked[grant.id] = found
        return found

    def _licence(self, standing: Standing, key: str) -> Path:
        if not standing.concluded:
            return by_licence(standing, key, _NO_WAY, self.policy)
        subject, expression = ("standing", key), expression_of(standing)
        if self.policy.waived:  # a waiver speaks of this standing alone
            ways = ways_of(expression, self.about, self.facts, self.policy)
            return by_licence(standing, key, best_way(ways, subject, self.policy), self.policy)
        path = self._licensed.get(expression)
        if path is None:
            ways = ways_of(expression, self.about, self.facts, self.policy)
            path = self._licensed[expression] = best_way(ways, ("licence", expression), self.policy)
        return by_licence(standing, key, said_of(path, subject), self.policy)

    def _permitted(self, standing: Standing, key: str, grants: tuple[Grant, ...]) -> Path:
        licence = self._licence(standing, key)
        if not standing.owners and not grants:
            return licence
        grant = by_grants(standing, key, grants, self._check, self.facts, self.policy)
        if _ORDER[licence.answer] == _ORDER[grant.answer] and licence.answer is not Answer.ALLOW:
            # Neither suffices: both ways out are told, but for "no licence" where there is a grant to speak of.
            said = () if not standing.concluded else licence.reasons
            return Path(grant.answer, (*said, *grant.reasons), grant.duties, "", licence.alike & grant.alike)
        if _ORDER[licence.answer] < _ORDER[grant.answer]:
            return grant
        # The licence carries it; that somebody withdrew a grant is told all the same.
        told = [self._check(each).reasons for each in grants if each.revoked_on is not None]
        withdrawn = tuple(r.graver(WARN) for reasons in told for r in reasons if r.rule == R20.id)
        return replace(licence, reasons=(*licence.reasons, *withdrawn)) if withdrawn else licence


def _indexed(facts: Facts) -> dict[tuple[str, int | None], list[int]]:
    """Return the grants by what they speak of, so that a work need not look at every contract of the studio."""
    index: dict[tuple[str, int | None], list[int]] = {}
    for grant in facts.grants.values():
        keys = {"holder": grant.holder, "dataset": grant.dataset, "production": grant.production}
        if keys.get(grant.subject_kind) is not None:
            index.setdefault((grant.subject_kind, keys[grant.subject_kind]), []).append(grant.id)
    return index


def _withdrawals(facts: Facts) -> list[date]:
    """Return the days on which withdrawals stopped training alone: what had learned before them may go on."""
    found = (grant for grant in facts.grants.values() if grant.on_revoke not in ENDS_USE)
    return sorted({grant.revoked_on for grant in found if grant.revoked_on})


def _ends(facts: Facts) -> set[date]:
    """Return the first days without a grant: what had learned before them may still judge."""
    ends = {grant.valid_until for grant in facts.grants.values() if grant.valid_until}
    return {end + timedelta(days=1) for end in ends if end < date.max}


def _turn(day: date | None, turns: list[date]) -> date | None:
    """Return the last of `turns` up to `day`: all days until the next one are alike. An unknown day stays unknown."""
    if day is None:
        return None
    at = bisect_right(turns, day)
    return turns[at - 1] if at else date.min
