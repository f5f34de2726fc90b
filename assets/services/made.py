"""What a model did: written down with the gate's decision, so that every drawing leads back to what it came from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from assets.choices_rights import Influence
from assets.models import (
    Artefact,
    Cut,
    Drawing,
    GateDecision,
    ModelVersion,
    Production,
    ProposalDrawing,
    ProposalKey,
    Run,
    Take,
)
from studio.core import audit
from studio.core.errors import LicenceRefused
from studio.core.models import User

_ROWS = 2_000


def record_run(
    *,
    actor: User | None,
    decision: GateDecision,
    production: Production,
    cut: Cut | None = None,
    made: Iterable[tuple[str, Drawing | None]] = (),
    **details: Any,
) -> Run:
    """Write down that a model worked, and what it made as (hash, drawing): for ever marked as made by a model.

    `details` = `params` (what steered it, JSON) and `job`. The caller has asked the gate; its decision comes with it.

    Raises:
        LicenceRefused: the decision was no, or it was about another production.
    """
    question = decision.question
    model = ModelVersion.objects.get(pk=question["model"])
    if decision.answer == "deny" or question["production"] != production.pk:
        raise LicenceRefused(reason=str(model), decision=decision.pk)
    with transaction.atomic():
        run = Run.objects.create(
            model=model,
            production=production,
            cut=cut,
            influence=Influence(question["influence"]),
            decision=decision,
            by=actor,
            **details,
        )
        Artefact.objects.bulk_create(
            [Artefact(run=run, sha256=sha256, drawing=drawing) for sha256, drawing in made], batch_size=_ROWS
        )
        audit.record(
            actor=actor,
            verb="model.run",
            target=run,
            production_id=production.pk,
            after={"model": str(model), "decision": decision.pk, "made": run.artefacts.count()},
        )
    return run


def follow(take: Take) -> int:
    """Mark the drawings of a take whose pixels a model made for this production; return how many.

    A proposal's drawing stays marked whichever way it comes back: accepted, carried over from the take before, or
    downloaded and uploaded again; also one that an artist has painted over. Two queries and one write, in the take's
    transaction.
    """
    drawings = list(Drawing.objects.filter(cell__take=take))
    known = _made_before({each.content_sha256 for each in drawings}, take.cut.episode.production_id)
    marks = []
    for each in drawings:
        if each.content_sha256 in known:
            run, files = known[each.content_sha256]
            is_marked = each.blob in files
            marks.append(Artefact(run_id=run, sha256=each.content_sha256, drawing=each, marked=is_marked))
    Artefact.objects.bulk_create(marks, batch_size=_ROWS)
    return len(marks)


def _made_before(shas: set[str], production: int) -> dict[str, tuple[int, set[str]]]:
    """Return by pixels the run that made them and the files that say so themselves."""
    known: dict[str, tuple[int, set[str]]] = {}
    if not shas:
        return known
    here = Q(part__proposal__derived__cut__episode__production=production)
    # What came out as one of its keys was drawn by a person before.
    own = Q(content_sha256=F("part__a__content_sha256"))
    own |= Q(part__b__isnull=False, content_sha256=F("part__b__content_sha256"))
    made = ProposalDrawing.objects.filter(here, content_sha256__in=shas, run__isnull=False)
    drawn = made.exclude(pk__in=made.filter(own).values("pk"))
    for sha256, run, blob in drawn.order_by("id").values_list("content_sha256", "run_id", "blob"):
        known[sha256] = (run or 0, known.get(sha256, (0, set()))[1] | {blob})
    over = ProposalKey.objects.filter(
        derived__cut__episode__production=production, content_sha256__in=shas, is_anew=False
    ).exclude(corrects__run=None)
    for sha256, run in over.order_by("id").values_list("content_sha256", "corrects__run_id"):
        known.setdefault(sha256, (run or 0, set()))
    return known
