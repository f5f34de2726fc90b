"""A take with three roughs of cell A, and their clean-up by an engine that is none: for tests of clean-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assets.choices import DraftState
from assets.intake.formats import read_picture
from assets.models import Cell, DerivedJob, Drawing, ProposalDrawing, Take, Timesheet
from assets.services import cleanups, pictures
from assets.services.cleanups import Rough
from assets.services.derived import Given
from studio.core.choices import JobState
from studio.core.models import Job
from tests.derived_world import run
from tests.world import World, png


def roughs_take(
    world: World, *, stage: str = "GEN", cell: str = "A", numbers: tuple[int, ...] = (1, 2, 3)
) -> Take:
    """Return a take with roughs of a cell; the last one is held under a further number, and a timesheet says so."""
    number = world.cut.takes.filter(stage=stage).count() + 1
    take = Take.objects.create(cut=world.cut, stage=stage, number=number, submitted_by=world.artist)
    made = Cell.objects.create(take=take, name=cell, position=0)
    for each in numbers:
        data = png((240, 240, 200 + each), seed=each)
        picture = pictures.store(read_picture(data, "rough.png", pictures.limits()), data)
        shown = [each, each + 1] if each == numbers[-1] and len(numbers) > 1 else [each]
        Drawing.objects.create(
            cell=made, number=each, numbers=shown, file_name=f"{cell}{each}.png", **picture.columns()
        )
    exposures = [[1 + 2 * index, each] for index, each in enumerate((*numbers, numbers[-1] + 1))]
    Timesheet.objects.create(take=take, duration_frames=24, exposures={cell: exposures})
    return take


def roughs_of(take: Take, wishes: Mapping[str, Any] | None = None, cell: str = "A") -> list[Rough]:
    """Return the drawings of a cell as they are given."""
    drawings = Drawing.objects.filter(cell__take=take, cell__name=cell).order_by("number")
    return [Rough(Given(drawing=each), wishes or {}) for each in drawings]


def ask(world: World, take: Take | None = None, **more: Any) -> DerivedJob:
    """Ask for the clean-up of cell A at the stage AD, as the artist."""
    given = {"actor": world.artist, "cut": world.cut, "stage": "AD", **more}
    if "roughs" not in given:
        given["roughs"] = roughs_of(take or roughs_take(world))
    return cleanups.request(**given)


def cleaned(world: World, take: Take | None = None, **more: Any) -> DerivedJob:
    """Return a clean-up that waits for the artist's word."""
    made = ask(world, take, **more)
    job = run(made)
    assert job.state == "done", (job.error_code, job.error_data, job.error_detail)
    return made


def drawn_cleanup(world: World) -> ProposalDrawing:
    """Return a cleaned drawing of the artist's that waits for a word, written without any engine."""
    made = DerivedJob.objects.filter(cell="Y").first()
    if made is None:
        take = roughs_take(world, cell="Y", numbers=(1,))
        made = ask(world, roughs=roughs_of(take, cell="Y"))
        Job.objects.filter(pk=made.job_id).update(state=JobState.DONE)
        key = made.keys.earliest("pk")
        facts = {name: getattr(key, name) for name in ("blob", "view_blob", "height_px", "width_px")}
        facts |= {"svg_blob": key.blob, "layers": {"red": key.blob}, "found": {"strokes": 2, "notes": []}}
        ProposalDrawing.objects.filter(part__proposal__derived=made).update(
            state=DraftState.DRAWN, content_sha256="c" * 64, confidence=0.9, **facts
        )
    return ProposalDrawing.objects.select_related("part__proposal").get(part__proposal__derived=made)
