"""The parts on the pages of a cut and a take, the retake list and the demo page."""

from __future__ import annotations

from datetime import date

import pytest

from assets.models import StageState, Take
from qa.models import Flag, Retake
from qa.services import verdicts
from studio.core.models import Job
from tests.fakes import FakeCompute
from tests.qa.makers import approve_sheet, check, deliver
from tests.qa.views.conftest import SignIn
from tests.world import World, png


@pytest.fixture
def retake(world: World, three_flags: list[Flag]) -> Retake:
    """A retake with two reasons, the first with a note."""
    give = {"actor": world.supervisor, "decision": "retake"}
    verdicts.give(flag=three_flags[0], reason="proportion", note="Head a fifth smaller", **give)
    verdicts.give(flag=three_flags[1], reason="face", **give)
    return Retake.objects.get()


def test_the_artist_reads_on_the_cut_what_to_change(signed_in: SignIn, world: World, retake: Retake) -> None:
    for person in (world.artist, world.outside_artist):
        part = signed_in(person).get(f"/cuts/{world.cut.pk}/flags/").content.decode()
        assert "Head a fifth smaller" in part
        assert "nobody has decided yet" in part


def test_a_cut_that_was_never_checked_says_so(signed_in: SignIn, world: World) -> None:
    part = signed_in(world.artist).get(f"/cuts/{world.cut.pk}/flags/").content.decode()
    assert "Not checked yet" in part


def test_another_cut_is_hidden_from_an_outside_artist(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    assert signed_in(world.outside_artist).get(f"/cuts/{world.other_cut.pk}/flags/").status_code == 404


def test_the_take_shows_its_check_and_its_flags(signed_in: SignIn, world: World, checked: Take) -> None:
    part = signed_in(world.artist).get(f"/takes/{checked.pk}/flags/").content.decode()
    assert "3 flags" in part
    assert "Check again" in part


def test_a_check_is_asked_for_and_watched(signed_in: SignIn, world: World, fake) -> None:
    approve_sheet(world.design)
    take = deliver(world.cut, [png(seed=1)], by=world.artist)
    part = signed_in(world.artist).post(f"/takes/{take.pk}/check/", headers={"HX-Request": "true"})
    assert Job.objects.get().subject == f"take:{take.pk}"
    assert 'hx-trigger="load delay:2s"' in part.content.decode()


def test_who_may_not_check_gets_no_button(signed_in: SignIn, world: World, checked: Take) -> None:
    client = signed_in(world.outside_artist)
    assert "Check again" not in client.get(f"/takes/{checked.pk}/flags/").content.decode()
    assert client.post(f"/takes/{checked.pk}/check/").status_code == 403


def test_the_retake_list_gathers_the_reasons_of_a_take(
    signed_in: SignIn, world: World, retake: Retake
) -> None:
    page = signed_in(world.producer).get("/p/HOSHI/retakes/").content.decode()
    assert "1 retake, 2 drawings" in " ".join(page.split())
    assert "Head a fifth smaller" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [("state=open", 1), ("state=closed", 0), ("stage=LO", 0), ("reason=face", 1), ("reason=line", 0)],
)
def test_the_retake_list_is_filtered(
    signed_in: SignIn, world: World, retake: Retake, query: str, shown: int
) -> None:
    assert len(signed_in(world.artist).get(f"/p/HOSHI/retakes/?{query}").context["orders"]) == shown


def test_a_withdrawn_reason_leaves_the_list(
    signed_in: SignIn, world: World, retake: Retake, three_flags: list[Flag]
) -> None:
    verdicts.undo(actor=world.supervisor, flag=three_flags[0])
    assert signed_in(world.artist).get("/p/HOSHI/retakes/").context["lines"] == 1


def test_the_due_date_is_set_and_taken_away(signed_in: SignIn, world: World, retake: Retake) -> None:
    client = signed_in(world.assistant)
    client.post(f"/retakes/{retake.pk}/due/", {"due_on": "2030-01-31"})
    retake.refresh_from_db()
    assert retake.due_on == date(2030, 1, 31)
    client.post(f"/retakes/{retake.pk}/due/", {"due_on": ""})
    retake.refresh_from_db()
    assert retake.due_on is None


def test_a_date_that_is_none_is_refused(signed_in: SignIn, world: World, retake: Retake) -> None:
    assert (
        signed_in(world.supervisor).post(f"/retakes/{retake.pk}/due/", {"due_on": "31.31."}).status_code
        == 400
    )


