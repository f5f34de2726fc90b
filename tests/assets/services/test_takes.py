"""Takes: numbered under a lock, cells from the lowest, held drawings once, timesheets as they were meant."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from assets.intake.timesheets import Exposure
from assets.models import Drawing, Take, Upload
from assets.services import takes
from assets.services.pictures import StoredPicture
from assets.services.reading import Delivery, ReadDrawing, number_of_text, whole_number
from studio.core import jobs
from studio.core.errors import InvalidTransition
from tests.assets.services.deliveries import run, send
from tests.world import World, build_world, png


def _drawing(cell: str, number: int, content: str, *, is_layer: bool = False) -> ReadDrawing:
    picture = StoredPicture(content, content, content, (4, 6), True)
    return ReadDrawing(cell, number, (number, ""), f"{cell}{number}.png", picture, is_layer)


def _write(world: World, *drawings: ReadDrawing) -> Take:
    upload = Upload.objects.create(cut=world.cut, stage="AD", submitted_by=world.artist)
    return takes.write(upload, Delivery(drawings=list(drawings)))


def test_cells_lie_from_a_up_and_layers_as_their_file_stacks_them() -> None:
    drawings = [_drawing(name, 1, name) for name in ("AA", "B", "A")]
    layers = [_drawing(name, 1, name, is_layer=True) for name in ("BG", "FX", "B")]
    assert takes.cell_order([*drawings, *layers]) == ["A", "B", "AA", "BG", "FX"]


def test_the_same_pixels_in_two_cells_are_two_drawings_of_one_content(world: World) -> None:
    take = _write(world, _drawing("A", 1, "x"), _drawing("B", 1, "x"), _drawing("B", 2, "x"))
    rows = [(row.cell.name, row.numbers, row.content_sha256) for row in Drawing.objects.all()]
    assert rows == [("A", [1], "x"), ("B", [1, 2], "x")]
    assert take.timesheet.exposures == {"A": [[1, 1]], "B": [[1, 1]]}


def test_drawings_are_ordered_by_number_however_they_arrived(world: World) -> None:
    take = _write(world, *(_drawing("A", number, str(number % 2)) for number in (10, 2, 1)))
    assert [(row.number, row.numbers) for row in Drawing.objects.all()] == [(1, [1]), (2, [2, 10])]
    assert take.timesheet.exposures == {"A": [[1, 1], [17, 2]]}


def test_a_cut_without_a_length_gets_that_of_its_drawings(world: World) -> None:
    world.cut.duration_frames = 0
    world.cut.save()
    take = _write(world, *(_drawing("A", number, str(number)) for number in (1, 2, 3)))
    assert take.timesheet.duration_frames == 3


def test_a_dropped_cut_takes_nothing_even_at_the_last_moment(world: World) -> None:
    world.cut.omitted = True
    world.cut.save()
    with pytest.raises(InvalidTransition):
        _write(world, _drawing("A", 1, "x"))


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("0012", 12), ("A3", 3), ("3a", 100_003), ("BOOK", None), ("", None), ("1-2", None)],
)
def test_the_numbers_of_a_timesheet_are_read(text: str, number: int | None) -> None:
    assert number_of_text(text) == number


def test_letters_make_numbers_that_no_plain_drawing_has() -> None:
    assert [whole_number(3, letter) for letter in ("", "a", "b")] == [3, 100_003, 200_003]


def test_a_timesheet_shows_held_drawings_by_their_first_number() -> None:
    changes = [Exposure(1, "1"), Exposure(5, "3"), Exposure(9, "BOOK"), Exposure(13, None), Exposure(17, "9")]
    found = takes._from_sheet(changes, {1: 1, 2: 2, 3: 2})
    assert found == [[1, 1], [5, 2], [13, None], [17, 9]]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_give_one_number_twice() -> None:
    world = build_world()
    waiting = [send(world, {"A0001.png": png(seed=seed)}) for seed in range(4)]
    threads = [threading.Thread(target=_work, args=(str(job.pk),)) for job in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Take.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert {run(job).state for job in waiting} == {"done"}


def _work(job_id: str) -> None:
    try:
        jobs.run(job_id)
    finally:
        connection.close()
