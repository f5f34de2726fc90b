"""Axe, the accessibility engine, looks at every page in both themes and finds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from assets.models import Membership
from studio.core.models import User
from studio.core.roles import Role
from tests.browser import OpenDesk, chromium, desk  # noqa: F401  (fixtures)
from tests.flows.test_page_roles import RULES, _arguments, place  # noqa: F401  (a fixture)
from tests.qa.conftest import fake  # noqa: F401  (a fixture)
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
THEMES = ("dark", "light")
# Rules of axe that are about taste are left out; what WCAG 2.2 AA asks for and what axe calls good practice is in.
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
}


@pytest.fixture
def everybody(world: World) -> User:
    """A person who holds every role and is staff, so that every page shows everything it has."""
    person: User = world.supervisor
    for role in Role:
        Membership.objects.get_or_create(production=world.production, user=person, role=role)
    person.is_staff = True
    person.save()
    return person


def pages_of(person: User, world: World, things: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return the address of every whole page by its name; pictures, tables and parts of pages are none."""
    client, found = Client(), {}
    client.force_login(person)
    things["world"]["visitor"] = person
    for name, rule in RULES.items():
        if rule.method != "get" or name == "job_events":
            continue
        address = reverse(name, kwargs=_arguments(name, world, things))
        response = client.get(address)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if response.status_code == 200 and is_page and b"<html" in response.content:
            found[name] = address
    return found


def violations(page: Page) -> list[str]:
    """Return what axe finds on the page, one line for each element."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found
        for node in each["nodes"]
        if each["impact"] is not None
    ]


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_on_any_page(
    theme: str,
    world: World,
    everybody: User,
    place: dict[str, dict[str, Any]],  # noqa: F811
    desk: OpenDesk,  # noqa: F811
    live_server: Any,
) -> None:
    page = desk(everybody)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": str(live_server)}])
    found = {}
    for name, address in pages_of(everybody, world, place).items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if lines := violations(page):
            found[name] = lines
    assert not found, "\n".join(f"{name}: {line}" for name, lines in found.items() for line in lines)
