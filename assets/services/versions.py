"""Versions of datasets: drafted, concluded, frozen, approved by a second person, blocked or retired.

Freezing writes the Merkle root of the manifest; from then on no work joins or leaves. What is known of a work's rights
may still change, and shows as a difference between the versions and as an approval that no longer holds.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from assets import access
from assets.choices_rights import ApprovalSubject, VersionState
from assets.models import (
    Approval,
    Dataset,
    DatasetVersion,
    Entry,
    Evidence,
    Item,
    ItemStanding,
    RightsHolder,
    Standing,
)
from assets.rights import facts, merkle
from assets.services import rows, standings
from assets.services.datasets import checked_expression
from studio.core import audit
from studio.core.errors import InvalidInput, InvalidTransition, NotAllowed
from studio.core.models import User
from studio.core.roles import Action

_ROWS = 2_000
_STATES = ("state", "merkle_root", "item_count")


def draft(
    *, actor: User | None, dataset: Dataset, parent: DatasetVersion | None = None, purpose: str = ""
) -> DatasetVersion:
    """Begin a version; with `parent`, holding its works.

    Raises:
        NotAllowed, NotFound: by the actor's roles. InvalidInput: a parent of another dataset.
    """
    _require(actor, dataset)
    if parent is not None and parent.dataset_id != dataset.pk:
        raise InvalidInput(field="parent", reason="it belongs to another dataset")
    with transaction.atomic():
        rows.locked(dataset)
        last = dataset.versions.order_by("-number").values_list("number", flat=True).first() or 0
        version = rows.create(
            DatasetVersion(dataset=dataset, number=last + 1, parent=parent, purpose=purpose, made_by=actor),
            actor=actor,
            verb="version.draft",
            production_id=dataset.production_id,
            names=("number", "purpose"),
            studio=True,
        )
        if parent is not None:
            _copy(parent, version)
    return version


def _copy(parent: DatasetVersion, version: DatasetVersion) -> None:
    entries = parent.entries.values_list("item_id", "alias", "split", "weight").iterator(chunk_size=_ROWS)
    Entry.objects.bulk_create(
        [
            Entry(version=version, item_id=item, alias=alias, split=split, weight=weight)
            for item, alias, split, weight in entries
        ],
        batch_size=_ROWS,
    )
    standings.count_anew([version.pk])


def require_draft(*, actor: User, version: DatasetVersion) -> None:
    """Let works come in, or raise.

    Raises:
        NotAllowed, NotFound: by the actor's roles. InvalidTransition: it is no draft any more.
    """
    _require(actor, version.dataset)
    if version.state != VersionState.DRAFT:
        raise InvalidTransition(
            what=str(version), state=str(version.get_state_display()), wanted="bring works in"
        )


def leave_out(*, actor: User, version: DatasetVersion, standing: Standing) -> int:
    """Take the works of a standing out of a draft; return how many. The works stay known."""
    _require(actor, version.dataset)
    with transaction.atomic():
        version = _locked(version, VersionState.DRAFT, wanted="leave works out")
        gone, _by_model = version.entries.filter(item__standing=standing).delete()
        standings.count_anew([version.pk])
        _audit(actor, version, "version.leave_out", {"standing": standing.digest, "works": gone})
    return gone


@dataclass(frozen=True)
class Conclusion:
    """What a person concludes about works: the licence (SPDX), whose they are, why, and by what evidence."""

    expression: str | None = None
    owners: Collection[RightsHolder] | None = None
    authors: Collection[RightsHolder] | None = None
    why: str = ""
    evidence: Evidence | None = None
    settled: bool = False  # the contradictions were looked into


def conclude(*, actor: User, version: DatasetVersion, standing: Standing, conclusion: Conclusion) -> int:
    """Conclude for all works of a version that stand alike; return how many.

    Raises:
        InvalidInput: a licence that SPDX does not know, no reason, or evidence of another dataset.
    """
    _require(actor, version.dataset)
    if not conclusion.why.strip():
        raise InvalidInput(field="why", reason="say why")
    if conclusion.evidence is not None and conclusion.evidence.dataset_id != version.dataset_id:
        raise InvalidInput(field="evidence", reason="this file belongs to another dataset")
    expression = None if conclusion.expression is None else checked_expression(conclusion.expression)

    def change(known: facts.Standing) -> facts.Standing:
        return _concluded(known, conclusion, expression)

    with transaction.atomic():
        items = Item.objects.filter(standing=standing, entries__version=version).distinct()
        keys = list(items.values_list("pk", flat=True))
        changed = standings.restate(Item.objects.filter(pk__in=keys), change, by=actor, why=conclusion.why)
        details = {"works": changed, "licence": expression, "why": conclusion.why}
        _audit(actor, version, "version.conclude", details)
    return changed


def _concluded(known: facts.Standing, conclusion: Conclusion, expression: str | None) -> facts.Standing:
    fields: dict[str, Any] = {}
    if expression is not None:
        fields["concluded"] = expression
    holders = set(known.holders)
    for role, people in (("owner", conclusion.owners), ("author", conclusion.authors)):
        if people is not None:
            holders = {pair for pair in holders if pair[1] != role} | {(each.pk, role) for each in people}
    fields["holders"] = tuple(sorted(holders))
    if conclusion.evidence is not None:
        fields["evidence"] = True
    if conclusion.settled:
        fields["conflicts"] = ()
    return replace(known, **fields)


def freeze(*, actor: User | None, version: DatasetVersion) -> DatasetVersion:
    """Close a draft for ever and name its content by the root of its manifest.

    Raises:
        InvalidTransition: it is no draft. InvalidInput: it holds no work.
    """
    _require(actor, version.dataset)
    with transaction.atomic():
        version = _locked(version, VersionState.DRAFT, wanted="freeze")
        entries = version.entries.values_list("item__sha256", "alias", "split", "weight")
        manifest = list(entries.iterator(chunk_size=_ROWS))
        if not manifest:
            raise InvalidInput(field="version", reason="it holds no work")
        version.merkle_root = merkle.manifest_root(manifest)
        version.item_count = len(manifest)
        version.state = VersionState.FROZEN
        version.frozen_at = timezone.now()
        version.save(update_fields=["merkle_root", "item_count", "state", "frozen_at"])
        _audit(actor, version, "version.freeze", rows.facts(version, _STATES))
    return version


def approve(*, actor: User, version: DatasetVersion, note: str = "") -> Approval:
    """Approve a frozen version as it stands now; whoever made it cannot.

    Raises:
        InvalidTransition: it is a draft, blocked or retired. NotAllowed: the actor made it.
    """
    _require(actor, version.dataset)
    with transaction.atomic():
        version = _locked(version, VersionState.FROZEN, VersionState.APPROVED, wanted="approve")
        if version.made_by_id == actor.pk:
            raise NotAllowed("own_approval", action="approve")
        approval = Approval.objects.create(
            subject=ApprovalSubject.VERSION,
            version=version,
            root=version.merkle_root,
            note=note,
            requested_by_id=version.made_by_id,
            by=actor,
        )
        version.state = VersionState.APPROVED
        version.save(update_fields=["state"])
        _audit(actor, version, "version.approve", {"root": version.merkle_root, "note": note})
    return approval


def block(*, actor: User | None, version: DatasetVersion, why: str) -> DatasetVersion:
    """Let no new training use a version."""
    _require(actor, version.dataset)
    return _set_state(actor, version, VersionState.BLOCKED, "version.block", why)


def retire(*, actor: User, version: DatasetVersion, why: str) -> DatasetVersion:
    """Take a version out of use for good; it stays as proof."""
    _require(actor, version.dataset)
    return _set_state(actor, version, VersionState.RETIRED, "version.retire", why)


def _set_state(
    actor: User | None, version: DatasetVersion, state: VersionState, verb: str, why: str
) -> DatasetVersion:
    if not why.strip():
        raise InvalidInput(field="why", reason="say why")
    with transaction.atomic():
        version = rows.locked(version, "dataset")
        version.state = state
        version.save(update_fields=["state"])
        _audit(actor, version, verb, {"why": why})
    return version


@dataclass(frozen=True)
class Difference:
    """What changed in rights from one version to another: counts of works, and the standings they went between."""

    added: int
    removed: int
    restated: tuple[tuple[facts.Standing | None, facts.Standing | None, int], ...]


def difference(old: DatasetVersion, new: DatasetVersion) -> Difference:
    """Return the rights diff: works that came, went, or stand differently than when `old` was frozen."""
    then = _standing_at(old)
    now = dict(new.entries.order_by().values_list("item_id", "item__standing_id"))
    moves: dict[tuple[int | None, int | None], int] = {}
    for item in then.keys() | now.keys():
        pair = (then.get(item), now.get(item))
        if pair[0] != pair[1]:
            moves[pair] = moves.get(pair, 0) + 1
    keys = {key for pair in moves for key in pair if key is not None}
    known = {row.pk: facts.Standing.from_json(row.facts) for row in Standing.objects.filter(pk__in=keys)}
    restated = sorted(moves.items(), key=lambda move: -move[1])
    return Difference(
        added=sum(count for (before, _), count in moves.items() if before is None),
        removed=sum(count for (_, after), count in moves.items() if after is None),
        restated=tuple(
            (known[before] if before else None, known[after] if after else None, count)
            for (before, after), count in restated
        ),
    )


def _standing_at(version: DatasetVersion) -> dict[int, int]:
    """Return the standing of every work of a version when it was frozen; for a draft, now."""
    items = version.entries.order_by().values_list("item_id", "item__standing_id")
    if version.frozen_at is None:
        return dict(items)
    found = dict.fromkeys((item for item, _ in items), 0)
    history = ItemStanding.objects.filter(
        item__entries__version=version, recorded_at__lte=version.frozen_at
    ).order_by("id")
    found.update(history.values_list("item_id", "standing_id"))
    return found


def _locked(version: DatasetVersion, *allowed: VersionState, wanted: str) -> DatasetVersion:
    found = rows.locked(version, "dataset")
    if found.state not in allowed:
        raise InvalidTransition(what=str(found), state=str(found.get_state_display()), wanted=wanted)
    return found


def _require(actor: User | None, dataset: Dataset) -> None:
    if actor is not None:  # None: the system itself, which registers what is shipped and follows a withdrawal
        access.require_for(actor, Action.EDIT_DATASETS, dataset.production)


def _audit(actor: User | None, version: DatasetVersion, verb: str, after: dict[str, Any]) -> None:
    audit.record(
        actor=actor, verb=verb, target=version, production_id=version.dataset.production_id, after=after
    )
