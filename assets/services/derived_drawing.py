"""What an engine is asked for each kind of work, and what came of it. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.choices import DraftState
from assets.models import Proposal, ProposalDrawing, ProposalPart
from assets.services import engines
from studio.core.storage import blobs


@dataclass(frozen=True)
class Drawing:
    """A drawing as the engine made it, for a row that waited; `weak` = where a breakdown is needed instead of it."""

    row: ProposalDrawing
    png: bytes
    confidence: float
    weak: Sequence[dict[str, Any]] = ()
    svg: bytes = b""
    layers: Mapping[str, bytes] = field(default_factory=dict)
    found: Mapping[str, Any] = field(default_factory=dict)


def inbetweens(proposal: Proposal, parts: Sequence[ProposalPart]) -> Iterator[Drawing]:
    """Draw part after part what waits in it; the engine is loaded only where something does."""
    for part in parts:
        waiting = [each for each in part.drawings.all() if _waits(each)]
        if not waiting:
            continue
        assert part.b is not None, "in-betweens lie between two keys"
        door = engines.door_of(proposal.engine, proposal.model)
        a_png, b_png = (blobs().read(key.view_blob) for key in (part.a, part.b))
        weights = engines.uses_weights(proposal.engine)
        positions = [each.position for each in waiting]
        drawn = door.inbetweens(a_png, b_png, part.steering, positions, weights=weights)
        for row, draft in zip(waiting, drawn, strict=True):
            yield Drawing(row, draft.png, draft.confidence, draft.weak)


def cleanups(proposal: Proposal, parts: Sequence[ProposalPart]) -> Iterator[Drawing]:
    """Clean up all drawings in their order, since each depends on those before it; what is there is not given again."""
    drawings = [each for part in parts for each in part.drawings.all()]
    if not any(map(_waits, drawings)):
        return
    door = engines.cleaner_of(proposal.engine, proposal.model)
    roughs = [blobs().read(part.a.view_blob) for part in parts]
    wishes = [part.steering for part in parts]
    cleaned = door.clean(roughs, wishes, weights=engines.uses_weights(proposal.engine))
    for row, each in zip(drawings, cleaned, strict=True):
        if _waits(row):
            found = {
                "strokes": sum(bool(one["is_on"]) for one in each.strokes if one["layer"] == "ink"),
                "closures": sum(bool(closure["is_on"]) for closure in each.closures),
                "regions": each.regions,
                "stray_ends": each.stray_ends,
                "notes": list(each.notes),
            }
            yield Drawing(row, each.png, each.confidence, svg=each.svg, layers=dict(each.layers), found=found)


def _waits(row: ProposalDrawing) -> bool:
    return row.state == DraftState.WAITING
