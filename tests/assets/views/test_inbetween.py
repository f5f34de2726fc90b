"""The in-between page and the pages of proposals: what they show, what they refuse, what they hand on to services."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import DerivedJob, Drawing, Proposal, ProposalDrawing, Take
from assets.services import engines
from assets.services.engines import Offer
from assets.views import desk_data
from assets.views import inbetween as views
from studio.core.drafting import Sketch, Turn
from studio.core.errors import ComputeBusy
from tests.derived_world import keys_take
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_drafting", "preview")]
WEAK = ({"box_xyxy": [4, 4, 20, 20], "reason": "too_far", "confidence": 0.2},)


class FakePreview:
    """A preview process that answers with one pixel and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Sketch, Turn | None]] = []
        self.fails: Exception | None = None

    def warm(self) -> None:
        """Start nothing."""

    def draw(self, sketch: Sketch, turn: Turn | None = None) -> tuple[dict[str, Any], list[bytes]]:
        self.asked.append((sketch, turn))
        if self.fails:
            raise self.fails
        drawings = [{"t": t, "confidence": 1.0, "weak": []} for t in sketch.positions]
        return {"engine": "fake", "model": "none", "drawings": drawings}, [b"PNG" for _ in sketch.positions]


@pytest.fixture
def preview(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakePreview]:
    made = FakePreview()
    monkeypatch.setattr(views, "drafter", lambda: made)
    desk_data._answers.clear()
    yield made
    desk_data._answers.clear()


@pytest.fixture
def client(world: World) -> Client:
    made = Client()
    made.force_login(world.artist)
    return made


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script id="inbetween-data" type="application/json">(.*?)</script>', html, re.S)
    assert found, "the page has no data for its script"
    return json.loads(found[1])


def page(client: Client, world: World, **query: Any) -> str:
    return client.get(reverse("inbetween", args=[world.cut.pk]), query).content.decode()


def post(client: Client, name: str, pk: int, body: Any) -> Any:
    headers = {"accept": "application/json"}
    return client.post(reverse(name, args=[pk]), body, content_type="application/json", headers=headers)


def ids_of(take: Take) -> list[str]:
    return [f"d{each.pk}" for each in Drawing.objects.filter(cell__take=take).order_by("number")]


def draft_body(take: Take, **more: Any) -> dict[str, Any]:
    a, b = ids_of(take)
    body = {"a": a, "b": b, "steering": {}, "positions": [0.5], "page": "p", "number": 1, "max_px": 512}
    return body | more


# The page


def test_the_page_begins_with_the_gap_that_the_timesheet_names(client: Client, world: World) -> None:
    take = keys_take(world)
    told = data_of(page(client, world))
    assert [told["a"], told["b"]] == ids_of(take)
    assert len(told["start"]["positions"]) == 3
    assert told["fps"] == 24.0
    assert {"even", "ease", "halves-a", "favour-b"} <= set(told["charts"])


def test_keys_that_the_address_names_are_taken(client: Client, world: World) -> None:
    b, a = ids_of(keys_take(world))
    told = data_of(page(client, world, a=a, b=b))
    assert [told["a"], told["b"]] == [a, b]


def test_the_page_has_every_tool_with_its_key(client: Client, world: World) -> None:
    keys_take(world)
    html = page(client, world)
    keys = dict(re.findall(r'data-tool="(\w+)" aria-pressed="\w+" aria-keyshortcuts="(\w)"', html))
    assert keys == {
        "look": "V", "pin": "P", "match": "M", "apart": "U", "vanish": "X", "appear": "C", "depth": "D",
        "bend": "B", "protect": "T", "smear": "S",
    }  # fmt: skip


def test_a_cut_without_takes_says_what_to_do(client: Client, world: World) -> None:
    html = page(client, world)
    assert "No keys yet" in html
    assert reverse("upload", args=[world.cut.pk]) in html


def test_a_cell_with_one_drawing_says_so_and_offers_other_cells(client: Client, world: World) -> None:
    take = keys_take(world)
    Drawing.objects.filter(cell__take=take, number=5).delete()
    html = page(client, world)
    assert "fewer than two drawings" in html
    assert 'name="cell"' in html


