"""What the frame of every page shows."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from assets import access, selectors, selectors_notices
from assets.models import Production
from qa import selectors as qa_selectors
from studio.core.roles import Action

_MOST_IN_A_BADGE = 999


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the person's productions, their jobs and notices, and how to count the open flags of a production."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}

    @cache
    def open_flags(production: Production) -> int | str | None:
        """Return how many flags wait for a verdict ("999+" beyond), asked once per page and only where it is shown."""
        if not access.allowed(user, Action.VIEW_FLAGS, production):
            return None
        waiting = qa_selectors.queue(user, production, {"state": "open"})
        count = qa_selectors.counted(waiting, _MOST_IN_A_BADGE + 1)
        return count if count <= _MOST_IN_A_BADGE else f"{_MOST_IN_A_BADGE}+"

    return {
        "frame_productions": selectors.productions_of(user),
        "frame_pulse": SimpleLazyObject(lambda: selectors_notices.pulse(user)),
        "frame_open_flags": open_flags,
        "frame_sees_rights": SimpleLazyObject(lambda: access.allowed_anywhere(user, Action.VIEW_DATASETS)),
    }
