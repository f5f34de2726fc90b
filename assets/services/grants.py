"""Grants: what rights holders allowed. Terms never change; a new grant supersedes an old one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.db import transaction

from assets import access, territories
from assets.choices_rights import EvidenceKind, ModelFamily, Scope, SubjectKind
from assets.models import Evidence, Grant, GrantItem, Item, Payment, Production, RightsHolder
from assets.rights import facts
from assets.services import datasets, rows, standings
from studio.core.errors import DuplicateContent, InvalidInput, InvalidTransition, phrase
from studio.core.models import User
from studio.core.roles import Action

TERMS = (
    "grantee", "dataset", "production", "works_until", "basis", "scopes", "purposes", "commercial", "territories",
    "excluded", "valid_from", "valid_until", "signed_on", "revocable", "notice_days", "on_revoke", "sublicensable",
    "moral_covenant", "adaptation", "compensation", "amount", "currency", "due_on", "language", "note",
)  # fmt: skip
_CURRENCY = re.compile(r"[A-Z]{3}")


def create(
    *,
    actor: User,
    holder: RightsHolder,
    subject_kind: str,
    items: Iterable[Item] = (),
    only_for: Collection[Production] = (),
    supersedes: Grant | None = None,
    **terms: Any,
) -> Grant:
    """Write down what somebody allows. Without `signed_on` it is an offer and allows nothing.

    Raises:
        NotAllowed: the actor may change datasets nowhere.
        InvalidInput: terms that contradict each other or cannot be read; the field and the reason are named.
        InvalidTransition: the grant to be superseded has been superseded or withdrawn.
    """
    access.require_anywhere(actor, Action.EDIT_DATASETS)
    unknown = sorted(set(terms) - set(TERMS))
    if unknown:
        raise InvalidInput(field=unknown[0], reason="this cannot be changed")
    listed = list(items)
    grant = Grant(holder=holder, subject_kind=subject_kind, supersedes=supersedes, by=actor, **terms)
    _check(grant, listed)
    with transaction.atomic():
        if supersedes is not None:
            _refuse_ended(supersedes)
        rows.create(
            grant,
            actor=actor,
            verb="grant.create",
            production_id=grant.production_id,
            names=_AUDITED,
            studio=True,
        )
        grant.only_for.set(only_for)
        if listed:
            GrantItem.objects.bulk_create(
                [GrantItem(grant=grant, item=item) for item in listed], batch_size=2000
            )
            _list_in_standings(grant, [item.pk for item in listed], actor)
    return grant


_AUDITED = ("holder_id", "subject_kind", "scopes", "territories", "valid_from", "valid_until", "signed_on")


def add_evidence(
    *,
    actor: User,
    grant: Grant,
    file_name: str,
    stream: IO[bytes],
    kind: str = EvidenceKind.CONTRACT,
    confidential: bool = True,
) -> Evidence:
    """Keep a file that proves a grant; contracts are for producers alone unless somebody says otherwise.

    Raises:
        InvalidInput: an empty file or a name that is none. StorageFull: no room; nothing was lost.
    """
    access.require_anywhere(actor, Action.EDIT_DATASETS)
    name, blob = datasets.kept_file(file_name, stream)
    with transaction.atomic():
        return rows.create(
            Evidence(
                grant=grant,
                kind=kind,
                file_name=name,
                blob=blob.sha256,
                size_bytes=blob.size,
                confidential=confidential,
            ),
            actor=actor,
            verb="grant.add_evidence",
            production_id=grant.production_id,
            names=("kind", "blob", "size_bytes"),
            studio=True,
        )


def pay(
    *,
    actor: User,
    grant: Grant,
    amount: Decimal,
    paid_on: date,
    currency: str = "",
    evidence: Evidence | None = None,
    note: str = "",
) -> Payment:
    """Write down that a grantor was paid.

    Raises:
        InvalidInput: no amount, or a receipt that belongs to another grant.
    """
    access.require_anywhere(actor, Action.EDIT_DATASETS)
    if amount <= 0:
        raise InvalidInput(field="amount", reason="the amount must be above zero")
    if evidence is not None and evidence.grant_id != grant.pk:
        raise InvalidInput(field="evidence", reason="this file belongs to another grant")
    payment = Payment(
        grant=grant, amount=amount, currency=currency or grant.currency, paid_on=paid_on, evidence=evidence,
        note=note, by=actor,
    )  # fmt: skip
    with transaction.atomic():
        return rows.create(
            payment,
            actor=actor,
            verb="grant.pay",
            production_id=grant.production_id,
            names=("grant_id", "amount", "currency", "paid_on"),
            studio=True,
        )


def _check(grant: Grant, items: list[Item]) -> None:
    wanted = {SubjectKind.DATASET: grant.dataset_id, SubjectKind.PRODUCTION: grant.production_id}
    if grant.subject_kind in wanted and wanted[SubjectKind(grant.subject_kind)] is None:
        raise InvalidInput(field="subject_kind", reason="say which one it speaks of")
    if grant.subject_kind == SubjectKind.ITEMS and not items:
        raise InvalidInput(field="items", reason="list at least one work")
    _subset("scopes", grant.scopes, Scope.values)
    _subset("purposes", grant.purposes, ModelFamily.values)
    if not grant.scopes:
        raise InvalidInput(field="scopes", reason="say what it allows")
    for field in ("territories", "excluded"):
        territories.require_codes(field, getattr(grant, field))
    if grant.valid_from and grant.valid_until and grant.valid_until < grant.valid_from:
        raise InvalidInput(field="valid_until", reason="the right would end before it begins")
    if not _CURRENCY.fullmatch(grant.currency):
        raise InvalidInput(field="currency", reason="write the currency as three letters, such as JPY")


def _subset(field: str, given: Collection[str], known: Collection[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise InvalidInput(field=field, reason=phrase("“{word}” is not known here", word=unknown[0]))


def _refuse_ended(grant: Grant) -> None:
    locked = rows.locked(grant)
    if hasattr(locked, "revocation"):
        raise InvalidTransition(what="the grant", state="withdrawn", wanted="supersede it")
    if Grant.objects.filter(supersedes=locked).exists():
        raise DuplicateContent(what="a newer grant", key=str(locked))


def _list_in_standings(grant: Grant, keys: list[int], actor: User) -> None:
    def listed(standing: facts.Standing) -> facts.Standing:
        return replace(standing, grants=tuple(sorted({*standing.grants, grant.pk})))

    standings.restate(Item.objects.filter(pk__in=keys), listed, by=actor, why=f"grant {grant.pk}")
