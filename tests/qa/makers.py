"""Writes what a check needs, row by row: approved sheets and takes of tiny pictures."""

from __future__ import annotations

import hashlib
import io

from assets.choices import SheetState, Stage
from assets.models import (
    Cell,
    Character,
    ColourModel,
    Cut,
    Design,
    Drawing,
    ModelSheet,
    SheetDrawing,
    Swatch,
    Take,
)
from studio.core import jobs
from studio.core.choices import JobState
from studio.core.models import Job
from studio.core.storage import blobs
from tests.world import World, png


def approve_sheet(design: Design, drawings: int = 3, version: int = 1) -> ModelSheet:
    """Write an approved sheet with small drawings; the version before it is superseded."""
    ModelSheet.objects.filter(design=design, state=SheetState.APPROVED).update(state=SheetState.SUPERSEDED)
    sheet = ModelSheet.objects.create(design=design, version=version, state=SheetState.APPROVED)
    for number in range(drawings):
        data = png((90, 60 + design.pk % 100, 160), seed=number + 10 * version)
        sha = blobs().put(io.BytesIO(data)).sha256
        SheetDrawing.objects.create(
            sheet=sheet,
            position=number,
            blob=sha,
            view_blob=sha,
            content_sha256=sha,
            height_px=48,
            width_px=32,
            label=f"view {number}",
        )
    model = ColourModel.objects.create(sheet=sheet)
    Swatch.objects.create(colour_model=model, part="hair", red=90, green=60, blue=160)
    return sheet


def other_design(world: World, code: str = "gym") -> Design:
    """Write another design of the same character, not cast anywhere."""
    character = Character.objects.get(production=world.production, code="aki")
    return Design.objects.create(character=character, code=code, name=code.title())


def deliver(cut: Cut, pictures: list[bytes], stage: str = Stage.PT, by: object = None) -> Take:
    """Write a take with one cell A and one drawing for each picture, numbered from 1."""
    number = Take.objects.filter(cut=cut, stage=stage).count() + 1
    take = Take.objects.create(cut=cut, stage=stage, number=number, submitted_by=by)  # type: ignore[misc]
    cell = Cell.objects.create(take=take, name="A")
    for index, data in enumerate(pictures, start=1):
        sha = blobs().put(io.BytesIO(data)).sha256
        Drawing.objects.create(
            cell=cell,
            number=index,
            numbers=[index],
            blob=sha,
            view_blob=sha,
            content_sha256=hashlib.sha256(data).hexdigest(),
            height_px=48,
            width_px=32,
        )
    return take


def work(kind: str, subject: str, **params: object) -> Job:
    """Submit a job and do it here, as a worker would; it must end well."""
    job = jobs.submit(actor=None, kind=kind, subject=subject, production_id=None, params=params)
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.DONE, (job.error_code, job.error_data, job.error_detail)
    return job


def check(take: Take) -> Job:
    """Check a take here."""
    return work("qa.check_take", f"take:{take.pk}", take_id=take.pk)
