"""What stands around a flag: the takes of its cut with their flags and retakes, and the cuts beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import NoReverseMatch, reverse

from assets import desks
from assets.models import Cut, Take
from qa import selectors
from qa.choices import RunState
from qa.models import Comment, Flag, Retake
from qa.selectors_notes import corrected_ids
from qa.views.playback import playback_url
from studio.core.models import User


@dataclass(frozen=True)
class PastTake:
    """One take of the cut: how many flags its check raised, how many wait, what was ordered again."""

    take: Take
    flags: int
    waiting: int
    retakes: list[Retake]
    is_here: bool


@dataclass(frozen=True)
class CutBeside:
    """A cut near the flagged one, in the order of the episode."""

    cut: Cut
    playback_url: str | None  # None where it has no take yet
    is_here: bool


@dataclass(frozen=True)
class Noted:
    """Which drawings of a take people have drawn or written on."""

    corrected: set[int]
    commented: set[int]


def past_takes(user: User, take: Take) -> list[PastTake]:
    """Return the takes of the cut, of the flag's own stage first, the newest first."""
    takes = list(take.cut.takes.select_related("submitted_by"))
    takes.sort(key=lambda each: (each.stage != take.stage, each.stage, -each.number))
    counted = (
        Flag.objects.filter(run__take__in=takes, run__state=RunState.CURRENT)
        .order_by()
        .values_list("run__take")
        .annotate(every=Count("pk"), waiting=Count("pk", filter=Q(decision__in=selectors.OPEN)))
    )
    flags = {pk: (every, waiting) for pk, every, waiting in counted}
    retakes: dict[int, list[Retake]] = {}
    for retake in selectors.retakes_of_cut(user, take.cut):
        retakes.setdefault(retake.take_id, []).append(retake)
    return [
        PastTake(each, *flags.get(each.pk, (0, 0)), retakes.get(each.pk, []), each.pk == take.pk)
        for each in takes
    ]


def take_before(take: Take, takes: Iterable[PastTake]) -> Take | None:
    """Return the take before of the same stage."""
    same = [each.take for each in takes if each.take.stage == take.stage and each.take.number < take.number]
    return max(same, key=lambda each: each.number, default=None)


def room_url(take: Take, before: Take | None, drawing_id: int) -> str | None:
    """Return the room of the take at this drawing, beside the take before where there is one."""
    try:
        url = reverse("room", args=[take.pk])
    except NoReverseMatch:
        return None
    beside = f"&with={before.pk}" if before else ""
    return f"{url}?drawing={drawing_id}{beside}"


def cuts_beside(user: User, take: Take) -> list[CutBeside]:
    """Return up to two cuts on each side of the take's own, with their thumbnails."""
    return [
        CutBeside(
            cut=cut,
            playback_url=playback_url(cut, take.stage) if getattr(cut, "n_takes", 0) else None,
            is_here=cut.pk == take.cut_id,
        )
        for cut in desks.neighbours(user, take.cut)
    ]


def noted(take: Take, drawing_ids: list[int]) -> Noted:
    """Return which drawings carry a correction or an open comment. Two reads."""
    rows: Any = Comment.objects.filter(
        take=take, drawing__isnull=False, resolved_at=None, withdrawn_at=None, parent=None
    )
    return Noted(corrected_ids(drawing_ids), set(rows.values_list("drawing", flat=True)))
