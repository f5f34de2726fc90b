"""What pages can do, done by API: productions, cuts, sheets, colours, uploads, datasets, jobs."""

from __future__ import annotations

import io

import pytest

from assets.models import Cut, Dataset, Evidence, Membership, ModelSheet, StageState, Swatch, Take
from studio.core import jobs
from studio.core.models import AuditEvent, Job
from tests.assets.api.conftest import Client
from tests.full_world import FullWorld
from tests.world import World, png


def _file(data: bytes, name: str) -> io.BytesIO:
    made = io.BytesIO(data)
    made.name = name
    return made


def test_a_production_is_opened_filled_and_archived(world: World, as_user: Client) -> None:
    client = as_user(world.producer)
    assert client.post("/api/v1/productions/", {"code": "NEW", "title": "New"}).status_code == 201
    episode = client.post("/api/v1/productions/NEW/episodes/", {"code": "EP01"}).json()["id"]
    cut = client.post(f"/api/v1/episodes/{episode}/cuts/", {"number": "001", "duration_frames": 36}).json()
    assert (cut["code"], cut["production"], cut["duration_frames"]) == ("EP01_C001", "NEW", 36)
    client.post("/api/v1/productions/NEW/members/", {"username": "artist", "role": "artist"})
    assert Membership.objects.filter(user=world.artist, production__code="NEW").exists()
    assert client.patch("/api/v1/productions/NEW/", {"archived": True}).json()["archived"] is True
    assert "NEW" not in [row["code"] for row in client.get("/api/v1/productions/").json()["results"]]


def test_naming_rules_are_replaced_and_given_back(world: World, as_user: Client) -> None:
    client = as_user(world.producer)
    address = "/api/v1/productions/HOSHI/naming-rules/"
    assert len(client.get(address).json()["rules"]) > 3
    rule = {
        "id": "own",
        "label": "Own",
        "pattern": r"(?P<cell>[a-z])(?P<number>\d+)",
        "example": "a1.png",
    }
    assert client.put(address, {"rules": [rule]}).json()["rules"] == [rule]
    bad = client.put(address, {"rules": [{**rule, "pattern": "(("}]})
    assert bad.status_code == 400
    assert len(client.put(address, {"rules": []}).json()["rules"]) > 3


def test_a_cut_gets_cast_stages_and_a_shared_cut(full: FullWorld, as_user: Client) -> None:
    world = full.world
    client, address = as_user(world.assistant), f"/api/v1/cuts/{world.other_cut.pk}/"
    client.put(f"{address}cast/", {"designs": [world.design.pk]})
    client.put(f"{address}shared/", {"cuts": [world.cut.pk]})
    given = {"state": "in_work", "assignee": "artist", "due_on": "2027-01-31"}
    assert client.patch(f"{address}stages/PT+/", given).json()["assignee"]["username"] == "artist"
    body = client.get(address).json()
    assert [row["code"] for row in body["cast"]] == ["school"]
    assert body["shared_with"] == [world.cut.pk]
    client.patch(f"{address}stages/PT+/", {"assignee": None})
    assert StageState.objects.get(cut=world.other_cut, stage="PT+").assignee is None


def test_a_design_of_another_production_is_refused(world: World, as_user: Client) -> None:
    response = as_user(world.assistant).put(f"/api/v1/cuts/{world.cut.pk}/cast/", {"designs": [999]})
    assert response.status_code == 400
    assert response.json()["data"]["field"] == "designs"


def test_the_cut_table_goes_out_and_comes_in(world: World, as_user: Client) -> None:
    client = as_user(world.producer)
    data = client.get("/api/v1/productions/HOSHI/cuts/csv/").content
    changed = data.decode("utf-8-sig").replace("013", "014").encode("utf-8-sig")
    sent = {"file": _file(changed, "cuts.csv")}
    body = client.post("/api/v1/productions/HOSHI/cuts/csv/", sent, format="multipart").json()
    assert (body["created"], body["unchanged"], body["problems"]) == (1, 1, [])
    assert Cut.objects.filter(number="014").exists()


