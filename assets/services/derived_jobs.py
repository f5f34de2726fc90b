"""The worker's side of what Sakkan draws: the gate again, then drawing after drawing, each kept as soon as it is there.

A worker may be killed at any point: what was drawn stays drawn, what waits is drawn by the next one. Equal keys,
steering and model give equal bytes, so doing a thing twice changes nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from assets.choices import DraftState
from assets.intake.formats import read_picture
from assets.models import Proposal, ProposalDrawing, ProposalPart
from assets.services import derived_drawing, engines, gate, line_styles, made, news, pictures, rows
from assets.services.derived_drawing import Drawing
from studio.core.errors import NotFound
from studio.core.jobs import Lease
from studio.core.storage import blobs

Drawn = Callable[[Proposal, Sequence[ProposalPart]], Iterator[Drawing]]


def draw_inbetweens(lease: Lease, derived_id: int, version: int) -> None:
    """Draw what waits in a version of in-betweens. The worker's entry; see `_draw`."""
    _draw(lease, derived_id, version, derived_drawing.inbetweens)


def clean_up(lease: Lease, derived_id: int, version: int) -> None:
    """Clean up what waits in a version. The worker's entry; see `_draw`."""
    _draw(lease, derived_id, version, derived_drawing.cleanups)


def _draw(lease: Lease, derived_id: int, version: int, drawn_by: Drawn) -> None:
    """Draw what waits in a version.

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
    decision = gate.require(actor=actor, question=engines.question(production, proposal.model, derived.kind))
    parts = list(proposal.parts.select_related("a", "b").prefetch_related("drawings"))
    hands = line_styles.require(actor, production, [part.steering for part in parts])
    _take_over(proposal)
    _keep_all(lease, proposal, drawn_by)
    result: dict[str, Any] = {}
    with lease.committing(result):
        rows.locked(derived)
        fresh = ProposalDrawing.objects.filter(part__proposal=proposal, run=None).exclude(
            state=DraftState.WAITING
        )
        if fresh.exists():
            for each in (*hands, decision):  # the last one is the engine's: every drawing leads to it
                made_of_style = each is not decision
                run = made.record_run(
                    actor=actor,
                    decision=each,
                    production=production,
                    cut=derived.cut,
                    made=_drawn_so(fresh) if made_of_style else (),
                    params=_params(proposal, parts),
                    job=lease.job.pk,
                )
            fresh.update(run=run)
        result |= _counts(proposal)
        news.proposal_ready(derived, version=proposal.number, **result)


def _drawn_so(fresh: QuerySet[ProposalDrawing]) -> list[tuple[str, None]]:
    """Return what was drawn in an artist's hand, by its pixels, so that it is found when the grant ends."""
    return [(sha256, None) for sha256 in fresh.values_list("content_sha256", flat=True) if sha256]


def _keep_all(lease: Lease, proposal: Proposal, drawn_by: Drawn) -> None:
    """Draw what waits, with progress; the engine is loaded only where something waits."""
    parts = list(proposal.parts.select_related("a", "b").prefetch_related("drawings"))
    states = [each.state for part in parts for each in part.drawings.all()]
    done = sum(state != DraftState.WAITING for state in states)
    lease.progress(done, len(states), "")
    for each in drawn_by(proposal, parts):
        _keep(each)
        done += 1
        lease.progress(done, len(states), f"{proposal.derived.cell}{each.row.number_text}")


def _keep(drawn: Drawing) -> None:
    """Keep a drawing, or where a breakdown is needed instead of it."""
    row = drawn.row
    waiting = ProposalDrawing.objects.filter(pk=row.pk, state=DraftState.WAITING)
    told: dict[str, Any] = {"confidence": drawn.confidence, "weak": list(drawn.weak)}
    if drawn.weak:
        waiting.update(state=DraftState.BREAKDOWN, **told)
        return
    told |= {"found": dict(drawn.found), "svg_blob": _put(drawn.svg) if drawn.svg else ""}
    told["layers"] = {name: _put(png) for name, png in drawn.layers.items()}
    picture = pictures.store(read_picture(drawn.png, f"{row.number_text}.png", pictures.limits()), drawn.png)
    waiting.update(
        state=DraftState.DRAWN,
        **picture.columns(),
        **told,
    )


def _put(data: bytes) -> str:
    return blobs().put(io.BytesIO(data)).sha256


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
