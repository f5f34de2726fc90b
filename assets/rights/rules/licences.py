"""What a licence allows: rules R01, R02, R14, R15, R30, R32, R33, R48 on the licence's own words."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext_noop as _n

from assets.rights.answers import Answer, worst
from assets.rights.asking import LEAVING, Asked
from assets.rights.expressions import UNKNOWN_PREFIX, options
from assets.rights.facets import Facets, facets_of
from assets.rights.facts import Facts, Standing
from assets.rights.policy import Policy
from assets.rights.rules import words
from assets.rights.rules.base import DECIDING, Reason, Rule, reason
from assets.rights.rules.catalogue import R01, R02, R03, R04, R14, R15, R30, R32, R33, R48

# What an act asks of the licence: (facet, rule that speaks). Looking at a work and measuring with it need no facet;
# a style is in no licence, so imitating one asks what fine-tuning does.
_FACETS: dict[str, tuple[tuple[str, Rule], ...]] = {
    "train": (("train", R14), ("derivatives", R32)),
    "finetune": (("finetune", R14), ("derivatives", R32)),
    "imitate": (("finetune", R14),),
    "generate": (("generate", R14),),
    "redistribute_data": (("redistribute", R33),),
    "redistribute_weights": (("redistribute", R33),),
    "analyse": (),
    "evaluate": (),
}
_DUTIES = ("attribution", "sharealike", "use_restrictions", "notice")
_NOWHERE = ("licence", "")


@dataclass(frozen=True, slots=True)
class Path:
    """One way to a permission: what it answers, why not, what it obliges to, and which licence was chosen.

    `alike` = share-alike licences that none of the equally good choices avoids.
    """

    answer: Answer
    reasons: tuple[Reason, ...] = ()
    duties: tuple[tuple[str, str], ...] = ()
    choice: str = ""
    alike: frozenset[str] = frozenset()


def expression_of(standing: Standing) -> str:
    """Return the licence that counts: the concluded one; of a work entered twice all that was said of it (R06)."""
    if not standing.concluded or "entered_twice" not in standing.conflicts:
        return standing.concluded
    return " AND ".join(f"({each})" for each in sorted({standing.concluded, *standing.detected} - {""}))


def answered(found: tuple[Reason, ...]) -> Answer:
    """Return what weighed reasons answer together; none of them means yes."""
    if not found:
        return Answer.ALLOW
    return worst((each.answer for each in found if each.severity in DECIDING), default=Answer.ALLOW)


def by_licence(standing: Standing, key: str, path: Path, policy: Policy) -> Path:
    """Return what the concluded licence answers; one that was only declared allows nothing yet.

    `path` = what its `expression_of` answers for this work, `key` names the standing.
    """
    subject = ("standing", key)
    if not standing.concluded:
        found = policy.take([_nothing_concluded(standing, subject)])
        return Path(answered(found), found)
    doubts = policy.take(_doubts(standing, subject, policy))
    if not doubts:
        return path
    return replace(path, answer=worst([path.answer, answered(doubts)]), reasons=(*path.reasons, *doubts))


def best_way(ways: tuple[Path, ...], subject: tuple[str, str], policy: Policy) -> Path:
    """Return the best of several ways to meet a licence, as `policy` weighs what stands against each."""
    found = [_weighed(way, subject, policy) for way in ways]
    best = min(found, key=lambda each: (_rank(each.answer), len(each.duties), each.choice))
    equals = [each.alike for each in found if each.answer is best.answer]
    return replace(best, alike=frozenset.intersection(*equals))


def said_of(path: Path, subject: tuple[str, str]) -> Path:
    """Return the same about another subject."""
    if not path.reasons:
        return path
    reasons = tuple(each.of(subject) for each in path.reasons)
    return Path(path.answer, reasons, path.duties, path.choice, path.alike)


def _weighed(way: Path, subject: tuple[str, str], policy: Policy) -> Path:
    if not way.reasons:
        return way
    found = policy.take([each.of(subject) for each in way.reasons])
    return Path(answered(found), found, way.duties, way.choice, way.alike)


def _doubts(standing: Standing, subject: tuple[str, str], policy: Policy) -> Iterator[Reason]:
    if not standing.evidence:
        yield reason(R04, Answer.ASK, subject, what=[_n("the licence")])
    if policy.holder_for_licences and not standing.owners:
        yield reason(R03, Answer.ASK, subject)


def _rank(answer: Answer) -> int:
    return (Answer.ALLOW, Answer.ASK, Answer.DENY).index(answer)


def _nothing_concluded(standing: Standing, subject: tuple[str, str]) -> Reason:
    if standing.declared and standing.declared_status == "known":
        return reason(R01, Answer.DENY, subject, variant="declared", licence=standing.declared)
    text = standing.declared or standing.raw
    if standing.declared_status in {"unknown", "unreadable"} and text:
        return reason(R02, Answer.DENY, subject, deciding=[text], licence=text)
    return reason(R01, Answer.DENY, subject)


def ways_of(spdx: str, asked: Asked, facts: Facts, policy: Policy) -> tuple[Path, ...]:
    """Return every way in which an expression may be met, with all that stands against each, unweighed.

    The subject of the reasons is open. What cannot be read is one way that is refused (R02).
    """
    try:
        sets = options(spdx)
    except ValueError:
        sets = ()
    if not sets:
        return (Path(Answer.DENY, (reason(R02, Answer.DENY, _NOWHERE, deciding=[spdx], licence=spdx),)),)
    return tuple(_way(each, asked, facts, policy) for each in sets)


def _way(way: frozenset[str], asked: Asked, facts: Facts, policy: Policy) -> Path:
    reasons: list[Reason] = []
    duties: set[tuple[str, str]] = set()
    alike: set[str] = set()
    for licence in sorted(way):
        facets = facets_of(licence, facts.licences)
        if facets is None or facets.reviewed_on is None:
            named = licence.removeprefix(UNKNOWN_PREFIX)
            reasons.append(reason(R02, Answer.DENY, _NOWHERE, deciding=[licence], licence=named))
            continue
        reasons += _acts(licence, facets, asked)
        reasons += _money(licence, facets, asked)
        reasons += _leaving(licence, facets, asked)
        reasons += _stale(licence, facets.reviewed_on, asked.on, policy.review_months)
        duties |= {(name, licence) for name in _DUTIES if getattr(facets, name)}
        alike |= {licence} if facets.sharealike else set()
    return Path(answered(tuple(reasons)), tuple(reasons), tuple(sorted(duties)), " AND ".join(sorted(way)),
                frozenset(alike))  # fmt: skip


def _acts(licence: str, facets: Facets, asked: Asked) -> Iterator[Reason]:
    for act in asked.acts:
        for name, rule in _FACETS[act]:
            answer: Answer = getattr(facets, name)
            if answer is Answer.ALLOW:
                continue
            is_open = answer is Answer.ASK
            if rule is R14:
                variant = "open" if is_open else "licence"
                yield reason(
                    rule, answer, _NOWHERE, deciding=[licence, act], variant=variant, licence=licence,
                    scopes=words.acts([act]),
                )  # fmt: skip
            else:
                variant = "open" if is_open else ""
                yield reason(rule, answer, _NOWHERE, deciding=[licence], variant=variant, licence=licence)


def _money(licence: str, facets: Facets, asked: Asked) -> Iterator[Reason]:
    if not asked.commercial or facets.commercial is Answer.ALLOW:
        return
    if facets.sharealike and facets.commercial is Answer.ASK:
        # Only what leaves the studio carries the duty to share; a check that judges leaves nothing behind.
        if asked.pixel:
            yield reason(R30, Answer.ASK, _NOWHERE, deciding=[licence], licences=licence)
        return
    variant = "open" if facets.commercial is Answer.ASK else "licence"
    yield reason(R15, facets.commercial, _NOWHERE, deciding=[licence], variant=variant, licence=licence)


def _leaving(licence: str, facets: Facets, asked: Asked) -> Iterator[Reason]:
    if facets.sharealike and asked.question.action in LEAVING and family(licence) != family(asked.under):
        yield reason(R30, Answer.ASK, _NOWHERE, deciding=[licence], licences=licence)


def family(licence: str) -> str:
    """Return the name under which share-alike licences can be met together: versions of one CC licence are one.

    Source: CC BY-SA 4.0, 3(b)(1) and the later-version clauses of 2.0 to 3.0: an adaptation may carry a later version.
    """
    if licence.startswith("CC-BY-") and "SA" in licence.split("-"):
        return "CC-BY-NC-SA" if "NC" in licence.split("-") else "CC-BY-SA"
    return licence


def _stale(licence: str, read_on: date, on: date, months: int) -> Iterator[Reason]:
    if on > _months_later(read_on, months):
        yield reason(R48, Answer.ASK, _NOWHERE, deciding=[licence], licence=licence, day=read_on.isoformat())


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
