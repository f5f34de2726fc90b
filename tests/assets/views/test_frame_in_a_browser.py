"""The frame in a real browser: notices arrive without a reload, search, switchers and jobs are worked by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from assets.models import Membership, Production
from assets.services import cuts
from studio.core.choices import JobState
from studio.core.models import Job, User
from tests.browser import OpenDesk
from tests.full_world import FullWorld

pytestmark = pytest.mark.browser


def test_a_notice_appears_in_the_open_page_of_another_person(full: FullWorld, desk: OpenDesk) -> None:
    page = desk(full.world.artist)
    page.goto("/p/HOSHI/cuts/")
    bell = page.locator("#notice-count")
    before = int(bell.inner_text())
    cuts.set_stage(
        actor=full.world.producer, cut=full.world.other_cut, stage="PT", assignee=full.world.artist
    )
    toast = page.get_by_role("status").get_by_text("EP01_C013 PT was given to you")
    expect(toast).to_be_visible(timeout=30_000)  # the page asks every five seconds
    expect(bell).to_have_text(str(before + 1))
    page.get_by_role("button", name="Notices").click()
    page.locator("#drawer").get_by_text("EP01_C013 PT was given to you").click()
    expect(page).to_have_url(f"{page.url.split('/cuts/')[0]}/cuts/{full.world.other_cut.pk}/")
    expect(page.locator("#notice-count")).to_have_text(str(before))


def test_the_search_is_worked_by_keyboard_alone(full: FullWorld, desk: OpenDesk) -> None:
    page = desk(full.world.producer)
    page.goto("/p/HOSHI/cuts/")
    page.keyboard.press("/")
    page.keyboard.type("EP01 1")
    options = page.get_by_role("listbox", name="Found").get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Found")).to_be_hidden()
    page.locator("#search").fill("c013")
    expect(options.first).to_contain_text("EP01_C013")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cuts/{full.world.other_cut.pk}/")


def test_one_production_of_many_is_found_by_typing(full: FullWorld, desk: OpenDesk) -> None:
    for number in range(30):
        made = Production.objects.create(code=f"SHOW{number:02}", title=f"Show number {number}")
        Membership.objects.create(production=made, user=full.world.producer, role="producer")
    page = desk(full.world.producer)
    page.goto("/p/HOSHI/cuts/")
    page.locator("summary", has_text="HOSHI").click()
    expect(page.get_by_label("Filter the productions")).to_be_focused()
    page.keyboard.type("number 27")
    expect(page.locator("[data-filtered]:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/SHOW27/")


def _drawer(page: Page, full: FullWorld) -> None:
    page.goto("/p/HOSHI/cuts/")
    page.get_by_role("button", name="Jobs").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#drawer-close")).to_be_focused()


def test_a_job_is_cancelled_and_tried_again_in_the_drawer_by_keyboard(
    full: FullWorld, desk: OpenDesk
) -> None:
    Job.objects.exclude(pk=full.job.pk).delete()
    page = desk(full.world.producer)
    _drawer(page, full)
    button = page.locator(f"#drawer-steer-{full.job.pk}")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#drawer").get_by_role("button", name="Try again")).to_be_visible()
    assert Job.objects.get().state == JobState.CANCELLED
    page.locator("#drawer").get_by_role("button", name="Try again").press("Enter")
    expect(page.locator("#drawer").get_by_role("button", name="Cancel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    expect(page.get_by_role("button", name="Jobs")).to_be_focused()


def test_who_may_not_steer_a_job_sees_no_button(full: FullWorld, desk: OpenDesk) -> None:
    page = desk(full.world.assistant)
    _drawer(page, full)
    expect(page.locator("#drawer .job").first).to_be_visible()
    expect(page.locator("#drawer").get_by_role("button", name="Cancel")).to_have_count(0)


def test_theme_and_language_are_the_persons_on_every_machine(full: FullWorld, desk: OpenDesk) -> None:
    first, second = desk(full.world.artist), desk(full.world.artist)
    first.goto("/my-cuts/")
    first.locator("summary", has_text="artist").click()
    first.get_by_role("button", name="Light").click()
    first.locator("summary", has_text="artist").click()
    first.get_by_role("button", name="日本語").click()
    second.goto("/my-cuts/")
    expect(second.locator("html")).to_have_attribute("data-theme", "light")
    expect(second.locator("html")).to_have_attribute("lang", "ja")
    assert User.objects.get(pk=full.world.artist.pk).theme == "light"


def test_the_desks_are_reached_on_a_small_screen(full: FullWorld, desk: OpenDesk) -> None:
    page = desk(full.world.producer, width=700, height=900)
    page.goto("/p/HOSHI/cuts/")
    expect(page.locator("#sidebar")).to_be_hidden()
    page.get_by_role("button", name="Desks").click()
    expect(page.locator("#sidebar")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#sidebar")).to_be_hidden()
    page.get_by_role("button", name="Desks").click()
    page.get_by_role("link", name="Model sheets").click()
    page.wait_for_url("**/p/HOSHI/sheets/")
