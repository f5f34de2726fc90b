"""Find drawings like this: a question is put on its queue, a worker answers it out of the archive.

The web process has no vectors and no index, so every search is a job; its row keeps the answer for a day. A picture
that somebody searches by is kept until its vector is known and no longer: the vector stays with the job, so that the
filters can be changed without sending the picture again.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from assets import selectors as of_assets
from assets.intake.formats import Picture, encode_png, read_picture
from assets.intake.problems import TEMPLATES, Refused
from assets.intake.safety import Limits
from assets.models import Drawing, SheetDrawing
from qa import archive_state, found
from qa.found import Question
from qa.models import Encoder, QueryPicture
from qa.services import archive, embeddings, encoders
from studio.core import compute as door
from studio.core import jobs
from studio.core.choices import JobState
from studio.core.errors import ComputeFailed, InvalidInput, NotFound, phrase
from studio.core.jobs import Lease
from studio.core.models import Job, User
from studio.core.storage import blobs

KIND, SUBJECT = "qa.find", "search"
MAX_PICTURE_BYTES = 32 * 1024 * 1024
MAX_TEXT = 200
_KEPT = timedelta(days=1)
_UPDATES_KEPT = 20
_FRESH = timedelta(minutes=2)
_VECTOR = np.dtype("<f4")


def ask(*, actor: User, question: Question) -> Job:
    """Put a question on its queue. One that the person asked a moment ago is not asked again.

    Changes nothing of the studio, so the audit log is not told.

    Raises:
        NotFound: the drawing is not there, or not visible. InvalidInput: nothing is asked, or text that nobody reads.
    After commit: the worker gets the job's id.
    """
    _check(actor, question)
    params = {"asker": actor.pk, "question": question.as_json()}
    since = timezone.now() - _FRESH
    recent = Job.objects.filter(kind=KIND, requested_by=actor, created_at__gte=since)
    for job in recent.exclude(state__in=[JobState.FAILED, JobState.CANCELLED]).order_by("-created_at")[:20]:
        if job.params == params:
            return job
    return jobs.submit(actor=actor, kind=KIND, subject=SUBJECT, production_id=None, params=params)


def ask_by_picture(*, actor: User, data: bytes, name: str, question: Question) -> Job:
    """Put the search by a picture that is no drawing of the studio on its queue.

    Raises:
        InvalidInput: it cannot be read as a picture; says why.
    After commit: the worker gets the job's id.
    """
    png = _png(data, name)
    with transaction.atomic():
        kept = QueryPicture.objects.create(by=actor, png=png)
        asked = Question(**{**question.as_json(), "picture": str(kept.pk), "drawing": 0, "sheet_drawing": 0})
        return ask(actor=actor, question=asked)


def find(lease: Lease, *, asker: int, question: dict[str, Any]) -> None:
    """Answer a question out of the archive. The worker's entry; may be killed and started again at any point.

    Raises:
        NotFound: the drawing, or the person, is gone. ComputeFailed: the model cannot be loaded or reads no text.
    """
    user, asked = User.objects.filter(pk=asker).first(), Question(**question)
    if user is None:
        raise NotFound(what="person")
    encoder = embeddings.current()
    index = door.archive(encoder.model_id)
    lease.progress(0, 2, encoder.model_id)
    is_building = Job.objects.filter(kind=archive_state.KIND, state=JobState.RUNNING).exists()
    if not is_building:  # else its worker is at it, and what is there already is searched
        archive.sync(index, encoder.model_id, lambda: lease.progress(0, 2, encoder.model_id))
    vector = _vector(user, asked, encoder)
    lease.progress(1, 2, encoder.model_id)
    hits: tuple[Any, ...] = ()
    if vector.any():
        scope = found.scope(user, asked, encoder.model_id)
        without = found.left_out(user, asked, encoder.model_id)
        query = door.Embeddings(encoder.model_id, vector[np.newaxis])
        hits = index.search(query, scope, without, asked.top + 1)[0]  # one is the drawing itself
    outcome = {
        "model_id": encoder.model_id,
        "hits": [[hit.id, round(hit.similarity, 5)] for hit in hits],
        "vector": base64.b64encode(vector.astype(_VECTOR).tobytes()).decode(),
        "is_empty": not vector.any(),
        "is_building": is_building,
        "rows": index.facts()["rows"],
    }
    with lease.committing(outcome):
        if asked.picture:
            QueryPicture.objects.filter(pk=asked.picture, by=user).delete()


def clear() -> int:
    """Remove searches of yesterday, pictures whose search never came to an end, and all but the last updates."""
    old = timezone.now() - _KEPT
    gone, _each = Job.objects.filter(kind=KIND, created_at__lt=old).delete()
    QueryPicture.objects.filter(created_at__lt=old).delete()
    done = Job.objects.filter(kind=archive_state.KIND, state=JobState.DONE).order_by("-created_at")
    kept = list(done.values_list("pk", flat=True)[:_UPDATES_KEPT])
    more, _each = done.exclude(pk__in=kept).delete()
    return gone + more


def _check(actor: User, question: Question) -> None:
    if question.drawing:
        of_assets.get_drawing(actor, question.drawing)
    elif question.sheet_drawing:
        of_assets.get_sheet_drawing(actor, question.sheet_drawing)
    elif question.job:
        _earlier(actor, question.job)
    elif question.text:
        if not reads_text():
            reason = phrase("words can be searched for only where the studio's model is one of open_clip")
            raise InvalidInput(field="text", reason=reason)
    elif not question.picture:
        raise InvalidInput(field="drawing", reason=phrase("say what to search for"))


def reads_text() -> bool:
    """Whether words can be searched for: the model that serves is of a family that reads them. Pages may ask this."""
    serving = encoders.serving_now()
    return serving is not None and serving.embedder.startswith("openclip:")


def _earlier(actor: User, key: str) -> Job:
    job = of_assets.get_job(actor, key)
    if job.kind != KIND or job.requested_by_id != actor.pk or "vector" not in (job.result or {}):
        raise NotFound(what="job")
    return job


def _vector(user: User, question: Question, encoder: Encoder) -> np.ndarray:
    """Return the vector of what is asked for."""
    if question.job:
        result = _earlier(user, question.job).result
        if result["model_id"] != encoder.model_id:
            raise ComputeFailed(reason="the model has changed since that search; send the picture again")
        return np.frombuffer(base64.b64decode(result["vector"]), _VECTOR).astype(np.float32)
    if question.text:
        return np.asarray(encoders.engine(encoder).embed([question.text]).vectors[0], np.float32)
    if question.picture:
        kept = QueryPicture.objects.filter(pk=question.picture, by=user).first()
        if kept is None:
            raise NotFound(what="picture")
        return np.asarray(encoders.engine(encoder).embed([bytes(kept.png)]).vectors[0], np.float32)
    row: Drawing | SheetDrawing = (
        of_assets.get_drawing(user, question.drawing)
        if question.drawing
        else of_assets.get_sheet_drawing(user, question.sheet_drawing)
    )
    vectors, readable = embeddings.vectors_for({row.content_sha256: blobs().read(row.view_blob)}, encoder)
    if not readable:
        raise ComputeFailed(reason="the drawing cannot be read")
    return np.asarray(vectors.vectors[0], np.float32)


def _png(data: bytes, name: str) -> bytes:
    try:
        picture: Picture = read_picture(data, name, Limits(max_file_bytes=MAX_PICTURE_BYTES))
    except Refused as error:
        raise InvalidInput(field="picture", reason=_reason(error)) from error
    return encode_png(picture.rgba, has_alpha=picture.has_alpha)


def _reason(error: Refused) -> str:
    return phrase(TEMPLATES[error.problem.code], **error.problem.data)
