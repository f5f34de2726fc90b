"""A production's own pages: settings, people, audit, naming rules."""

from __future__ import annotations

from django.urls import reverse

from assets.models import Episode, Membership, Production
from studio.core.models import AuditEvent
from tests.full_world import FullWorld


def test_open_flags_stand_in_the_frame(full: FullWorld, as_person: object) -> None:
    page = as_person(full.world.supervisor).get(reverse("cuts", args=["HOSHI"])).content.decode()
    assert "open flags:" in page


def test_settings_and_episodes_are_changed(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.producer)
    address = reverse("production_settings", args=["HOSHI"])
    client.post(address, {"title": "Star Children", "fps": "23.976", "note": ""})
    production = Production.objects.get(code="HOSHI")
    assert (production.title, float(production.fps)) == ("Star Children", 23.976)
    client.post(reverse("episode_new", args=["HOSHI"]), {"new-code": "EP02", "new-title": "Rain"})
    episode = Episode.objects.get(code="EP02")
    client.post(reverse("episode_edit", args=[episode.pk]), {"code": "EP02", "title": "Snow"})
    episode.refresh_from_db()
    assert episode.title == "Snow"


def test_a_taken_episode_is_refused_beside_its_form(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.producer)
    answer = client.post(reverse("episode_new", args=["HOSHI"]), {"new-code": "EP01"})
    assert "already there" in answer.content.decode()
    answer = client.post(reverse("production_settings", args=["HOSHI"]), {"title": "", "fps": "0"})
    assert set(answer.context["form"].errors) == {"title", "fps"}
    assert 'aria-invalid="true"' in answer.content.decode()


def test_roles_are_given_and_taken(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.producer), reverse("people", args=["HOSHI"])
    client.post(address, {"user": full.world.stranger.pk, "role": "artist"})
    given = Membership.objects.get(user=full.world.stranger)
    answer = client.post(address, {"user": full.world.stranger.pk, "role": "artist"})
    assert "already there" in answer.content.decode()
    client.post(reverse("role_remove", args=[given.pk]))
    assert not Membership.objects.filter(user=full.world.stranger).exists()


def test_nobody_takes_a_role_without_the_right_to(full: FullWorld, as_person: object) -> None:
    address = reverse("role_remove", args=[full.membership.pk])
    assert as_person(full.world.artist).post(address).status_code == 403
    assert as_person(full.world.stranger).post(address).status_code == 404
    assert Membership.objects.filter(pk=full.membership.pk).exists()


def test_the_audit_log_is_filtered_by_person_and_deed(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.producer), reverse("audit", args=["HOSHI"])
    answer = client.get(address, {"verb": "sheet.approve"})
    assert {event.verb for event in answer.context["page"]} == {"sheet.approve"}
    answer = client.get(address, {"who": "artist", "q": "C012"})
    assert {event.actor_name for event in answer.context["page"]} == {"artist"}
    assert AuditEvent.objects.exclude(actor_name="artist").exists()
    assert "No event fits" in client.get(address, {"verb": "nothing"}).content.decode()


def test_naming_rules_are_tried_before_they_are_saved(full: FullWorld, as_person: object) -> None:
    given = {
        "id": ["", ""],
        "label": ["Ours", "Broken"],
        "pattern": [r"(?P<cell>[a-z])=(?P<number>\d+)", "(?P<cell>"],
        "example": ["a=1.png", ""],
        "names": "b=12.png\nzzz",
    }
    address = reverse("naming_test", args=["HOSHI"])
    answer = as_person(full.world.producer).post(address, given)
    html = answer.content.decode()
    first = answer.context["readings"][0]["row"]
    assert (first.cell, first.number) == ("B", 12)
    assert "The pattern cannot be read" in html
    assert Production.objects.get(code="HOSHI").naming_rules == []


def test_naming_rules_are_saved_refused_and_given_back(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.producer), reverse("naming_rules", args=["HOSHI"])
    own = {"id": "", "label": "Ours", "pattern": r"(?P<cell>[a-z])=(?P<number>\d+)", "example": "a=1.png"}
    client.post(address, own)
    (rule,) = Production.objects.get(code="HOSHI").naming_rules
    assert (rule["id"], rule["label"]) == ("ours", "Ours")
    answer = client.post(address, {**own, "example": "nothing like it.png"})
    assert "does not read its own example" in answer.content.decode()
    client.post(address, {"defaults": "1"})
    assert Production.objects.get(code="HOSHI").naming_rules == []


def test_people_of_one_name_are_told_apart_by_their_login(full: FullWorld, as_person: object) -> None:
    full.world.artist.display_name = "Douga Mei"
    full.world.artist.save(update_fields=["display_name"])
    page = as_person(full.world.producer).get(reverse("people", args=["HOSHI"])).content.decode()
    assert "Douga Mei (artist)</option>" in page
