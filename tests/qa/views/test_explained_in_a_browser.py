"""What explains a flag, in a real browser: arrows, the sheet pulled onto the drawing, outlines, on one key each."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from qa.models import Flag
from tests.browser import OpenDesk
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARROW, OUTLINE = (0, 200, 255), (255, 176, 0)


def painted(page: Page, rgb: tuple[int, int, int]) -> int:
    """Return how many pixels of the viewer have just this colour."""
    return int(
        page.evaluate(
            """async ([r, g, b]) => {
              await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
              const canvas = document.querySelector(".desk-canvas canvas");
              const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
              let found = 0;
              for (let at = 0; at < data.length; at += 4)
                if (data[at] === r && data[at + 1] === g && data[at + 2] === b) found += 1;
              return found;
            }""",
            list(rgb),
        )
    )


def open_flag(page: Page, flag: Flag) -> None:
    page.goto(f"/flags/{flag.pk}/")
    page.locator("#flag[data-ready]").wait_for()


def test_one_key_goes_through_arrows_the_pulled_sheet_and_neither(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    button, legend = page.locator("[data-do=lies]"), page.locator("[data-arrows]")
    expect(legend).to_be_hidden()
    assert painted(page, ARROW) == 0
    page.keyboard.press("v")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#flag")).to_have_attribute("data-mode", "onion")
    expect(legend).to_contain_text("longest 6.5 px")
    assert painted(page, ARROW) > 20
    page.keyboard.press("v")
    expect(legend).to_contain_text("pulled onto the drawing")
    assert painted(page, ARROW) == 0
    page.keyboard.press("v")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(legend).to_be_hidden()


def test_arrows_are_those_of_the_approved_drawing_that_was_laid(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    page.keyboard.press("v")
    assert painted(page, ARROW) > 20
    page.keyboard.press(
        "c"
    )  # another approved drawing: it lies by its figure, and nothing is known of its moves
    expect(page.locator("[data-arrows]")).to_be_hidden()
    assert painted(page, ARROW) == 0


def test_the_outline_is_that_of_the_part_and_the_box_where_none_is_known(
    desk: OpenDesk, world: World, three_flags: list[Flag]
) -> None:
    triangle = {"of": "drawing", "points": [[6, 6], [26, 6], [6, 40]]}
    Flag.objects.filter(pk=three_flags[0].pk).update(shown={**three_flags[0].shown, "outlines": [triangle]})
    Flag.objects.filter(pk=three_flags[1].pk).update(shown={})
    page = desk(world.supervisor)
    open_flag(page, three_flags[0])
    part = painted(page, OUTLINE)
    page.keyboard.press("o")
    assert painted(page, OUTLINE) == 0
    page.keyboard.press("o")
    open_flag(page, three_flags[1])
    box = painted(page, OUTLINE)
    assert part > 50
    assert box > 50
    assert part != box
    expect(page.locator("[data-do=lies]")).to_be_disabled()
