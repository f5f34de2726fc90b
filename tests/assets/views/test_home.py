"""Everybody starts on the page of their day, and finds cuts and characters."""

from __future__ import annotations

from django.urls import reverse

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
