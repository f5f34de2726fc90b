"""The table of cuts in and out: Excel-safe, Japanese, all or nothing."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.utils import translation

from assets.choices import StageStatus
from assets.csv_guard import guard, unguard
from assets.models import Character, Cut, Design, Episode, StageState
from assets.services import cut_csv, cuts
from assets.services.csv_cells import state_of
from studio.core.errors import InvalidInput
from studio.core.models import AuditEvent
from tests.world import World


def _read(world: World, text: str, encoding: str = "utf-8-sig") -> cut_csv.CsvReport:
    return cut_csv.read(actor=world.producer, production=world.production, data=text.encode(encoding))


def _furnish(world: World) -> None:
    """Give the cuts everything that a table can hold."""
    ren = Character.objects.create(production=world.production, code="ren", name="レン")
    coat = Design.objects.create(character=ren, code="coat", name="コート")
    producer = world.producer
    cuts.set_cast(actor=producer, cut=world.cut, designs=[world.design, coat])
    cuts.update(
        actor=producer,
        cut=world.cut,
        note='雨、"夜"\r\n二行目; =SUM(A1)',
        due_on=datetime.date(2026, 12, 1),
        duration_frames=36,
    )
    cuts.set_stage(actor=producer, cut=world.cut, stage="KD+", state="approved", assignee=world.supervisor)
    for note, number in (("=cmd|' /C calc'!A0", "020"), ("'quoted", "021"), ("-1", "022"), ("@x", "101A")):
        cuts.create(actor=producer, episode=world.episode, number=number, note=note)
    cuts.update(actor=producer, cut=world.other_cut, omitted=True)


def _rows(world: World) -> list[object]:
    return [
        *Cut.objects.order_by("pk").values_list(),
        *StageState.objects.order_by("pk").values_list("cut", "stage", "state", "assignee", "due_on"),
    ]


def test_what_is_written_and_read_back_changes_nothing(world: World) -> None:
    _furnish(world)
    before, events = _rows(world), AuditEvent.objects.count()
    data = cut_csv.write(actor=world.producer, production=world.production)
    report = cut_csv.read(actor=world.producer, production=world.production, data=data)
    assert (report.created, report.changed, report.unchanged, report.problems) == (0, 0, 6, [])
    assert _rows(world) == before
    assert AuditEvent.objects.count() == events
    assert cut_csv.write(actor=world.producer, production=world.production) == data


def test_an_export_read_into_an_empty_production_is_the_same_table(world: World) -> None:
    _furnish(world)
    data = cut_csv.write(actor=world.producer, production=world.production)
    Episode.objects.all().delete()
    report = cut_csv.read(actor=world.producer, production=world.production, data=data)
    assert (report.created, report.problems) == (6, [])
    again = cut_csv.write(actor=world.producer, production=world.production)
    assert _without_breaks(again) == _without_breaks(data)


def _without_breaks(data: bytes) -> bytes:
    """Inside a note Excel's line breaks become ours."""
    return data.replace(b"\r\n", b"\n")


def test_the_file_is_one_that_excel_opens(world: World) -> None:
    _furnish(world)
    data = cut_csv.write(actor=world.producer, production=world.production)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0][:7] == ["episode", "cut", "length", "due", "note", "cast", "omitted"]
    assert rows[0][7:] == ["KD+ state", "KD+ assignee", "AD state", "AD assignee"]
    assert rows[1][:4] == ["EP01", "012", "1+12", "2026-12-01"]
    assert rows[1][5:9] == ["aki/school; ren/coat", "", "approved", "supervisor"]
    risky = ("=", "+", "-", "@", "\t", "\r")
    assert not [cell for row in rows for cell in row if cell.startswith(risky)]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "'x", "''x", "'=x", "", "x", "1+12"])
def test_the_guard_comes_off_as_it_went_on(cell: str) -> None:
    assert unguard(guard(cell)) == cell


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_japanese_table_is_read(world: World, encoding: str, delimiter: str) -> None:
    text = delimiter.join(["話数", "カット", "尺", "納期", "備考", "香盤", "欠番", "AD 状態", "AD 担当"])
    text += "\r\n" + delimiter.join(
        ["第1話", "C014", "2+06", "2026年11月30日", "雨の夜", "aki/school", "", "作業中", "artist"]
    )
    report = _read(world, text, encoding)
    assert (report.created, report.problems) == (1, [])
    cut = Cut.objects.get(number="C014")
    assert (cut.episode, cut.duration_frames, cut.note) == (world.episode, 54, "雨の夜")
    assert cut.due_on == datetime.date(2026, 11, 30)
    stage = cut.stages.get(stage="AD")
    assert (stage.state, stage.assignee) == (StageStatus.IN_WORK, world.artist)


