"""Reads grants: their terms once by each process, what became of them every time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from assets import models as rows
from assets.rights import facts as f

_KEPT_TERMS = 20_000


def until(known_at: datetime | None, name: str = "recorded_at") -> Q:
    """Return the condition that a row was in the books by a moment; None means now."""
    return Q() if known_at is None else Q(**{f"{name}__lte": known_at})


def grants_of(
    standings: Iterable[f.Standing], datasets: Collection[int], known_at: datetime | None
) -> dict[int, f.Grant]:
    """Return the grants that may speak of works of these standings or datasets, by id."""
    holders: set[int] = set()
    productions: set[int] = set()
    listed: set[int] = set()
    for standing in standings:
        holders.update(holder for holder, _ in standing.holders)
        listed.update(standing.grants)
        if standing.production is not None:
            productions.add(standing.production)
    speaks = (
        Q(subject_kind="holder", holder__in=holders)
        | Q(subject_kind="dataset", dataset__in=datasets)
        | Q(subject_kind="production", production__in=productions)
        | Q(pk__in=listed)
    )
    return {grant.id: grant for grant in read_grants(speaks, known_at)}


def read_grants(which: Q, known_at: datetime | None = None) -> list[f.Grant]:
    """Return the grants that were in the books at a moment and that no other supersedes."""
    newer = rows.Grant.objects.filter(until(known_at), supersedes=OuterRef("pk"), signed_on__isnull=False)
    paid = rows.Payment.objects.filter(until(known_at), grant=OuterRef("pk"))
    proof = rows.Evidence.objects.filter(until(known_at, "added_at"), grant=OuterRef("pk"))
    found = list(
        rows.Grant.objects.filter(which, until(known_at))
        .filter(~Exists(newer))
        .annotate(is_paid=Exists(paid), has_proof=Exists(proof))
        .order_by("pk")
        .values_list(
            "pk", "recorded_at", "revocation__effective_on", "revocation__recorded_at", "is_paid", "has_proof"
        )
    )
    _read_terms({(row[0], row[1]) for row in found} - _terms.keys())
    return [
        replace(
            _terms[pk, written],
            revoked_on=revoked if told is not None and (known_at is None or told <= known_at) else None,
            paid=is_paid,
            evidence=has_proof,
        )
        for pk, written, revoked, told, is_paid, has_proof in found
    ]


def _read_terms(wanted: Collection[tuple[int, datetime]]) -> None:
    """Read terms that this process has not read yet."""
    if not wanted:
        return
    if len(_terms) + len(wanted) > _KEPT_TERMS:
        _terms.clear()
    keys = [pk for pk, _written in wanted]
    bound: dict[int, set[int]] = {}
    links = rows.Grant.only_for.through.objects.filter(grant__in=keys)
    for grant, production in links.values_list("grant_id", "production_id"):
        bound.setdefault(grant, set()).add(production)
    for row in rows.Grant.objects.filter(pk__in=keys):
        _terms[row.pk, row.recorded_at] = _grant(row, frozenset(bound.get(row.pk, ())))


# The terms of a grant never change after the moment at which it was written, so they are read once by each process.
_terms: dict[tuple[int, datetime], f.Grant] = {}


def _grant(row: rows.Grant, only_for: frozenset[int]) -> f.Grant:
    return f.Grant(
        id=row.pk,
        holder=row.holder_id,
        subject_kind=row.subject_kind,
        dataset=row.dataset_id,
        production=row.production_id,
        works_until=row.works_until,
        basis=row.basis,
        scopes=frozenset(row.scopes),
        purposes=frozenset(row.purposes),
        only_for=only_for,
        commercial=row.commercial,
        territories=frozenset(row.territories),
        excluded=frozenset(row.excluded),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        signed_on=row.signed_on,
        revocable=row.revocable,
        on_revoke=row.on_revoke,
        sublicensable=row.sublicensable,
        moral_covenant=row.moral_covenant,
        adaptation=row.adaptation,
        compensation=row.compensation,
        due_on=row.due_on,
        changed_at=row.recorded_at.isoformat(),
    )
