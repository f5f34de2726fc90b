"""The colour model of a sheet (色指定): by eyedropper, by palette file, or all at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max
from PIL import Image

from assets import access
from assets.intake.palettes import SwatchRow, read_palette, write_csv
from assets.intake.problems import TEMPLATES, Problem, Refused
from assets.models import ColourModel, ModelSheet, SheetDrawing, Swatch
from assets.services import rows, sheets
from studio.core import audit
from studio.core.errors import BadUpload, InvalidInput, phrase
from studio.core.models import User
from studio.core.roles import Action
from studio.core.storage import blobs

_MAX_SWATCHES = 500
_TOLERANCE_DE = 2.0  # ΔE00: the largest difference that a viewer does not see at a glance


@dataclass(frozen=True)
class SwatchData:
    """One colour to set: sRGB 0 to 255 and how far a painted area may be off it, in ΔE00."""

    part: str
    tone: str
    rgb: tuple[int, int, int]
    tolerance_de: float = field(default=_TOLERANCE_DE)


def set_swatches(*, actor: User, sheet: ModelSheet, swatches: Sequence[SwatchData]) -> ColourModel:
    """Replace all colours of a draft.

    Raises:
        InvalidInput: a colour out of range, or part and tone twice.
        InvalidTransition: the sheet is no draft.
    """
    access.require(actor, Action.EDIT_SHEETS, sheets.production_of(sheet))
    if len(swatches) > _MAX_SWATCHES:
        raise InvalidInput(field="swatches", reason=phrase("at most {limit} colours", limit=_MAX_SWATCHES))
    _refuse_repeats(swatches)
    with transaction.atomic():
        model = _locked_model(sheet, "change colours")
        before = _as_texts(model.swatches.all())
        model.swatches.all().delete()
        for position, data in enumerate(swatches):
            rows.save(_swatch(model, data, position))
        after = _as_texts(model.swatches.all())
        if before != after:
            _audit(actor, model, "colours.set", before, after)
    return model


def pick(
    *, actor: User, drawing: SheetDrawing, point_xy: tuple[int, int], part: str, tone: str = "normal"
) -> Swatch:
    """Set one colour from a pixel of a sheet's drawing (the eyedropper); the tolerance stays as it was.

    Raises:
        InvalidInput: a point outside the picture, or on transparent ground.
    """
    sheet = drawing.sheet
    access.require(actor, Action.EDIT_SHEETS, sheets.production_of(sheet))
    rgb = _colour_at(drawing, point_xy)
    with transaction.atomic():
        model = _locked_model(sheet, "pick a colour")
        kept = model.swatches.filter(part=part, tone=tone).first()
        before = _as_texts([kept] if kept else [])
        if kept is None:
            last = model.swatches.aggregate(last=Max("position"))["last"]
            position = 0 if last is None else last + 1
            kept = _swatch(model, SwatchData(part, tone, rgb), position)
        kept.red, kept.green, kept.blue = rgb
        rows.save(kept)
        _audit(actor, model, "colours.pick", before, _as_texts([kept]))
    return kept


def import_palette(
    *, actor: User, sheet: ModelSheet, data: bytes, file_name: str
) -> tuple[list[Swatch], list[Problem]]:
    """Replace all colours of a draft by those of a CSV, ASE or GPL file.

    Raises:
        BadUpload: the file cannot be read (code "bad_palette", data reason).
    """
    access.require(actor, Action.EDIT_SHEETS, sheets.production_of(sheet))
    try:
        palette = read_palette(data, file_name)
    except Refused as refusal:
        raise BadUpload(
            "bad_palette",
            name=file_name,
            reason=phrase(TEMPLATES[refusal.problem.code], **refusal.problem.data),
            problem=refusal.problem.code,
        ) from refusal
    chosen = [
        SwatchData(row.part, row.tone, row.rgb, _TOLERANCE_DE if row.tolerance is None else row.tolerance)
        for row in palette.swatches
    ]
    model = set_swatches(actor=actor, sheet=sheet, swatches=chosen)
    return list(model.swatches.all()), list(palette.problems)


def export_csv(*, actor: User, sheet: ModelSheet) -> bytes:
    """Return the colours as a CSV that Excel and `import_palette` read."""
    access.require(actor, Action.VIEW, sheets.production_of(sheet))
    swatches = Swatch.objects.filter(colour_model__sheet=sheet)
    return write_csv(
        SwatchRow(row.part, row.tone, (row.red, row.green, row.blue), row.tolerance_de) for row in swatches
    )


def _locked_model(sheet: ModelSheet, wanted: str) -> ColourModel:
    sheet = sheets.locked_draft(sheet, wanted)
    return ColourModel.objects.get_or_create(sheet=sheet)[0]


def _refuse_repeats(swatches: Sequence[SwatchData]) -> None:
    seen: set[tuple[str, str]] = set()
    for data in swatches:
        if (data.part, data.tone) in seen:
            raise InvalidInput(
                field="swatches", reason=phrase("{name} is there twice", name=f"{data.part} {data.tone}")
            )
        seen.add((data.part, data.tone))


def _swatch(model: ColourModel, data: SwatchData, position: int) -> Swatch:
    if not math.isfinite(data.tolerance_de):
        raise InvalidInput(field="tolerance_de", reason="a number from 0 on")
    red, green, blue = data.rgb
    return Swatch(
        colour_model=model,
        position=position,
        part=data.part,
        tone=data.tone,
        red=red,
        green=green,
        blue=blue,
        tolerance_de=data.tolerance_de,
    )


def _colour_at(drawing: SheetDrawing, point_xy: tuple[int, int]) -> tuple[int, int, int]:
    """Return the sRGB of one pixel, origin top left."""
    x, y = point_xy
    if not (0 <= x < drawing.width_px and 0 <= y < drawing.height_px):
        raise InvalidInput(field="point", reason="it lies outside the drawing")
    with blobs().open(drawing.view_blob) as stream, Image.open(stream) as image:
        red, green, blue, alpha = image.convert("RGBA").getpixel((x, y))  # type: ignore[misc]
    if alpha < 255:
        raise InvalidInput(field="point", reason="it lies on transparent ground or on a soft edge")
    return int(red), int(green), int(blue)


def _as_texts(swatches: Iterable[Swatch]) -> dict[str, str]:
    return {f"{row.part}/{row.tone}": f"{row.hex} ±{row.tolerance_de:g}" for row in swatches}


def _audit(actor: User, model: ColourModel, verb: str, before: dict[str, str], after: dict[str, str]) -> None:
    old, new = audit.diff(before, after)
    audit.record(
        actor=actor,
        verb=verb,
        target=model.sheet,
        production_id=sheets.production_of(model.sheet).pk,
        before=old,
        after=new,
    )
