"""A client of the API with a person's token, and the world with one of everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient

from studio.core.models import User
from tests.full_world import FullWorld, build_full_world

Client = Callable[[User], APIClient]


@pytest.fixture
def full(db: None) -> FullWorld:
    """One of everything."""
    return build_full_world()


@pytest.fixture
def as_user() -> Client:
    """Return a maker of clients that carry a person's token."""

    def client(user: User) -> APIClient:
        made = APIClient()
        made.credentials(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(user=user)[1]}")
        return made

    return client
