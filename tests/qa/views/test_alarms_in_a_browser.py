"""Alarms and spot checks in a real browser: the promise is changed, and cuts are answered for, without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from qa.models import AlarmRules, SpotCheck
from qa.services import calibration, spot_checks
from tests.browser import OpenDesk
from tests.fakes import FakeCompute
from tests.qa.makers import approve_sheet, check, deliver
from tests.world import World, png

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def spot(world: World, fake: FakeCompute, monkeypatch: pytest.MonkeyPatch) -> SpotCheck:
    monkeypatch.setattr(calibration, "shipped", dict)
    monkeypatch.setattr(spot_checks, "is_drawn", lambda *_: True)
    approve_sheet(world.design)
    check(deliver(world.cut, [png(seed=1), png(seed=2)]))
    return SpotCheck.objects.get()


def test_the_promise_is_changed_by_keyboard(desk: OpenDesk, world: World) -> None:
    page = desk(world.supervisor)
    page.goto(f"/p/{world.production.code}/alarms/")
    field = page.get_by_role("spinbutton", name="Alarms per 100 clean cuts")
    field.focus()
    field.fill("4")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("Checks from now on keep this rate")
    assert AlarmRules.objects.get().per_100 == 4.0


def test_one_key_says_that_nothing_is_off_model(desk: OpenDesk, world: World, spot: SpotCheck) -> None:
    page = desk(world.supervisor)
    page.goto(f"/p/{world.production.code}/spot-checks/")
    expect(page.locator("#spot-cut")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("body")).to_contain_text("Nothing to look at now")
    spot.refresh_from_db()
    assert spot.answer == "clean"


def test_what_was_missed_is_named_without_a_mouse(desk: OpenDesk, world: World, spot: SpotCheck) -> None:
    page = desk(world.supervisor)
    page.goto(f"/p/{world.production.code}/spot-checks/")
    page.locator("#spot-cut").wait_for()
    page.keyboard.press("m")
    expect(page.locator("#spot-aspect")).to_be_focused()
    page.keyboard.press("F")  # as a select is operated: the first that begins with it
    page.get_by_role("button", name="Something was missed").press("Enter")
    expect(page.locator("body")).to_contain_text("Nothing to look at now")
    spot.refresh_from_db()
    assert (spot.answer, spot.aspect) == ("missed", "FACE")
