"""What every test may ask for: a named world of a production with its people, and fakes at the doors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from studio.core import cleaning, drafts, engine_door
from tests.fakes import FakeCleaning, FakeDrafting
from tests.world import World, build_world

# Playwright's sync API runs an event loop in the test's thread; the ORM is used there on purpose.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def world(db: None) -> World:
    """A production "HOSHI" with one person of each role, an episode, two cuts and one cast design."""
    return build_world()


@pytest.fixture
def fake_drafting(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDrafting]:
    """The in-betweener's fake behind its door; it has none of the weights that Sakkan ships."""
    monkeypatch.setattr("assets.services.engines._shipped_sha256", lambda _kind: "")
    settings.DRAFTING = "tests.fakes.FakeDrafting"
    engine_door.made.clear()
    yield drafts.drafting()  # type: ignore[misc]
    engine_door.made.clear()


@pytest.fixture
def fake_cleaning(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCleaning]:
    """The clean-up's fake behind its door; it has none of the weights that Sakkan ships."""
    monkeypatch.setattr("assets.services.engines._shipped_sha256", lambda _kind: "")
    settings.CLEANING = "tests.fakes.FakeCleaning"
    engine_door.made.clear()
    yield cleaning.cleaning()  # type: ignore[misc]
    engine_door.made.clear()


@pytest.fixture(autouse=True)
def no_language_is_left_behind() -> Iterator[None]:
    """A page that was asked for in Japanese leaves its language with the thread; the next test speaks its own."""
    yield
    translation.deactivate()
