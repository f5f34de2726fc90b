"""The overview as a producer sees it: the verdict, charts, tables behind them, values under the mouse."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from qa.models import Flag
from tests.browser import OpenDesk
from tests.qa.views.test_overview import make_cuts
from tests.world import World

pytestmark = pytest.mark.browser


def test_a_producer_sees_why_the_week_is_in_danger_and_comes_to_the_cuts(
    world: World, desk: OpenDesk
) -> None:
    make_cuts(world, 4)
    page = desk(world.producer)
    page.goto(reverse("production", args=["HOSHI"]))
    expect(page.get_by_role("heading", name="In danger")).to_be_visible()
    page.get_by_role("link", name="4 cuts due by").first.click()
    expect(page.get_by_text("4 cuts", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="EP01_C100")).to_be_visible()


def test_charts_are_drawn_with_the_table_behind_them(
    world: World, three_flags: list[Flag], desk: OpenDesk
) -> None:
    Flag.objects.filter(pk=three_flags[0].pk).update(decision="ok", decided_at=timezone.now())
    page = desk(world.producer)
    page.goto(reverse("production", args=["HOSHI"]))
    chart = page.locator("[data-chart='flags-data']")
    expect(chart.locator("canvas")).to_be_visible()
    table = chart.get_by_role("table")
    expect(table).to_be_hidden()
    chart.get_by_text("As a table").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("3")
    box = chart.locator(".u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 12, box["y"] + 40)
    expect(chart.locator("[data-chart-at]")).to_contain_text("found 3")


def test_a_chart_follows_the_width_of_the_window(
    world: World, three_flags: list[Flag], desk: OpenDesk
) -> None:
    page = desk(world.producer)
    page.goto(reverse("production", args=["HOSHI"]))
    drawn = page.locator("[data-chart='flags-data'] .uplot")
    expect(drawn).to_be_visible()
    page.set_viewport_size({"width": 1024, "height": 768})
    panel = page.locator("[data-chart='flags-data'] [data-chart-canvas]")
    expect(drawn).to_have_css("width", f"{panel.evaluate('element => element.clientWidth')}px")


def test_without_scripts_the_tables_stand_open(world: World, three_flags: list[Flag], desk: OpenDesk) -> None:
    page = desk(world.producer)
    page.route("**/*.js", lambda route: route.abort())
    page.goto(reverse("production", args=["HOSHI"]))
    expect(page.locator("[data-chart='flags-data']").get_by_role("table")).to_be_visible()
    expect(page.locator("[data-chart='flags-data'] canvas")).to_have_count(0)
