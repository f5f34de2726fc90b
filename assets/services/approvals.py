"""Approvals for a production: a use that its distributor allows in writing, and a model that may work for it."""

from __future__ import annotations

from django.db import transaction

from assets import access
from assets.choices_rights import ApprovalSubject
from assets.models import Approval, ModelVersion, Production
from assets.rights.asking import ACTS
from assets.services import rows
from studio.core.errors import InvalidInput
from studio.core.models import User
from studio.core.roles import Action

_NAMES = ("subject", "use", "reference", "approved", "note")


def by_distributor(
    *, actor: User, production: Production, use: str, reference: str, approved: bool = True, note: str = ""
) -> Approval:
    """Write down that the distributor allows a use in the delivery, or has taken it back.

    Raises:
        NotFound, NotAllowed: by the actor's roles. InvalidInput: a use that is none, or no reference of the letter.
    """
    access.require(actor, Action.EDIT_DATASETS, production)
    if use not in ACTS:
        raise InvalidInput(field="use", reason="this is nothing that can be approved")
    if not reference.strip():
        raise InvalidInput(field="reference", reason="name the letter or mail that says so")
    row = Approval(
        subject=ApprovalSubject.DELIVERY,
        production=production,
        use=use,
        reference=reference.strip(),
        approved=approved,
        note=note.strip(),
        by=actor,
    )
    return _kept(actor, production, row)


def model_for(
    *, actor: User, production: Production, model: ModelVersion, approved: bool = True, note: str = ""
) -> Approval:
    """Say that a model may be asked to work for a production; what it may do is still the gate's answer.

    Raises:
        NotFound, NotAllowed: by the actor's roles.
    """
    access.require(actor, Action.EDIT_DATASETS, production)
    row = Approval(
        subject=ApprovalSubject.MODEL,
        production=production,
        model=model,
        root=model.weights_sha256,
        approved=approved,
        note=note.strip(),
        by=actor,
    )
    return _kept(actor, production, row)


def _kept(actor: User, production: Production, row: Approval) -> Approval:
    with transaction.atomic():
        return rows.create(row, actor=actor, verb="approval.give", production_id=production.pk, names=_NAMES)
