"""The list of drawings that models made, as CSV: for the delivery, by page and by API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assets import access
from assets import selectors_rights_questions as reads
from assets.csv_stream import stream
from assets.models import Production
from assets.rights.grounds import Grounds, grounds_of
from studio.core.models import User
from studio.core.roles import Action

COLUMNS = (
    "episode", "cut", "drawing", "sha256", "model", "influence", "decision", "licences", "grants", "by", "at",
    "withdrawn_at",
)  # fmt: skip


def write(*, actor: User, production: Production, episode: str = "") -> Iterator[bytes]:
    """Return the list piece by piece.

    Raises:
        NotFound, NotAllowed: by the actor's roles, before anything is written.
    """
    access.require(actor, Action.VIEW_DATASETS, production)
    return stream(COLUMNS, _lines(production, episode))


def _lines(production: Production, episode: str) -> Iterator[tuple[Any, ...]]:
    grounds: dict[int, Grounds] = {}
    for each in reads.artefacts(production, episode.replace("\x00", "")).iterator(chunk_size=500):
        run = each.run
        if run.model_id not in grounds:
            grounds |= grounds_of([run.model_id])
        rests = grounds[run.model_id]
        yield (
            run.cut.episode.code if run.cut else "",
            run.cut.number if run.cut else "",
            each.drawing_id,
            each.sha256,
            str(run.model),
            run.influence,
            run.decision_id,
            " | ".join(rests.licences),
            " | ".join(f"{name} #{key}" for key, name in rests.grants),
            str(run.by or "Sakkan"),
            run.recorded_at,
            each.withdrawn_at,
        )
