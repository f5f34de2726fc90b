"""Which model serves, and which comes next.

One serves the whole studio, because a vector is kept by its pixels and the same pixels stand in many productions; so
the change from one to the next is one transaction for all of them.
What the settings name is a wish. The row that serves is the truth: it keeps its own name and file, so that the old
model goes on until the new one has every vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from qa.choices import EncoderState
from qa.models import Embedding, Encoder, MemoryBank
from studio.core import audit
from studio.core import compute as door
from studio.core.errors import ComputeFailed, InvalidTransition
from studio.core.models import User

_DROPPED_AT_ONCE = 5000


@dataclass(frozen=True)
class Wish:
    """An embedder as the settings name it."""

    embedder: str
    weights: str

    def is_of(self, encoder: Encoder | None) -> bool:
        """Whether this is what `encoder` was loaded from."""
        return encoder is not None and (encoder.embedder, encoder.weights) == (self.embedder, self.weights)


def wished() -> Wish:
    """Return what the settings of this process name."""
    return Wish(str(settings.EMBEDDER), str(settings.EMBEDDER_WEIGHTS or ""))


def serving() -> Encoder:
    """Return the model that checks and searches use; on a new installation that is the one of the settings.

    Raises:
        ComputeFailed: there is none yet, and that of the settings cannot be loaded.
    """
    return serving_now() or _first()


def serving_now() -> Encoder | None:
    """Return the model that serves; None where nothing was ever embedded. Pages may ask this."""
    return Encoder.objects.filter(state=EncoderState.SERVING).first()


def arriving() -> Encoder | None:
    """Return the model whose vectors are being made."""
    return Encoder.objects.filter(state=EncoderState.ARRIVING).first()


def engine(encoder: Encoder) -> door.Compute:
    """Return the loaded engine of `encoder`, sure to make its vectors and no others.

    Raises:
        ComputeFailed: the file is gone or holds other weights now; the reason says what to do.
    """
    found = door.compute(encoder.embedder, encoder.weights)
    actual = str(found.describe()["model_id"])
    if actual != encoder.model_id:
        reason = (
            f"{encoder.weights or encoder.embedder} makes vectors of {actual}, not of {encoder.model_id}; put the "
            "old file back and name the new one by a path of its own, or run `manage.py reembed --now`"
        )
        raise ComputeFailed(reason=reason)
    return found


def _first() -> Encoder:
    """Write the first row. A studio whose banks are of the embedder without weights begins with that one."""
    wish, newest = wished(), MemoryBank.objects.order_by("-built_at").first()
    if newest and newest.model_id.startswith("hand@"):
        wish = Wish("hand", "")
    model_id = str(door.compute(wish.embedder, wish.weights).describe()["model_id"])
    try:
        with transaction.atomic():
            return Encoder.objects.create(
                model_id=model_id,
                embedder=wish.embedder,
                weights=wish.weights,
                state=EncoderState.SERVING,
                served_at=timezone.now(),
            )
    except IntegrityError:  # another worker was first
        return Encoder.objects.get(state=EncoderState.SERVING)


def follow_code() -> bool:
    """Let the serving model follow a new version of its own code, at once; True if it changed.

    A new version of Sakkan may make other vectors of the same weights. The old code is gone with the old version, so
    nothing could go on serving: vectors and banks are made anew when they are asked for.
    """
    row = serving_now()
    if row is None:
        return False
    actual = str(door.compute(row.embedder, row.weights).describe()["model_id"])
    if actual == row.model_id or actual.partition("/")[0] != row.model_id.partition("/")[0]:
        return False
    serve(_row(actual, Wish(row.embedder, row.weights)), actor=None)
    return True


def arrive(wish: Wish) -> Encoder:
    """Load the model of `wish` and let it arrive; return its row, which serves already if it is the present one.

    Another one that was arriving is put aside with what it has.

    Raises:
        ComputeFailed: the model cannot be loaded.
    """
    model_id = str(door.compute(wish.embedder, wish.weights).describe()["model_id"])
    serving()
    with transaction.atomic():
        row = _row(model_id, wish)
        if row.state == EncoderState.KEPT:
            Encoder.objects.filter(state=EncoderState.ARRIVING).update(state=EncoderState.KEPT)
            row.state, row.cursor, row.found, row.refused, row.held = EncoderState.ARRIVING, 0, 0, [], False
            row.begun_at = timezone.now()
            row.save()
    return row


def _row(model_id: str, wish: Wish) -> Encoder:
    """Return the row of a model, with the file that it lies in now; a new one is `kept`."""
    row, _made = Encoder.objects.get_or_create(
        model_id=model_id,
        defaults={"embedder": wish.embedder, "weights": wish.weights, "state": EncoderState.KEPT},
    )
    if not wish.is_of(row):
        row.embedder, row.weights = wish.embedder, wish.weights
        row.save(update_fields=["embedder", "weights"])
    return row


def serve(encoder: Encoder, *, actor: User | None, facts: dict[str, Any] | None = None) -> None:
    """Let `encoder` serve from now on, and keep the one before it. One transaction: nobody sees two or none.

    Locks: the rows of all models.
    """
    with transaction.atomic():
        rows = {row.pk: row for row in Encoder.objects.select_for_update()}
        before = next((row for row in rows.values() if row.state == EncoderState.SERVING), None)
        if before is not None and before.pk == encoder.pk:
            return
        if before is not None:
            Encoder.objects.filter(pk=before.pk).update(state=EncoderState.KEPT)
        encoder.state, encoder.held, encoder.served_at = EncoderState.SERVING, False, timezone.now()
        encoder.save(update_fields=["state", "held", "served_at"])
        audit.record(
            actor=actor,
            verb="model.serve",
            target=encoder,
            before={"model_id": before.model_id if before else ""},
            after={"model_id": encoder.model_id, **(facts or {})},
        )


def serve_now(wish: Wish, *, actor: User | None) -> Encoder:
    """Let the model of `wish` serve at once; vectors and banks that it lacks are made when they are asked for.

    Raises:
        ComputeFailed: the model cannot be loaded.
    """
    row = _row(str(door.compute(wish.embedder, wish.weights).describe()["model_id"]), wish)
    serve(row, actor=actor)
    return row


def back(*, actor: User | None) -> Encoder:
    """Let the model that served before serve again, with the vectors it still has; the present one is put aside.

    Raises:
        InvalidTransition: no other model is kept. ComputeFailed: its file is gone or changed.
    """
    kept = (
        Encoder.objects.filter(state=EncoderState.KEPT, served_at__isnull=False)
        .order_by("-served_at")
        .first()
    )
    if kept is None:
        raise InvalidTransition(what="model", state="the only one", wanted="going back")
    engine(kept)
    with transaction.atomic():
        former = serving_now()
        serve(kept, actor=actor)
        if former is not None:
            Encoder.objects.filter(pk=former.pk).update(held=True)
    return kept


def old_rows() -> tuple[int, int]:
    """Return how many vectors and banks are of models that neither serve nor arrive."""
    return _old_vectors().count(), _old_banks().count()


def drop_old(*, actor: User | None) -> tuple[int, int]:
    """Drop the vectors and banks of models that neither serve nor arrive; there is no way back to those then.

    What was found with them (runs, flags, verdicts) stays.
    """
    vectors, banks = old_rows()
    with transaction.atomic():
        gone = list(Encoder.objects.filter(state=EncoderState.KEPT).values_list("model_id", flat=True))
        audit.record(
            actor=actor,
            verb="model.drop",
            target=serving(),
            before={"models": gone, "vectors": vectors, "banks": banks},
        )
        _old_banks().delete()
        Encoder.objects.filter(state=EncoderState.KEPT).delete()
    while pks := list(_old_vectors().values_list("pk", flat=True)[:_DROPPED_AT_ONCE]):
        Embedding.objects.filter(pk__in=pks).delete()
    return vectors, banks


def _present() -> list[str]:
    rows = Encoder.objects.exclude(state=EncoderState.KEPT)
    return list(rows.values_list("model_id", flat=True))


def _old_vectors() -> Any:
    return Embedding.objects.exclude(model_id__in=_present())


def _old_banks() -> Any:
    old = MemoryBank.objects.all()
    for model_id in _present():
        old = old.exclude(model_id__startswith=f"{model_id}#")
    return old
