"""The page of a take: numbers, holds, what the upload said."""

from __future__ import annotations

from django.urls import reverse

from assets.exposures import held_frames, spans_of
from assets.services import derived
from assets.services.derived import Wish
from assets.templatetags.desk import base_name
from tests.assets.services.deliveries import run, send
from tests.derived_world import proposed
from tests.fakes import FakeDrafting
from tests.full_world import FullWorld
from tests.world import World, png


def test_frames_are_counted_from_one_change_to_the_next() -> None:
    assert held_frames([[1, 1], [4, 2], [6, None], [9, 1]], 10) == {1: 5, 2: 2}
    assert held_frames([], 10) == {}


def test_a_sheet_is_spans_without_holes_from_the_first_frame_to_the_last() -> None:
    found = spans_of([[3, 1], [5, 1], [8, None], [99, 2]], 10)
    assert [(span.frame_no, span.frames, span.number) for span in found] == [
        (1, 2, None),
        (3, 5, 1),
        (8, 3, None),
    ]


def test_a_held_drawing_is_shown_once_with_all_its_numbers(full: FullWorld, as_person: object) -> None:
    files = {"A/A0001.png": png(seed=3), "A/A0002.png": png(seed=3), "A/A0003.png": png(seed=8)}
    job = run(send(full.world, files, stage="GEN"))
    take = full.world.cut.takes.get(stage="GEN")
    assert job.state == "done"
    page = as_person(full.world.artist).get(reverse("take", args=[take.pk]))
    ((_cell, drawings),) = page.context["cells"]
    assert [(each["drawing"].number, each["again"]) for each in drawings] == [(1, [2]), (3, [])]
    assert "= 2" in page.content.decode()


def test_what_was_refused_stands_beside_the_take(full: FullWorld, as_person: object) -> None:
    files = {"A/A0001.png": png(seed=3), "A/A0002.png": b"broken"}
    run(send(full.world, files, stage="GEN"))
    take = full.world.cut.takes.get(stage="GEN")
    html = as_person(full.world.artist).get(reverse("take", args=[take.pk])).content.decode()
    assert "A/A0002.png" in html
    assert "The content is no picture" in html


def test_the_takes_of_a_cut_lead_to_each_other(full: FullWorld, as_person: object) -> None:
    run(send(full.world, {"A/A0001.png": png(seed=4)}))
    second = full.world.cut.takes.get(number=2)
    html = as_person(full.world.artist).get(reverse("take", args=[second.pk])).content.decode()
    assert reverse("take", args=[full.take.pk]) in html


def test_only_the_last_part_of_a_file_name_is_shown() -> None:
    assert base_name("sheets/aki/school/front.png") == "front.png"
    assert base_name("A\\A0001.png") == "A0001.png"


def test_a_take_without_remarks_has_no_empty_list_of_them(full: FullWorld, as_person: object) -> None:
    run(send(full.world, {"A/A0001.png": png(seed=3)}, stage="GEN"))
    take = full.world.cut.takes.get(stage="GEN")
    page = as_person(full.world.artist).get(reverse("take", args=[take.pk])).content.decode()
    assert "Said by the upload" not in page


def test_the_page_says_which_drawings_a_model_made(
    world: World, as_person: object, fake_drafting: FakeDrafting
) -> None:
    take = derived.accept(actor=world.artist, derived=proposed(world, wish=Wish(chart="1/2")))
    page = as_person(world.supervisor).get(reverse("take", args=[take.pk])).content.decode()
    assert page.count(">AI-made<") == 1
    assert "made by inbetween-no-weights cel-graph-1" in page
