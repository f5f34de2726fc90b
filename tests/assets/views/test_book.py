"""Model sheets to read and to print."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from assets import sheet_book
from assets.models import ModelSheet, SheetDrawing, Swatch
from assets.services import pictures
from studio.core.storage import blobs
from tests.qa.makers import approve_sheet, other_design
from tests.world import World


def _as(client: Client, user: object) -> Client:
    client.force_login(user)  # type: ignore[arg-type]
    return client


def _store(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return blobs().put(io.BytesIO(buffer.getvalue())).sha256


def _with_box(sheet: ModelSheet, box: tuple[int, int, int, int], view: str) -> SheetDrawing:
    image = Image.new("RGBA", (100, 200), (0, 0, 0, 0))
    image.paste((10, 10, 10, 255), box)
    sha = _store(image)
    return SheetDrawing.objects.create(
        sheet=sheet, view=view, blob=sha, view_blob=sha, content_sha256=sha, height_px=200, width_px=100
    )


def test_the_figure_is_found_by_alpha_and_on_paper(world: World) -> None:
    clear = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    paper = Image.new("RGB", (60, 40), (250, 248, 240))
    for image in (clear, paper):
        image.paste((20, 20, 20), (10, 5, 30, 35))
    assert pictures.figure_box(_store(clear)) == (10, 5, 30, 35)
    assert pictures.figure_box(_store(paper)) == (10, 5, 30, 35)
    assert pictures.figure_box(_store(Image.new("RGB", (60, 40), (9, 9, 9)))) == (0, 0, 60, 40)


def test_figures_of_a_turn_around_stand_on_one_line_in_the_order_of_views(world: World) -> None:
    sheet = approve_sheet(world.design, drawings=0)
    _with_box(sheet, (20, 100, 60, 190), "back")
    _with_box(sheet, (30, 10, 70, 150), "front")
    line = sheet_book.pages_of(sheet).turnaround
    assert line is not None
    assert [each.drawing.view for each in line.figures] == ["front", "back"]
    feet = [each.y + bottom for each, bottom in zip(line.figures, (150, 190), strict=True)]
    assert feet == pytest.approx([line.ground_y, line.ground_y])
    assert line.ground_y - line.top_y == line.figures[0].height_px == 140


def test_the_book_of_the_production_holds_every_approved_sheet_and_says_what_is_missing(
    client: Client, world: World
) -> None:
    approve_sheet(world.design)
    other_design(world)
    page = _as(client, world.artist).get("/p/HOSHI/sheets/book/").content.decode()
    assert "School uniform" in page
    assert "Without an approved sheet:" in page
    assert "Aki · Gym" in page


def test_an_outside_artist_reads_only_the_designs_of_their_cuts(client: Client, world: World) -> None:
    approve_sheet(world.design)
    hidden = approve_sheet(other_design(world))
    _as(client, world.outside_artist)
    assert "Gym" not in client.get("/p/HOSHI/sheets/book/").content.decode()
    assert client.get(f"/sheets/{hidden.pk}/book/").status_code == 404
    assert client.get(f"/sheets/{hidden.pk}/compare/").status_code == 404


def test_the_book_takes_the_same_number_of_queries_for_more_sheets(client: Client, world: World) -> None:
    approve_sheet(world.design)
    approve_sheet(other_design(world))
    _as(client, world.supervisor)
    counts = []
    for code in ("swim", "winter"):
        client.get("/p/HOSHI/sheets/book/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/p/HOSHI/sheets/book/")
        counts.append(len(queries))
        approve_sheet(other_design(world, code))
    assert counts[0] == counts[1]


def test_versions_are_compared_with_their_colours(client: Client, world: World) -> None:
    old = approve_sheet(world.design)
    new = approve_sheet(world.design, version=2)
    Swatch.objects.filter(colour_model__sheet=new).update(red=140)
    page = _as(client, world.supervisor).get(f"/sheets/{new.pk}/compare/").content.decode()
    assert "from v1 to v2" in page
    assert "#5a3ca0" in page
    assert "#8c3ca0" in page
    assert client.get(f"/sheets/{new.pk}/compare/?with={old.pk}").status_code == 200


def test_a_version_of_another_design_is_not_compared(client: Client, world: World) -> None:
    sheet, other = approve_sheet(world.design), approve_sheet(other_design(world))
    assert (
        _as(client, world.supervisor).get(f"/sheets/{sheet.pk}/compare/?with={other.pk}").status_code == 404
    )


def test_the_only_version_says_so(client: Client, world: World) -> None:
    sheet = approve_sheet(world.design)
    page = _as(client, world.supervisor).get(f"/sheets/{sheet.pk}/compare/").content.decode()
    assert "Nothing to compare with" in page
