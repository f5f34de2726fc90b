"""Who is told, once, of what they may know, in the way they chose; in the transaction of the change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone, translation

from assets import notice_words, selectors_notices
from assets.choices import MailWhen, NoticeKind
from assets.models import Notice, NoticeChoice, StageState
from assets.services import cut_csv, cuts, mailing, notices, sheets
from studio.core import jobs
from studio.core.choices import JobState
from studio.core.errors import InvalidInput
from studio.core.models import AuditEvent, Job, User
from tests.assets.services.calls import submitted
from tests.world import World

_DATA = {"cut": "EP01_C012", "stage": "AD", "take_number": 2, "drawings": 24, "person": "Mei"}


def _tell(world: World, people: list[User], key: str = "take:1", **fields: Any) -> list[Notice]:
    given = {
        "kind": NoticeKind.TAKE_ARRIVED,
        "production": world.production,
        "url": "/takes/1/",
        "data": _DATA,
        **fields,
    }
    return notices.tell(people=people, key=key, **given)


def test_each_person_is_told_once_and_nobody_of_their_own_deed(world: World) -> None:
    told = _tell(world, [world.supervisor, world.artist, world.artist], actor=world.supervisor)
    assert [each.user for each in told] == [world.artist]
    assert _tell(world, [world.artist]) == []
    assert _tell(world, [world.artist], key="take:2") != []


def test_an_outside_artist_is_never_told_of_a_cut_they_may_not_see(world: World) -> None:
    assert _tell(world, [world.outside_artist]) != []
    other = {**_DATA, "cut": "EP01_C013"}
    assert _tell(world, [world.outside_artist], key="take:2", data=other) == []
    nonsense = {**_DATA, "cut": "nothing like a cut"}
    assert (
        _tell(world, [world.outside_artist, world.artist], key="take:3", data=nonsense)[0].user
        == world.artist
    )


def test_nobody_is_told_of_a_production_that_they_do_not_work_on(world: World) -> None:
    assert _tell(world, [world.stranger]) == []
    world.artist.is_active = False
    assert _tell(world, [world.artist]) == []


def test_what_is_told_falls_with_the_change(world: World) -> None:
    with transaction.atomic():
        _tell(world, [world.artist])
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("in_page", "mail", "has_row", "is_due"),
    [
        (True, MailWhen.NEVER, True, False),
        (True, MailWhen.AT_ONCE, True, True),
        (False, MailWhen.AT_ONCE, True, True),
        (False, MailWhen.DAILY, True, False),
        (False, MailWhen.NEVER, False, False),
    ],
)
def test_each_is_told_in_the_way_they_chose(
    world: World, in_page: bool, mail: str, has_row: bool, is_due: bool
) -> None:
    world.artist.email = "mei@studio.example"
    choice = {NoticeKind.TAKE_ARRIVED.value: {"in_page": in_page, "mail": mail}}
    notices.set_choices(actor=world.artist, choices=choice)
    told = _tell(world, [world.artist])
    assert bool(told) == has_row
    assert [each.mail_at is not None for each in told] == [is_due] * has_row
    assert selectors_notices.notices_of(world.artist).count() == (in_page and has_row)
    assert selectors_notices.pulse(world.artist).unread == (in_page and has_row)


def test_without_mail_nothing_waits_to_be_sent(world: World) -> None:
    world.artist.email = "mei@studio.example"
    NoticeChoice.objects.create(user=world.artist, kind=NoticeKind.TAKE_ARRIVED, mail=MailWhen.AT_ONCE)
    with override_settings(EMAIL_BACKEND=mailing.NO_BACKEND):
        assert _tell(world, [world.artist])[0].mail_at is None


def test_choices_are_kept_audited_and_checked(world: World) -> None:
    assert len(notices.choices_of(world.artist)) == len(NoticeKind)
    wanted = {NoticeKind.COMMENT.value: {"in_page": False, "mail": "at_once"}}
    notices.set_choices(actor=world.artist, choices=wanted)
    event = AuditEvent.objects.get(verb="notices.choose")
    assert event.after == {"comment": "no page, mail at_once"}
    notices.set_choices(actor=world.artist, choices=wanted)
    assert AuditEvent.objects.count() == 1
    for bad in (
        {"gossip": {"in_page": True, "mail": "never"}},
        {"comment": {"in_page": True, "mail": "hourly"}},
    ):
        with pytest.raises(InvalidInput):
            notices.set_choices(actor=world.artist, choices=bad)


def test_an_address_must_be_one(world: World) -> None:
    notices.set_address(actor=world.artist, email=" mei@studio.example ")
    world.artist.refresh_from_db()
    assert world.artist.email == "mei@studio.example"
    with pytest.raises(InvalidInput):
        notices.set_address(actor=world.artist, email="mei at studio")
    notices.set_address(actor=world.artist, email="")


def test_only_the_persons_own_notices_become_read(world: World) -> None:
    (mine,) = _tell(world, [world.artist])
    (theirs,) = _tell(world, [world.producer])
    assert notices.mark_read(actor=world.artist, notices=[mine.pk, theirs.pk]) == 1
    assert selectors_notices.pulse(world.producer).unread == 1
    assert notices.mark_read(actor=world.producer) == 1


def test_the_top_bar_asks_once_however_much_there_is(world: World, django_assert_num_queries: Any) -> None:
    for number in range(20):
        _tell(world, [world.artist], key=f"take:{number}")
        Job.objects.create(
            kind="qa.check_take", production_id=world.production.pk, requested_by=world.producer
        )
    with django_assert_num_queries(1):
        pulse = selectors_notices.pulse(world.artist)
    assert (pulse.jobs, pulse.unread) == (20, 20)
    assert pulse.newest == Notice.objects.filter(user=world.artist).first().pk
    assert selectors_notices.pulse(world.stranger) == selectors_notices.Pulse(0, 0, 0)


def test_whoever_left_a_production_reads_its_notices_no_more(world: World) -> None:
    _tell(world, [world.artist])
    world.production.memberships.filter(user=world.artist).delete()
    assert not selectors_notices.notices_of(world.artist).exists()
    assert selectors_notices.pulse(world.artist).unread == 0


@pytest.mark.parametrize("kind", [*NoticeKind.values, notice_words.TEST, "of the future"])
def test_every_kind_has_words_whatever_data_it_carries(kind: str) -> None:
    for data in ({}, _DATA, {"flags": 3, "reason": "face", "note": "50 % smaller", "code": "disk_full"}):
        assert notice_words.title_of(kind, data)
        assert isinstance(notice_words.sentence_of(kind, data), str)


def test_words_count_and_name_the_reason() -> None:
    with translation.override("en"):
        assert notice_words.sentence_of("flags_found", {"flags": 1}) == "1 flag waits for a verdict."
        said = notice_words.sentence_of("retake_ordered", {"person": "Aoi", "reason": "face", "note": "eyes"})
        assert said == "Aoi orders a retake: face. “eyes”"
        failed = notice_words.sentence_of("job_failed", {"code": "compute_busy", "error": {}})
        assert failed == "The device is busy. The job will be tried again."


def test_who_is_given_a_stage_is_told(world: World) -> None:
    cuts.set_stage(actor=world.producer, cut=world.cut, stage="PT", assignee=world.artist)
    notice = Notice.objects.get(user=world.artist)
    assert (notice.kind, notice.data["stage"], notice.data["person"]) == ("work_assigned", "PT", "producer")
    cuts.set_stage(actor=world.producer, cut=world.cut, stage="PT", assignee=world.artist, state="in_work")
    assert Notice.objects.filter(user=world.artist).count() == 1


def test_an_outside_artist_who_is_given_a_cut_is_told_of_it(world: World) -> None:
    cuts.set_stage(actor=world.producer, cut=world.other_cut, stage="AD", assignee=world.outside_artist)
    assert Notice.objects.get(user=world.outside_artist).data["cut"] == "EP01_C013"


def test_a_table_of_many_stages_is_one_notice_for_each_person(world: World) -> None:
    table = b"episode,cut,AD assignee,PT assignee\nEP01,012,artist,artist\nEP01,013,artist,supervisor\n"
    cut_csv.read(actor=world.producer, production=world.production, data=table)
    told = {each.user.username: each.data["count"] for each in Notice.objects.select_related("user")}
    assert told == {"artist": 3, "supervisor": 1}


def test_an_approved_sheet_is_told_to_those_who_draw_by_it(world: World) -> None:
    sheets.approve(actor=world.supervisor, sheet=submitted(world))
    told = {each.user for each in Notice.objects.filter(kind="sheet_approved")}
    assert told == {world.outside_artist, world.episode_director}
    StageState.objects.update(assignee=None)
    sheets.approve(actor=world.episode_director, sheet=submitted(world))
    assert {each.user for each in Notice.objects.filter(data__version=2)} == {world.supervisor}


def test_a_job_that_failed_is_told_to_whoever_asked_for_it(world: World) -> None:
    job = Job.objects.create(
        kind="qa.check_take",
        production_id=world.production.pk,
        requested_by=world.artist,
        state=JobState.RUNNING,
        attempt=5,
        max_attempts=5,
        lease_until=timezone.now() - timedelta(minutes=9),
    )
    jobs.reap()
    notice = Notice.objects.get()
    assert (notice.user, notice.url) == (world.artist, f"/jobs/{job.pk}/")
    assert "Tried 5 times" in notice_words.sentence_of(notice.kind, notice.data)


def test_old_notices_go_and_unread_ones_stay(world: World) -> None:
    (read,) = _tell(world, [world.artist])
    (unread,) = _tell(world, [world.producer])
    notices.mark_read(actor=world.artist)
    Notice.objects.update(created_at=timezone.now() - timedelta(days=100))
    assert notices.clear_old() == 1
    assert list(Notice.objects.all()) == [unread]
    assert read != unread
