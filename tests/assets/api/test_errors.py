"""Errors have one shape, and nothing odd that is sent becomes a fault of ours."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from tests.assets.api.conftest import Client
from tests.world import World


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "nowhere/", 404, "not_found"),
        ("get", "cuts/999999999999999999999999/", 404, "not_found"),
        ("get", "productions/OTHER/", 404, "not_found"),
        ("delete", "cuts/", 405, "bad_method"),
        ("get", "cuts/?stage=XX", 400, "invalid_input"),
        ("get", "cuts/?production=%00", 400, "invalid_input"),
        ("get", "cuts/?page=99", 404, "not_found"),
        ("get", "uploads/not-a-uuid/", 404, "not_found"),
        ("get", "productions/HOSHI/flags/?min_drift=nan", 400, "invalid_input"),
        ("get", "productions/HOSHI/flags/?cut=1e400", 400, "invalid_input"),
    ],
)
def test_errors_have_one_shape(
    world: World, as_user: Client, method: str, path: str, status: int, code: str
) -> None:
    response = getattr(as_user(world.supervisor), method)(f"/api/v1/{path}")
    assert response.status_code == status
    body = response.json()
    assert set(body) == {"code", "message", "data"}
    assert body["code"] == code


def test_nobody_is_asked_to_sign_in(world: World, client) -> None:
    body = client.get("/api/v1/cuts/").json()
    assert body["code"] == "not_signed_in"


@pytest.mark.parametrize("title", [7, True, None, "", " ", "a\0b", "x" * 201, ["a"], {"a": 1}])
def test_a_title_must_be_a_text(world: World, as_user: Client, title: object) -> None:
    response = as_user(world.producer).patch("/api/v1/productions/HOSHI/", {"title": title})
    assert response.status_code == 400
    assert "title" in response.json()["data"]["fields"]


@pytest.mark.parametrize("frames", [-1, 2**31, 1.5, "many", None])
def test_a_length_must_be_a_number_that_fits(world: World, as_user: Client, frames: object) -> None:
    response = as_user(world.producer).patch(f"/api/v1/cuts/{world.cut.pk}/", {"duration_frames": frames})
    assert response.status_code == 400


def test_a_code_that_is_there_is_a_conflict(world: World, as_user: Client) -> None:
    response = as_user(world.producer).post("/api/v1/productions/", {"code": "HOSHI", "title": "Again"})
    assert response.status_code == 409
    assert response.json()["code"] == "already_there"


def test_text_that_is_no_json_is_refused(world: World, as_user: Client) -> None:
    client = as_user(world.producer)
    broken = client.patch("/api/v1/productions/HOSHI/", "{", content_type="application/json")
    form = client.patch("/api/v1/productions/HOSHI/", "title=x", content_type="text/plain")
    assert (broken.status_code, form.status_code) == (400, 415)


def test_a_session_needs_its_csrf_token(world: World) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(world.producer)
    body = {"content_type": "application/json", "data": {"title": "x"}}
    assert browser.patch("/api/v1/productions/HOSHI/", **body).status_code == 403
    assert browser.get("/api/v1/me/").status_code == 200
