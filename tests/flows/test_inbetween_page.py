"""An artist's in-betweens in a real browser: keys, a pin, the chart, full size, accept. The engine is the real one."""

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
from PIL import Image
from playwright.sync_api import Page, expect

from assets.intake.formats import read_picture
from assets.models import Cell, DerivedJob, Drawing, Take, Timesheet
from assets.services import pictures
from assets.views import desk_data
from studio.core import drafting, jobs
from tests.browser import OpenDesk, chromium, desk  # noqa: F401  (fixtures)
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZE_HW = (120, 160)
PATIENT_MS = 90_000


def key_png(left: int, top: int) -> bytes:
    """A red square with a black rim and an eye, on clear ground."""
    rgba = np.zeros((*SIZE_HW, 4), np.uint8)
    rgba[top : top + 40, left : left + 40] = (20, 20, 20, 255)
    rgba[top + 2 : top + 38, left + 2 : left + 38] = (200, 60, 60, 255)
    rgba[top + 10 : top + 16, left + 10 : left + 16] = (40, 60, 200, 255)
    out = io.BytesIO()
    Image.fromarray(rgba).save(out, "PNG")
    return out.getvalue()


def two_keys(world: World) -> Take:
    """A take with A1 at the left, A5 at the right, and a timesheet that names 2 to 4 between them."""
    take = Take.objects.create(cut=world.cut, stage="GEN", number=1, submitted_by=world.artist)
    cell = Cell.objects.create(take=take, name="A", position=0)
    for number, data in ((1, key_png(20, 30)), (5, key_png(90, 50))):
        kept = pictures.store(read_picture(data, "key.png", pictures.limits()), data)
        Drawing.objects.create(
            cell=cell,
            number=number,
            numbers=[number],
            blob=kept.blob,
            view_blob=kept.view_blob,
            content_sha256=kept.content_sha256,
            height_px=SIZE_HW[0],
            width_px=SIZE_HW[1],
            has_alpha=True,
        )
    shown = {"A": [[1, 1], [7, 2], [9, 3], [11, 4], [13, 5]]}
    Timesheet.objects.create(take=take, duration_frames=24, exposures=shown)
    return take


@pytest.fixture
def page(world: World, desk: OpenDesk) -> Iterator[Page]:  # noqa: F811
    """The in-between page of the cut, drawn."""
    desk_data._answers.clear()
    two_keys(world)
    made = desk(world.artist)
    made.goto(reverse("inbetween", args=[world.cut.pk]))
    wait_drawn(made, 3)
    yield made
    drafting.drafter().close()


def wait_drawn(page: Page, least: int) -> None:
    """Wait until so many previews have come since the page was opened, and nothing is under way."""
    page.wait_for_function(
        "n => Number(document.getElementById('inbetween').dataset.drawn ?? 0) >= n",
        arg=least,
        timeout=PATIENT_MS,
    )
    expect(page.locator("[data-part=busy]")).to_have_attribute("data-busy", "false", timeout=PATIENT_MS)


