"""Saved views by id, as pages and the API speak of them. The rows and their audit are `assets.services.views`."""

from __future__ import annotations

from assets.services import views
from studio.core.errors import NotFound
from studio.core.models import SavedView, User


def save(*, actor: User, page: str, name: str, query: str) -> SavedView:
    """Keep the query string of `page` under `name`; the same name again replaces it."""
    return views.save_view(actor=actor, page=page, name=name.strip(), query=query)


def remove(*, actor: User, view_id: int) -> None:
    """Forget a saved view. Raises NotFound for one that is not the actor's."""
    view = SavedView.objects.filter(user=actor, pk=view_id).first()
    if view is None:
        raise NotFound(what="saved view")
    views.delete_view(actor=actor, view=view)
