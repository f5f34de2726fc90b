"""Makes the pictures of the README and the docs again: `make screenshots`. They show the demo as it is."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.studio import PASSWORD, ROOT, start

IMAGES = ROOT / "docs/img"


def sign_in(page: Page, url: str, user: str) -> None:
    """Sign in by the form, as a person would."""
    page.goto(f"{url}/login/")
    page.locator("#id_username").fill(user)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_load_state("networkidle")


def main() -> None:
    """Start a demo studio, take the pictures, stop it."""
    folder = Path(tempfile.mkdtemp(prefix="sakkan-screens-"))
    studio = start(folder / "var")
    IMAGES.mkdir(parents=True, exist_ok=True)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="dark")
            sign_in(page, studio.url, "supervisor")
            page.screenshot(path=str(IMAGES / "queue.png"))
            page.locator("a[href^='/flags/']").first.click()
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(1000)
            page.screenshot(path=str(IMAGES / "review.png"))
            browser.close()
    finally:
        studio.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
