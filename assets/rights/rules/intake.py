"""Rules about a work itself, whatever it is to be used for (R05 to R11, R13, R44)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from assets.rights.answers import Answer, best, worst
from assets.rights.asking import LEAVING, TRAINING, Asked
from assets.rights.facts import Facts, Grant, Signal, Standing
from assets.rights.rules import words
from assets.rights.rules.base import Reason, reason
from assets.rights.rules.catalogue import R05, R06, R07, R08, R09, R10, R11, R13, R44

_DOUBLE = "entered_twice"
_MADE_BY_MODEL = "trainedalgorithmic"  # IPTC: trainedAlgorithmicMedia, compositeWithTrainedAlgorithmicMedia

# What a grant answers by itself.
Answers = Callable[[Grant], Answer]


def about_work(
    standing: Standing, key: str, asked: Asked, grants: tuple[Grant, ...], facts: Facts, answers: Answers
) -> Iterator[Reason]:
    """Yield what is wrong with a work of this standing, which is called `key`. `grants` are those that cover it."""
    subject = ("standing", key)
    if not standing.intact:
        yield reason(R05, Answer.DENY, subject)
    if _DOUBLE in standing.conflicts:
        licences = {standing.concluded or standing.declared, *standing.detected} - {""}
        yield reason(R06, Answer.ASK, subject, licences=", ".join(sorted(licences)))
    if standing.near:
        yield reason(R07, Answer.ASK, subject, deciding=[standing.near], work=standing.near[:12])
    if standing.signals:
        yield from _opt_outs(standing, subject, asked, grants, answers)
    others = [code for code in standing.conflicts if code != _DOUBLE]
    if others:
        yield reason(R09, Answer.ASK, subject, deciding=others, conflicts=words.contradictions(others))
    yield from _looks_made(standing, subject)
    if standing.source_kind == "crawl" and not standing.signals_seen:
        yield reason(R11, Answer.DENY, subject)
    if standing.personal_data and not standing.retention_known and not _consented(grants, asked.on):
        yield reason(R13, Answer.ASK, subject)
    yield from _made_by(standing, asked, facts)


def _opt_outs(
    standing: Standing, subject: tuple[str, str], asked: Asked, grants: tuple[Grant, ...], answers: Answers
) -> Iterator[Reason]:
    """Yield signals that forbid learning, but for those that every owner has overruled with a grant for this use."""
    if not asked.learns and asked.question.action not in LEAVING:
        return  # the signals speak of training
    for signal in standing.signals:
        left = _left_of(signal, standing, grants, answers) if signal.forbids else Answer.ALLOW
        if left is not Answer.ALLOW:
            text = f"{signal.kind} {signal.value}".strip()
            yield reason(R08, left, subject, deciding=[text], signal=text)


def _left_of(signal: Signal, standing: Standing, grants: tuple[Grant, ...], answers: Answers) -> Answer:
    """Return what an opt-out still answers: every owner may overrule it with a later grant for this very use."""
    later = [grant for grant in grants if _later(grant, signal)]
    return worst(
        best(answers(grant) for grant in later if grant.holder == owner) for owner in standing.owners
    )


def _later(grant: Grant, signal: Signal) -> bool:
    if grant.signed_on is None or grant.is_exception:
        return False
    return not signal.seen_on or grant.signed_on >= date.fromisoformat(signal.seen_on[:10])


def _looks_made(standing: Standing, subject: tuple[str, str]) -> Iterator[Reason]:
    """Yield works with a generator's mark that were entered as drawn, or without the model that made them."""
    if standing.made_by is not None:
        return
    is_marked = _MADE_BY_MODEL in standing.source_type.lower()
    mark = standing.generator or (standing.source_type if is_marked else "")
    if mark:
        variant = "unnamed" if standing.source_kind == "synthetic" else ""
        yield reason(R10, Answer.ASK, subject, deciding=[mark], variant=variant, generator=mark)


def _consented(grants: tuple[Grant, ...], on: date) -> bool:
    return any(
        grant.basis == "consent"
        and grant.signed_on is not None
        and grant.signed_on <= on
        and (grant.revoked_on is None or grant.revoked_on > on)
        and (grant.valid_until is None or grant.valid_until >= on)
        for grant in grants
    )


def _made_by(standing: Standing, asked: Asked, facts: Facts) -> Iterator[Reason]:
    model = facts.models.get(standing.made_by) if standing.made_by is not None else None
    if model is None or not model.terms_forbid_training:
        return
    if asked.question.action in TRAINING | LEAVING or asked.learns:
        yield reason(R44, Answer.ASK, ("model", model.id), model=facts.name("model", model.id))
