"""A server with a worker in it, a signed-in artist, and a folder of drawings."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from knox.models import AuthToken

from studio.cli.sending import Patience
from studio.core import compute as door
from studio.core import jobs, queue
from tests.browser import chromium  # noqa: F401  (a fixture)
from tests.fakes import FakeCompute, aspect
from tests.qa.makers import approve_sheet
from tests.world import World, build_world, png

BIG_HEAD = png((10, 200, 90), seed=7)


@pytest.fixture
def world(transactional_db: None) -> World:
    """Rows that the server's threads see, with an approved sheet."""
    world = build_world()
    approve_sheet(world.design)
    return world


@pytest.fixture
def engine(settings) -> Iterator[FakeCompute]:
    """An engine for which one picture has too large a head."""
    settings.COMPUTE = "tests.fakes.FakeCompute"
    door._make.cache_clear()
    fake = door.compute()
    fake.plant(BIG_HEAD, aspect("PROPORTION", 2.5))
    yield fake
    door._make.cache_clear()


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, engine: FakeCompute) -> Iterator[None]:
    """Jobs are done as soon as they are sent, by a thread of its own as a worker would."""
    done: list[threading.Thread] = []

    def send(_name: str, _queue: str, ids: dict[str, str]) -> None:
        done.append(threading.Thread(target=jobs.run, args=(ids["job_id"],)))
        done[-1].start()

    monkeypatch.setattr(queue, "_send", send)
    yield
    for thread in done:
        thread.join(30)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command's own files, away from the real ones."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("SAKKAN_URL", "SAKKAN_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Patience, "pause", lambda _self, _failures: None)
    return tmp_path


@pytest.fixture
def artist(world: World, home: Path, live_server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The artist is signed in by the environment; the server's address."""
    monkeypatch.setenv("SAKKAN_URL", live_server.url)
    monkeypatch.setenv("SAKKAN_TOKEN", AuthToken.objects.create(user=world.artist)[1])
    return live_server.url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two drawings, one with too large a head, beside what lies about in real folders."""
    target = tmp_path / "EP01_C012"
    (target / "A").mkdir(parents=True)
    (target / "A" / "A0001.png").write_bytes(png(seed=1))
    (target / "A" / "A0002.png").write_bytes(BIG_HEAD)
    (target / "A" / ".DS_Store").write_bytes(b"x")
    (target / "Thumbs.db").write_bytes(b"x")
    (target / "notes.txt").write_text("do not forget")
    return target
