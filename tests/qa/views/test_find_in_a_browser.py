"""Find drawings like this, in a real browser: asked by itself, walked by arrows, and by a picture that is dropped."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import Page, expect

from assets.models import Drawing
from qa.models import Flag
from studio.core import jobs
from studio.core.choices import JobState
from studio.core.models import Job
from tests.browser import OpenDesk
from tests.qa.makers import deliver, work
from tests.world import World, png

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DROP = """(text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "mine.png", { type: "image/png" }));
  const event = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  document.querySelector("[data-find-picture]").dispatchEvent(event);
}"""


@pytest.fixture
def drawing(world: World, three_flags: list[Flag]) -> Drawing:
    """The worst flagged drawing; another cut has its neighbours."""
    deliver(world.other_cut, [png(seed=3), png(seed=4)])
    work("qa.archive", "archive", anew=False)
    return three_flags[0].drawing


def _search(page: Page) -> None:
    """Do the search that the page asked for, as a worker would."""
    expect(page.locator("#found-drawings")).to_contain_text("Waits for a free worker")
    for job in Job.objects.filter(kind="qa.find", state=JobState.QUEUED):
        jobs.run(str(job.pk))
    page.locator(".found-card").first.wait_for()


def test_from_a_flag_the_page_asks_by_itself_and_arrows_walk_the_answer(
    desk: OpenDesk, world: World, drawing: Drawing, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    page.goto(f"/flags/{three_flags[0].pk}/")
    page.locator("#flag[data-ready]").wait_for()
    page.keyboard.press("=")
    page.wait_for_url(re.compile(r"/find/\?drawing="))
    _search(page)
    cards = page.locator("[data-found]")
    assert cards.count() >= 3
    page.keyboard.press("ArrowRight")
    expect(cards.nth(0)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(cards.nth(0)).to_be_focused()
    before = page.url
    page.keyboard.press("f")
    page.wait_for_url(lambda url: url != before)
    expect(page).to_have_url(re.compile(r"/find/\?(sheet_)?drawing="))


def test_a_dropped_picture_is_searched_by_and_shown_from_this_tab_alone(
    desk: OpenDesk, world: World, drawing: Drawing
) -> None:
    page = desk(world.supervisor)
    page.goto("/find/")
    expect(page.locator(".empty")).to_contain_text("Nothing asked yet")
    page.evaluate(DROP, base64.b64encode(png(seed=3)).decode())
    _search(page)
    expect(page.locator("[data-own-picture]")).to_be_visible()
    assert page.locator(".found-card").count() >= 3
