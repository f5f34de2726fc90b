"""What the frame of every page shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from assets import desks, selectors


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the productions of the person and how many of their jobs are at work."""
    if not request.user.is_authenticated:
        return {}
    return {
        "frame_productions": selectors.productions_of(request.user),
        "frame_jobs": desks.at_work(request.user),
    }
