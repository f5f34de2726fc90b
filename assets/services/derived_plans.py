"""Versions of a proposal on their way into the database: parts between keys, charts, numbers, recipes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assets import sidecars, spacing
from assets.choices import DerivedKind, ProposalCause
from assets.models import (
    DerivedJob,
    GateDecision,
    ModelVersion,
    Proposal,
    ProposalDrawing,
    ProposalKey,
    ProposalPart,
)
from assets.services import derived_sheets, rows
from assets.sheet_filling import CellSheet
from studio.core.errors import InvalidInput, phrase
from studio.core.models import User

MOST_ON_FRAMES = 24


@dataclass(frozen=True)
class Wish:
    """What an artist asks for between two keys. None leaves a thing as it is, or as it is usual.

    `chart` as `assets.spacing` reads it, `steering` that part of the sidecar, `on_frames` 1, 2, 3 (0: share the frames
    out), `engine` one of `engines.names()`.
    """

    chart: str | None = None
    steering: Mapping[str, Any] | None = None
    on_frames: int | None = None
    engine: str | None = None


@dataclass(frozen=True)
class Plan:
    """A part as it will be written: its keys, where its drawings lie and which numbers they get."""

    a: ProposalKey
    b: ProposalKey | None
    chart: str
    positions: tuple[float, ...]
    numbers: tuple[int, ...]
    steering: dict[str, Any]


@dataclass(frozen=True)
class Drawer:
    """Who draws a version: the engine, its model in the register, the gate's answer."""

    engine: str
    model: ModelVersion
    decision: GateDecision


def chart_of(positions: Sequence[float]) -> str:
    """Return positions as a chart writes them; empty where there are none."""
    return spacing.of(positions).plain if positions else ""


def on_frames_of(wish: Wish, before: int = 0) -> int:
    """Return for how many frames each drawing shows, as wished or as before."""
    wanted = before if wish.on_frames is None else wish.on_frames
    if not 0 <= wanted <= MOST_ON_FRAMES:
        reason = phrase("a whole number from {first} to {last}", first=0, last=MOST_ON_FRAMES)
        raise InvalidInput(field="on_frames", reason=reason)
    return wanted


def write(
    derived: DerivedJob,
    *,
    by: User,
    cause: ProposalCause,
    drawer: Drawer,
    plans: Sequence[Plan],
    on_frames: int,
) -> Proposal:
    """Write a version with its parts and its drawings, which wait. The caller has locked the derived job."""
    proposal = Proposal(
        derived=derived,
        number=derived.proposals.count() + 1,
        cause=cause,
        engine=drawer.engine,
        model=drawer.model,
        decision=drawer.decision,
        on_frames=on_frames,
        by=by,
    )
    rows.save(proposal)
    beside = _beside(derived, plans)
    for index, plan in enumerate(plans):
        part = ProposalPart(
            proposal=proposal,
            index=index,
            a=plan.a,
            b=plan.b,
            chart=plan.chart,
            positions=list(plan.positions),
            steering=plan.steering,
        )
        rows.save(part)
        ProposalDrawing.objects.bulk_create(_drawings(part, plan, drawer, beside))
    return proposal


def plans_of(proposal: Proposal) -> list[Plan]:
    """Return the parts of a version as plans, to be changed into the next one."""
    parts = proposal.parts.select_related("a", "b").prefetch_related("drawings")
    return [
        Plan(
            part.a,
            part.b,
            part.chart,
            tuple(part.positions),
            tuple(each.number for each in part.drawings.all()),
            part.steering,
        )
        for part in parts
    ]


def steered(plan: Plan, wish: Wish, column: CellSheet, taken: Collection[int]) -> Plan:
    """Return a plan with other steering, or with another chart; drawings keep their numbers as far as they go."""
    if wish.steering is not None:
        plan = replace(plan, steering=sidecars.checked(wish.steering))
    if wish.chart is None or wish.chart == plan.chart:
        return plan
    positions = derived_sheets.positions_of(wish.chart)
    numbers = plan.numbers[: len(positions)]
    if len(numbers) < len(positions):
        assert plan.b is not None, "a chart lies between two keys"
        keys = (plan.a.number, plan.b.number)
        numbers = derived_sheets.numbers_for(column, keys, positions, set(taken) - set(plan.numbers))
    return replace(plan, chart=wish.chart, positions=positions, numbers=numbers)


def split(plan: Plan, at: int, key: ProposalKey) -> tuple[Plan, Plan]:
    """Return the two parts that a plan falls into when its drawing `at` becomes a key; positions keep their place."""
    middle = plan.positions[at]
    before = tuple(position / middle for position in plan.positions[:at])
    after = tuple((position - middle) / (1 - middle) for position in plan.positions[at + 1 :])
    first = sidecars.of_first(plan.steering)
    second = sidecars.of_second(plan.steering)
    return (
        Plan(plan.a, key, chart_of(before), before, plan.numbers[:at], first),
        Plan(key, plan.b, chart_of(after), after, plan.numbers[at + 1 :], second),
    )


def _beside(derived: DerivedJob, plans: Sequence[Plan]) -> str:
    """Return what names all drawings of a cell that are cleaned together: each depends on those beside it."""
    if derived.kind != DerivedKind.CLEANUP or len(plans) < 2:
        return ""
    return _sha256([[plan.a.view_blob, plan.steering] for plan in plans])


def _drawings(part: ProposalPart, plan: Plan, drawer: Drawer, beside: str) -> list[ProposalDrawing]:
    pairs = zip(plan.positions, plan.numbers, strict=True)
    return [
        ProposalDrawing(
            part=part,
            index=index,
            position=position,
            number=number,
            recipe=_recipe(plan, position, drawer, beside),
        )
        for index, (position, number) in enumerate(pairs)
    ]


def _recipe(plan: Plan, position: float, drawer: Drawer, beside: str) -> str:
    told: dict[str, Any] = {
        "engine": drawer.engine,
        "model": [drawer.model.name, drawer.model.version],
        "keys": [key.view_blob for key in (plan.a, plan.b) if key],
        "steering": plan.steering,
        "position": position,
    }
    return _sha256(told | ({"beside": beside} if beside else {}))


def _sha256(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
