"""The lines of the queue gathered under heads: by cut or by character, with how many there are in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Count, QuerySet
from django.urls import reverse

from qa.models import Flag
from qa.views.rows import FlagRow


@dataclass(frozen=True)
class Group:
    """Lines that stand together; without a title they are the whole list."""

    key: str = ""
    title: str = ""
    small: str = ""
    url: str = ""
    total: int = 0  # in the whole queue; this page may show fewer of them
    rows: list[FlagRow] = field(default_factory=list)


def groups_of(rows: Sequence[FlagRow], order: str, flags: QuerySet[Flag]) -> list[Group]:
    """Return the lines gathered by the order, counted over the whole queue in one read."""
    if order.lstrip("-") == "cut":
        return _by_cut(rows, flags)
    if order.lstrip("-") == "character":
        return _by_design(rows, flags)
    return [Group(rows=list(rows))]


def _by_cut(rows: Sequence[FlagRow], flags: QuerySet[Flag]) -> list[Group]:
    found = groupby(rows, key=lambda row: row.take.pk)
    totals = _totals(flags.filter(run__take__in={row.take.pk for row in rows}), "run__take")
    gathered = [(pk, list(members)) for pk, members in found]
    return [
        Group(
            key=str(pk),
            title=str(members[0].cut),
            small=f"{members[0].take.stage} T{members[0].take.number}",
            url=reverse("cut", args=[members[0].cut.pk]),
            total=totals.get(pk, 0),
            rows=members,
        )
        for pk, members in gathered
    ]


def _by_design(rows: Sequence[FlagRow], flags: QuerySet[Flag]) -> list[Group]:
    totals = _totals(flags.filter(design__in={row.flag.design_id for row in rows}), "design")
    gathered = [(pk, list(found)) for pk, found in groupby(rows, key=lambda row: row.flag.design_id)]
    return [
        Group(key=str(pk), title=str(members[0].flag.design), total=totals.get(pk, 0), rows=members)
        for pk, members in gathered
    ]


def _totals(flags: QuerySet[Flag], by: str) -> dict[int, int]:
    counted = flags.order_by().values(by).annotate(lines=Count("id"))
    return {row[by]: row["lines"] for row in counted}
