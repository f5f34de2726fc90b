"""An upload cut off in the middle goes on where it stopped, on the web server that production runs (gunicorn)."""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.studio import ROOT, free_port, own_environment

SIZE = 6 * 1024 * 1024
PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from knox.models import AuthToken
from assets.services import uploads
from tests.world import build_world
world = build_world()
upload = uploads.open_upload(actor=world.artist, cut=world.cut, stage="AD")
print(AuthToken.objects.create(user=world.artist)[1], upload.pk)
"""


# The application of production, but that a silent line is given up after a second.
APPLICATION = """
from studio.config.wsgi import application
from assets.api import tus
tus._SILENCE_S = 1.0
"""


@dataclass
class Server:
    """A running gunicorn, an open upload and the token of its artist."""

    port: int
    var: Path
    token: str
    upload: str

    def headers(self, **more: str) -> dict[str, str]:
        """Return the headers of tus; names are written with _ for -."""
        own = {"Authorization": f"Token {self.token}", "Tus-Resumable": "1.0.0", "Host": "127.0.0.1"}
        return own | {name.replace("_", "-"): value for name, value in more.items()}

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
        """Send one request and read its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, self.headers(**headers))
        response = connection.getresponse()
        response.read()
        connection.close()
        return response

    def offset(self, path: str) -> int:
        """Ask how much of a file has arrived."""
        return int(self.call("HEAD", path).getheader("Upload-Offset"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    environment = {
        **own_environment(),
        "SAKKAN_VAR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "studio.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)]),
    }
    made = subprocess.run(
        [sys.executable, "-c", PREPARE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    token, upload = made.stdout.split()[-2:]
    (tmp_path / "impatient.py").write_text(APPLICATION)
    port, log = free_port(), tmp_path / "gunicorn.log"
    command = [sys.executable, "-m", "gunicorn", "impatient:application", "--no-control-socket"]
    command += ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stream, stderr=stream)
    _wait(port, process, log)
    yield Server(port, tmp_path / "var", token, upload)
    process.terminate()
    process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(log.read_text())


def _announce(server: Server, data: bytes) -> str:
    name = base64.b64encode(b"A/A0001.png").decode()
    path = f"/api/v1/uploads/{server.upload}/files/"
    made = server.call(
        "POST", path, Upload_Length=str(len(data)), Upload_Metadata=f"relativePath {name}", Content_Length="0"
    )
    assert made.status == 201
    return "/" + made.getheader("Location").split("/", 3)[3]


def _send_half(server: Server, path: str, data: bytes) -> socket.socket:
    """Say that all of it comes, send half, and leave the line open."""
    head = server.headers(
        Upload_Offset="0", Content_Type="application/offset+octet-stream", Content_Length=str(len(data))
    )
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    line = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    line.sendall(f"PATCH {path} HTTP/1.1\r\n{lines}\r\n".encode() + data[: len(data) // 2])
    return line


def _send_rest(server: Server, path: str, data: bytes, offset: int) -> http.client.HTTPResponse:
    return server.call(
        "PATCH",
        path,
        data[offset:],
        Upload_Offset=str(offset),
        Content_Type="application/offset+octet-stream",
    )


def _settled_offset(server: Server, path: str) -> int:
    """Return the offset once the server has noticed the broken line and let go of the file."""
    for _ in range(100):
        if offset := server.offset(path):
            return offset
        time.sleep(0.1)
    return 0


def test_a_broken_upload_goes_on_where_it_stopped(server: Server) -> None:
    data = hashlib.shake_256(b"a drawing").digest(SIZE)
    path = _announce(server, data)
    _send_half(server, path, data).close()
    offset = _settled_offset(server, path)
    assert 0 < offset <= SIZE // 2
    rest = _send_rest(server, path, data, offset)
    assert (rest.status, rest.getheader("Upload-Offset")) == (204, str(SIZE))
    (arrived,) = [each for each in (server.var / "uploads").rglob("*") if each.is_file()]
    assert hashlib.sha256(arrived.read_bytes()).digest() == hashlib.sha256(data).digest()


def test_a_client_that_lost_its_net_does_not_lock_its_file_for_ever(server: Server) -> None:
    data = hashlib.shake_256(b"a drawing").digest(SIZE)
    path = _announce(server, data)
    with _send_half(server, path, data):  # the line stays open and says nothing more
        offset = _settled_offset(server, path)
        assert 0 < offset <= SIZE // 2
        assert _send_rest(server, path, data, offset).status == 204
