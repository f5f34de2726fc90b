"""Workers killed by SIGKILL in the middle of a check: nothing is lost, nothing is doubled, on every broker at hand.

Each case is an installation of its own: its folder, database, queues and worker processes. What it must come to
is what an undisturbed check of the same take comes to.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import kombu
import psycopg
import pytest
import redis

from tests.services import at_hand

pytestmark = [pytest.mark.broker, pytest.mark.slow]
FLAGS = (
    "select d.number, f.fault, f.part, f.drift, f.one_in, f.sentence_code"
    " from qa_flag f join assets_drawing d on d.id = f.drawing_id order by 1, 2, 3"
)
COUNTS = {
    "runs": "select count(*) from qa_checkrun",
    "current runs": "select count(*) from qa_checkrun where state = 'current'",
    "measurements": "select count(*) from qa_measurement",
    "jobs": "select count(*) from core_job",
}


class Installation:
    """A whole Sakkan of its own in a folder, with workers that can be killed."""

    def __init__(self, folder: Path, broker: str, database: str = "") -> None:
        self.name = f"kill-{uuid.uuid4().hex[:8]}"
        self.broker, self._sqlite = broker, folder / self.name / "sakkan.sqlite3"
        self._postgres = database
        settings = {
            "SAKKAN_VAR": str(folder / self.name),
            "SAKKAN_BROKER_URL": broker,
            "SAKKAN_JOB_LEASE_S": "3",
            "SAKKAN_LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "tests.settings_kill",
        }
        self._env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | settings
        if database:
            self._env["SAKKAN_DATABASE_URL"] = database
        self._worker: subprocess.Popen[bytes] | None = None

    def stage(self, how: str) -> None:
        """Build the production and `send` its check, or do it `here`."""
        code = f"from tests.flows import kill_stage; kill_stage.{how}()"
        subprocess.run([sys.executable, "manage.py", "shell", "-c", code], env=self._env, check=True)

    def start(self) -> None:
        """Start a worker with its child and its beat as one process group."""
        queues = ",".join(f"{self.name}-{queue}" for queue in ("gpu", "cpu", "io"))
        beat = str(Path(self._env["SAKKAN_VAR"]) / "beat")
        worker = f"-m celery -A studio.config.celery worker -c 1 -l error -B -s {beat} -Q {queues}"
        command = [sys.executable, *worker.split(), "--without-gossip", "--without-mingle"]
        self._worker = subprocess.Popen(command, env=self._env, start_new_session=True)

    def kill(self) -> None:
        """Kill everything at once, as a power cut would."""
        if self._worker is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._worker.pid, signal.SIGKILL)
            self._worker.wait()
            self._worker = None

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Read from the installation's database."""
        if self._postgres:
            with psycopg.connect(self._postgres) as connection:
                return connection.execute(query).fetchall()
        with closing(sqlite3.connect(self._sqlite, timeout=20)) as connection:
            return connection.execute(query).fetchall()

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of what must not be doubled."""
        return {name: self.sql(query)[0][0] for name, query in COUNTS.items()}

    def wait(self, what: Callable[[str, int], bool], limit_s: float = 60.0) -> tuple[str, int]:
        """Wait until `what` holds of the job's state and progress."""
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            state, done = self.sql("select state, done_count from core_job")[0]
            if what(state, done):
                return state, done
            time.sleep(0.03)
        pytest.fail(f"still {state} at {done} after {limit_s} s on {self.broker}")

    def tidy(self) -> None:
        """Kill what runs and remove the private queues from a shared broker."""
        self.kill()
        if self.broker.startswith("redis"):
            with closing(redis.Redis.from_url(self.broker)) as server:
                for key in server.scan_iter(f"{self.name}-*"):
                    server.delete(key)
        elif self.broker.startswith("amqp"):
            with kombu.Connection(self.broker) as connection:
                for queue in ("gpu", "cpu", "io"):
                    connection.default_channel.queue_delete(f"{self.name}-{queue}")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> list[tuple[Any, ...]]:
    """The flags of a check that nobody disturbed."""
    installation = Installation(tmp_path_factory.mktemp("undisturbed"), "filesystem://")
    installation.stage("here")
    flags = installation.sql(FLAGS)
    assert [row[0] for row in flags] == [1, 6, 11, 16, 21, 26]
    return flags


def _broker(name: str) -> str:
    if name == "filesystem":
        return "filesystem://"
    url = at_hand(name)
    if url is None:
        pytest.skip(f"{name} is not at hand: the kill test did not run on it")
    return url


@pytest.fixture
def postgres() -> Iterator[str]:
    """A database of its own on the PostgreSQL at hand."""
    server = at_hand("postgres")
    if server is None:
        pytest.skip("PostgreSQL is not at hand: the kill test did not run on it")
    name = f"sakkan_kill_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
        yield f"{server.rpartition('/')[0]}/{name}"
        connection.execute(f"drop database {name} with (force)")


def _survives(installation: Installation, undisturbed: list[tuple[Any, ...]]) -> None:
    try:
        installation.stage("send")
        for step in (8, 16):
            installation.start()
            state, _done = installation.wait(lambda state, done, step=step: done >= step or state == "done")
            installation.kill()
            assert state == "running", "the check ended before it could be disturbed"
        installation.start()
        state, done = installation.wait(lambda state, _done: state in {"done", "failed"})
    finally:
        installation.tidy()
    assert (state, done) == ("done", 30)
    assert installation.sql(FLAGS) == undisturbed
    assert installation.counts() == {"runs": 1, "current runs": 1, "measurements": 30, "jobs": 1}
    assert installation.sql("select attempt from core_job")[0][0] >= 3


@pytest.mark.parametrize("broker", ["filesystem", "redis", "rabbitmq"])
def test_a_check_survives_two_kills_of_everything(broker: str, tmp_path: Path, undisturbed):
    _survives(Installation(tmp_path, _broker(broker)), undisturbed)


def test_a_check_survives_two_kills_on_postgresql(tmp_path: Path, postgres: str, undisturbed):
    broker = at_hand("redis") or "filesystem://"
    _survives(Installation(tmp_path, broker, postgres), undisturbed)
