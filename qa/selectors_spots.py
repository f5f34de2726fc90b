"""Reads for spot checks, from the cuts that a person may see."""

from __future__ import annotations

from django.db.models import QuerySet

from assets import access
from assets.models import Production
from qa import selectors
from qa.models import SpotCheck
from studio.core.models import User


def spots_of(user: User, production: Production | None = None) -> QuerySet[SpotCheck]:
    """Return the spot checks that count, oldest first: of current checks of cuts that the person may see."""
    spots = SpotCheck.objects.filter(
        run__in=selectors.current_runs(), run__take__cut__in=access.visible_cuts(user).values("pk")
    ).select_related("run__take__cut__episode__production", "run__take__submitted_by", "by")
    return spots.filter(run__take__cut__episode__production=production) if production else spots
