"""Everybody starts on the page of their day, and finds cuts and characters."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets import finding
from assets.models import Character, Cut
from assets.services import cuts, productions
from studio.core.models import User
from tests.full_world import FullWorld


def test_each_role_starts_on_its_own_desk(full: FullWorld, as_person: object) -> None:
    desks = {
        "supervisor": reverse("review", args=["HOSHI"]),
        "artist": reverse("my_cuts"),
        "outside_artist": reverse("my_cuts"),
        "producer": reverse("production", args=["HOSHI"]),
        "assistant": reverse("production", args=["HOSHI"]),
    }
    for role, desk in desks.items():
        answer = as_person(full.world.people[role]).get("/")
        assert (role, answer["Location"]) == (role, desk)


def test_somebody_without_a_production_is_told_what_to_do(full: FullWorld, as_person: object) -> None:
    page = as_person(full.world.stranger).get("/").content.decode()
    assert "Ask a producer to give you a role" in page


def test_staff_without_a_production_may_open_one(db: None, as_person: object) -> None:
    boss = User.objects.create_user("boss", password="boss-pass", is_staff=True)
    client = as_person(boss)
    assert reverse("production_new") in client.get("/").content.decode()
    answer = client.post(reverse("production_new"), {"code": "NEW", "title": "A new show", "fps": "24"})
    assert answer["Location"] == reverse("production_settings", args=["NEW"])
    assert client.get(answer["Location"]).status_code == 200


def test_a_cut_is_found_by_its_number_however_it_is_written(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.producer)
    for words in ("012", "12", "c012", "EP01_C012", "ep01 12"):
        page = client.get(reverse("search"), {"q": words}).content.decode()
        assert "EP01_C012" in page, words
        assert "EP01_C013" not in page, words


def test_a_character_is_found_by_a_part_of_its_name(full: FullWorld, as_person: object) -> None:
    page = as_person(full.world.producer).get(reverse("search"), {"q": "ak"}).content.decode()
    assert "School uniform" in page


def test_search_shows_a_stranger_nothing(full: FullWorld, as_person: object) -> None:
    page = as_person(full.world.stranger).get(reverse("search"), {"q": "012"}).content.decode()
    assert "Nothing found" in page
    assert "EP01_C012" not in page


def test_exact_numbers_come_first_and_the_production_one_is_in(full: FullWorld, as_person: object) -> None:
    world = full.world
    cuts.create(actor=world.producer, episode=world.episode, number="120")
    other = productions.create(actor=world.producer, code="UMI", title="Umi")
    episode = productions.create_episode(actor=world.producer, production=other, code="EP01")
    cuts.create(actor=world.producer, episode=episode, number="012")
    found = finding.found(world.producer, "１２", near="UMI")
    listed = [(cut.episode.production.code, cut.number) for cut in found.cuts]
    assert listed == [("UMI", "012"), ("HOSHI", "012"), ("HOSHI", "120")]


def test_the_short_list_names_cuts_designs_and_people(full: FullWorld, as_person: object) -> None:
    headers, client = {"HX-Request": "true"}, as_person(full.world.producer)
    Character.objects.filter(pk=full.character.pk).update(name="星野アキ")
    assert "星野アキ" in client.get(reverse("search"), {"q": "アキ"}, headers=headers).content.decode()
    people = client.get(reverse("search"), {"q": "artist"}, headers=headers).content.decode()
    assert f"?assignee={full.world.artist.pk}" in people
    assert "<html" not in people
    assert "Nothing found" in client.get(reverse("search"), {"q": "zzz"}, headers=headers).content.decode()
    assert client.get(reverse("search"), {"q": " "}, headers=headers).content.decode().strip() == ""


def test_an_outside_artist_finds_neither_people_nor_other_cuts(full: FullWorld) -> None:
    assert finding.found(full.world.outside_artist, "artist").people == []
    assert not finding.found(full.world.outside_artist, "013").cuts


def test_search_asks_as_often_for_one_cut_as_for_many(
    full: FullWorld, as_person: object, django_assert_num_queries: object
) -> None:
    client, address = as_person(full.world.producer), reverse("search")
    with CaptureQueriesContext(connection) as few:
        client.get(address, {"q": "EP01"}, headers={"HX-Request": "true"})
    Cut.objects.bulk_create(Cut(episode=full.world.episode, number=f"2{n:02}") for n in range(40))
    with django_assert_num_queries(len(few)):
        client.get(address, {"q": "EP01"}, headers={"HX-Request": "true"})


def test_the_episode_switcher_stays_on_a_list_and_knows_the_cut(full: FullWorld, as_person: object) -> None:
    client, episode = as_person(full.world.producer), full.world.episode
    assert f'href="/p/HOSHI/review/?episode={episode.pk}"' in _page(client, reverse("review", args=["HOSHI"]))
    assert 'href="/p/HOSHI/cuts/?episode=EP01"' in _page(client, reverse("people", args=["HOSHI"]))
    of_cut = _page(client, reverse("cut", args=[full.world.cut.pk]))
    assert 'href="/p/HOSHI/cuts/?episode=EP01" aria-current="true"' in of_cut


def _page(client: object, address: str) -> str:
    return client.get(address).content.decode()
