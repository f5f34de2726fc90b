"""Webhooks: signed as the documents say, once per event, tried with growing pauses, never into the own network."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from assets.choices import DeliveryState, NoticeKind
from assets.models import Webhook, WebhookDelivery
from assets.services import notices, webhook_calls, webhooks
from studio.core.errors import InvalidInput, NotFound
from tests.world import World

_DATA = {"cut": "EP01_C012", "stage": "AD", "take_number": 2, "flags": 3}


class Listener:
    """A real server that keeps what it is told, and answers as the test wants."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.extra = 200, {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.heard.append((self.path, dict(self.headers), body))
                self.send_response(outer.status)
                for name, value in outer.extra.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"thanks")

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?room=7"


@pytest.fixture
def other_side() -> Iterator[Listener]:
    """A listener in this machine, which the settings allow here."""
    listener = Listener()
    threading.Thread(target=listener.server.serve_forever, daemon=True).start()
    with override_settings(WEBHOOK_ALLOW_PRIVATE=True):
        yield listener
    listener.server.shutdown()
    listener.server.server_close()


def _hook(world: World, url: str, **fields: Any) -> Webhook:
    return webhooks.create(actor=world.producer, production=world.production, url=url, **fields)


def _happen(world: World, key: str = "run:1", kind: str = NoticeKind.FLAGS_FOUND) -> None:
    notices.tell(
        kind=kind,
        production=world.production,
        people=[world.artist, world.supervisor],
        key=key,
        url="/takes/7/",
        data=_DATA,
    )


def is_signed(secret: str, header: str, body: bytes) -> bool:
    """Verify a signature as docs/api.md says, without any code of ours."""
    parts = dict(part.split("=", 1) for part in header.split(","))
    wanted = hmac.new(secret.encode(), f"{parts['t']}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, parts["v1"])


def test_an_event_is_sent_once_signed_and_with_its_facts(world: World, other_side: Listener) -> None:
    hook = _hook(world, other_side.url)
    _happen(world)
    _happen(world)
    assert [webhooks.send_due(), webhooks.send_due()] == [1, 0]
    ((path, headers, body),) = other_side.heard
    assert path == "/hook?room=7"
    assert is_signed(hook.secret, headers["X-Sakkan-Signature"], body)
    assert not is_signed(hook.secret, headers["X-Sakkan-Signature"], body + b" ")
    told = json.loads(body)
    delivery = WebhookDelivery.objects.get()
    assert headers["X-Sakkan-Delivery"] == told["id"] == str(delivery.pk)
    assert (headers["X-Sakkan-Event"], told["production"]) == ("flags_found", "HOSHI")
    assert (told["data"], told["url"]) == (_DATA, "http://localhost:8000/takes/7/")
    assert (delivery.state, delivery.http_status, delivery.answer) == (DeliveryState.DONE, 200, "thanks")


def test_only_what_is_wanted_is_sent_and_nothing_by_one_that_is_off(
    world: World, other_side: Listener
) -> None:
    hook = _hook(world, other_side.url, kinds=[NoticeKind.COMMENT])
    _happen(world)
    assert not WebhookDelivery.objects.exists()
    webhooks.update(actor=world.producer, webhook=hook, kinds=[], active=False)
    _happen(world, "run:2")
    assert not WebhookDelivery.objects.exists()


def test_a_chat_gets_a_sentence(world: World, other_side: Listener) -> None:
    _hook(world, other_side.url, body="slack")
    _hook(world, other_side.url, body="discord")
    _happen(world)
    webhooks.send_due()
    slack, discord = (
        json.loads(body) for _, _, body in sorted(other_side.heard, key=lambda each: each[2], reverse=True)
    )
    assert slack["text"] == discord["content"]
    assert "[HOSHI] EP01_C012 AD T2: the check found drift\n3 flags wait" in slack["text"]


def test_what_is_not_taken_is_tried_with_growing_pauses_then_given_up(
    world: World, other_side: Listener
) -> None:
    other_side.status = 503
    _hook(world, other_side.url)
    _happen(world)
    now = timezone.now()
    for pause in webhooks.PAUSES:
        assert webhooks.send_due(now) == 0
        delivery = WebhookDelivery.objects.get()
        assert (delivery.state, delivery.next_try_at) == (DeliveryState.WAITING, now + pause)
        webhooks.send_due(now + pause - timedelta(seconds=1))
        now += pause
    webhooks.send_due(now)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.error) == (DeliveryState.GIVEN_UP, 8, "HTTP 503")
    assert len(other_side.heard) == webhooks.ATTEMPTS
    assert len({headers["X-Sakkan-Delivery"] for _, headers, _ in other_side.heard}) == 1


