"""The check of a take: measure its distinct drawings, judge, and write the run with its flags in one transaction.

A run is repeatable: the same take against the same sheets is the same run, and doing it again adds nothing. When
cast or sheet changed while it ran, the result is kept as out of date and the check starts again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from assets import access
from assets.models import Cut, Drawing, SheetDrawing, Take
from assets.services import news
from qa.checks.base import CODE_VERSION, Finding
from qa.choices import Decision, RunState
from qa.models import CheckRun, CutScore, Flag, FlagNearest
from qa.services import encoders, measures, renewal, retakes, rights, spot_checks
from qa.services.measures import Outcome, Picture, Stopwatch
from qa.services.plans import CheckPlan, cast_key, plan_for
from qa.services.scores import scores_of
from studio.core import audit
from studio.core.errors import NotFound
from studio.core.jobs import Lease
from studio.core.models import Job, User
from studio.core.roles import Action

_SETTLED = (Decision.OK, Decision.INTENDED, Decision.FALSE_ALARM)
_ROWS = 500


def request(*, actor: User, take: Take) -> Job:
    """Put the check of `take` on its queue; a check that still waits is returned instead.

    Raises:
        NotFound, NotAllowed: by the actor's roles.

    After commit: the worker gets the job's id.
    """
    cut = take.cut
    access.require(actor, Action.RUN_CHECK, cut.episode.production, cut)
    with transaction.atomic():
        job = renewal.submit(take, actor=actor)
        audit.record(
            actor=actor,
            verb="check.request",
            target=take,
            production_id=cut.episode.production_id,
            after={"job": str(job.pk)},
        )
    return job


def check_take(lease: Lease, take_id: int) -> None:
    """Check a take. The worker's entry; may be killed and started again at any point.

    Raises:
        NotFound: no such take, or a stored picture is missing.
        LicenceRefused: a model may not be used on this production.
        StaleInput: the lease is lost; nothing of the result is kept.
    """
    take = Take.objects.select_related("cut__episode__production", "submitted_by").filter(pk=take_id).first()
    if take is None:
        raise NotFound(what="take")
    retakes.answer(take=take)
    pictures = pictures_of(take)
    lease.progress(0, len(pictures), "sheets")
    watch, started = Stopwatch(), time.monotonic()
    plan = plan_for(take)
    production = take.cut.episode.production
    rights.require_check(actor=lease.job.requested_by, production=production, encoder=plan.encoder)
    watch.lap("sheets", started)
    outcomes: list[Outcome] = []
    for batch in measures.in_batches(plan, pictures if plan.cast else [], watch):
        outcomes += batch
        lease.progress(len(outcomes), len(pictures), "measuring")
    _write(lease, take, plan, outcomes, len(pictures), watch)


def pictures_of(take: Take) -> list[Picture]:
    """Return the distinct pictures of a take in the order of its drawings."""
    found: dict[str, Picture] = {}
    rows = Drawing.objects.filter(cell__take=take).order_by("cell__position", "cell__name", "number")
    for drawing in rows:
        seen = found.get(drawing.content_sha256)
        ids = (*seen.drawing_ids, drawing.pk) if seen else (drawing.pk,)
        found[drawing.content_sha256] = Picture(
            drawing.content_sha256, seen.view_blob if seen else drawing.view_blob, drawing.size_hw, ids
        )
    return list(found.values())


def _write(
    lease: Lease, take: Take, plan: CheckPlan, outcomes: Sequence[Outcome], total: int, watch: Stopwatch
) -> None:
    """Write the run, or take up the one that is there, and end the job; all or nothing."""
    started = time.monotonic()
    result: dict[str, Any] = {}
    device = encoders.engine(plan.encoder).describe().get("device", "")
    with lease.committing(result, device=str(device)):
        Take.objects.select_for_update().get(pk=take.pk)
        unchanged = plan.cast_key == cast_key(take)
        run = CheckRun.objects.filter(take=take, fingerprint=plan.run_fingerprint).first()
        if run is None:
            run = _new_run(take, plan, outcomes, total)
        run.state = RunState.CURRENT if unchanged else RunState.STALE
        run.save(update_fields=["state"])
        _record(lease, run, take)
        if unchanged:
            take.runs.exclude(pk=run.pk).update(state=RunState.STALE)
            news.flags_found(take, run_id=run.pk, flags=run.summary["flags"])
        else:
            renewal.submit(take, actor=lease.job.requested_by)
        watch.lap("write", started)
        result |= {"run": run.pk, "state": run.state, "seconds": _rounded(watch.seconds), **run.summary}


def _record(lease: Lease, run: CheckRun, take: Take) -> None:
    counts = ("drawings", "checked", "flags", "settled")
    audit.record(
        actor=lease.job.requested_by,
        verb="check.done",
        target=run,
        production_id=take.cut.episode.production_id,
        after={"state": str(run.state), **{name: run.summary[name] for name in counts}},
    )


def _new_run(take: Take, plan: CheckPlan, outcomes: Sequence[Outcome], total: int) -> CheckRun:
    run = CheckRun.objects.create(
        take=take,
        model_id=plan.encoder.model_id,
        fingerprint=plan.run_fingerprint,
        code_version=CODE_VERSION,
        limits={str(bank.sheet.design_id): bank.pack.limits for bank in plan.cast},
        drifts=_drifts(plan, outcomes),
    )
    run.sheets.set([bank.sheet for bank in plan.cast])
    settled = _settled(take.cut, [outcome.picture.content_sha256 for outcome in outcomes])
    claims = [
        (outcome, index, finding)
        for outcome in outcomes
        for index, finding in measures.judged(plan, outcome.results)
    ]
    raised = [claim for claim in claims if _key(plan, *claim) not in settled]
    _raise_flags(run, plan, raised)
    run.summary = _summary(plan, outcomes, total, raised, len(claims) - len(raised))
    run.save(update_fields=["summary"])
    CutScore.objects.bulk_create(scores_of(run, plan, outcomes), batch_size=_ROWS)
    spot_checks.draw(run)
    return run


def _raise_flags(run: CheckRun, plan: CheckPlan, claims: Sequence[tuple[Outcome, int, Finding]]) -> None:
    names = _nearest_names(claims)
    flags = Flag.objects.bulk_create([_flag(run, plan, names, *claim) for claim in claims], batch_size=_ROWS)
    links = [
        link
        for flag, (outcome, index, finding) in zip(flags, claims, strict=True)
        for link in _nearest(flag, outcome.results[index], finding)
    ]
    FlagNearest.objects.bulk_create(links, batch_size=_ROWS)


def _nearest_names(claims: Sequence[tuple[Outcome, int, Finding]]) -> dict[str, str]:
    """Return what the approved drawings that claims are held against are called, by their key."""
    keys = {
        near["drawing_key"] for outcome, index, _ in claims for near in outcome.results[index]["nearest"][:1]
    }
    found = SheetDrawing.objects.filter(pk__in=[int(key) for key in keys if key.isdecimal()])
    return {str(drawing.pk): str(drawing) for drawing in found}


def _flag(
    run: CheckRun, plan: CheckPlan, names: dict[str, str], outcome: Outcome, index: int, finding: Finding
) -> Flag:
    data = dict(finding.sentence_data)
    near = outcome.results[index]["nearest"]
    if near and near[0]["drawing_key"] in names:
        data["sheet"] = names[near[0]["drawing_key"]]
    if "rival_key" in data:
        data["rival"] = plan.names.get(data["rival_key"], data["rival_key"])
    shown = dict(outcome.shown_of(index, finding))
    return Flag(
        run=run,
        drawing_id=outcome.picture.drawing_ids[0],
        design=plan.cast[index].sheet.design,
        fault=finding.fault,
        part=finding.part[:80],
        drift=finding.drift,
        confidence=finding.confidence,
        one_in=finding.one_in,
        calibration=finding.calibration,
        sentence_code=finding.sentence_code,
        sentence_data=data,
        box_xyxy=list(finding.box_xyxy) if finding.box_xyxy else None,
        measures=finding.measures,
        colours=finding.colours,
        heat_blob=outcome.heat_of(index),
        laid_blob=shown.pop("laid_blob", ""),
        shown=shown,
    )


def _nearest(flag: Flag, result: dict[str, Any], finding: Finding) -> list[FlagNearest]:
    """The nearest drawings of the cast design; for a wrong design also the one that it looks like, last."""
    near = list(result["nearest"])
    if "rival_key" in finding.sentence_data:
        near.append(result["rival"])
    return [
        FlagNearest(
            flag=flag, sheet_drawing_id=int(one["drawing_key"]), rank=rank, similarity=one["similarity"]
        )
        for rank, one in enumerate(near, start=1)
    ]


def _key(plan: CheckPlan, outcome: Outcome, index: int, finding: Finding) -> tuple[str, int, str, str]:
    design = plan.cast[index].sheet.design_id
    return outcome.picture.content_sha256, design, finding.fault, finding.part[:80]


def _settled(cut: Cut, contents: Sequence[str]) -> set[tuple[str, int, str, str]]:
    """Return what people have let pass in this cut for the very same pixels: it is not asked again."""
    wanted = set(contents)
    rows = Flag.objects.filter(drawing__cell__take__cut=cut, decision__in=_SETTLED).values_list(
        "drawing__content_sha256", "design", "fault", "part"
    )
    return {row for row in rows if row[0] in wanted}


def _drifts(plan: CheckPlan, outcomes: Sequence[Outcome]) -> dict[str, float]:
    return {
        str(drawing_id): round(measures.drift_of(plan, outcome), 4)
        for outcome in outcomes
        if outcome.drift is not None
        for drawing_id in outcome.picture.drawing_ids
    }


def _summary(
    plan: CheckPlan,
    outcomes: Sequence[Outcome],
    total: int,
    raised: Sequence[tuple[Outcome, int, Finding]],
    settled: int,
) -> dict[str, Any]:
    judged = [outcome for outcome in outcomes if outcome.drift is not None]
    apart = [outcome for outcome in outcomes if outcome.results and outcome.drift is None]
    return {
        "drawings": total,
        "checked": len(judged),
        "new": sum(outcome.fresh for outcome in outcomes),
        "flags": len(raised),
        "flagged": len({outcome.picture.content_sha256 for outcome, _, _ in raised}),
        "settled": settled,
        "not_comparable": {str(outcome.picture.drawing_ids[0]): _why(outcome.results) for outcome in apart},
        "unreadable": [outcome.picture.drawing_ids[0] for outcome in outcomes if not outcome.results],
        "not_checked": plan.not_checked,
        "unchecked": _unchecked([outcome for outcome in judged if not outcome.composited]),
        "composited": sum(outcome.composited for outcome in judged),
        "painted": plan.painted,
    }


def _unchecked(judged: Sequence[Outcome]) -> dict[str, int]:
    """Return which aspects could not be judged, and on how many drawings."""
    found = Counter(
        aspect
        for outcome in judged
        for aspect in {
            one for result in outcome.results if result["applicable"] for one in result["unchecked"]
        }
    )
    return dict(sorted(found.items()))


def _why(results: Sequence[dict[str, Any]]) -> str:
    reasons = [result["why_not"] for result in results if result["why_not"] != "other_design"]
    return reasons[0] if reasons else "other_design"


def _rounded(seconds: dict[str, float]) -> dict[str, float]:
    return {stage: round(spent, 3) for stage, spent in seconds.items()}
