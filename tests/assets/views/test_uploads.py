"""The pages of an upload: understood before it is sent, followed while it is read, reported file by file."""

from __future__ import annotations

import json

from django.urls import reverse

from assets.models import Upload
from assets.services import productions
from tests.assets.services.deliveries import run, send
from tests.full_world import FullWorld
from tests.world import png


def _understand(client: object, full: FullWorld, paths: list[str], **more: str) -> object:
    body = json.dumps({"paths": paths, "stage": "AD", **more})
    address = reverse("upload_understand", args=[full.world.cut.pk])
    return client.post(address, body, content_type="application/json")


def test_names_are_shown_as_they_are_understood_before_anything_is_sent(
    full: FullWorld, as_person: object
) -> None:
    before = Upload.objects.count()
    paths = ["cut/A/A0001.png", "cut/A/A0003.png", "cut/notes.txt", "cut/.DS_Store", "all.zip"]
    page = _understand(as_person(full.world.artist), full, paths).content.decode()
    assert "Send 3 files" in page
    assert "Cell A has no drawing 2" in page
    assert "Files of type .txt are not taken" in page
    assert "opened on arrival" in page
    assert Upload.objects.count() == before


def test_a_name_of_another_cut_is_refused_with_the_way_out(full: FullWorld, as_person: object) -> None:
    page = _understand(as_person(full.world.artist), full, ["EP01_C099_A_0001.png"]).content.decode()
    assert "The name says cut 099" in page
    assert "Upload it to cut 099" in page
    assert 'data-part="send"' not in page


def test_the_rule_that_was_chosen_is_named(full: FullWorld, as_person: object) -> None:
    rules = [
        {"id": "own", "label": "Ours", "pattern": r"(?P<cell>[a-z])=(?P<number>\d+)", "example": "a=1.png"}
    ]
    productions.set_naming_rules(actor=full.world.producer, production=full.world.production, rules=rules)
    page = _understand(as_person(full.world.artist), full, ["b=12.png"], rule_id="own").content.decode()
    assert "read as: Ours" in page
    assert "Send 1 file" in page


def test_an_empty_folder_is_told_so(full: FullWorld, as_person: object) -> None:
    page = _understand(as_person(full.world.artist), full, []).content.decode()
    assert "There are no files in this upload" in page


def test_a_body_that_is_no_json_is_refused_in_words(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.artist)
    address = reverse("upload_understand", args=[full.world.cut.pk])
    for body in ("nonsense", "[1, 2]"):
        answer = client.post(address, body, content_type="application/json", headers={"HX-Request": "true"})
        assert answer.status_code == 400
        assert "notice-error" in answer.content.decode()


def test_an_upload_is_opened_for_the_page_and_tells_where_to_send(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.artist)
    address = reverse("upload_open", args=[full.world.other_cut.pk])
    answer = client.post(address, json.dumps({"stage": "AD", "note": "x"}), content_type="application/json")
    assert answer.status_code == 201
    made = Upload.objects.get(pk=answer.json()["id"])
    assert (made.cut, made.stage, made.note) == (full.world.other_cut, "AD", "x")
    assert client.post(answer.json()["files_url"], headers={"Tus-Resumable": "1.0.0"}).status_code != 404


def test_a_dropped_cut_refuses_an_upload_in_the_page_s_words(full: FullWorld, as_person: object) -> None:
    full.world.other_cut.omitted = True
    full.world.other_cut.save()
    client, pk = as_person(full.world.artist), full.world.other_cut.pk
    answer = client.post(
        reverse("upload_open", args=[pk]), json.dumps({"stage": "AD"}), content_type="application/json"
    )
    assert answer.status_code == 409
    assert "was dropped" in answer.json()["message"]
    assert "it takes no new drawings" in client.get(reverse("upload", args=[pk])).content.decode()


def test_a_broken_upload_is_offered_again_to_who_began_it(full: FullWorld, as_person: object) -> None:
    address = reverse("upload", args=[full.world.cut.pk])
    mine = as_person(full.world.artist).get(address).content.decode()
    assert "1 of 1 files have arrived" in mine
    assert reverse("upload_files", args=[full.upload.pk]) in mine
    theirs = as_person(full.world.assistant).get(address).content.decode()
    assert "have arrived" not in theirs


def test_what_has_arrived_is_listed_for_going_on(full: FullWorld, as_person: object) -> None:
    found = as_person(full.world.artist).get(reverse("upload_files", args=[full.upload.pk])).json()
    (file,) = found["files"]
    assert file["path"] == "A/A0001.png"
    assert file["offset"] == file["size"] > 0
    assert file["url"].endswith(f"/upload-files/{full.upload_file_id}/")


def test_a_complete_upload_is_submitted_and_followed(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.artist)
    answer = client.post(reverse("upload_submit", args=[full.upload.pk]))
    assert answer["Location"] == reverse("upload_page", args=[full.upload.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "data-events=" in page
    assert "data-refresh-on-end" in page


def test_an_upload_is_discarded(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.artist)
    assert client.post(reverse("upload_discard", args=[full.upload.pk])).status_code == 302
    assert not Upload.objects.filter(pk=full.upload.pk).exists()


def test_the_report_names_each_file_with_reason_and_way_out(full: FullWorld, as_person: object) -> None:
    good = png(seed=3)
    files = {"A/A0001.png": good, "A/A0002.png": good, "A/A0003.png": good[:60], "A/A0004.png": png(seed=9)}
    job = run(send(full.world, files, stage="GEN"))
    address = reverse("upload_page", args=[job.params["upload_id"]])
    page = as_person(full.world.artist).get(address)
    assert [line.status for line in page.context["lines"]] == ["refused", "held", "taken", "taken"]
    html = page.content.decode()
    assert "The same drawing as A1; it is kept once." in html
    assert "Export it again" in html


def test_the_report_is_kept_when_nothing_could_be_taken(full: FullWorld, as_person: object) -> None:
    job = run(send(full.world, {"A/A0001.png": b"not a picture"}, stage="GEN"))
    page = as_person(full.world.artist).get(reverse("upload_page", args=[job.params["upload_id"]]))
    html = page.content.decode()
    assert "status-refused" in html
    assert "Upload again" in html
    assert "No drawing could be taken" in html


def test_what_was_sent_back_is_the_stage_that_is_offered(full: FullWorld, as_person: object) -> None:
    cut, artist = full.world.other_cut, full.world.artist
    for stage, state in (("LO", "approved"), ("GEN", "retake"), ("PT", "in_work")):
        cut.stages.create(stage=stage, state=state, assignee=artist)
    page = as_person(artist).get(reverse("upload", args=[cut.pk]))
    assert page.context["stage"] == "GEN"


def test_a_submitted_upload_is_followed_in_place_by_the_page_that_sent_it(
    full: FullWorld, as_person: object
) -> None:
    address = reverse("upload_submit", args=[full.upload.pk])
    given = {"cells": json.dumps({"A": "B"})}
    answer = as_person(full.world.artist).post(address, given, headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "upload-now" in html
    assert "<html" not in html
    full.upload.refresh_from_db()
    assert full.upload.cells == {"A": "B"}


def test_cells_that_are_no_json_are_refused_and_nothing_is_submitted(
    full: FullWorld, as_person: object
) -> None:
    address = reverse("upload_submit", args=[full.upload.pk])
    assert as_person(full.world.artist).post(address, {"cells": "{"}).status_code == 400
    full.upload.refresh_from_db()
    assert full.upload.state == "open"
