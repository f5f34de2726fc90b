"""The take room and its comments in a real browser: frames to the number, two takes compared, a comment settled."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from assets.choices import Stage
from assets.models import Take, Timesheet
from qa.models import Comment, Flag, Verdict
from qa.services import comments
from tests.browser import OpenDesk
from tests.qa.makers import deliver
from tests.world import World, png

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def first(world: World) -> Take:
    """Three drawings in twelve frames: 1 held for six, 2 for two, 3 missing, 1 again to the end."""
    return timed(deliver(world.cut, [png(seed=1), png(seed=2)], stage=Stage.AD, by=world.artist))


@pytest.fixture
def second(world: World, first: Take) -> Take:
    """The next take: drawing 2 was redrawn, drawing 4 is new."""
    pictures = [png(seed=1), png((10, 200, 90), seed=2), png(seed=8)]
    made = deliver(world.cut, pictures, stage=Stage.AD, by=world.artist)
    made.cells.get().drawings.filter(number=3).update(number=4, numbers=[4])
    return timed(made)


def timed(take: Take) -> Take:
    lines = [[1, 1], [7, 2], [9, 3], [11, 1]]
    Timesheet.objects.create(take=take, duration_frames=12, exposures={"A": lines})
    return take


def enter(page: Page, take: Take, query: str = "") -> None:
    page.goto(f"/takes/{take.pk}/look/{query}")
    page.locator("#room[data-ready]").wait_for()


def frame(page: Page) -> object:
    return page.locator("[data-caption=frame]")


def test_keys_step_by_frames_and_by_drawings_with_holds_as_they_are(
    desk: OpenDesk, world: World, first: Take
) -> None:
    page = desk(world.supervisor)
    enter(page, first)
    drawn = page.locator("[data-caption=drawn]")
    for key, number, name in [
        (".", 2, "A1"),
        ("ArrowRight", 7, "A2"),
        (".", 8, "A2"),
        ("ArrowLeft", 7, "A2"),
    ]:
        page.keyboard.press(key)
        expect(frame(page)).to_have_text(f"{number} / 12")
        expect(drawn).to_contain_text(name)
    page.keyboard.press("End")
    expect(frame(page)).to_have_text("12 / 12")
    page.keyboard.press(".")
    expect(frame(page)).to_have_text("1 / 12")


def test_a_missing_drawing_is_an_empty_frame_with_its_words(
    desk: OpenDesk, world: World, first: Take
) -> None:
    page = desk(world.supervisor)
    enter(page, first, "?frame=9")
    expect(page.locator("[data-words=here]")).to_have_text("A3 has not come: the timesheet shows it here.")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-words=here]")).to_be_hidden()


def test_it_plays_once_to_the_last_frame_that_was_marked(desk: OpenDesk, world: World, first: Take) -> None:
    page = desk(world.supervisor)
    enter(page, first, "?frame=8")
    page.keyboard.press("o")
    page.keyboard.press("Home")
    page.keyboard.press("p")
    page.keyboard.press(" ")
    expect(page.locator("[data-do=play]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-do=play]")).to_have_attribute("aria-pressed", "false")
    expect(frame(page)).to_have_text("8 / 12")


def test_two_takes_are_compared_and_each_drawing_says_whether_it_changed(
    desk: OpenDesk, world: World, first: Take, second: Take
) -> None:
    page = desk(world.supervisor)
    enter(page, second)
    page.keyboard.press("l")
    page.keyboard.press("4")
    said = page.locator("[data-verdict]")
    expect(said).to_have_text("A1 did not change · Not one pixel differs.")
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text(re.compile(r"^A2 changed · [\d,]+ pixels differ \(\d+\.\d+ %\)$"))
    states = page.locator("[data-strip-drawing]").evaluate_all(
        "rows => rows.map((row) => row.dataset.against)"
    )
    assert states == ["same", "changed", "new"]
    assert page.url.endswith(f"?with={first.pk}")
    page.keyboard.press("l")
    expect(said).to_be_hidden()


def test_a_drawing_that_is_gone_is_shown_as_gone(
    desk: OpenDesk, world: World, first: Take, second: Take
) -> None:
    page = desk(world.supervisor)
    enter(page, first, f"?with={second.pk}")
    expect(page.locator(".strip-gone")).to_contain_text("A4")


def test_a_comment_is_pinned_to_a_point_answered_and_settled(
    desk: OpenDesk, world: World, first: Take
) -> None:
    page = desk(world.supervisor)
    enter(page, first, "?frame=7")
    page.keyboard.press("t")
    page.locator(".desk-canvas canvas").click()
    page.keyboard.type("Smaller @art")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    thread = page.locator(".thread")
    expect(thread).to_contain_text("Smaller @artist")
    made = Comment.objects.get()
    assert (str(made.drawing), len(made.point_xy), made.mentions.get()) == ("A2", 2, world.artist)
    thread.get_by_role("button", name="Reply").click()
    page.keyboard.type("Done")
    page.keyboard.press("Control+Enter")
    expect(thread.locator(".replies")).to_contain_text("Done")
    thread.get_by_role("button", name="Resolve").click()
    expect(page.locator(".comments-none")).to_contain_text("Nothing is open")
    assert Comment.objects.get(parent=None).resolved_by == world.supervisor


def test_what_is_not_sent_yet_outlives_a_reload_and_a_broken_connection(
    desk: OpenDesk, world: World, first: Take
) -> None:
    page = desk(world.supervisor)
    enter(page, first)
    page.keyboard.press("t")
    page.keyboard.type("Half a thought")
    page.reload()
    field = page.get_by_placeholder("Comment (T)")
    expect(field).to_have_value("Half a thought")
    page.context.set_offline(True)
    field.press("Control+Enter")
    expect(page.locator(".comments [role=alert]")).to_contain_text("What you wrote is kept here")
    page.context.set_offline(False)
    field.press("Control+Enter")
    expect(page.locator(".thread")).to_contain_text("Half a thought")
    expect(field).to_have_value("")


def test_comments_of_others_appear_and_a_key_leads_to_what_is_open(
    desk: OpenDesk, world: World, first: Take
) -> None:
    page = desk(world.supervisor)
    enter(page, first)
    pin = comments.Pin(frame_from=8, frame_to=10)
    comments.write(actor=world.artist, take=first, text="Is the hold meant?", pin=pin)
    expect(page.locator(".thread")).to_contain_text("Is the hold meant?")
    page.keyboard.press("j")
    expect(frame(page)).to_have_text("8 / 12")
    expect(page.locator(".thread")).to_have_attribute("aria-current", "true")


def test_on_the_flag_page_a_click_points_and_the_next_letter_is_no_verdict(
    desk: OpenDesk, world: World, flag: Flag
) -> None:
    page = desk(world.supervisor)
    page.goto(f"/flags/{flag.pk}/")
    page.locator("#flag[data-ready]").wait_for()
    expect(page.locator(".comments-none")).to_be_visible()
    page.keyboard.press("t")
    box = page.locator(".desk-canvas canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    page.keyboard.type("Is this too large?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".thread")).to_contain_text("Is this too large?")
    made = Comment.objects.get()
    assert (made.drawing_id, len(made.point_xy)) == (flag.drawing_id, 2)
    assert not Verdict.objects.exists()
