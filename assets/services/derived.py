"""Drawings that an artist has Sakkan make: asked for, steered, corrected, and accepted or rejected by a person.

Nothing is drawn before the licence gate was asked, and nothing is a take before an artist has accepted it. Who asked
for it may go on with it, whoever works on the cut, and who judges drawings. Clean-up comes the same way.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from assets import access, selectors_derived
from assets.choices import DerivedState, DraftState, KeyOrigin, ProposalCause, Stage
from assets.models import Cut, DerivedJob, Production, Proposal, ProposalDrawing, Take
from assets.services import cuts, derived_keys, derived_plans, derived_sheets, derived_takes, rows
from assets.services import derived_versions as versions
from assets.services.derived_keys import Given, Ready
from assets.services.derived_plans import Wish
from assets.services.derived_versions import Work
from studio.core import audit, jobs
from studio.core.errors import InvalidInput, InvalidTransition, NotAllowed, StaleInput, phrase
from studio.core.models import User
from studio.core.roles import Action

__all__ = ["Given", "Wish", "accept", "correct", "fill", "may_go_on", "reject", "request", "steer"]
_AT_REST = {DerivedState.PROPOSED, DerivedState.FAILED, DerivedState.CANCELLED}
_DECIDED = {DerivedState.ACCEPTED, DerivedState.REJECTED}


def request(
    *, actor: User, cut: Cut, stage: str, keys: tuple[Given, Given], wish: Wish, cell: str = ""
) -> DerivedJob:
    """Have in-betweens drawn between two keys of a cell. What waits for the same already is returned instead.

    Raises:
        NotFound, NotAllowed: by the actor's roles. LicenceRefused: the gate says no; nothing is enqueued.
        InvalidInput: keys that do not fit together, a chart, steering or engine that cannot be used.
        BadUpload: an uploaded key that cannot be taken. InvalidTransition: the cut was dropped.

    After commit: the worker gets the job's id.
    """
    _require(actor, cut, stage)
    part = versions.asked(cut, keys, wish, cell)
    drawer = versions.drawer_for(actor, cut, wish.engine)
    take = next((given.drawing.cell.take for given in keys if given.drawing), None)
    with transaction.atomic():
        return versions.begin(actor, Work(cut, stage, part.cell, take), drawer, wish, [part])


def fill(*, actor: User, cut: Cut, stage: str, take: Take, wish: Wish, cell: str = "") -> list[DerivedJob]:
    """Fill the gaps of a cell by its timesheet, or those of every cell of the take; one derived job for each cell.

    A gap is what the sheet names between two drawings that are there. Where a cell has none, but an `on_frames` or a
    chart is wished for, the frames between its drawings are filled.

    Raises:
        InvalidInput: nothing is to be filled (code "nothing_to_fill"). Otherwise as `request`.
    """
    _require(actor, cut, stage)
    if take.cut_id != cut.pk:
        raise InvalidInput(field="take", reason=phrase("{name} is of another cut", name=str(take)))
    found = versions.gaps(take, cell, wish)
    if not found:
        raise InvalidInput("nothing_to_fill", take=str(take))
    drawer = versions.drawer_for(actor, cut, wish.engine)
    with transaction.atomic():
        return [
            versions.begin(actor, Work(cut, stage, name, take), drawer, wish, parts)
            for name, parts in found.items()
        ]


def steer(*, actor: User, derived: DerivedJob, wish: Wish, part: int = 0) -> Proposal:
    """Draw anew with other steering, chart or engine: a new version. What stays alike is not drawn again.

    Locks: the derived job.

    Raises:
        InvalidTransition: it is being drawn, or decided. InvalidInput, LicenceRefused: as `request`.
    """
    _require_go_on(actor, derived)
    before = selectors_derived.newest(derived)
    engine = before.engine if wish.engine is None else wish.engine
    drawer = versions.drawer_for(actor, derived.cut, engine, derived.kind)
    on_frames = derived_plans.on_frames_of(wish, before.on_frames)
    with transaction.atomic():
        derived = _locked(derived, "steer", _AT_REST)
        _refuse_stale(derived, before)
        plans = derived_plans.plans_of(before)
        if not 0 <= part < len(plans):
            raise InvalidInput(
                field="part", reason=phrase("from {first} to {last}", first=0, last=len(plans) - 1)
            )
        column = derived_sheets.column_of(derived.from_take, derived.cell)
        taken = {number for plan in plans for number in (*plan.numbers, plan.a.number)}
        plans[part] = derived_plans.steered(plans[part], wish, column, taken)
        return versions.follow(actor, derived, ProposalCause.STEER, drawer, plans, on_frames)


def correct(
    *, actor: User, drawing: ProposalDrawing, data: bytes, file_name: str, is_anew: bool = False
) -> Proposal:
    """Take an artist's drawing for one of a proposal: it becomes a key, and what lies on both sides is drawn from it.

    It stays marked as drawn over a machine's drawing, unless the artist says that it is drawn anew.
    Locks: the derived job.

    Raises:
        BadUpload: the picture cannot be taken. InvalidInput: it has another size than the keys.
        InvalidTransition: it is being drawn, or decided. StaleInput: a newer version is there.
        LicenceRefused: as `request`.
    """
    part = drawing.part
    before, derived = part.proposal, part.proposal.derived
    _require_go_on(actor, derived)
    drawer = versions.drawer_for(actor, derived.cut, before.engine, derived.kind)
    picture = derived_keys.read(data, file_name, derived.cell)
    key = Ready(
        KeyOrigin.CORRECTION,
        picture,
        drawing.number,
        file_name[-255:],
        corrects=drawing,
        is_anew=is_anew or drawing.state != DraftState.DRAWN,
    )
    derived_keys.refuse_unlike([key, derived_keys.ready_again(part.a)])
    with transaction.atomic():
        derived = _locked(derived, "correct", _AT_REST)
        _refuse_stale(derived, before)
        plans = derived_plans.plans_of(before)
        row = derived_keys.row(derived, key, actor)
        halves = derived_plans.split(plans[part.index], drawing.index, row)
        plans[part.index : part.index + 1] = halves
        return versions.follow(actor, derived, ProposalCause.CORRECT, drawer, plans, before.on_frames)


def accept(
    *, actor: User, derived: DerivedJob, version: int | None = None, is_partial: bool = False, note: str = ""
) -> Take:
    """Make a take of what is proposed: keys and in-betweens of the cell, the timesheet filled in. It is checked next.

    `version` = the one that the person saw. `is_partial`: also without drawings that need a breakdown first.
    Locks: the derived job, then the cut.

    Raises:
        InvalidTransition: nothing is proposed, or a breakdown drawing is needed (code "breakdown_needed").
        StaleInput: another version is there.

    After commit: a worker checks the take.
    """
    _require_go_on(actor, derived)
    with transaction.atomic():
        derived = _locked(derived, "accept", {DerivedState.PROPOSED})
        proposal = selectors_derived.newest(derived)
        if version is not None and version != proposal.number:
            raise StaleInput(person=str(proposal.by))
        _refuse_gaps(proposal, is_partial=is_partial)
        take = derived_takes.write(derived, proposal, by=actor, note=note)
        derived.outcome, derived.take, derived.note = DerivedState.ACCEPTED, take, note
        _decide(actor, derived, {"take": str(take), "version": proposal.number})
    return take


def reject(*, actor: User, derived: DerivedJob, note: str = "") -> DerivedJob:
    """Refuse what is proposed, or what is still being drawn; no take comes of it.

    Locks: the derived job.

    Raises:
        InvalidTransition: it is decided already.
    """
    _require_go_on(actor, derived)
    with transaction.atomic():
        derived = _locked(derived, "reject", set(DerivedState) - _DECIDED)
        if derived.job is not None and not derived.job.is_over:
            jobs.cancel(actor=actor, job=derived.job)
        derived.outcome, derived.note = DerivedState.REJECTED, note
        _decide(actor, derived, {"note": note})
    return derived


def may_go_on(actor: User, derived: DerivedJob) -> bool:
    """Return whether a person may steer, correct, accept or reject it."""
    production, cut = derived.cut.episode.production, derived.cut
    if not access.allowed(actor, Action.DERIVE, production, cut):
        return False
    is_theirs = derived.by_id == actor.pk or cut.stages.filter(assignee=actor).exists()
    return is_theirs or access.allowed(actor, Action.GIVE_VERDICT, production, cut)


def _require(actor: User, cut: Cut, stage: str) -> Production:
    production = cut.episode.production
    access.require(actor, Action.DERIVE, production, cut)
    cuts.refuse_dropped(cut)
    if stage not in Stage.values:
        known = ", ".join(Stage.values)
        raise InvalidInput(
            field="stage", reason=phrase("“{value}” is not one of {known}", value=stage, known=known)
        )
    return production


def _require_go_on(actor: User, derived: DerivedJob) -> Production:
    production = derived.cut.episode.production
    access.require(actor, Action.DERIVE, production, derived.cut)
    if not may_go_on(actor, derived):
        raise NotAllowed(action=str(Action.DERIVE.label))
    return production


def _locked(derived: DerivedJob, wanted: str, states: Iterable[DerivedState]) -> DerivedJob:
    locked = rows.locked(derived, "cut__episode__production", "job", "from_take")
    if locked.state not in states:
        raise InvalidTransition(what=str(locked), state=str(locked.state.label), wanted=wanted)
    return locked


def _refuse_stale(derived: DerivedJob, seen: Proposal) -> None:
    now = selectors_derived.newest(derived)
    if now.pk != seen.pk:
        raise StaleInput(person=str(now.by))


def _refuse_gaps(proposal: Proposal, *, is_partial: bool) -> None:
    """Raise where a breakdown is needed first, or nothing came of it."""
    drawings = ProposalDrawing.objects.filter(part__proposal=proposal)
    weak = [each for each in drawings if each.state == DraftState.BREAKDOWN]
    if weak:
        numbers = ", ".join(each.number_text for each in weak)
        if len(weak) == len(drawings) and not proposal.derived.keys.filter(corrects__isnull=False).exists():
            raise InvalidTransition("nothing_drawn", numbers=numbers)
        if not is_partial:
            raise InvalidTransition("breakdown_needed", numbers=numbers)


def _decide(actor: User, derived: DerivedJob, after: dict[str, object]) -> None:
    derived.decided_by, derived.decided_at = actor, timezone.now()
    derived.save(update_fields=["outcome", "take", "note", "decided_by", "decided_at"])
    audit.record(
        actor=actor,
        verb="derived.accept" if derived.outcome == DerivedState.ACCEPTED else "derived.reject",
        target=derived,
        production_id=derived.cut.episode.production_id,
        after=after,
    )
