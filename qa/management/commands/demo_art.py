"""`manage.py demo_art ART`: the same production from real art, checked, with what was found printed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from qa.demo import loader, plan
from qa.demo.report import demo_report


class Command(BaseCommand):
    """Builds a production from a folder of real art with a MANIFEST.json."""

    help = "Build a production from real art by its MANIFEST.json, check it and print what was found."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder."""
        parser.add_argument("art", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan, load, check, print."""
        art: Path = options["art"]
        if not (art / "MANIFEST.json").exists():
            msg = (
                f"There is no MANIFEST.json in {art}. Name the folder that holds it: make demo-art ART=FOLDER"
            )
            raise CommandError(msg)
        started = time.monotonic()
        call_command("migrate", verbosity=0, interactive=False)
        folder = Path(settings.VAR_DIR) / "art-plan"
        subprocess.run([sys.executable, "-m", "ml", "art-plan", str(art), "--out", str(folder)], check=True)
        loader.load(plan.read(folder), say=lambda line: self.stdout.write(f"  {line}"))
        self._print(demo_report(plan.read(folder).code), time.monotonic() - started)

    def _print(self, report: dict[str, Any], seconds: float) -> None:
        for row in report["rows"]:
            sign = "found " if row["found"] else "MISSED"
            named = str(row["flag"].get_fault_display()) if row["flag"] else "-"
            self.stdout.write(
                f"{sign} {row['cut']} {row['drawing']:>5}  {row['kind']:<16} as {named:<16} {row['what']}"
            )
        self.stdout.write(
            f"{report['found']} of {report['planted']} planted drifts found; "
            f"{report['false_flags']} of {report['clean_drawings']} clean drawings flagged; {seconds:.0f} s."
        )
        self.stdout.write("Open it with `make run` as supervisor; the production is called ART.")
