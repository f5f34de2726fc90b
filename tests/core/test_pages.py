"""The frame: sign-in, theme, language, help, health, errors that say what to do, vendored files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from studio.core import views
from studio.core.choices import JobState
from studio.core.errors import InvalidTransition
from studio.core.middleware import StudioErrorMiddleware
from studio.core.models import Job, User
from tests.world import World

VENDOR = Path(settings.BASE_DIR) / "studio" / "core" / "static" / "vendor"


def _staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("root", password="root-pass", is_staff=True))
    return client


def test_a_person_signs_in_and_out(world: World) -> None:
    client = Client()
    wrong = client.post("/login/", {"username": "artist", "password": "no"})
    assert wrong.status_code == 200
    assert 'role="alert"' in wrong.content.decode()
    right = client.post("/login/", {"username": "artist", "password": "artist-pass", "next": "/help/"})
    assert right["Location"] == "/help/"
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/help/").status_code == 302


def test_the_sign_in_page_names_demo_logins_only_where_there_are_some(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Logins of the demo" not in Client().get("/login/").content.decode()
    logins = [{"username": "mei", "password": "known", "role": "artist"}]
    monkeypatch.setattr(views, "import_string", lambda _path: lambda: logins)
    page = Client().get("/login/").content.decode()
    assert "Enter as mei" in page


def test_the_theme_is_dark_until_one_chooses(world: World) -> None:
    client = Client()
    assert 'data-theme="dark"' in client.get("/login/").content.decode()
    answer = client.post(reverse("theme"), {"theme": "light", "next": "/login/"})
    assert answer["Location"] == "/login/"
    assert 'data-theme="light"' in client.get("/login/").content.decode()
    client.post(reverse("theme"), {"theme": '"><script>'})
    assert 'data-theme="light"' in client.get("/login/").content.decode()


def test_the_theme_switch_leads_nowhere_else(db: None) -> None:
    answer = Client().post(reverse("theme"), {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert Client().get(reverse("theme")).status_code == 405


def test_the_language_is_switched_and_kept(world: World) -> None:
    client = Client()
    client.post(reverse("set_language"), {"language": "ja", "next": "/login/"})
    assert '<html lang="ja"' in client.get("/login/").content.decode()


def test_health_is_for_staff_alone(world: World) -> None:
    client = Client()
    client.force_login(world.producer)
    assert client.get(reverse("health")).status_code == 404
    page = _staff().get(reverse("health")).content.decode()
    assert "Nothing is stuck" in page
    assert "MemoryBank" in page


def test_health_says_when_nobody_works_and_what_to_do(world: World) -> None:
    job = Job.objects.create(kind="qa.check_take")
    Job.objects.filter(pk=job.pk).update(created_at=job.created_at.replace(year=2020))
    assert "Start a worker" in _staff().get(reverse("health")).content.decode()


def test_health_says_when_a_worker_was_lost(world: World) -> None:
    job = Job.objects.create(kind="qa.check_take", state=JobState.RUNNING)
    Job.objects.filter(pk=job.pk).update(lease_until=job.created_at.replace(year=2020))
    assert "1 job lost its worker" in _staff().get(reverse("health")).content.decode()


def test_an_unknown_address_says_what_to_do(world: World) -> None:
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404
    assert "There is no page at this address" in answer.content.decode()


def test_a_refusal_is_a_page_a_notice_or_json_with_one_sentence(rf: RequestFactory, db: None) -> None:
    error = InvalidTransition(what="Sheet", state="approved", wanted="submit")
    middleware = StudioErrorMiddleware(lambda request: None)
    asked = [{}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_ACCEPT": "application/json"}]
    answers = [middleware.process_exception(rf.get("/", **headers), error) for headers in asked]
    assert {answer.status_code for answer in answers} == {409}
    page, notice, body = (answer.content.decode() for answer in answers)
    assert "<html" in page
    assert "look at the present state" in page
    assert notice.startswith('<p class="notice notice-error"')
    assert json.loads(body)["code"] == "invalid_transition"


def test_vendored_files_are_what_they_say() -> None:
    listed = json.loads((VENDOR / "VENDOR.json").read_text())
    assert [entry["name"] for entry in listed] == ["tus-js-client", "uplot"]
    for entry in listed:
        assert {"version", "licence", "integrity"} <= entry.keys()
        for path, told in entry["files"].items():
            data = (VENDOR / path).read_bytes()
            assert hashlib.sha256(data).hexdigest() == told["sha256"]
            assert b"sourceMappingURL" not in data
            assert (VENDOR / path).parent.joinpath("LICENSE").exists()
