"""What a grant allows: rules R01, R03, R04, R12, R14 to R21, R23 to R27, R33, R38 and R42 on a contract's terms.

What is wrong with a grant is said of the grant, once for all works that stand on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_noop as _n

from assets.rights.answers import Answer, worst
from assets.rights.asking import LEAVING, TRAINING, Asked
from assets.rights.facts import WORLD, Facts, Grant, Standing
from assets.rights.policy import Policy
from assets.rights.rules import words
from assets.rights.rules.base import ERROR, Reason, reason
from assets.rights.rules.catalogue import (
    R01,
    R03,
    R04,
    R12,
    R14,
    R15,
    R16,
    R17,
    R18,
    R19,
    R20,
    R21,
    R23,
    R24,
    R25,
    R26,
    R27,
    R33,
    R38,
    R42,
)
from assets.rights.rules.licences import Path, answered

# Where a statutory exception holds at all; nowhere else does it carry anything.
# fmt: off
_EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on
_HOME = {
    "exception:JP-30-4": frozenset({"JP"}),
    "exception:US-fair-use": frozenset({"US"}),
    "exception:EU-DSM-3": _EU,
    "exception:EU-DSM-4": _EU,
}
ENDS_USE = frozenset({"stop_generation", "retrain", "withdraw_outputs"})
_PASSING_ON = frozenset({"redistribute_data", "redistribute_weights"})
_MORAL_RIGHTS_MATTER = frozenset({"licence", "consent", "assignment"})

Checked = Callable[[Grant], Path]


def covers(grant: Grant, standing: Standing, dataset: int | None) -> bool:
    """Return whether `grant` speaks of a work of this standing in this dataset."""
    if grant.subject_kind == "items":
        return grant.id in standing.grants
    if grant.subject_kind == "dataset":
        return grant.dataset is not None and grant.dataset == dataset
    if grant.subject_kind == "production":
        return grant.production is not None and grant.production == standing.production
    if grant.holder not in {holder for holder, _ in standing.holders}:
        return False
    made = date.fromisoformat(standing.made_on[:10]) if standing.made_on else None
    return grant.works_until is None or (made is not None and made <= grant.works_until)


def by_grants(
    standing: Standing, key: str, grants: tuple[Grant, ...], checked: Checked, facts: Facts, policy: Policy
) -> Path:
    """Return what the grants that cover a work answer: each owner must allow it; of one's grants the best counts.

    `checked` answers one grant by itself (`check`); `key` names the standing.
    """
    owners = standing.owners
    if not owners and not grants:
        return Path(Answer.DENY)
    subject = ("standing", key)
    if not owners:
        nobody = policy.take([reason(R03, Answer.ASK, subject)])
        paths = [_best([checked(grant) for grant in grants]), Path(answered(nobody), nobody)]
    else:
        paths = [_of_owner(owner, owners, subject, grants, checked, facts, policy) for owner in owners]
    reasons = tuple(each for path in paths for each in path.reasons)
    return Path(worst(path.answer for path in paths), reasons, tuple(d for p in paths for d in p.duties))


def _of_owner(
    owner: int, owners: tuple[int, ...], subject: tuple[str, str], grants: tuple[Grant, ...], checked: Checked,
    facts: Facts, policy: Policy,
) -> Path:  # fmt: skip
    paths = [checked(grant) for grant in grants if grant.holder == owner]
    # Somebody who is no owner may hold a sublicence; it counts, with the question of title.
    for grant in grants:
        if grant.holder not in owners:
            found = reason(
                R23, Answer.ASK, subject, deciding=[grant.id], holder=facts.name("holder", grant.holder)
            )
            title = policy.take([found])
            path = checked(grant)
            answer = worst([path.answer, answered(title)])
            paths.append(Path(answer, (*path.reasons, *title), path.duties))
    if paths:
        return _best(paths)
    holder = facts.name("holder", owner)
    nothing = policy.take(
        [reason(R01, Answer.DENY, subject, deciding=[f"holder:{owner}"], variant="holder", holder=holder)]
    )
    return Path(answered(nothing), nothing)


def _best(paths: list[Path]) -> Path:
    order = (Answer.ALLOW, Answer.ASK, Answer.DENY)
    return min(paths, key=lambda path: (order.index(path.answer), len(path.reasons)))


def check(grant: Grant, asked: Asked, facts: Facts, policy: Policy, trained_on: date | None) -> Path:
    """Return what one grant answers, with everything that stands against it.

    `trained_on` is the day on which a model learned from the works, when the question is about using that model.
    """
    holder = facts.name("holder", grant.holder)
    found = [*_in_force(grant, asked, trained_on), *_extent(grant, asked), *_form(grant, asked, policy)]
    reasons = policy.take(spoken(each, grant, holder) for each in found)
    paid = () if grant.compensation == "none" else (("payment", holder),)
    return Path(answered(reasons), reasons, paid)


def spoken(found: Reason, grant: Grant, holder: str) -> Reason:
    """Return what was found as said of this grant and its holder."""
    return found.about(("grant", str(grant.id)), deciding=f"grant:{grant.id}", holder=holder)


_HERE = ("grant", "")


def _in_force(grant: Grant, asked: Asked, trained_on: date | None) -> Iterator[Reason]:
    on = asked.on
    if grant.signed_on is None and not grant.needs_no_signature:
        yield reason(R14, Answer.DENY, _HERE, variant="offer")
        return
    begins = max(filter(None, (grant.valid_from, grant.signed_on)), default=None)
    if begins is not None and begins > on:
        yield reason(R14, Answer.DENY, _HERE, variant="not_yet", deciding=["not_yet"], day=begins.isoformat())
    if grant.revoked_on is not None and grant.revoked_on <= on and _ends(grant, asked, trained_on):
        yield reason(R20, Answer.DENY, _HERE, day=grant.revoked_on.isoformat())
    if (
        grant.valid_until is not None
        and grant.valid_until < on
        and not _over_and_done(grant, asked, trained_on)
    ):
        yield reason(R18, Answer.DENY, _HERE, day=grant.valid_until.isoformat())


def _ends(grant: Grant, asked: Asked, trained_on: date | None) -> bool:
    """Return whether a withdrawn grant ends this: a model that learned before may go on where only training stops."""
    if asked.question.action in TRAINING or grant.on_revoke in ENDS_USE or grant.revoked_on is None:
        return True
    return trained_on is None or trained_on >= grant.revoked_on


def _over_and_done(grant: Grant, asked: Asked, trained_on: date | None) -> bool:
    """Return whether the grant ended after all that it was asked for: what was learned stays learned, to judge by."""
    if (
        asked.pixel
        or asked.question.action in LEAVING
        or not set(asked.acts) <= {"train", "finetune", "imitate"}
    ):
        return False
    return trained_on is not None and grant.valid_until is not None and trained_on <= grant.valid_until


def _extent(grant: Grant, asked: Asked) -> Iterator[Reason]:
    yield from _scopes(grant, asked)
    if asked.commercial and not grant.commercial:
        yield reason(R15, Answer.DENY, _HERE)
    gap = territory_gap(grant, asked.territories)
    if gap:
        yield reason(R16, Answer.DENY, _HERE, deciding=gap, gap=words.places(gap))
    yield from _window(grant, asked)
    purpose = asked.family
    if purpose and grant.purposes and purpose not in grant.purposes:
        yield reason(
            R21, Answer.ASK, _HERE, deciding=[purpose], purposes=words.families(sorted(grant.purposes)),
            purpose=words.families([purpose]),
        )  # fmt: skip
    if grant.only_for and asked.production.id not in grant.only_for:
        yield reason(R42, Answer.DENY, _HERE, deciding=[asked.production.id])
    if asked.question.outside and not grant.sublicensable:
        yield reason(R24, Answer.DENY, _HERE)


def _scopes(grant: Grant, asked: Asked) -> Iterator[Reason]:
    missing = [act for act in asked.acts if act not in grant.scopes]
    inside = [act for act in missing if act not in _PASSING_ON]
    if inside:
        yield reason(R14, Answer.DENY, _HERE, deciding=inside, scopes=words.acts(inside))
    outside = [act for act in missing if act in _PASSING_ON]
    if outside:
        yield reason(R33, Answer.DENY, _HERE, deciding=outside, variant="grant", scopes=words.acts(outside))
    if asked.question.action in TRAINING and "evaluate" in grant.scopes and not grant.scopes & TRAINING:
        # Beside R14, which decides: the work stands in the wrong part of its set.
        yield reason(R38, Answer.DENY, _HERE, variant="only")


def territory_gap(grant: Grant, wanted: frozenset[str]) -> list[str]:
    """Return the territories that are wanted and not granted, sorted; WORLD where only the world would do."""
    if WORLD in grant.territories:
        return sorted(grant.excluded if WORLD in wanted else wanted & grant.excluded)
    return sorted(wanted - grant.territories | wanted & grant.excluded)


def _window(grant: Grant, asked: Asked) -> Iterator[Reason]:
    """Yield an exploitation that outlasts the grant; training is over when it is done, and a check when it is told."""
    end = grant.valid_until
    leaves = asked.draws or asked.question.action in _PASSING_ON
    if end is None or end < asked.on or not leaves:
        return
    day = end.isoformat()
    if asked.endless:
        yield reason(R17, Answer.ASK, _HERE, deciding=[day, "endless"], variant="endless", day=day)
    elif asked.until is not None and end < asked.until:
        until = asked.until.isoformat()
        yield reason(R17, Answer.ASK, _HERE, deciding=[day, until], day=day, until=until)


def _form(grant: Grant, asked: Asked, policy: Policy) -> Iterator[Reason]:
    if grant.is_exception and _too_far(grant, asked, policy):
        yield reason(R12, Answer.DENY, _HERE, basis=[words.BASES.get(grant.basis, grant.basis)])
    if not grant.evidence and not grant.is_exception:
        yield reason(R04, Answer.ASK, _HERE, what=[_n("the grant")])
    if policy.per_work and grant.subject_kind == "holder":
        yield reason(R27, Answer.ASK, _HERE)
    if grant.basis in _MORAL_RIGHTS_MATTER and not (grant.moral_covenant and grant.adaptation):
        yield reason(R25, Answer.ASK, _HERE)
    yield from due(grant, asked.on, policy)


def due(grant: Grant, on: date, policy: Policy) -> Iterator[Reason]:
    """Yield what of a grant falls due: its end (R19) and its payment (R26)."""
    days = (grant.valid_until - on).days if grant.valid_until else None
    if days is not None and 0 <= days <= policy.expiry_days:
        yield reason(R19, Answer.ASK, _HERE, day=str(grant.valid_until), days=days)
    if grant.compensation != "none" and grant.due_on and not grant.paid and on > grant.due_on:
        is_late = on > grant.due_on + timedelta(days=policy.payment_days)
        day = grant.due_on.isoformat()
        yield reason(R26, Answer.ASK, _HERE, deciding=[day], severity=ERROR if is_late else "", day=day)


def _too_far(grant: Grant, asked: Asked, policy: Policy) -> bool:
    """Return whether a statutory exception does not reach so far. Source: Japan's ACA, General Understanding, 2024."""
    if policy.opt_in_only or asked.question.style_of or asked.draws:
        return True
    if {"finetune", "imitate"} & set(asked.acts):
        return True
    return bool(asked.territories - _HOME.get(grant.basis, frozenset()))
