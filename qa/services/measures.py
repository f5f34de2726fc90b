"""Measures pictures in batches: what is known is read, what is new goes to the device and is kept.

The same pixels are embedded once and measured once for a set of sheets, across takes too, and also when a worker
died in between: each batch is kept as soon as it is done.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa.checks import alarms, drift
from qa.checks.base import Finding
from qa.checks.plain import as_data
from qa.models import Measurement
from qa.services import embeddings, encoders, explanations
from qa.services.plans import CheckPlan
from studio.core import compute as door
from studio.core.storage import blobs

BATCH = 8  # pictures on the device at a time; memory does not grow with the take


@dataclass(frozen=True)
class Picture:
    """One distinct picture of a take and the drawings that show it, the first of them first."""

    content_sha256: str
    view_blob: str
    size_hw: tuple[int, int]
    drawing_ids: tuple[int, ...]


@dataclass
class Outcome:
    """What one picture came to: `results` by cast design as plain data, empty when it could not be read."""

    picture: Picture
    results: list[dict[str, Any]]
    heat_blob: str = ""
    fresh: bool = False

    @property
    def drift(self) -> float | None:
        """The worst drift against a design that it could be compared with; None when there is none."""
        return max((r["drift"] for r in self.results if r["applicable"]), default=None)

    @property
    def composited(self) -> bool:
        """Whether it is a composited frame, of which the engine leaves colours alone."""
        return any(r["applicable"] and "COLOUR" in r["unchecked"] for r in self.results)

    def heat_of(self, index: int) -> str:
        """The heat map of one cast design's figure."""
        return str(self.results[index].get("heat_blob", self.heat_blob))

    def shown_of(self, index: int, finding: Finding) -> dict[str, Any]:
        """What explains a claim about one cast design's figure; empty where nothing was kept."""
        found: dict[str, Any] = self.results[index].get("shown", {}).get(explanations.key_of(finding), {})
        return found


@dataclass
class Stopwatch:
    """Seconds by stage of the check."""

    seconds: dict[str, float] = field(default_factory=dict)

    def lap(self, stage: str, since: float) -> float:
        """Add the time since `since` to `stage`; return now."""
        now = time.monotonic()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - since
        return now


def in_batches(plan: CheckPlan, pictures: Sequence[Picture], watch: Stopwatch) -> Iterator[list[Outcome]]:
    """Yield the outcomes of the pictures, batch by batch, in order."""
    for start in range(0, len(pictures), BATCH):
        yield _batch(plan, pictures[start : start + BATCH], watch)


def judged(plan: CheckPlan, results: Sequence[dict[str, Any]]) -> list[tuple[int, Finding]]:
    """Return the findings of a picture with the index of the cast design that each speaks of."""
    return [
        (index, finding)
        for index, (bank, result) in enumerate(zip(plan.cast, results, strict=False))
        for finding in drift.judge(result, bank.limits)
    ]


def drift_of(plan: CheckPlan, outcome: Outcome) -> float:
    """Return how far out a picture lies by the limits of now, the worst of all designs that it was compared with."""
    return max(
        (
            alarms.held(aspect, bank.limits.alarms)["drift"]
            for bank, result in zip(plan.cast, outcome.results, strict=False)
            if result["applicable"]
            for aspect in result["aspects"]
        ),
        default=outcome.drift or 0.0,
    )


def _batch(plan: CheckPlan, pictures: Sequence[Picture], watch: Stopwatch) -> list[Outcome]:
    started = time.monotonic()
    contents = [picture.content_sha256 for picture in pictures]
    rows = Measurement.objects.filter(content_sha256__in=contents, fingerprint=plan.fingerprint)
    known = {row.content_sha256: row for row in rows}
    new = [picture for picture in pictures if picture.content_sha256 not in known]
    started = watch.lap("write", started)
    fresh = _measured(plan, new, watch) if new else {}
    outcomes = []
    for picture in pictures:
        row = known.get(picture.content_sha256)
        if row is not None:
            outcomes.append(Outcome(picture, row.data["results"], row.heat_blob))
        else:
            outcomes.append(fresh.get(picture.content_sha256, Outcome(picture, [])))
    return outcomes


def _measured(plan: CheckPlan, pictures: Sequence[Picture], watch: Stopwatch) -> dict[str, Outcome]:
    started = time.monotonic()
    pngs = {picture.content_sha256: blobs().read(picture.view_blob) for picture in pictures}
    started = watch.lap("read", started)
    vectors, readable = embeddings.vectors_for(pngs, plan.encoder)
    started = watch.lap("embed", started)
    taken = [picture for picture in pictures if picture.content_sha256 in readable]
    if not taken:
        return {}
    found = encoders.engine(plan.encoder).measure(
        [pngs[picture.content_sha256] for picture in taken],
        vectors,
        [bank.pack for bank in plan.cast],
        [bank.pack for bank in plan.rivals],
        painted=plan.painted,
    )
    started = watch.lap("measure", started)
    outcomes = [
        _outcome(plan, picture, list(row), pngs[picture.content_sha256])
        for picture, row in zip(taken, found, strict=True)
    ]
    started = watch.lap("explain", started)
    _keep(plan, outcomes)
    watch.lap("write", started)
    return {outcome.picture.content_sha256: outcome for outcome in outcomes}


def _outcome(plan: CheckPlan, picture: Picture, row: list[door.Measurements], png: bytes) -> Outcome:
    """Heat map and explanation are made and kept only where there is something to look at."""
    results = [as_data(measurement) for measurement in row]
    findings = judged(plan, results)
    for index in _worth_a_map(results):  # each figure of a drawing has its own
        claims = [finding for at, finding in findings if at == index]
        results[index] |= explanations.explain(
            plan.encoder, plan.cast[index], row[index], png, picture.size_hw, claims
        )
    heat = results[findings[0][0]]["heat_blob"] if findings else ""
    return Outcome(picture, results, heat, fresh=True)


def _worth_a_map(results: Sequence[dict[str, Any]]) -> list[int]:
    """Return which figures may ever be flagged: a calibration can make limits stricter than when this was measured."""
    return [
        index
        for index, result in enumerate(results)
        if result["applicable"] and any(one["drift"] > alarms.LEAST for one in result["aspects"])
    ]


def _keep(plan: CheckPlan, outcomes: Sequence[Outcome]) -> None:
    rows = [
        Measurement(
            content_sha256=outcome.picture.content_sha256,
            fingerprint=plan.fingerprint,
            data={"results": outcome.results},
            heat_blob=outcome.heat_blob,
        )
        for outcome in outcomes
    ]
    Measurement.objects.bulk_create(rows, ignore_conflicts=True)
