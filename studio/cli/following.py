"""Follows a job until it is over."""

from __future__ import annotations

import time
from typing import Any

from tqdm import tqdm

from studio.cli.client import Client
from studio.cli.errors import Refused, Unreachable

_OVER = frozenset({"done", "failed", "cancelled"})
_POLL_S = 0.5
_BROKEN_TRIES = 60


def wait_for_job(
    client: Client, kind: str, subject: str, words: str, *, must_end_well: bool
) -> dict[str, Any]:
    """Return the newest job of this kind and subject once it is over.

    Raises:
        Refused: it failed or was cancelled, and `must_end_well`.
        Unreachable: the server is gone for half a minute.
    """
    job = next(client.listed("jobs/", kind=kind, subject=subject))
    with tqdm(total=job["total_count"], desc=words, disable=None) as bar:
        while job["state"] not in _OVER:
            time.sleep(_POLL_S)
            job = _look(client, job["id"])
            bar.total = job["total_count"]
            bar.update(job["done_count"] - bar.n)
    if must_end_well and job["state"] != "done":
        reason = job["message"] or "it was cancelled"
        msg = f"{words}: {reason}"
        raise Refused(msg)
    return job


def _look(client: Client, job_id: str) -> dict[str, Any]:
    """Ask for a job; a line that breaks while we only wait is tried again."""
    for _ in range(_BROKEN_TRIES - 1):
        try:
            return client.get(f"jobs/{job_id}/")
        except Unreachable:
            time.sleep(_POLL_S)
    return client.get(f"jobs/{job_id}/")
