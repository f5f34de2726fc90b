"""The pages of proposals: what was drawn, how it goes out and comes back, how it is accepted or rejected."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from psd_tools import PSDImage

from assets.models import Proposal, ProposalDrawing, Take
from assets.services import derived
from tests.assets.views.test_inbetween import data_of, post, preview  # noqa: F401  (a fixture)
from tests.derived_world import ask, keys_take, proposed
from tests.fakes import FakeDrafting
from tests.world import World, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_drafting", "preview")]
WEAK = ({"box_xyxy": [4, 4, 20, 20], "reason": "too_far", "confidence": 0.2},)


@pytest.fixture
def client(world: World) -> Client:
    made = Client()
    made.force_login(world.artist)
    return made


def test_a_proposal_is_marked_as_one_and_as_made_by_ai(client: Client, world: World) -> None:
    made = proposed(world, keys_take(world))
    html = client.get(reverse("proposal", args=[made.pk])).content.decode()
    model = str(Proposal.objects.get().model)
    for said in ("made by AI", model, "1/4, 1/2, 3/4", "Accept into a take", "Reject"):
        assert said in html, said
    assert html.count('class="draft"') == 3


def test_a_proposal_that_waits_shows_its_job_and_cannot_be_accepted(client: Client, world: World) -> None:
    made = ask(world, keys_take(world))
    html = client.get(reverse("proposal", args=[made.pk])).content.decode()
    assert "data-reload-on-end" in html
    assert "Accept into a take" not in html


def test_accepting_makes_a_take_and_leads_to_it(client: Client, world: World) -> None:
    made = proposed(world, keys_take(world))
    answer = client.post(reverse("proposal_accept", args=[made.pk]), {"version": "1", "note": "soft"})
    take = Take.objects.get(source="derived")
    assert answer.headers["Location"] == reverse("take", args=[take.pk])
    assert take.note == "soft"


def test_an_older_version_than_the_present_one_is_not_accepted(client: Client, world: World) -> None:
    made = proposed(world, keys_take(world))
    answer = client.post(reverse("proposal_accept", args=[made.pk]), {"version": "7"})
    assert answer.status_code == 409
    assert not Take.objects.filter(source="derived").exists()


def test_a_breakdown_is_asked_for_where_the_engine_does_not_know(
    client: Client, world: World, fake_drafting: FakeDrafting
) -> None:
    fake_drafting.weak = WEAK
    made = proposed(world, keys_take(world))
    html = client.get(reverse("proposal", args=[made.pk])).content.decode()
    assert html.count("breakdown needed") == 3
    assert "Upload the breakdown" in html
    assert "without the drawings that need a breakdown" in html


def test_rejecting_leaves_no_take(client: Client, world: World) -> None:
    made = proposed(world, keys_take(world))
    assert client.post(reverse("proposal_reject", args=[made.pk]), {"note": "stiff"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.note) == ("rejected", "stiff")


def test_a_corrected_drawing_becomes_a_key_and_a_new_version(client: Client, world: World) -> None:
    made = proposed(world, keys_take(world))
    drawing = ProposalDrawing.objects.get(number=3)
    file = SimpleUploadedFile("A3.png", png((10, 200, 90), seed=3))
    answer = client.post(reverse("proposal_correct", args=[drawing.pk]), {"file": file})
    assert answer.headers["Location"] == reverse("proposal", args=[made.pk])
    newest = Proposal.objects.latest("number")
    assert (newest.number, newest.parts.count()) == (2, 2)
    html = client.get(reverse("proposal", args=[made.pk])).content.decode()
    assert "corrected" in html


def test_a_file_that_is_no_picture_is_refused_in_words(client: Client, world: World) -> None:
    proposed(world, keys_take(world))
    drawing = ProposalDrawing.objects.get(number=3)
    for given in ({}, {"file": SimpleUploadedFile("A3.png", b"no picture")}):
        answer = client.post(reverse("proposal_correct", args=[drawing.pk]), given)
        assert answer.status_code in {400, 422}
    assert Proposal.objects.count() == 1


def test_steering_a_proposal_starts_from_what_it_has_and_draws_the_next_version(
    client: Client, world: World
) -> None:
    made = proposed(world, keys_take(world))
    address = reverse("proposal_steer", args=[made.pk])
    told = data_of(client.get(address).content.decode())
    assert (told["start"]["chart"], told["derived"], told["part"]) == ("1/4, 1/2, 3/4", made.pk, 0)
    assert told["urls"]["order"] == address
    pin = {"pins": [{"a_xy": [8, 8], "b_xy": [9, 8]}]}
    answer = post(client, "proposal_steer", made.pk, {"part": 0, "steering": pin, "chart": "1/2", "on": 3})
    assert answer.json()["url"] == reverse("proposal", args=[made.pk])
    newest = Proposal.objects.latest("number")
    assert (newest.number, newest.on_frames, newest.parts.get().steering) == (2, 3, pin)


def test_the_sidecar_of_a_proposal_is_a_file_that_draws_it_again(client: Client, world: World) -> None:
    made = proposed(world, keys_take(world))
    answer = client.get(reverse("proposal_sidecar", args=[made.pk]))
    assert "attachment" in answer.headers["Content-Disposition"]
    told = answer.json()
    assert (told["format"], told["chart"]) == ("sakkan-inbetween/1", "1/4, 1/2, 3/4")
    assert [each["number"] for each in told["keys"]] == ["1", "5"]


def test_a_drawing_of_a_proposal_can_be_downloaded(client: Client, world: World) -> None:
    proposed(world, keys_take(world))
    drawing = ProposalDrawing.objects.get(number=3)
    answer = client.get(reverse("proposal_drawing_picture", args=[drawing.pk]), {"download": "png"})
    assert answer.headers["Content-Type"] == "image/png"
    assert "A3.png" in answer.headers["Content-Disposition"]
    answer.close()


def test_a_drawing_goes_out_as_layers_and_comes_back_as_a_key(client: Client, world: World) -> None:
    made = proposed(world, keys_take(world))
    drawing = ProposalDrawing.objects.get(number=3)
    answer = client.get(reverse("proposal_drawing_picture", args=[drawing.pk]), {"download": "psd"})
    assert "A3.psd" in answer.headers["Content-Disposition"]
    layers = list(PSDImage.open(io.BytesIO(answer.content)))
    assert [(each.name, each.visible) for each in layers] == [
        ("key A5", False),
        ("key A1", False),
        ("A", True),
    ]
    file = SimpleUploadedFile("A3.psd", answer.content)
    client.post(reverse("proposal_correct", args=[drawing.pk]), {"file": file})
    key = made.keys.get(origin="correction")
    assert key.content_sha256 == drawing.content_sha256


def test_an_artist_of_another_cut_may_look_but_not_decide(world: World) -> None:
    made = proposed(world, keys_take(world), actor=world.supervisor)
    client = Client()
    client.force_login(world.artist)
    html = client.get(reverse("proposal", args=[made.pk])).content.decode()
    assert "Accept into a take" not in html
    assert client.post(reverse("proposal_accept", args=[made.pk]), {"version": "1"}).status_code == 403


def test_the_list_says_how_each_proposal_stands_and_filters(client: Client, world: World) -> None:
    made = proposed(world, keys_take(world))
    derived.reject(actor=world.artist, derived=made)
    address = reverse("proposals", args=[world.cut.pk])
    assert "rejected" in client.get(address, {"state": "rejected"}).content.decode()
    assert "No proposal is like that" in client.get(address, {"state": "proposed"}).content.decode()
