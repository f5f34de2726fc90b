"""Drawings that an artist has Sakkan make: asked for, steered, corrected, and accepted or rejected by a person.

Nothing is drawn before the licence gate was asked, and nothing is a take before an artist has accepted it. Who asked
for it may go on with it, whoever works on the cut, and who judges drawings. Clean-up is asked for in `cleanups`.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from assets import selectors_derived
from assets.choices import DerivedKind, DerivedState, DraftState, KeyOrigin, ProposalCause
from assets.models import Cut, DerivedJob, Proposal, ProposalDrawing, Take
from assets.services import derived_keys, derived_plans, derived_sheets, derived_takes
from assets.services import derived_versions as versions
from assets.services.derived_keys import Given, Ready
from assets.services.derived_plans import Wish
from assets.services.derived_rules import (
    AT_REST,
    DECIDED,
    locked_derived,
    may_go_on,
    refuse_stale,
    require,
    require_go_on,
)
from assets.services.derived_versions import Work
from studio.core import audit, jobs
from studio.core.errors import InvalidInput, InvalidTransition, StaleInput, phrase
from studio.core.models import User

__all__ = ["Given", "Wish", "accept", "correct", "fill", "may_go_on", "reject", "request", "steer"]


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
    require(actor, cut, stage)
    part = versions.asked(cut, keys, wish, cell)
    drawer = versions.drawer_for(actor, cut, wish.engine)
    take = next((given.drawing.cell.take for given in keys if given.drawing), None)
    with transaction.atomic():
        on_frames = derived_plans.on_frames_of(wish)
        return versions.begin(actor, Work(cut, stage, part.cell, take), drawer, [part], on_frames)


def fill(*, actor: User, cut: Cut, stage: str, take: Take, wish: Wish, cell: str = "") -> list[DerivedJob]:
    """Fill the gaps of a cell by its timesheet, or those of every cell of the take; one derived job for each cell.

    A gap is what the sheet names between two drawings that are there. Where a cell has none, but an `on_frames` or a
    chart is wished for, the frames between its drawings are filled.

    Raises:
        InvalidInput: nothing is to be filled (code "nothing_to_fill"). Otherwise as `request`.
    """
    require(actor, cut, stage)
    if take.cut_id != cut.pk:
        raise InvalidInput(field="take", reason=phrase("{name} is of another cut", name=str(take)))
    found = versions.gaps(take, cell, wish)
    if not found:
        raise InvalidInput("nothing_to_fill", take=str(take))
    drawer = versions.drawer_for(actor, cut, wish.engine)
    with transaction.atomic():
        return [
            versions.begin(
                actor, Work(cut, stage, name, take), drawer, parts, derived_plans.on_frames_of(wish)
            )
            for name, parts in found.items()
        ]


def steer(*, actor: User, derived: DerivedJob, wish: Wish, part: int = 0) -> Proposal:
    """Draw anew with other steering, chart or engine: a new version. What stays alike is not drawn again.

    Locks: the derived job.

    Raises:
        InvalidTransition: it is being drawn, or decided. InvalidInput, LicenceRefused: as `request`.
    """
    require_go_on(actor, derived)
    _refuse_kind(derived, "steer")
    before = selectors_derived.newest(derived)
    engine = before.engine if wish.engine is None else wish.engine
    drawer = versions.drawer_for(actor, derived.cut, engine, derived.kind)
    on_frames = derived_plans.on_frames_of(wish, before.on_frames)
    with transaction.atomic():
        derived = locked_derived(derived, "steer", AT_REST)
        refuse_stale(derived, before)
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
    require_go_on(actor, derived)
    _refuse_kind(derived, "correct")
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
        derived = locked_derived(derived, "correct", AT_REST)
        refuse_stale(derived, before)
        plans = derived_plans.plans_of(before)
        row = derived_keys.row(derived, key, actor)
        halves = derived_plans.split(plans[part.index], drawing.index, row)
        plans[part.index : part.index + 1] = halves
        return versions.follow(actor, derived, ProposalCause.CORRECT, drawer, plans, before.on_frames)


def accept(
    *,
    actor: User,
    derived: DerivedJob,
    version: int | None = None,
    is_partial: bool = False,
    drawings: Collection[int] | None = None,
    note: str = "",
) -> Take:
    """Make a take of what is proposed: keys and in-betweens of the cell, the timesheet filled in. It is checked next.

    `version` = the one that the person saw. `is_partial`: also without drawings that need a breakdown first.
    `drawings` = those of a clean-up that are accepted, by their ids; None = all. The others stay as they are.
    Locks: the derived job, then the cut.

    Raises:
        InvalidTransition: nothing is proposed, or a breakdown drawing is needed (code "breakdown_needed").
        InvalidInput: a drawing that this version does not have, or none.
        StaleInput: another version is there.

    After commit: a worker checks the take.
    """
    require_go_on(actor, derived)
    with transaction.atomic():
        derived = locked_derived(derived, "accept", {DerivedState.PROPOSED})
        proposal = selectors_derived.newest(derived)
        if version is not None and version != proposal.number:
            raise StaleInput(person=str(proposal.by))
        _refuse_gaps(proposal, is_partial=is_partial)
        chosen = _chosen(proposal, drawings)
        take = derived_takes.write(derived, proposal, by=actor, note=note, chosen=chosen)
        derived.outcome, derived.take, derived.note = DerivedState.ACCEPTED, take, note
        numbers = {"drawings": [each.number_text for each in chosen]} if drawings is not None else {}
        _decide(actor, derived, {"take": str(take), "version": proposal.number, **numbers})
    return take


def reject(*, actor: User, derived: DerivedJob, note: str = "") -> DerivedJob:
    """Refuse what is proposed, or what is still being drawn; no take comes of it.

    Locks: the derived job.

    Raises:
        InvalidTransition: it is decided already.
    """
    require_go_on(actor, derived)
    with transaction.atomic():
        derived = locked_derived(derived, "reject", set(DerivedState) - DECIDED)
        if derived.job is not None and not derived.job.is_over:
            jobs.cancel(actor=actor, job=derived.job)
        derived.outcome, derived.note = DerivedState.REJECTED, note
        _decide(actor, derived, {"note": note})
    return derived


def _refuse_kind(derived: DerivedJob, wanted: str) -> None:
    if derived.kind != DerivedKind.INBETWEEN:
        raise InvalidTransition(what=str(derived), state=str(derived.get_kind_display()), wanted=wanted)


def _chosen(proposal: Proposal, wanted: Collection[int] | None) -> list[ProposalDrawing]:
    """Return the drawings that become part of the take."""
    drawings = list(ProposalDrawing.objects.filter(part__proposal=proposal))
    if wanted is None:
        return drawings
    chosen = [each for each in drawings if each.pk in set(wanted)]
    if proposal.derived.kind != DerivedKind.CLEANUP or len(chosen) != len(set(wanted)):
        raise InvalidInput(field="drawings", reason=phrase("one of them is not proposed here"))
    if not chosen:
        raise InvalidInput(field="drawings", reason=phrase("choose at least one drawing"))
    return chosen


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
