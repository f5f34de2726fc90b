"""The queue page: filters, order, views, and the same few queries however long it is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qa.models import Flag, Verdict
from qa.services import verdicts
from studio.core.models import SavedView
from tests.fakes import FakeCompute, aspect
from tests.qa.makers import approve_sheet, check, deliver
from tests.qa.views.conftest import SignIn
from tests.world import World, png

URL = "/p/HOSHI/review/"


def flags_on(response) -> list[int]:
    return [row.flag.pk for row in response.context["rows"]]


def test_the_worst_flag_stands_first(signed_in: SignIn, world: World, three_flags: list[Flag]) -> None:
    response = signed_in(world.supervisor).get(URL)
    assert flags_on(response) == [flag.pk for flag in three_flags]
    assert "3 flags" in response.content.decode()


def test_a_row_says_in_words_what_is_wrong_and_how_far(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    page = signed_in(world.artist).get(URL).content.decode()
    assert "larger than on sheet “view 0”" in page
    assert "15.0 %" in page
    assert "allows 6.0 %" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("min_drift=3", 1),
        ("fault=OFF_MODEL.PROPORTION", 3),
        ("fault=OFF_MODEL.COLOUR", 0),
        ("state=decided", 0),
        ("state=all", 3),
        ("age=7", 0),
        ("stage=PT", 3),
        ("stage=LO", 0),
        ("fault=nonsense&cut=x&min_drift=9e9", 3),
    ],
)
def test_filters_narrow_the_queue_and_nonsense_is_left_out(
    signed_in: SignIn, world: World, three_flags: list[Flag], query: str, shown: int
) -> None:
    assert len(flags_on(signed_in(world.supervisor).get(f"{URL}?{query}"))) == shown


def test_filters_by_cut_character_and_episode_take_ids(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    client = signed_in(world.supervisor)
    query = f"cut={world.cut.pk}&character={world.design.character_id}&episode={world.episode.pk}"
    assert len(flags_on(client.get(f"{URL}?{query}"))) == 3


def test_an_empty_queue_says_what_to_do_next(signed_in: SignIn, world: World) -> None:
    page = signed_in(world.supervisor).get(URL).content.decode()
    assert "Nothing was flagged yet" in page
    assert "/p/HOSHI/sheets/" in page


def test_a_finished_queue_says_so(signed_in: SignIn, world: World, three_flags: list[Flag]) -> None:
    verdicts.give_many(actor=world.supervisor, flags=three_flags, decision="ok")
    assert "Everything is decided" in signed_in(world.supervisor).get(URL).content.decode()


def test_only_who_may_decide_gets_boxes_to_choose(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    assert 'name="flags"' in signed_in(world.supervisor).get(URL).content.decode()
    for role in ("artist", "producer", "assistant", "administrator"):
        assert 'name="flags"' not in signed_in(world.people[role]).get(URL).content.decode()


def test_an_outside_artist_sees_flags_of_their_cuts_alone(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    client = signed_in(world.outside_artist)
    assert len(flags_on(client.get(URL))) == 3
    world.cut.stages.update(assignee=None)
    assert flags_on(client.get(URL)) == []


def test_who_looks_at_a_flag_is_named_to_the_others(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    verdicts.claim(actor=world.supervisor, flag=three_flags[0])
    assert "supervisor is looking at this" in signed_in(world.artist).get(URL).content.decode()
    assert "supervisor is looking at this" not in signed_in(world.supervisor).get(URL).content.decode()


def test_the_contact_sheet_shows_the_same_flags(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    response = signed_in(world.supervisor).get(f"{URL}?view=sheet")
    assert len(flags_on(response)) == 3
    assert "contact-card" in response.content.decode()


@pytest.mark.parametrize(("order", "heading"), [("cut", "EP01_C012"), ("character", "Aki · School uniform")])
def test_the_queue_is_grouped_by_cut_or_character(
    signed_in: SignIn, world: World, three_flags: list[Flag], order: str, heading: str
) -> None:
    page = signed_in(world.supervisor).get(f"{URL}?order={order}").content.decode()
    assert page.count('class="group"') == 1
    assert heading in page.split('class="group"')[1].split("</tr>")[0]


def test_a_changed_filter_answers_htmx_with_the_list_alone(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    response = signed_in(world.supervisor).get(f"{URL}?cut=&min_drift=2", headers={"HX-Request": "true"})
    part = response.content.decode()
    assert "data-flag" in part
    assert "<html" not in part
    assert response["HX-Push-Url"] == f"{URL}?min_drift=2"


def test_the_number_of_queries_does_not_grow_with_the_queue(
    signed_in: SignIn, world: World, three_flags: list[Flag], fake: FakeCompute
) -> None:
    client = signed_in(world.supervisor)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    pictures = [png((20, 220, seed), seed=seed) for seed in range(12)]
    for picture in pictures:
        fake.plant(picture, aspect("PROPORTION", 4.0))
    check(deliver(world.cut, pictures, stage="GEN", by=world.artist))
    with CaptureQueriesContext(connection) as many:
        assert len(flags_on(client.get(URL))) == 15
    assert len(many) == len(few)


def test_one_verdict_for_all_chosen(signed_in: SignIn, world: World, three_flags: list[Flag]) -> None:
    answer = signed_in(world.supervisor).post(
        f"{URL}verdicts/",
        {"flags": [flag.pk for flag in three_flags[:2]], "decision": "false_alarm"},
        headers={"Accept": "application/json"},
    )
    assert answer.json()["words"] == "2 flags: false alarm"
    assert Verdict.objects.filter(decision="false_alarm").count() == 2


def test_a_verdict_for_several_is_given_to_all_or_none(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    verdicts.claim(actor=world.supervisor, flag=three_flags[1])
    other = world.people["artist"]
    world.production.memberships.create(user=other, role="supervisor")
    answer = signed_in(other).post(
        f"{URL}verdicts/",
        {"flags": [flag.pk for flag in three_flags], "decision": "ok"},
        headers={"Accept": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "claimed_by_other")
    assert not Verdict.objects.exists()


def test_choosing_nothing_is_refused_with_a_sentence(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    answer = signed_in(world.supervisor).post(
        f"{URL}verdicts/", {"decision": "ok"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 400
    assert "choose between" in answer.json()["message"]


def test_flags_of_another_production_are_not_touched(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    client = signed_in(world.stranger)
    assert client.post(f"{URL}verdicts/", {"flags": [1], "decision": "ok"}).status_code == 404


def test_a_view_is_saved_shown_and_forgotten(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    client = signed_in(world.supervisor)
    client.post(f"{URL}views/?min_drift=2&cut=", {"name": "Worst"})
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Worst", "min_drift=2")
    assert "Worst" in client.get(URL).content.decode()
    assert "Worst" not in signed_in(world.artist).get(URL).content.decode()
    client.post(f"{URL}views/", {"remove": view.pk})
    assert not SavedView.objects.exists()


def test_start_goes_to_the_first_flag_that_nobody_else_has(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    verdicts.claim(actor=world.supervisor, flag=three_flags[0])
    client = signed_in(world.artist)
    assert client.get(f"{URL}start/?state=open").url == f"/flags/{three_flags[1].pk}/?state=open"


def test_two_flags_on_one_drawing_stand_together_under_one_picture(
    signed_in: SignIn, world: World, fake: FakeCompute
) -> None:
    approve_sheet(world.design)
    drifted = png((10, 200, 90), seed=3)
    fake.plant(drifted, aspect("PROPORTION", 3.0), aspect("FACE", 2.9, "jaw"))
    check(deliver(world.cut, [png(seed=1), drifted], by=world.artist))
    page = signed_in(world.supervisor).get(URL).content.decode()
    assert page.count("same drawing") == 1


def test_a_view_is_saved_with_the_filters_that_were_changed_on_the_page(
    signed_in: SignIn, world: World, three_flags: list[Flag]
) -> None:
    part = signed_in(world.supervisor).get(f"{URL}?min_drift=2", headers={"HX-Request": "true"})
    form = 'action="/p/HOSHI/review/views/?min_drift=2"'
    assert form in part.content.decode()
    assert 'id="saved-views" hx-swap-oob="true"' in part.content.decode()
