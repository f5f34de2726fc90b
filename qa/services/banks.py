"""Memory banks compiled anew on request of the administrator."""

from __future__ import annotations

from django.db import transaction

from qa import health
from studio.core import audit, jobs
from studio.core.errors import NotFound
from studio.core.models import Job, User

BUILD = "qa.build_bank"


def rebuild_missing(*, actor: User) -> list[Job]:
    """Put the compiling of every approved sheet without a bank of the present model on its queue.

    Raises:
        NotFound: the actor does not administer this installation.
    """
    if not (actor.is_active and (actor.is_staff or actor.is_superuser)):
        raise NotFound(what="page")
    maker = health.present_maker()
    with transaction.atomic():
        sheets = health.sheets_without_bank(maker).select_related("design__character")
        submitted = [
            jobs.submit(
                actor=actor,
                kind=BUILD,
                subject=f"sheet:{sheet.pk}",
                production_id=sheet.design.character.production_id,
                params={"sheet_id": sheet.pk},
            )
            for sheet in sheets
        ]
        audit.record(
            actor=actor,
            verb="bank.rebuild",
            target=actor,
            production_id=None,
            after={"sheets": len(submitted)},
        )
    return submitted
