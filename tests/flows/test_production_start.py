"""The start commands of docker/entrypoint.sh, run by hand against a real PostgreSQL and Redis."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.services import at_hand

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.broker, pytest.mark.slow]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    postgres, redis = at_hand("postgres"), at_hand("redis")
    if not postgres or not redis:
        pytest.skip("PostgreSQL and Redis are not both at hand: production start not run")
    name = f"sakkan_start_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SAKKAN_VAR": str(tmp_path),
        "SAKKAN_DATABASE_URL": postgres.rsplit("/", 1)[0] + f"/{name}",
        "SAKKAN_BROKER_URL": redis.rsplit("/", 1)[0] + "/13",
        "SAKKAN_SECRET_KEY": "start-test",
        "DJANGO_SETTINGS_MODULE": "studio.config.settings",
        "SAKKAN_WEB_WORKERS": "1",
        "SAKKAN_LOG_LEVEL": "INFO",
    }
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _entry(part: str, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    command = ["sh", str(ROOT / "docker/entrypoint.sh"), part]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _wait_for(ready: object, child: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert child.poll() is None, log.read_text()
        try:
            if ready():  # type: ignore[operator]
                return
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail(log.read_text())


def _stop(child: subprocess.Popen[bytes]) -> int:
    child.send_signal(signal.SIGTERM)
    try:
        return child.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        raise


def test_migrate_web_and_worker_start_and_stop_by_the_entry_point(
    environment: dict[str, str], tmp_path: Path
) -> None:
    assert _entry("migrate", environment, tmp_path / "migrate.log").wait(120) == 0, (
        tmp_path / "migrate.log"
    ).read_text()
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    port = _free_port()
    web_log, worker_log = tmp_path / "web.log", tmp_path / "worker.log"
    web = _entry("web", {**environment, "SAKKAN_BIND": f"127.0.0.1:{port}"}, web_log)
    worker = _entry("worker", environment, worker_log)
    try:
        _wait_for(
            lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=2).status == 200,
            web,
            web_log,
        )
        _wait_for(lambda: "ready." in worker_log.read_text(), worker, worker_log)
    finally:
        codes = [_stop(web), _stop(worker)]
    assert codes == [0, 0], web_log.read_text() + worker_log.read_text()
