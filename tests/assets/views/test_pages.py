"""Every page: there for whom it is meant, not there for strangers, behind the sign-in for everybody else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.full_world import FullWorld

# page → (what its address names, who may see it, who belongs to the production but may not)
PAGES = {
    "production": ("production", "outside_artist", None),
    "cuts": ("production", "outside_artist", None),
    "cuts_csv": ("production", "assistant", "artist"),
    "cut_new": ("production", "producer", "artist"),
    "sheets": ("production", "outside_artist", None),
    "datasets": ("production", "supervisor", "artist"),
    "dataset_new": ("production", "producer", "supervisor"),
    "people": ("production", "artist", "outside_artist"),
    "audit": ("production", "producer", "supervisor"),
    "production_settings": ("production", "producer", "supervisor"),
    "naming_rules": ("production", "administrator", "assistant"),
    "cut": ("cut", "outside_artist", None),
    "cut_edit": ("cut", "assistant", "supervisor"),
    "upload": ("cut", "outside_artist", "producer"),
    "take": ("take", "outside_artist", None),
    "upload_page": ("upload", "artist", None),
    "upload_files": ("upload", "artist", None),
    "sheet": ("draft", "artist", None),
    "sheet_palette_csv": ("draft", "artist", None),
    "dataset": ("dataset", "producer", "artist"),
    "evidence": ("evidence", "producer", "artist"),
    "job": ("job", "artist", None),
    "drawing_picture": ("drawing", "outside_artist", None),
    "drawing_thumb": ("drawing", "artist", None),
    "sheet_picture": ("sheet_drawing", "artist", None),
    "sheet_thumb": ("sheet_drawing", "artist", None),
}
REFUSED = {403, 404}


def _address(full: FullWorld, name: str) -> str:
    things = {"production": full.world.production.code, "cut": full.world.cut.pk}
    what = PAGES[name][0]
    return reverse(name, args=[things.get(what) or getattr(full, what).pk])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_there_for_whom_it_is_meant(name: str, full: FullWorld, as_person: object) -> None:
    person = full.world.people[PAGES[name][1]]
    answer = as_person(person).get(_address(full, name))
    assert answer.status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_told_that_nothing_is_there(name: str, full: FullWorld, as_person: object) -> None:
    answer = as_person(full.world.stranger).get(_address(full, name))
    assert answer.status_code == 404
    assert full.world.production.title not in answer.content.decode()


@pytest.mark.parametrize("name", [name for name, row in PAGES.items() if row[2]])
def test_a_member_without_the_role_is_refused(name: str, full: FullWorld, as_person: object) -> None:
    answer = as_person(full.world.people[PAGES[name][2]]).get(_address(full, name))
    assert answer.status_code in REFUSED


@pytest.mark.parametrize("name", PAGES)
def test_somebody_unknown_is_sent_to_the_sign_in(name: str, full: FullWorld) -> None:
    address = _address(full, name)
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer["Location"] == f"/login/?next={address}"


@pytest.mark.parametrize("name", ["my_cuts", "jobs", "search", "help", "now", "notices"])
def test_pages_of_a_person_open_for_everybody_signed_in(
    name: str, full: FullWorld, as_person: object
) -> None:
    for role in ("stranger", "outside_artist", "producer"):
        assert as_person(full.world.people[role]).get(reverse(name)).status_code == 200
    assert Client().get(reverse(name)).status_code == 302


def test_an_outside_artist_sees_neither_other_cuts_nor_their_takes(
    full: FullWorld, as_person: object
) -> None:
    client = as_person(full.world.outside_artist)
    assert client.get(reverse("cut", args=[full.world.other_cut.pk])).status_code == 404
    listed = client.get(reverse("cuts", args=["HOSHI"])).content.decode()
    assert "EP01_C012" in listed
    assert "EP01_C013" not in listed


def test_no_page_carries_an_inline_script_or_style(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.producer)
    for name in ("production", "cuts", "cut", "take", "sheets", "sheet", "people", "audit", "dataset"):
        html = client.get(_address(full, name)).content.decode()
        assert ' style="' not in html
        assert "<style" not in html
        assert "<script>" not in html
        assert " onclick=" not in html


def test_the_content_policy_names_no_inline_code(full: FullWorld, as_person: object) -> None:
    answer = as_person(full.world.producer).get(reverse("production", args=["HOSHI"]))
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
