"""Makes the pictures of the README and the guide again: `make screenshots`. They show the demo as it is.

Where a picture needs it, the script does first what a person would do: it draws, writes, uploads. With an address
(`python -m tests.screenshots http://localhost:8000 FOLDER`) it takes them from a demo studio that runs already and
has its data in FOLDER; it leaves its traces there.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

from tests.studio import PASSWORD, ROOT, start

if TYPE_CHECKING:
    from collections.abc import Iterator

IMAGES = ROOT / "docs/img"
SIZE = ViewportSize(width=1440, height=900)
COLOURS = 256
PRODUCTION = "DEMO"
SECOND_TAKE = "EP01_C001"  # the cut that gets a second take, so that two can be compared
# The pictures of the guide, in the order of its pages; those of JAPANESE are taken of the Japanese pages too.
GUIDE = (
    "queue.png",
    "contact-sheet.png",
    "flag.png",
    "difference.png",
    "retake.png",
    "pen.png",
    "comments.png",
    "compare.png",
    "retakes.png",
    "retake-sheet.png",
    "rush.png",
    "notices.png",
    "keys.png",
    "my-cuts.png",
    "understood.png",
    "cut.png",
    "overview.png",
    "datasets.png",
    "cuts.png",
    "stage.png",
    "model-sheet.png",
    "book.png",
    "settings.png",
    "told.png",
    "health.png",
)
JAPANESE = ("queue.png", "flag.png", "pen.png", "my-cuts.png", "overview.png")
README = ("queue.png", "review.png")


@dataclass
class Camera:
    """A demo studio, a browser, and where its pictures go. `desk` opens a page signed in as somebody."""

    url: str
    var: Path
    browser: Browser
    language: str = "en"
    pages: dict[str, Page] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Return where the pictures of this language go."""
        return IMAGES / ("guide" if self.language == "en" else f"guide/{self.language}")

    def desk(self, user: str, path: str = "") -> Page:
        """Return this person's page, at `path`, when it is quiet."""
        if user not in self.pages:
            context = self.browser.new_context(viewport=SIZE, color_scheme="dark", locale=self.language)
            self.pages[user] = context.new_page()
            sign_in(self.pages[user], self.url, user)
        page = self.pages[user]
        page.goto(f"{self.url}{path}")
        page.wait_for_load_state("networkidle")
        return page

    def take(self, shown: Page | Locator, name: str, folder: Path | None = None) -> None:
        """Take a picture, with few enough colours to be small."""
        keep(shown.screenshot(), (folder or self.folder) / name)


def keep(data: bytes, path: Path) -> None:
    """Write a PNG of few colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    small = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    print(path.relative_to(ROOT), flush=True)


def sign_in(page: Page, url: str, user: str) -> None:
    """Sign in by the form, as a person would."""
    page.goto(f"{url}/login/")
    page.locator("#id_username").fill(user)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_load_state("networkidle")


def settled(page: Page) -> None:
    """Wait until pictures are painted."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(900)


def queue(camera: Camera) -> None:
    """The queue, its contact sheet and the keys."""
    page = camera.desk("supervisor", f"/p/{PRODUCTION}/review/")
    settled(page)
    camera.take(page, "queue.png")
    if camera.language != "en":
        return
    camera.take(page, "queue.png", IMAGES)
    page.keyboard.press("v")
    settled(page)
    camera.take(page, "contact-sheet.png")


def open_flag(camera: Camera, fault: str) -> Page:
    """Open the first flag of a kind, whatever its state."""
    page = camera.desk("supervisor", f"/p/{PRODUCTION}/review/?state=open&fault={fault}")
    page.locator("main a[href^='/flags/']").first.click()
    settled(page)
    return page


def flag(camera: Camera) -> None:
    """The flag page as one finds it, the difference, the form of a retake, the keys."""
    page = open_flag(camera, "OFF_MODEL.PROPORTION")
    camera.take(page, "flag.png")
    if camera.language != "en":
        return
    camera.take(page, "review.png", IMAGES)
    page.keyboard.press("4")
    settled(page)
    camera.take(page, "difference.png")
    page.keyboard.press("1")
    page.keyboard.press("r")
    page.locator("#retake-note").fill(
        "Head too large against the sheet: bring it back to the heads of the turn-around."
    )
    settled(page)
    camera.take(page, "retake.png")
    page = open_flag(camera, "OFF_MODEL.PROPORTION")
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    camera.take(page.locator("#keys"), "keys.png")


