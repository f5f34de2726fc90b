"""`manage.py archive`: bring the index of all drawings up to the database, or build it anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from qa import archive_state
from qa.services import archive


class Command(BaseCommand):
    """Puts the work on its queue; the jobs page shows how far it is."""

    help = "Bring the index behind “find drawings like this” up to the database; workers also do so by themselves."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to begin anew, or only to tell."""
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--anew", action="store_true", help="throw the index away and build it from the rows"
        )
        what.add_argument("--status", action="store_true", help="say what the last update found")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say so in one line."""
        if options["status"]:
            built = archive_state.last_built()
            facts = built.result if built else {}
            said = (
                f"{facts['rows']} pictures of {facts['productions']} productions"
                if facts
                else "not built yet"
            )
            self.stdout.write(said)
            return
        job = archive.request(actor=None, anew=options["anew"])
        self.stdout.write(f"{job.get_state_display()}: {job.pk}")
