"""Vectors and memory banks: what the engine knows of pictures and of approved sheets, under its own name.

A bank is compiled once and its bytes are kept as a blob, so that every worker measures with the very same bank. One
that is missing, damaged, or made by another model or version of the check is compiled anew from the drawings.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import transaction

from assets.choices import SheetState
from assets.models import BarredContent, Design, ModelSheet, SheetDrawing, Swatch
from qa.checks.base import CODE_VERSION, Limits
from qa.models import Embedding, Encoder, MemoryBank
from qa.services import encoders, renewal
from studio.core import audit
from studio.core import compute as door
from studio.core.errors import ComputeFailed, NotFound
from studio.core.jobs import Lease
from studio.core.storage import blobs

log = logging.getLogger(__name__)
_REGION = "figure"
_VECTOR = np.dtype("<f4")


@dataclass(frozen=True)
class Bank:
    """An approved sheet as the check reads it."""

    sheet: ModelSheet
    pack: door.DesignPack
    limits: Limits


@dataclass
class Packs:
    """The banks of some designs, in their order; which have no approved sheet; which cannot be compiled, and why."""

    banks: list[Bank] = field(default_factory=list)
    without_sheet: list[Design] = field(default_factory=list)
    failed: list[tuple[Design, str]] = field(default_factory=list)


def current() -> Encoder:
    """Return the model that serves, followed to a new version of its code.

    Raises:
        ComputeFailed: it cannot be loaded.
    """
    encoders.follow_code()
    return encoders.serving()


def build_bank(lease: Lease, sheet_id: int) -> None:
    """Embed an approved sheet's drawings and compile its bank; checks that the sheet puts out of date start again.

    A sheet that is no longer approved when the job comes to it is left alone.

    Raises:
        NotFound: no such sheet. ComputeFailed: a drawing cannot be read.
    """
    sheet = ModelSheet.objects.select_related("design__character").filter(pk=sheet_id).first()
    if sheet is None:
        raise NotFound(what="model sheet")
    if sheet.state != SheetState.APPROVED:
        return
    encoder = current()
    lease.progress(0, 2, str(sheet))
    _embed_sheet(sheet, encoder)
    lease.progress(1, 2, str(sheet))
    pack = _compile(sheet, encoder)
    outcome = {"drawings": pack.drawings, "model_id": pack.model_id, "limits": pack.limits}
    with lease.committing(outcome, device=str(encoders.engine(encoder).describe().get("device", ""))):
        audit.record(
            actor=lease.job.requested_by,
            verb="bank.build",
            target=sheet,
            production_id=sheet.design.character.production_id,
            after=outcome,
        )
        renewal.mark_stale(sheet.design)
        renewal.recheck(sheet.design, requested_by=lease.job.requested_by)


def learn(sheet: ModelSheet, encoder: Encoder) -> None:
    """Embed an approved sheet's drawings and compile its bank by `encoder`, whether it serves or arrives.

    Raises:
        ComputeFailed: a drawing cannot be read, or the model cannot be loaded.
    """
    _embed_sheet(sheet, encoder)
    _compile(sheet, encoder)


def packs_for(designs: Sequence[Design], encoder: Encoder | None = None) -> Packs:
    """Return the banks of the designs' approved sheets, compiled where the cache has none that fits.

    Of `encoder`, or of the model that serves.
    """
    packs, encoder = Packs(), encoder or current()
    sheets = {
        sheet.design_id: sheet
        for sheet in ModelSheet.objects.filter(design__in=designs, state=SheetState.APPROVED).select_related(
            "design__character"
        )
    }
    rows = {
        row.sheet_id: row
        for row in MemoryBank.objects.filter(sheet__in=sheets.values(), model_id=maker(encoder.model_id))
    }
    for design in designs:
        sheet = sheets.get(design.pk)
        if sheet is None:
            packs.without_sheet.append(design)
            continue
        try:
            pack = _cached(sheet, rows.get(sheet.pk), encoder.model_id) or _compile(sheet, encoder)
        except ComputeFailed as error:
            packs.failed.append((design, str(error.data.get("reason", error.message))))
            continue
        packs.banks.append(Bank(sheet, pack, Limits(pack.drawings, pack.scores)))
    return packs


def vectors_for(
    pngs: Mapping[str, bytes], encoder: Encoder | None = None
) -> tuple[door.Embeddings, set[str]]:
    """Return the vectors of pictures by content, in order, and which could be read; only new ones are embedded.

    By `encoder`, or by the model that serves. Pictures that the engine refuses are left out of both.
    """
    encoder = encoder or current()
    model = encoder.model_id
    kept = {
        content: np.frombuffer(bytes(vector), _VECTOR)
        for content, vector in Embedding.objects.filter(
            content_sha256__in=list(pngs), model_id=model, region=_REGION
        ).values_list("content_sha256", "vector")
    }
    new = {content: png for content, png in pngs.items() if content not in kept}
    if new:
        made = _embed(new, encoders.engine(encoder))
        passing = set(
            BarredContent.objects.filter(content_sha256__in=list(made)).values_list(
                "content_sha256", flat=True
            )
        )  # a withdrawal forbids to keep these
        rows = [
            Embedding(
                content_sha256=content,
                model_id=model,
                region=_REGION,
                vector=vector.astype(_VECTOR).tobytes(),
            )
            for content, vector in made.items()
            if content not in passing
        ]
        Embedding.objects.bulk_create(rows, ignore_conflicts=True)
        kept |= made
    readable = [content for content in pngs if content in kept]
    stacked = np.stack([kept[content] for content in readable]) if readable else np.zeros((0, 1))
    return door.Embeddings(model, stacked.astype(np.float32)), set(readable)


def _embed(pngs: Mapping[str, bytes], engine: door.Compute) -> dict[str, np.ndarray]:
    """Embed all at once; when the engine refuses the batch, one by one, so that a bad picture costs only itself."""
    try:
        vectors = engine.embed(list(pngs.values())).vectors
    except ComputeFailed:
        if len(pngs) == 1:
            return {}
        found: dict[str, np.ndarray] = {}
        for content, png in pngs.items():
            found |= _embed({content: png}, engine)
        return found
    return dict(zip(pngs, vectors, strict=True))


def _embed_sheet(sheet: ModelSheet, encoder: Encoder) -> None:
    drawings = list(sheet.drawings.all())
    for start in range(0, len(drawings), 8):
        batch = {d.content_sha256: blobs().read(d.view_blob) for d in drawings[start : start + 8]}
        vectors_for(batch, encoder)


def _compile(sheet: ModelSheet, encoder: Encoder) -> door.DesignPack:
    pictures = [_picture(drawing) for drawing in sheet.drawings.all()]
    swatches = Swatch.objects.filter(colour_model__sheet=sheet)
    engine = encoders.engine(encoder)
    pack = engine.compile(str(sheet.design_id), pictures, [_spec(swatch) for swatch in swatches])
    blobs().put(io.BytesIO(pack.payload))
    with transaction.atomic():
        MemoryBank.objects.update_or_create(
            sheet=sheet,
            model_id=maker(encoder.model_id),
            defaults={
                "sha256": pack.sha256,
                "limits": pack.limits,
                "scores": {aspect: list(scores) for aspect, scores in pack.scores.items()},
                "drawings": pack.drawings,
            },
        )
    return pack


def _picture(drawing: SheetDrawing) -> door.SheetPicture:
    return door.SheetPicture(str(drawing.pk), blobs().read(drawing.view_blob), drawing.kind, drawing.view)


def _spec(swatch: Swatch) -> door.SwatchSpec:
    return door.SwatchSpec(
        swatch.part, swatch.tone, (swatch.red, swatch.green, swatch.blue), swatch.tolerance_de
    )


def _cached(sheet: ModelSheet, row: MemoryBank | None, model: str) -> door.DesignPack | None:
    """Return the kept pack when row and bytes agree; otherwise None."""
    if row is None:
        return None
    try:
        payload = blobs().read(row.sha256)
    except NotFound:
        log.warning("the bank of %s is missing or damaged and is compiled anew", sheet)
        return None
    scores = {aspect: tuple(found) for aspect, found in row.scores.items()}
    return door.DesignPack(str(sheet.design_id), model, payload, row.sha256, row.limits, row.drawings, scores)


def maker(model: str) -> str:
    """Return under which name banks are kept: another model or version of the check never reads them."""
    return f"{model}#{CODE_VERSION}"
