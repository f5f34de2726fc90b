"""Named filters of a list page, kept per person: nobody else sees them, so no role is asked for."""

from __future__ import annotations

from django.db import transaction

from studio.core.errors import InvalidInput, NotFound
from studio.core.models import SavedView, User

_MOST = 50


def save(*, actor: User, page: str, name: str, query: str) -> SavedView:
    """Keep the query string of `page` under `name`; the same name again replaces it.

    Raises:
        InvalidInput: no name, a name or query that is too long, or too many views.
    """
    name = name.strip()
    if not name or len(name) > 60:
        raise InvalidInput(field="name", reason="1 to 60 characters")
    if len(query) > 500:
        raise InvalidInput(field="query", reason="too many filters to keep")
    with transaction.atomic():
        mine = SavedView.objects.select_for_update().filter(user=actor, page=page)
        if mine.exclude(name=name).count() >= _MOST:
            raise InvalidInput(field="name", reason=f"{_MOST} saved views are the most; remove one first")
        view, _created = SavedView.objects.update_or_create(
            user=actor, page=page, name=name, defaults={"query": query}
        )
    return view


def remove(*, actor: User, view_id: int) -> None:
    """Forget a saved view. Raises NotFound for one that is not the actor's."""
    if not SavedView.objects.filter(user=actor, pk=view_id).delete()[0]:
        raise NotFound(what="saved view")
