"""An artist's clean-up in a real browser: wipe, gaps, lines, brush, sliders, order, accept; by the real engine."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Locator, Page, expect

from assets.intake.formats import read_picture
from assets.models import Cell, DerivedJob, Drawing, Take, Timesheet
from assets.services import pictures
from assets.views import desk_data
from studio.core import cleaning_preview, jobs
from tests.browser import OpenDesk, chromium, desk  # noqa: F401  (fixtures)
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZE = (240, 180)
PATIENT_MS = 90_000


def rough_png(shift: int = 0) -> bytes:
    """A pencil drawing on paper: a ring with a gap at its right, a line across, a red line of construction."""
    paper = Image.new("RGB", (4 * SIZE[0], 4 * SIZE[1]), (246, 243, 236))
    draw = ImageDraw.Draw(paper)
    left = 160 + 4 * shift
    draw.line((left - 60, 380, left + 520, 372), fill=(214, 60, 60), width=7)
    draw.arc((left, 160, left + 420, 580), 4.8, 355.2, fill=(70, 70, 72), width=11)
    draw.line((620 + left, 180, 640 + left, 560), fill=(64, 64, 66), width=10)
    small = paper.resize(SIZE, Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.4))
    grain = np.random.default_rng(7).normal(0, 3, (SIZE[1], SIZE[0], 1))
    out = io.BytesIO()
    Image.fromarray(np.clip(np.asarray(small) + grain, 0, 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def two_roughs(world: World) -> Take:
    """A take with the roughs A1 and A2 and a timesheet that shows both."""
    take = Take.objects.create(cut=world.cut, stage="GEN", number=1, submitted_by=world.artist)
    cell = Cell.objects.create(take=take, name="A", position=0)
    for number, data in ((1, rough_png()), (2, rough_png(3))):
        kept = pictures.store(read_picture(data, "rough.png", pictures.limits()), data)
        Drawing.objects.create(cell=cell, number=number, numbers=[number], **kept.columns())
    Timesheet.objects.create(take=take, duration_frames=24, exposures={"A": [[1, 1], [3, 2]]})
    return take


@pytest.fixture
def page(world: World, desk: OpenDesk) -> Iterator[Page]:  # noqa: F811
    """The clean-up page of the cut, its first rough cleaned."""
    desk_data._answers.clear()
    two_roughs(world)
    made = desk(world.artist)
    made.goto(reverse("cleanup", args=[world.cut.pk]))
    settled(made)
    yield made
    cleaning_preview.cleaner().close()


def settled(page: Page) -> None:
    """Wait until the page shows the drawing as it is wished for now."""
    expect(page.locator("#cleanup")).to_have_attribute("data-settled", "true", timeout=PATIENT_MS)


def shown(page: Page) -> str:
    """What the canvas shows: as a data address."""
    page.wait_for_timeout(100)
    return str(page.evaluate("document.querySelector('.ib-canvas canvas').toDataURL()"))


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where a point of the rough lies on the screen; the view shows all of it with a little room."""
    box = page.locator(".ib-canvas canvas").bounding_box()
    assert box
    scale = min(box["width"] / (SIZE[0] * 1.08), box["height"] / (SIZE[1] * 1.08))
    return (
        box["x"] + box["width"] / 2 + (x - SIZE[0] / 2) * scale,
        box["y"] + box["height"] / 2 + (y - SIZE[1] / 2) * scale,
    )


def counted(page: Page, part: str) -> Locator:
    return page.locator(f"[data-part={part}] [data-count]")


def test_the_seam_is_dragged_and_the_modes_differ(page: Page) -> None:
    middle = at(page, SIZE[0] / 2, 30)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 120, middle[1], steps=4)
    page.mouse.up()
    assert float(page.locator("[name=wipe]").input_value()) > 55
    seen = set()
    for key in "12345":
        page.keyboard.press(key)
        expect(page.locator(f"[aria-keyshortcuts='{key}']")).to_have_attribute("aria-pressed", "true")
        seen.add(shown(page))
    assert len(seen) == 5


def test_a_slider_cleans_anew_for_all_drawings_and_undo_takes_it_back(page: Page) -> None:
    page.keyboard.press("5")
    before = shown(page)
    weight = page.locator("[data-wish=weight_px]")
    weight.fill("9")
    settled(page)
    assert shown(page) != before
    expect(page.locator("[data-part=set-mark]:visible")).to_have_count(2)
    page.locator("[data-do=undo]").click()
    settled(page)
    expect(weight).to_have_value("0")
    page.keyboard.press("Control+Shift+z")
    expect(weight).to_have_value("9")


