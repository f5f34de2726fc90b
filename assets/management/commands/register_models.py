"""`manage.py register_models`: enter our own models in the register; `serve` and containers do it by themselves."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from assets.services import register


class Command(BaseCommand):
    """Enters what is not there yet; doing it again changes nothing."""

    help = "Enter the weights that come with this version of Sakkan in the register of models."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is new."""
        made = register.sync_shipped()
        for model in made:
            self.stdout.write(f"{model}: entered")
        if not made:
            self.stdout.write("Nothing new: every model of this version is in the register.")
