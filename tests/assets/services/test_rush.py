"""Playlists and the links of guests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assets.models import Cut, GuestLink, Playlist
from assets.services import rush
from studio.core.errors import DuplicateContent, InvalidInput, NotAllowed, NotFound
from studio.core.models import AuditEvent
from tests.qa.makers import deliver
from tests.world import World, png


def _playlist(world: World, **fields: object) -> Playlist:
    return rush.create(actor=world.supervisor, production=world.production, name="Monday", **fields)  # type: ignore[arg-type]


def _names(playlist: Playlist) -> list[str]:
    return [item.cut.number for item in playlist.items.all()]


def test_a_playlist_of_an_episode_holds_the_cuts_that_have_a_take_of_the_stage(world: World) -> None:
    deliver(world.cut, [png()], stage="AD")
    newest = deliver(world.cut, [png(seed=1)], stage="AD")
    deliver(world.other_cut, [png()], stage="PT")
    made = _playlist(world, episode=world.episode, stage="AD")
    assert _names(made) == ["012"]
    assert made.items.get().take == newest
    assert AuditEvent.objects.filter(verb="playlist.create", actor=world.supervisor).exists()


def test_an_artist_puts_no_playlist_together(world: World) -> None:
    with pytest.raises(NotAllowed):
        rush.create(actor=world.artist, production=world.production, name="Mine")


def test_two_playlists_of_one_name_are_refused(world: World) -> None:
    _playlist(world)
    with pytest.raises(DuplicateContent):
        _playlist(world)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("12", ["012"]),
        ("13, 12", ["013", "012"]),
        ("12-13", ["012", "013"]),
        ("12–101A", ["012", "013", "101A"]),
        ("101a、12", ["101A", "012"]),
    ],
)
def test_cuts_are_named_as_people_name_them(world: World, words: str, expected: list[str]) -> None:
    Cut.objects.create(episode=world.episode, number="101A")
    made = _playlist(world)
    rush.add_cuts(actor=world.supervisor, playlist=made, episode=world.episode, numbers=words)
    assert _names(made) == expected


@pytest.mark.parametrize("words", ["", "twelve", "99", "12,,x"])
def test_what_names_no_cut_is_refused_and_nothing_is_added(world: World, words: str) -> None:
    made = _playlist(world)
    with pytest.raises(InvalidInput):
        rush.add_cuts(actor=world.supervisor, playlist=made, episode=world.episode, numbers=words)
    assert not made.items.exists()


def test_cuts_move_to_the_ends_at_most_and_can_be_taken_out(world: World) -> None:
    made = _playlist(world)
    rush.add_cuts(actor=world.supervisor, playlist=made, episode=world.episode, numbers="12-13")
    first = made.items.get(cut=world.cut)
    rush.move_item(actor=world.supervisor, item=first, step=5)
    assert _names(made) == ["013", "012"]
    rush.remove_item(actor=world.supervisor, item=first)
    assert _names(made) == ["013"]


def test_a_guests_token_opens_its_link_and_is_not_kept(world: World) -> None:
    link, token = rush.open_guest_link(actor=world.producer, playlist=_playlist(world), label="TV", days=2)
    assert rush.guest_link_of(token).pk == link.pk
    assert token not in str(GuestLink.objects.values().get())
    assert GuestLink.objects.get().last_used_at is not None


def test_a_link_ends_by_time_by_hand_and_with_its_production(world: World) -> None:
    playlist = _playlist(world)
    tokens = [
        rush.open_guest_link(actor=world.producer, playlist=playlist, label="x", days=2) for _ in range(2)
    ]
    GuestLink.objects.filter(pk=tokens[0][0].pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotFound):
        rush.guest_link_of(tokens[0][1])
    rush.revoke_guest_link(actor=world.producer, link=tokens[1][0])
    with pytest.raises(NotFound):
        rush.guest_link_of(tokens[1][1])


def test_only_who_gives_roles_invites_guests(world: World) -> None:
    with pytest.raises(NotAllowed):
        rush.open_guest_link(actor=world.supervisor, playlist=_playlist(world), label="x", days=2)
    with pytest.raises(InvalidInput):
        rush.open_guest_link(actor=world.producer, playlist=Playlist.objects.get(), label="x", days=400)
