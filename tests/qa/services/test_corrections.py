"""Corrections: everybody on their own paper, every stroke once, nothing of anybody else's touched."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from assets.models import Drawing, Take
from qa import selectors_notes
from qa.models import Correction, CorrectionStroke
from qa.services import corrections
from studio.core.errors import InvalidInput, NotAllowed, NotFound
from studio.core.models import AuditEvent
from tests.world import World


@pytest.fixture
def drawing(take: Take) -> Drawing:
    """The first drawing of the take, 32 by 48 px."""
    return Drawing.objects.filter(cell__take=take).earliest("number")


def stroke(**changes: Any) -> dict[str, Any]:
    """Return a stroke as a pen sends it."""
    return {"uid": str(uuid.uuid4()), "tool": "pen", "points": [[1, 2, 0.4], [5, 6, 0.9]], **changes}


def _by_supervisor(world: World, drawing: Drawing) -> dict[str, Any]:
    return {"actor": world.supervisor, "drawing": drawing}


def shown(drawing: Drawing) -> list[str]:
    """Return the uids that lie over the drawing."""
    found = selectors_notes.corrections_of([drawing.pk]).get(drawing.pk, [])
    return [str(each.uid) for correction in found for each in correction.shown]  # type: ignore[attr-defined]


def test_a_stroke_is_kept_on_the_paper_of_the_role(world: World, drawing: Drawing) -> None:
    corrections.draw(actor=world.paint_checker, drawing=drawing, strokes=[stroke()])
    kept = Correction.objects.get()
    assert (kept.by, kept.role, kept.colour) == (world.paint_checker, "paint_checker", "#2b8fd6")
    assert kept.strokes.get().points == [[1.0, 2.0, 0.4], [5.0, 6.0, 0.9]]


def test_a_production_may_have_papers_of_its_own(world: World, drawing: Drawing) -> None:
    world.production.paper_colours = {"paint_checker": "#123456"}
    world.production.save()
    drawing.refresh_from_db()
    assert corrections.draw(
        actor=world.paint_checker, drawing=drawing, strokes=[stroke()]
    ).colour == "#123456"  # fmt: skip


def test_a_stroke_that_is_sent_twice_is_written_once(world: World, drawing: Drawing) -> None:
    one, other = stroke(), stroke()
    corrections.draw(actor=world.supervisor, drawing=drawing, strokes=[one])
    changed = {**one, "points": [[9, 9]]}
    corrections.draw(actor=world.supervisor, drawing=drawing, strokes=[changed, other, other])
    assert shown(drawing) == [one["uid"], other["uid"]]
    assert CorrectionStroke.objects.earliest("pk").points[0] == [1.0, 2.0, 0.4]
    assert AuditEvent.objects.filter(verb="correction.draw").count() == 2


def test_the_log_says_how_many_strokes_but_not_the_strokes(world: World, drawing: Drawing) -> None:
    corrections.draw(actor=world.supervisor, drawing=drawing, strokes=[stroke(), stroke()])
    event = AuditEvent.objects.get(verb="correction.draw")
    assert event.after == {"drawing": str(drawing), "strokes": 2, "total": 2}


def test_two_people_draw_on_two_corrections(world: World, drawing: Drawing) -> None:
    for person in (world.supervisor, world.inbetween_checker):
        corrections.draw(actor=person, drawing=drawing, strokes=[stroke()])
    found = selectors_notes.corrections_of([drawing.pk])[drawing.pk]
    assert [each.by for each in found] == [world.supervisor, world.inbetween_checker]
    assert len(shown(drawing)) == 2
    assert selectors_notes.corrected_ids([drawing.pk, 0]) == {drawing.pk}


def test_a_uid_of_somebody_else_is_refused(world: World, drawing: Drawing) -> None:
    theirs = stroke()
    corrections.draw(actor=world.supervisor, drawing=drawing, strokes=[theirs])
    with pytest.raises(InvalidInput):
        corrections.draw(actor=world.artist, drawing=drawing, strokes=[stroke(), theirs])
    for act in (corrections.erase, corrections.restore):
        with pytest.raises(NotFound):
            act(actor=world.artist, drawing=drawing, uids=[theirs["uid"]])
    assert shown(drawing) == [theirs["uid"]]
    assert Correction.objects.count() == 1


def test_a_stroke_stays_on_its_drawing(world: World, drawing: Drawing, take: Take) -> None:
    one, other = stroke(), Drawing.objects.filter(cell__take=take).latest("number")
    corrections.draw(actor=world.supervisor, drawing=drawing, strokes=[one])
    with pytest.raises(InvalidInput):
        corrections.draw(actor=world.supervisor, drawing=other, strokes=[one])
    with pytest.raises(NotFound):
        corrections.erase(actor=world.supervisor, drawing=other, uids=[one["uid"]])


def test_an_erased_stroke_is_kept_and_comes_back(world: World, drawing: Drawing) -> None:
    one, keyed = stroke(), _by_supervisor(world, drawing)
    corrections.draw(strokes=[one], **keyed)
    corrections.erase(uids=[one["uid"]], **keyed)
    corrections.erase(uids=[one["uid"]], **keyed)
    assert shown(drawing) == []
    assert selectors_notes.corrected_ids([drawing.pk]) == set()
    corrections.draw(strokes=[one], **keyed)
    assert shown(drawing) == []  # sent again by another tab: it stays erased
    corrections.restore(uids=[one["uid"]], **keyed)
    assert shown(drawing) == [one["uid"]]
    assert AuditEvent.objects.filter(verb="correction.erase").count() == 1


def test_the_version_changes_with_every_change_and_only_then(world: World, drawing: Drawing) -> None:
    one, keyed = stroke(), _by_supervisor(world, drawing)
    versions = [selectors_notes.corrections_version(drawing.pk)]
    for act, given in (
        (corrections.draw, {"strokes": [one]}),
        (corrections.erase, {"uids": [one["uid"]]}),
        (corrections.restore, {"uids": [one["uid"]]}),
    ):
        act(**keyed, **given)
        versions.append(selectors_notes.corrections_version(drawing.pk))
    corrections.draw(strokes=[one], **keyed)
    assert len(set(versions)) == 4
    assert selectors_notes.corrections_version(drawing.pk) == versions[-1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"uid": "1"}, "uid"),
        ({"uid": None}, "uid"),
        ({"tool": "brush"}, "tool"),
        ({"tool": []}, "tool"),
        ({"points": []}, "points"),
        ({"points": "1,2"}, "points"),
        ({"points": [[1]]}, "points"),
        ({"points": [[1, float("nan")]]}, "points"),
        ({"points": [[float("inf"), 1]]}, "points"),
        ({"points": [[1, "2"]]}, "points"),
        ({"points": [[1, True]]}, "points"),
        ({"points": [[1, 200]]}, "points"),
        ({"points": [[-33, 2]]}, "points"),
        ({"points": [[1, 2]] * (corrections.MOST_POINTS + 1)}, "points"),
        ({"tool": "arrow", "points": [[1, 2]]}, "points"),
        ({"tool": "box", "points": [[1, 2]] * 3}, "points"),
        ({"tool": "text", "points": [[1, 2]], "text": "  "}, "text"),
        ({"tool": "text", "points": [[1, 2]], "text": "あ" * 301}, "text"),
        ({"width_px": 0}, "width_px"),
        ({"width_px": 1000}, "width_px"),
        ({"width_px": "wide"}, "width_px"),
    ],
)
def test_what_no_hand_draws_is_refused_with_its_field(
    world: World, drawing: Drawing, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        corrections.draw(actor=world.supervisor, drawing=drawing, strokes=[stroke(), stroke(**changes)])
    assert caught.value.data["field"] == field
    assert not Correction.objects.exists()


def test_a_correction_has_room_for_so_many_strokes(
    world: World, drawing: Drawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "MOST_STROKES", 2)
    kept = [stroke(), stroke()]
    corrections.draw(actor=world.supervisor, drawing=drawing, strokes=kept)
    corrections.draw(actor=world.supervisor, drawing=drawing, strokes=kept)
    with pytest.raises(InvalidInput):
        corrections.draw(actor=world.supervisor, drawing=drawing, strokes=[stroke()])
    with pytest.raises(InvalidInput):
        corrections.draw(
            actor=world.artist,
            drawing=drawing,
            strokes=[stroke()] * (corrections.MOST_STROKES_AT_ONCE + 1),
        )


@pytest.mark.parametrize("role", ["producer", "administrator"])
def test_who_only_looks_does_not_draw(world: World, drawing: Drawing, role: str) -> None:
    with pytest.raises(NotAllowed):
        corrections.draw(actor=world.people[role], drawing=drawing, strokes=[stroke()])


def test_an_outside_artist_draws_over_their_own_cuts_only(world: World, drawing: Drawing) -> None:
    corrections.draw(actor=world.outside_artist, drawing=drawing, strokes=[stroke()])
    world.cut.stages.update(assignee=None)
    with pytest.raises(NotFound):
        corrections.draw(actor=world.outside_artist, drawing=drawing, strokes=[stroke()])
    with pytest.raises(NotFound):
        corrections.draw(actor=world.stranger, drawing=drawing, strokes=[stroke()])
