"""Says which real services are at hand for the tests, one `name=url` per line; run by tests/run.sh."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

import psycopg

CANDIDATES = {
    "postgres": (
        os.getenv("SAKKAN_TEST_POSTGRES", ""),
        "postgresql://postgres@127.0.0.1:5432/postgres",
        "postgresql://root@127.0.0.1:5432/postgres",
    ),
    "redis": (os.getenv("SAKKAN_TEST_REDIS", ""), "redis://127.0.0.1:6379/14"),
    "rabbitmq": (os.getenv("SAKKAN_TEST_RABBITMQ", ""), "amqp://guest:guest@127.0.0.1:5672//"),
}


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme.startswith("postgres"):
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.Error:
            return False
        return True
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 0), timeout=2).close()
    except OSError:
        return False
    return True


def at_hand(name: str) -> str | None:
    """Return the address of a service that answers, or None."""
    return next((url for url in CANDIDATES[name] if url and _answers(url)), None)


if __name__ == "__main__":
    for service in CANDIDATES:
        url = at_hand(service)
        print(f"{service}={url}" if url else f"# {service}: not at hand")