def test_what_was_given_up_is_sent_again_by_hand(world: World, other_side: Listener) -> None:
    _hook(world, other_side.url)
    _happen(world)
    WebhookDelivery.objects.update(state=DeliveryState.GIVEN_UP, attempts=8, next_try_at=None)
    webhooks.send_again(actor=world.producer, delivery=WebhookDelivery.objects.get())
    assert webhooks.send_due() == 1


def test_two_workers_never_send_one_delivery_at_once(
    world: World, other_side: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hook(world, other_side.url)
    _happen(world)
    now, real = timezone.now(), webhooks._call

    def call_while_another_tries(delivery: WebhookDelivery) -> webhook_calls.Answer:
        assert webhooks.send_due(now) == 0
        return real(delivery)

    monkeypatch.setattr(webhooks, "_call", call_while_another_tries)
    assert webhooks.send_due(now) == 1
    assert len(other_side.heard) == 1


def test_a_worker_that_comes_back_late_overwrites_nothing(
    world: World, other_side: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hook(world, other_side.url)
    _happen(world)
    now, real = timezone.now(), webhooks._call

    def fall_asleep(_delivery: WebhookDelivery) -> webhook_calls.Answer:
        monkeypatch.setattr(webhooks, "_call", real)
        assert webhooks.send_due(now + webhooks.LEASE) == 1  # the next worker takes over
        return webhook_calls.Answer(None, error="too late")

    monkeypatch.setattr(webhooks, "_call", fall_asleep)
    webhooks.send_due(now)
    assert WebhookDelivery.objects.get().state == DeliveryState.DONE


def test_a_redirect_is_not_followed(world: World, other_side: Listener) -> None:
    other_side.status, other_side.extra = 302, {"Location": "http://127.0.0.1:1/inside"}
    answer = webhook_calls.send(other_side.url, b"{}", {})
    assert (answer.status, answer.is_taken, len(other_side.heard)) == (302, False, 1)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://localhost/x",
        "http://10.1.2.3/x",
        "http://192.168.0.9:8080/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[fd00::1]/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "ftp://chat.example/",
        "file:///etc/passwd",
        "https://mei:secret@chat.example/",
        "https:///nowhere",
        "http://chat.example:99999/",
        "no address",
    ],
)
def test_an_address_that_may_not_be_called_is_refused_at_once(world: World, url: str) -> None:
    with pytest.raises(InvalidInput):
        _hook(world, url)
    assert webhook_calls.send(url, b"{}", {}).status is None


def test_a_name_that_leads_inside_is_refused_when_it_is_called(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
        for address in ("93.184.216.34", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    called: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **_k: called.append(args))
    answer = webhook_calls.send("https://inside.example/", b"{}", {})
    assert (answer.error, called) == (webhook_calls.PRIVATE, [])


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    called: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], **_kwargs: object) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    assert "Nobody listens" in webhook_calls.send("http://chat.example/", b"{}", {}).error
    assert called == [("93.184.216.34", 80)]


def test_a_name_that_cannot_be_one_breaks_nothing(world: World) -> None:
    assert webhook_calls.send(f"http://{'a' * 70}.example/", b"{}", {}).error
    assert webhook_calls.send("http://192.0.2.1/ü \n", b"{}", {}).status is None


def test_the_secret_is_new_for_each_and_after_each_change(world: World) -> None:
    first, second = _hook(world, "https://a.example/"), _hook(world, "https://b.example/")
    assert (
        len({first.secret, second.secret, webhooks.rotate(actor=world.producer, webhook=first).secret}) == 3
    )


def test_unknown_kinds_and_too_many_addresses_are_refused(world: World) -> None:
    with pytest.raises(InvalidInput):
        _hook(world, "https://a.example/", kinds=["gossip"])
    for number in range(20):
        _hook(world, f"https://{number}.example/")
    with pytest.raises(InvalidInput):
        _hook(world, "https://a.example/")


def test_a_test_goes_also_to_an_address_that_is_off(world: World, other_side: Listener) -> None:
    hook = _hook(world, other_side.url)
    webhooks.update(actor=world.producer, webhook=hook, active=False)
    delivery = webhooks.send_test(actor=world.producer, webhook=hook)
    webhooks.send_due()
    delivery.refresh_from_db()
    assert (delivery.state, other_side.heard[0][1]["X-Sakkan-Event"]) == (DeliveryState.DONE, "test")


def test_a_webhook_is_found_by_who_runs_its_production_alone(world: World) -> None:
    hook = _hook(world, "https://a.example/")
    assert webhooks.get(world.producer, hook.pk) == hook
    with pytest.raises(NotFound):
        webhooks.get(world.stranger, hook.pk)


def test_deliveries_that_ended_long_ago_go(world: World, other_side: Listener) -> None:
    _hook(world, other_side.url)
    _happen(world)
    webhooks.send_due()
    _happen(world, "run:2")
    WebhookDelivery.objects.filter(state="done").update(finished_at=timezone.now() - timedelta(days=40))
    assert webhooks.clear_old() == 1
