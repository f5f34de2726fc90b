"""The role matrix over every address of the API. An address without a row in the table fails here."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from knox.models import AuthToken
from rest_framework.test import APIClient

from tests.flows.api_matrix import address_keys, matrix
from tests.flows.api_rows import ROLES, Row
from tests.full_world import FullWorld, build_full_world
from tests.routes import Route, routes

_ANSWERS = {401: "401", 403: "403", 404: "404"}


@pytest.fixture
def full(db: None) -> FullWorld:
    """One of everything."""
    return build_full_world()


def api_routes() -> list[Route]:
    return [route for route in routes("api/v1/") if route.name != "api_nowhere"]


def test_every_method_of_every_address_has_a_row(full: FullWorld) -> None:
    called = {call for route in api_routes() for call in route.calls}
    assert set(matrix(full)) == called


def test_no_address_of_the_api_is_a_plain_function() -> None:
    assert [route.name for route in api_routes() if not route.methods] == []


@pytest.mark.parametrize("role", list(ROLES), ids=lambda letter: ROLES[letter] or "nobody")
def test_the_api_lets_each_role_do_what_the_matrix_says(full: FullWorld, role: str) -> None:
    client, key = _client(full, role)
    wrong = {}
    for call, row in matrix(full).items():
        found = _answer(client, call, row, _address(call, full, key))
        if found[0] != row.expected(role):
            wrong[call] = (found, row.expected(role))
    assert not wrong


def _client(full: FullWorld, role: str) -> tuple[APIClient, str]:
    client = APIClient()
    if role == "?":
        return client, "none"
    kept, token = AuthToken.objects.create(user=full.world.people[ROLES[role]])
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client, kept.token_key


def _address(call: str, full: FullWorld, token_key: str) -> str:
    """Return the path of an address, aimed at something that is there."""
    name = call.split()[1]
    known = address_keys(name, full, token_key)
    (route,) = [each for each in api_routes() if each.name == name]
    word = route.pattern.removeprefix("api/v1/").split("/")[0]
    if "keys" in known:
        known = {**known, "pk": known["keys"].get(word)}
    wanted = {part for part in known if f":{part}>" in route.pattern}
    try:
        return reverse(name, kwargs={part: known[part] for part in wanted})
    except NoReverseMatch as error:
        raise AssertionError((call, known)) from error


def _answer(client: APIClient, call: str, row: Row, address: str) -> tuple[str, int, bytes]:
    """Make the call, undo what it did, and say how it was taken."""
    for value in row.body.values():
        if hasattr(value, "seek"):
            value.seek(0)
    sent: dict[str, Any] = {"headers": row.headers}
    if row.kind in {"json", "multipart"}:
        sent |= {"data": row.body or None, "format": row.kind}
    elif row.kind:
        sent |= {"data": b"123", "content_type": row.kind}
    with transaction.atomic():
        response = getattr(client, call.split(maxsplit=1)[0].lower())(address, **sent)
        transaction.set_rollback(True)
    body = b"".join(response.streaming_content) if response.streaming else response.content[:200]
    return _ANSWERS.get(response.status_code, "allowed"), response.status_code, body
