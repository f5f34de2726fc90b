"""Comments by API: written with their pin, answered, settled, withdrawn, and refused where they must be."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assets.choices import Stage
from assets.models import Drawing, StageState, Take
from qa.models import Comment
from qa.services import comments
from tests.qa.makers import deliver
from tests.world import World, png


@pytest.fixture
def take(world: World) -> Take:
    return deliver(world.cut, [png(seed=1)], stage=Stage.AD, by=world.artist)


def call(user: object, method: str, path: str, **body: Any) -> Any:
    client = Client()
    client.force_login(user)
    given = {"data": body, "content_type": "application/json"} if method == "post" else {}
    return getattr(client, method)(f"/api/v1/{path}", **given)


def test_a_comment_is_written_with_its_pin_and_listed_with_its_reply(world: World, take: Take) -> None:
    drawing = Drawing.objects.get(cell__take=take)
    body = {"text": "Here @artist", "drawing": drawing.pk, "point_xy": [3, 4.25], "frame_from": 2}
    made = call(world.supervisor, "post", f"takes/{take.pk}/comments/", **body)
    assert made.status_code == 201, made.content
    call(world.artist, "post", f"takes/{take.pk}/comments/", text="Done", reply_to=made.json()["id"])
    listed = call(world.producer, "get", f"takes/{take.pk}/comments/").json()["results"]
    assert [(each["drawing_code"], each["frame_to"]) for each in listed] == [("A1", 2)]
    assert [reply["text"] for reply in listed[0]["replies"]] == ["Done"]
    assert [person["username"] for person in listed[0]["mentions"]] == ["artist"]


def test_what_is_not_of_the_take_is_refused(world: World, take: Take) -> None:
    elsewhere = Drawing.objects.get(cell__take=deliver(world.other_cut, [png()]))
    for wrong in (
        {"drawing": elsewhere.pk},
        {"mentions": [world.stranger.pk]},
        {"reply_to": 999},
        {"text": ""},
    ):
        answer = call(world.artist, "post", f"takes/{take.pk}/comments/", **{"text": "Here", **wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert not Comment.objects.exists()


def test_a_comment_is_settled_reopened_and_withdrawn(world: World, take: Take) -> None:
    root = comments.write(actor=world.artist, take=take, text="The hand?")
    resolved = call(world.supervisor, "post", f"comments/{root.pk}/resolve/").json()
    assert resolved["resolved_by"]["username"] == "supervisor"
    assert call(world.artist, "post", f"comments/{root.pk}/reopen/").json()["resolved_at"] is None
    assert call(world.supervisor, "post", f"comments/{root.pk}/withdraw/").status_code == 403
    assert call(world.artist, "post", f"comments/{root.pk}/withdraw/").json()["text"] == ""


def test_an_outside_artist_finds_nothing_of_other_cuts(world: World, take: Take) -> None:
    root = comments.write(actor=world.artist, take=take, text="The hand?")
    assert call(world.outside_artist, "get", f"comments/{root.pk}/").status_code == 200
    StageState.objects.filter(cut=world.cut).update(assignee=None)
    for path in (f"comments/{root.pk}/", f"takes/{take.pk}/comments/"):
        assert call(world.outside_artist, "get", path).status_code == 404
