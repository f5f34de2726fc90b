"""`manage.py backup FOLDER`: the database and every drawing, checked; `--verify` looks at what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from studio.core import audit, backup
from studio.core.choices import JobState
from studio.core.errors import StudioError
from studio.core.models import Job
from studio.core.probes import BACKUP_MARK


class Command(BaseCommand):
    """Makes a backup while the studio runs."""

    help = "Write a backup below FOLDER. The second one costs what is new."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder, and whether only to look."""
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--verify", action="store_true", help="check the newest backup in FOLDER, write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make or check, and say what came of it."""
        try:
            made = backup.find(options["folder"]) if options["verify"] else backup.make(options["folder"])
            problems = backup.problems_of(made)
        except (StudioError, OSError) as error:
            raise CommandError(str(error)) from error
        if problems:
            raise CommandError("This backup is NOT whole:\n" + "\n".join(problems[:20]))
        if not options["verify"]:
            self._record(made)
        size = filesizeformat(made.size_bytes).replace("\xa0", " ")
        self.stdout.write(f"{made.folder}: database and {len(made.blobs)} files, {size}, every one checked.")

    def _record(self, made: backup.Backup) -> None:
        """Tell the health page when the last backup was; leave a finished job and a line in the audit log."""
        (Path(settings.VAR_DIR) / BACKUP_MARK).touch()
        now = timezone.now()
        with transaction.atomic():
            job = Job.objects.create(
                kind="core.backup",
                state=JobState.DONE,
                started_at=now,
                finished_at=now,
                result={"at": made.at, "files": len(made.blobs), "bytes": made.size_bytes},
            )
            audit.record(actor=None, verb="backup.make", target=job, after=job.result)
