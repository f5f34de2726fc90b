"""How a sitting at the review desk goes: how many are done, how many are left, how long one takes.

Kept in the session: it is nobody's business but the person's own. A pause of more than five minutes counts as
five, half an hour without a verdict ends the sitting.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import Production
from studio.core.pages import SignedInRequest

_KEY = "sitting"
_PAUSE_S = 300
_ENDS_AFTER_S = 1800


def _present(request: SignedInRequest, production: Production) -> dict[str, Any]:
    now = timezone.now().timestamp()
    kept = request.session.get(_KEY)
    fresh = {"production": production.pk, "done": 0, "seconds": 0.0, "last_at": now}
    if not isinstance(kept, dict) or kept.get("production") != production.pk:
        return fresh
    return kept if now - kept["last_at"] < _ENDS_AFTER_S else fresh


def opened(request: SignedInRequest, production: Production) -> None:
    """Start the clock with the first flag that is opened.

    A running sitting is not written again: the page of the next flag is fetched while a verdict is on its way, and
    its copy of the session would overwrite the count.
    """
    present = _present(request, production)
    if request.session.get(_KEY) != present:
        request.session[_KEY] = present


def decided(request: SignedInRequest, production: Production, count: int = 1) -> None:
    """Count verdicts; minus one for an undo."""
    now = timezone.now().timestamp()
    kept = _present(request, production)
    kept["seconds"] += min(_PAUSE_S, max(0.0, now - kept["last_at"]))
    kept["done"] = max(0, kept["done"] + count)
    kept["last_at"] = now
    request.session[_KEY] = kept


def is_running(request: SignedInRequest, production: Production) -> bool:
    """Return whether a verdict was given in this sitting."""
    return bool(_present(request, production)["done"])


def words(request: SignedInRequest, production: Production, left: int) -> str:
    """Return "38 of 112, 41 s each"; nothing before the first verdict."""
    kept = _present(request, production)
    done = kept["done"]
    if not done:
        return ""
    pace = round(kept["seconds"] / done)
    return _("%(done)d of %(all)d, %(pace)d s each") % {"done": done, "all": done + left, "pace": pace}