def test_a_sheet_goes_from_draft_to_approved(full: FullWorld, as_user: Client) -> None:
    artist, supervisor = as_user(full.world.artist), as_user(full.world.supervisor)
    address = f"/api/v1/sheets/{full.draft.pk}/"
    sent = {"file": _file(png(seed=3), "side.png"), "kind": "expression", "label": "smile"}
    drawing = artist.post(f"{address}drawings/", sent, format="multipart")
    assert (drawing.status_code, drawing.json()["label"]) == (201, "smile")
    assert artist.post(f"{address}submit/").json()["state"] == "submitted"
    assert supervisor.post(f"{address}send-back/", {"note": "eyes"}).json()["state"] == "draft"
    artist.post(f"{address}submit/")
    assert supervisor.post(f"{address}approve/").json()["approved_by"]["username"] == "supervisor"
    full.sheet.refresh_from_db()
    assert full.sheet.state == "superseded"
    assert artist.patch(f"/api/v1/sheet-drawings/{drawing.json()['id']}/", {"label": "x"}).status_code == 409


def test_a_version_is_copied_from_another(full: FullWorld, as_user: Client) -> None:
    full.draft.delete()
    address = f"/api/v1/designs/{full.world.design.pk}/sheets/"
    body = as_user(full.world.artist).post(address, {"copy_from": full.sheet.pk}).json()
    assert (body["version"], len(body["drawings"])) == (2, 1)
    assert ModelSheet.objects.get(pk=body["id"]).state == "draft"


def test_colours_are_set_picked_and_read_from_a_palette(full: FullWorld, as_user: Client) -> None:
    client, address = as_user(full.world.artist), f"/api/v1/sheets/{full.draft.pk}/"
    body = client.put(f"{address}swatches/", {"swatches": [{"part": "hair", "rgb": [16, 32, 48]}]}).json()
    assert [row["hex"] for row in body["swatches"]] == ["#102030"]
    picked = {"x_px": 15, "y_px": 40, "part": "shirt"}
    body = client.post(f"/api/v1/sheet-drawings/{full.sheet_drawing.pk}/pick/", picked).json()
    assert body["rgb"] == [200, 60, 60]
    sent = {"file": _file(b"part,tone,hex\neyes,normal,#0000ff\neyes,normal,#0000fe\n", "p.csv")}
    body = client.post(f"{address}palette/", sent, format="multipart").json()
    assert [row["part"] for row in body["swatches"]] == ["eyes"]
    assert body["problems"][0]["code"] == "SWATCH_REPEATED"
    assert client.get(f"{address}palette/").content.startswith(b"\xef\xbb\xbf")
    assert Swatch.objects.filter(colour_model__sheet=full.draft).count() == 1


def test_a_picture_that_cannot_be_read_says_why(full: FullWorld, as_user: Client) -> None:
    sent = {"file": _file(b"no picture", "a.png"), "kind": "turnaround"}
    address = f"/api/v1/sheets/{full.draft.pk}/drawings/"
    response = as_user(full.world.artist).post(address, sent, format="multipart")
    assert (response.status_code, response.json()["code"]) == (422, "bad_picture")


