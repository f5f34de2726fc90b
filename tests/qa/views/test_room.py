"""The take room: what it knows of a take's frames, who may enter, and how many queries it takes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.choices import Stage
from assets.models import Cell, Cut, Drawing, StageState, Take, Timesheet
from qa.models import Flag
from qa.services import comments
from qa.views.room_data import as_json, room_take
from tests.qa.makers import deliver
from tests.qa.views.conftest import SignIn
from tests.world import World, png


@pytest.fixture
def timed(world: World) -> Take:
    """Two drawings: the first is held for four frames, the third is named by the sheet and missing."""
    made = deliver(world.cut, [png(seed=1), png(seed=2)], stage=Stage.AD, by=world.artist)
    lines = [[1, 1], [5, 2], [7, 3], [9, None], [11, 2]]
    Timesheet.objects.create(take=made, duration_frames=12, exposures={"A": lines, "B": [[1, 1]]})
    return made


def spans(timed: Take, cell: str = "A") -> list[list[object]]:
    cells = as_json(room_take(timed, []))["cells"]
    return next(each["spans"] for each in cells if each["name"] == cell)


def test_every_frame_shows_what_the_timesheet_says(timed: Take) -> None:
    one, two = Drawing.objects.filter(cell__take=timed).order_by("number").values_list("pk", flat=True)
    assert spans(timed) == [
        [1, 4, one, "1"],
        [5, 2, two, "2"],
        [7, 2, None, "3"],
        [9, 2, None, ""],
        [11, 2, two, "2"],
    ]


def test_a_cell_that_did_not_come_is_missing_and_not_left_out(timed: Take) -> None:
    assert spans(timed, "B") == [[1, 12, None, "1"]]
    assert [cell.missing for cell in room_take(timed, []).cells] == [["3"], ["1"]]


def test_a_cell_beside_the_timesheet_is_marked(timed: Take) -> None:
    cell = Cell.objects.create(take=timed, name="C", position=2)
    Drawing.objects.filter(cell__take=timed, number=1).update(cell=cell)
    shown = {each.name: each.on_sheet for each in room_take(timed, []).cells}
    assert shown == {"A": True, "B": True, "C": False}


def test_without_a_timesheet_drawings_show_by_their_number_not_by_their_files(timed: Take) -> None:
    Timesheet.objects.all().delete()
    timed.refresh_from_db()
    Drawing.objects.filter(cell__take=timed, number=1).update(file_name="z.png", number=3, numbers=[3])
    two, three = Drawing.objects.filter(cell__take=timed).order_by("number").values_list("pk", flat=True)
    assert spans(timed) == [[1, 1, two, "2"], [2, 1, three, "3"]]


def test_a_drawing_that_came_under_two_numbers_shows_under_both(timed: Take) -> None:
    Drawing.objects.filter(cell__take=timed, number=2).update(numbers=[2, 3])
    assert [span[2] for span in spans(timed)].count(None) == 1


def test_the_room_shows_the_history_of_the_cut_with_what_is_open(
    world: World, flag: Flag, signed_in: SignIn
) -> None:
    take = flag.drawing.cell.take
    comments.write(actor=world.supervisor, take=take, text="Seen")
    newer = deliver(world.cut, [png(seed=1)], by=world.artist)
    page = signed_in(world.artist).get(f"/takes/{newer.pk}/look/")
    text = page.content.decode()
    assert [past.take for past in page.context["history"]] == [newer, take]
    assert "1 open flag" in text
    assert "1 open comment" in text


def test_the_other_take_must_be_of_the_same_cut(world: World, timed: Take, signed_in: SignIn) -> None:
    client = signed_in(world.artist)
    other = deliver(world.cut, [png()], stage=Stage.GEN)
    elsewhere = deliver(world.other_cut, [png()])
    assert client.get(f"/takes/{timed.pk}/look/?with={other.pk}").context["other"] == other
    for wrong in (elsewhere.pk, timed.pk, "x"):
        assert client.get(f"/takes/{timed.pk}/look/?with={wrong}").status_code == 404


def test_flags_lead_from_the_strip_to_their_page(world: World, flag: Flag, signed_in: SignIn) -> None:
    page = signed_in(world.artist).get(f"/takes/{flag.drawing.cell.take_id}/look/").content.decode()
    assert f'href="/flags/{flag.pk}/"' in page


def test_neighbouring_cuts_lead_to_their_newest_take_of_the_stage(
    world: World, timed: Take, signed_in: SignIn
) -> None:
    for number in ("010", "011", "014"):
        Cut.objects.create(episode=world.episode, number=number)
    before = deliver(Cut.objects.get(number="011"), [png()], stage=Stage.AD)
    deliver(before.cut, [png()], stage=Stage.PT)
    near = signed_in(world.artist).get(f"/takes/{timed.pk}/look/").context["neighbours"]
    assert [(each.cut.number, each.take_id, each.key) for each in near][:3] == [
        ("010", None, ""),
        ("011", before.pk, "["),
        ("012", timed.pk, ""),
    ]


def test_an_empty_take_says_so(world: World, signed_in: SignIn) -> None:
    empty = Take.objects.create(cut=world.cut, stage=Stage.AD, number=1)
    assert b"This take has no drawings" in signed_in(world.artist).get(f"/takes/{empty.pk}/look/").content


def test_an_outside_artist_enters_only_the_rooms_of_their_own_cuts(
    world: World, timed: Take, signed_in: SignIn
) -> None:
    client = signed_in(world.outside_artist)
    assert client.get(f"/takes/{timed.pk}/look/").status_code == 200
    assert client.get(f"/takes/{timed.pk}/look.json").status_code == 200
    StageState.objects.filter(cut=world.cut).update(assignee=None)
    assert client.get(f"/takes/{timed.pk}/look/").status_code == 404
    assert client.get(f"/takes/{timed.pk}/look.json").status_code == 404


def test_a_longer_take_and_history_need_no_more_queries(
    world: World, timed: Take, signed_in: SignIn, django_assert_num_queries
) -> None:

    client = signed_in(world.supervisor)
    client.get(f"/takes/{timed.pk}/look/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/takes/{timed.pk}/look/")
    for seed in range(4):
        deliver(world.cut, [png(seed=seed + n) for n in range(6)], stage=Stage.PT, by=world.artist)
    cell = Cell.objects.create(take=timed, name="D", position=3)
    Drawing.objects.filter(cell__take=timed, number=1).update(cell=cell)
    with django_assert_num_queries(len(few)):
        client.get(f"/takes/{timed.pk}/look/")
