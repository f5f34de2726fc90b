"""The stage of the kill tests, set in a process of its own by `manage.py shell -c`.

A production with one take of thirty drawings, every fifth in a colour that the sheet does not know.
"""

from __future__ import annotations

import time
from typing import Any

from django.core.management import call_command

from qa.services import renewal
from studio.core import jobs
from studio.core.compute import LocalCompute
from tests.qa.makers import approve_sheet, deliver
from tests.world import build_world, png

DRAWINGS, DRIFTED_EVERY = 30, 5


class SlowCompute(LocalCompute):
    """The real engine, slowed so that a kill meets it at work."""

    def measure(self, *args: Any, **kwargs: Any) -> Any:
        """See Compute."""
        time.sleep(0.5)
        return super().measure(*args, **kwargs)


def send() -> str:
    """Migrate, build the production and send the check of its take to the workers; return the job's id."""
    call_command("migrate", verbosity=0)
    world = build_world()
    approve_sheet(world.design)
    approved, strange = (90, 60 + world.design.pk % 100, 160), (200, 40, 40)
    pictures = [
        png(strange if number % DRIFTED_EVERY == 0 else approved, size_hw=(96, 64), seed=number)
        for number in range(DRAWINGS)
    ]
    take = deliver(world.cut, pictures, by=world.artist)
    return str(renewal.submit(take, actor=world.artist).pk)


def here() -> None:
    """Do the same check in this process, undisturbed."""
    jobs.run(send())
