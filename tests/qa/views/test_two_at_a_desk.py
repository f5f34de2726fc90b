"""Two people on one queue, in two real browsers: who has what is seen without a reload."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from assets.models import Membership
from qa.models import Flag, FlagAssignment, Verdict
from qa.services import verdicts
from studio.core.models import User
from tests.browser import OpenDesk
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUEUE = "/p/HOSHI/review/"


@pytest.fixture
def colleague(world: World) -> User:
    """Another supervisor, who has no authority over painted drawings."""
    user = User.objects.create_user("aoki", password="aoki-pass", display_name="Aoki Rin")
    Membership.objects.create(production=world.production, user=user, role="supervisor")
    return user


def open_flag(page: Page, flag: Flag) -> None:
    page.goto(f"/flags/{flag.pk}/")
    on_screen(page, flag)


def on_screen(page: Page, flag: Flag) -> None:
    page.locator(f'#flag[data-flag-id="{flag.pk}"][data-ready]').wait_for()
    page.locator("html:not([data-posting])").wait_for()  # the verdict has arrived as well


def open_queue(page: Page, query: str = "") -> None:
    page.goto(QUEUE + query)
    page.locator("[data-flag][aria-current=true]").wait_for()


def line(page: Page, flag: Flag) -> object:
    return page.locator(f'[data-flag="{flag.pk}"]')


def test_a_line_tells_who_looks_at_it_and_what_they_decided(
    desk: OpenDesk, world: World, three_flags: list[Flag], colleague: User
) -> None:
    mine, theirs = desk(world.supervisor), desk(colleague)
    open_queue(mine)
    open_flag(theirs, three_flags[0])
    expect(line(mine, three_flags[0])).to_contain_text("Aoki Rin is looking at this")
    theirs.keyboard.press("a")
    on_screen(theirs, three_flags[1])
    expect(line(mine, three_flags[0])).to_contain_text("ok, by Aoki Rin")
    expect(line(mine, three_flags[0])).to_have_attribute("data-decided", "ok")


def test_the_flag_page_says_that_somebody_else_has_decided_and_leads_on(
    desk: OpenDesk, world: World, three_flags: list[Flag], colleague: User
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.locator("#changed").wait_for(state="hidden")
    three_flags[0].claim.delete()
    verdicts.give(actor=colleague, flag=three_flags[0], decision="intended")
    expect(page.locator("#changed")).to_contain_text("Aoki Rin has decided: intended.")
    page.locator("#changed").get_by_text("Go to the next one").click()
    on_screen(page, three_flags[1])


def test_a_refused_verdict_brings_the_flag_back_with_its_note_and_the_reason(
    desk: OpenDesk, world: World, three_flags: list[Flag], colleague: User
) -> None:
    page = desk(world.supervisor)
    page.route("**/review/states.json*", lambda route: route.abort())  # so that the page does not know yet
    open_flag(page, three_flags[0])
    page.keyboard.press("w")
    page.keyboard.type("Softer shadow")
    page.keyboard.press("Escape")
    Flag.objects.filter(pk=three_flags[0].pk).update(decision="intended")
    Verdict.objects.create(flag=three_flags[0], decision="intended", by=colleague)
    page.keyboard.press("a")
    expect(page.locator("#notices")).to_contain_text("changed by Aoki Rin")
    on_screen(page, three_flags[0])
    expect(page.locator("#note")).to_have_value("Softer shadow")
    assert list(Verdict.objects.values_list("decision", flat=True)) == ["intended"]


def test_the_way_to_the_next_flag_is_measured(desk: OpenDesk, world: World, three_flags: list[Flag]) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("a")
    on_screen(page, three_flags[1])
    expect(page.locator("html[data-next-flag-ms]")).to_have_count(1)
    assert page.evaluate("performance.getEntriesByName('sakkan:next-flag').length") == 1


def test_flags_are_given_by_keys_and_seen_by_the_other(
    desk: OpenDesk, world: World, three_flags: list[Flag], colleague: User
) -> None:
    mine, theirs = desk(world.supervisor), desk(colleague)
    open_queue(mine)
    open_queue(theirs)
    mine.keyboard.press("x")
    mine.keyboard.press("k")
    mine.locator("#assign").get_by_text("Aoki Rin").click()
    expect(mine.locator("#undo")).to_contain_text("1 flag given to Aoki Rin")
    expect(line(theirs, three_flags[0])).to_contain_text("me")
    assert FlagAssignment.objects.get().user == colleague
    theirs.keyboard.press("k")
    theirs.keyboard.press("0")
    expect(line(mine, three_flags[0]).locator("[data-assigned]")).to_be_empty()


def test_who_may_not_order_a_retake_is_told_who_may_and_gives_it_to_them(
    desk: OpenDesk, world: World, three_flags: list[Flag], colleague: User
) -> None:
    page = desk(colleague)
    open_flag(page, three_flags[0])
    expect(page.locator("#no-retake")).to_contain_text("Retakes and sign-offs of PT are for: paint checker")
    page.keyboard.press("r")
    expect(page.locator("#assign [data-why]")).to_contain_text("paint checker")
    page.locator("#assign").get_by_text("paint_checker").click()
    expect(page.locator("[data-assigned]")).to_have_text("paint_checker")
    assert not Verdict.objects.exists()
    assert FlagAssignment.objects.get().user == world.paint_checker


def test_the_contact_sheet_is_walked_in_two_dimensions_chosen_decided_and_undone(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor, width=760)
    open_queue(page, "?view=sheet")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#chosen [data-count]")).to_have_text("2")
    page.keyboard.press("r")
    page.keyboard.press("2")
    page.keyboard.press("Tab")
    page.keyboard.type("Both heads smaller")
    page.keyboard.press("Enter")
    expect(page.locator("[data-decided=retake]")).to_have_count(2)
    assert {verdict.note for verdict in Verdict.objects.all()} == {"Both heads smaller"}
    page.keyboard.press("u")
    expect(page.locator("[data-decided]")).to_have_count(0)
    assert Flag.objects.filter(decision="reopened").count() == 2


def test_a_group_is_chosen_as_a_whole_and_folded(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_queue(page, "?order=cut")
    page.get_by_role("button", name="Choose all").click()
    expect(page.locator("#chosen [data-count]")).to_have_text("3")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-flag]").first).to_be_hidden()
    page.locator("[data-do=fold]").click()
    expect(page.locator("[data-flag]").first).to_be_visible()


def test_p_leads_to_what_was_decided_before_this_tab(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    verdicts.give(actor=world.supervisor, flag=three_flags[0], decision="ok")
    page = desk(world.supervisor)
    open_flag(page, three_flags[1])
    page.keyboard.press("p")
    on_screen(page, three_flags[0])
