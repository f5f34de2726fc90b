"""Rights by API: a question with its reasons, the work list, waivers, versions, the register, enquiries, CSV."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from assets.choices_rights import Influence
from assets.models import Artefact, DatasetVersion, Finding, GateDecision, Item, Run
from assets.rights.alike import look_of
from tests.assets.api.conftest import Client
from tests.full_world import FullWorld
from tests.world import png

API = "/api/v1/"
HOSHI = f"{API}productions/HOSHI/"


def test_a_question_is_answered_with_reasons_and_writes_nothing(full: FullWorld, as_user: Client) -> None:
    client, asked = as_user(full.world.supervisor), {"action": "train", "version": full.rights.version.pk}
    before = GateDecision.objects.count()
    body = client.post(f"{HOSHI}rights/ask/", asked).json()
    assert body["answer"] == "deny"
    assert all(each["message"] and each["rule"] and each["who"] for each in body["reasons"])
    assert GateDecision.objects.count() == before


def test_a_question_about_the_past_is_answered_from_the_books_of_that_day(
    full: FullWorld, as_user: Client
) -> None:
    client = as_user(full.world.producer)
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    asked = {"action": "check", "model": full.rights.model.pk}
    assert client.post(f"{HOSHI}rights/ask/", asked).json()["answer"] == "allow"
    assert client.post(f"{HOSHI}rights/ask/", {**asked, "known_at": yesterday}).status_code == 404


def test_a_question_about_nothing_is_refused(full: FullWorld, as_user: Client) -> None:
    client = as_user(full.world.producer)
    assert client.post(f"{HOSHI}rights/ask/", {"action": "train"}).status_code == 400
    assert client.post(f"{HOSHI}rights/ask/", {"action": "dance", "model": 1}).status_code == 400


def test_a_kept_answer_is_told_again(full: FullWorld, as_user: Client) -> None:
    decision = full.rights.decision
    body = as_user(full.world.assistant).get(f"{API}decisions/{decision.pk}/").json()
    assert (body["id"], body["answer"], body["input_sha256"]) == (
        decision.pk, decision.answer, decision.input_sha256,
    )  # fmt: skip
    assert body["reasons"]


def test_the_work_list_is_audited_given_and_waived(full: FullWorld, as_user: Client) -> None:
    client, things = as_user(full.world.producer), full.rights
    finding = things.finding
    assert set(client.post(f"{HOSHI}rights/audit/").json()) == {"standing", "new", "gone"}
    Finding.objects.filter(pk=finding.pk).update(gone_at=None)
    listed = client.get(f"{HOSHI}findings/").json()["results"]
    assert finding.pk in [each["id"] for each in listed]
    given = client.patch(f"{API}findings/{finding.pk}/", {"username": "assistant"}).json()
    assert given["assignee"]["username"] == "assistant"
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    asked = {"reason": "replaced_next", "text": "v2 comes", "expires_on": day}
    made = client.post(f"{API}findings/{finding.pk}/waivers/", asked)
    assert made.status_code == 201
    assert client.post(f"{API}waivers/{made.json()['id']}/decide/", {"approved": True}).status_code == 403
    assert client.post(f"{API}waivers/{things.waiver.pk}/decide/", {"approved": True}).status_code == 200


def test_a_version_is_concluded_frozen_and_blocked(full: FullWorld, as_user: Client) -> None:
    client, version = as_user(full.world.producer), full.rights.version
    address = f"{API}dataset-versions/{version.pk}/"
    works = client.get(f"{address}works/").json()["results"]
    assert [each["alias"] for each in works] == ["1.png", "2.png"]
    concluded = {"standing": works[1]["standing"], "expression": "CC0-1.0", "why": "letter of 3 May"}
    assert client.post(f"{address}conclude/", concluded).json()["works"] == 1
    again = client.get(f"{address}works/?alias=2.png").json()["results"]
    assert again[0]["facts"]["concluded"] == "CC0-1.0"
    assert client.post(f"{address}leave-out/", {"standing": works[0]["standing"]}).json() == {"works": 1}
    frozen = client.post(f"{address}freeze/").json()
    assert (frozen["state"], frozen["item_count"]) == ("frozen", 1)
    assert client.post(f"{address}leave-out/", {"standing": again[0]["standing"]}).status_code == 409
    assert client.post(f"{address}block/", {"why": "Aoki withdrew"}).json()["state"] == "blocked"
    assert client.post(f"{address}retire/", {"why": "old"}).json()["state"] == "retired"


def test_a_new_draft_holds_its_parents_works_and_tells_the_difference(
    full: FullWorld, as_user: Client
) -> None:
    client, version = as_user(full.world.producer), full.rights.version
    client.post(f"{API}dataset-versions/{version.pk}/freeze/")
    made = client.post(f"{API}datasets/{version.dataset_id}/versions/", {"parent": version.pk}).json()
    assert DatasetVersion.objects.get(pk=made["id"]).entries.count() == 2
    told = client.get(f"{API}dataset-versions/{made['id']}/difference/").json()
    assert (told["added"], told["removed"]) == (0, 0)


def test_a_model_from_outside_is_entered_as_unknown_and_blocked(full: FullWorld, as_user: Client) -> None:
    client = as_user(full.world.producer)
    made = client.post(f"{API}models/", {"name": "lama", "version": "2", "family": "paint"}).json()
    assert (made["origin"], made["disclosure"]) == ("third_party", "none")
    assert (
        client.post(f"{API}models/", {"name": "lama", "version": "2", "family": "paint"}).status_code == 409
    )
    client.post(f"{API}models/{made['id']}/block/", {"reason": "no papers"})
    asked = client.post(f"{HOSHI}rights/ask/", {"action": "check", "model": made["id"]}).json()
    assert asked["answer"] == "deny"
    assert "no papers" in " ".join(each["message"] for each in asked["reasons"])


def test_exploitation_and_approvals_are_what_questions_are_measured_by(
    full: FullWorld, as_user: Client
) -> None:
    client = as_user(full.world.producer)
    changed = client.patch(f"{HOSHI}exploitation/", {"commercial": False, "territories": ["JP", "FR"]}).json()
    assert (changed["commercial"], changed["territories"]) == (False, ["JP", "FR"])
    assert client.patch(f"{HOSHI}exploitation/", {"policy": "none-such"}).status_code == 400
    assert client.patch(f"{HOSHI}exploitation/", {"territories": ["Japan"]}).status_code == 400
    client.post(f"{HOSHI}approvals/", {"use": "generate", "reference": "K-12"})
    assert [each["reference"] for each in client.get(f"{HOSHI}approvals/").json()["results"]] == ["K-12"]


def test_a_policy_is_kept_and_a_bad_one_is_refused_with_the_line(full: FullWorld, as_user: Client) -> None:
    client = as_user(full.world.producer)
    assert client.post(f"{API}policies/", {"text": "name: tv-x\nrules:\n  R19: error\n"}).status_code == 201
    listed = client.get(f"{API}policies/").json()["results"]
    assert {each["name"]: each["by_studio"] for each in listed}["tv-x"] is True
    assert client.post(f"{API}policies/", {"text": "name: strict-optin"}).status_code == 400
    refused = client.post(f"{API}policies/", {"text": "name: x\n rules: [\n"})
    assert "line" in refused.json()["message"]


def test_an_enquiry_names_datasets_and_models_that_learned(full: FullWorld, as_user: Client) -> None:
    client, item = as_user(full.world.supervisor), full.rights.item
    found = client.post(f"{API}enquiries/", {"sha256": item.sha256}).json()
    assert [each["alias"] for each in found["entries"]] == ["1.png"]
    assert client.post(f"{API}enquiries/", {"sha256": "f" * 64}).json()["entries"] == []


def test_an_enquiry_by_file_finds_the_work_and_what_looks_like_it(full: FullWorld, as_user: Client) -> None:
    picture = png(seed=11)
    look = look_of(np.asarray(Image.open(io.BytesIO(picture)).convert("RGBA")))
    Item.objects.filter(pk=full.rights.item.pk).update(look=look)
    client = as_user(full.world.supervisor)
    file = SimpleUploadedFile("copy.png", picture)
    found = client.post(f"{API}enquiries/by-file/", {"file": file}, format="multipart").json()
    assert found["sha256"] == hashlib.sha256(picture).hexdigest()
    assert found["entries"] == []
    assert [each["alias"] for each in found["alike"]] == ["1.png"]


def test_what_models_made_is_listed_and_given_as_csv(full: FullWorld, as_user: Client) -> None:
    client, world = as_user(full.world.assistant), full.world
    model = full.rights.model
    run = Run.objects.create(
        model=model, production=world.production, cut=world.cut, influence=Influence.PIXEL, by=world.artist
    )
    Artefact.objects.create(run=run, sha256=full.drawing.content_sha256, drawing=full.drawing)
    (row,) = client.get(f"{HOSHI}made-by-models/?episode=EP01").json()["results"]
    assert (row["drawing"], row["model"]) == (full.drawing.pk, model.pk)
    answer = client.get(f"{HOSHI}made-by-models.csv?episode=EP01")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "licences,grants" in lines[0]
    assert "EP01,012" in lines[1]
    assert client.get(f"{HOSHI}made-by-models/?episode=EP09").json()["results"] == []
