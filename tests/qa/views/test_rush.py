"""The rush as people and guests see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from assets.models import Playlist
from assets.services import rush
from tests.browser import OpenDesk, chromium, desk  # noqa: F401  (fixtures)
from tests.qa.makers import deliver
from tests.world import World, png


def _playlist(world: World) -> Playlist:
    deliver(world.cut, [png(seed=n) for n in range(4)], stage="AD")
    deliver(world.other_cut, [png(seed=n + 9) for n in range(3)], stage="AD")
    return rush.create(
        actor=world.supervisor, production=world.production, name="Monday", episode=world.episode
    )


def _token(world: World, playlist: Playlist) -> str:
    return rush.open_guest_link(actor=world.producer, playlist=playlist, label="TV", days=2)[1]


def test_an_outside_artist_sees_no_rush(client: Client, world: World) -> None:
    playlist = _playlist(world)
    client.force_login(world.outside_artist)
    assert client.get(f"/rush/{playlist.pk}/").status_code == 404
    assert client.get("/p/HOSHI/rush/").status_code == 403


def test_a_guest_sees_the_pictures_of_the_playlist_and_no_others(client: Client, world: World) -> None:
    playlist = _playlist(world)
    token, item = _token(world, playlist), playlist.items.first()
    assert item is not None
    page = client.get(f"/guest/{token}/")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    data: dict[str, Any] = client.get(f"/guest/{token}/items/{item.pk}.json").json()
    pictures = list(data["drawings"].values())
    assert all(url.startswith(f"/guest/{token}/") for url in pictures)
    assert client.get(pictures[0]).headers["Content-Type"] == "image/png"
    hidden = deliver(world.cut, [png(seed=3)], stage="PT").cells.get().drawings.get()
    playlist.items.update(take=world.cut.takes.get(stage="AD"))
    assert client.get(f"/guest/{token}/items/{item.pk}/{hidden.pk}.png").status_code == 404
    assert "sessionid" not in client.cookies


def test_a_wrong_token_opens_nothing(client: Client, world: World) -> None:
    assert client.get("/guest/nothing/").status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_rush_plays_through_every_cut_and_a_guest_can_do_the_same(world: World, desk: OpenDesk) -> None:  # noqa: F811
    playlist = _playlist(world)
    page = desk(world.supervisor)
    page.goto(f"/rush/{playlist.pk}/")
    expect(page.locator("#reel")).to_have_attribute("data-frame", "1")
    page.keyboard.press(".")
    expect(page.locator("#reel")).to_have_attribute("data-frame", "2")
    page.keyboard.press("Space")
    expect(page.locator("#reel")).to_have_attribute("data-ended", "1", timeout=20_000)
    page.context.clear_cookies()
    page.goto(f"/guest/{_token(world, playlist)}/")
    expect(page.locator("#reel")).to_have_attribute("data-frame", "1")
    page.keyboard.press("]")
    expect(page.locator("[data-reel=count]")).to_have_text("2 / 2")
