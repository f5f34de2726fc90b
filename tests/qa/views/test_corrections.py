"""What a pen sends and asks in the background: one address, steps in the order of the hand, cheap when all is old."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from assets.models import Drawing
from qa import selectors_notes
from qa.models import CorrectionStroke, Flag
from qa.services import corrections
from tests.qa.views.conftest import SignIn
from tests.world import World


@pytest.fixture
def drawing(three_flags: list[Flag]) -> Drawing:
    """A drawing of a checked take."""
    return three_flags[0].drawing


def stroke(**changes: Any) -> dict[str, Any]:
    return {"uid": str(uuid.uuid4()), "tool": "pen", "points": [[1, 2, 0.4], [5, 6, 0.9]], **changes}


def address(drawing: Drawing) -> str:
    return f"/drawings/{drawing.pk}/corrections/"


def test_steps_are_done_in_the_order_of_the_hand(world: World, drawing: Drawing, signed_in: SignIn) -> None:
    client, one, other = signed_in(world.supervisor), stroke(), stroke()
    uid = one["uid"]
    steps = [{"draw": one}, {"erase": uid}, {"draw": other}, {"restore": uid}, {"erase": other["uid"]}]
    for _ in range(2):
        assert client.post(address(drawing), {"steps": json.dumps(steps)}).json() == {"done": True}
    (found,) = client.get(address(drawing)).json()["corrections"]
    assert [each["uid"] for each in found["strokes"]] == [uid]
    assert (found["mine"], found["by"]["name"]) == (True, str(world.supervisor))
    assert CorrectionStroke.objects.count() == 2


@pytest.mark.parametrize(
    "steps",
    [
        "",
        "no json",
        "{}",
        "[]",
        "[1]",
        '[{"paint": 1}]',
        '[{"draw": {}, "erase": "1"}]',
        '[{"draw": 1}]',
        '[{"erase": ["x"]}]',
        json.dumps([{"erase": "x"}] * 201),
    ],
)
def test_what_no_pen_sends_is_refused(world: World, drawing: Drawing, signed_in: SignIn, steps: str) -> None:
    response = signed_in(world.supervisor).post(
        address(drawing), {"steps": steps}, headers={"Accept": "application/json"}
    )
    assert response.status_code == 400
    assert response.json()["code"] == "invalid_input"


def test_all_steps_are_done_or_none(world: World, drawing: Drawing, signed_in: SignIn) -> None:
    steps = [{"draw": stroke()}, {"draw": stroke(tool="brush")}]
    response = signed_in(world.supervisor).post(address(drawing), {"steps": json.dumps(steps)})
    assert response.status_code == 400
    assert not CorrectionStroke.objects.exists()


def test_a_page_that_knows_all_gets_nothing_again(world: World, drawing: Drawing, signed_in: SignIn) -> None:
    client = signed_in(world.supervisor)
    known = client.get(address(drawing)).headers["ETag"]
    assert client.get(address(drawing), headers={"If-None-Match": known}).status_code == 304
    corrections.draw(actor=world.inbetween_checker, drawing=drawing, strokes=[stroke()])
    fresh = client.get(address(drawing), headers={"If-None-Match": known})
    assert (fresh.status_code, fresh.json()["corrections"][0]["mine"]) == (200, False)


def test_the_pen_knows_its_paper_and_who_may_not_draw(
    world: World, drawing: Drawing, signed_in: SignIn
) -> None:
    body = signed_in(world.paint_checker).get(address(drawing)).json()
    assert (body["may_draw"], body["paper"]["colour"]) == (True, "#2b8fd6")
    assert signed_in(world.producer).get(address(drawing)).json()["may_draw"] is False
    assert signed_in(world.producer).post(address(drawing), {"steps": "[]"}).status_code == 400


def test_asking_costs_the_same_for_one_person_and_for_many(
    world: World, drawing: Drawing, signed_in: SignIn
) -> None:
    client, counts = signed_in(world.supervisor), []
    for role in ("supervisor", "artist", "paint_checker", "photography"):
        corrections.draw(actor=world.people[role], drawing=drawing, strokes=[stroke(), stroke()])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address(drawing))
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_the_artist_sees_the_correction_over_the_thumbnail(world: World, drawing: Drawing) -> None:
    words = stroke(tool="text", points=[[3, 20]], text="<smaller>", width_px=2.5)
    corrections.draw(actor=world.supervisor, drawing=drawing, strokes=[stroke(), words])
    found = selectors_notes.corrections_of([drawing.pk])[drawing.pk]
    html = render_to_string("qa/_correction.html", {"drawing": drawing, "corrections": found})
    assert 'viewBox="0 0 32 48"' in html
    assert 'stroke="#e0b400"' in html
    assert '<path d="M1 2Q' in html
    assert 'font-size="20" fill="#e0b400" stroke="#222222" stroke-width="3.2"' in html
    assert "&lt;smaller&gt;</text>" in html