@pytest.mark.parametrize("state", list(StageStatus))
def test_a_state_is_read_as_the_japanese_pages_write_it(state: StageStatus) -> None:
    with translation.override("ja"):
        assert state_of(str(state.label)) == state.value


def test_the_zeros_that_excel_drops_do_not_make_a_second_cut(world: World) -> None:
    report = _read(world, "episode,cut,note\nEP01,12,Rain\n")
    assert (report.created, report.changed) == (0, 1)
    world.cut.refresh_from_db()
    assert (world.cut.number, world.cut.note) == ("012", "Rain")


def test_columns_that_are_not_there_change_nothing(world: World) -> None:
    report = _read(world, "episode,cut,colour of the sky\nEP01,012,blue\n")
    assert report.unchanged == 1
    assert world.cut.castings.count() == 1


BAD_LINES = {
    "EP01,020,x,,,,": "no length",
    "EP01,020,1,soon,,,": "no date",
    "EP01,020,1,,,aki/armour,": "no design aki/armour",
    "EP01,020,1,,,,perhaps": "neither yes nor no",
    "EP01,,1,,,,": "has no number",
    ",020,1,,,,": "episode is missing",
    "EP01,02/0,1,,,,": "letters, digits",
    "EP01,13,1,,,,": "already",
}


@pytest.mark.parametrize("line", BAD_LINES)
def test_one_bad_line_is_told_by_its_number_and_nothing_is_changed(world: World, line: str) -> None:
    before = _rows(world)
    text = f"episode,cut,length,due,note,cast,omitted\nEP01,099,1,,,,\nEP01,013,9,,,,\n{line}\n"
    report = _read(world, text)
    assert (report.created, report.changed) == (0, 0)
    assert [number for number, _reason in report.problems] == [4]
    assert BAD_LINES[line] in report.problems[0][1]
    assert _rows(world) == before
    assert not AuditEvent.objects.exists()


def test_every_bad_line_is_told_at_once(world: World) -> None:
    report = _read(world, "episode,cut,length\nEP01,020,x\nEP01,021,1\nEP01,022,y\n")
    assert [number for number, _reason in report.problems] == [2, 4]


def test_people_who_are_no_members_and_unknown_states_are_told(world: World) -> None:
    report = _read(world, "episode,cut,AD state,AD assignee\nEP01,012,dancing,\nEP01,013,,stranger\n")
    assert "dancing" in report.problems[0][1]
    assert "stranger" in report.problems[1][1]


def test_a_cut_is_dropped_and_reopened_by_a_table(world: World) -> None:
    _read(world, "episode,cut,omitted,AD state\nEP01,012,欠番,on hold\n")
    world.cut.refresh_from_db()
    assert world.cut.omitted
    assert world.cut.stages.get().state == StageStatus.ON_HOLD
    _read(world, "episode,cut,omitted,AD state\nEP01,012,,ready\n")
    world.cut.refresh_from_db()
    assert (world.cut.omitted, world.cut.stages.get().state) == (False, StageStatus.READY)


def test_an_assistant_cannot_open_an_episode_by_a_table(world: World) -> None:
    data = b"episode,cut\nEP02,001\n"
    report = cut_csv.read(actor=world.assistant, production=world.production, data=data)
    assert report.problems == [(2, "there is no episode EP02")]
    assert cut_csv.read(actor=world.producer, production=world.production, data=data).created == 1


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"a,b\n1,2\n", b"episode,cut,cut\n", b"\x00\x01\x02", b'episode,cut\n"EP01,1\n']
)
def test_what_is_no_table_is_refused(world: World, data: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        cut_csv.read(actor=world.producer, production=world.production, data=data)
    assert refusal.value.code == "bad_csv"


def test_an_outside_artist_exports_their_own_cuts_alone(world: World) -> None:
    data = cut_csv.write(actor=world.outside_artist, production=world.production).decode("utf-8-sig")
    assert [line.split(",")[1] for line in data.splitlines()] == ["cut", "012"]


def test_a_table_of_many_cuts_is_written_in_few_queries(world: World, django_assert_max_num_queries) -> None:
    for number in range(30):
        cut = Cut.objects.create(episode=world.episode, number=f"{100 + number}")
        StageState.objects.create(cut=cut, stage="AD", assignee=world.artist)
    with django_assert_max_num_queries(8):
        cut_csv.write(actor=world.producer, production=world.production)
