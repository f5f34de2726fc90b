"""Saved views: everybody's own."""

from __future__ import annotations

import pytest

from assets.services import views
from studio.core.errors import InvalidInput, NotFound
from tests.world import World


def test_the_same_name_on_the_same_page_is_replaced(world: World) -> None:
    first = views.save_view(actor=world.artist, page="cuts", name="Mine", query="assignee=me")
    again = views.save_view(actor=world.artist, page="cuts", name="Mine", query="state=retake")
    assert (again.pk, again.query) == (first.pk, "state=retake")
    views.save_view(actor=world.artist, page="review", name="Mine", query="")
    assert len(views.views_of(world.artist, "cuts")) == 1


def test_nobody_sees_or_deletes_the_view_of_another(world: World) -> None:
    view = views.save_view(actor=world.artist, page="cuts", name="Mine", query="")
    assert views.views_of(world.supervisor, "cuts") == []
    with pytest.raises(NotFound):
        views.delete_view(actor=world.supervisor, view=view)
    views.delete_view(actor=world.artist, view=view)
    assert views.views_of(world.artist, "cuts") == []


@pytest.mark.parametrize("fields", [{"name": ""}, {"name": "x" * 61}, {"query": "x" * 501}, {"page": ""}])
def test_a_view_needs_a_short_name(world: World, fields: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        views.save_view(actor=world.artist, **{"page": "cuts", "name": "Mine", "query": "a=b", **fields})
