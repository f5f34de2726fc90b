"""The part of comments on a page: listing, asking again for nothing, writing, and what is plain text."""

from __future__ import annotations

import pytest

from assets.choices import Stage
from assets.models import Drawing, StageState, Take
from qa.models import Comment
from qa.services import comments
from qa.services.comments import Pin
from tests.qa.makers import deliver
from tests.qa.views.conftest import SignIn
from tests.world import World, png

JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def take(world: World) -> Take:
    return deliver(world.cut, [png(seed=1), png(seed=2)], stage=Stage.AD, by=world.artist)


def part(take: Take, **query: object) -> str:
    pairs = "&".join(f"{name}={value}" for name, value in {"part": "list", **query}.items())
    return f"/takes/{take.pk}/comments/?{pairs}"


def test_the_part_lists_threads_with_replies_and_what_the_reader_may_do(
    world: World, take: Take, signed_in: SignIn
) -> None:
    root = comments.write(actor=world.artist, take=take, text="The hand?")
    comments.write(actor=world.supervisor, take=take, text="Smaller", parent=root)
    page = signed_in(world.producer).get(f"/takes/{take.pk}/comments/").content.decode()
    assert "The hand?" in page
    assert "Smaller" in page
    assert "Resolve" not in page
    assert "Resolve" in signed_in(world.artist).get(part(take)).content.decode()


def test_asking_again_costs_nothing_until_something_changed(
    world: World, take: Take, signed_in: SignIn, django_assert_max_num_queries
) -> None:
    comments.write(actor=world.artist, take=take, text="The hand?")
    client = signed_in(world.artist)
    seen = client.get(part(take)).context["version"]
    with django_assert_max_num_queries(6):
        assert client.get(part(take, seen=seen)).status_code == 204
    comments.write(actor=world.supervisor, take=take, text="Here too")
    assert client.get(part(take, seen=seen)).status_code == 200


def test_a_list_can_be_of_one_drawing(world: World, take: Take, signed_in: SignIn) -> None:
    first, second = Drawing.objects.filter(cell__take=take).order_by("number")
    comments.write(actor=world.artist, take=take, text="On one", pin=Pin(first))
    comments.write(actor=world.artist, take=take, text="On two", pin=Pin(second))
    page = signed_in(world.artist).get(part(take, drawing=second.pk)).content.decode()
    assert "On two" in page
    assert "On one" not in page


def test_a_comment_is_sent_with_its_pin(world: World, take: Take, signed_in: SignIn) -> None:
    drawing = Drawing.objects.filter(cell__take=take).earliest("number")
    fields = {"text": "Here @artist", "drawing": drawing.pk, "x": "3.5", "y": "4"}
    answer = signed_in(world.supervisor).post(f"/takes/{take.pk}/comments/", fields, **JSON)
    made = Comment.objects.get()
    assert (answer.status_code, answer.json()["comment"]) == (201, made.pk)
    assert (made.drawing, made.point_xy, made.mentions.get()) == (drawing, [3.5, 4.0], world.artist)


def test_what_is_wrong_with_it_is_said_in_a_sentence(world: World, take: Take, signed_in: SignIn) -> None:
    answer = signed_in(world.artist).post(f"/takes/{take.pk}/comments/", {"text": " "}, **JSON)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("text:")


def test_text_is_plain_links_are_safe_and_people_are_named(
    world: World, take: Take, signed_in: SignIn
) -> None:
    text = "<b>@artist</b> see https://example.com/a?b=1. javascript:alert(1) @nobody"
    comments.write(actor=world.supervisor, take=take, text=text)
    page = signed_in(world.artist).get(part(take)).content.decode()
    assert "&lt;b&gt;" in page
    assert '<a href="https://example.com/a?b=1" rel="noopener noreferrer nofollow" target="_blank">' in page
    assert '<span class="mention">@artist</span>' in page
    assert "javascript:alert(1) @nobody" in page


def test_withdrawn_words_are_gone_from_the_page(world: World, take: Take, signed_in: SignIn) -> None:
    root = comments.write(actor=world.artist, take=take, text="I was wrong")
    answer = signed_in(world.artist).post(f"/comments/{root.pk}/withdraw/", **JSON)
    assert answer.status_code == 200
    page = signed_in(world.supervisor).get(part(take, state="all")).content.decode()
    assert "I was wrong" not in page
    assert "withdrew this comment" in page


def test_an_outside_artist_finds_no_comment_of_a_cut_that_is_not_theirs(
    world: World, take: Take, signed_in: SignIn
) -> None:
    root = comments.write(actor=world.supervisor, take=take, text="Seen")
    client = signed_in(world.outside_artist)
    assert client.get(part(take)).status_code == 200
    StageState.objects.filter(cut=world.cut).update(assignee=None)
    assert client.get(part(take)).status_code == 404
    assert client.post(f"/comments/{root.pk}/resolve/", **JSON).status_code == 404
    assert client.get(f"/takes/{take.pk}/comments/people.json").status_code == 404


def test_the_people_who_can_be_mentioned_see_the_cut(world: World, take: Take, signed_in: SignIn) -> None:
    StageState.objects.filter(cut=world.cut).update(assignee=None)
    answer = signed_in(world.artist).get(f"/takes/{take.pk}/comments/people.json").json()
    logins = {person["login"] for person in answer["people"]}
    assert {"artist", "supervisor", "producer"} <= logins
    assert not logins & {"outside_artist", "stranger"}


def test_more_comments_need_no_more_queries(
    world: World, take: Take, signed_in: SignIn, django_assert_max_num_queries
) -> None:
    client = signed_in(world.artist)
    for number in range(9):
        root = comments.write(actor=world.supervisor, take=take, text=f"@artist {number}")
        comments.write(actor=world.artist, take=take, text=f"Yes {number}", parent=root)
    client.get(part(take))
    with django_assert_max_num_queries(16):
        assert client.get(part(take)).content.count(b'class="thread"') == 9