def test_a_gap_is_switched_by_the_list_and_by_a_click(page: Page) -> None:
    rows = page.locator(".cu-closures li")
    expect(rows.first).to_have_attribute("data-on", "true")
    page.keyboard.press("n")
    page.keyboard.press(" ")
    settled(page)
    expect(rows.first).to_have_attribute("data-on", "false")
    page.keyboard.press("c")
    page.mouse.click(*at(page, 144, 92))
    settled(page)
    expect(rows.first).to_have_attribute("data-on", "true")


def test_a_line_is_left_out_by_a_click_and_all_are_taken_back(page: Page) -> None:
    count = counted(page, "strokes")
    before = count.inner_text()
    page.keyboard.press("s")
    page.mouse.click(*at(page, 197, 90))
    settled(page)
    expect(count).not_to_have_text(before)
    page.locator("[data-do=strokes-none]").click()
    settled(page)
    expect(count).to_have_text(re.compile(r"^0/"))
    page.locator("[data-do=strokes-all]").click()
    settled(page)
    expect(count).to_have_text(re.compile(r"^(\d+)/\1$"))


def test_the_brush_keeps_what_it_covers_and_the_eraser_lets_it_go(page: Page) -> None:
    for tool, expected in (("b", True), ("e", False)):
        page.keyboard.press(tool)
        page.mouse.move(*at(page, 190, 60))
        page.mouse.down()
        page.mouse.move(*at(page, 200, 120), steps=6)
        page.mouse.up()
        settled(page)
        wishes = page.evaluate(
            "JSON.parse(localStorage[Object.keys(localStorage).find(k => k.includes('kept.'))])"
        )
        assert bool(next(iter(wishes.values()), {}).get("kept")) is expected


def test_what_was_set_goes_out_as_a_sidecar_and_comes_in_again(page: Page, tmp_path: Path) -> None:
    page.locator("[data-wish=gap_px]").fill("3")
    settled(page)
    with page.expect_download() as download:
        page.locator("[data-do=download]").click()
    told: dict[str, Any] = json.loads(Path(download.value.path()).read_text())
    assert (told["format"], told["size_hw"], told["wishes"]) == (
        "sakkan-cleanup/1",
        [SIZE[1], SIZE[0]],
        {"gap_px": 3},
    )
    page.locator("[data-do=clear]").click()
    expect(page.locator("[data-wish=gap_px]")).to_have_value("10")
    file = tmp_path / "again.json"
    file.write_text(json.dumps(told))
    page.locator("[name=sidecar]").set_input_files(file)
    expect(page.locator("[data-wish=gap_px]")).to_have_value("3")
    file.write_text("{}")
    page.locator("[name=sidecar]").set_input_files(file)
    expect(page.locator("[data-part=said]")).to_contain_text("no sidecar")


def test_the_next_drawing_keeps_its_own_wishes(page: Page) -> None:
    page.locator("[data-scope=one]").click()
    page.locator("[data-wish=strength]").fill("0.9")
    page.keyboard.press(".")
    expect(page.locator("[data-part=place]")).to_contain_text("A2")
    settled(page)
    expect(page.locator("[data-wish=strength]")).to_have_value("0.5")
    page.keyboard.press(",")
    expect(page.locator("[data-wish=strength]")).to_have_value("0.9")


def test_roughs_are_ordered_looked_at_and_accepted_drawing_by_drawing(page: Page, world: World) -> None:
    page.locator("select[name=stage]").select_option("AD")
    page.locator("[data-do=order]").click()
    expect(page).to_have_url(re.compile("/proposals/"), timeout=PATIENT_MS)
    made = DerivedJob.objects.get()
    jobs.run(str(made.job_id))  # the page shows it by itself when the job has ended
    expect(page.locator("figure.pair input[name=drawings]")).to_have_count(2, timeout=PATIENT_MS)
    expect(page.locator(".ai-mark").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="SVG").first.click()
    assert "<svg" in Path(download.value.path()).read_text()
    page.locator("figure.pair input[name=drawings]").nth(1).uncheck()
    page.locator("#accept button").click()
    expect(page.locator("h1")).to_contain_text("AD T1")
    take = Take.objects.get(source="derived")
    assert list(Drawing.objects.filter(cell__take=take).values_list("number", flat=True)) == [1]
