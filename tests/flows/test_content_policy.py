"""The Content-Security-Policy of every page: nothing inline, nothing framed, no page that breaks it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from studio.core.models import User
from tests.browser import OpenDesk, chromium, desk
from tests.flows.test_page_roles import RULES, _arguments, fake, place
from tests.full_world import give_every_role
from tests.world import World

__all__ = ["chromium", "desk", "fake", "place"]

# Pages of a notice lead on at once; a stream never ends; a guest's page needs a link of its own.
_NOT_WALKED = {"notice", "notice_state", "job_events", "logout", "home"}
_WANTED = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def _addresses(world: World, place: dict[str, Any], user: User) -> dict[str, str]:
    place["world"]["visitor"] = user
    found = {}
    for name, rule in RULES.items():
        if rule.method == "get" and name not in _NOT_WALKED and not name.startswith("guest"):
            found[name] = reverse(name, kwargs=_arguments(name, world, place))
    return found


def test_every_page_carries_the_whole_policy(world: World, place: dict[str, Any]) -> None:
    user, client, wrong = give_every_role(world), Client(raise_request_exception=False), {}
    client.force_login(user)
    for name, address in _addresses(world, place, user).items():
        answer = client.get(address)
        answer.close()  # pictures are open files
        policy = dict(
            part.strip().split(" ", 1)
            for part in answer.get("Content-Security-Policy", "").split(";")
            if part
        )
        missing = {key for key, value in _WANTED.items() if policy.get(key) != value}
        if missing or "unsafe" in str(policy):
            wrong[name] = (answer.status_code, missing, policy)
    assert not wrong


@pytest.mark.browser
def test_no_page_breaks_its_policy_or_throws(
    world: World,
    place: dict[str, Any],
    desk: OpenDesk,
) -> None:
    user = give_every_role(world)
    page, said, here = desk(user), [], ""
    page.on("console", lambda line: said.append((here, line.text)) if _is_bad(line.text) else None)
    page.on("pageerror", lambda error: said.append((here, str(error))))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    for here, address in _addresses(world, place, user).items():  # noqa: B007  (the listener names the page)
        answer = client.get(address)
        answer.close()
        if answer.get("Content-Type", "").startswith("text/html"):
            page.goto(address, wait_until="load")
    assert not said


def _is_bad(text: str) -> bool:
    return any(
        word in text
        for word in ("Content Security Policy", "Content-Security-Policy", "Uncaught", "SyntaxError")
    )