def test_a_refused_licence_shows_which_engine_and_why(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys_take(world)
    refused = Offer("rife", "RIFE", None, "deny", "Its weights are for research alone.")
    monkeypatch.setattr(engines, "offered", lambda **_: [refused])
    html = page(client, world)
    assert "No engine may draw for this production" in html
    assert "Its weights are for research alone." in html
    assert "inbetween-data" not in html


def test_people_who_do_not_draw_are_told_so(world: World) -> None:
    keys_take(world)
    client = Client()
    client.force_login(world.producer)
    assert client.get(reverse("inbetween", args=[world.cut.pk])).status_code == 403


# The preview


def test_a_draft_is_a_header_and_its_pictures(client: Client, world: World, preview: FakePreview) -> None:
    take = keys_take(world)
    pin = {"pins": [{"a_xy": [1, 2], "b_xy": [3, 4]}]}
    answer = post(
        client, "inbetween_draft", world.cut.pk, draft_body(take, steering=pin, positions=[0.25, 0.5])
    )
    assert answer.status_code == 200
    (length,) = struct.unpack(">I", answer.content[:4])
    header = json.loads(answer.content[4 : 4 + length])
    assert header["blobs"] == [3, 3]
    assert answer.content[4 + length :] == b"PNGPNG"
    ((sketch, turn),) = preview.asked
    assert (sketch.steering, list(sketch.positions), sketch.max_px) == (pin, [0.25, 0.5], 512)
    assert turn == Turn(f"{world.artist.pk}/p", 1)
    one, other = sketch.keys()
    assert one.startswith(b"\x89PNG")
    assert other.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"a": "d999999"}, 404, "not_found"),
        ({"a": "x1"}, 404, "not_found"),
        ({"a": None}, 400, "invalid_input"),
        ({"number": "1"}, 400, "invalid_input"),
        ({"steering": []}, 400, "invalid_input"),
        ({"engine": "dall"}, 400, "engine_absent"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_in_words(
    client: Client, world: World, more: dict[str, Any], status: int, code: str
) -> None:
    answer = post(client, "inbetween_draft", world.cut.pk, draft_body(keys_take(world), **more))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_draft_takes_no_drawing_of_another_cut(client: Client, world: World) -> None:
    take = keys_take(world)
    answer = post(client, "inbetween_draft", world.other_cut.pk, draft_body(take))
    assert answer.status_code == 404


def test_a_preview_that_fails_is_said_with_the_way_out(
    client: Client, world: World, preview: FakePreview
) -> None:
    preview.fails = ComputeBusy("draft_slow", seconds=20)
    answer = post(client, "inbetween_draft", world.cut.pk, draft_body(keys_take(world)))
    assert answer.status_code == 503
    assert "longer than 20 s" in answer.json()["message"]


def test_no_preview_is_drawn_where_the_gate_says_no(
    client: Client, world: World, preview: FakePreview, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Offer(engines.names()[0], "Sakkan", None, "deny", "No rights.")
    monkeypatch.setattr(engines, "offered", lambda **_: [refused])
    answer = post(client, "inbetween_draft", world.cut.pk, draft_body(keys_take(world)))
    assert (answer.status_code, answer.json()["code"]) == (403, "licence_refused")
    assert preview.asked == []


def test_a_chart_is_read_as_artists_write_it(client: Client, world: World) -> None:
    address = reverse("inbetween_chart", args=[world.cut.pk])
    headers = {"accept": "application/json"}
    assert client.get(address, {"chart": "1/3 2/3"}, headers=headers).json()["positions"] == [1 / 3, 2 / 3]
    wrong = client.get(address, {"chart": "fast"}, headers=headers)
    assert wrong.status_code == 400
    assert "fast" in wrong.json()["message"]


# The order


def test_an_order_becomes_a_proposal_with_chart_steering_and_exposure(client: Client, world: World) -> None:
    a, b = ids_of(keys_take(world))
    pin = {"pins": [{"a_xy": [8, 8], "b_xy": [9, 8]}]}
    body = {"a": a, "b": b, "chart": "1/4, 1/2, 3/4", "steering": pin, "on": 2, "stage": "AD", "engine": ""}
    answer = post(client, "inbetween_order", world.cut.pk, body)
    assert answer.status_code == 201
    made = DerivedJob.objects.get()
    assert answer.json()["url"] == reverse("proposal", args=[made.pk])
    proposal = Proposal.objects.get()
    assert (proposal.on_frames, made.stage) == (2, "AD")
    assert proposal.parts.get().steering == pin


def test_an_order_without_a_stage_is_refused(client: Client, world: World) -> None:
    a, b = ids_of(keys_take(world))
    answer = post(client, "inbetween_order", world.cut.pk, {"a": a, "b": b, "chart": "1/2"})
    assert answer.status_code == 400
    assert not DerivedJob.objects.exists()


def test_what_the_timesheet_names_is_filled_at_once(client: Client, world: World) -> None:
    take = keys_take(world)
    listed = client.get(reverse("proposals", args=[world.cut.pk])).content.decode()
    assert "Fill cells by their timesheet" in listed
    answer = client.post(reverse("inbetween_fill", args=[world.cut.pk]), {"take": take.pk, "stage": "AD"})
    assert answer.status_code == 302
    assert [each.number for each in ProposalDrawing.objects.all()] == [2, 3, 4]


def test_the_cut_and_the_take_lead_to_in_betweens(client: Client, world: World) -> None:
    take = keys_take(world)
    for address in (reverse("cut", args=[world.cut.pk]), reverse("take", args=[take.pk])):
        assert reverse("inbetween", args=[world.cut.pk]) in client.get(address).content.decode()
