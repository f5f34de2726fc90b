"""Comments: who may write, answer, settle and withdraw them, where they are pinned, and who is told."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from assets.choices import Stage
from assets.models import Drawing, Notice, StageState, Take
from qa import selectors_comments as selectors
from qa.models import Comment
from qa.services import comments
from qa.services.comments import Pin
from studio.core.errors import InvalidInput, InvalidTransition, NotAllowed, NotFound
from studio.core.models import AuditEvent, User
from studio.core.roles import Role
from tests.qa.makers import deliver
from tests.world import World, png


@pytest.fixture
def take(world: World) -> Take:
    """An in-between take of two drawings; the stage is the outside artist's, the artist delivered it."""
    return deliver(world.cut, [png(seed=1), png(seed=2)], stage=Stage.AD, by=world.artist)


@pytest.fixture
def drawing(take: Take) -> Drawing:
    return Drawing.objects.filter(cell__take=take).earliest("number")


def said(world: World, take: Take, text: str = "Smaller hands", by: User | None = None) -> Comment:
    return comments.write(actor=by or world.supervisor, take=take, text=text)


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


@pytest.mark.parametrize("role", list(Role))
def test_whoever_sees_the_cut_may_comment(world: World, take: Take, role: Role) -> None:
    made = comments.write(actor=world.people[role.value], take=take, text="Seen")
    assert (made.by, made.text, made.take) == (world.people[role.value], "Seen", take)


def test_a_stranger_and_an_outside_artist_of_another_cut_find_no_take(world: World, take: Take) -> None:
    StageState.objects.filter(cut=world.cut).update(assignee=None)
    for person in (world.stranger, world.outside_artist):
        with pytest.raises(NotFound):
            comments.write(actor=person, take=take, text="Seen")
    assert not Comment.objects.exists()


def test_a_comment_is_pinned_to_a_point_of_a_drawing(world: World, take: Take, drawing: Drawing) -> None:
    made = comments.write(actor=world.artist, take=take, text="Here", pin=Pin(drawing, (12.34, 5)))
    made.refresh_from_db()
    assert (made.drawing, made.point_xy) == (drawing, [12.3, 5.0])


def test_one_frame_is_a_range_of_one(world: World, take: Take) -> None:
    made = comments.write(actor=world.artist, take=take, text="Pops", pin=Pin(frame_from=7))
    assert (made.frame_from, made.frame_to) == (7, 7)


def test_a_pin_must_lie_in_the_take(world: World, take: Take, drawing: Drawing) -> None:
    other = Drawing.objects.get(cell__take=deliver(world.other_cut, [png()]))
    wrong = [
        Pin(other),
        Pin(drawing, (5000, 1)),
        Pin(None, (1, 1)),
        Pin(frame_from=9, frame_to=3),
        Pin(frame_from=0),
    ]
    for pin in wrong:
        with pytest.raises(InvalidInput):
            comments.write(actor=world.artist, take=take, text="Here", pin=pin)


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "x" * 4001])
def test_a_comment_needs_words_and_not_too_many(world: World, take: Take, text: str) -> None:
    with pytest.raises(InvalidInput):
        said(world, take, text)


def test_words_that_are_sent_again_are_kept_once(world: World, take: Take) -> None:
    assert said(world, take).pk == said(world, take).pk
    Comment.objects.update(at=timezone.now() - timedelta(minutes=5))
    assert said(world, take).pk != Comment.objects.earliest("pk").pk


def test_a_reply_hangs_below_its_comment_and_a_reply_to_a_reply_is_refused(world: World, take: Take) -> None:
    root = said(world, take)
    reply = comments.write(actor=world.artist, take=take, text="Done", parent=root)
    assert list(root.replies.all()) == [reply]
    with pytest.raises(InvalidInput):
        comments.write(actor=world.supervisor, take=take, text="Thanks", parent=reply)


def test_people_are_mentioned_by_choice_and_by_their_login_in_the_text(world: World, take: Take) -> None:
    text = "@producer please look, and mail a@assistant"
    made = comments.write(actor=world.supervisor, take=take, text=text, mentions=[world.artist])
    assert {person.username for person in made.mentions.all()} == {"producer", "artist"}
    assert told("mention") == {"producer", "artist"}


def test_mentioning_somebody_who_may_not_see_the_cut_is_refused(world: World, take: Take) -> None:
    StageState.objects.filter(cut=world.cut).update(assignee=None)
    for person in (world.stranger, world.outside_artist):
        with pytest.raises(InvalidInput, match="may not see this cut"):
            comments.write(actor=world.supervisor, take=take, text="Look", mentions=[person])
    made = said(world, take, "@stranger and @outside_artist")
    assert not made.mentions.exists()
    assert not Comment.objects.exclude(pk=made.pk).exists()


def test_the_artists_of_the_take_are_told_and_the_writer_is_not(world: World, take: Take) -> None:
    said(world, take)
    assert told("comment") == {"artist", "outside_artist"}
    said(world, take, "Mine", by=world.artist)
    assert Notice.objects.filter(user=world.artist, kind="comment").count() == 1


