"""Probes of what this app sends and keeps: mail, webhooks, stored files."""

from __future__ import annotations

import io
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from assets.choices import DeliveryState
from assets.models import Notice, WebhookDelivery
from assets.services import mailing
from studio.core.health import BAD, NOTE, OK, WARN, Finding, Section
from studio.core.storage import blobs

_WAITING_LONG = timedelta(minutes=15)


def messages() -> Section:
    """Return whether mail and webhooks go out."""
    return Section("messages", _("Mail and webhooks"), [*_mail(), *_webhooks()])


def storage() -> Section:
    """Return whether a file can be stored and read again."""
    name = _("Write and read")
    try:
        kept = blobs().put(io.BytesIO(b"sakkan health"))
        is_same = blobs().read(kept.sha256) == b"sakkan health"
    except Exception as error:  # noqa: BLE001  (whatever the store says, it is not well)
        words = f"{type(error).__name__}: {error}"
        do = _("Check that the folder or bucket of SAKKAN_BLOBS is there and may be written to.")
        return Section("storage", _("Storage"), [Finding(name, words, BAD, do, "storage")])
    do = (
        ""
        if is_same
        else _("The store gives back other bytes than it took. Stop uploads and check the disk.")
    )
    finding = Finding(name, _("works") if is_same else _("differs"), OK if is_same else BAD, do, "storage")
    return Section("storage", _("Storage"), [finding])


def _mail() -> list[Finding]:
    if not mailing.is_on():
        do = _("Set SAKKAN_EMAIL_URL and SAKKAN_MAIL_FROM if people should have mail.")
        return [Finding(_("Mail"), _("switched off"), NOTE, do)]
    last = Notice.objects.aggregate(at=Max("mailed_at"))["at"]
    due = Notice.objects.filter(mailed_at=None, mail_at__lte=timezone.now())
    refused = Notice.objects.filter(mailed_at=None, mail_at__isnull=False).exclude(
        mail_error=""
    )  # waits for its next try
    failing = refused.order_by("-id").first()
    late = due.filter(mail_at__lt=timezone.now() - _WAITING_LONG).count()
    found = [Finding(_("Last mail sent"), _ago(last) if last else _("never"), NOTE)]
    if failing:
        do = _("Check SAKKAN_EMAIL_URL and the mail server; every notice is tried again by itself.")
        found.append(Finding(_("Mail refused"), failing.mail_error, BAD, do, "mail_refused"))
    elif late:
        do = _("Nobody sends it: start a worker with its beat.")
        found.append(Finding(_("Mail waiting"), str(late), WARN, do, "mail_waiting"))
    else:
        found.append(Finding(_("Mail waiting"), str(due.count())))
    return found


def _webhooks() -> list[Finding]:
    rows = WebhookDelivery.objects.order_by()
    last = rows.filter(state=DeliveryState.DONE).aggregate(at=Max("finished_at"))["at"]
    waiting = rows.filter(state=DeliveryState.WAITING)
    given_up = rows.filter(
        state=DeliveryState.GIVEN_UP, created_at__gte=timezone.now() - timedelta(days=7)
    ).select_related("webhook")
    found = [
        Finding(_("Last webhook taken"), _ago(last) if last else _("never"), NOTE),
        Finding(_("Webhooks waiting"), str(waiting.count())),
    ]
    if worst := given_up.order_by("-created_at").first():
        words = _("%(n)d given up in a week, last: %(error)s") % {
            "n": given_up.count(),
            "error": worst.error or worst.http_status,
        }
        do = _("Open the webhooks of the production, press test, and correct the address or switch it off.")
        found.append(Finding(_("Webhooks given up"), words, WARN, do, "webhooks_given_up"))
    return found


def _ago(at: object) -> str:
    return _("%(time)s ago") % {"time": timesince(at)}  # type: ignore[arg-type]
