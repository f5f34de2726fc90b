"""Saved views: a person's own named filters of a list page."""

from __future__ import annotations

from django.db import transaction

from assets.services import rows
from studio.core import audit
from studio.core.errors import InvalidInput, NotFound, phrase
from studio.core.models import SavedView, User

_MAX_VIEWS = 100
_NAMES = ("page", "name", "query")


def save_view(*, actor: User, page: str, name: str, query: str) -> SavedView:
    """Keep a query string under a name; the same name on the same page is replaced."""
    with transaction.atomic():
        kept = SavedView.objects.select_for_update().filter(user=actor, page=page, name=name).first()
        if kept is not None:
            before = rows.facts(kept, _NAMES)
            kept.query = query
            rows.save(kept)
            old, new = audit.diff(before, rows.facts(kept, _NAMES))
            if old != new:
                audit.record(actor=actor, verb="view.save", target=kept, before=old, after=new)
            return kept
        if SavedView.objects.filter(user=actor).count() >= _MAX_VIEWS:
            raise InvalidInput(
                field="name", reason=phrase("at most {limit} saved views; delete one first", limit=_MAX_VIEWS)
            )
        view = SavedView(user=actor, page=page, name=name, query=query)
        rows.save(view)
        audit.record(actor=actor, verb="view.save", target=view, after=rows.facts(view, _NAMES))
    return view


def delete_view(*, actor: User, view: SavedView) -> None:
    """Forget one of the actor's own views.

    Raises:
        NotFound: it is somebody else's.
    """
    with transaction.atomic():
        kept = SavedView.objects.select_for_update().filter(pk=view.pk, user=actor).first()
        if kept is None:
            raise NotFound(what="saved view")
        audit.record(actor=actor, verb="view.delete", target=kept, before=rows.facts(kept, _NAMES))
        kept.delete()


def views_of(user: User, page: str) -> list[SavedView]:
    """Return the person's saved views of a page, by name."""
    return list(SavedView.objects.filter(user=user, page=page))
