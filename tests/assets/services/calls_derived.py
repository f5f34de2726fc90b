"""Calls of what Sakkan draws for artists: asked for by everybody who draws, gone on with by those of the cut."""

from __future__ import annotations

from assets.models import DerivedJob, ProposalDrawing, Take
from assets.services import derived, engines
from assets.services.derived import Wish
from studio.core.roles import Action
from tests.assets.services.calls_desks import Call
from tests.derived_world import HALVES, drawn_draft, keys_take, pair_of
from tests.world import World, png


def keys(world: World) -> Take:
    """Return a take with two keys of cell A; the engines stand in the register already."""
    for name in engines.names():
        engines.model_of(name)
    return keys_take(world)


def draft(world: World) -> ProposalDrawing:
    """Return a drawing of a proposal that waits for a word; everybody works on its cut."""
    for person in world.people.values():
        world.cut.stages.update_or_create(stage=person.username[:4], defaults={"assignee": person})
    return drawn_draft(world)


def proposal(world: World) -> DerivedJob:
    """Return that proposal."""
    return draft(world).part.proposal.derived


DERIVED_CALLS = (
    Call(
        "derived.request",
        Action.DERIVE,
        lambda u, w, take: derived.request(actor=u, cut=w.cut, stage="AD", keys=pair_of(take), wish=HALVES),
        keys,
    ),
    Call(
        "derived.fill",
        Action.DERIVE,
        lambda u, w, take: derived.fill(actor=u, cut=w.cut, stage="AD", take=take, wish=Wish()),
        keys,
    ),
    Call(
        "derived.steer",
        Action.DERIVE,
        lambda u, _, made: derived.steer(actor=u, derived=made, wish=Wish(chart="1/3")),
        proposal,
    ),
    Call(
        "derived.correct",
        Action.DERIVE,
        lambda u, _, drawn: derived.correct(actor=u, drawing=drawn, data=png(), file_name="Z2.png"),
        draft,
    ),
    Call(
        "derived.accept",
        Action.DERIVE,
        lambda u, _, made: derived.accept(actor=u, derived=made),
        proposal,
    ),
    Call(
        "derived.reject",
        Action.DERIVE,
        lambda u, _, made: derived.reject(actor=u, derived=made, note="no"),
        proposal,
    ),
)
