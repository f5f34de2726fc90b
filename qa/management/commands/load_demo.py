"""`manage.py load_demo`: draw our own demo production and load it. Does nothing when it is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from qa.demo import loader, plan


class Command(BaseCommand):
    """Loads the demo production; safe to run again."""

    help = "Draw the demo production with our own generator and load it (idempotent)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw, load, check."""
        if loader.plan_path("DEMO").exists():
            return
        folder = Path(settings.VAR_DIR) / "demo-art"
        if not (folder / "plan.json").exists():
            self.stdout.write("Drawing the demo's characters and cuts …")
            subprocess.run([sys.executable, "-m", "ml.puppets", "demo", "--out", str(folder)], check=True)
        self.stdout.write("Loading and checking the demo production …")
        loader.load(plan.read(folder), say=lambda line: self.stdout.write(f"  {line}"))
