"""Notices in the page: the poll, the drawer, the list, the choices, the test; and the pages of webhooks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.models import Notice, NoticeChoice, Webhook, WebhookDelivery
from assets.services import mailing, notices
from studio.core.models import User
from tests.full_world import FullWorld

HX = {"HX-Request": "true"}


def _tell(full: FullWorld, person: User, key: str = "run:1", **data: Any) -> Notice:
    known = {"cut": "EP01_C012", "stage": "AD", "take_number": 2, "flags": 3, **data}
    (made,) = notices.tell(
        kind="flags_found",
        production=full.world.production,
        people=[person],
        key=key,
        url="/my-cuts/",
        data=known,
    )
    return made


def test_the_poll_says_what_is_new_since_the_notice_the_page_knows(full: FullWorld, as_person: Any) -> None:
    client, artist = as_person(full.world.artist), full.world.artist
    before = client.get(reverse("now")).json()
    made = _tell(full, artist)
    now = client.get(reverse("now"), {"since": before["newest"]}).json()
    assert (now["unread"], now["newest"]) == (before["unread"] + 1, made.pk)
    assert now["news"][0]["title"] == "EP01_C012 AD T2: the check found drift"
    assert client.get(reverse("now"), {"since": made.pk}).json()["news"] == []
    for odd in ("", "x", "-1", "9" * 30):
        assert client.get(reverse("now"), {"since": odd}).json()["news"] == []


def test_the_poll_is_cheap(full: FullWorld, as_person: Any, django_assert_num_queries: Any) -> None:
    client = as_person(full.world.artist)
    newest = client.get(reverse("now")).json()["newest"]
    with django_assert_num_queries(3):  # session, person, and everything else
        client.get(reverse("now"), {"since": newest})


def test_the_drawer_shows_the_newest_first_and_marks_all_as_read(full: FullWorld, as_person: Any) -> None:
    Notice.objects.all().delete()
    client, artist = as_person(full.world.artist), full.world.artist
    _tell(full, artist, "run:1", take_number=1)
    _tell(full, artist, "run:2", take_number=2)
    drawer = client.get(reverse("notices"), headers=HX).content.decode()
    assert "<html" not in drawer
    assert drawer.index("AD T2") < drawer.index("AD T1")
    assert "2 unread" in drawer
    read = client.post(reverse("notices_read"), headers=HX).content.decode()
    assert "0 unread" in read
    assert client.post(reverse("notices_read"))["Location"] == reverse("notices")


def test_opening_a_notice_marks_it_as_read_and_leads_there(full: FullWorld, as_person: Any) -> None:
    made = _tell(full, full.world.artist)
    address = reverse("notice", args=[made.pk])
    assert as_person(full.world.producer).get(address).status_code == 404
    assert as_person(full.world.artist).get(address)["Location"] == "/my-cuts/"
    made.refresh_from_db()
    assert made.read_at is not None
    assert as_person(full.world.producer).get(reverse("notice_state", args=[made.pk])).status_code == 404
    assert as_person(full.world.artist).get("/notices/99999999999999999999/").status_code == 404


def test_the_page_filters_and_says_what_to_do_when_there_is_nothing(full: FullWorld, as_person: Any) -> None:
    Notice.objects.all().delete()
    client, page = as_person(full.world.artist), reverse("notices")
    assert "No notices yet" in client.get(page).content.decode()
    _tell(full, full.world.artist)
    assert "the check found drift" in client.get(page, {"kind": "flags_found"}).content.decode()
    assert "Nothing fits the filter" in client.get(page, {"kind": "comment"}).content.decode()
    notices.mark_read(actor=full.world.artist)
    assert "Nothing fits the filter" in client.get(page, {"state": "unread"}).content.decode()
    assert "the check found drift" in client.get(page, {"in": "HOSHI"}).content.decode()


def test_the_page_asks_as_often_for_one_notice_as_for_many(
    full: FullWorld, as_person: Any, django_assert_num_queries: Any
) -> None:
    client = as_person(full.world.artist)
    _tell(full, full.world.artist)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("notices"))
    for number in range(30):
        _tell(full, full.world.artist, f"more:{number}")
    with django_assert_num_queries(len(few)):
        client.get(reverse("notices"))


def test_choices_and_the_address_are_kept(full: FullWorld, as_person: Any) -> None:
    client, page = as_person(full.world.artist), reverse("notice_choices")
    assert client.get(page).content.decode().count("<select") == 13
    answer = client.post(page, {"email": "mei@studio.example", "mail-comment": "at_once"})
    assert answer["Location"] == page
    choice = NoticeChoice.objects.get(user=full.world.artist)
    assert (choice.kind, choice.in_page, choice.mail) == ("comment", False, "at_once")
    full.world.artist.refresh_from_db()
    assert full.world.artist.email == "mei@studio.example"
    wrong = client.post(page, {"email": "nowhere"})
    assert (wrong.status_code, 'role="alert"' in wrong.content.decode()) == (400, True)


def test_a_test_notice_says_what_became_of_it(full: FullWorld, as_person: Any) -> None:
    client, artist = as_person(full.world.artist), full.world.artist
    said = client.post(reverse("notice_test"), headers=HX).content.decode()
    assert "you have no mail address" in said
    with override_settings(EMAIL_BACKEND=mailing.NO_BACKEND):
        assert "sends no mail" in client.post(reverse("notice_test"), headers=HX).content.decode()
    User.objects.filter(pk=artist.pk).update(email="mei@studio.example")
    assert "Waits for a worker" in client.post(reverse("notice_test"), headers=HX).content.decode()
    state = reverse("notice_state", args=[Notice.objects.filter(user=artist).first().pk])
    mailing.send_due()
    assert "Handed over for mei@studio.example" in client.get(state).content.decode()
    Notice.objects.update(mail_error="SMTPServerDisconnected: gone", mailed_at=None)
    assert "Not sent: SMTPServerDisconnected: gone" in client.get(state).content.decode()


def test_a_stranger_is_sent_no_test(full: FullWorld, as_person: Any) -> None:
    assert as_person(full.world.stranger).post(reverse("notice_test")).status_code == 400


def test_the_secret_of_a_webhook_is_shown_once(full: FullWorld, as_person: Any) -> None:
    client = as_person(full.world.producer)
    given = {"url": "https://chat.example/new", "body": "sakkan", "kinds": ["comment"]}
    page = client.post(reverse("webhooks", args=["HOSHI"]), given)["Location"]
    hook = Webhook.objects.get(url="https://chat.example/new")
    assert hook.secret in client.get(page).content.decode()
    assert hook.secret not in client.get(page).content.decode()
    client.post(reverse("webhook_rotate", args=[hook.pk]))
    old, hook = hook.secret, Webhook.objects.get(pk=hook.pk)
    shown = client.get(page).content.decode()
    assert hook.secret in shown
    assert old not in shown


def test_a_webhook_that_may_not_be_called_is_refused_in_the_form(full: FullWorld, as_person: Any) -> None:
    client = as_person(full.world.producer)
    given = {"url": "http://127.0.0.1/", "body": "sakkan"}
    page = client.post(reverse("webhooks", args=["HOSHI"]), given).content.decode()
    assert "SAKKAN_WEBHOOK_ALLOW_PRIVATE" in page


def test_a_webhook_is_switched_changed_tested_and_removed(full: FullWorld, as_person: Any) -> None:
    client, hook = as_person(full.world.producer), full.webhook
    page = reverse("webhook", args=[hook.pk])
    client.post(reverse("webhook_switch", args=[hook.pk]), {"active": "1"})
    client.post(page, {"url": "https://b.example/", "body": "slack", "kinds": []})
    hook.refresh_from_db()
    assert (hook.active, hook.url, hook.body) == (True, "https://b.example/", "slack")
    row = client.post(reverse("webhook_test", args=[hook.pk]), headers=HX).content.decode()
    assert "waits for a worker" in row
    assert "<html" not in row
    assert client.post(reverse("webhook_remove", args=[hook.pk]))["Location"] == reverse(
        "webhooks", args=["HOSHI"]
    )
    assert not Webhook.objects.filter(pk=hook.pk).exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"state": "done", "http_status": 200, "answer": "thanks", "attempts": 1},
            ["taken", "thanks", "200"],
        ),
        (
            {"state": "given_up", "error": "HTTP 503", "http_status": 503, "attempts": 8},
            ["given up", "8 / 8"],
        ),
        ({"state": "waiting", "error": "Nobody listens at that address."}, ["next try", "Nobody listens"]),
    ],
)
def test_a_delivery_says_how_it_stands(
    full: FullWorld, as_person: Any, fields: dict[str, Any], words: list[str]
) -> None:
    WebhookDelivery.objects.filter(webhook=full.webhook).update(**fields)
    page = as_person(full.world.producer).get(reverse("webhook", args=[full.webhook.pk])).content.decode()
    for word in words:
        assert word in page


def test_a_delivery_is_sent_again(full: FullWorld, as_person: Any) -> None:
    delivery = full.webhook.deliveries.get()
    WebhookDelivery.objects.update(state="given_up", attempts=8)
    row = as_person(full.world.producer).post(reverse("delivery_again", args=[delivery.pk]), headers=HX)
    assert "0 / 8" in row.content.decode()
    delivery.refresh_from_db()
    assert delivery.state == "waiting"
