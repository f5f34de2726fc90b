"""Corrections by API: drawn once, erased and restored by who drew them."""

from __future__ import annotations

from tests.assets.api.conftest import Client
from tests.full_world import FullWorld

UID = "5f0f7e0e-8d2b-4b59-9c53-0f3f9a6f4f11"


def test_a_correction_is_drawn_erased_and_restored(full: FullWorld, as_user: Client) -> None:
    client, address = as_user(full.world.artist), f"/api/v1/drawings/{full.drawing.pk}/corrections/"
    drawn = {"uid": UID, "tool": "arrow", "points": [[1, 1], [9, 9, 0.7]], "width_px": 2}
    for _ in range(2):
        theirs, mine = client.post(address, {"strokes": [drawn]}).json()
    assert theirs["by"]["username"] == "supervisor"
    assert [each["uid"] for each in mine["strokes"]] == [UID]
    assert mine["strokes"][0]["points"] == [[1.0, 1.0, 0.5], [9.0, 9.0, 0.7]]
    assert len(client.post(f"{address}erase/", {"uids": [UID]}).json()) == 1
    assert client.post(f"{address}restore/", {"uids": [UID]}).json()[1]["by"]["username"] == "artist"


def test_a_stroke_of_somebody_else_is_not_there(full: FullWorld, as_user: Client) -> None:
    client, address = as_user(full.world.artist), f"/api/v1/drawings/{full.drawing.pk}/corrections/"
    response = client.post(f"{address}erase/", {"uids": [str(full.stroke.uid)]})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert len(client.get(address).json()[0]["strokes"]) == 1


def test_too_many_points_are_refused_with_the_field(full: FullWorld, as_user: Client) -> None:
    address = f"/api/v1/drawings/{full.drawing.pk}/corrections/"
    drawn = {"uid": UID, "points": [[1, 1]] * 2001}
    response = as_user(full.world.artist).post(address, {"strokes": [drawn]})
    assert (response.status_code, response.json()["code"]) == (400, "invalid_input")
