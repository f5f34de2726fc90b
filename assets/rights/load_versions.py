"""Reads dataset versions and how their works stand, now or as it was known at a moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef

from assets import models as rows
from assets.choices_rights import ApprovalSubject, Split, VersionState
from assets.rights import facts as f
from assets.rights.load_grants import until
from studio.core.models import AuditEvent

_KEPT_STANDINGS = 20_000


def versions_of(wanted: Collection[int], known_at: datetime | None) -> dict[int, f.Version]:
    """Return versions with how many of their works stand alike, now or as it was known at a moment."""
    if not wanted:
        return {}
    approvals = _approvals(wanted, known_at)
    groups = _groups(wanted, known_at)
    listed = rows.DatasetVersion.objects.filter(pk__in=wanted).select_related("dataset")
    stopped = _stopped(wanted, known_at)
    leaks = _leaks(groups)
    found = {
        row.pk: _version(
            row, approvals.get(row.pk), groups.get(row.pk, []), stopped.get(row.pk, ""), known_at
        )
        for row in listed
    }
    return {
        key: replace(each, eval_leak=leaks[key]) if leaks.get(key) else each for key, each in found.items()
    }


def _leaks(groups: Mapping[int, Collection[f.Group]]) -> dict[int, int]:
    """Return of each version that has both how many works are trained on and measured on at once."""
    both = {Split.TRAIN.value, Split.EVAL.value}
    mixed = [key for key, held in groups.items() if both <= {group.split for group in held}]
    if not mixed:
        return {}
    trained = rows.Entry.objects.filter(split=Split.TRAIN, item=OuterRef("item"), version=OuterRef("version"))
    leaking = rows.Entry.objects.filter(Exists(trained), version__in=mixed, split=Split.EVAL)
    counted = leaking.order_by().values_list("version").annotate(Count("id"))
    return {int(version): int(count) for version, count in counted}


def _version(
    row: rows.DatasetVersion,
    approval: rows.Approval | None,
    groups: list[f.Group],
    stopped: str,
    known_at: datetime | None,
) -> f.Version:
    return f.Version(
        id=row.pk,
        dataset=row.dataset_id,
        name=str(row),
        number=row.number,
        production=row.dataset.production_id,
        state=row.state if known_at is None else _state_at(row, approval, stopped, known_at),
        root=row.merkle_root,
        approved_root=approval.root if approval else "",
        self_approved=bool(
            approval and approval.requested_by_id and approval.requested_by_id == approval.by_id
        ),
        rights_changed=_changed_since(row, approval, known_at),
        confidentiality=row.confidentiality,
        retained_until=row.retained_until,
        bytes_kept=row.item_count > 0,
        groups=tuple(sorted(groups, key=lambda group: (group.standing, group.split))),
    )


def _changed_since(
    row: rows.DatasetVersion, approval: rows.Approval | None, known_at: datetime | None
) -> bool:
    """Return whether something became known of a work after the approval, and by the moment that is asked about."""
    if approval is None or row.restated_at is None or row.restated_at <= approval.recorded_at:
        return False
    if known_at is None or row.restated_at <= known_at:
        return True
    history = rows.ItemStanding.objects.filter(item__entries__version=row)
    return history.filter(recorded_at__gt=approval.recorded_at, recorded_at__lte=known_at).exists()


def _state_at(
    row: rows.DatasetVersion, approval: rows.Approval | None, stopped: str, known_at: datetime
) -> str:
    """Return the state of a version at a moment: the log tells when it was blocked or retired."""
    if row.frozen_at is None or row.frozen_at > known_at:
        return VersionState.DRAFT.value
    if stopped:
        return stopped
    return VersionState.APPROVED.value if approval else VersionState.FROZEN.value


def _stopped(wanted: Collection[int], known_at: datetime | None) -> dict[int, str]:
    """Return which versions were blocked or retired by a moment; nothing when it is about now."""
    if known_at is None:
        return {}
    states = {"version.block": VersionState.BLOCKED.value, "version.retire": VersionState.RETIRED.value}
    events = AuditEvent.objects.filter(
        verb__in=states,
        at__lte=known_at,
        target_type="datasetversion",
        target_id__in=[str(key) for key in wanted],
    )
    return {int(key): states[verb] for key, verb in events.order_by("id").values_list("target_id", "verb")}


def _approvals(wanted: Collection[int], known_at: datetime | None) -> dict[int, rows.Approval]:
    """Return the newest word on each version where it is an approval."""
    newest = rows.Approval.objects.filter(
        until(known_at), subject=ApprovalSubject.VERSION, version__in=wanted
    ).order_by("id")
    latest = {each.version_id: each for each in newest}
    return {int(key): each for key, each in latest.items() if each.approved and key is not None}


def _groups(wanted: Collection[int], known_at: datetime | None) -> dict[int, list[f.Group]]:
    found: dict[int, list[f.Group]] = {}
    counted: Iterable[tuple[int, str, str, int]]
    if known_at is None:
        counted = rows.VersionStanding.objects.filter(version__in=wanted, count__gt=0).values_list(
            "version_id", "standing__digest", "split", "count"
        )
    else:
        counted = groups_known_at(wanted, known_at)
    for version, standing, split, count in counted:
        found.setdefault(version, []).append(f.Group(standing, split, count))
    return found


def groups_known_at(wanted: Collection[int], known_at: datetime) -> Iterable[tuple[int, str, str, int]]:
    """Yield (version, standing, split, count) as they stood at a moment, from the history of every work."""
    last = (
        rows.ItemStanding.objects.filter(recorded_at__lte=known_at, item__entries__version__in=wanted)
        .values("item")
        .annotate(last=Max("id"))
        .values("last")
    )
    then = dict(
        rows.ItemStanding.objects.filter(pk__in=last).values_list("item", "standing__digest").order_by("item")
    )
    counts: dict[tuple[int, str, str], int] = {}
    entries = rows.Entry.objects.filter(version__in=wanted).values_list("version", "item", "split")
    nothing = f.Standing().digest  # nothing was known of it then, so nothing allowed it
    for version, item, split in entries.iterator(chunk_size=5000):
        key = (version, then.get(item, nothing), split)
        counts[key] = counts.get(key, 0) + 1
    return ((version, standing, split, count) for (version, standing, split), count in counts.items())


def standings_of(digests: Collection[str]) -> dict[str, f.Standing]:
    """Return standings by digest, with those of the works that theirs were made from."""
    missing = [digest for digest in digests if digest not in _kept]
    if missing:
        for digest, facts in rows.Standing.objects.filter(digest__in=missing).values_list("digest", "facts"):
            if len(_kept) >= _KEPT_STANDINGS:
                _kept.clear()
            _kept[digest] = f.Standing.from_json(facts)
    found = {digest: _kept[digest] for digest in digests if digest in _kept}
    sources = {parent for standing in found.values() for parent in standing.parents} - set(found)
    return {**found, **standings_of(sources)} if sources else found


# A standing never changes under its digest, so it is parsed once by each process.
_kept: dict[str, f.Standing] = {}
