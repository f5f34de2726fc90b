"""The review desk by keyboard, in a real browser: what a supervisor does three hundred times an hour."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from assets.models import Membership
from qa.models import Flag, FlagClaim, Retake, Verdict
from qa.services import verdicts
from studio.core.models import User
from tests.browser import OpenDesk
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_flag(page: Page, flag: Flag) -> None:
    page.goto(f"/flags/{flag.pk}/")
    page.locator("#flag[data-ready]").wait_for()


def second_supervisor(world: World) -> User:
    user = User.objects.create_user("second", password="second-pass")
    Membership.objects.create(production=world.production, user=user, role="supervisor")
    return user


def on_screen(page: Page, flag: Flag) -> None:
    page.locator(f'#flag[data-flag-id="{flag.pk}"][data-ready]').wait_for()
    page.locator("html:not([data-posting])").wait_for()  # the verdict has arrived as well


def decisions() -> list[str]:
    return list(Verdict.objects.order_by("id").values_list("decision", flat=True))


def test_a_verdict_key_decides_and_shows_the_next_flag(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("a")
    on_screen(page, three_flags[1])
    page.keyboard.press("f")
    on_screen(page, three_flags[2])
    assert decisions() == ["ok", "false_alarm"]
    expect(page.locator("#sitting")).to_contain_text("2 of 3")


def test_a_retake_takes_its_reason_and_note_from_the_keyboard(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("r")
    page.keyboard.press("3")
    page.keyboard.press("Tab")
    page.keyboard.type("Smaller head, a fifth")
    page.keyboard.press("Control+Enter")
    on_screen(page, three_flags[1])
    verdict = Verdict.objects.get()
    assert (verdict.decision, verdict.reason, verdict.note) == ("retake", "face", "Smaller head, a fifth")
    assert Retake.objects.get().take_id == three_flags[0].drawing.cell.take_id


def test_a_retake_is_sent_by_enter_with_the_likely_reason(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    on_screen(page, three_flags[1])
    assert Verdict.objects.get().reason == "proportion"


def test_undo_brings_the_flag_back_and_opens_it(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("i")
    on_screen(page, three_flags[1])
    page.keyboard.press("u")
    on_screen(page, three_flags[0])
    assert decisions() == ["intended", "reopened"]
    three_flags[0].refresh_from_db()
    assert three_flags[0].is_open


def test_one_verdict_for_all_alike_ends_the_queue_and_is_undone_from_there(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("s")
    page.keyboard.press("i")
    page.wait_for_url("**/p/HOSHI/review/")
    assert decisions() == ["intended"] * 3
    expect(page.locator("#undo")).to_contain_text("3 flags")
    page.keyboard.press("u")
    page.wait_for_function("() => sessionStorage.getItem('sakkan.undo') === null")
    assert Flag.objects.filter(decision="reopened").count() == 3


def test_keys_are_letters_while_somebody_types_a_note(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("w")
    page.keyboard.type("fair air")
    expect(page.locator("#note")).to_have_value("fair air")
    assert decisions() == []
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    on_screen(page, three_flags[1])
    assert Verdict.objects.get().note == "fair air"


def test_the_viewer_follows_its_keys(desk: OpenDesk, world: World, three_flags: list[Flag]) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    for key, mode in {"2": "onion", "3": "wipe", "4": "difference", "1": "side"}.items():
        page.keyboard.press(key)
        expect(page.locator("#flag")).to_have_attribute("data-mode", mode)
    page.keyboard.press("h")
    expect(page.locator("[data-do=heat]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press(".")
    expect(page.locator("[data-caption=drawn]")).to_contain_text("A3")
    expect(page.locator("[data-elsewhere]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-caption=drawn]")).to_contain_text("A2")


def test_space_plays_the_cut_and_stops_it(desk: OpenDesk, world: World, three_flags: list[Flag]) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("Space")
    expect(page.locator("[data-do=play]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-caption=drawn]")).to_contain_text("24 fps")
    page.keyboard.press("Space")
    expect(page.locator("[data-do=play]")).to_have_attribute("aria-pressed", "false")


def test_a_cut_is_played_by_its_timesheet_with_holds_and_gaps(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    cells = [{"name": "A", "exposures": [[1, 7], [4, None], [5, 8]]}, {"name": "B", "exposures": [[2, 9]]}]
    shown = page.evaluate(
        """async (cells) => {
          const { Sheet } = await import("/static/qa/playback.js");
          const sheet = new Sheet({ cells, duration: 6, drawings: {} });
          const frames = [1, 2, 3, 4, 5, 6].map((frame) => sheet.drawingsAt(frame));
          return { frames, after: sheet.changeFrom(2, 1), before: sheet.changeFrom(1, -1), first: sheet.frameOf(8) };
        }""",
        cells,
    )
    assert shown["frames"] == [[7], [7, 9], [7, 9], [9], [8, 9], [8, 9]]
    assert (shown["after"], shown["before"], shown["first"]) == (4, 5, 5)


def test_a_key_that_is_held_down_decides_once(desk: OpenDesk, world: World, three_flags: list[Flag]) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.down("a")
    on_screen(page, three_flags[1])
    page.keyboard.down("a")  # the browser says: again, without having been up
    page.keyboard.up("a")
    page.keyboard.press("i")
    on_screen(page, three_flags[2])
    assert decisions() == ["ok", "intended"]


def test_a_broken_connection_is_said_and_the_key_works_again(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.context.set_offline(True)
    page.keyboard.press("a")
    expect(page.locator("#notices")).to_contain_text("did not answer")
    page.context.set_offline(False)
    page.keyboard.press("a")
    on_screen(page, three_flags[1])
    expect(page.locator("#notices")).to_be_empty()
    assert decisions() == ["ok"]


def test_who_opens_a_flag_claims_it_and_another_is_told(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    verdicts.claim(actor=second_supervisor(world), flag=three_flags[0])
    open_flag(page, three_flags[0])
    expect(page.locator("#claimed")).to_be_visible()
    expect(page.locator("#claimed")).to_contain_text("second")
    with page.expect_response(lambda answer: f"/flags/{three_flags[1].pk}/claim/" in answer.url):
        page.keyboard.press("n")
    on_screen(page, three_flags[1])
    expect(page.locator("#claimed")).to_be_hidden()
    assert FlagClaim.objects.get(flag=three_flags[1]).user == world.supervisor


def test_the_queue_is_walked_chosen_and_decided_by_keys(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    page.goto("/p/HOSHI/review/")
    page.locator("[data-flag][aria-current=true]").wait_for()
    for key in ("x", "j", "x", "f"):
        page.keyboard.press(key)
    expect(page.locator("#undo")).to_contain_text("2 flags")
    assert set(decisions()) == {"false_alarm"}
    page.keyboard.press("u")
    expect(page.locator("[data-decided]")).to_have_count(0)
    assert Flag.objects.filter(decision="reopened").count() == 2


def test_enter_opens_the_flag_that_the_queue_stands_on(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    page.goto("/p/HOSHI/review/?fault=OFF_MODEL.PROPORTION")
    page.locator("[data-flag][aria-current=true]").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    on_screen(page, three_flags[1])
    assert "fault=OFF_MODEL.PROPORTION" in page.url
