"""`manage.py reembed`: change the model of the picture engine, look how far it is, go back, drop what is old."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qa import model_status
from qa.services import encoders, reembedding, renewal
from studio.core.errors import StudioError


class Command(BaseCommand):
    """One action a call; without one, the change to the model of the settings begins or goes on."""

    help = (
        "Change to the model that SAKKAN_EMBEDDER and SAKKAN_EMBEDDER_WEIGHTS name: workers embed everything anew in "
        "the background, the old model serves until then. Workers begin by themselves; this also goes on after a "
        "failure."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the action."""
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--status", action="store_true", help="say which model serves and how far the next one is"
        )
        what.add_argument(
            "--back", action="store_true", help="let the model before this one serve again, at once"
        )
        what.add_argument(
            "--now", action="store_true", help="serve by the settings' model at once, embed when asked"
        )
        what.add_argument(
            "--recheck", action="store_true", help="check takes again that an earlier model checked"
        )
        what.add_argument(
            "--drop-old", action="store_true", help="drop vectors and banks of models put aside"
        )
        parser.add_argument("--yes", action="store_true", help="with --drop-old: do it instead of counting")
        parser.add_argument("--json", action="store_true", help="with --status: print JSON for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the action; ends with 1 and one line that says why when it is refused."""
        chosen = next(
            (name for name in ("status", "back", "now", "recheck", "drop_old") if options[name]), "begin"
        )
        try:
            said = getattr(self, f"_{chosen}")(options)
        except StudioError as error:
            raise CommandError(str(error.data.get("reason", error.message))) from error
        self.stdout.write(said)

    def _begin(self, options: dict[str, Any]) -> str:
        job = reembedding.begin(actor=None)
        if job is None:
            return f"{encoders.serving()} serves already"
        return f"{job.params['embedder']}: {job.get_state_display()}; look with `manage.py reembed --status`"

    def _status(self, options: dict[str, Any]) -> str:
        found = model_status.facts()
        return json.dumps(found, indent=2) if options["json"] else "\n".join(model_status.lines(found))

    def _back(self, options: dict[str, Any]) -> str:
        row = encoders.back(actor=None)
        return f"{row} serves; the settings are not followed until you say `manage.py reembed`"

    def _now(self, options: dict[str, Any]) -> str:
        row = encoders.serve_now(encoders.wished(), actor=None)
        return f"{row} serves; what it lacks is made when it is asked for"

    def _recheck(self, options: dict[str, Any]) -> str:
        submitted = renewal.recheck_other_models(encoders.serving().model_id, requested_by=None)
        return f"{len(submitted)} checks queued"

    def _drop_old(self, options: dict[str, Any]) -> str:
        vectors, banks = encoders.drop_old(actor=None) if options["yes"] else encoders.old_rows()
        told = f"{vectors} vectors and {banks} banks of models put aside"
        return (
            f"dropped {told}"
            if options["yes"]
            else f"{told}; `--drop-old --yes` drops them, there is no way back then"
        )
