"""Saved views by id, as pages and the API speak of them. The rows and their audit are `assets.services.views`.

The view that a page opens with is kept as one more row, under the page's name with a mark behind it.
"""

from __future__ import annotations

from django.db.models import QuerySet

from assets.services import views
from studio.core.errors import NotFound
from studio.core.models import SavedView, User

_MARK = "*"


def save(*, actor: User, page: str, name: str, query: str) -> SavedView:
    """Keep the query string of `page` under `name`; the same name again replaces it."""
    return views.save_view(actor=actor, page=page, name=name.strip(), query=query)


def remove(*, actor: User, view_id: int) -> None:
    """Forget a saved view. Raises NotFound for one that is not the actor's."""
    view = _own(actor, view_id)
    if opens_with(actor, view.page) == view:
        views.delete_view(actor=actor, view=_marks(actor, view.page).get())
    views.delete_view(actor=actor, view=view)


def open_with(*, actor: User, view_id: int) -> SavedView:
    """Let the page open with this view; said again of the same one, it opens with everything again.

    Raises:
        NotFound: it is not the actor's.
    """
    view = _own(actor, view_id)
    present = opens_with(actor, view.page)
    for mark in _marks(actor, view.page):
        views.delete_view(actor=actor, view=mark)
    if present != view:
        views.save_view(actor=actor, page=view.page + _MARK, name=view.name, query="")
    return view


def opens_with(user: User, page: str) -> SavedView | None:
    """Return the view that `page` opens with, None when it opens with everything."""
    marks = _marks(user, page).values("name")
    return SavedView.objects.filter(user=user, page=page, name__in=marks).first()


def _marks(user: User, page: str) -> QuerySet[SavedView]:
    return SavedView.objects.filter(user=user, page=page + _MARK)


def _own(actor: User, view_id: int) -> SavedView:
    view = SavedView.objects.filter(user=actor, pk=view_id).first()
    if view is None:
        raise NotFound(what="saved view")
    return view
