"""Flags to look at: a checked take with drifted drawings, and people who are signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from assets.models import Take
from qa.models import Flag
from studio.core.models import User
from tests.browser import chromium, desk
from tests.fakes import FakeCompute, aspect
from tests.qa.makers import approve_sheet, check, deliver
from tests.world import World, png

__all__ = ["chromium", "desk"]

SignIn = Callable[[User], Client]


@pytest.fixture
def signed_in() -> SignIn:
    """Return a function that gives a client of a person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def three_flags(world: World, fake: FakeCompute) -> list[Flag]:
    """Three drifted drawings of one take, the worst first."""
    approve_sheet(world.design)
    drifted = [png((10, 200, 90), seed=seed) for seed in (3, 4, 5)]
    for drift, picture in zip((3.0, 2.5, 2.0), drifted, strict=True):
        fake.plant(picture, aspect("PROPORTION", drift))
    check(deliver(world.cut, [png(seed=1), *drifted, png(seed=2)], by=world.artist))
    return list(Flag.objects.order_by("-drift"))


@pytest.fixture
def checked(three_flags: list[Flag]) -> Take:
    """The take of the three flags."""
    return Take.objects.get(pk=three_flags[0].drawing.cell.take_id)