def test_a_reply_tells_who_spoke_before(world: World, take: Take) -> None:
    root = said(world, take, by=world.producer)
    comments.write(actor=world.artist, take=take, text="Why?", parent=root)
    notice = Notice.objects.get(user=world.producer)
    assert notice.url == f"/takes/{take.pk}/look/#comment-{root.pk}"
    assert (notice.data["person"], notice.data["text"]) == ("artist", "Why?")


def settlers() -> list[str]:
    directors = ("supervisor", "episode_director", "inbetween_checker", "paint_checker", "photography")
    return [*directors, "artist", "outside_artist"]


@pytest.mark.parametrize("role", list(Role))
def test_a_comment_is_settled_by_checkers_the_artists_and_its_writer(
    world: World, take: Take, role: Role
) -> None:
    actor, root = world.people[role.value], said(world, take)
    if role.value in settlers():
        assert comments.resolve(actor=actor, comment=root).resolved_by == actor
        assert comments.reopen(actor=actor, comment=root).resolved_at is None
    else:
        with pytest.raises(NotAllowed):
            comments.resolve(actor=actor, comment=root)
        own = said(world, take, by=actor)
        assert comments.resolve(actor=actor, comment=own).resolved_by == actor


def test_what_is_settled_is_not_settled_again_nor_what_is_open_reopened(world: World, take: Take) -> None:
    root = said(world, take)
    with pytest.raises(InvalidTransition):
        comments.reopen(actor=world.supervisor, comment=root)
    comments.resolve(actor=world.supervisor, comment=root)
    with pytest.raises(InvalidTransition):
        comments.resolve(actor=world.supervisor, comment=root)


def test_withdrawn_words_leave_their_place_and_stay_in_the_audit_log(world: World, take: Take) -> None:
    root = said(world, take, "I was wrong")
    comments.withdraw(actor=world.supervisor, comment=root)
    thread = selectors.threads_of(world.artist, take, may_resolve=False)[0]
    assert (thread.comment.withdrawn_at is not None, thread.is_open) == (True, False)
    assert AuditEvent.objects.get(verb="comment.withdraw").before["text"] == "I was wrong"
    with pytest.raises(InvalidTransition):
        comments.write(actor=world.artist, take=take, text="Too late", parent=root)


def test_nobody_withdraws_what_somebody_else_wrote(world: World, take: Take) -> None:
    with pytest.raises(NotAllowed):
        comments.withdraw(actor=world.supervisor, comment=said(world, take, by=world.artist))


def test_every_step_is_audited_with_its_actor(world: World, take: Take) -> None:
    root = said(world, take)
    comments.resolve(actor=world.artist, comment=root)
    comments.reopen(actor=world.supervisor, comment=root)
    events = AuditEvent.objects.filter(verb__startswith="comment.").order_by("pk")
    assert [(event.verb, event.actor) for event in events] == [
        ("comment.write", world.supervisor),
        ("comment.resolve", world.artist),
        ("comment.reopen", world.supervisor),
    ]
    assert {event.production_id for event in events} == {world.production.pk}


def test_the_filters_keep_what_is_open_and_what_is_about_the_reader(world: World, take: Take) -> None:
    first = said(world, take, "@artist here")
    second = said(world, take, "There")
    comments.resolve(actor=world.supervisor, comment=first)
    threads = selectors.threads_of(world.artist, take, may_resolve=True)
    assert [each.number for each in threads] == [1, 2]
    assert [each.comment for each in selectors.kept(threads, "open")] == [second]
    assert [each.comment for each in selectors.kept(threads, "mine")] == [first]


def test_the_version_changes_with_every_step(world: World, take: Take) -> None:
    root = said(world, take)
    for step in (comments.resolve, comments.reopen, comments.withdraw):
        before = selectors.version_of(take)
        step(actor=world.supervisor, comment=root)
        assert selectors.version_of(take) != before


def test_the_csv_opens_rightly_and_runs_no_formula(world: World, take: Take, drawing: Drawing) -> None:
    pin = Pin(drawing, (1, 2))
    root = comments.write(actor=world.supervisor, take=take, text="=cmd()", pin=pin)
    gone = comments.write(actor=world.artist, take=take, text="Hidden", parent=root)
    comments.withdraw(actor=world.artist, comment=gone)
    data = comments.write_csv(actor=world.producer, episode=world.episode)
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [(row["number"], row["reply"], row["drawing"]) for row in rows] == [
        ("1", "", "A1"),
        ("1", "1", "A1"),
    ]
    assert [row["comment"] for row in rows] == ["'=cmd()", ""]


def test_the_csv_of_an_outside_artist_holds_their_own_cuts_only(world: World, take: Take) -> None:
    said(world, take)
    said(world, deliver(world.other_cut, [png()]), "Elsewhere")
    data = comments.write_csv(actor=world.outside_artist, episode=world.episode).decode("utf-8-sig")
    assert "Smaller hands" in data
    assert "Elsewhere" not in data


def test_reading_many_comments_takes_no_more_queries_than_one(
    world: World, take: Take, django_assert_max_num_queries
) -> None:
    for number in range(8):
        root = said(world, take, f"@artist number {number}")
        comments.write(actor=world.artist, take=take, text="Yes", parent=root)
    with django_assert_max_num_queries(8):
        threads = selectors.threads_of(world.artist, take, may_resolve=True)
        assert all(list(each.comment.mentions.all()) for each in threads)
