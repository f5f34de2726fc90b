"""Mail of one notice and the daily mail: by a worker, in the reader's language, never twice, tried again."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from assets.choices import MailWhen, NoticeKind
from assets.models import Membership, Notice, NoticeChoice, Production
from assets.services import digest, mailing, notices
from studio.core.models import User
from tests.world import World

KIND = NoticeKind.FLAGS_FOUND


@pytest.fixture
def reader(world: World) -> User:
    """The artist, with an address."""
    User.objects.filter(pk=world.artist.pk).update(email="mei@studio.example")
    world.artist.refresh_from_db()
    return world.artist


def _tell(world: World, reader: User, key: str = "run:1", production: Production | None = None) -> Notice:
    data = {"cut": "EP01_C012", "stage": "AD", "take_number": 2, "flags": 3}
    (made,) = notices.tell(
        kind=KIND,
        production=production or world.production,
        people=[reader],
        key=key,
        url="/takes/7/",
        data=data,
    )
    return made


def _choose(reader: User, mail_when: str, *, in_page: bool = True) -> None:
    NoticeChoice.objects.create(user=reader, kind=KIND, mail=mail_when, in_page=in_page)


def _break(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: object, **_kwargs: object) -> int:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", refuse)


def test_a_mail_at_once_says_what_where_and_how_to_stop_it(world: World, reader: User) -> None:
    _choose(reader, MailWhen.AT_ONCE)
    notice = _tell(world, reader)
    with override_settings(SITE_URL="https://sakkan.example"):
        assert mailing.send_due() == 1
    (sent,) = mail.outbox
    assert sent.subject == "[HOSHI] EP01_C012 AD T2: the check found drift"
    assert f"https://sakkan.example/notices/{notice.pk}/" in sent.body
    assert "3 flags wait for a verdict." in sent.body
    assert sent.extra_headers["List-Unsubscribe"] == "<https://sakkan.example/notices/choices/>"
    assert "https://sakkan.example/notices/choices/" in sent.alternatives[0].content
    assert "Hoshi no Kodomo" in sent.alternatives[0].content


def test_a_mail_goes_once_whoever_asks_again(world: World, reader: User) -> None:
    _choose(reader, MailWhen.AT_ONCE, in_page=False)
    _tell(world, reader)
    assert [mailing.send_due(), mailing.send_due()] == [1, 0]
    assert digest.send_all(until=timezone.now()) == 0
    assert len(mail.outbox) == 1


def test_of_two_workers_one_sends(world: World, reader: User) -> None:
    notice = _tell(world, reader)
    assert mailing.claim([notice], timezone.now()) == [notice]
    assert mailing.claim([notice], timezone.now()) == []


def test_a_mail_that_cannot_go_is_tried_with_growing_pauses_then_left_to_the_daily_mail(
    world: World, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose(reader, MailWhen.AT_ONCE)
    notice, now = _tell(world, reader), timezone.now()
    with monkeypatch.context() as broken:
        _break(broken)
        for pause in mailing.PAUSES:
            assert mailing.send_due(now) == 0
            notice.refresh_from_db()
            assert (notice.mail_at, notice.mailed_at) == (now + pause, None)
            assert mailing.send_due(now) == 0  # not yet due
            now += pause
        mailing.send_due(now)
        notice.refresh_from_db()
        assert (notice.mail_at, notice.mail_attempts) == (None, len(mailing.PAUSES) + 1)
        assert notice.mail_error == "SMTPServerDisconnected: gone"
    assert digest.send_all(now, until=now) == 1


def test_who_lost_their_role_gets_no_mail(world: World, reader: User) -> None:
    _choose(reader, MailWhen.AT_ONCE)
    _tell(world, reader)
    Membership.objects.filter(user=reader).delete()
    assert mailing.send_due() == 0
    assert digest.send_all(until=timezone.now()) == 0


def test_the_daily_mail_groups_what_is_unread_by_production(world: World, reader: User) -> None:
    other = Production.objects.create(code="UMI", title="Umi no Uta")
    Membership.objects.create(production=other, user=reader, role="artist")
    read = _tell(world, reader, "run:1")
    _tell(world, reader, "run:2")
    _tell(world, reader, "run:3", other)
    notices.mark_read(actor=reader, notices=[read.pk])
    assert digest.send_all(until=timezone.now()) == 1
    body = mail.outbox[0].body
    assert mail.outbox[0].subject == "Sakkan: 2 unread notices"
    assert body.index("Hoshi no Kodomo (HOSHI)") < body.index("Umi no Uta (UMI)")
    assert body.count("the check found drift") == 2
    assert digest.send_all(until=timezone.now()) == 0


def test_there_is_no_daily_mail_for_nothing_or_for_who_wants_none(world: World, reader: User) -> None:
    assert digest.send_all(until=timezone.now()) == 0
    _choose(reader, MailWhen.NEVER)
    _tell(world, reader)
    assert digest.send_all(until=timezone.now()) == 0


def test_the_daily_mail_comes_where_the_page_is_not_wanted(world: World, reader: User) -> None:
    _choose(reader, MailWhen.DAILY, in_page=False)
    _tell(world, reader)
    assert digest.send_all(until=timezone.now()) == 1


def test_the_daily_mail_of_the_hour_holds_what_came_before_it(world: World, reader: User) -> None:
    now = timezone.now()
    _tell(world, reader)
    Notice.objects.update(created_at=digest.last_hour(now) + timedelta(minutes=1))
    assert digest.send_all(digest.last_hour(now) + timedelta(minutes=15)) == 0
    assert digest.send_all(digest.last_hour(now) + timedelta(days=1, minutes=1)) == 1


def test_the_hour_is_that_of_the_installation() -> None:
    with override_settings(DIGEST_HOUR=8, TIME_ZONE="Asia/Tokyo"), timezone.override("Asia/Tokyo"):
        noon = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Asia/Tokyo"))
        assert digest.last_hour(noon) == noon.replace(hour=8)
        assert digest.last_hour(noon.replace(hour=7)) == noon.replace(day=20, hour=8)


def test_a_daily_mail_that_cannot_go_goes_at_the_next_try(
    world: World, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tell(world, reader)
    with monkeypatch.context() as broken:
        _break(broken)
        assert digest.send_all(until=timezone.now()) == 0
    assert Notice.objects.get().mail_error
    assert digest.send_all(until=timezone.now()) == 1


def test_mail_is_written_in_the_readers_language(world: World, reader: User) -> None:
    reader.language = "ja"
    reader.save()
    _tell(world, reader)
    digest.send_all(until=timezone.now())
    assert '<html lang="ja">' in mail.outbox[0].alternatives[0].content


def test_the_command_sends_the_daily_mail_now_or_says_why_not(
    world: World, reader: User, capsys: pytest.CaptureFixture[str]
) -> None:
    _tell(world, reader)
    call_command("send_digest")
    assert "1 mails went out" in capsys.readouterr().out
    with (
        override_settings(EMAIL_BACKEND=mailing.NO_BACKEND),
        pytest.raises(CommandError, match="SAKKAN_EMAIL_URL"),
    ):
        call_command("send_digest")


def test_a_test_notice_goes_into_the_page_and_by_mail(world: World, reader: User) -> None:
    notice = notices.send_test(actor=reader)
    assert mailing.send_due() == 1
    assert mail.outbox[0].to == ["mei@studio.example"]
    assert notices.send_test(actor=world.producer).mail_at is None  # no address
    assert notice.in_page
