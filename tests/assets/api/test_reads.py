"""Every list and every detail of the API answers for a person who may see it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.assets.api.conftest import Client
from tests.full_world import FullWorld, give_every_role


def _addresses(full: FullWorld) -> dict[str, str]:
    cut, take = full.world.cut.pk, full.take.pk
    return {
        "me": "me/",
        "tokens": "auth/tokens/",
        "productions": "productions/",
        "production": "productions/HOSHI/",
        "naming rules": "productions/HOSHI/naming-rules/",
        "members": "productions/HOSHI/members/",
        "episodes": "productions/HOSHI/episodes/",
        "episode": f"episodes/{full.world.episode.pk}/",
        "cuts": "cuts/?production=HOSHI",
        "cut": f"cuts/{cut}/",
        "characters": "productions/HOSHI/characters/",
        "designs": f"productions/HOSHI/designs/?cut={cut}",
        "design": f"designs/{full.world.design.pk}/",
        "sheets": "productions/HOSHI/sheets/?state=approved",
        "sheet": f"sheets/{full.sheet.pk}/",
        "sheet drawing": f"sheet-drawings/{full.sheet_drawing.pk}/",
        "swatches": f"sheets/{full.sheet.pk}/swatches/",
        "uploads": f"uploads/?cut={cut}",
        "upload": f"uploads/{full.upload.pk}/",
        "upload files": f"uploads/{full.upload.pk}/files/",
        "takes": f"takes/?cut={cut}&stage=AD",
        "take": f"takes/{take}/",
        "take drawings": f"takes/{take}/drawings/?cell=A",
        "drawing": f"drawings/{full.drawing.pk}/",
        "datasets": "productions/HOSHI/datasets/?licence=CC-BY-4.0",
        "dataset": f"datasets/{full.dataset.pk}/",
        "audit": "productions/HOSHI/audit/?verb=take.write",
        "jobs": "jobs/?production=HOSHI",
        "job": f"jobs/{full.job.pk}/",
        "flags": "productions/HOSHI/flags/?min_drift=1",
        "next flag": "productions/HOSHI/flags/next/",
        "flag groups": "productions/HOSHI/flags/groups/",
        "cut flags": f"cuts/{cut}/flags/",
        "flag": f"flags/{full.flag.pk}/",
        "check": f"takes/{take}/check/",
        "retakes": "productions/HOSHI/retakes/?state=open",
        "retake": f"retakes/{full.retake.pk}/",
    }


def test_every_list_and_detail_answers(full: FullWorld, as_user: Client) -> None:
    client = as_user(give_every_role(full.world))
    refused = {}
    for name, address in _addresses(full).items():
        response = client.get(f"/api/v1/{address}")
        if response.status_code != 200:
            refused[name] = (response.status_code, response.content[:300])
    assert not refused


def test_every_list_has_what_was_put_in(full: FullWorld, as_user: Client) -> None:
    client = as_user(give_every_role(full.world))
    counts = {}
    for name, address in _addresses(full).items():
        body = client.get(f"/api/v1/{address}").json()
        if "results" in body and name != "audit":
            counts[name] = len(body["results"])
    assert not [name for name, count in counts.items() if count == 0]
    assert counts["take drawings"] == 2
    assert counts["cuts"] == 2


@pytest.mark.parametrize("kind", ["drawings", "sheet-drawings", "flags"])
def test_pictures_come_as_png(full: FullWorld, as_user: Client, kind: str) -> None:
    pk = {"drawings": full.drawing.pk, "sheet-drawings": full.sheet_drawing.pk, "flags": full.flag.pk}[kind]
    name = "heat.png" if kind == "flags" else "picture.png"
    response = as_user(full.world.supervisor).get(f"/api/v1/{kind}/{pk}/{name}")
    assert response["Content-Type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")


def test_the_addresses_of_pictures_lead_to_them(full: FullWorld, as_user: Client) -> None:
    client = as_user(full.world.supervisor)
    picture = client.get(f"/api/v1/drawings/{full.drawing.pk}/").json()["picture"]
    assert client.get(picture).status_code == 200


def test_a_list_is_cut_into_pages(full: FullWorld, as_user: Client) -> None:
    body = as_user(full.world.supervisor).get("/api/v1/cuts/?page_size=1").json()
    assert body["count"] == 2
    assert len(body["results"]) == 1
    assert "page=2" in body["next"]


@pytest.mark.parametrize(
    "address",
    [
        "cuts/?",
        "me/cuts/?",
        "takes/?",
        "jobs/?",
        "uploads/?",
        "productions/HOSHI/sheets/?",
        "productions/HOSHI/designs/?",
        "productions/HOSHI/members/?",
        "productions/HOSHI/audit/?",
        "productions/HOSHI/flags/?state=all&",
    ],
)
def test_a_longer_list_needs_no_more_queries(full: FullWorld, as_user: Client, address: str) -> None:
    client = as_user(full.world.supervisor)
    with CaptureQueriesContext(connection) as short:
        client.get(f"/api/v1/{address}page_size=1")
    with CaptureQueriesContext(connection) as long:
        client.get(f"/api/v1/{address}page_size=500")
    assert len(long) <= len(short)
