"""Addresses of other systems: kept by whoever runs the production, told once of each event, tried until it is taken.

A delivery is claimed by one conditional UPDATE of its next try, so two workers never send it at once; a worker that
dies leaves it to the next after the lease. Its id stays the same over all tries: the other side can leave repeats out.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assets import access, notice_words
from assets.choices import DeliveryState, NoticeKind, WebhookBody
from assets.models import Production, Webhook, WebhookDelivery
from assets.services import rows, webhook_calls
from studio.core import audit, queue
from studio.core.errors import InvalidInput, NotFound, phrase
from studio.core.models import User
from studio.core.roles import Action

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
ATTEMPTS = len(PAUSES) + 1
LEASE = timedelta(minutes=2)
REDIRECTED = gettext_noop("It answered with a redirect; redirects are not followed. Enter the final address.")
_AT_ONCE = 100
_MOST = 20
_KEPT = timedelta(days=30)
_FIELDS = ("url", "kinds", "body", "active")


def create(
    *,
    actor: User,
    production: Production,
    url: str,
    kinds: Iterable[str] = (),
    body: str = WebhookBody.SAKKAN,
) -> Webhook:
    """Add an address. Its secret stands in `.secret` and is shown to people this once.

    Raises:
        InvalidInput: an address that is not called, an unknown kind, or too many addresses.
    """
    access.require(actor, Action.MANAGE_PRODUCTION, production)
    fields = _checked({"url": url, "kinds": list(kinds), "body": body})
    with transaction.atomic():
        rows.locked(production)
        if production.webhooks.count() >= _MOST:
            raise InvalidInput(
                field="url", reason=_("a production has at most %(n)s webhooks") % {"n": _MOST}
            )
        webhook = Webhook(production=production, created_by=actor, secret=_new_secret(), **fields)
        return rows.create(
            webhook, actor=actor, verb="webhook.create", production_id=production.pk, names=_FIELDS
        )


def update(*, actor: User, webhook: Webhook, **fields: Any) -> Webhook:
    """Change address, kinds or kind of message, or switch it off and on."""
    access.require(actor, Action.MANAGE_PRODUCTION, webhook.production)
    checked = _checked(fields)
    with transaction.atomic():
        return rows.change(
            rows.locked(webhook),
            checked,
            actor=actor,
            verb="webhook.update",
            production_id=webhook.production_id,
            allowed=_FIELDS,
        )


def rotate(*, actor: User, webhook: Webhook) -> Webhook:
    """Give it a new secret, shown this once; the old one signs nothing from now on."""
    access.require(actor, Action.MANAGE_PRODUCTION, webhook.production)
    with transaction.atomic():
        locked = rows.locked(webhook)
        locked.secret = _new_secret()
        locked.save(update_fields=["secret"])
        _record(actor, "webhook.rotate", locked, {"secret": "new"})
    return locked


def remove(*, actor: User, webhook: Webhook) -> None:
    """Forget an address with its deliveries."""
    access.require(actor, Action.MANAGE_PRODUCTION, webhook.production)
    with transaction.atomic():
        rows.remove(
            rows.locked(webhook),
            actor=actor,
            verb="webhook.remove",
            production_id=webhook.production_id,
            names=_FIELDS,
        )


def send_test(*, actor: User, webhook: Webhook) -> WebhookDelivery:
    """Let a worker send a test delivery, also to an address that is switched off."""
    access.require(actor, Action.MANAGE_PRODUCTION, webhook.production)
    with transaction.atomic():
        delivery = _delivery(webhook, notice_words.TEST, f"test:{uuid.uuid4()}", "/", {"person": str(actor)})
        delivery.save(force_insert=True)
        _record(actor, "webhook.test", webhook, {"delivery": str(delivery.pk)})
        _send_soon()
    return delivery


def send_again(*, actor: User, delivery: WebhookDelivery) -> WebhookDelivery:
    """Start a delivery anew, with its tries counted from the beginning."""
    webhook = delivery.webhook
    access.require(actor, Action.MANAGE_PRODUCTION, webhook.production)
    with transaction.atomic():
        again = rows.locked(delivery)
        again.state, again.attempts, again.next_try_at = DeliveryState.WAITING, 0, timezone.now()
        again.finished_at, again.error = None, ""
        again.save(update_fields=["state", "attempts", "next_try_at", "finished_at", "error"])
        _record(actor, "webhook.send_again", webhook, {"delivery": str(delivery.pk)})
        _send_soon()
    return again


def tell(*, kind: str, production: Production, key: str, url: str, data: Mapping[str, Any]) -> None:
    """Write a delivery of this event for each webhook that wants its kind, once; they go out after the commit."""
    wanted = [
        each
        for each in Webhook.objects.filter(production=production, active=True)
        if not each.kinds or kind in each.kinds
    ]
    if not wanted:
        return
    made = [_delivery(webhook, kind, key, url, data) for webhook in wanted]
    WebhookDelivery.objects.bulk_create(made, ignore_conflicts=True)
    _send_soon()


def send_due(now: datetime | None = None) -> int:
    """Try the deliveries that are due. Returns how many were taken."""
    now = now or timezone.now()
    due = WebhookDelivery.objects.filter(state=DeliveryState.WAITING, next_try_at__lte=now)
    ids = due.order_by("next_try_at").values_list("pk", flat=True)[:_AT_ONCE]
    return sum(_try(pk, now) for pk in list(ids))


def clear_old(now: datetime | None = None) -> int:
    """Remove deliveries that ended long ago. Returns how many."""
    before = (now or timezone.now()) - _KEPT
    return WebhookDelivery.objects.filter(finished_at__lt=before).delete()[0]


def get(user: User, pk: int) -> Webhook:
    """Return a webhook of a production that the person runs.

    Raises:
        NotFound, NotAllowed: by the person's roles in its production.
    """
    visible = Webhook.objects.filter(production__in=access.visible_productions(user).values("pk"))
    webhook = visible.select_related("production", "created_by").filter(pk=pk).first()
    if webhook is None:
        raise NotFound(what="webhook")
    access.require(user, Action.MANAGE_PRODUCTION, webhook.production)
    return webhook


def get_delivery(user: User, pk: uuid.UUID) -> WebhookDelivery:
    """Return a delivery of such a webhook. Raises NotFound, NotAllowed."""
    delivery = WebhookDelivery.objects.select_related("webhook__production").filter(pk=pk).first()
    if delivery is None:
        raise NotFound(what="delivery")
    get(user, delivery.webhook_id)
    return delivery


def _try(pk: uuid.UUID, now: datetime) -> bool:
    """Send one delivery if nobody else does; what a late worker brings back is not written."""
    free = WebhookDelivery.objects.filter(pk=pk, state=DeliveryState.WAITING, next_try_at__lte=now)
    if not free.update(next_try_at=now + LEASE, attempts=F("attempts") + 1):
        return False
    delivery = WebhookDelivery.objects.select_related("webhook").get(pk=pk)
    if not connection.in_atomic_block:
        close_old_connections()
    answer = _call(delivery)
    mine = WebhookDelivery.objects.filter(
        pk=pk, state=DeliveryState.WAITING, attempts=delivery.attempts, next_try_at=now + LEASE
    )
    mine.update(
        http_status=answer.status,
        error=_error_of(answer)[:300],
        answer=answer.text,
        **_next(answer.is_taken, delivery.attempts, now),
    )
    return answer.is_taken


def _call(delivery: WebhookDelivery) -> webhook_calls.Answer:
    body = json.dumps(delivery.payload, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Sakkan",
        "X-Sakkan-Event": delivery.kind,
        "X-Sakkan-Delivery": str(delivery.pk),
        "X-Sakkan-Signature": webhook_calls.signature(
            delivery.webhook.secret, body, int(timezone.now().timestamp())
        ),
    }
    return webhook_calls.send(delivery.webhook.url, body, headers)


def _next(is_taken: bool, attempts: int, now: datetime) -> dict[str, Any]:  # noqa: FBT001
    if is_taken:
        return {"state": DeliveryState.DONE, "finished_at": now, "next_try_at": None}
    if attempts >= ATTEMPTS:
        return {"state": DeliveryState.GIVEN_UP, "finished_at": now, "next_try_at": None}
    return {"next_try_at": now + PAUSES[attempts - 1]}


def _error_of(answer: webhook_calls.Answer) -> str:
    if answer.is_taken or answer.status is None:
        return answer.error
    if 300 <= answer.status < 400:
        return REDIRECTED
    return f"HTTP {answer.status}"


def _delivery(webhook: Webhook, kind: str, key: str, url: str, data: Mapping[str, Any]) -> WebhookDelivery:
    delivery = WebhookDelivery(webhook=webhook, kind=kind, key=key, next_try_at=timezone.now())
    delivery.payload = _payload(delivery, url, data)
    return delivery


def _payload(delivery: WebhookDelivery, url: str, data: Mapping[str, Any]) -> dict[str, Any]:
    webhook, address = delivery.webhook, settings.SITE_URL + url
    if webhook.body == WebhookBody.SAKKAN:
        return {
            "id": str(delivery.pk),
            "event": delivery.kind,
            "production": webhook.production.code,
            "data": dict(data),
            "url": address,
            "at": timezone.now().isoformat(timespec="seconds"),
        }
    with translation.override(settings.LANGUAGE_CODE):
        title = notice_words.title_of(delivery.kind, data)
        sentence = notice_words.sentence_of(delivery.kind, data)
        text = "\n".join([f"[{webhook.production.code}] {title}", sentence, address])
    return {"text" if webhook.body == WebhookBody.SLACK else "content": text}


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    if "url" in fields:
        try:
            webhook_calls.check_address(str(fields["url"]))
        except webhook_calls.Refused as refusal:
            raise InvalidInput(field="url", reason=_(str(refusal))) from refusal
    unknown = set(fields.get("kinds", ())) - set(NoticeKind.values)
    if unknown:
        raise InvalidInput(
            field="kinds",
            reason=phrase(
                "“{value}” is not one of {known}", value=min(unknown), known=", ".join(NoticeKind.values)
            ),
        )
    return dict(fields)


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _record(actor: User, verb: str, webhook: Webhook, after: dict[str, Any]) -> None:
    audit.record(actor=actor, verb=verb, target=webhook, production_id=webhook.production_id, after=after)


def _send_soon() -> None:
    queue.enqueue("assets.tasks.send_webhooks", queue="io")
