"""Writes a delivery as the next take of its cut and stage: cells, drawings, timesheet. Nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Max

from assets.choices import StageStatus
from assets.intake.sequences import merge_repeats
from assets.intake.timesheets import Exposure, exposures_from_numbers
from assets.models import Cell, Cut, Drawing, StageState, Take, Timesheet, Upload
from assets.services import made, news, rows
from assets.services.reading import Delivery, ReadDrawing, number_of_text
from studio.core import audit, jobs
from studio.core.errors import InvalidTransition
from studio.core.models import Job, User

Exposures = dict[str, list[list[int | None]]]


def write(upload: Upload, delivery: Delivery) -> Take:
    """Write the rows of a take and move its stage to "submitted". Held and repeated drawings become one.

    Locks: the cut, so that two takes never get one number. Call it inside the transaction of the upload.

    Raises:
        InvalidTransition: the cut was dropped meanwhile.
    """
    cut = rows.locked(upload.cut, "episode__production")
    if cut.omitted:
        raise InvalidTransition("cut_dropped", cut=str(cut))
    take = Take.objects.create(
        cut=cut,
        stage=upload.stage,
        number=next_number(cut, upload.stage),
        source=upload.source,
        submitted_by=upload.submitted_by,
        note=upload.note,
    )
    shown = _write_drawings(take, delivery.drawings)
    _write_timesheet(take, delivery, shown)
    audit.record(
        actor=upload.submitted_by,
        verb="take.submit",
        target=take,
        production_id=cut.episode.production_id,
        after={
            "number": take.number,
            "stage": take.stage,
            "source": take.source,
            "cells": {cell: len(set(numbers)) for cell, numbers in shown.items()},
        },
    )
    made.follow(take)
    submit_stage(cut, upload.stage, upload.submitted_by)
    news.take_arrived(take, drawings=sum(len(set(numbers)) for numbers in shown.values()))
    return take


def next_number(cut: Cut, stage: str) -> int:
    """Return the number of the next take of a stage. The caller has locked the cut."""
    return (cut.takes.filter(stage=stage).aggregate(newest=Max("number"))["newest"] or 0) + 1


def send_to_check(take: Take, by: User | None) -> Job:
    """Let a worker check a take that has come."""
    return jobs.submit(
        actor=by,
        kind="qa.check_take",
        subject=f"take:{take.pk}",
        production_id=take.cut.episode.production_id,
        params={"take_id": take.pk},
    )


def cell_order(drawings: Iterable[ReadDrawing]) -> list[str]:
    """Return the cells from the lowest: A, B, … AA by name, then layers as their file stacks them."""
    named: dict[str, None] = {}
    stacked: dict[str, None] = {}
    for drawing in drawings:
        (stacked if drawing.is_layer else named)[drawing.cell] = None
    return [
        *sorted(named, key=lambda cell: (len(cell), cell)),
        *(cell for cell in stacked if cell not in named),
    ]


def _write_drawings(take: Take, drawings: list[ReadDrawing]) -> dict[str, list[int]]:
    """Write cells and distinct drawings; return per cell the drawing shown for each item, in order."""
    ordered = sorted(drawings, key=lambda drawing: (drawing.cell, drawing.order))
    merged = merge_repeats((d.cell, d.number, d.picture.content_sha256) for d in ordered)
    cells = {
        name: Cell.objects.create(take=take, name=name, position=position)
        for position, name in enumerate(cell_order(drawings))
    }
    first = {(drawing.cell, str(drawing.number)): drawing for drawing in ordered}
    Drawing.objects.bulk_create(
        [
            _row(cells[found.cell], first[found.cell, found.number], [int(n) for n in found.numbers])
            for found in merged.drawings
        ],
        batch_size=200,
    )
    return {cell: [int(number) for number in numbers] for cell, numbers in merged.exposures.items()}


def _row(cell: Cell, drawing: ReadDrawing, numbers: list[int]) -> Drawing:
    return Drawing(
        cell=cell,
        number=drawing.number,
        numbers=numbers,
        file_name=drawing.path[-255:],
        **drawing.picture.columns(),
    )


def _write_timesheet(take: Take, delivery: Delivery, shown: Mapping[str, list[int]]) -> Timesheet:
    sheet = delivery.timesheet
    duration = (sheet.duration_frames if sheet else 0) or take.cut.duration_frames
    written = {cell.upper(): changes for cell, changes in sheet.exposures.items()} if sheet else {}
    exposures: Exposures = {}
    for cell, numbers in shown.items():
        names = _first_numbers(delivery.drawings, cell, numbers)
        if cell in written:
            exposures[cell] = _from_sheet(written[cell], names)
        elif cell in delivery.frames:
            exposures[cell] = _changes((frame, names[number]) for frame, number in delivery.frames[cell])
        else:
            guessed = exposures_from_numbers(numbers, duration)
            exposures[cell] = _changes((found.frame_no, int(found.number or 0)) for found in guessed)
    last = max((changes[-1][0] or 0 for changes in exposures.values() if changes), default=0)
    return Timesheet.objects.create(
        take=take,
        duration_frames=max(duration, last),
        exposures=exposures,
        raw_blob=delivery.timesheet_blob,
    )


def _first_numbers(drawings: Iterable[ReadDrawing], cell: str, shown: list[int]) -> dict[int, int]:
    """Return for every number of a cell the number under which its drawing is kept."""
    ordered = sorted((d for d in drawings if d.cell == cell), key=lambda drawing: drawing.order)
    return {drawing.number: first for drawing, first in zip(ordered, shown, strict=True)}


def _from_sheet(changes: Iterable[Exposure], names: Mapping[int, int]) -> list[list[int | None]]:
    """Return a timesheet's exposures by kept numbers; a drawing that did not come keeps its own number."""
    found: list[tuple[int, int | None]] = []
    for change in changes:
        number = None if change.number is None else number_of_text(change.number)
        if change.number is not None and number is None:
            continue  # a name such as BOOK shows no drawing of this take; what showed before stays
        found.append((change.frame_no, None if number is None else names.get(number, number)))
    return _changes(found)


def _changes(shown: Iterable[tuple[int, int | None]]) -> list[list[int | None]]:
    """Return [frame_no, number] only where the number changes."""
    changes: list[list[int | None]] = []
    for frame_no, number in shown:
        if not changes or changes[-1][1] != number:
            changes.append([frame_no, number])
    return changes


def submit_stage(cut: Cut, stage: str, by: User | None) -> None:
    """Move the stage of a take that has come to "submitted". Call it in the take's transaction."""
    row, is_new = StageState.objects.select_for_update().get_or_create(
        cut=cut, stage=stage, defaults={"state": StageStatus.SUBMITTED}
    )
    before = {} if is_new else {"state": str(row.state)}
    row.state = StageStatus.SUBMITTED
    row.save()
    audit.record(
        actor=by,
        verb="stage.set",
        target=row,
        production_id=cut.episode.production_id,
        before=before,
        after={"state": str(StageStatus.SUBMITTED)},
    )
