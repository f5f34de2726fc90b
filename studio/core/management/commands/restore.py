"""`manage.py restore FOLDER --yes`: a backup in place of what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from studio.core import backup, jobs
from studio.core.errors import StudioError


class Command(BaseCommand):
    """Restores a backup. Stop the web server and the workers first."""

    help = "Put the newest whole backup of FOLDER (or that backup itself) in place of the present data."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder, and the word that it is meant."""
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--yes", action="store_true", help="the present database is replaced: say that you mean it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, restore, bring the tables up to date."""
        try:
            found = backup.find(options["folder"])
            if not options["yes"]:
                msg = f"{found.folder} would replace the present database. Say --yes when you mean it."
                raise CommandError(msg)
            backup.restore(found)
        except (StudioError, OSError) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)
        jobs.void_leases()
        self.stdout.write(f"{found.folder} is in place: database and {len(found.blobs)} files.")
