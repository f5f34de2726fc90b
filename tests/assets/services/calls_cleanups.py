"""Calls of clean-up: asked for by everybody who draws, gone on with by those of the cut; hands of lines."""

from __future__ import annotations

from assets.models import DerivedJob, ModelSheet, Take
from assets.services import cleanups, engines, line_styles
from studio.core.roles import Action
from tests.assets.services.calls_desks import Call
from tests.cleanup_world import drawn_cleanup, roughs_of, roughs_take
from tests.qa.makers import approve_sheet
from tests.world import World


def roughs(world: World) -> Take:
    """Return a take with roughs of cell A; the engines stand in the register already."""
    for name in engines.names("cleanup"):
        engines.model_of(name, "cleanup")
    return roughs_take(world)


def proposal(world: World) -> DerivedJob:
    """Return a clean-up that waits for a word; everybody works on its cut."""
    for person in world.people.values():
        world.cut.stages.update_or_create(stage=person.username[:4], defaults={"assignee": person})
    return drawn_cleanup(world).part.proposal.derived


def sheet(world: World) -> ModelSheet:
    """Return an approved model sheet."""
    return approve_sheet(world.design)


CLEANUP_CALLS = (
    Call(
        "cleanups.request",
        Action.DERIVE,
        lambda u, w, take: cleanups.request(actor=u, cut=w.cut, stage="AD", roughs=roughs_of(take)),
        roughs,
    ),
    Call(
        "cleanups.steer",
        Action.DERIVE,
        lambda u, _, made: cleanups.steer(actor=u, derived=made, wishes={0: {"gap_px": 2}}),
        proposal,
    ),
    Call(
        "line_styles.learn",
        Action.DERIVE,
        lambda u, w, made: line_styles.learn(actor=u, production=w.production, sheet=made),
        sheet,
    ),
)
