"""What workers are asked to do besides jobs. Each task only opens the right door."""

from __future__ import annotations

from celery import shared_task

from assets.services import abandoned, audits, digest, due, mailing, notices, watched, webhooks, withdrawals


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


@shared_task(name="assets.tasks.audit_rights")
def audit_rights() -> int:
    """Audit the rights of every production."""
    return audits.run_all()


@shared_task(name="assets.tasks.follow_withdrawals")
def follow_withdrawals() -> int:
    """Do what follows from withdrawals of consent whose day has come."""
    return withdrawals.follow_due()


@shared_task(name="assets.tasks.tell_due")
def tell_due() -> int:
    """Tell producers of rights that end, payments that fall due and whatever else has a date."""
    return due.tell()
