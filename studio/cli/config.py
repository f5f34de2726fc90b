"""Where the server is and who speaks to it: from the environment, else from a file that only its owner can read."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studio.cli.errors import Refused


@dataclass(frozen=True)
class Account:
    """A server's address and a token for it."""

    url: str
    token: str


def folder() -> Path:
    """Return the folder of the command's own files."""
    base = os.getenv("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "sakkan"


def account() -> Account:
    """Return the account to use. SAKKAN_URL and SAKKAN_TOKEN go before the file of `sakkan login`.

    Raises:
        Refused: nobody has signed in.
    """
    kept = read("config.json")
    url = os.getenv("SAKKAN_URL") or kept.get("url", "")
    token = os.getenv("SAKKAN_TOKEN") or kept.get("token", "")
    if not url or not token:
        raise Refused("Nobody is signed in. Run: sakkan login URL (or set SAKKAN_URL and SAKKAN_TOKEN).")
    return Account(url.rstrip("/"), token)


def keep(known: Account) -> Path:
    """Write the account down, readable by its owner alone; return where."""
    return write("config.json", asdict(known))


def read(name: str) -> dict[str, Any]:
    """Return one of the command's own files; a missing or damaged one is empty."""
    try:
        data = json.loads((folder() / name).read_text())
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def write(name: str, data: dict[str, Any]) -> Path:
    """Replace one of the command's own files, with mode 0600 from its first byte on; return where it is."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder() / name
    fresh = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(data, file)
    fresh.replace(path)
    return path
