"""The clean-up page without a browser: what it shows, what it refuses, the hands, uploads, the proposal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assets.models import DerivedJob, Drawing, LineStyle, ModelBlock, Take
from assets.services import engines
from assets.views import desk_data
from studio.core import cleaning_preview, jobs
from studio.core.cleaning_preview import Look, Turn
from tests.cleanup_world import cleaned, drawn_cleanup, roughs_take
from tests.derived_world import keys_take, proposed
from tests.qa.makers import approve_sheet
from tests.world import World, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_cleaning")]


class FakeCleaner:
    """A preview process that is none; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Look, Turn | None]] = []

    def warm(self) -> None:
        """Nothing is started."""

    def clean(self, look: Look, turn: Turn | None = None) -> tuple[dict[str, Any], list[bytes]]:
        self.asked.append((look, turn))
        return {"pictures": ["ink"], "strokes": [], "closures": []}, [look.png()]


@pytest.fixture(autouse=True)
def preview(monkeypatch: pytest.MonkeyPatch) -> FakeCleaner:
    made = FakeCleaner()
    monkeypatch.setattr("assets.views.cleanup.cleaner", lambda: made)
    desk_data._answers.clear()
    return made


@pytest.fixture
def client(world: World) -> Client:
    made = Client(raise_request_exception=False)
    made.force_login(world.artist)
    return made


def _page(client: Client, world: World, query: str = "") -> str:
    answer = client.get(reverse("cleanup", args=[world.cut.pk]) + query)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    return answer.content.decode()


def _post(client: Client, name: str, world: World, body: dict[str, Any]) -> Any:
    address = reverse(name, args=[world.cut.pk])
    return client.post(
        address, json.dumps(body), content_type="application/json", headers={"accept": "application/json"}
    )


def _first(take: Take) -> Drawing:
    return Drawing.objects.filter(cell__take=take).earliest("number")


def test_without_a_take_the_page_says_what_to_do(client: Client, world: World) -> None:
    said = _page(client, world)
    assert "No roughs yet" in said
    assert reverse("cleanup_upload", args=[world.cut.pk]) in said


def test_the_page_shows_the_drawings_and_begins_with_the_one_that_is_asked_for(
    client: Client, world: World
) -> None:
    second = Drawing.objects.filter(cell__take=roughs_take(world)).order_by("number")[1]
    said = _page(client, world, f"?drawing=d{second.pk}")
    told = json.loads(said.split('id="cleanup-data" type="application/json">')[1].split("</script>")[0])
    assert [each["number"] for each in told["roughs"]] == ["A1", "A2", "A3"]
    assert told["at"] == f"d{second.pk}"


def test_where_no_engine_may_draw_the_page_says_why(client: Client, world: World) -> None:
    roughs_take(world)
    model = engines.model_of(engines.BY_HAND, "cleanup")
    ModelBlock.objects.create(model=model, reason="under review", by=world.producer)
    assert "No engine may draw for this production" in _page(client, world)
    answer = _post(client, "cleanup_look", world, {"rough": "d1", "number": 1})
    assert (answer.status_code, answer.json()["code"]) == (403, "licence_refused")


def test_a_preview_brings_the_drawing_before_along(
    client: Client, world: World, preview: FakeCleaner
) -> None:
    one, two, _three = Drawing.objects.filter(cell__take=roughs_take(world)).order_by("number")
    body = {
        "rough": f"d{two.pk}", "wishes": {"gap_px": 4}, "page": "p", "number": 7, "max_px": 1024,
        "before": {"rough": f"d{one.pk}", "wishes": {}},
    }  # fmt: skip
    answer = _post(client, "cleanup_look", world, body)
    assert answer.status_code == 200
    look, turn = preview.asked[0]
    assert (look.wishes, look.max_px, look.weights, look.rough) == ({"gap_px": 4}, 1024, False, two.view_blob)
    assert look.before is not None
    assert (look.before.rough, turn) == (one.view_blob, Turn(f"{world.artist.pk}/p", 7))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"number": 1}, "rough"),
        ({"rough": "d{pk}"}, "number"),
        ({"rough": "d{pk}", "number": 1, "wishes": {"strength": 3}}, "wishes.strength"),
        ({"rough": "d{pk}", "number": 1, "wishes": []}, "wishes"),
    ],
)
def test_a_question_that_is_not_of_its_form_is_named(
    client: Client, world: World, body: dict[str, Any], field: str
) -> None:
    pk = _first(roughs_take(world)).pk
    told = {name: value.format(pk=pk) if isinstance(value, str) else value for name, value in body.items()}
    answer = _post(client, "cleanup_look", world, told)
    assert (answer.status_code, answer.json()["data"]["field"]) == (400, field)


