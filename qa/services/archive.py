"""The archive's index kept up with the database: a vector for every drawing of the studio, its row in the index.

The rows are the truth and the index a cache on the disk of each machine that has workers: whatever is wrong with it, it
is built anew from them. A row of the index is one picture of one production, so a picture that stands in several
productions lies in each of them, and what a person may not see is left out before the search.

What changed is told by counts and highest keys (the mark): of all rows first, then by production; only productions
that changed are compared key by key, so new rows are added and removed ones vanish.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef

from assets.models import BarredContent, Drawing, SheetDrawing
from qa import archive_state
from qa.models import Embedding, Encoder
from qa.services import embeddings, encoders
from studio.core import audit, jobs
from studio.core import compute as door
from studio.core.choices import JobState
from studio.core.errors import NotFound
from studio.core.jobs import Later, Lease
from studio.core.models import Job, User
from studio.core.storage import blobs

Ids = npt.NDArray[np.int64]
Beat = Callable[[], None]
KIND, SUBJECT = archive_state.KIND, "archive"
TURN_S = 10.0
BATCH = 16
_ADDED_AT_ONCE, _READ_AT_ONCE = 20_000, 5_000
_VECTOR = np.dtype("<f4")
_PRODUCTION: dict[Any, str] = {
    SheetDrawing: "sheet__design__character__production",
    Drawing: "cell__take__cut__episode__production",
}


def request(*, actor: User | None, anew: bool = False) -> Job:
    """Put the update of the index on its queue; `anew` throws away what is there first.

    An update that waits already is returned instead.

    Raises:
        NotFound: the actor does not administer this installation.
    After commit: the worker gets the job's id.
    """
    if actor is not None and not (actor.is_active and (actor.is_staff or actor.is_superuser)):
        raise NotFound(what="page")
    with transaction.atomic():
        job = jobs.submit(actor=actor, kind=KIND, subject=SUBJECT, production_id=None, params={"anew": anew})
        audit.record(actor=actor, verb="archive.rebuild", target=job, after={"anew": anew})
    return job


def follow() -> Job | None:
    """Begin an update when the database is ahead of the last one. Not again at once after one that failed."""
    serving = encoders.serving_now()
    if serving is None or not archive_state.is_stale(serving.model_id):
        return None
    newest = archive_state.newest_job()
    if newest is not None and newest.state in {JobState.QUEUED, JobState.RUNNING}:
        return None
    if newest is not None and archive_state.failed_lately(newest):
        return None
    return jobs.submit(actor=None, kind=KIND, subject=SUBJECT, production_id=None, params={"anew": False})


def build(lease: Lease, *, anew: bool) -> None:
    """Embed what has no vector yet, in turns, then bring the index up to the rows. The worker's entry.

    May be killed and started again at any point.

    Raises:
        ComputeFailed: the model cannot be loaded. Later: there is more to embed.
    """
    encoder = embeddings.current()
    index = door.archive(encoder.model_id)
    turns = dict(lease.job.result or {})  # what this job did in the turns before
    if anew and not turns:
        index.clear()
    _embed(lease, encoder, turns)
    seen = [0]

    def beat() -> None:
        seen[0] += 1
        lease.progress(seen[0], 0, encoder.model_id)

    mark = archive_state.mark(encoder.model_id)
    sync(index, encoder.model_id, beat)
    index.tidy(beat)
    facts = index.facts()
    kept = {name: facts[name] for name in ("rows", "segments", "coarse_rows", "bytes")}
    outcome = {"model_id": encoder.model_id, "mark": mark, "productions": len(facts["groups"]), **kept}
    with lease.committing(outcome, device=str(encoders.engine(encoder).describe().get("device", ""))):
        pass


def sync(index: door.ArchiveIndex, model_id: str, beat: Beat) -> None:
    """Bring the index of this machine up to the rows: add what is new, remove what is gone."""
    note = index.facts()["note"]
    mark = archive_state.mark(model_id)
    if note.get("mark") == mark:
        return
    before = dict(
        note.get("productions", {})
    )  # by production: the counts, and how many pictures lack a vector
    now = _marks()
    for gone in set(index.facts()["groups"]) - now.keys():
        index.change(None, {gone: None}, None)
    for production, counts in now.items():
        beat()
        if before.get(str(production)) == [*counts, 0]:
            continue
        wanted = _wanted(production, model_id)
        _compare(index, production, wanted, beat)
        lacking = len(_contents(production)) - len(wanted)
        before[str(production)] = [*counts, lacking]
    states = {key: state for key, state in before.items() if int(key) in now}
    index.change(None, None, {"mark": mark, "productions": states})


def _embed(lease: Lease, encoder: Encoder, turns: dict[str, Any]) -> None:
    """Give every drawing a vector. What this job has looked at is kept in its row, so a turn goes on where it was."""
    until = time.monotonic() + TURN_S
    for model in _PRODUCTION:
        name = model.__name__
        while rows := list(_without_vector(model, encoder.model_id, turns.get(name, 0))[:BATCH]):
            pictures = {content: data for _pk, content, blob in rows if (data := _bytes(blob)) is not None}
            embeddings.vectors_for(pictures, encoder)
            turns[name], turns["done"] = rows[-1][0], turns.get("done", 0) + len(rows)
            Job.objects.filter(pk=lease.job.pk, token=lease.job.token).update(result=turns)
            left = _without_vector(model, encoder.model_id, turns[name]).count()
            lease.progress(turns["done"], turns["done"] + left, encoder.model_id)
            if time.monotonic() > until and left:
                raise Later


def _without_vector(model: Any, model_id: str, after: int) -> Any:
    have = Embedding.objects.filter(model_id=model_id, content_sha256=OuterRef("content_sha256"))
    barred = BarredContent.objects.filter(content_sha256=OuterRef("content_sha256"))
    rows = model.objects.filter(~Exists(have), ~Exists(barred), pk__gt=after).order_by("pk")
    return rows.values_list("pk", "content_sha256", "view_blob")


def _bytes(sha256: str) -> bytes | None:
    try:
        return blobs().read(sha256)
    except NotFound:  # the health page tells of lost files
        return None


def _marks() -> dict[int, list[int]]:
    """Return by production how many drawings of takes and of sheets there are, and their highest keys."""
    found: dict[int, list[int]] = {}
    for at, (model, path) in enumerate(_PRODUCTION.items()):
        rows = model.objects.order_by().values_list(path).annotate(Count("pk"), Max("pk"))
        for production, count, highest in rows:
            found.setdefault(production, [0, 0, 0, 0])[2 * at : 2 * at + 2] = [count, highest]
    return found


def _contents(production: int) -> set[str]:
    """Return the distinct pictures of a production."""
    found: set[str] = set()
    for model, path in _PRODUCTION.items():
        found |= set(model.objects.filter(**{path: production}).values_list("content_sha256", flat=True))
    return found


def _wanted(production: int, model_id: str) -> Ids:
    """Return the numbers of the vectors of a production's drawings, sorted."""
    found: set[int] = set()
    for model, path in _PRODUCTION.items():
        contents = model.objects.filter(**{path: production}).order_by().values("content_sha256")
        rows = Embedding.objects.filter(model_id=model_id, content_sha256__in=contents)
        found |= set(rows.values_list("pk", flat=True))
    return np.asarray(sorted(found), np.int64)


def _compare(index: door.ArchiveIndex, production: int, wanted: Ids, beat: Beat) -> None:
    """Let the index have exactly the wanted vectors of a production."""
    there = index.ids_of(production)
    gone = np.setdiff1d(there, wanted)
    if len(gone):
        index.change(None, {production: gone}, None)
    new = np.setdiff1d(wanted, there)
    for start in range(0, len(new), _ADDED_AT_ONCE):
        beat()
        index.change(_rows(production, new[start : start + _ADDED_AT_ONCE]), None, None)


def _rows(production: int, ids: Ids) -> door.ArchiveRows:
    vectors: dict[int, Any] = {}
    for start in range(0, len(ids), _READ_AT_ONCE):
        part = ids[start : start + _READ_AT_ONCE].tolist()
        for key, vector in Embedding.objects.filter(pk__in=part).values_list("pk", "vector"):
            vectors[key] = np.frombuffer(bytes(vector), _VECTOR)
    there = np.asarray([key for key in ids.tolist() if key in vectors], np.int64)
    stacked = np.stack([vectors[key] for key in there.tolist()]).astype(np.float32)
    return door.ArchiveRows(np.full(len(there), production, np.int64), there, stacked)
