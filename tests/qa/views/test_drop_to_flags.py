"""From a folder dropped anywhere on a cut to the flags, on one page; and onto a card of my cuts."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
from playwright.sync_api import Page, expect

from assets.models import StageState, Upload
from studio.core import jobs
from studio.core.choices import JobState
from studio.core.models import Job
from tests.browser import OpenDesk
from tests.fakes import FakeCompute, aspect
from tests.qa.makers import approve_sheet
from tests.world import World, png

pytestmark = pytest.mark.browser

DROP = """([files, place]) => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  }
  const target = document.querySelector(place);
  for (const kind of ["dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}"""


def _drop(page: Page, files: dict[str, bytes], place: str = "body") -> None:
    listed = [[name, base64.b64encode(data).decode()] for name, data in files.items()]
    page.evaluate(DROP, [listed, place])


def _work() -> None:
    """Do what waits, as a worker would."""
    for job in Job.objects.filter(state=JobState.QUEUED):
        jobs.run(str(job.pk))


def test_a_folder_dropped_on_a_cut_becomes_flags_on_the_same_page(
    desk: OpenDesk, world: World, fake: FakeCompute, big_head: bytes
) -> None:
    approve_sheet(world.design)
    fake.plant(big_head, aspect("PROPORTION", 2.5))
    StageState.objects.create(cut=world.cut, stage="PT", state="in_work", assignee=world.artist)
    page = desk(world.artist)
    page.goto(f"/cuts/{world.cut.pk}/")
    _drop(page, {"B0001.png": png(seed=1), "B0002.png": big_head, "notes.txt": b"x"})
    expect(page.locator(".understood")).to_contain_text("Send 2 files")
    page.locator("[data-read=B]").fill("A")
    page.locator("[data-read=B]").press("Enter")
    expect(page.locator(".understood-cells")).to_contain_text("named B")
    page.locator("[data-part=send]").click()
    expect(page.locator(".upload-now .job")).to_contain_text("Read an upload")
    _work()
    expect(page.locator(".upload-now")).to_contain_text("It is take PT T1.")
    _work()
    expect(page.locator(".upload-now .now-flags")).to_contain_text("1 flag")
    expect(page.locator("#sheet .strip-drawing.is-flagged")).to_have_count(1)
    assert [cell.name for cell in world.cut.takes.get().cells.all()] == ["A"]


def test_a_folder_dropped_on_a_card_goes_to_its_cut_and_stage(desk: OpenDesk, world: World) -> None:
    row = StageState.objects.create(cut=world.other_cut, stage="GEN", state="in_work", assignee=world.artist)
    StageState.objects.create(cut=world.cut, stage="PT", state="in_work", assignee=world.artist)
    page = desk(world.artist)
    page.goto("/my-cuts/")
    _drop(page, {"A0001.png": png()})
    expect(page.locator("#notices")).to_contain_text("Drop it on the card")
    _drop(page, {"A0001.png": png()}, f"#card-{row.pk}")
    expect(page.locator(".understood")).to_contain_text("Send 1 file")
    page.locator("[data-part=note]").fill("second hand redrawn")
    page.locator("[data-part=send]").click()
    expect(page.locator(".upload-now")).to_be_visible()
    sent = Upload.objects.get()
    assert (sent.cut, sent.stage, sent.note) == (world.other_cut, "GEN", "second hand redrawn")
    expect(page.locator(f"#card-{row.pk}")).to_contain_text("The upload is being read")


def test_a_line_that_breaks_while_looking_keeps_what_was_chosen(desk: OpenDesk, world: World) -> None:
    page = desk(world.artist)
    page.goto(f"/cuts/{world.cut.pk}/upload/")
    page.route("**/understand/", lambda route: route.abort("connectionreset"))
    files = [{"name": "A0001.png", "mimeType": "image/png", "buffer": png()}]
    page.locator("input[data-part=files]").set_input_files(files)
    expect(page.locator("[data-part=trouble]")).to_contain_text("What you chose and typed is kept")
    page.unroute("**/understand/")
    page.locator("[data-part=stage]").select_option("GEN")
    expect(page.locator(".understood")).to_contain_text("Send 1 file")


def test_the_names_in_a_zip_are_shown_before_it_is_sent(desk: OpenDesk, world: World, zipped: bytes) -> None:
    page = desk(world.artist)
    page.goto(f"/cuts/{world.cut.pk}/upload/")
    files = [{"name": "cut.zip", "mimeType": "application/zip", "buffer": zipped}]
    page.locator("input[data-part=files]").set_input_files(files)
    expect(page.locator(".understood-files")).to_contain_text("A0002.png")
    expect(page.locator(".understood")).to_contain_text("Send 1 file")
    page.locator("[data-part=send]").click()
    expect(page.locator(".upload-now")).to_be_visible()
    assert [file.path for file in Upload.objects.get().files.all()] == ["cut.zip"]


@pytest.fixture
def zipped() -> bytes:
    """A zip of two drawings in a folder with a Japanese name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for number in (1, 2):
            packed.writestr(f"動画/A/A000{number}.png", png(seed=number))
    return buffer.getvalue()