def pen(camera: Camera) -> None:
    """A correction drawn by hand over a flagged drawing, with the pen out; the second language shows the same."""
    page = open_flag(camera, "OFF_MODEL.DETAIL")
    page.keyboard.press("d")
    if camera.language == "en":
        draw_correction(page)
    settled(page)
    camera.take(page, "pen.png")


def draw_correction(page: Page) -> None:
    """Draw what is missing and an arrow to it, as a hand would."""
    box = page.locator(".desk-canvas canvas").first.bounding_box()
    assert box
    for down in (0.275, 0.335):  # the two clips of the hair, as the approved drawing has them
        x, y = box["x"] + box["width"] * 0.255, box["y"] + box["height"] * down
        stroke(page, [(x - 26, y + 10), (x + 24, y - 14), (x + 30, y), (x - 20, y + 24), (x - 26, y + 10)])
    page.keyboard.press("8")
    stroke(page, [(x - 130, y - 70), (x - 80, y - 40), (x - 40, y - 14)])
    page.keyboard.press("8")
    page.wait_for_timeout(1200)


def stroke(page: Page, points: list[tuple[float, float]]) -> None:
    """Move the mouse along `points` with its button down."""
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=3)
    page.mouse.up()


def comments(camera: Camera) -> None:
    """The take room with what was said, and a comment being written."""
    page = camera.desk("supervisor", room_of(camera, SECOND_TAKE))
    page.keyboard.press("t")
    page.locator(".comment-form textarea").fill("The sleeve swings too far here. Could it stop at the wrist?")
    settled(page)
    camera.take(page, "comments.png")
    page.locator(".comment-form textarea").fill("")


def room_of(camera: Camera, name: str) -> str:
    """Return the address of the newest take of a cut in the take room."""
    page = camera.desk("supervisor", cut_of(camera, name))
    return page.locator("a[href*='/look/']").first.get_attribute("href") or ""


def cut_of(camera: Camera, name: str) -> str:
    """Return the address of a cut's page."""
    episode, number = name.split("_C")
    page = camera.desk("supervisor", f"/p/{PRODUCTION}/cuts/?episode={episode}&q={number}")
    return page.locator("main th a[href^='/cuts/']").first.get_attribute("href") or ""


def retakes(camera: Camera) -> None:
    """A retake is ordered on the flag page; the list and its printed sheet show it."""
    page = open_flag(camera, "OFF_MODEL.FACE")
    page.keyboard.press("r")
    page.locator("#retake-note").fill("The eyes sit too low: see the expression sheet.")
    page.locator("[data-do='retake-send']").first.click()
    settled(page)
    page = camera.desk("supervisor", f"/p/{PRODUCTION}/retakes/")
    settled(page)
    camera.take(page, "retakes.png")
    if shutil.which("pdftoppm"):
        pdf = page.request.get(f"{camera.url}/p/{PRODUCTION}/retakes.pdf").body()
        command = ["pdftoppm", "-png", "-r", "90", "-f", "1", "-l", "1"]
        keep(
            subprocess.run(command, input=pdf, capture_output=True, check=True).stdout,
            camera.folder / "retake-sheet.png",
        )


def rush(camera: Camera) -> None:
    """The playlist of the demo."""
    page = camera.desk("producer", f"/p/{PRODUCTION}/rush/")
    page.locator("main td a[href^='/rush/']").first.click()
    settled(page)
    camera.take(page, "rush.png")


def my_cuts(camera: Camera) -> None:
    """The artist's cards, and the drawer of notices over them."""
    page = camera.desk("artist", "/my-cuts/")
    settled(page)
    camera.take(page, "my-cuts.png")
    if camera.language == "en":
        page.locator("[data-drawer='/notices/']").click()
        settled(page)
        camera.take(page.locator("#drawer"), "notices.png")


