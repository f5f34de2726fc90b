"""The change to another model, behind the back of the one that serves.

A job makes, in turns of some seconds, what the new model lacks: first the banks of the approved sheets, then a vector
for every picture that has one by the serving model. Between turns it steps back behind the checks that wait. All that
is made is kept at once, so a killed worker costs one batch. When nothing is missing the new model serves, in one
transaction; nothing is dropped.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from assets.choices import SheetState
from assets.models import Drawing, ModelSheet, SheetDrawing
from qa.choices import EncoderState
from qa.models import Embedding, Encoder, MemoryBank
from qa.services import embeddings, encoders, rights
from qa.services.encoders import Wish
from studio.core import audit, jobs
from studio.core.choices import JobState
from studio.core.errors import ComputeFailed, NotFound
from studio.core.jobs import Later, Lease
from studio.core.models import Job, User
from studio.core.storage import blobs

log = logging.getLogger(__name__)
KIND, SUBJECT = "qa.reembed", "model"
TURN_S = 10.0
BATCH = 16
_ENOUGH = 64  # a pass that found no more than this ends the walk; drawings come in all the time


@dataclass
class Walk:
    """One turn over what is missing: how much there is in all, and how much of it is done."""

    encoder: Encoder
    serving: Encoder
    done: int = 0
    total: int = 0

    def count(self) -> None:
        """Count anew what there is and what is done of it."""
        sheets = ModelSheet.objects.filter(state=SheetState.APPROVED)
        banks = sheets.filter(banks__model_id=embeddings.maker(self.encoder.model_id))
        vectors = Embedding.objects.filter(model_id=self.serving.model_id).count()
        made = Embedding.objects.filter(model_id=self.encoder.model_id).count()
        self.done, self.total = banks.count() + min(vectors, made), sheets.count() + vectors


def begin(*, actor: User | None, wish: Wish | None = None) -> Job | None:
    """Put the change to the model of `wish` (of the settings, where none is given) on its queue.

    Returns the job that is at it already, if there is one, and None when that model serves. A change to another
    model that is under way is stopped; what it made stays.

    After commit: the worker gets the job's id.
    """
    wish = wish or encoders.wished()
    params = {"embedder": wish.embedder, "weights": wish.weights}
    with transaction.atomic():
        present = encoders.serving_now()
        if wish.is_of(present):
            return None
        open_jobs = Job.objects.select_for_update().filter(
            kind=KIND, state__in=[JobState.QUEUED, JobState.RUNNING]
        )
        for job in open_jobs:
            if job.params == params:
                return job
        open_jobs.update(cancel_requested=True)
        job = jobs.submit(actor=actor, kind=KIND, subject=SUBJECT, production_id=None, params=params)
        audit.record(actor=actor, verb="model.change", target=job, after=params)
    return job


def follow_settings() -> Job | None:
    """Begin the change when the settings name another model than the one that serves.

    Not when that model was put aside by hand, nor again after a change that failed or was cancelled: then a person
    has to say so.
    """
    wish, present = encoders.wished(), encoders.serving_now()
    if present is None and MemoryBank.objects.exists():
        present = encoders.serving()  # banks from before models had rows
    if present is None or wish.is_of(present):
        return None
    if Encoder.objects.filter(embedder=wish.embedder, weights=wish.weights, held=True).exists():
        return None
    params = {"embedder": wish.embedder, "weights": wish.weights}
    last = Job.objects.filter(kind=KIND).order_by("-created_at").first()
    if last is not None and last.params == params and last.state in {JobState.FAILED, JobState.CANCELLED}:
        return None
    return begin(actor=None, wish=wish)


def reembed(lease: Lease, embedder: str, weights: str) -> None:
    """Do one turn of the change. The worker's entry; may be killed and started again at any point.

    Raises:
        ComputeFailed: the model cannot be loaded. Later: there is more to do.
        LicenceRefused: its licence forbids it, or it is blocked.
    """
    until = time.monotonic() + TURN_S
    encoder = encoders.arrive(Wish(embedder, weights))
    if encoder.state == EncoderState.SERVING:
        return
    rights.require_encoder(actor=lease.job.requested_by, encoder=encoder)
    walk = Walk(encoder, encoders.serving())
    walk.count()
    lease.progress(walk.done, walk.total, encoder.model_id)
    while _step(walk):
        lease.progress(min(walk.done, walk.total), walk.total, encoder.model_id)
        if time.monotonic() > until:
            raise Later
    lease.progress(walk.total, walk.total, encoder.model_id)
    facts = _facts(walk)
    with lease.committing(facts, device=str(encoders.engine(encoder).describe().get("device", ""))):
        encoders.serve(encoder, actor=lease.job.requested_by, facts=facts)


def _step(walk: Walk) -> bool:
    """Do the next piece and keep it; False when nothing is left to do."""
    sheet = _next_sheet(walk.encoder)
    if sheet is not None:
        _learn(walk, sheet)
        return True
    return _embed_some(walk)


def _next_sheet(encoder: Encoder) -> ModelSheet | None:
    have = MemoryBank.objects.filter(model_id=embeddings.maker(encoder.model_id)).values("sheet")
    sheets = ModelSheet.objects.filter(state=SheetState.APPROVED).exclude(pk__in=have)
    return sheets.exclude(pk__in=encoder.refused).select_related("design__character").order_by("pk").first()


def _learn(walk: Walk, sheet: ModelSheet) -> None:
    """Compile one bank; a sheet that the engine refuses is noted, as it would be at its next check."""
    try:
        embeddings.learn(sheet, walk.encoder)
    except ComputeFailed:
        walk.encoder.refused = [*walk.encoder.refused, sheet.pk]
        walk.encoder.save(update_fields=["refused"])
    walk.count()


def _embed_some(walk: Walk) -> bool:
    """Embed the next pictures; at the end of the walk go over it again, until a pass finds next to nothing new."""
    encoder = walk.encoder
    rows = list(_missing(walk)[:BATCH])
    if not rows:
        again = encoder.found > _ENOUGH
        encoder.cursor, encoder.found = 0, 0
        encoder.save(update_fields=["cursor", "found"])
        return again
    readable = embeddings.vectors_for(_pictures([content for _pk, content in rows]), encoder)[1]
    encoder.cursor, encoder.found = rows[-1][0], encoder.found + len(readable)
    encoder.save(update_fields=["cursor", "found"])
    walk.done += len(readable)
    return True


def _missing(walk: Walk) -> Any:
    """Return key and content of the serving model's vectors, from the cursor on, that the new model lacks."""
    have = Embedding.objects.filter(
        model_id=walk.encoder.model_id, content_sha256=OuterRef("content_sha256"), region=OuterRef("region")
    )
    rows = Embedding.objects.filter(model_id=walk.serving.model_id, pk__gt=walk.encoder.cursor)
    return rows.exclude(Exists(have)).order_by("pk").values_list("pk", "content_sha256")


