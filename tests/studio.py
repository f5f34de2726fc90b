"""A whole studio for the tests: `manage.py serve --demo` in a folder of its own, as `make run` starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "sakkan-demo"


def own_environment() -> dict[str, str]:
    """Return the environment without what it says about another installation of Sakkan."""
    return {key: value for key, value in os.environ.items() if not key.startswith("SAKKAN_")}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Studio:
    """A running studio: its address, its folder, its process and what it printed."""

    url: str
    var: Path
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def children(self) -> list[int]:
        """Return the processes that belong to this folder, by their environment."""
        mark = f"SAKKAN_VAR={self.var}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    environment = (entry / "environ").read_bytes()
                except OSError:
                    continue
                if mark in environment.split(b"\0"):
                    found.append(int(entry.name))
        return found


def start(var: Path, *, wait_s: int = 280) -> Studio:
    """Start a studio in `var` and wait until it says where it is."""
    port, log = free_port(), var.parent / f"{var.name}.log"
    environment = {**own_environment(), "SAKKAN_VAR": str(var), "PYTHONUNBUFFERED": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "studio.config.settings"
    command = [sys.executable, "manage.py", "serve", "--demo", "--port", str(port)]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    studio = Studio(f"http://localhost:{port}", var, process, log)
    deadline = time.monotonic() + wait_s
    while "Sakkan is at" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)
    return studio
