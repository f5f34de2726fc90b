"""Tokens: by name and password, listed by their first letters, ended one by one."""

from __future__ import annotations

import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient

from tests.assets.api.conftest import Client
from tests.world import World


def test_a_password_is_good_for_a_token_and_the_token_for_everything(world: World) -> None:
    client = APIClient()
    response = client.post("/api/v1/auth/login/", {"username": "artist", "password": "artist-pass"})
    assert response.status_code == 201
    client.credentials(HTTP_AUTHORIZATION=f"Token {response.json()['token']}")
    me = client.get("/api/v1/me/").json()
    assert me["username"] == "artist"
    assert me["roles"] == [{"production": "HOSHI", "role": "artist"}]


@pytest.mark.parametrize(
    "given", [{"username": "artist", "password": "no"}, {"username": "nobody", "password": "artist-pass"}]
)
def test_a_wrong_password_says_no_more_than_an_unknown_name(world: World, given: dict[str, str]) -> None:
    body = APIClient().post("/api/v1/auth/login/", given).json()
    assert body["code"] == "invalid_input"
    assert body["message"] == "The name or the password is wrong."


def test_too_many_wrong_passwords_are_answered_in_the_one_shape(world: World, settings) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(2):
        response = APIClient().post("/api/v1/auth/login/", {"username": "artist", "password": "no"})
    right = APIClient().post("/api/v1/auth/login/", {"username": "artist", "password": "artist-pass"})
    for each in (response, right):
        assert each.status_code == 429
        assert set(each.json()) == {"code", "message", "data"}


def test_logging_out_ends_this_token_alone(world: World, as_user: Client) -> None:
    one, other = as_user(world.artist), as_user(world.artist)
    assert one.post("/api/v1/auth/logout/").status_code == 204
    assert one.get("/api/v1/me/").status_code == 401
    assert other.get("/api/v1/me/").status_code == 200


def test_a_token_can_be_ended_by_its_first_letters(world: World, as_user: Client) -> None:
    client = as_user(world.artist)
    AuthToken.objects.create(user=world.artist)
    rows = client.get("/api/v1/auth/tokens/").json()["results"]
    (other,) = [row["key"] for row in rows if not row["is_current"]]
    assert client.delete(f"/api/v1/auth/tokens/{other}/").status_code == 204
    assert client.get("/api/v1/auth/tokens/").json()["count"] == 1


def test_nobody_ends_the_token_of_somebody_else(world: World, as_user: Client) -> None:
    theirs = AuthToken.objects.create(user=world.producer)[0]
    response = as_user(world.artist).delete(f"/api/v1/auth/tokens/{theirs.token_key}/")
    assert response.status_code == 404
    assert AuthToken.objects.filter(pk=theirs.pk).exists()
