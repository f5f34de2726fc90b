"""Clean-up by API: asked for, followed, steered, fetched, accepted drawing by drawing; hands learned."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import DerivedJob, Drawing, LineStyle, ModelSheet
from studio.core import jobs
from tests.assets.api.conftest import Client
from tests.cleanup_world import roughs_take
from tests.derived_world import run
from tests.qa.makers import approve_sheet
from tests.world import World, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_cleaning")]


@pytest.fixture
def client(world: World, as_user: Client) -> APIClient:
    """The artist's client."""
    return as_user(world.artist)


def _asked(world: World, client: APIClient, wishes: dict[str, Any] | None = None) -> dict[str, Any]:
    drawings = Drawing.objects.filter(cell__take=roughs_take(world)).values_list("pk", flat=True)
    body = {"stage": "AD", "roughs": [{"drawing": pk, "wishes": wishes or {}} for pk in drawings]}
    answer = client.post(f"/api/v1/cuts/{world.cut.pk}/cleanup/", body, format="json")
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def _proposed(world: World, client: APIClient, wishes: dict[str, Any] | None = None) -> dict[str, Any]:
    asked = _asked(world, client, wishes)
    run(DerivedJob.objects.get())
    return dict(client.get(f"/api/v1/derived/{asked['id']}/").json())


def _drawings(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [part["drawings"][0] for part in told["versions"][0]["parts"]]


def test_a_clean_up_is_asked_for_followed_and_fetched(world: World, client: APIClient) -> None:
    told = _proposed(world, client)
    assert (told["kind"], told["state"], told["done_count"]) == ("cleanup", "proposed", 3)
    first = _drawings(told)[0]
    assert first["found"]["regions"] == 3
    svg = client.get(first["svg"])
    assert (svg["Content-Type"], svg["Content-Disposition"]) == (
        "image/svg+xml",
        'attachment; filename="1.svg"',
    )
    assert client.get(first["layers"]["red"])["Content-Type"] == "image/png"
    missing = first["layers"]["red"].replace("red", "green")
    assert client.get(missing).status_code == 404


def test_the_sidecar_of_a_drawing_is_what_the_command_reads(world: World, client: APIClient) -> None:
    told = _proposed(world, client, {"weight_px": 3.0})
    sidecar = client.get(f"/api/v1/derived/{told['id']}/sidecar.json?part=1").json()
    assert sidecar["format"] == "sakkan-cleanup/1"
    assert (sidecar["wishes"], len(sidecar["size_hw"])) == ({"weight_px": 3.0}, 2)


def test_it_is_steered_and_accepted_drawing_by_drawing(world: World, client: APIClient) -> None:
    told = _proposed(world, client)
    body = {"parts": [{"part": 0, "wishes": {"gap_px": 4}}]}
    answer = client.post(f"/api/v1/cleanups/{told['id']}/steer/", body, format="json")
    assert (answer.status_code, len(answer.json()["versions"])) == (200, 2)
    run(DerivedJob.objects.get())
    told = client.get(f"/api/v1/derived/{told['id']}/").json()
    chosen = _drawings(told)[2]["id"]
    take = client.post(f"/api/v1/derived/{told['id']}/accept/", {"drawings": [chosen]}, format="json")
    assert take.status_code == 201
    assert list(Drawing.objects.filter(cell__take=take.json()["id"]).values_list("number", flat=True)) == [3]


def test_roughs_may_come_as_files_with_their_numbers(world: World, client: APIClient) -> None:
    files = [io.BytesIO(png(seed=1)), io.BytesIO(png(seed=2))]
    for number, file in enumerate(files):
        file.name = f"rough{number}.png"
    body = {
        "stage": "AD",
        "cell": "B",
        "files": files,
        "numbers": [1, 2],
        "wishes": json.dumps({"jitter": 1}),
    }
    answer = client.post(f"/api/v1/cuts/{world.cut.pk}/cleanup/", body, format="multipart")
    assert answer.status_code == 201, answer.content
    parts = answer.json()["versions"][0]["parts"]
    assert [(each["a"]["number"], each["steering"]) for each in parts] == [
        (1, {"jitter": 1}),
        (2, {"jitter": 1}),
    ]


def test_a_wish_that_cannot_be_is_named(world: World, client: APIClient) -> None:
    drawing = Drawing.objects.filter(cell__take=roughs_take(world)).first()
    body = {"stage": "AD", "roughs": [{"drawing": drawing.pk, "wishes": {"strength": 9}}]}
    answer = client.post(f"/api/v1/cuts/{world.cut.pk}/cleanup/", body, format="json")
    assert (answer.status_code, answer.json()["data"]["field"]) == (400, "wishes.strength")


def test_a_hand_is_learned_and_listed_with_how_it_stands(world: World, client: APIClient) -> None:
    approve_sheet(world.design)
    sheet = ModelSheet.objects.get(design=world.design, state="approved")
    address = f"/api/v1/productions/{world.production.code}/line-styles/"
    answer = client.post(address, {"sheet": sheet.pk}, format="json")
    assert answer.status_code == 202, answer.content
    jobs.run(answer.json()["id"])
    (hand,) = client.get(address).json()["results"]
    assert (hand["name"], hand["answer"], hand["profile"]) == (
        str(sheet),
        "allow",
        LineStyle.objects.get().profile,
    )


def test_engines_of_clean_up_are_listed_by_their_kind(world: World, client: APIClient) -> None:
    answer = client.get(f"/api/v1/productions/{world.production.code}/engines/?kind=cleanup")
    assert [each["name"] for each in answer.json()["results"]] == ["sakkan-no-weights"]