def test_a_file_that_is_too_large_to_be_read_whole_is_refused(
    full: FullWorld, as_user: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assets.api.base.SMALL_FILE_BYTES", 10)
    sent = {"file": _file(png(), "a.png"), "kind": "turnaround"}
    address = f"/api/v1/sheets/{full.draft.pk}/drawings/"
    response = as_user(full.world.artist).post(address, sent, format="multipart")
    assert (response.status_code, list(response.json()["data"]["fields"])) == (400, ["file"])


def test_names_are_shown_before_anything_is_sent(world: World, as_user: Client) -> None:
    address = f"/api/v1/cuts/{world.cut.pk}/uploads/understand/"
    paths = ["EP01_C012/A/A0001.png", "EP01_C012/A/A0003.png", "x.txt", "EP01_C099/B/B0001.png"]
    body = as_user(world.artist).post(address, {"stage": "AD", "paths": paths}).json()
    codes = [row["problem"]["code"] if row["problem"] else "" for row in body["rows"]]
    assert codes == ["", "", "EXTENSION_NOT_TAKEN", "OTHER_CUT"]
    assert body["problems"][0]["code"] == "NUMBERING_GAP"


def test_an_upload_becomes_a_take_or_is_thrown_away(full: FullWorld, as_user: Client) -> None:
    client, address = as_user(full.world.artist), f"/api/v1/uploads/{full.upload.pk}/"
    job = client.post(f"{address}submit/", {})
    assert (job.status_code, job.json()["subject"]) == (202, f"upload:{full.upload.pk}")
    jobs.run(job.json()["id"])
    body = client.get(address).json()
    assert (body["state"], [line["status"] for line in body["report"]]) == ("done", ["taken"])
    assert Take.objects.get(pk=body["take"]).stage == "PT"
    assert client.delete(address).status_code == 409
    other = client.post(f"/api/v1/cuts/{full.world.cut.pk}/uploads/", {"stage": "AD"}).json()["id"]
    assert client.delete(f"/api/v1/uploads/{other}/").status_code == 204


def test_a_dataset_keeps_its_evidence_as_it_came(world: World, as_user: Client) -> None:
    client = as_user(world.producer)
    given = {"name": "Backgrounds", "licence_expression": "CC-BY-4.0", "valid_until": "2030-01-01"}
    dataset = client.post("/api/v1/productions/HOSHI/datasets/", given).json()["id"]
    sent = {"file": _file(b"%PDF-1.7 contract", "契約.pdf")}
    client.post(f"/api/v1/datasets/{dataset}/evidence/", sent, format="multipart")
    kept = Evidence.objects.get()
    response = client.get(f"/api/v1/evidence/{kept.pk}/")
    assert b"".join(response.streaming_content) == b"%PDF-1.7 contract"
    assert "attachment" in response["Content-Disposition"]
    bad = client.patch(f"/api/v1/datasets/{dataset}/", {"licence_expression": "NO-SUCH-LICENCE"})
    assert bad.status_code == 400
    assert Dataset.objects.get().licence_expression == "CC-BY-4.0"


def test_a_job_is_cancelled_and_started_again(full: FullWorld, as_user: Client) -> None:
    client, address = as_user(full.world.artist), f"/api/v1/jobs/{full.job.pk}/"
    assert client.post(f"{address}cancel/").json()["state"] == "cancelled"
    assert client.post(f"{address}cancel/").status_code == 409
    assert client.post(f"{address}retry/").json()["state"] == "queued"
    assert Job.objects.get(pk=full.job.pk).attempt == 0


def test_a_failed_job_says_why_in_words(full: FullWorld, as_user: Client) -> None:
    Job.objects.filter(pk=full.job.pk).update(
        state="failed", error_code="attempts_exhausted", error_data={"attempts": 5}
    )
    body = as_user(full.world.artist).get(f"/api/v1/jobs/{full.job.pk}/").json()
    assert body["message"].startswith("Tried 5 times")


def test_what_is_done_by_api_stands_in_the_audit_log(world: World, as_user: Client) -> None:
    as_user(world.producer).patch("/api/v1/productions/HOSHI/", {"title": "Hoshi II"})
    event = AuditEvent.objects.get(verb="production.update")
    assert (event.actor, event.after) == (world.producer, {"title": "Hoshi II"})
    rows = as_user(world.producer).get("/api/v1/productions/HOSHI/audit/?actor=producer").json()["results"]
    assert rows[0]["verb"] == "production.update"


def test_a_view_is_saved_replaced_and_forgotten(world: World, as_user: Client) -> None:
    client = as_user(world.supervisor)
    for query in ("state=open", "state=all"):
        client.post("/api/v1/me/views/", {"page": "review", "name": "mine", "query": query})
    (row,) = client.get("/api/v1/me/views/?of=review").json()["results"]
    assert row["query"] == "state=all"
    assert client.delete(f"/api/v1/me/views/{row['id']}/").status_code == 204