def second_take(camera: Camera) -> None:
    """Choose the folder of a second take, stop at the table of what was understood, send it, compare both."""
    page = camera.desk("artist", cut_of(camera, SECOND_TAKE) + "upload/")
    with changed_folder(camera.var) as folder:
        page.locator("[data-part='folder']").set_input_files(folder)
        page.locator("[data-part='send']").wait_for()
        settled(page)
        camera.take(page, "understood.png")
        page.locator("[data-part='send']").click()
        page.locator(".now-links").first.wait_for(timeout=120_000)
    page = camera.desk("artist", cut_of(camera, SECOND_TAKE))
    settled(page)
    camera.take(page, "cut.png")
    page = camera.desk("artist", room_of(camera, SECOND_TAKE))
    page.keyboard.press("l")
    settled(page)
    page.keyboard.press("n")
    settled(page)
    camera.take(page, "compare.png")


@contextmanager
def changed_folder(var: Path) -> Iterator[Path]:
    """Give the folder of the cut with two of its drawings redrawn a little."""
    with tempfile.TemporaryDirectory(prefix="sakkan-take-") as place:
        folder = Path(place) / SECOND_TAKE
        shutil.copytree(var / "demo-art/cuts" / SECOND_TAKE, folder)
        for path in sorted(folder.rglob("*.png"))[:2]:
            drawn = Image.open(path)
            width, height = drawn.size
            sway = (1, 0.05, -0.025 * height, 0, 1, 0)  # from the hip upwards
            head = drawn.crop((0, 0, width, height // 2))
            drawn.paste(head.transform(head.size, Image.Transform.AFFINE, sway))
            drawn.save(path)
        yield folder


def overview(camera: Camera) -> None:
    """The producer's first look."""
    page = camera.desk("producer", f"/p/{PRODUCTION}/")
    settled(page)
    camera.take(page, "overview.png")


def office(camera: Camera) -> None:
    """The pages of producer and production assistant."""
    page = camera.desk("producer", f"/p/{PRODUCTION}/datasets/")
    camera.take(page, "datasets.png")
    page = camera.desk("producer", f"/p/{PRODUCTION}/settings/")
    camera.take(page.locator("#authority"), "settings.png")
    page = camera.desk("producer", "/notices/choices/")
    camera.take(page, "told.png")
    page = camera.desk("producer", "/health/")
    camera.take(page, "health.png")
    page = camera.desk("assistant", f"/p/{PRODUCTION}/cuts/")
    settled(page)
    camera.take(page, "cuts.png")
    page = camera.desk("assistant", cut_of(camera, "EP01_C013"))
    page.locator(".bag-stages summary, .stage-boxes summary, ol summary").nth(4).click()
    settled(page)
    camera.take(page, "stage.png")


def sheets(camera: Camera) -> None:
    """A model sheet and the book."""
    page = camera.desk("supervisor", f"/p/{PRODUCTION}/sheets/")
    page.locator("main a[href^='/sheets/']").first.click()
    settled(page)
    camera.take(page, "model-sheet.png")
    page.locator("a[href$='/book/']").first.click()
    settled(page)
    camera.take(page, "book.png")


ENGLISH_STEPS: tuple[Callable[[Camera], None], ...] = (
    queue,
    flag,
    pen,
    comments,
    overview,
    retakes,
    rush,
    my_cuts,
    second_take,
    office,
    sheets,
)
JAPANESE_STEPS: tuple[Callable[[Camera], None], ...] = (queue, flag, pen, my_cuts, overview)


def take_all(url: str, var: Path) -> None:
    """Take every picture of the studio at `url`; the Japanese ones last, of what was done by then."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for language, steps in (("en", ENGLISH_STEPS), ("ja", JAPANESE_STEPS)):
            camera = Camera(url, var, browser, language)
            for step in steps:
                step(camera)
        browser.close()


def main() -> None:
    """Start a demo studio, take the pictures, stop it."""
    if len(sys.argv) > 2:
        take_all(sys.argv[1], Path(sys.argv[2]))
        return
    folder = Path(tempfile.mkdtemp(prefix="sakkan-screens-"))
    studio = start(folder / "var")
    try:
        take_all(studio.url, studio.var)
    finally:
        studio.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
