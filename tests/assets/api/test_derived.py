"""In-betweens by API: asked for, followed, steered, corrected, accepted."""

from __future__ import annotations

import io
import json

import pytest
from rest_framework.test import APIClient

from assets.models import DerivedJob, Drawing, ProposalDrawing
from assets.services import register
from tests.assets.api.conftest import Client
from tests.derived_world import PIN, keys_take, run
from tests.world import World, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_drafting")]


@pytest.fixture
def client(world: World, as_user: Client) -> APIClient:
    """The artist's client."""
    return as_user(world.artist)


def _file(data: bytes, name: str) -> io.BytesIO:
    made = io.BytesIO(data)
    made.name = name
    return made


def _asked(world: World, client: APIClient, **more: object) -> dict:
    a, b = Drawing.objects.filter(cell__take=keys_take(world)).values_list("pk", flat=True)
    body = {"stage": "AD", "a": a, "b": b, "chart": "1/4, 1/2, 3/4", **more}
    answer = client.post(f"/api/v1/cuts/{world.cut.pk}/derived/", body, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_in_betweens_are_asked_for_followed_and_accepted(world: World, client: APIClient) -> None:
    asked = _asked(world, client)
    assert (asked["state"], asked["cell"], asked["total_count"]) == ("queued", "A", 0)
    run(DerivedJob.objects.get())
    told = client.get(f"/api/v1/derived/{asked['id']}/").json()
    assert (told["state"], told["done_count"], told["total_count"]) == ("proposed", 3, 3)
    drawn = told["versions"][0]["parts"][0]["drawings"]
    assert [each["number_text"] for each in drawn] == ["2", "3", "4"]
    picture = client.get(drawn[0]["picture"])
    assert picture["Content-Type"] == "image/png"
    take = client.post(f"/api/v1/derived/{asked['id']}/accept/", {"version": 1}, format="json")
    assert (take.status_code, take.json()["source"]) == (201, "derived")
    listed = client.get("/api/v1/derived/?state=accepted").json()["results"]
    assert [each["take"] for each in listed] == [take.json()["id"]]
    assert client.get("/api/v1/derived/?state=proposed").json()["count"] == 0


def test_keys_may_come_as_files_with_their_numbers(world: World, client: APIClient) -> None:
    body = {
        "stage": "AD",
        "cell": "C",
        "chart": "1/2",
        "a_file": _file(png(seed=1), "a.png"),
        "a_number": 1,
        "b_file": _file(png(seed=2), "b.png"),
        "b_number": 3,
        "steering": json.dumps(PIN),
    }
    answer = client.post(f"/api/v1/cuts/{world.cut.pk}/derived/", body, format="multipart")
    assert answer.status_code == 201, answer.content
    part = answer.json()["versions"][0]["parts"][0]
    assert (part["a"]["origin"], part["steering"]) == ("upload", PIN)
    missing = client.post(f"/api/v1/cuts/{world.cut.pk}/derived/", {"stage": "AD"}, format="json")
    assert (missing.status_code, missing.json()["data"]["field"]) == (400, "a")


def test_a_timesheet_is_filled_cell_by_cell(world: World, client: APIClient) -> None:
    shown = [[1, 1], [5, 2], [9, 5]]
    take = keys_take(world, exposures={"A": shown, "B": shown})
    answer = client.post(
        f"/api/v1/cuts/{world.cut.pk}/derived/fill/", {"stage": "AD", "take": take.pk}, format="json"
    )
    assert answer.status_code == 201, answer.content
    assert [each["cell"] for each in answer.json()] == ["A", "B"]


def test_steering_and_correcting_make_new_versions_and_the_sidecar_tells_each(
    world: World, client: APIClient
) -> None:
    asked = _asked(world, client)
    made = DerivedJob.objects.get()
    run(made)
    client.post(f"/api/v1/derived/{asked['id']}/steer/", {"steering": PIN}, format="json")
    run(made)
    middle = ProposalDrawing.objects.filter(part__proposal__number=2).get(number=3)
    corrected = client.post(
        f"/api/v1/derived-drawings/{middle.pk}/correct/",
        {"file": _file(png((1, 2, 3)), "A3.png")},
        format="multipart",
    ).json()
    assert [each["cause"] for each in corrected["versions"]] == ["correct", "steer", "request"]
    sidecar = client.get(f"/api/v1/derived/{asked['id']}/sidecar.json?version=2").json()
    (part,) = sidecar["parts"]
    assert (part["format"], part["steering"], part["model"]) == ("sakkan-inbetween/1", PIN, "none")
    assert part["keys"][0]["number"] == "1"
    assert part["numbers"] == ["2", "3", "4"]
    assert client.get(f"/api/v1/derived/{asked['id']}/sidecar.json?version=2&part=0").json() == part
    assert client.get(f"/api/v1/derived/{asked['id']}/sidecar.json?version=9").status_code == 404
    assert client.get(f"/api/v1/derived/{asked['id']}/sidecar.json?part=9").status_code == 404


def test_a_refusal_of_the_gate_leads_to_its_decision(world: World, client: APIClient) -> None:
    _asked(world, client)
    register.block(
        actor=world.producer, model=DerivedJob.objects.get().proposals.get().model, reason="withdrawn"
    )
    run(DerivedJob.objects.get())
    told = client.get(f"/api/v1/derived/{DerivedJob.objects.get().pk}/").json()
    assert told["state"] == "failed"
    assert told["decision"]
    assert "withdrawn" in told["message"]
    a, b = Drawing.objects.values_list("pk", flat=True)
    body = {"stage": "AD", "a": a, "b": b, "chart": "1/3"}
    refused = client.post(f"/api/v1/cuts/{world.cut.pk}/derived/", body, format="json")
    assert refused.status_code == 403
    assert refused.json()["data"]["url"].startswith("/rights/decisions/")


def test_engines_are_listed_with_their_standing(world: World, client: APIClient) -> None:
    listed = client.get("/api/v1/productions/HOSHI/engines/").json()["results"]
    own = next(each for each in listed if each["name"] == "sakkan-no-weights")
    assert (own["answer"], own["licence"]) == ("allow", "Apache-2.0")


@pytest.mark.parametrize(
    "wrong",
    [
        {"steering": {"pins": 1}},
        {"steering": {"pins": [{"a_xy": [10**400, 1], "b_xy": [1, 1]}]}},
        {"steering": []},
        {"chart": "5/4"},
        {"on_frames": 99},
        {"engine": "moon"},
        {"cell": "x" * 61},
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(
    world: World, client: APIClient, wrong: dict
) -> None:
    a, b = Drawing.objects.filter(cell__take=keys_take(world)).values_list("pk", flat=True)
    body = {"stage": "AD", "a": a, "b": b, "chart": "1/2", **wrong}
    assert client.post(f"/api/v1/cuts/{world.cut.pk}/derived/", body, format="json").status_code == 400
    assert not DerivedJob.objects.exists()
