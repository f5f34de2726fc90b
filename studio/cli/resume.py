"""Remembers pushes that did not end, so that the same command goes on instead of beginning anew.

A push is the same while folder, cut, stage and every file (path, size, time of change) are the same; otherwise two
halves of different drawings could become one file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from studio.cli import config
from studio.cli.client import Client
from studio.cli.errors import Refused

_FILE = "pushes.json"


def fingerprint(url: str, cut: int, stage: str, folder: Path, files: Iterable[Path]) -> str:
    """Return what tells this push from every other."""
    facts = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    text = json.dumps([url, cut, stage, str(folder.resolve()), facts])
    return hashlib.sha256(text.encode()).hexdigest()


def find(client: Client, key: str) -> str | None:
    """Return the upload that this push began, if it still waits for files."""
    upload = config.read(_FILE).get(key)
    if upload is None:
        return None
    try:
        state = client.get(f"uploads/{upload}/")["state"]
    except Refused:
        state = "gone"
    if state == "open":
        return str(upload)
    forget(key)
    return None


def remember(key: str, upload: str) -> None:
    """Write down which upload this push began."""
    config.write(_FILE, {**config.read(_FILE), key: upload})


def forget(key: str) -> None:
    """The push has ended."""
    kept = config.read(_FILE)
    if kept.pop(key, None) is not None:
        config.write(_FILE, kept)
