"""The retake list in a real browser: order by hand, choose several, set a date, close, print."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from assets.models import Take
from qa.models import Retake
from qa.services import retakes
from tests.browser import OpenDesk
from tests.qa.makers import deliver
from tests.world import World, png

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def takes(world: World) -> list[Take]:
    """Takes of two cuts, both to be redone as a whole."""
    made = [deliver(cut, [png(seed=cut.pk)], stage="AD") for cut in (world.cut, world.other_cut)]
    for take in made:
        retakes.order_by_hand(actor=world.inbetween_checker, take=take, reason="line", note="thinner")
    return made


def test_several_retakes_get_a_date_and_are_closed(desk: OpenDesk, world: World, takes: list[Take]) -> None:
    page = desk(world.inbetween_checker)
    page.goto("/p/HOSHI/retakes/")
    close = page.locator("#many button[value=close]")
    expect(close).to_be_disabled()
    page.get_by_label("all on this page").check()
    expect(page.locator("[data-chosen]")).to_have_text("2 chosen")
    page.locator("#many-due").fill("2020-01-31")
    page.get_by_role("button", name="Set date").click()
    expect(page.locator("#notices")).to_contain_text("The date of 2 retakes is set.")
    expect(page.locator(".retake .status-late")).to_have_count(2)
    page.get_by_label("Choose EP01_C012 AD").check()
    close.click()
    expect(page.locator("#notices")).to_contain_text("1 retake is closed.")
    expect(page.locator(".retake")).to_have_count(1)
    assert set(Retake.objects.values_list("state", flat=True)) == {"open", "closed"}


def test_a_filter_is_a_link_that_can_be_sent(desk: OpenDesk, world: World, takes: list[Take]) -> None:
    page = desk(world.artist)
    page.goto("/p/HOSHI/retakes/")
    page.get_by_role("link", name="By cut").click()
    page.locator(".retakes-index a", has_text="EP01_C013").click()
    expect(page.locator(".retake")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_contain_text("EP01_C013")
    sheet = page.get_by_role("link", name="Sheet to print").get_attribute("href")
    answer = page.request.get(sheet or "")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")


def test_a_retake_is_ordered_on_the_take_and_stands_on_the_list(
    desk: OpenDesk, world: World, takes: list[Take]
) -> None:
    page = desk(world.episode_director)
    page.goto(f"/takes/{takes[0].pk}/")
    form = page.locator("form.retake-form")
    if not form.is_visible():
        page.locator("summary", has_text="retake").first.click()
    form.get_by_label("What is to be redone").select_option(label="A1")
    form.get_by_label("Reason").select_option("colour")
    form.get_by_label("Note for the artist").fill("paler")
    form.get_by_role("button", name="Order retake").click()
    expect(page.locator("#notices")).to_contain_text("The retake is ordered")
    page.goto("/p/HOSHI/retakes/?q=paler")
    expect(page.locator(".flag-line")).to_have_count(2)
    expect(page.locator(".flag-line").last).to_contain_text("paler")


def test_a_paper_shows_its_colour_while_it_is_chosen(desk: OpenDesk, world: World) -> None:
    page = desk(world.producer)
    page.goto("/p/HOSHI/settings/")
    page.locator("#paper-supervisor").fill("#c00000")
    expect(page.locator('[data-sample="supervisor"] rect')).to_have_attribute("fill", "#c00000")
    page.locator("#papers").get_by_role("button", name="Save").click()
    expect(page.locator("#paper-supervisor")).to_have_value("#c00000")
