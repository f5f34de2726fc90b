"""How far a take lies out, by cast design and aspect: the worst of its drawings, for everything that counts cuts."""

from __future__ import annotations

from collections.abc import Sequence

from qa.choices import Fault
from qa.models import CutScore
from qa.services.measures import Outcome
from qa.services.plans import CheckPlan

_ASPECTS = tuple(fault.value.rpartition(".")[2] for fault in Fault if fault.value.startswith("OFF_MODEL."))


def scores_of(plan: CheckPlan, outcomes: Sequence[Outcome]) -> list[CutScore]:
    """Return one row, without its run, for each cast design and aspect that any drawing could be judged in.

    An aspect that was judged and measured nothing out scores 0; one that no drawing could be judged in has no row.
    """
    worst: dict[tuple[int, str], CutScore] = {}
    for outcome in outcomes:
        for bank, result in zip(plan.cast, outcome.results, strict=False):
            if not result["applicable"]:
                continue
            drifts = {aspect: 0.0 for aspect in _ASPECTS if aspect not in result["unchecked"]}
            for one in result["aspects"]:
                drifts[one["aspect"]] = max(drifts.get(one["aspect"], 0.0), float(one["drift"]))
            for aspect, drift in drifts.items():
                key = (bank.sheet.design_id, aspect)
                if key not in worst or drift > worst[key].score:
                    worst[key] = CutScore(
                        design_id=key[0],
                        aspect=aspect,
                        score=round(drift, 4),
                        drawing_id=outcome.picture.drawing_ids[0],
                    )
    return [worst[key] for key in sorted(worst)]
