"""`manage.py send_digest`: the daily mail now, of everything that is unread."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assets.services import digest, mailing


class Command(BaseCommand):
    """Sends the daily mail without waiting for its hour."""

    help = "Send everybody their daily mail now."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and say how many mails went."""
        if not mailing.is_on():
            msg = "This installation sends no mail. Set SAKKAN_EMAIL_URL (see docs/operations.md)."
            raise CommandError(msg)
        sent = digest.send_all(until=timezone.now())
        self.stdout.write(f"{sent} mails went out.")
