"""Clean-up of rough drawings: asked for and steered; accepted or rejected like in-betweens, in `derived`.

One derived job is about the drawings of one cell, which are cleaned together: each is a part of the proposal with its
own wishes. The rough is never overwritten: it stays in its take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from assets import cleanup_wishes, selectors_derived
from assets.choices import DerivedKind, ProposalCause
from assets.models import Cut, DerivedJob, Proposal
from assets.services import derived_keys, derived_plans, line_styles
from assets.services import derived_versions as versions
from assets.services.derived_keys import Given
from assets.services.derived_rules import AT_REST, locked_derived, refuse_stale, require, require_go_on
from assets.services.derived_versions import Part, Work
from studio.core.errors import InvalidInput, InvalidTransition, phrase
from studio.core.models import User

MOST_DRAWINGS = 200
_POSITION = (0.0,)  # a cleaned drawing lies where its rough lies


@dataclass(frozen=True)
class Rough:
    """A rough drawing with what is wished for it; {} = automatic."""

    given: Given
    wishes: Mapping[str, Any] = field(default_factory=dict)


def request(
    *, actor: User, cut: Cut, stage: str, roughs: Sequence[Rough], engine: str | None = None, cell: str = ""
) -> DerivedJob:
    """Have rough drawings of one cell cleaned up. What waits for the same already is returned instead.

    Raises:
        NotFound, NotAllowed: by the actor's roles.
        LicenceRefused: the gate says no to the engine or to the hand that is asked for; nothing is enqueued.
        InvalidInput: no rough, two with one number, drawings of another cut or of two cells, wishes not of their form.
        BadUpload: an uploaded rough that cannot be taken. InvalidTransition: the cut was dropped.

    After commit: the worker gets the job's id.
    """
    production = require(actor, cut, stage)
    parts = _asked(cut, roughs, cell)
    drawer = versions.drawer_for(actor, cut, engine, DerivedKind.CLEANUP)
    line_styles.require(actor, production, [part.steering for part in parts])
    take = next((each.given.drawing.cell.take for each in roughs if each.given.drawing), None)
    with transaction.atomic():
        work = Work(cut, stage, parts[0].cell, take, DerivedKind.CLEANUP)
        return versions.begin(actor, work, drawer, parts)


def steer(
    *, actor: User, derived: DerivedJob, wishes: Mapping[int, Mapping[str, Any]], engine: str | None = None
) -> Proposal:
    """Clean up anew with other wishes, by the index of the drawing: a new version. What stays alike is not drawn again.

    Locks: the derived job.

    Raises:
        InvalidTransition: it is being drawn, or decided, or it is no clean-up.
        InvalidInput, LicenceRefused: as `request`.
    """
    production = require_go_on(actor, derived)
    if derived.kind != DerivedKind.CLEANUP:
        raise InvalidTransition(what=str(derived), state=str(derived.get_kind_display()), wanted="clean up")
    before = selectors_derived.newest(derived)
    said = {index: cleanup_wishes.checked(each) for index, each in wishes.items()}
    engine = before.engine if engine is None else engine
    drawer = versions.drawer_for(actor, derived.cut, engine, derived.kind)
    line_styles.require(actor, production, list(said.values()))
    with transaction.atomic():
        derived = locked_derived(derived, "steer", AT_REST)
        refuse_stale(derived, before)
        plans = derived_plans.plans_of(before)
        if not set(said) <= set(range(len(plans))):
            reason = phrase("from {first} to {last}", first=0, last=len(plans) - 1)
            raise InvalidInput(field="part", reason=reason)
        plans = [replace(plan, steering=said.get(index, plan.steering)) for index, plan in enumerate(plans)]
        return versions.follow(actor, derived, ProposalCause.STEER, drawer, plans, before.on_frames)


def _asked(cut: Cut, roughs: Sequence[Rough], cell: str) -> list[Part]:
    """Return the parts of a request, in the order of their numbers."""
    if not 0 < len(roughs) <= MOST_DRAWINGS:
        reason = phrase("from {first} to {last}", first=1, last=MOST_DRAWINGS)
        raise InvalidInput(field="roughs", reason=reason)
    cell = versions.cell_named(cell, [each.given for each in roughs])
    if any(each.given.drawing and each.given.drawing.cell.name != cell for each in roughs):
        raise InvalidInput(
            field="roughs", reason=phrase("drawings of two cells are cleaned up one cell after the other")
        )
    wishes = [cleanup_wishes.checked(each.wishes) for each in roughs]
    ready = [derived_keys.ready(each.given, cut, cell) for each in roughs]
    if len({each.number for each in ready}) < len(ready):
        raise InvalidInput(field="roughs", reason=phrase("two of them have the same number"))
    parts = [
        Part(cell, key, None, "", _POSITION, (key.number,), wished)
        for key, wished in zip(ready, wishes, strict=True)
    ]
    return sorted(parts, key=lambda part: derived_keys.order_of(part.a.number))
