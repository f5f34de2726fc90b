"""The correction pen in a real browser: drawn is kept, whatever the connection, the reload or the colleague does."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from assets.models import Drawing
from qa.models import Correction, CorrectionStroke, Flag
from studio.core.models import User
from tests.browser import OpenDesk
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STEPS = re.compile(r"/corrections/$")


def open_flag(page: Page, flag: Flag) -> None:
    page.goto(f"/flags/{flag.pk}/")
    page.locator("#flag[data-ready]").wait_for()
    page.locator("[data-pen-do=toggle]:enabled").wait_for()


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return the place on the screen at a share of the drawn pane."""
    box = page.locator(".desk-canvas canvas").bounding_box()
    assert box is not None
    return box["x"] + box["width"] * x / 2, box["y"] + box["height"] * y


def drag(page: Page, start: tuple[float, float], end: tuple[float, float], *, lift: bool = True) -> None:
    page.mouse.move(*at(page, *start))
    page.mouse.down()
    page.mouse.move(*at(page, *end), steps=6)
    if lift:
        page.mouse.up()


def state(page: Page, word: str) -> None:
    expect(page.locator(f'.pen[data-state="{word}"]')).to_be_attached()


def test_a_stroke_is_drawn_and_saved_in_the_background(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("d")
    drag(page, (0.45, 0.4), (0.55, 0.5))
    state(page, "saved")
    expect(page.locator("[data-pen-state]")).to_contain_text("Saved")
    (stroke,) = CorrectionStroke.objects.all()
    assert (stroke.correction.drawing, stroke.correction.by) == (three_flags[0].drawing, world.supervisor)
    assert stroke.tool == "pen"
    assert all(0 < x < 32 and 0 < y < 48 for x, y, _ in stroke.points)


def test_a_stroke_outlives_a_cut_connection_and_a_reload(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    page.add_init_script("navigator.sendBeacon = () => false")  # a route does not stop beacons
    open_flag(page, three_flags[0])
    cut = lambda route: route.abort() if route.request.method == "POST" else route.continue_()  # noqa: E731
    page.route(STEPS, cut)
    page.keyboard.press("d")
    drag(page, (0.45, 0.4), (0.55, 0.5))
    drag(page, (0.45, 0.5), (0.55, 0.6))
    state(page, "offline")
    expect(page.locator("[data-pen-state]")).to_contain_text("Kept on this computer: 2")
    page.reload()
    page.locator("#flag[data-ready]").wait_for()
    state(page, "offline")
    expect(page.locator("[data-pen-people] li")).to_have_count(
        1
    )  # it is on the screen, though not on the server
    assert not CorrectionStroke.objects.exists()
    page.unroute(STEPS, cut)
    page.goto(f"/flags/{three_flags[1].pk}/")  # another flag's page sends it as well
    page.locator("#flag[data-ready]").wait_for()
    state(page, "saved")
    assert CorrectionStroke.objects.filter(correction__drawing=three_flags[0].drawing).count() == 2


def test_an_answer_that_was_lost_writes_nothing_twice(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page, lost = desk(world.supervisor), list[str]()

    def lose(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        route.fetch()
        lost.append(route.request.url)
        route.abort()

    open_flag(page, three_flags[0])
    page.route(STEPS, lose)
    page.keyboard.press("d")
    drag(page, (0.45, 0.4), (0.55, 0.5))
    state(page, "offline")
    state(page, "saved")
    assert lost
    assert CorrectionStroke.objects.count() == 1


def test_two_people_at_one_drawing_see_each_others_lines(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    pages = {role: desk(world.people[role]) for role in ("supervisor", "inbetween_checker")}
    for page in pages.values():
        open_flag(page, three_flags[0])
        page.keyboard.press("d")
        drag(page, (0.45, 0.4), (0.55, 0.5))
    expect(pages["supervisor"].locator("[data-pen-people]")).to_contain_text("inbetween_checker")
    expect(pages["inbetween_checker"].locator("[data-pen-people]")).to_contain_text("supervisor")
    for page in pages.values():
        state(page, "saved")
    assert Correction.objects.count() == CorrectionStroke.objects.count() == 2


def test_a_verdict_in_the_middle_of_a_line_loses_nothing(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("d")
    drag(page, (0.45, 0.4), (0.55, 0.5), lift=False)
    page.keyboard.press("a")
    page.locator(f'#flag[data-flag-id="{three_flags[1].pk}"][data-ready]').wait_for()
    page.mouse.up()
    expect(page.locator(".pen[data-on]")).to_be_attached()  # the pen stays in the hand
    state(page, "saved")
    assert CorrectionStroke.objects.get().correction.drawing == three_flags[0].drawing
    drag(page, (0.45, 0.4), (0.55, 0.5))
    state(page, "saving")
    state(page, "saved")
    assert Correction.objects.filter(drawing=three_flags[1].drawing).exists()


def test_keys_of_the_pen_stay_apart_from_those_of_verdicts(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("d")
    drag(page, (0.45, 0.4), (0.55, 0.5))
    page.keyboard.press("x")
    page.mouse.click(*at(page, 0.5, 0.7))
    page.keyboard.type("a smaller hand, d5")
    page.keyboard.press("Enter")
    page.keyboard.press("e")
    drag(page, (0.4, 0.35), (0.6, 0.55))
    page.keyboard.press("Escape")
    expect(page.locator(".pen[data-on]")).to_have_count(0)
    state(page, "saved")
    pen, words = CorrectionStroke.objects.order_by("pk")
    assert (words.text, words.erased_at) == ("a smaller hand, d5", None)
    assert pen.erased_at is not None
    assert page.locator("#flag").get_attribute("data-flag-id") == str(three_flags[0].pk)


def test_undo_and_redo_go_stroke_by_stroke(desk: OpenDesk, world: World, three_flags: list[Flag]) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("d")
    for height in (0.4, 0.5):
        drag(page, (0.45, height), (0.55, height))
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+Z")
    expect(page.locator("[data-pen-do=redo]")).to_be_enabled()
    state(page, "saved")
    first, second = CorrectionStroke.objects.order_by("pk")
    assert (first.erased_at, second.erased_at is not None) == (None, True)


def test_strokes_of_somebody_else_at_this_computer_are_not_sent(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.context.clear_cookies()
    page.keyboard.press("d")
    drag(page, (0.45, 0.4), (0.55, 0.5))
    state(page, "signed-out")
    _sign_in(page, world.artist)
    open_flag(page, three_flags[0])
    assert not CorrectionStroke.objects.exists()
    _sign_in(page, world.supervisor)
    open_flag(page, three_flags[0])
    state(page, "saved")
    assert CorrectionStroke.objects.get().correction.by == world.supervisor


def _sign_in(page: Page, user: User) -> None:
    page.context.clear_cookies()
    page.goto("/")
    page.locator("#id_username").fill(user.username)
    page.locator("#id_password").fill(f"{user.username}-pass")
    page.keyboard.press("Enter")
    page.locator(".topbar .menu").first.wait_for()


def test_who_may_not_draw_sees_but_has_no_pen(desk: OpenDesk, world: World, three_flags: list[Flag]) -> None:
    drawing = Drawing.objects.get(pk=three_flags[0].drawing_id)
    correction = Correction.objects.create(
        drawing=drawing, by=world.supervisor, role="supervisor", colour="#e0b400"
    )
    correction.strokes.create(uid="0d8e0a0c-3f52-4f5b-9f39-6d3f1c8f2a01", points=[[2, 2, 0.5], [20, 30, 0.8]])
    page = desk(world.producer)
    page.goto(f"/flags/{three_flags[0].pk}/")
    expect(page.locator("[data-pen-people]")).to_contain_text("supervisor")
    expect(page.locator("[data-pen-do=toggle]")).to_be_disabled()
    page.keyboard.press("d")
    expect(page.locator(".pen[data-on]")).to_have_count(0)


def test_channels_go_round_and_say_their_name(desk: OpenDesk, world: World, three_flags: list[Flag]) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    label = page.locator("[data-channels]")
    for words in ("Red channel", "Green channel", "Blue channel", "Brightness"):
        page.keyboard.press("g")
        expect(label).to_contain_text(words)
    page.keyboard.press("g")
    expect(label).to_be_hidden()


def test_the_pen_draws_in_the_take_room_too(desk: OpenDesk, world: World, three_flags: list[Flag]) -> None:
    page, drawing = desk(world.artist), three_flags[0].drawing
    page.goto(f"/takes/{drawing.cell.take_id}/look/?drawing={drawing.pk}")
    page.locator("#room[data-ready]").wait_for()
    page.locator("[data-pen-do=toggle]:enabled").wait_for()
    page.keyboard.press("d")
    page.keyboard.press("9")
    drag(page, (0.95, 0.4), (1.05, 0.5))
    state(page, "saving")
    state(page, "saved")
    stroke = CorrectionStroke.objects.get()
    assert (stroke.tool, stroke.correction.drawing, stroke.correction.role) == ("box", drawing, "artist")


def test_a_browser_without_room_says_that_the_page_must_stay(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); } }")
    page.route(STEPS, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.keyboard.press("d")
    drag(page, (0.45, 0.4), (0.55, 0.5))
    state(page, "full")
    page.unroute(STEPS)
    state(page, "saved")
    assert CorrectionStroke.objects.count() == 1


def test_two_fingers_zoom_and_one_draws_only_without_a_pen(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor, width=1024, height=768)
    page.add_init_script(
        "document.addEventListener('sakkan:stage', (event) => { window.viewer = event.detail.stage.viewer; })"
    )
    open_flag(page, three_flags[0])
    page.keyboard.press("d")
    x, y = at(page, 0.5, 0.5)
    before = page.evaluate("window.viewer.view.scale")
    fingers(page, [[(x - 20, y)], [(x - 20, y), (x + 20, y)], [(x - 40, y), (x + 40, y)]])
    assert page.evaluate("window.viewer.view.scale") == pytest.approx(2 * before, rel=0.05)
    fingers(page, [[(x, y)], [(x + 15, y + 10)], [(x + 30, y + 20)]])
    expect(page.locator("[data-pen-do=undo]")).to_be_enabled()
    page.evaluate("localStorage.setItem('sakkan.pen-seen', 'yes')")
    fingers(page, [[(x, y)], [(x + 15, y + 10)], [(x + 30, y + 20)]])
    state(page, "saved")
    assert CorrectionStroke.objects.count() == 1


def fingers(page: Page, steps: list[list[tuple[float, float]]]) -> None:
    """Put fingers down, move them, lift them: as a tablet's browser tells it."""
    session = page.context.new_cdp_session(page)
    down = 0
    for points in steps:
        kind = "touchStart" if len(points) > down else "touchMove"
        down = len(points)
        places = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()
