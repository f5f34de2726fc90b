"""A producer who knows nothing of software withdraws an artist's consent on a Friday evening, by the pages alone."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from assets.models import Withdrawal
from studio.core import jobs
from studio.core.models import Job
from tests.browser import OpenDesk
from tests.consent_world import ConsentWorld, build, keep_vectors
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SAKKAN_SHOTS", "")
TWO_MINUTES_S = 120


@pytest.fixture
def place(world: World) -> ConsentWorld:
    """Hana Mori's works trained a model whose daughter drew a cut."""
    place = build(world)
    keep_vectors(place)
    return place


def _shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_within_two_minutes_a_producer_knows_what_is_touched(place: ConsentWorld, desk: OpenDesk) -> None:
    begun = time.monotonic()
    page = desk(place.world.producer)
    page.goto("/")
    page.get_by_role("link", name="Rights of the studio").click()
    _shoot(page, "1_home")
    page.get_by_role("link", name=re.compile("people and bodies")).click()
    page.get_by_label("Name, credit line or pseudonym").fill("mori")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Hana Mori").click()
    _shoot(page, "2_person")
    page.get_by_role("link", name="Withdraw consent").click()
    _shoot(page, "3_choose")
    page.get_by_role("button", name="Show what is touched").click()
    _shoot(page, "4_touched")
    counts = page.locator("[data-part=counts]")
    for said in (
        "12works",
        "1dataset version",
        "2models",
        "2cuts",
        "1drawing of theirs in cuts",
        "12index entries",
    ):
        expect(counts).to_contain_text(re.compile(said.replace("s", "s", 1)))
    for name in ("Keys of Hana v1", "tween 1", "tween-fine 1", "EP01_C012", "EP01_C013", "Hoshi no Kodomo"):
        expect(page.locator("main")).to_contain_text(name)
    assert not Withdrawal.objects.exists()
    page.get_by_role("button", name="Go on to confirm").click()
    _shoot(page, "5_confirm")
    page.get_by_role("button", name="Withdraw now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdrawal of Hana Mori")
    assert time.monotonic() - begun < TWO_MINUTES_S
    _shoot(page, "6_report")


def test_the_report_follows_the_removal_and_tasks_are_ticked_off(place: ConsentWorld, desk: OpenDesk) -> None:
    page = desk(place.world.producer)
    page.goto(reverse("withdraw", args=[place.holder.pk]))
    page.get_by_role("button", name="Show what is touched").press("Enter")
    page.get_by_role("button", name="Go on to confirm").press("Enter")
    page.get_by_role("button", name="Withdraw now").press("Enter")
    expect(page.locator("#vectors")).to_contain_text("being removed")
    jobs.run(str(Job.objects.get(kind="qa.forget").pk))
    expect(page.locator("#vectors")).to_contain_text("12 removed")
    expect(page.locator("main")).to_contain_text("4 tasks are still open")
    page.get_by_label("Note").first.fill("told by phone")
    page.get_by_role("button", name="Tick off").first.click()
    expect(page.locator("main")).to_contain_text("3 tasks are still open")
    for _left in range(3):
        page.get_by_role("button", name="Tick off").first.click()
    expect(page.locator("main")).to_contain_text("Everything that the contract obliges to is done")
    _shoot(page, "7_done")


def test_a_grant_is_written_down_by_answering_questions(place: ConsentWorld, desk: OpenDesk) -> None:
    page = desk(place.world.producer)
    page.goto(reverse("grant_new", args=[place.holder.pk]))
    _shoot(page, "8_grant_new")
    page.get_by_role("button", name="Write down").click()
    page.get_by_label("all works of the grantor").check()
    page.get_by_label("train models", exact=True).check()
    page.get_by_role("button", name="Write down").click()
    expect(page.locator(".grant-form")).to_contain_text("Say for which models")
    expect(page.locator(".grant-form")).to_contain_text("Say where it counts")
    page.get_by_label("every kind of model").check()
    page.get_by_label("every production").check()
    page.get_by_label("Japan", exact=True).check()
    page.get_by_label("And in").fill("Belgium, オーストリア")
    page.get_by_label("It has no end").check()
    page.get_by_label("Signed on").fill("2026-11-01")
    page.get_by_role("button", name="Write down").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("in force")
    expect(page.locator("main")).to_contain_text("Japan (JP), Belgium (BE), Austria (AT)")
    _shoot(page, "9_grant")
    page.get_by_role("link", name="Change the terms").click()
    expect(page.get_by_label("And in")).to_have_value("BE, AT")
    expect(page.get_by_label("train models", exact=True)).to_be_checked()
