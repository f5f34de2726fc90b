"""Reads of what people draw over drawings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, Max, Prefetch

from qa.models import Correction, CorrectionStroke


def corrections_of(drawing_ids: Iterable[int]) -> dict[int, list[Correction]]:
    """Return the corrections of drawings that have strokes, each with its author and `shown` strokes. Two reads.

    The caller has seen to it that the person may see the drawings.
    """
    shown = CorrectionStroke.objects.filter(erased_at=None)
    found = (
        Correction.objects.filter(drawing__in=list(drawing_ids))
        .select_related("by")
        .prefetch_related(Prefetch("strokes", queryset=shown, to_attr="shown"))
    )
    by_drawing: dict[int, list[Correction]] = defaultdict(list)
    for correction in found:
        if correction.shown:  # type: ignore[attr-defined]
            by_drawing[correction.drawing_id].append(correction)
    return dict(by_drawing)


def corrected_ids(drawing_ids: Iterable[int]) -> set[int]:
    """Return which of the drawings have a correction. One read."""
    strokes = CorrectionStroke.objects.filter(erased_at=None, correction__drawing__in=list(drawing_ids))
    return set(strokes.values_list("correction__drawing", flat=True).distinct())


def corrections_version(drawing_id: int) -> str:
    """Return a word that changes whenever a correction of the drawing does. One cheap read."""
    last = Correction.objects.filter(drawing=drawing_id).aggregate(at=Max("changed_at"), count=Count("pk"))
    return f"{last['count']}-{last['at'].timestamp():.6f}" if last["at"] else "0"
