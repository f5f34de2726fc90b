"""The list of cuts, the cut bag, and the CSV."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assets.models import Casting, Cut, StageState
from assets.services.cut_csv import COLUMNS
from tests.full_world import FullWorld


def _queries(client: object, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_list_asks_the_database_no_more_for_many_cuts(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.producer), reverse("cuts", args=["HOSHI"])
    few = _queries(client, address)
    for number in range(100, 140):
        cut = Cut.objects.create(episode=full.world.episode, number=str(number))
        Casting.objects.create(cut=cut, design=full.world.design)
        StageState.objects.create(cut=cut, stage="AD", assignee=full.world.artist)
    assert _queries(client, address) == few


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "013"}, {"013"}),
        ({"stage": "AD"}, {"012"}),
        ({"state": "retake"}, {"012"}),
        ({"stage": "BG"}, set()),
        ({"episode": "EP01"}, {"012", "013"}),
        ({"assignee": "nobody"}, set()),
        ({"order": "due"}, {"012", "013"}),
        ({"order": "changed"}, {"012", "013"}),
        ({"omitted": "all"}, {"012", "013", "099"}),
        ({}, {"012", "013"}),
    ],
)
def test_the_list_is_filtered(asked: dict, found: set, full: FullWorld, as_person: object) -> None:
    Cut.objects.create(episode=full.world.episode, number="099", omitted=True)
    answer = as_person(full.world.producer).get(reverse("cuts", args=["HOSHI"]), asked)
    assert {cut.number for cut in answer.context["page"]} == found


def test_what_is_late_is_found_and_said_in_a_word(full: FullWorld, as_person: object) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    StageState.objects.filter(cut=full.world.cut).update(due_on=yesterday, state="in_work")
    answer = as_person(full.world.producer).get(reverse("cuts", args=["HOSHI"]), {"due": "late"})
    assert [cut.number for cut in answer.context["page"]] == ["012"]
    assert "status-late" in answer.content.decode()


def test_an_odd_filter_or_page_shows_an_empty_list_and_no_fault(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.producer)
    for asked in ({"page": "-3"}, {"page": "x"}, {"assignee": "'"}, {"character": "9" * 30}, {"order": "?"}):
        assert client.get(reverse("cuts", args=["HOSHI"]), asked).status_code == 200


def test_a_new_cut_with_a_taken_number_is_refused_in_the_form(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.producer), reverse("cut_new", args=["HOSHI"])
    given = {"episode": full.world.episode.pk, "number": "012", "duration_frames": "24"}
    answer = client.post(address, given)
    assert answer.status_code == 200
    assert "is already there" in answer.content.decode()
    assert client.post(address, {**given, "number": "101A"}).status_code == 302
    assert Cut.objects.get(number="101A").duration_frames == 24


def test_a_cut_is_changed_on_its_page(full: FullWorld, as_person: object) -> None:
    client, pk = as_person(full.world.assistant), full.world.cut.pk
    given = {"number": "012", "duration_frames": "60", "due_on": "2030-05-06", "note": "rain"}
    assert client.post(reverse("cut_edit", args=[pk]), given).status_code == 302
    page = client.get(reverse("cut", args=[pk])).content.decode()
    assert "2+12" in page
    assert "rain" in page


def test_a_stage_is_given_to_somebody_and_due(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.producer), reverse("cut_stage", args=[full.world.cut.pk])
    given = {"stage": "PT", "state": "ready", "assignee": full.world.artist.pk, "due_on": "2030-01-02"}
    assert client.post(address, given).status_code == 302
    row = StageState.objects.get(cut=full.world.cut, stage="PT")
    assert (row.state, row.assignee, str(row.due_on)) == ("ready", full.world.artist, "2030-01-02")


def test_a_supervisor_judges_a_stage_but_moves_nobody(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.supervisor), reverse("cut_stage", args=[full.world.cut.pk])
    before = StageState.objects.get(cut=full.world.cut, stage="AD").assignee
    given = {"stage": "AD", "state": "approved", "assignee": full.world.artist.pk}
    assert client.post(address, given).status_code == 302
    after = StageState.objects.get(cut=full.world.cut, stage="AD")
    assert (after.state, after.assignee) == ("approved", before)


def test_an_artist_may_not_change_a_stage_by_hand(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.artist), reverse("cut_stage", args=[full.world.cut.pk])
    assert client.post(address, {"stage": "AD", "state": "approved"}).status_code == 403


def test_a_stage_that_does_not_exist_is_refused_on_the_page(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.producer), reverse("cut_stage", args=[full.world.cut.pk])
    answer = client.post(address, {"stage": "XX", "state": "ready"})
    assert answer.status_code == 400
    assert "Select a valid choice" in answer.content.decode()


def test_the_cast_and_the_shared_cuts_are_set(full: FullWorld, as_person: object) -> None:
    client, cut = as_person(full.world.producer), full.world.other_cut
    client.post(reverse("cut_cast", args=[cut.pk]), {"designs": [full.world.design.pk]})
    client.post(reverse("cut_share", args=[cut.pk]), {"numbers": "012"})
    assert list(cut.cast.all()) == [full.world.design]
    assert list(cut.shared_with.all()) == [full.world.cut]
    answer = client.post(reverse("cut_share", args=[cut.pk]), {"numbers": "777"})
    assert answer.status_code == 400
    assert "There is no cut 777" in answer.content.decode()


def test_a_csv_goes_out_and_comes_back(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.producer), reverse("cuts_csv", args=["HOSHI"])
    out = client.get(address, {"download": "1"})
    assert out["Content-Disposition"] == 'attachment; filename="HOSHI_cuts.csv"'
    file = SimpleUploadedFile("cuts.csv", out.content, content_type="text/csv")
    answer = client.post(address, {"file": file})
    assert "All lines were taken" in answer.content.decode()
    assert answer.context["report"].problems == []


def test_a_bad_csv_says_which_line_and_changes_nothing(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.producer), reverse("cuts_csv", args=["HOSHI"])
    before = Cut.objects.count()
    header = client.get(address, {"download": "1"}).content.split(b"\r\n")[0]
    data = header + b"\r\n" + b'EP01,"",x' + b"\r\n"
    page = client.post(address, {"file": SimpleUploadedFile("cuts.csv", data)}).content.decode()
    assert "Nothing was changed" in page
    assert Cut.objects.count() == before


def test_the_page_of_the_csv_names_every_column_it_reads(full: FullWorld, as_person: object) -> None:
    page = as_person(full.world.assistant).get(reverse("cuts_csv", args=["HOSHI"])).content.decode()
    assert not [name for name in COLUMNS if f'<dt class="mono">{name}</dt>' not in page]
