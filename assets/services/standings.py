"""What is known of works' rights, changed for many works at once and never forgotten.

A work points to its standing; a change points it to another one and adds a line to its history. How many works of a
version stand alike is counted anew in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from assets.models import DatasetVersion, Entry, Item, ItemStanding, Standing, StandingHolder, VersionStanding
from assets.rights import facts
from studio.core.models import User

_ROWS = 2_000


def put(standing: facts.Standing) -> Standing:
    """Return the row of `standing`, made when it is new."""
    wanted = {
        "facts": standing.as_json(),
        "production_id": standing.production,
        "made_by_id": standing.made_by,
    }
    row, is_new = Standing.objects.get_or_create(digest=standing.digest, defaults=wanted)
    if is_new:
        StandingHolder.objects.bulk_create(
            [
                StandingHolder(standing=row, holder_id=holder, role=role)
                for holder, role in sorted(set(standing.holders))
            ]
        )
    return row


def restate(
    items: QuerySet[Item], change: Callable[[facts.Standing], facts.Standing], *, by: User | None, why: str
) -> int:
    """Give `items` the standing that `change` makes of their present one; return how many changed.

    Must stand in the transaction of the act that is the reason. The same history line says who and why.
    """
    changed = 0
    touched: set[int] = set()
    groups = items.order_by().values_list("standing_id", flat=True).distinct()
    for standing in Standing.objects.filter(pk__in=list(groups)):
        new = change(facts.Standing.from_json(standing.facts))
        if new.digest == standing.digest:
            continue
        row = put(new)
        keys = list(items.order_by().filter(standing=standing).values_list("pk", flat=True))
        for start in range(0, len(keys), _ROWS):
            part = keys[start : start + _ROWS]
            Item.objects.filter(pk__in=part).update(standing=row)
            ItemStanding.objects.bulk_create(
                [ItemStanding(item_id=key, standing=row, by=by, why=why[:300]) for key in part]
            )
            touched |= set(Entry.objects.filter(item__in=part).values_list("version", flat=True).distinct())
        changed += len(keys)
    count_anew(touched)
    DatasetVersion.objects.filter(pk__in=touched).update(restated_at=timezone.now())
    return changed


def begin_history(items: Iterable[Item], *, by: User | None, why: str) -> None:
    """Write the first line of the history of new works."""
    ItemStanding.objects.bulk_create(
        [ItemStanding(item=item, standing_id=item.standing_id, by=by, why=why[:300]) for item in items],
        batch_size=_ROWS,
    )


def count_anew(versions: Collection[int]) -> None:
    """Count how many works of these versions stand alike: the cache that the gate reads."""
    with transaction.atomic():
        VersionStanding.objects.filter(version__in=versions).delete()
        counted = (
            Entry.objects.filter(version__in=versions)
            .order_by()
            .values_list("version", "item__standing", "split")
            .annotate(Count("id"))
        )
        VersionStanding.objects.bulk_create(
            [
                VersionStanding(version_id=version, standing_id=standing, split=split, count=count)
                for version, standing, split, count in counted
            ],
            batch_size=_ROWS,
        )
        sizes = dict(
            Entry.objects.filter(version__in=versions).order_by().values_list("version").annotate(Count("id"))
        )
        for version in DatasetVersion.objects.filter(pk__in=versions):
            DatasetVersion.objects.filter(pk=version.pk).update(item_count=sizes.get(version.pk, 0))
