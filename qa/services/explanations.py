"""What there is to look at for each flag: asked of the engine once, where there is a flag, and kept beside it.

The approved drawing that a claim is held against is the nearest one of the cast design. A sheet drawing whose picture
cannot be read explains nothing; the flag stands all the same.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from typing import Any

from assets.models import SheetDrawing
from qa.checks.base import Finding
from qa.checks.plain import shown_data
from qa.models import Encoder
from qa.services import encoders
from qa.services.embeddings import Bank
from studio.core import compute as door
from studio.core.errors import ComputeFailed, NotFound
from studio.core.storage import blobs

log = logging.getLogger(__name__)
MOST_CLAIMS = 6  # explained for one figure of one drawing, the worst first: the cost of a drawing has an end


def key_of(finding: Finding) -> str:
    """Return the name under which a claim's explanation is kept with its measurement."""
    return f"{finding.fault}|{finding.part}"


def explain(
    encoder: Encoder,
    bank: Bank,
    measured: door.Measurements,
    png: bytes,
    size_hw: tuple[int, int],
    findings: Sequence[Finding],
) -> dict[str, Any]:
    """Return "heat_blob" and "shown" (by `key_of`: plain data with "laid_blob") of one figure's findings.

    Args:
        encoder: whose engine measured.
        bank: the cast design.
        measured: what was measured.
        png: the drawing.
        size_hw: of the drawing, px.
        findings: the claims about it, worst first.
    """
    engine = encoders.engine(encoder)
    told = findings[:MOST_CLAIMS]
    held = _held(bank, measured, png, told)
    try:
        found = engine.explain(measured, size_hw, held)
    except ComputeFailed:
        log.warning("no explanation for a drawing of %s", bank.sheet, exc_info=True)
        held, found = None, engine.explain(measured, size_hw)
    shown = {}
    kept: dict[bytes, str] = {}
    for finding, one in zip(told, found.shown, strict=False):
        if one.png and one.png not in kept:
            kept[one.png] = blobs().put(io.BytesIO(one.png)).sha256
        key = held.drawing_key if held else ""
        shown[key_of(finding)] = shown_data(one, key) | {"laid_blob": kept.get(one.png, "")}
    return {"heat_blob": blobs().put(io.BytesIO(found.heat_png)).sha256, "shown": shown}


def _held(
    bank: Bank, measured: door.Measurements, png: bytes, findings: Sequence[Finding]
) -> door.Held | None:
    """Return the drawing with the approved drawing to hold it against; None where that has no picture."""
    key = measured.nearest[0].drawing_key if measured.nearest else ""
    drawing = SheetDrawing.objects.filter(pk=int(key)).first() if key.isdecimal() else None
    if drawing is None:
        return None
    try:
        approved = blobs().read(drawing.view_blob)
    except NotFound:
        return None
    claims = tuple(door.Claim(_aspect(one), one.part, one.box_xyxy) for one in findings)
    return door.Held(png, key, approved, bank.pack, claims)


def _aspect(finding: Finding) -> Any:
    return finding.fault.rpartition(".")[2]
