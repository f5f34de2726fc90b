"""The review desk by API: the queue, verdicts, claims, retakes."""

from __future__ import annotations

import csv
import io

from assets.models import Membership
from qa.models import Flag, Retake, Verdict
from tests.assets.api.conftest import Client
from tests.full_world import FullWorld


def _verdict(full: FullWorld, flag: Flag | None = None) -> str:
    return f"/api/v1/flags/{(flag or full.flag).pk}/verdict/"


def test_the_queue_is_filtered(full: FullWorld, as_user: Client) -> None:
    client, address = as_user(full.world.supervisor), "/api/v1/productions/HOSHI/flags/"
    found = {
        query: [row["id"] for row in client.get(f"{address}?{query}").json()["results"]]
        for query in ("", "state=decided", "state=all&order=cut", "min_drift=2", "stage=PT", "age=1")
    }
    assert found[""] == [full.flag.pk]
    assert found["state=decided"] == [full.decided_flag.pk]
    assert found["state=all&order=cut"] == [full.flag.pk, full.decided_flag.pk]
    assert found["min_drift=2"] == found["stage=PT"] == found["age=1"] == []


def test_a_flag_says_everything_that_its_page_says(full: FullWorld, as_user: Client) -> None:
    client = as_user(full.world.supervisor)
    body = client.get(f"/api/v1/flags/{full.flag.pk}/").json()
    assert body["flag"]["sentence"].startswith("The head is")
    assert body["siblings"] == [full.decided_flag.pk]
    assert [row["number"] for row in body["drawings"]] == [1, 2]
    assert body["drawings"][0]["drift"] == 1.5
    assert client.get(body["nearest"][0]["drawing"]["picture"]).status_code == 200
    assert client.get(body["heat"]).status_code == 200


def test_a_retake_goes_on_the_list_with_its_reason(full: FullWorld, as_user: Client) -> None:
    client = as_user(full.world.supervisor)
    given = {"decision": "retake", "reason": "face", "note": "目"}
    assert client.post(_verdict(full), given).json()["by"]["username"] == "supervisor"
    body = client.get(f"/api/v1/retakes/{full.retake.pk}/").json()
    assert [item["verdict"]["note"] for item in body["items"]] == ["!", "目"]
    data = client.get(f"/api/v1/episodes/{full.world.episode.pk}/retakes.csv").content
    assert [row["note"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))] == ["!", "目"]


def test_a_retake_without_reason_is_refused(full: FullWorld, as_user: Client) -> None:
    response = as_user(full.world.supervisor).post(_verdict(full), {"decision": "retake"})
    assert (response.status_code, response.json()["code"]) == (400, "reason_needed")
    assert as_user(full.world.supervisor).post(_verdict(full), {"decision": "reopened"}).status_code == 400


def test_a_verdict_is_taken_back_by_another(full: FullWorld, as_user: Client) -> None:
    client = as_user(full.world.supervisor)
    address = f"/api/v1/flags/{full.decided_flag.pk}/undo/"
    assert client.post(address).json()["decision"] == "reopened"
    assert client.post(address).status_code == 409
    assert Verdict.objects.filter(flag=full.decided_flag).count() == 2
    assert Retake.objects.get().state == "withdrawn"


def test_what_somebody_else_decided_is_not_overwritten(full: FullWorld, as_user: Client) -> None:
    client = as_user(full.world.supervisor)
    given = {"decision": "ok", "seen_decision": ""}
    response = client.post(_verdict(full, full.decided_flag), given)
    assert (response.status_code, response.json()["code"]) == (409, "stale")


def test_several_flags_are_decided_together_or_not_at_all(full: FullWorld, as_user: Client) -> None:
    client, address = as_user(full.world.supervisor), "/api/v1/flags/verdicts/"
    both = [full.flag.pk, full.decided_flag.pk]
    assert client.post(address, {"flags": [*both, 9999], "decision": "ok"}).status_code == 404
    assert Flag.objects.filter(decision="ok").count() == 0
    assert len(client.post(address, {"flags": both, "decision": "intended"}).json()) == 2
    assert Flag.objects.filter(decision="intended").count() == 2


def test_two_people_do_not_step_on_each_other(full: FullWorld, as_user: Client) -> None:
    Membership.objects.create(production=full.world.production, user=full.world.artist, role="supervisor")
    one, other = as_user(full.world.supervisor), as_user(full.world.artist)
    claim = f"/api/v1/flags/{full.flag.pk}/claim/"
    assert one.post(claim).status_code == 200
    assert other.post(claim).json()["code"] == "claimed_by_other"
    assert other.get("/api/v1/productions/HOSHI/flags/next/").status_code == 204
    assert (
        other.get(f"/api/v1/flags/{full.flag.pk}/").json()["flag"]["claimed_by"]["username"] == "supervisor"
    )
    assert one.delete(claim).status_code == 204
    assert other.get("/api/v1/productions/HOSHI/flags/next/").json()["id"] == full.flag.pk


def test_a_check_is_read_and_asked_for_again(full: FullWorld, as_user: Client) -> None:
    client, address = as_user(full.world.artist), f"/api/v1/takes/{full.take.pk}/check/"
    assert client.get(address).json()["sheets"] == [full.sheet.pk]
    response = client.post(address)
    assert (response.status_code, response.json()["subject"]) == (202, f"take:{full.take.pk}")


def test_a_retake_gets_a_date_and_is_closed(full: FullWorld, as_user: Client) -> None:
    address = f"/api/v1/retakes/{full.retake.pk}/"
    assert (
        as_user(full.world.producer).patch(address, {"due_on": "2027-01-31"}).json()["due_on"] == "2027-01-31"
    )
    client = as_user(full.world.supervisor)
    assert client.post(f"{address}close/").json()["state"] == "closed"
    assert client.post(f"{address}close/").status_code == 409
