"""People and bodies who hold rights. They belong to the whole studio: one artist draws for many productions."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from assets import access
from assets.models import RightsHolder
from assets.services import rows
from studio.core import audit
from studio.core.errors import InvalidInput
from studio.core.models import User
from studio.core.roles import Action

FIELDS = ("name", "pseudonym", "kind", "credit", "contact", "user", "note")
_AUDITED = ("pseudonym", "kind")  # names and contacts stay out of the log, so that erasing them is possible


def create(*, actor: User, name: str, pseudonym: str = "", **fields: Any) -> RightsHolder:
    """Enter somebody who holds rights; without a pseudonym they get a number.

    Raises:
        NotAllowed: the actor may change datasets nowhere. InvalidInput, DuplicateContent: what the model refuses.
    """
    access.require_anywhere(actor, Action.EDIT_DATASETS)
    _refuse_unknown(fields)
    with transaction.atomic():
        holder = RightsHolder(name=name, pseudonym=pseudonym or _next_pseudonym(), **fields)
        return rows.create(
            holder, actor=actor, verb="holder.create", production_id=None, names=_AUDITED, studio=True
        )


def update(*, actor: User, holder: RightsHolder, **fields: Any) -> RightsHolder:
    """Change what is known of a holder; whoever they are, what they granted stays as it was signed.

    The log keeps which fields were changed, and old and new values of the pseudonym and the kind alone.

    Raises:
        NotAllowed: the actor may change datasets nowhere. InvalidInput, DuplicateContent: what the model refuses.
    """
    access.require_anywhere(actor, Action.EDIT_DATASETS)
    _refuse_unknown(fields)
    with transaction.atomic():
        holder = rows.locked(holder)
        before = rows.facts(holder, FIELDS)
        for name, value in fields.items():
            setattr(holder, name, value)
        old, new = audit.diff(before, rows.facts(holder, FIELDS))
        if not new:
            return holder
        rows.save(holder)
        audit.record(
            actor=actor,
            verb="holder.update",
            target=holder,
            before={name: old[name] for name in _AUDITED if name in old},
            after={"changed": sorted(new), **{name: new[name] for name in _AUDITED if name in new}},
        )
    return holder


def _next_pseudonym() -> str:
    last = RightsHolder.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    number = last + 1
    while RightsHolder.objects.filter(pseudonym=f"H-{number:04d}").exists():
        number += 1
    return f"H-{number:04d}"


def _refuse_unknown(fields: dict[str, Any]) -> None:
    unknown = sorted(set(fields) - set(FIELDS))
    if unknown:
        raise InvalidInput(field=unknown[0], reason="this cannot be changed")
