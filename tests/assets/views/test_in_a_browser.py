"""What only a real browser can show: sending by tus, a broken line, drops, the eyedropper, keys, live progress."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from assets.models import Upload, UploadFile
from studio.core.choices import JobState
from studio.core.models import Job
from tests.browser import OpenDesk
from tests.full_world import FullWorld
from tests.world import png

pytestmark = pytest.mark.browser

DROP = """async () => {
  const picture = await (await fetch("%s")).blob();
  const transfer = new DataTransfer();
  for (const name of ["A0001.png", "A0002.png"]) transfer.items.add(new File([picture], name));
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three drawings and one file that is no drawing."""
    cell = tmp_path / "delivery" / "A"
    cell.mkdir(parents=True)
    for number in (1, 2, 3):
        (cell / f"A000{number}.png").write_bytes(png(seed=number))
    (cell / "notes.txt").write_text("to do")
    return tmp_path / "delivery"


def _choose(page: Page, folder: Path, address: str) -> None:
    page.goto(address)
    page.locator("input[data-part=folder]").set_input_files(folder)
    expect(page.locator(".understood")).to_contain_text("Send 3 files")


def _no_free_upload(full: FullWorld) -> str:
    Upload.objects.filter(state="open").delete()
    return reverse("upload", args=[full.world.cut.pk])


def test_a_folder_is_understood_sent_and_submitted(full: FullWorld, desk: OpenDesk, folder: Path) -> None:
    address = _no_free_upload(full)
    page = desk(full.world.artist)
    _choose(page, folder, address)
    expect(page.locator("tr", has_text="notes.txt")).to_contain_text("are not taken")
    page.locator("[data-part=send]").click()
    expect(page.locator(".upload-now .job")).to_contain_text("Read an upload")
    sent = Upload.objects.get(state="submitted")
    assert [file.path for file in sent.files.all()] == [f"delivery/A/A000{n}.png" for n in (1, 2, 3)]
    assert all(file.is_complete for file in sent.files.all())


def test_a_broken_line_loses_nothing_and_goes_on_after_a_reload(
    full: FullWorld, desk: OpenDesk, folder: Path
) -> None:
    address = _no_free_upload(full)
    page = desk(full.world.artist)
    passed: list[str] = []

    def one_passes(route: Route) -> None:
        passed.append(route.request.method)
        route.continue_() if len(passed) == 1 else route.abort("connectionreset")

    page.route("**/upload-files/**", one_passes)
    _choose(page, folder, address)
    page.locator("[data-part=send]").click()
    expect(page.locator("[data-part=trouble]")).to_contain_text("Nothing was lost", timeout=60_000)
    page.unroute("**/upload-files/**")
    _choose(page, folder, address)
    expect(page.locator(".notice-warning").first).to_contain_text("1 of 3 files have arrived")
    page.locator("[data-part=send]").click()
    expect(page.locator(".upload-now .job")).to_contain_text("Read an upload")
    assert Upload.objects.count() == 2, "the one of the take, and this one"
    assert UploadFile.objects.filter(upload__state="submitted", offset_bytes=0).count() == 0


def test_a_drop_on_a_cut_opens_the_panel_in_place(full: FullWorld, desk: OpenDesk) -> None:
    _no_free_upload(full)
    page = desk(full.world.artist)
    page.goto(reverse("cut", args=[full.world.cut.pk]))
    page.evaluate(DROP % reverse("drawing_picture", args=[full.drawing.pk]))
    expect(page.locator(".understood")).to_contain_text("Send 2 files")
    page.locator("[data-part=send]").click()
    expect(page.locator(".upload-now .job")).to_contain_text("Read an upload")


def test_the_eyedropper_takes_a_colour_from_the_drawing(full: FullWorld, desk: OpenDesk) -> None:
    page = desk(full.world.artist)
    page.goto(reverse("sheet", args=[full.draft.pk]))
    page.locator("[data-pick]").click()
    page.locator("#picker input[name=part]").fill("coat")
    expect(page.locator("[data-picker=set]")).to_be_disabled()
    page.locator("[data-picker=picture]").click()
    expect(page.locator("[data-picker=hex]")).to_have_text("#c83c3c")
    page.locator("[data-picker=set]").click()
    expect(page.locator("#swatches input[value='#c83c3c']")).to_be_visible()


def test_keys_open_search_and_help_but_never_while_one_types(full: FullWorld, desk: OpenDesk) -> None:
    page = desk(full.world.producer)
    page.goto(reverse("cuts", args=["HOSHI"]))
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("a?/n")
    expect(page.locator("#search")).to_have_value("a?/n")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    expect(page.locator("dialog#keys")).to_contain_text("new cut")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/cuts/new/"))


def test_progress_of_a_job_comes_by_itself(full: FullWorld, desk: OpenDesk) -> None:
    page = desk(full.world.artist)
    job = Job.objects.filter(pk=full.job.pk)
    job.update(state=JobState.RUNNING, done_count=1, total_count=8, note="measuring")
    page.goto(reverse("job", args=[full.job.pk]))
    expect(page.locator("[data-job-percent]")).to_have_text("12 %")
    job.update(done_count=6)
    expect(page.locator("[data-job-percent]")).to_have_text("75 %")
    job.update(state=JobState.FAILED, error_code="compute_failed", error_data={"reason": "no room"})
    expect(page.locator(".job-reason")).to_contain_text("no room")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_the_drawer_opens_and_closes_by_keyboard(full: FullWorld, desk: OpenDesk) -> None:
    page = desk(full.world.artist)
    page.goto(reverse("my_cuts"))
    opener = page.locator("[data-drawer='/jobs/']")
    opener.press("Enter")
    expect(page.locator("#drawer")).to_contain_text("Check a take")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    expect(opener).to_have_attribute("aria-expanded", "false")


def test_no_page_breaks_the_content_policy(full: FullWorld, desk: OpenDesk) -> None:
    page = desk(full.world.producer)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    for name, key in (("production", "HOSHI"), ("cut", full.world.cut.pk), ("take", full.take.pk)):
        page.goto(reverse(name, args=[key]))
        expect(page.locator("h1").first).to_be_visible()
        page.wait_for_load_state("networkidle")
    assert refused == []
