"""Everything that a producer's audit of one production asks, answered at once: a work list with reasons.

Every model that works for the production is asked as its kind works; every version behind it, every grant that it
stands on, the drawings that go out, the waivers and the log are looked at. What the gate would refuse is found here
under the same fingerprint; waivers are told, and hide nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assets.rights.answers import Answer
from assets.rights.asking import ACTS, DRAWING
from assets.rights.engine import Engine
from assets.rights.facts import Facts, Production, Question
from assets.rights.policy import Policy
from assets.rights.rules.base import ERROR, Reason, reason
from assets.rights.rules.catalogue import R19, R34, R36, R50
from assets.rights.rules.grants import due, spoken
from assets.rights.rules.lineage import approvals, to_be_deleted, withdrawn
from assets.rights.tally import Tally

# How a model of a kind works in a production; what is not known here is taken to draw.
ACTION_OF = {
    "drift": "check",
    "paint": "check",
    "embed": "embed",
    "inbetween": "generate",
    "cleanup": "cleanup",
}
_LAST_DAYS = 7  # from here on an end is no longer a warning: renewing takes longer


def audit(facts: Facts, production_id: int, on: date, policy: Policy) -> tuple[Reason, ...]:
    """Return everything that is found in a production on a day, the gravest first, each finding once.

    Convention:
        - `Reason.fingerprint` is unique in the answer, and the same as in the gate's decisions
        - order and content depend on facts, day and policy alone; waivers take nothing away

    Raises:
        KeyError: the facts do not hold the production.
    """
    production = facts.productions[production_id]
    engine, tally = Engine(facts, policy), Tally()
    asked = list(_questions(facts, production, on))
    for question in asked:
        engine.gather(question, tally)
    tally.settle()
    for question in asked:
        tally.add(engine.conflict(question))
    tally.add(policy.take(_beside(facts, production, on, policy)))
    anything = Question(action="pack", on=on, production=production_id)
    tally.add(engine.about_waivers(tally.told(), anything))
    return tuple(tally.told())


def uses(facts: Facts, production: Production) -> list[tuple[int, str]]:
    """Return which models work for a production, and how: as was recorded, or else every model nothing comes from."""
    recorded = sorted((key, action) for key, action in production.uses if key in facts.models)
    if production.uses:
        return recorded
    parents = {parent for model in facts.models.values() for parent, _how in model.parents}
    return [
        (key, ACTION_OF.get(model.family, "generate"))
        for key, model in sorted(facts.models.items())
        if key not in parents
    ]


def _questions(facts: Facts, production: Production, on: date) -> Iterator[Question]:
    for key, action in uses(facts, production):
        influence = "pixel" if action in DRAWING or action not in ACTS else "evaluative"
        yield Question(
            action=action, on=on, production=production.id, model=key, family=facts.models[key].family,
            influence=influence,
        )  # fmt: skip


def _beside(facts: Facts, production: Production, on: date, policy: Policy) -> Iterator[Reason]:
    """Yield what no question about a model asks."""
    if not facts.log_holds:
        yield reason(R50, Answer.DENY, ("log", ""))
    subject = ("production", production.id)
    if production.unmarked_outputs:
        yield reason(R34, Answer.ASK, subject, works=production.unmarked_outputs)
    for holder in sorted(production.uncredited):
        yield reason(
            R36, Answer.ASK, subject, deciding=[f"holder:{holder}"], holder=facts.name("holder", holder)
        )
    for key in sorted(facts.versions):
        yield from approvals(facts.versions[key])
        yield from to_be_deleted(facts.versions[key], on)
    for key in sorted(facts.grants):
        grant = facts.grants[key]
        if grant.signed_on is not None and (grant.revoked_on is None or grant.revoked_on > on):
            for each in due(grant, on, policy):
                said = spoken(each, grant, facts.name("holder", grant.holder))
                yield said.graver(ERROR) if _is_pressing(said) else said
    yield from withdrawn(facts, on)


def _is_pressing(found: Reason) -> bool:
    return found.rule == R19.id and dict(found.values)["days"] <= _LAST_DAYS