def test_a_hand_that_nobody_learned_is_not_shown_in_a_preview_either(client: Client, world: World) -> None:
    approve_sheet(world.design)
    rough = _first(roughs_take(world))
    style = {
        "line_rgb": [0, 0, 0], "weight_px": 2, "height_px": 0, "profile": [1] * 16, "spread": 0, "by_length": [1, 1, 1],
    }  # fmt: skip
    answer = _post(
        client, "cleanup_look", world, {"rough": f"d{rough.pk}", "number": 1, "wishes": {"style": style}}
    )
    assert answer.json()["code"] == "style_unknown"


def test_an_order_names_drawings_with_their_wishes(client: Client, world: World) -> None:
    rough = _first(roughs_take(world))
    body = {"stage": "AD", "roughs": [{"rough": f"d{rough.pk}", "wishes": {"weight_px": 2}}]}
    answer = _post(client, "cleanup_order", world, body)
    made = DerivedJob.objects.get()
    assert (answer.status_code, answer.json()["url"]) == (201, reverse("proposal", args=[made.pk]))
    assert made.proposals.get().parts.get().steering == {"weight_px": 2}
    assert _post(client, "cleanup_order", world, {"stage": "AD", "roughs": []}).status_code == 400


def test_single_files_are_cleaned_up_in_the_order_of_their_names(client: Client, world: World) -> None:
    files = [SimpleUploadedFile(name, png(seed=seed)) for name, seed in (("b.png", 2), ("a.png", 1))]
    address = reverse("cleanup_upload", args=[world.cut.pk])
    answer = client.post(address, {"files": files, "cell": "B", "number": "4", "stage": "AD"})
    made = DerivedJob.objects.get()
    assert answer["Location"] == reverse("proposal", args=[made.pk])
    assert [(key.number, key.file_name) for key in made.keys.all()] == [(4, "a.png"), (5, "b.png")]
    assert client.post(address, {"cell": "B"}).status_code == 400


def test_a_hand_is_learned_and_followed_until_it_is_there(client: Client, world: World) -> None:
    sheet = approve_sheet(world.design)
    answer = _post(client, "cleanup_styles", world, {"source": f"sheet:{sheet.pk}"})
    job = answer.json()["job"]
    jobs.run(job)
    told = client.get(reverse("cleanup_styles", args=[world.cut.pk]) + f"?job={job}").json()
    assert told["job"]["is_over"]
    assert [(each["id"], each["may_draw"]) for each in told["styles"]] == [(LineStyle.objects.get().pk, True)]
    for source in ("", "sheet:0", "version:9", "book:1"):
        assert _post(client, "cleanup_styles", world, {"source": source}).status_code in {400, 404}


def test_a_proposal_is_steered_from_its_page(client: Client, world: World) -> None:
    made = drawn_cleanup(world).part.proposal.derived
    address = reverse("cleanup_steer", args=[made.pk])
    assert "Next version" in client.get(address).content.decode()
    key = made.keys.get()
    body = {"roughs": [{"rough": f"k{key.pk}", "wishes": {"gap_px": 3}}]}
    answer = client.post(address, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200
    assert made.proposals.latest("number").parts.get().steering == {"gap_px": 3}


def test_an_in_between_has_no_such_page(client: Client, world: World, fake_drafting: Any) -> None:
    made = proposed(world, keys_take(world))
    assert client.get(reverse("cleanup_steer", args=[made.pk])).status_code == 404


def test_the_proposal_shows_rough_and_clean_with_files_to_fetch(client: Client, world: World) -> None:
    made = cleaned(world)
    drawing = made.proposals.get().parts.first().drawings.get()
    said = client.get(reverse("proposal", args=[made.pk])).content.decode()
    for name in ("proposal_drawing_svg", "proposal_drawing_picture"):
        assert reverse(name, args=[drawing.pk]) in said
    assert "closed areas 3" in said
    svg = client.get(reverse("proposal_drawing_svg", args=[drawing.pk]))
    assert svg["Content-Disposition"].endswith('A1.svg"')
    layer = client.get(reverse("proposal_drawing_layer", args=[drawing.pk, "red"]))
    assert layer["Content-Disposition"].endswith('A1_red.png"')
    assert client.get(reverse("proposal_drawing_layer", args=[drawing.pk, "blue"])).status_code == 404


def test_what_is_not_ticked_does_not_become_part_of_the_take(client: Client, world: World) -> None:
    made = cleaned(world)
    drawings = [part.drawings.get().pk for part in made.proposals.get().parts.all()]
    address = reverse("proposal_accept", args=[made.pk])
    assert client.post(address, {"version": "1", "chooses": "1"}).status_code == 400
    client.post(address, {"version": "1", "chooses": "1", "drawings": drawings[:2]})
    take = Take.objects.get(source="derived")
    assert list(Drawing.objects.filter(cell__take=take).values_list("number", flat=True)) == [1, 2]


def test_the_web_process_asks_for_previews_through_one_door() -> None:
    assert cleaning_preview.cleaner() is cleaning_preview.cleaner()
