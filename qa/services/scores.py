"""What a check says of a cut as a whole: how far out its farthest drawing lies, by design and aspect."""

from __future__ import annotations

from collections.abc import Sequence

from qa.checks import alarms
from qa.models import CheckRun, CutScore
from qa.services.measures import Outcome
from qa.services.plans import CheckPlan


def scores_of(run: CheckRun, plan: CheckPlan, outcomes: Sequence[Outcome]) -> list[CutScore]:
    """Return the scores of a take, unsaved: one for each cast design and each aspect that could be judged."""
    found: dict[tuple[int, str], tuple[float, int]] = {}
    kind = alarms.kind_of(painted=plan.painted)
    for outcome in outcomes:
        for index, result in enumerate(outcome.results):
            for aspect, score in alarms.farthest(result, kind).items():
                key = (index, aspect)
                if key not in found or score > found[key][0]:
                    found[key] = (score, outcome.picture.drawing_ids[0])
    return [
        CutScore(
            run=run,
            design=plan.cast[index].sheet.design,
            aspect=aspect,
            score=round(score, 4),
            drawing_id=drawing_id,
            bank_sha256=plan.cast[index].pack.sha256,
        )
        for (index, aspect), (score, drawing_id) in sorted(found.items())
    ]
