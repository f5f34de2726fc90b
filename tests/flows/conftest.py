"""Fixtures of the user stories."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tests.studio import Studio, start


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The demo studio, started once for all stories that only need a running one."""
    running = start(tmp_path_factory.mktemp("studio") / "var")
    yield running
    if running.process.poll() is None:
        running.stop()
    for pid in running.children():
        os.kill(pid, signal.SIGKILL)
