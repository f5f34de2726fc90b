"""The worker's side of in-betweening: the gate again, then drawing after drawing, each kept as soon as it is there.

A worker may be killed at any point: what was drawn stays drawn, what waits is drawn by the next one. Equal keys,
steering and model give equal bytes, so doing a thing twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assets.choices import DraftState
from assets.intake.formats import read_picture
from assets.models import Proposal, ProposalDrawing, ProposalPart
from assets.services import engines, gate, made, news, pictures, rows
from studio.core.errors import NotFound
from studio.core.jobs import Lease
from studio.core.storage import blobs


def draw_inbetweens(lease: Lease, derived_id: int, version: int) -> None:
    """Draw what waits in a version. The worker's entry.

    Raises:
        NotFound: it is gone, or stored bytes are missing. LicenceRefused: the gate says no by now; nothing is computed.
        ComputeFailed: keys or steering that the engine cannot take, or another engine than the register means.
        StaleInput, Cancelled: from the lease, between two drawings.

    After commit: the artist is told.
    """
    proposal = _proposal(derived_id, version)
    derived = proposal.derived
    production = derived.cut.episode.production
    actor = lease.job.requested_by
    question = engines.question(production, proposal.model, derived.kind)
    decision = gate.require(actor=actor, question=question)
    _take_over(proposal)
    parts = list(proposal.parts.select_related("a", "b").prefetch_related("drawings"))
    _Drawing(lease, proposal, parts).draw_all()
    result: dict[str, Any] = {}
    with lease.committing(result):
        rows.locked(derived)
        fresh = ProposalDrawing.objects.filter(part__proposal=proposal, run=None).exclude(
            state=DraftState.WAITING
        )
        if fresh.exists():
            run = made.record_run(
                actor=actor,
                decision=decision,
                production=production,
                cut=derived.cut,
                params=_params(proposal, parts),
                job=lease.job.pk,
            )
            fresh.update(run=run)
        result |= _counts(proposal)
        news.proposal_ready(derived, version=proposal.number, **result)


class _Drawing:
    """One turn of drawing what waits, with progress."""

    def __init__(self, lease: Lease, proposal: Proposal, parts: Sequence[ProposalPart]) -> None:
        self._lease, self._proposal, self._parts = lease, proposal, parts
        states = [each.state for part in parts for each in part.drawings.all()]
        self._total = len(states)
        self._done = sum(state != DraftState.WAITING for state in states)

    def draw_all(self) -> None:
        """Draw part after part; the engine is loaded only where something waits."""
        self._tell("")
        for part in self._parts:
            waiting = [each for each in part.drawings.all() if each.state == DraftState.WAITING]
            if waiting:
                self._draw(part, waiting)

    def _draw(self, part: ProposalPart, waiting: Sequence[ProposalDrawing]) -> None:
        assert part.b is not None, "in-betweens lie between two keys"
        engine = self._proposal.engine
        door = engines.door_of(engine, self._proposal.model)
        a_png, b_png = (blobs().read(key.view_blob) for key in (part.a, part.b))
        drawn = door.inbetweens(
            a_png,
            b_png,
            part.steering,
            [each.position for each in waiting],
            weights=engines.uses_weights(engine),
        )
        for row, draft in zip(waiting, drawn, strict=True):
            _keep(row, draft.png, draft.confidence, draft.weak)
            self._done += 1
            self._tell(f"{self._proposal.derived.cell}{row.number_text}")

    def _tell(self, note: str) -> None:
        self._lease.progress(self._done, self._total, note)


def _keep(row: ProposalDrawing, png: bytes, confidence: float, weak: Sequence[dict[str, Any]]) -> None:
    """Keep a drawing, or where a breakdown is needed instead of it."""
    waiting = ProposalDrawing.objects.filter(pk=row.pk, state=DraftState.WAITING)
    told: dict[str, Any] = {"confidence": confidence, "weak": list(weak)}
    if weak:
        waiting.update(state=DraftState.BREAKDOWN, **told)
        return
    picture = pictures.store(read_picture(png, f"{row.number_text}.png", pictures.limits()), png)
    waiting.update(
        state=DraftState.DRAWN,
        **picture.columns(),
        **told,
    )


def _take_over(proposal: Proposal) -> None:
    """Take what an earlier version drew by the same recipe."""
    waiting = ProposalDrawing.objects.filter(part__proposal=proposal, state=DraftState.WAITING)
    earlier = ProposalDrawing.objects.filter(
        part__proposal__derived=proposal.derived_id, recipe__in=waiting.values("recipe")
    ).exclude(state=DraftState.WAITING)
    known = {each.recipe: each for each in earlier.order_by("id")}
    for row in waiting:
        if row.recipe in known:
            ProposalDrawing.objects.filter(pk=row.pk, state=DraftState.WAITING).update(
                **known[row.recipe].as_facts()
            )


def _proposal(derived_id: int, version: int) -> Proposal:
    related = ("derived__cut__episode__production", "model")
    found = Proposal.objects.select_related(*related).filter(derived=derived_id, number=version).first()
    if found is None:
        raise NotFound(what="proposal")
    return found


def _params(proposal: Proposal, parts: Sequence[ProposalPart]) -> dict[str, Any]:
    return {
        "derived": proposal.derived_id,
        "version": proposal.number,
        "engine": proposal.engine,
        "parts": [
            {
                "keys": [key.content_sha256 for key in (part.a, part.b) if key],
                "chart": part.chart,
                "positions": part.positions,
                "steering": part.steering,
            }
            for part in parts
        ],
    }


def _counts(proposal: Proposal) -> dict[str, int]:
    states = list(ProposalDrawing.objects.filter(part__proposal=proposal).values_list("state", flat=True))
    return {
        "drawings": sum(state == DraftState.DRAWN for state in states),
        "breakdowns": sum(state == DraftState.BREAKDOWN for state in states),
    }