def _pictures(contents: list[str]) -> dict[str, bytes]:
    """Return the pictures that are still there, by content; a drawing that was removed needs no vector."""
    found: dict[str, str] = {}
    for model in (SheetDrawing, Drawing):
        rows = model.objects.filter(content_sha256__in=contents)
        found |= dict(rows.values_list("content_sha256", "view_blob"))
    read = {content: _bytes(found[content]) for content in contents if content in found}
    return {content: data for content, data in read.items() if data is not None}


def _bytes(sha256: str) -> bytes | None:
    try:
        return blobs().read(sha256)
    except NotFound:  # the health page tells of lost files; the change goes on without this picture
        log.warning("the picture %s is missing or damaged and is not embedded", sha256)
        return None


def _facts(walk: Walk) -> dict[str, Any]:
    """Return what the change came to: counts, and on how many sheets the limits are not what they were."""
    old, new = (_limits(one) for one in (walk.serving, walk.encoder))
    return {
        "model_id": walk.encoder.model_id,
        "former": walk.serving.model_id,
        "vectors": Embedding.objects.filter(model_id=walk.encoder.model_id).count(),
        "banks": len(new),
        "sheets_refused": len(walk.encoder.refused),
        "limits_changed": sum(old[sheet] != new[sheet] for sheet in old.keys() & new.keys()),
    }


def _limits(encoder: Encoder) -> dict[int, Any]:
    rows = MemoryBank.objects.filter(
        model_id=embeddings.maker(encoder.model_id), sheet__state=SheetState.APPROVED
    )
    return dict(rows.values_list("sheet_id", "limits"))
