"""Sends files by tus 1.0. A broken line is asked how far it got, and goes on from there."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from studio.cli.client import Client, refusal
from studio.cli.errors import Refused, Unreachable

_CHUNK_BYTES = 8 * 1024 * 1024
_AGAIN = frozenset({409, 423, 460, 502, 503, 504})  # what passes when it is tried again from the right offset
_TUS = {"Tus-Resumable": "1.0.0"}
Told = Callable[[int], None]


@dataclass(frozen=True)
class Patience:
    """How often a broken line is tried again without any progress, and how long at most between two tries."""

    tries: int = 8
    wait_s: float = 30.0

    def pause(self, failures: int) -> None:
        """Wait before the next try, longer every time."""
        time.sleep(min(0.25 * 2**failures, self.wait_s))


def send_file(client: Client, upload: str, file: Path, name: str, told: Told, patience: Patience) -> None:
    """Send one file from wherever an earlier try stopped; `told` hears the number of bytes that are there.

    Raises:
        Refused: the server does not take it, or it changed while it was read.
        Unreachable: the line stays broken.
    """
    size = file.stat().st_size
    address, offset = _announce(client, upload, name, size, patience)
    failures = 0
    with file.open("rb") as stream:
        while offset < size:
            told(offset)
            try:
                reached = _send_chunk(client, address, stream.seek(offset), stream.read(_CHUNK_BYTES))
            except requests.RequestException as error:
                failures += 1
                if failures >= patience.tries:
                    msg = f"The line broke {failures} times at {name}. Run the same command again to go on."
                    raise Unreachable(msg) from error
                patience.pause(failures)
                reached = _ask(client, address, offset)
            failures = 0 if reached > offset else failures
            offset = reached
    told(size)


def _announce(client: Client, upload: str, name: str, size: int, patience: Patience) -> tuple[str, int]:
    coded = base64.b64encode(name.encode()).decode()
    headers = {**_TUS, "Upload-Length": str(size), "Upload-Metadata": f"relativePath {coded}"}
    for failures in range(1, patience.tries + 1):
        try:
            response = client.send("POST", f"uploads/{upload}/files/", headers=headers)
        except Unreachable:
            if failures == patience.tries:
                raise
            patience.pause(failures)
            continue
        address = urlsplit(response.headers["Location"]).path
        return address, int(response.headers.get("Upload-Offset", "0"))
    raise AssertionError


def _send_chunk(client: Client, address: str, offset: int, chunk: bytes) -> int:
    """Send one chunk and return the new offset. Raises requests.RequestException for what may pass next time."""
    if not chunk:
        msg = "The file became shorter while it was read. Try again when nobody writes to it."
        raise Refused(msg)
    headers = {
        **_TUS,
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
    }
    response = client.raw("PATCH", address, data=chunk, headers=headers)
    if response.status_code == 204:
        return int(response.headers["Upload-Offset"])
    if response.status_code in _AGAIN:
        raise requests.ConnectionError(response=response)
    raise refusal(response)


def _ask(client: Client, address: str, offset: int) -> int:
    """Return how far the file got; the offset as it was while the server cannot be asked."""
    try:
        response = client.raw("HEAD", address, headers=_TUS)
    except requests.RequestException:
        return offset
    return int(response.headers.get("Upload-Offset", offset))
