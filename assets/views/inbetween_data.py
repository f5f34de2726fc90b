"""What the in-between page shows and its script is given: takes, cells, keys, charts, engines."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from django.urls import reverse

from assets import spacing
from assets.models import Cell, Cut, Drawing, ProposalPart, Take
from assets.models.cut import text_of_number
from assets.services import derived_sheets
from assets.views import desk_data
from assets.views.inbetween_words import CHARTS, chart_words, words
from studio.core.models import User

MOST_DRAWINGS = 8  # of a usual spacing; more are written as positions
_USUAL = "even:3"


@dataclass(frozen=True)
class Gap:
    """Two drawings that are there, the numbers that the timesheet names between them, and where these lie."""

    a: Drawing
    b: Drawing
    numbers: tuple[str, ...]
    chart: spacing.Chart


@dataclass(frozen=True)
class Quick:
    """Two neighbouring drawings of a cell, as one button: what the timesheet names between them."""

    pair: str
    label: str
    named: str


@cache
def charts() -> dict[str, list[list[float]]]:
    """Return the positions of the usual spacings, by name, for 1 drawing and more."""
    return {
        name: [list(spacing.parse(f"{name}:{count}").positions) for count in range(1, MOST_DRAWINGS + 1)]
        for name in CHARTS
    }


def gaps_of(take: Take, cell: Cell) -> list[Gap]:
    """Return where the timesheet names drawings of a cell that are not there, each with the two that are."""
    if getattr(take, "timesheet", None) is None:
        return []
    plans, _problems = derived_sheets.plans_of(derived_sheets.column_of(take, cell.name), "", 0)
    present = {text_of_number(number): each for each in cell.drawings.all() for number in _numbers(each)}
    return [
        Gap(present[plan.a], present[plan.b], tuple(each.number for each in plan.drawings), plan.chart)
        for plan in plans
        if plan.a in present and plan.b in present
    ]


def _numbers(drawing: Drawing) -> list[int]:
    return [drawing.number, *drawing.numbers]


def quick_pairs(cell: Cell, gaps: list[Gap]) -> dict[int, Quick]:
    """Return for each drawing of a cell but the last the pair that it makes with the next one."""
    named = {(gap.a.pk, gap.b.pk): gap.numbers for gap in gaps}
    return {
        one.pk: Quick(
            f"d{one.pk}-d{other.pk}",
            f"{one.number_text}–{other.number_text}",
            ", ".join(named.get((one.pk, other.pk), ())),
        )
        for one, other in pairwise(cell.drawings.all())
    }


def keys_of(cell: Cell, gaps: list[Gap], a: str, b: str) -> tuple[str, str]:
    """Return the keys to begin with: those that are asked for, else the first gap of the sheet, else the first two."""
    drawings = list(cell.drawings.all())
    ids = [f"d{each.pk}" for each in drawings]
    if a in ids and b in ids and a != b:
        return a, b
    if gaps:
        return f"d{gaps[0].a.pk}", f"d{gaps[0].b.pk}"
    return (ids[0], ids[1]) if len(ids) > 1 else ("", "")


def script_data(
    user: User, cut: Cut, *, start: dict[str, Any], keys: tuple[str, str], **more: Any
) -> dict[str, Any]:
    """Return what the script of the page is given."""
    production = cut.episode.production
    return {
        "user": user.pk,
        "page": uuid.uuid4().hex[:12],
        "name": str(cut),
        "fps": float(production.fps),
        "a": keys[0],
        "b": keys[1],
        "start": start,
        "charts": charts(),
        "most_drawings": MOST_DRAWINGS,
        "words": words(),
        "urls": {
            "draft": reverse("inbetween_draft", args=[cut.pk]),
            "chart": reverse("inbetween_chart", args=[cut.pk]),
            "order": reverse("inbetween_order", args=[cut.pk]),
        },
    } | more


def usual_start(gaps: list[Gap], keys: tuple[str, str]) -> dict[str, Any]:
    """Return the chart that a pair begins with: what the sheet names there, at its time, else three in even steps."""
    named = next((gap for gap in gaps if (f"d{gap.a.pk}", f"d{gap.b.pk}") == keys), None)
    chart = named.chart if named else spacing.parse(_USUAL)
    return {"chart": chart.text, "positions": list(chart.positions), "on": 2, "steering": {}}


def start_of(part: ProposalPart, on_frames: int) -> dict[str, Any]:
    """Return the chart and the steering of a part of a proposal."""
    on = on_frames if on_frames in {1, 2, 3} else 2
    return {"chart": part.chart, "positions": part.positions, "on": on, "steering": part.steering}


def shared_context(user: User, cut: Cut, take: Take | None) -> dict[str, Any]:
    """Return what the page shows whatever its keys are."""
    return {**desk_data.shared_context(user, cut, take), "usual_charts": chart_words()}