def shown(page: Page) -> str:
    """What the canvas shows, without marks: as a data address."""
    page.wait_for_timeout(100)
    return page.evaluate("document.querySelector('.ib-canvas canvas').toDataURL()")


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where a point of the keys lies on the screen; the view shows the drawn part with a little room."""
    box = page.locator(".ib-canvas canvas").bounding_box()
    assert box
    left, top, right, bottom = 20 - 6.6, 30 - 6.6, 130 + 6.6, 90 + 6.6
    scale = min(box["width"] / ((right - left) * 1.08), box["height"] / ((bottom - top) * 1.08))
    return (
        box["x"] + box["width"] / 2 + (x - (left + right) / 2) * scale,
        box["y"] + box["height"] / 2 + (y - (top + bottom) / 2) * scale,
    )


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*at(page, *start))
    page.mouse.down()
    page.mouse.move(*at(page, *end), steps=4)
    page.mouse.up()


def test_a_pin_changes_the_drawing_and_undo_brings_it_back(page: Page) -> None:
    expect(page.locator("[data-part=place]")).to_contain_text("1/2")
    page.keyboard.press("o")  # no onion skin: what is left is the drawing
    before = shown(page)
    page.keyboard.press("p")
    drag(page, (40, 50), (118, 88))
    rows = page.locator("[data-part=set] li")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Pin 1")
    wait_drawn(page, 6)
    page.locator("[data-do=undo]").focus()
    pinned = shown(page)
    assert pinned != before
    page.keyboard.press("Control+z")
    expect(rows).to_have_count(0)
    page.keyboard.press("Control+Shift+z")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("button").click()
    expect(rows).to_have_count(0)


def test_the_chart_is_dragged_written_and_chosen(page: Page) -> None:
    rungs = page.locator(".chart-rung")
    expect(rungs).to_have_count(3)
    page.locator("[name=chart]").fill("1/3, 2/3")
    page.locator("[name=chart]").press("Enter")
    expect(rungs).to_have_count(2)
    page.locator("[name=chart]").fill("fast")
    page.locator("[name=chart]").press("Enter")
    expect(page.locator("[data-part=chart-wrong]")).to_contain_text("fast")
    page.locator("[name=usual]").select_option("ease")
    expect(page.locator("[data-part=chart-wrong]")).to_be_hidden()
    rungs.first.focus()
    value = float(rungs.first.get_attribute("aria-valuenow") or 0)
    page.keyboard.press("ArrowRight")
    expect(rungs.first).not_to_have_attribute("aria-valuenow", str(value))
    page.keyboard.press("Delete")
    expect(rungs).to_have_count(1)


def test_keys_step_and_play_the_loop(page: Page) -> None:
    place = page.locator("[data-part=place]")
    for said in ("3/4", "A5", "A1"):
        page.keyboard.press(".")
        expect(place).to_contain_text(said)
    page.keyboard.press(" ")
    expect(page.locator("[data-do=play]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.locator("[data-do=play]")).to_have_attribute("aria-pressed", "false")


def test_what_was_set_survives_a_reload_and_goes_out_as_a_sidecar(page: Page, tmp_path: Path) -> None:
    page.keyboard.press("p")
    drag(page, (40, 50), (110, 70))
    wait_drawn(page, 6)
    with page.expect_download() as download:
        page.locator("[data-do=download]").click()
    told: dict[str, Any] = json.loads(Path(download.value.path()).read_text())
    assert (told["format"], told["size_hw"], len(told["steering"]["pins"])) == (
        "sakkan-inbetween/1",
        list(SIZE_HW),
        1,
    )
    page.reload()
    expect(page.locator("[data-part=set] li")).to_have_count(1)
    page.locator("[data-do=clear]").click()
    file = tmp_path / "again.json"
    file.write_text(json.dumps(told))
    page.locator("[name=sidecar]").set_input_files(file)
    expect(page.locator("[data-part=set] li")).to_have_count(1)


def test_in_betweens_are_ordered_looked_at_and_accepted(page: Page, world: World) -> None:
    page.locator("[name=usual]").select_option("even")
    page.locator("[name=stage]").select_option("AD")
    page.locator("[data-do=order]").click()
    expect(page).to_have_url(re.compile("/proposals/"), timeout=PATIENT_MS)
    made = DerivedJob.objects.get()
    assert made.job is not None
    jobs.run(str(made.job.pk))  # the page shows it by itself when the job has ended
    expect(page.locator("h1")).to_contain_text("proposed", timeout=PATIENT_MS)
    page.wait_for_load_state("load")
    expect(page.locator(".ai-mark").first).to_be_visible()
    expect(page.locator("figure.draft:not(.draft-key)")).to_have_count(3)
    expect(page.get_by_role("button", name="Accept into a take")).to_be_visible(timeout=PATIENT_MS)
    page.keyboard.press("a")
    expect(page.locator("h1")).to_contain_text("AD T1")
    take = Take.objects.get(source="derived")
    assert sorted(Drawing.objects.filter(cell__take=take).values_list("number", flat=True)) == [1, 2, 3, 4, 5]
