"""One of everything, and a browser without a screen for each person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from studio.core.models import User
from tests.browser import chromium, desk
from tests.full_world import FullWorld, build_full_world

__all__ = ["chromium", "desk"]


@pytest.fixture
def full(db: None) -> FullWorld:
    """The named world with a sheet, a take, a dataset, jobs and an open upload."""
    return build_full_world()


@pytest.fixture
def as_person() -> Callable[[User], Client]:
    """Give a client that is signed in as a person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
