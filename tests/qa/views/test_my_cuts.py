"""My cuts: retakes on top with reason, note and picture; what happens now; filters; words addressed to the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import expect

from assets.models import Casting, Cut, StageState, Take, Upload
from qa.models import Comment, Flag
from qa.services import verdicts
from studio.core.models import Job
from tests.browser import OpenDesk
from tests.qa.makers import deliver
from tests.qa.views.conftest import SignIn
from tests.world import World, png


@pytest.fixture
def mine(world: World) -> StageState:
    """The artist has the paint of the cut."""
    return StageState.objects.create(cut=world.cut, stage="PT", state="in_work", assignee=world.artist)


@pytest.fixture
def retake(world: World, three_flags: list[Flag], mine: StageState) -> StageState:
    """Its paint was sent back."""
    verdicts.give(
        actor=world.supervisor,
        flag=three_flags[0],
        decision="retake",
        reason="proportion",
        note="Head a fifth smaller",
    )
    StageState.objects.filter(pk=mine.pk).update(state="retake")
    return mine


def _cards(signed_in: SignIn, world: World, query: str = "") -> list[list[str]]:
    groups = signed_in(world.artist).get(f"/my-cuts/{query}").context["groups"]
    return [[entry["name"] for entry in group["entries"]] for group in groups]


def test_retakes_stand_on_top_with_note_and_region(
    signed_in: SignIn, world: World, retake: StageState
) -> None:
    StageState.objects.create(cut=world.other_cut, stage="PT", state="in_work", assignee=world.artist)
    assert _cards(signed_in, world) == [["EP01_C012"], ["EP01_C013"]]
    page = signed_in(world.artist).get("/my-cuts/").content.decode()
    assert "Head a fifth smaller" in page
    assert 'class="over"' in page, "the region is outlined"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?stage=PT", 1),
        ("?stage=LO", 0),
        ("?state=retake", 0),
        ("?state=todo", 1),
        ("?q=012", 1),
        ("?q=EP01_C012", 1),
        ("?q=999", 0),
        ("?production=HOSHI", 1),
        ("?production=OTHER", 0),
        ("?order=changed", 1),
        ("?order=cut&stage=%00", 1),
    ],
)
def test_cards_are_filtered(
    signed_in: SignIn, world: World, mine: StageState, query: str, found: int
) -> None:
    assert sum(len(names) for names in _cards(signed_in, world, query)) == found


def test_what_is_due_first_stands_first_whether_by_stage_or_by_cut(
    signed_in: SignIn, world: World, mine: StageState
) -> None:
    today = timezone.localdate()
    StageState.objects.filter(pk=mine.pk).update(due_on=today + timedelta(days=5))
    Cut.objects.filter(pk=world.other_cut.pk).update(due_on=today - timedelta(days=1))
    StageState.objects.create(cut=world.other_cut, stage="PT", state="in_work", assignee=world.artist)
    assert _cards(signed_in, world) == [["EP01_C013", "EP01_C012"]]
    assert "1 day late" in signed_in(world.artist).get("/my-cuts/").content.decode()


def test_a_card_says_what_happens_now_and_what_was_found(
    signed_in: SignIn, world: World, checked: Take, mine: StageState
) -> None:
    client = signed_in(world.artist)
    assert "3 flags wait for a verdict" in client.get("/my-cuts/").content.decode()
    Job.objects.update(subject="x")
    Job.objects.create(kind="qa.check_take", subject=f"take:{checked.pk}", params={}, state="running")
    cards = client.get("/my-cuts/?part=cards").content.decode()
    assert "The check is running" in cards
    assert "data-at-work" in cards
    assert "<html" not in cards


def test_a_refused_upload_is_told_until_a_take_comes(
    signed_in: SignIn, world: World, mine: StageState
) -> None:
    Upload.objects.create(cut=world.cut, stage="PT", state="refused", submitted_by=world.artist)
    client = signed_in(world.artist)
    assert "The upload was refused" in client.get("/my-cuts/").content.decode()
    deliver(world.cut, [png()])
    assert "The upload was refused" not in client.get("/my-cuts/").content.decode()


def test_comments_addressed_to_the_person_are_listed(
    signed_in: SignIn, world: World, mine: StageState
) -> None:
    take = deliver(world.cut, [png()], by=world.artist)
    Comment.objects.create(take=take, text="Look at the hands", by=world.supervisor)
    Comment.objects.create(take=take, text="Done already", by=world.supervisor, resolved_at=timezone.now())
    page = signed_in(world.artist).get("/my-cuts/").content.decode()
    assert "Look at the hands" in page
    assert "Done already" not in page
    assert "1 comment for you" in page


def test_an_outside_artist_reads_no_comment_of_a_cut_they_lost(signed_in: SignIn, world: World) -> None:
    take = deliver(world.cut, [png()], by=world.outside_artist)
    Comment.objects.create(take=take, text="Secret", by=world.supervisor)
    world.cut.stages.update(assignee=None)
    assert "Secret" not in signed_in(world.outside_artist).get("/my-cuts/").content.decode()


def test_an_empty_desk_says_what_will_come(signed_in: SignIn, world: World) -> None:
    assert "Nothing is assigned to you" in signed_in(world.artist).get("/my-cuts/").content.decode()


def test_many_cards_ask_the_database_no_more(signed_in: SignIn, world: World, retake: StageState) -> None:
    client = signed_in(world.artist)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/my-cuts/").status_code == 200
        return len(found)

    few = queries()
    for number in range(100, 120):
        cut = Cut.objects.create(episode=world.episode, number=str(number))
        Casting.objects.create(cut=cut, design=world.design)
        StageState.objects.create(cut=cut, stage="PT", state="retake", assignee=world.artist)
        deliver(cut, [png(seed=number)], by=world.artist)
    assert queries() == few


@pytest.mark.browser
def test_a_retake_is_reached_by_keys_and_changes_by_itself(
    desk: OpenDesk, world: World, retake: StageState
) -> None:
    page = desk(world.artist)
    page.goto("/my-cuts/")
    expect(page.locator(".card-group").first).to_contain_text("Head a fifth smaller")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".my-card [data-card]").first).to_be_focused()
    StageState.objects.filter(pk=retake.pk).update(state="submitted")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('jobs-changed'))")
    expect(page.locator(".card-group").first).to_contain_text("Delivered")
    expect(page.locator(".my-card [data-card]").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cuts/{world.cut.pk}/")
