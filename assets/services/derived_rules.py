"""Who may have drawings made and go on with them, and where a derived job must stand for it."""

from __future__ import annotations

from collections.abc import Iterable

from assets import access, selectors_derived
from assets.choices import DerivedState, Stage
from assets.models import Cut, DerivedJob, Production, Proposal
from assets.services import cuts, rows
from studio.core.errors import InvalidInput, InvalidTransition, NotAllowed, StaleInput, phrase
from studio.core.models import User
from studio.core.roles import Action

AT_REST = {DerivedState.PROPOSED, DerivedState.FAILED, DerivedState.CANCELLED}
DECIDED = {DerivedState.ACCEPTED, DerivedState.REJECTED}


def may_go_on(actor: User, derived: DerivedJob) -> bool:
    """Return whether a person may steer, correct, accept or reject it."""
    production, cut = derived.cut.episode.production, derived.cut
    if not access.allowed(actor, Action.DERIVE, production, cut):
        return False
    is_theirs = derived.by_id == actor.pk or cut.stages.filter(assignee=actor).exists()
    return is_theirs or access.allowed(actor, Action.GIVE_VERDICT, production, cut)


def require(actor: User, cut: Cut, stage: str) -> Production:
    """Raise where a person may not have anything drawn for a cut at a stage; return the production."""
    production = cut.episode.production
    access.require(actor, Action.DERIVE, production, cut)
    cuts.refuse_dropped(cut)
    if stage not in Stage.values:
        known = ", ".join(Stage.values)
        raise InvalidInput(
            field="stage", reason=phrase("“{value}” is not one of {known}", value=stage, known=known)
        )
    return production


def require_go_on(actor: User, derived: DerivedJob) -> Production:
    """Raise where a person may not go on with it; return the production."""
    production = derived.cut.episode.production
    access.require(actor, Action.DERIVE, production, derived.cut)
    if not may_go_on(actor, derived):
        raise NotAllowed(action=str(Action.DERIVE.label))
    return production


def locked_derived(derived: DerivedJob, wanted: str, states: Iterable[DerivedState]) -> DerivedJob:
    """Return the locked row, or raise InvalidTransition where it does not stand so that this can be done."""
    row = rows.locked(derived, "cut__episode__production", "job", "from_take")
    if row.state not in states:
        raise InvalidTransition(what=str(row), state=str(row.state.label), wanted=wanted)
    return row


def refuse_stale(derived: DerivedJob, seen: Proposal) -> None:
    """Raise where a newer version is there than the one that a person saw."""
    now = selectors_derived.newest(derived)
    if now.pk != seen.pk:
        raise StaleInput(person=str(now.by))
