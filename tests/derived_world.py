"""A take with two keys of cell A, and an engine that answers without any: for tests of what Sakkan draws."""

from __future__ import annotations

from typing import Any

from assets.choices import DraftState
from assets.intake.formats import read_picture
from assets.models import Cell, DerivedJob, Drawing, ProposalDrawing, Take, Timesheet
from assets.services import derived, pictures
from assets.services.derived import Given, Wish
from studio.core import jobs
from studio.core.choices import JobState
from studio.core.models import Job
from tests.world import World, png

HALVES = Wish(chart="1/4, 1/2, 3/4")
PIN = {"pins": [{"a_xy": [8, 8], "b_xy": [9, 8]}]}


def keys_take(world: World, *, stage: str = "GEN", exposures: dict[str, Any] | None = None) -> Take:
    """Return a take with the keys A1 and A5 and a timesheet that names the drawings between them."""
    number = world.cut.takes.filter(stage=stage).count() + 1
    take = Take.objects.create(cut=world.cut, stage=stage, number=number, submitted_by=world.artist)
    shown = exposures or {"A": [[1, 1], [7, 2], [9, 3], [11, 4], [13, 5]]}
    for name in shown:
        cell = Cell.objects.create(take=take, name=name, position=ord(name) - ord("A"))
        for number in (1, 5):
            _drawing(cell, number)
    Timesheet.objects.create(take=take, duration_frames=48, exposures=shown)
    return take


def _drawing(cell: Cell, number: int) -> Drawing:
    data = png((200, 60, 60 + number), seed=number)
    picture = pictures.store(read_picture(data, "key.png", pictures.limits()), data)
    return Drawing.objects.create(
        cell=cell,
        number=number,
        numbers=[number],
        file_name=f"{cell.name}{number}.png",
        **picture.columns(),
    )


def pair_of(take: Take, cell: str = "A") -> tuple[Given, Given]:
    """Return the two keys of a cell as they are given."""
    first, second = Drawing.objects.filter(cell__take=take, cell__name=cell).order_by("number")
    return Given(drawing=first), Given(drawing=second)


def ask(world: World, take: Take, **more: Any) -> DerivedJob:
    """Ask for the in-betweens of cell A at the stage AD, as the artist."""
    given = {"actor": world.artist, "cut": world.cut, "stage": "AD", "wish": HALVES, **more}
    return derived.request(**{"keys": pair_of(take), **given} if "keys" not in given else given)


def run(made: DerivedJob) -> Job:
    """Do its present job as a worker does, and read both rows again."""
    made.refresh_from_db()
    assert made.job is not None
    jobs.run(str(made.job.pk))
    made.refresh_from_db()
    made.job.refresh_from_db()
    return made.job


def proposed(world: World, take: Take | None = None, **more: Any) -> DerivedJob:
    """Return in-betweens that wait for the artist's word."""
    made = ask(world, take or keys_take(world), **more)
    job = run(made)
    assert job.state == "done", (job.error_code, job.error_data, job.error_detail)
    return made


def drawn_draft(world: World) -> ProposalDrawing:
    """Return a drawing of a proposal of the artist's that waits for a word, written without any engine."""
    made = DerivedJob.objects.filter(cell="Z").first()
    if made is None:
        take = keys_take(world, exposures={"Z": [[1, 1], [5, 2], [9, 5]]})
        made = ask(world, take, keys=pair_of(take, "Z"), wish=Wish(chart="1/2"))
        Job.objects.filter(pk=made.job_id).update(state=JobState.DONE)
        key = made.keys.earliest("pk")
        facts = {name: getattr(key, name) for name in ("blob", "view_blob", "height_px", "width_px")}
        ProposalDrawing.objects.filter(part__proposal__derived=made).update(
            state=DraftState.DRAWN, content_sha256="d" * 64, confidence=0.9, **facts
        )
    return ProposalDrawing.objects.select_related("part__proposal").get(part__proposal__derived=made)
