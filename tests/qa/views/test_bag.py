"""The cut bag: boxes with stamps, timesheet with what is flagged and missing, history of the takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets import bag
from assets.models import Drawing, StageState, Take, Timesheet
from assets.services import sign_offs
from qa.models import Flag
from qa.services import verdicts
from tests.fakes import FakeCompute
from tests.qa.makers import approve_sheet, deliver
from tests.qa.views.conftest import SignIn
from tests.world import World, png


def _with_sheet(take: Take, changes: list[list[int | None]], duration: int = 48) -> Timesheet:
    return Timesheet.objects.create(take=take, duration_frames=duration, exposures={"A": changes})


def _part(signed_in: SignIn, world: World, person: str = "artist", query: str = "") -> str:
    client = signed_in(getattr(world, person))
    return client.get(f"/cuts/{world.cut.pk}/sheet/{query}").content.decode()


def test_the_timesheet_marks_what_is_flagged_and_what_did_not_come(
    signed_in: SignIn, world: World, checked: Take
) -> None:
    _with_sheet(checked, [[1, 1], [5, 2], [9, 9], [20, None]])
    html = _part(signed_in, world)
    assert html.count("mark-flagged") == 2, "across and down"
    assert html.count("mark-missing") == 2
    assert "9?" in html
    assert 'colspan="11"' in html, "drawing 9 from frame 9 to 19"


def test_keys_stand_beside_in_betweens(signed_in: SignIn, world: World, checked: Take) -> None:
    keys = deliver(world.cut, [png(seed=40)], stage="GEN")
    Take.objects.filter(pk=keys.pk).update(submitted_at=timezone.now() - timedelta(days=1))
    for take in (keys, checked):
        _with_sheet(take, [[1, 1]])
    html = _part(signed_in, world)
    assert "ACTION (keys)" in html
    assert "ACTION (keys)" not in _part(signed_in, world, query=f"?take={keys.pk}")


def test_the_history_says_what_each_take_changed(world: World, fake: FakeCompute) -> None:
    first = deliver(world.cut, [png(seed=1), png(seed=2), png(seed=3)])
    second = deliver(world.cut, [png(seed=1), png(seed=9)])
    changes = bag.changes_of([second, first])
    assert changes[first.pk].before is None
    found = changes[second.pk]
    assert (found.before, found.new, found.changed, found.gone) == (first, 0, 1, 1)
    changed = Drawing.objects.get(cell__take=second, number=2)
    assert found.words_of == {changed.pk: "changed"}


def test_the_part_asks_the_database_no_more_for_many_takes(
    signed_in: SignIn, world: World, checked: Take
) -> None:
    _with_sheet(checked, [[1, 1]])
    client = signed_in(world.artist)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/cuts/{world.cut.pk}/sheet/?take={checked.pk}").status_code == 200
        return len(found)

    few = queries()
    for seed in range(4):
        deliver(world.cut, [png(seed=seed), png(seed=seed + 20)])
    assert queries() == few


def test_a_cut_that_is_not_theirs_is_hidden_from_an_outside_artist(signed_in: SignIn, world: World) -> None:
    assert signed_in(world.outside_artist).get(f"/cuts/{world.other_cut.pk}/sheet/").status_code == 404


def test_shared_cuts_that_are_not_theirs_are_hidden_from_an_outside_artist(
    signed_in: SignIn, world: World
) -> None:
    world.cut.shared_with.add(world.other_cut)
    page = signed_in(world.outside_artist).get(f"/cuts/{world.cut.pk}/").content.decode()
    assert f"/cuts/{world.other_cut.pk}/" not in page
    assert (
        f"/cuts/{world.other_cut.pk}/"
        in signed_in(world.artist).get(f"/cuts/{world.cut.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    ("person", "offered"), [("supervisor", True), ("paint_checker", False), ("artist", False)]
)
def test_only_who_has_the_authority_is_offered_to_sign(
    signed_in: SignIn, world: World, person: str, offered: bool
) -> None:
    page = signed_in(getattr(world, person)).get(f"/cuts/{world.cut.pk}/").content.decode()
    assert ("Sign AD off" in page) is offered


def test_a_stamp_shows_who_signed_and_that_a_take_came_since(
    signed_in: SignIn, world: World, fake: FakeCompute
) -> None:
    deliver(world.cut, [png(seed=1)], stage="AD")
    sign_offs.sign(actor=world.supervisor, cut=world.cut, stage="AD")
    page = signed_in(world.artist).get(f"/cuts/{world.cut.pk}/").content.decode()
    assert "stamp-seal" in page
    assert "came since" not in page
    deliver(world.cut, [png(seed=2)], stage="AD")
    assert "T2 came since" in signed_in(world.artist).get(f"/cuts/{world.cut.pk}/").content.decode()


def test_a_wrong_date_of_a_stage_keeps_what_was_typed(signed_in: SignIn, world: World) -> None:
    given = {"stage": "AD", "state": "on_hold", "due_on": "31.31."}
    answer = signed_in(world.producer).post(f"/cuts/{world.cut.pk}/stage/", given)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "31.31." in html
    assert '<option value="on_hold" selected>' in html


def test_the_bag_asks_the_database_no_more_for_a_large_cast(
    signed_in: SignIn, world: World, fake: FakeCompute
) -> None:
    approve_sheet(world.design)
    client = signed_in(world.producer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/cuts/{world.cut.pk}/").status_code == 200
        return len(found)

    few = queries()
    approve_sheet(world.design, drawings=12, version=2)
    for stage in ("LO", "GEN", "PT", "COMP"):
        StageState.objects.create(cut=world.cut, stage=stage, assignee=world.artist)
    assert queries() == few


def test_what_was_decided_on_a_cut_is_folded(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    verdicts.give(actor=world.supervisor, flag=three_flags[0], decision="ok")
    part = signed_in(world.artist).get(f"/cuts/{world.cut.pk}/flags/").content.decode()
    assert "1 flag that was decided" in part


def test_days_are_counted_in_words() -> None:
    today = timezone.localdate()
    said = [bag.due_words(today + timedelta(days=days), "in_work") for days in (-3, -1, 0, 1, 4)]
    assert said == ["3 days late", "1 day late", "due today", "due tomorrow", "in 4 days"]
    assert bag.due_words(today, "approved") == ""