def test_closing_is_for_who_gives_verdicts(signed_in: SignIn, world: World, retake: Retake) -> None:
    assert signed_in(world.artist).post(f"/retakes/{retake.pk}/close/").status_code == 403
    response = signed_in(world.supervisor).post(f"/retakes/{retake.pk}/close/?state=open")
    assert response.url == f"/p/HOSHI/retakes/?state=open#retake-{retake.pk}"
    retake.refresh_from_db()
    assert retake.state == "closed"


def test_the_csv_opens_in_excel(signed_in: SignIn, world: World, retake: Retake) -> None:
    response = signed_in(world.assistant).get(f"/p/HOSHI/retakes.csv?episode={world.episode.pk}")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert 'filename="HOSHI_EP01_retakes.csv"' in response["Content-Disposition"]
    assert "Head a fifth smaller" in response.content.decode("utf-8-sig")


def test_the_demo_page_says_that_nothing_is_loaded(signed_in: SignIn, world: World) -> None:
    assert "The demo is not loaded" in signed_in(world.stranger).get("/demo/").content.decode()


def test_the_demo_page_tells_what_was_planted_and_found(
    signed_in: SignIn, world: World, three_flags: list[Flag], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"cut": "EP01_C012", "drawing": "A2", "kind": "head_size", "what": "head enlarged by 15 %"}
    rows = [
        {**row, "found": True, "named": True, "flag": three_flags[0]},
        {**row, "drawing": "A9", "found": False, "named": False, "flag": None},
    ]
    counts = {"planted": 2, "found": 1, "clean_drawings": 7, "false_flags": 0}
    report = {"made_by": "Drawn by a script", "licence": "Apache-2.0", "rows": rows, **counts}
    monkeypatch.setattr("qa.views.demo.demo_report", lambda code: report)
    monkeypatch.setattr("qa.views.demo._CODES", ("HOSHI",))
    page = signed_in(world.artist).get("/demo/?code=HOSHI").content.decode()
    assert "1 of 2 planted drifts were found" in page
    assert "not found" in page


def test_the_card_of_the_artist_carries_the_note_and_nothing_else(
    signed_in: SignIn, world: World, retake: Retake
) -> None:
    part = signed_in(world.artist).get(f"/cuts/{world.cut.pk}/retakes/").content.decode()
    assert "Head a fifth smaller" in part
    assert "nobody has decided yet" not in part


def test_my_cuts_shows_the_note_of_a_retake(signed_in: SignIn, world: World, retake: Retake) -> None:
    stage, _new = StageState.objects.get_or_create(cut=world.cut, stage="PT")
    StageState.objects.filter(pk=stage.pk).update(assignee=world.artist, state="retake")
    page = signed_in(world.artist).get("/my-cuts/").content.decode()
    assert "Head a fifth smaller" in page


def test_the_retakes_of_another_cut_are_hidden_from_an_outside_artist(
    signed_in: SignIn, world: World, retake: Retake
) -> None:
    assert signed_in(world.outside_artist).get(f"/cuts/{world.other_cut.pk}/retakes/").status_code == 404


def test_a_drawing_that_could_not_be_compared_is_not_called_well(
    signed_in: SignIn, world: World, fake: FakeCompute
) -> None:
    approve_sheet(world.design)
    strange = png((200, 10, 90), seed=3)
    fake.plant(strange, applicable=False, why_not="no_comparable_view")
    take = deliver(world.cut, [png(seed=1), strange], by=world.artist)
    check(take)
    for address in (f"/takes/{take.pk}/flags/", f"/cuts/{world.cut.pk}/flags/"):
        page = signed_in(world.artist).get(address).content.decode()
        assert "A2: No comparable approved view; add one to the sheet." in page
        assert "every drawing follows" not in page


def test_where_nothing_could_be_compared_no_tick_stands(
    signed_in: SignIn, world: World, fake: FakeCompute
) -> None:
    approve_sheet(world.design)
    strange = png((200, 10, 90), seed=3)
    fake.plant(strange, applicable=False, why_not="no_comparable_view")
    take = deliver(world.cut, [strange], by=world.artist)
    check(take)
    page = signed_in(world.artist).get(f"/takes/{take.pk}/flags/").content.decode()
    assert "nothing could be compared" in page
    assert "status-ok" not in page
