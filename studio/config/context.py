"""What the frame of every page shows."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest

from assets import access, desks, selectors
from assets.models import Production
from qa import selectors as qa_selectors
from studio.core.roles import Action


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the person's productions, their jobs at work, and how to count the open flags of a production."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}

    @cache
    def open_flags(production: Production) -> int | None:
        """Return how many flags wait for a verdict, asked once per page and only where it is shown."""
        if not access.allowed(user, Action.VIEW_FLAGS, production):
            return None
        return qa_selectors.queue(user, production, {"state": "open"}).count()

    return {
        "frame_productions": selectors.productions_of(user),
        "frame_jobs": desks.at_work(user),
        "frame_open_flags": open_flags,
    }
