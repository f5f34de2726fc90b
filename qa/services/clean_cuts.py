"""Which cuts are clean by what people decided, and how far out they lie: what alarms are calibrated by.

A cut joins when its stage is signed off, when a spot check found nothing, or when all of its flags were let pass. The
last alone would be a choice of the farthest cuts, since only flagged ones are looked at flag by flag: such a cut counts
with the share of unflagged cuts that joined by then. "Intended" is an exception of that cut, a retake no clean cut.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from assets.choices import StageStatus
from assets.models import Production, StageState
from qa import selectors
from qa.checks import alarms
from qa.checks.base import CODE_VERSION
from qa.choices import Decision, SpotAnswer
from qa.models import CutScore, Flag, MemoryBank, SpotCheck
from qa.services import embeddings

_PASSED = frozenset({Decision.OK.value, Decision.FALSE_ALARM.value})
_LEAST_WEIGHT = 0.02  # of a flagged cut while hardly an unflagged one has joined
Kept = dict[str, dict[str, dict[str, list[list[float]]]]]


@dataclass
class CleanCuts:
    """Clean cuts of a production.

    Attributes:
        kept: kind of stage -> aspect -> design -> [[score, weight], ...].
        outdated: by design, cuts that would count if they had been measured against the sheet of now.
        waiting: by design, cuts that nobody has decided about.
    """

    kept: Kept = field(default_factory=dict)
    outdated: dict[int, int] = field(default_factory=dict)
    waiting: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Run:
    """A current check: how its stage stands and what was decided, by (design, aspect)."""

    kind: str
    signed: bool
    looked_at: bool
    decisions: dict[tuple[int, str], set[str]]

    @property
    def joined(self) -> bool:
        return self.signed or self.looked_at

    @property
    def passed(self) -> bool:
        return bool(self.decisions) and all(found <= _PASSED for found in self.decisions.values())


def clean_cuts(production: Production, model_id: str) -> CleanCuts:
    """Return the clean cuts of a production as its newest checks by this model saw them. Six queries."""
    runs = _runs(production, model_id)
    share = _joined_share(runs.values())
    banks = _banks(production, model_id)
    found = CleanCuts()
    outdated: defaultdict[int, set[int]] = defaultdict(set)
    waiting: defaultdict[int, set[int]] = defaultdict(set)
    rows = CutScore.objects.filter(run__in=list(runs)).order_by("pk")
    for row in rows.values_list("run", "design", "aspect", "score", "bank_sha256"):
        run_id, design, aspect, score, bank = row
        weight = _weight(runs[run_id], design, aspect, share)
        if weight is None:
            waiting[design].add(run_id)
        elif weight and bank != banks.get(design):
            outdated[design].add(run_id)
        elif weight:
            by_design = found.kept.setdefault(runs[run_id].kind, {}).setdefault(aspect, {})
            by_design.setdefault(str(design), []).append([score, round(weight, 4)])
    found.outdated = {design: len(cuts) for design, cuts in outdated.items()}
    found.waiting = {design: len(cuts) for design, cuts in waiting.items()}
    return found


def _runs(production: Production, model_id: str) -> dict[int, _Run]:
    current = selectors.current_runs().filter(
        take__cut__episode__production=production, model_id=model_id, code_version=CODE_VERSION
    )
    signed = set(
        StageState.objects.filter(
            cut__episode__production=production, state=StageStatus.APPROVED
        ).values_list("cut", "stage")
    )
    spots = SpotCheck.objects.filter(run__in=current)
    clean = set(spots.filter(answer=SpotAnswer.CLEAN).values_list("run", flat=True))
    missed = set(spots.filter(answer=SpotAnswer.MISSED).values_list("run", flat=True))
    decisions = _decisions(current.values_list("pk", flat=True))
    return {
        pk: _Run(
            alarms.kind_of(painted=bool(summary.get("painted"))),
            (cut, stage) in signed,
            pk in clean,
            decisions.get(pk, {}),
        )
        for pk, cut, stage, summary in current.values_list("pk", "take__cut", "take__stage", "summary")
        if pk not in missed
    }


def _decisions(runs: Iterable[int]) -> dict[int, dict[tuple[int, str], set[str]]]:
    found: dict[int, dict[tuple[int, str], set[str]]] = {}
    rows = Flag.objects.filter(run__in=runs).order_by().values_list("run", "design", "fault", "decision")
    for run, design, fault, decision in rows.distinct():
        aspect = fault.removeprefix("OFF_MODEL.")
        found.setdefault(run, {}).setdefault((design, aspect), set()).add(decision)
    return found


def _joined_share(runs: Iterable[_Run]) -> float:
    unflagged = [run for run in runs if not run.decisions]
    joined = sum(run.joined for run in unflagged)
    return max(_LEAST_WEIGHT, joined / len(unflagged)) if unflagged else 1.0


def _weight(run: _Run, design: int, aspect: str, share: float) -> float | None:
    """Return how much a cut counts in one aspect: 0 when it is not clean, None when nobody has said."""
    decided = run.decisions.get((design, aspect), set())
    if decided - _PASSED - set(selectors.OPEN):  # a retake, or intended
        return 0.0
    if decided & set(selectors.OPEN):
        return None
    if run.joined:
        return 1.0
    return share if run.passed else None


def _banks(production: Production, model_id: str) -> dict[int, str]:
    rows = MemoryBank.objects.filter(
        sheet__design__character__production=production,
        sheet__state="approved",
        model_id=embeddings.maker(model_id),
    )
    return dict(rows.values_list("sheet__design", "sha256"))
