"""Reads of lists and over relations, always from what the person may see."""

from __future__ import annotations

from django.db.models import QuerySet

from assets import access
from assets.models import Production
from studio.core.models import User


def productions_of(user: User) -> QuerySet[Production]:
    """Return the person's productions that are not archived."""
    return access.visible_productions(user).filter(archived=False).order_by("code")


def production_ids_of(user: User) -> list[int]:
    """Return the ids of the person's productions."""
    return list(access.visible_productions(user).values_list("id", flat=True))
