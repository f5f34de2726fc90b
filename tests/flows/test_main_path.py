"""The main job in a real browser, on a studio started as `make run` starts it.

An artist uploads a folder, sees progress and what was flagged; a supervisor gives a verdict by key; the artist
sees the retake.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium  # noqa: F401  (a fixture)
from tests.studio import PASSWORD, Studio, start

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SignIn = Callable[[str], Page]
PATIENT_MS = 90_000


@pytest.fixture
def person(chromium: Browser, studio: Studio) -> Iterator[SignIn]:  # noqa: F811
    """Open a browser for a person and sign in by the form."""
    contexts = []

    def sign_in(name: str) -> Page:
        context = chromium.new_context(
            base_url=studio.url, locale="en", viewport={"width": 1440, "height": 900}
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/login/")
        page.locator("#id_username").fill(name)
        page.locator("#id_password").fill(PASSWORD)
        page.locator("#id_password").press("Enter")
        expect(page).not_to_have_url(re.compile("login"))
        return page

    yield sign_in
    for context in contexts:
        context.close()


def _drifted_copy(studio: Studio, into: Path) -> Path:
    """Copy a clean cut of the demo and paint the hair of its fifth drawing green."""
    folder = into / "EP01_C001"
    shutil.copytree(studio.var / "demo-art/cuts/EP01_C001", folder)
    path = sorted((folder / "A").glob("*.png"))[4]
    rgba = np.array(Image.open(path).convert("RGBA"))
    solid = rgba[..., 3] == 255
    paints, counts = np.unique(rgba[solid][:, :3].reshape(-1, 3), axis=0, return_counts=True)
    largest = paints[np.argmax(counts)]
    rgba[solid & (rgba[..., :3] == largest).all(-1)] = (60, 170, 60, 255)
    Image.fromarray(rgba).save(path)
    return folder


def test_the_first_page_of_the_supervisor_shows_a_flagged_drift(person: SignIn) -> None:
    page = person("supervisor")
    expect(page).to_have_url(re.compile("/review/"))
    expect(page.locator("a[href*='/flags/']").first).to_be_visible()


def test_an_upload_becomes_a_flag_a_verdict_and_a_retake(
    person: SignIn, studio: Studio, tmp_path: Path
) -> None:
    artist, supervisor = person("artist"), person("supervisor")
    _upload(artist, _drifted_copy(studio, tmp_path))
    flag = artist.locator("[data-part=after] a[href*='/flags/']").first
    expect(flag).to_be_visible(timeout=PATIENT_MS)

    _order_retake_by_keys(supervisor, flag.get_attribute("href") or "")

    artist.goto("/my-cuts/")
    card = artist.locator("main").get_by_text("EP01_C001").first
    expect(card).to_be_visible()
    card.click()
    expect(artist.locator("main")).to_contain_text("Please paint the coat again")


def _upload(page: Page, folder: Path) -> None:
    page.goto("/my-cuts/")
    page.get_by_role("link", name="EP01_C001").first.click()
    page.get_by_role("link", name="Upload a take").click()
    page.locator("[data-part=stage]").select_option("PT")
    page.locator("input[data-part=folder]").set_input_files(folder)
    expect(page.locator(".understood")).to_contain_text("19 files")
    page.locator("[data-part=send]").click()
    expect(page.locator("[data-part=after]")).to_contain_text("It is take PT T2", timeout=PATIENT_MS)


def _order_retake_by_keys(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#flag h1.claim")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.press("5")
    page.locator("#retake-note").fill("Please paint the coat again")
    page.locator("#retake-note").press("Enter")
    expect(page).not_to_have_url(re.compile(re.escape(address) + "$"))


def test_ctrl_c_leaves_nothing_running_and_a_second_start_keeps_the_data(
    studio: Studio,
    tmp_path: Path,
    chromium: Browser,  # noqa: F811
) -> None:
    var = tmp_path / "var"
    shutil.copytree(studio.var, var, ignore=shutil.ignore_patterns("queue", "beat-schedule*"))
    first = start(var)
    assert first.stop() == 0, first.log.read_text()
    assert first.children() == []
    second = start(var, wait_s=60)
    try:
        assert "Loading and checking" not in second.log.read_text()
        page = chromium.new_page()
        assert page.goto(f"{second.url}/login/").status == 200
    finally:
        second.stop()
        for pid in second.children():
            os.kill(pid, signal.SIGKILL)
