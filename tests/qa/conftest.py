"""The world with an approved sheet, a fake engine, and a take whose second drawing has too large a head."""

from __future__ import annotations

import pytest

from assets.models import Take
from qa.models import Flag
from studio.core import compute as door
from tests.fakes import FakeCompute, aspect
from tests.qa.makers import approve_sheet, check, deliver
from tests.world import World, png


@pytest.fixture
def fake(settings) -> FakeCompute:
    """The engine's fake behind the door."""
    settings.COMPUTE, settings.ARCHIVE = "tests.fakes.FakeCompute", "tests.fakes.FakeArchive"
    for kept in (door._make, door.archive):
        kept.cache_clear()
    yield door.compute()
    for kept in (door._make, door.archive):
        kept.cache_clear()


@pytest.fixture
def big_head() -> bytes:
    """The picture whose head is planted as too large."""
    return png((10, 200, 90), seed=7)


@pytest.fixture
def take(world: World, fake: FakeCompute, big_head: bytes) -> Take:
    """A painted take of three drawings, the second drifted; not checked yet."""
    approve_sheet(world.design)
    fake.plant(big_head, aspect("PROPORTION", 2.5))
    return deliver(world.cut, [png(seed=1), big_head, png(seed=2)], by=world.artist)


@pytest.fixture
def flag(take: Take) -> Flag:
    """The flag of the checked take."""
    check(take)
    return Flag.objects.get()
