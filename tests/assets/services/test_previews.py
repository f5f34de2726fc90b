"""What a delivery would be before it is sent: against the timesheet, the take before, and itself."""

from __future__ import annotations

import hashlib
import json

import pytest

from assets.services import previews
from assets.services.previews import GivenFile, Preview
from studio.core.errors import NotAllowed, NotFound
from tests.assets.services.deliveries import run, send
from tests.world import World, png


def _look(world: World, files: list[GivenFile], **more: object) -> Preview:
    asked = {"actor": world.artist, "cut": world.cut, "stage": "AD", **more}
    return previews.preview(files=files, **asked)


def _file(path: str, data: bytes = b"") -> GivenFile:
    return GivenFile(path, len(data), hashlib.sha256(data).hexdigest() if data else "")


def _sheet(*numbers: int) -> str:
    frames = [
        {"frame": place * 2, "data": [{"id": 0, "values": [str(number)]}]}
        for place, number in enumerate(numbers)
    ]
    fields = [{"fieldId": 0, "tracks": [{"trackNo": 0, "frames": frames}]}]
    headers = [{"fieldId": 0, "names": ["A"]}]
    table = {"name": "s", "duration": 48, "fields": fields, "timeTableHeaders": headers}
    body = {"version": 5, "header": {"cut": "12", "scene": "1"}, "timeTables": [table]}
    return "exchangeDigitalTimeSheet Save Data\n" + json.dumps(body)


def test_files_are_told_new_changed_and_the_same_against_the_take_before(world: World) -> None:
    run(send(world, {"A/A0001.png": png(seed=1), "A/A0002.png": png(seed=2), "A/A0004.png": png(seed=4)}))
    given = [
        _file("A/A0001.png", png(seed=1)),
        _file("A/A0002.png", png(seed=9)),
        _file("A/A0003.png", png(seed=3)),
    ]
    found = _look(world, given)
    assert [each.against for each in found.rows] == ["same", "changed", "new"]
    (cell,) = found.cells
    assert (cell.same, cell.changed, cell.new, cell.gone) == (1, 1, 1, "4")


def test_without_digests_nothing_is_claimed_about_bytes(world: World) -> None:
    run(send(world, {"A/A0001.png": png(seed=1)}))
    assert [each.against for each in _look(world, [GivenFile("A/A0001.png")]).rows] == ["there"]


def test_a_first_take_has_nothing_to_be_held_against(world: World) -> None:
    found = _look(world, [_file("A/A0001.png", png())])
    assert found.before is None
    assert found.rows[0].against == ""


def test_the_timesheet_in_the_folder_says_what_is_missing_and_how_long_each_is_held(world: World) -> None:
    found = _look(world, [_file("A/A0001.png"), _file("A/A0007.png")], sheet_text=_sheet(1, 2, 3))
    assert found.sheet == "given"
    (cell,) = found.cells
    assert (cell.missing, cell.unnamed) == ("2-3", "7")
    assert [each.frames for each in found.rows] == [2, 0]


def test_a_timesheet_that_cannot_be_read_is_a_problem_and_no_fault(world: World) -> None:
    found = _look(world, [_file("A/A0001.png")], sheet_text="nonsense")
    assert found.sheet == ""
    assert "XDTS_NOT_ONE" in {problem.code for problem in found.problems}


def test_files_with_the_same_bytes_are_told_held(world: World) -> None:
    given = [_file("A/A0001.png", png()), _file("A/A0002.png", png())]
    assert [each.same_as for each in _look(world, given).rows] == ["", "1"]


def test_a_cell_is_read_as_the_person_means_it(world: World) -> None:
    found = _look(world, [_file("X/X0001.png"), _file("A/A0001.png")], cells={"X": "a"})
    problems = [each.row.problem.code if each.row.problem else "" for each in found.rows]
    assert problems == ["", "DUPLICATE_NUMBER"]
    assert found.rows[0].row.cell == "A"


def test_names_inside_a_zip_are_read_as_its_folder(world: World) -> None:
    given = [
        GivenFile("cut.zip", 10),
        GivenFile("cut.zip/A/A0001.png", 4),
        GivenFile("cut.zip/A/A0002.png", 4),
    ]
    found = _look(world, given)
    assert [cell.drawings for cell in found.cells] == [2]
    assert [each.file.is_entry for each in found.rows] == [True, True, False]


def test_a_stage_that_every_name_says_is_offered(world: World) -> None:
    found = _look(world, [_file("EP01_C012_PT_A_0001.png"), _file("EP01_C012_PT_A_0002.png")])
    assert found.other_stage == "PT"


def test_a_film_beside_the_drawings_leaves_nothing_missing(world: World) -> None:
    run(send(world, {"A/A0001.png": png(seed=1), "A/A0002.png": png(seed=2)}))
    found = _look(world, [_file("A/A0001.png"), _file("B.mp4")])
    assert [cell.gone for cell in found.cells] == [""]


@pytest.mark.parametrize(("person", "refusal"), [("producer", NotAllowed), ("stranger", NotFound)])
def test_who_may_not_deliver_sees_no_preview(world: World, person: str, refusal: type) -> None:
    with pytest.raises(refusal):
        _look(world, [], actor=getattr(world, person))


def test_what_was_meant_is_what_is_taken(world: World) -> None:
    upload = send(world, {"X/X0001.png": png(seed=1)}, cells={"X": "B"})
    run(upload)
    take = world.cut.takes.get()
    assert [cell.name for cell in take.cells.all()] == ["B"]


def test_numbers_are_said_as_people_write_them() -> None:
    assert previews.number_words({1, 2, 3, 5, 100_007}) == "1-3, 5, 7a"
    assert previews.number_words(set()) == ""


def test_a_held_drawing_points_back_whatever_the_order_of_the_files(world: World) -> None:
    given = [_file("A/A0015.png", png()), _file("A/A0007.png", png())]
    found = {each.row.number_text: each.same_as for each in _look(world, given).rows}
    assert found == {"7": "", "15": "7"}
