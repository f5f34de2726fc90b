"""A real headless Chromium for tests: `desk(user)` opens a page of the live server, signed in as that person.

A conftest of browser tests imports the fixtures: `from tests.browser import chromium, desk`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright, expect

from studio.core.models import User

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)

OpenDesk = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium, one for the whole session; tests are skipped aloud where there is none."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine: install Debian's package 'chromium'")
    browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
    yield browser
    browser.close()


@pytest.fixture
def desk(chromium: Browser, live_server: object) -> Iterator[OpenDesk]:
    """Give a function that opens an empty page for a person.

    Every page has a context of its own, so two people can sit at two desks. A test fails when a page threw.
    """
    contexts, thrown = [], []

    def open_desk(user: User, *, locale: str = "en", width: int = 1440, height: int = 900) -> Page:
        context = chromium.new_context(
            base_url=str(live_server), locale=locale, viewport={"width": width, "height": height}
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "sessionid", "value": _session_of(user), "url": str(live_server)}])
        page = context.new_page()
        page.on("pageerror", lambda error: thrown.append(str(error)))
        return page

    yield open_desk
    for context in contexts:
        context.close()
    assert not thrown, thrown


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
