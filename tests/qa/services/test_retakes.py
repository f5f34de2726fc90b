"""The retake list: answered by the next take, planned by those who plan, opened by Excel."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from assets.models import StageState
from qa.models import Flag, Retake
from qa.services import retake_sheets, retakes, verdicts
from studio.core.errors import NotAllowed, NotFound
from tests.qa.makers import check, deliver
from tests.world import World, png


@pytest.fixture
def retake(world: World, flag: Flag) -> Retake:
    verdicts.give(
        actor=world.supervisor, flag=flag, decision="retake", reason="proportion", note='=HYPERLINK("x")'
    )
    return Retake.objects.get()


def _csv(world: World) -> bytes:
    return retake_sheets.write_csv(
        actor=world.producer, production=world.production, filters={"state": "all"}
    )


def _rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_check_of_the_next_take_answers_the_order(world: World, retake: Retake):
    take = deliver(world.cut, [png(seed=6)], by=world.artist)
    check(take)
    retake.refresh_from_db()
    assert (retake.state, retake.answered_by_take) == ("answered", take)
    assert StageState.objects.get(cut=world.cut, stage="PT").state == "submitted"


def test_a_take_of_another_stage_or_cut_answers_nothing(world: World, retake: Retake):
    retakes.answer(take=deliver(world.cut, [png()], stage="GEN"))
    retakes.answer(take=deliver(world.other_cut, [png()]))
    retakes.answer(take=retake.take)
    retake.refresh_from_db()
    assert retake.state == "open"


def test_planners_and_supervisors_set_the_due_date_and_artists_do_not(world: World, retake: Retake):
    for person in (world.assistant, world.producer, world.supervisor):
        assert retakes.set_due(actor=person, retake=retake, due_on=date(2026, 12, 1)).due_on == date(
            2026, 12, 1
        )
    with pytest.raises(NotAllowed):
        retakes.set_due(actor=world.artist, retake=retake, due_on=None)


def test_the_csv_says_what_is_wrong_where_and_until_when(world: World, retake: Retake):
    retakes.set_due(actor=world.producer, retake=retake, due_on=date(2026, 12, 1))
    (row,) = _rows(_csv(world))
    place = [row[name] for name in ("episode", "cut", "stage", "take", "cell", "drawing")]
    assert place == ["EP01", "012", "PT", "T1", "A", "2"]
    assert row["sentence"].startswith("The head is 15.0 % larger")
    assert (row["reason"], row["by"], row["due"]) == ("proportion (頭身)", "supervisor", "2026-12-01")


def test_the_csv_opens_in_excel_as_text_and_runs_no_formula(world: World, retake: Retake):
    data = _csv(world)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    assert _rows(data)[0]["note"] == '\'=HYPERLINK("x")'


def test_withdrawn_lines_are_not_in_the_list(world: World, retake: Retake, flag: Flag):
    verdicts.undo(actor=world.supervisor, flag=flag)
    assert _rows(_csv(world)) == []


def test_a_stranger_gets_no_list(world: World, retake: Retake):
    with pytest.raises(NotFound):
        retake_sheets.write_csv(actor=world.stranger, production=world.production, filters={})
