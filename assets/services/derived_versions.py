"""How a derived job begins and goes on to its next version. It asks for no permission: `derived` has asked.

What the gate answers is kept even where it refuses, so `drawer_for` is called before any transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assets import sidecars
from assets.choices import DerivedKind, DerivedState, KeyOrigin, ProposalCause
from assets.models import Cell, Cut, DerivedJob, Drawing, Proposal, ProposalKey, ProposalPart, Take
from assets.services import derived_keys, derived_plans, derived_sheets, engines, gate, rows
from assets.services.derived_keys import Given, Ready
from assets.services.derived_plans import Drawer, Plan, Wish
from assets.services.pictures import StoredPicture
from studio.core import audit, jobs
from studio.core.errors import InvalidInput
from studio.core.models import User

USUAL_CHART = "1/2"
JOB_KINDS = {
    DerivedKind.INBETWEEN: "assets.draw_inbetweens",
    DerivedKind.CLEANUP: "assets.clean_up",
}
_AT_WORK = {DerivedState.QUEUED, DerivedState.RUNNING}


@dataclass(frozen=True)
class Work:
    """What a derived job is about; `take` is where its keys come from, if from one."""

    cut: Cut
    stage: str
    cell: str
    take: Take | None
    kind: DerivedKind = DerivedKind.INBETWEEN


@dataclass(frozen=True)
class Part:
    """A part before its keys have rows."""

    cell: str
    a: Ready
    b: Ready | None
    chart: str
    positions: tuple[float, ...]
    numbers: tuple[int, ...]
    steering: dict[str, Any]


def drawer_for(by: User, cut: Cut, engine: str | None, kind: str = DerivedKind.INBETWEEN) -> Drawer:
    """Return who draws, once the gate has let it pass.

    Raises:
        InvalidInput: the engine is not installed. LicenceRefused: the register does not know it, or the gate says no.
    """
    name = engines.chosen(engine or "", kind)
    model = engines.model_of(name, kind)
    decision = gate.require(actor=by, question=engines.question(cut.episode.production, model, kind))
    return Drawer(name, model, decision)


def asked(cut: Cut, keys: tuple[Given, Given], wish: Wish, cell: str) -> Part:
    """Return the part that two keys and a chart make.

    Raises:
        InvalidInput, BadUpload: keys or chart that cannot be used.
    """
    cell = cell_named(cell, keys)
    a, b = (derived_keys.ready(given, cut, cell) for given in keys)
    derived_keys.refuse_unlike([a, b])
    chart = wish.chart or USUAL_CHART
    positions = derived_sheets.positions_of(chart)
    take = next((given.drawing.cell.take for given in keys if given.drawing), None)
    column = derived_sheets.column_of(take, cell)
    numbers = derived_sheets.numbers_for(column, (a.number, b.number), positions)
    return Part(cell, a, b, chart, positions, numbers, steering_of(wish))


def steering_of(wish: Wish) -> dict[str, Any]:
    """Return what steers in-betweens, as it will be kept."""
    return sidecars.checked({} if wish.steering is None else wish.steering)


def cell_named(cell: str, keys: Sequence[Given]) -> str:
    """Return the name of the cell: as it was said, else that of the first drawing of a take.

    Raises:
        InvalidInput: nothing says it.
    """
    cell = cell or next((given.drawing.cell.name for given in keys if given.drawing), "")
    if not cell or len(cell) > (Cell._meta.get_field("name").max_length or 0):
        raise InvalidInput(field="cell", reason="say which cell it is")
    return cell


def gaps(take: Take, cell: str, wish: Wish) -> dict[str, list[Part]]:
    """Return by cell the parts that fill the gaps of a take by its timesheet; cells without a gap are left out."""
    wanted = take.cells.prefetch_related("drawings")
    found = {each.name: _parts_of(take, each, wish) for each in wanted if not cell or each.name == cell}
    return {name: parts for name, parts in found.items() if parts}


def begin(by: User, work: Work, drawer: Drawer, parts: Sequence[Part], on_frames: int = 0) -> DerivedJob:
    """Write a derived job with its first version and put it on its queue. One that waits for the same is returned.

    Call it in a transaction.
    """
    derived = DerivedJob(
        cut=work.cut, stage=work.stage, kind=work.kind, cell=work.cell, from_take=work.take, by=by
    )
    waiting = _same_waiting(derived, parts)
    if waiting is not None:
        return waiting
    rows.save(derived)
    keys: dict[str, ProposalKey] = {}
    plans = [
        Plan(
            _key(keys, derived, part.a, by),
            _key(keys, derived, part.b, by) if part.b else None,
            part.chart,
            part.positions,
            part.numbers,
            part.steering,
        )
        for part in parts
    ]
    proposal = derived_plans.write(
        derived, by=by, cause=ProposalCause.REQUEST, drawer=drawer, plans=plans, on_frames=on_frames
    )
    _submit(by, derived, proposal)
    audit.record(
        actor=by,
        verb="derived.request",
        target=derived,
        production_id=work.cut.episode.production_id,
        after={"kind": str(derived.kind), "cell": derived.cell, "stage": derived.stage, **_told(proposal)},
    )
    return derived


def follow(
    by: User,
    derived: DerivedJob,
    cause: ProposalCause,
    drawer: Drawer,
    plans: Sequence[Plan],
    on_frames: int,
) -> Proposal:
    """Write the next version of a locked derived job and put it on its queue."""
    proposal = derived_plans.write(
        derived, by=by, cause=cause, drawer=drawer, plans=plans, on_frames=on_frames
    )
    _submit(by, derived, proposal)
    audit.record(
        actor=by,
        verb="derived.steer" if cause == ProposalCause.STEER else "derived.correct",
        target=derived,
        production_id=derived.cut.episode.production_id,
        after=_told(proposal),
    )
    return proposal


def _submit(by: User, derived: DerivedJob, proposal: Proposal) -> None:
    derived.job = jobs.submit(
        actor=by,
        kind=JOB_KINDS[DerivedKind(derived.kind)],
        subject=f"derived:{derived.pk}",
        production_id=derived.cut.episode.production_id,
        params={"derived_id": derived.pk, "version": proposal.number},
    )
    derived.save(update_fields=["job"])


def _told(proposal: Proposal) -> dict[str, object]:
    parts = proposal.parts.select_related("a__derived", "b__derived")
    return {
        "version": proposal.number,
        "engine": proposal.engine,
        "model": str(proposal.model),
        "decision": proposal.decision_id,
        **_told_of(proposal.derived.kind, parts),
    }


def _told_of(kind: str, parts: Iterable[ProposalPart]) -> dict[str, object]:
    if kind == DerivedKind.CLEANUP:
        return {"drawings": [str(part) for part in parts]}
    return {"charts": [f"{part}: {part.chart}" for part in parts]}


def _same_waiting(derived: DerivedJob, parts: Sequence[Part]) -> DerivedJob | None:
    """Return a job that waits for the very same, so that asking twice draws once."""
    here = DerivedJob.objects.filter(
        cut=derived.cut, stage=derived.stage, cell=derived.cell, kind=derived.kind, by=derived.by, outcome=""
    )
    wanted = [
        (
            part.a.picture.view_blob,
            part.b.picture.view_blob if part.b else "",
            list(part.positions),
            part.steering,
        )
        for part in parts
    ]
    for known in here.select_related("job"):
        if known.state in _AT_WORK and known.proposals.count() == 1:
            own = known.proposals.get().parts.select_related("a", "b")
            if wanted == [
                (p.a.view_blob, p.b.view_blob if p.b else "", p.positions, p.steering) for p in own
            ]:
                return known
    return None


def _key(keys: dict[str, ProposalKey], derived: DerivedJob, ready: Ready, by: User) -> ProposalKey:
    """Return the row of a key; one that two parts share has one row."""
    name = f"{ready.number} {ready.picture.blob}"
    if name not in keys:
        keys[name] = derived_keys.row(derived, ready, by)
    return keys[name]


def _parts_of(take: Take, cell: Cell, wish: Wish) -> list[Part]:
    """Return what fills a cell; raises where the timesheet asks for something that cannot be filled at all."""
    column = derived_sheets.column_of(take, cell.name)
    plans, problems = derived_sheets.plans_of(column, wish.chart or "", derived_plans.on_frames_of(wish))
    if problems and not plans:
        raise derived_sheets.refusal(problems[0], "timesheet")
    present = {number: each for each in cell.drawings.all() for number in (each.number, *each.numbers)}
    parts = []
    for plan in plans:
        a, b, *numbers = derived_sheets.whole([plan.a, plan.b, *(each.number for each in plan.drawings)])
        keys = [_of_drawing(present[number], number) for number in (a, b)]
        derived_keys.refuse_unlike(keys)
        chart = plan.chart
        steering = steering_of(wish)
        parts.append(Part(cell.name, keys[0], keys[1], chart.text, chart.positions, tuple(numbers), steering))
    return parts


def _of_drawing(drawing: Drawing, number: int) -> Ready:
    picture = StoredPicture.of(drawing)
    return Ready(KeyOrigin.DRAWING, picture, number, drawing.file_name, drawing)
