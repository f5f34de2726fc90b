"""What workers are asked to do besides jobs. Each task only opens the right door."""

from __future__ import annotations

from celery import shared_task

from assets.services import abandoned, digest, mailing, notices, watched, webhooks


@shared_task(name="assets.tasks.watch")
def watch() -> int:
    """Take what was dropped into the watched folder."""
    return watched.sweep()


@shared_task(name="assets.tasks.clear_uploads")
def clear_uploads() -> int:
    """Clear away uploads that nobody will finish."""
    return abandoned.clear()


@shared_task(name="assets.tasks.send_mail")
def send_mail() -> int:
    """Send the mails of single notices that are due."""
    return mailing.send_due()


@shared_task(name="assets.tasks.send_digests")
def send_digests() -> int:
    """Send the daily mails."""
    return digest.send_all()


@shared_task(name="assets.tasks.send_webhooks")
def send_webhooks() -> int:
    """Try the webhook deliveries that are due."""
    return webhooks.send_due()


@shared_task(name="assets.tasks.clear_notices")
def clear_notices() -> int:
    """Remove old notices and deliveries."""
    return notices.clear_old() + webhooks.clear_old()
