"""`manage.py serve`: web, worker and reaper of the embedded default under one roof, ended together."""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from studio.core import jobs

_GRACE_S = 4
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Ask Linux to end this child when its supervisor is killed, so that nothing is left running."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _workers() -> int:
    return min(2, os.cpu_count() or 1)


class Command(BaseCommand):
    """Starts the embedded studio and stops it cleanly on Ctrl-C."""

    help = "Start web and worker together (the embedded default)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address, and whether to load the demo."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--demo", action="store_true", help="load the demo production first")
        parser.add_argument("--threads", type=int, default=32)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, start, wait, stop."""
        self._stopping = False
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._on_signal)
        host, port = options["host"], options["port"]
        self._refuse_taken_port(host, port)
        try:
            self._prepare(demo=options["demo"])
        except KeyboardInterrupt:
            return
        connections.close_all()
        children = [self._start(command) for command in self._commands(host, port, options["threads"])]
        try:
            self._announce(host, port, children)
            while not self._stopping and all(child.poll() is None for child in children):
                time.sleep(0.2)
        except KeyboardInterrupt:
            pass
        finally:
            self._stop(children)
        if not self._stopping:
            msg = "A part of Sakkan ended by itself; its last lines above say why."
            raise CommandError(msg)
        self.stdout.write("Stopped.")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        first, self._stopping = not self._stopping, True
        if first:
            raise KeyboardInterrupt

    def _refuse_taken_port(self, host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                msg = f"Port {port} is taken on {host}. Choose another: make run PORT={port + 1}"
                raise CommandError(msg) from error

    def _prepare(self, *, demo: bool) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("register_models", stdout=io.StringIO())
        call_command("collectstatic", verbosity=0, interactive=False)
        if settings.CELERY_BROKER_URL.startswith("filesystem"):
            jobs.void_leases()
        if demo:
            call_command("load_demo", stdout=self.stdout)

    def _commands(self, host: str, port: int, threads: int) -> list[list[str]]:
        web = [
            "gunicorn",
            "studio.config.wsgi:application",
            "--bind",
            f"{host}:{port}",
            "--worker-class",
            "gthread",
        ]
        web += [
            "--threads",
            str(threads),
            "--timeout",
            "120",
            "--graceful-timeout",
            "3",
            "--log-level",
            "warning",
        ]
        web += ["--no-control-socket"]
        worker = ["celery", "--quiet", "-A", "studio.config.celery", "worker", "-B", "-Q", "gpu,cpu,io"]
        worker += [
            "--concurrency",
            str(_workers()),
            "--loglevel",
            "warning",
            "--without-mingle",
        ]
        worker += ["--schedule", settings.CELERY_BEAT_SCHEDULE_FILENAME, "--hostname", "sakkan@%h"]
        # Celery warns a root user about pickle, which we do not use; in a container root is a user like others.
        quiet = ["-W", "ignore:You're running the worker"]
        return [[sys.executable, "-m", *web], [sys.executable, *quiet, "-m", *worker]]

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        # The workers share the cores: threads of several that wait for each other take four times as long.
        each = max(1, (os.cpu_count() or 1) // _workers())
        threads = [f"{name}_NUM_THREADS={each}" for name in ("OMP", "OPENBLAS", "MKL")]
        command = ["env", *threads, *command]
        return subprocess.Popen(command, start_new_session=True, preexec_fn=_die_with_parent)  # noqa: PLW1509

    def _announce(self, host: str, port: int, children: list[subprocess.Popen[bytes]]) -> None:
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104  (compared, not bound)
        url = f"http://{shown}:{port}/"
        for _ in range(300):
            if any(child.poll() is not None for child in children):
                return
            try:
                urllib.request.urlopen(f"http://{host}:{port}/login/", timeout=1)
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.stdout.write(self.style.SUCCESS(f"\nSakkan is at {url}"))
        self._print_logins()
        self.stdout.write("Stop it with Ctrl-C. The data stay in var/.")
        self.stdout.flush()

    def _print_logins(self) -> None:
        from django.utils.module_loading import import_string  # noqa: PLC0415

        for login in import_string(settings.DEMO_LOGINS)():
            self.stdout.write(f"  {login['role']:<36} {login['username']:<12} password {login['password']}")

    def _stop(self, children: list[subprocess.Popen[bytes]]) -> None:
        """End the children gently, then for certain. A job that is cut off is taken up again at the next start."""
        for name, patience_s in ((signal.SIGTERM, _GRACE_S), (signal.SIGQUIT, _GRACE_S)):
            for child in children:
                if child.poll() is None:
                    child.send_signal(name)
            deadline = time.monotonic() + patience_s
            for child in children:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(max(0.1, deadline - time.monotonic()))
        for child in children:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
