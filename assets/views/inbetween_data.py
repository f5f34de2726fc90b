"""What the in-between page shows and its script is given: takes, cells, keys, charts, engines."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from django.urls import reverse

from assets import access, selectors, selectors_derived, spacing
from assets.choices import Stage, StageStatus
from assets.models import Cell, Cut, Drawing, Production, ProposalKey, ProposalPart, Take
from assets.models.cut import text_of_number
from assets.services import derived_sheets, engines
from assets.views.inbetween_words import CHARTS, chart_words, words
from studio.core.errors import NotFound
from studio.core.models import User
from studio.core.roles import Action

MOST_DRAWINGS = 8  # of a usual spacing; more are written as positions
_USUAL = "even:3"
_ASKED_EVERY_S = 60.0
_IN_BETWEEN_STAGES = (Stage.AD, Stage.SECOND_KEY, Stage.GEN)

_answers: dict[tuple[int, int], tuple[float, frozenset[str]]] = {}


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


def take_of(cut: Cut, wanted: str) -> Take | None:
    """Return the take that `?take=` names, else the newest with two drawings in a cell, else the newest.

    Raises:
        NotFound: it is none of this cut.
    """
    takes = list(cut.takes.prefetch_related("cells__drawings").order_by("-submitted_at", "-id"))
    if wanted:
        found = next((each for each in takes if str(each.pk) == wanted), None)
        if found is None:
            raise NotFound(what="take")
        return found
    full = (each for each in takes if any(len(cell.drawings.all()) > 1 for cell in each.cells.all()))
    return next(full, takes[0] if takes else None)


def cell_of(take: Take, wanted: str) -> Cell | None:
    """Return the cell that `?cell=` names, else the first with two drawings, else the first."""
    cells = list(take.cells.all())
    named = next((each for each in cells if each.name == wanted), None)
    full = next((each for each in cells if len(each.drawings.all()) > 1), None)
    return named or full or next(iter(cells), None)


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


def as_key(picture: Drawing | ProposalKey) -> dict[str, Any]:
    """Return a key for the script."""
    is_drawing = isinstance(picture, Drawing)
    name = "drawing_picture" if is_drawing else "proposal_key_picture"
    return {
        "id": f"{'d' if is_drawing else 'k'}{picture.pk}",
        "number": f"{picture.cell.name if isinstance(picture, Drawing) else picture.derived.cell}{picture.number_text}",
        "url": reverse(name, args=[picture.pk]),
        "sha256": picture.view_blob,
        "width": picture.width_px,
        "height": picture.height_px,
    }


def key_named(user: User, cut: Cut, name: str) -> Drawing | ProposalKey:
    """Return the picture that "d12" (a drawing of a take) or "k34" (a key of a proposal) names, of this cut.

    Raises:
        NotFound: not there, not visible, or of another cut.
    """
    kind, number = name[:1], name[1:]
    if not number.isdecimal() or len(number) > 18:
        raise NotFound(what="drawing")
    found: Drawing | ProposalKey
    if kind == "k":
        found = selectors_derived.get_key(user, int(number))
        owner = found.derived.cut_id
    elif kind == "d":
        found = selectors.get_drawing(user, int(number))
        owner = found.cell.take.cut_id
    else:
        raise NotFound(what="drawing")
    if owner != cut.pk:
        raise NotFound(what="drawing")
    return found


def stage_of(user: User, cut: Cut, take: Take | None) -> str:
    """Return the stage that the drawings are probably for: the one that the person has here, else in-between."""
    mine = cut.stages.filter(assignee=user).exclude(state__in=[StageStatus.APPROVED, StageStatus.OMITTED])
    stages = [each.stage for each in mine]
    for stage in _IN_BETWEEN_STAGES:
        if stage in stages:
            return str(stage)
    if stages:
        return str(stages[0])
    return (
        str(Stage.AD)
        if take is None or take.stage in {*_IN_BETWEEN_STAGES, Stage.KD, Stage.LO}
        else take.stage
    )


def may_draw(user: User, production: Production, engine: str) -> bool:
    """Return whether the gate lets an engine draw for a production; asked once a minute while somebody steers."""
    known = _answers.get((user.pk, production.pk))
    if known is None or time.monotonic() - known[0] > _ASKED_EVERY_S:
        offers = engines.offered(actor=user, production=production)
        known = (time.monotonic(), frozenset(each.name for each in offers if each.may_draw))
        if len(_answers) > 500:
            _answers.clear()
        _answers[user.pk, production.pk] = known
    return engine in known[1]


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
    production = cut.episode.production
    access.require(user, Action.DERIVE, production, cut)
    offers = engines.offered(actor=user, production=production)
    return {
        "production": production,
        "cut": cut,
        "offers": offers,
        "may_draw": any(each.may_draw for each in offers),
        "stages": Stage.choices,
        "stage": stage_of(user, cut, take),
        "usual_charts": chart_words(),
    }
