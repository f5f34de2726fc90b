"""Measures one drawing against one approved design. The order: who is it, its colours, its parts, its proportions."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ml.consistency.aspects import (
    Measure,
    as_measure,
    head_share,
    lost_rows,
    missing_pieces,
    rows_in_eyes,
    strange_pieces,
    told_first,
    usual_shares,
)
from ml.consistency.calibrating import fused
from ml.consistency.foreign import foreign_areas, is_closed, is_lossless, replaced, whole_colour
from ml.consistency.gamut import gamut_of, strange
from ml.consistency.gauge_line import LINE
from ml.consistency.gauge_net import NET
from ml.consistency.gauge_parts import has_parts
from ml.consistency.gauging import read_all
from ml.consistency.heat import HeatMap
from ml.consistency.identity import Kinship
from ml.consistency.lines_stage import INK_UNCHECKED, LINE_UNCHECKED, LineView, likenesses
from ml.consistency.matching import Look, Match, Missing, look
from ml.consistency.names import is_eye
from ml.consistency.offpalette import SURE, OffArea, off_areas
from ml.consistency.pack import Compiled
from ml.consistency.views import View
from ml.consistency.weighing import Told, weight_of, weights_for
from ml.consistency.witnesses import witnessed
from ml.consistency.wording import Numbered, of_gauge, of_measure, worded
from ml.pixels import F32
from ml.types import Aspect, AspectMeasure, Measurements, Nearest

if TYPE_CHECKING:
    from ml.comparator.inference import Compared

_WHOLE = 3.0
_FOREIGN_SHARE = 0.06
_NOISE = 0.25
PARTS_LEAST_PX = 96  # below this height a part is a handful of pixels
_SMALL: tuple[Aspect, ...] = ("PROPORTION", "DETAIL", "FACE")
_PARTS: tuple[Aspect, ...] = ("DETAIL", "FACE")
_SIZED: tuple[Aspect, ...] = ("PROPORTION", "LINE_WEIGHT")
_BY_VIEW: tuple[Aspect, ...] = (*_SMALL, "SHAPE", "LINE_WEIGHT")
_WHY_NOT = {"left": "no_view_from_left", "right": "no_view_from_right"}


@dataclass(frozen=True)
class Rival:
    """The other design that the drawing looks most like, and how much more it does (1.0 = at the limit)."""

    nearest: Nearest
    strangeness: float


def measure_view(
    view: View, design: Compiled, kin: Kinship, rival: Rival | None, *, painted: bool
) -> Measurements:
    """Return all measures of a drawing against a design; see `Measurements`."""
    heat = HeatMap(view)
    promised = bool(design.palette.named.any())
    who = [_identity(view, kin, rival, named=promised)] if rival is not None and painted else []
    if who and who[0].drift > 1.0:
        heat.add_all(who[0].drift)
        return _assembled(view, kin, rival, Found(design, who, [], [], heat.grid))
    seen = look(view, design, kin.order)
    matches = seen.matches
    areas, colours = _colours(view, design, matches) if painted else ([], [])
    for area in areas:
        heat.add_mask(area.mask, area.drift)
    repainted = {area.measure.part for area in areas}
    numbers, heard = _numbers(view, seen, design, repainted, painted=painted)
    told = Told(numbers, _worst(colours), _worst(who), heard, seen)
    weights = weights_for(told, view, design) if painted else {}
    aspects = [*who, *colours, *(worded(view, n, heat, weight_of(n, weights)) for n in numbers)]
    sized = bool(seen.faces) or (bool(seen.others) and any(n.one.aspect in _SIZED for n in numbers))
    found = _assembled(
        view, kin, rival, Found(design, aspects, areas, matches, heat.grid, seen.missing, sized)
    )
    if painted:
        return found
    return replace(found, unchecked=unchecked_without_paint(aspects, LINE_UNCHECKED))


def _numbers(
    view: View, seen: Look, design: Compiled, repainted: AbstractSet[str], *, painted: bool
) -> tuple[list[Numbered], list[Compared]]:
    """Return all numbers of a drawing by their limits, and what the comparator said; what is repainted lacks not."""
    heard: list[Compared] = []
    measured = _measures(view, seen.matches, design, painted=painted)
    told = read_all(view, seen.matches, design, painted=painted, seen=seen, heard=heard)
    laid = seen.matches or seen.faces or seen.others
    return [
        *(of_measure(view, m, design) for m in measured if m.aspect != "DETAIL" or m.part not in repainted),
        *(of_gauge(view, one, design, laid) for one in told),
    ], heard


def _worst(aspects: Sequence[AspectMeasure]) -> float:
    return max((one.drift for one in aspects), default=0.0)


def _colours(
    view: View, design: Compiled, matches: Sequence[Match]
) -> tuple[list[OffArea], list[AspectMeasure]]:
    """Judge a lossless cel by its exact paint, anything else by its colours as a whole."""
    usual = usual_shares(matches, design.tone_shares)
    promised = bool(design.palette.named.any())
    if promised and is_lossless(view, design):
        areas = off_areas(
            view,
            design.palette,
            usual,
            design.limits["COLOUR"],
            lambda mask: rows_in_eyes(view, mask, matches, design),
        )
        return areas, [*_eyes(view, areas, matches, design), *_colour_aspects(areas)]
    seen = strange(gamut_of(view.field), design.gamuts)
    if view.figure.hidden is not None:
        seen = replace(seen, missing=0.0)  # another figure may stand before it
    drift = fused(seen, design.limits) if promised else replaced(seen, design.limits)
    areas = foreign_areas(view, design, usual, drift)
    whole = [] if areas else [whole_colour(view, design, drift)]
    return areas, [*_colour_aspects(areas), *whole]


def measure_ink(seen: LineView) -> Measurements:
    """Return the measures of an ink drawing against the design that it was laid over: from its lines alone."""
    view, design = seen.view, seen.design
    heat = HeatMap(view)
    parts = [of_measure(view, m, design) for m in _measures(view, seen.matches, design, painted=False)]
    read = LINE.read_ink(view, seen.strokes, seen.matches, design)
    gauged = witnessed(read + NET.read(view, seen.matches, design, painted=False))
    numbers = [*parts, *(of_gauge(view, one, design) for one in gauged)]
    aspects = [worded(view, number, heat) for number in numbers]
    likeness = likenesses(seen)
    order = tuple(int(i) for i in np.argsort(-likeness, kind="stable"))
    near = tuple(Nearest(design.design_key, design.keys[i], round(float(likeness[i]), 6)) for i in order[:3])
    kin = Kinship(near, order, 0.0)
    found = _assembled(view, kin, None, Found(design, aspects, [], seen.matches, heat.grid))
    return replace(found, unchecked=unchecked_without_paint(aspects, INK_UNCHECKED))


def unchecked_without_paint(
    aspects: Sequence[AspectMeasure], left_out: Sequence[Aspect]
) -> tuple[Aspect, ...]:
    """Return which of the aspects that a line stage may leave out were left out, and proportion if it was."""
    told = {one.aspect for one in aspects}
    return tuple(one for one in (*left_out, "PROPORTION", "LINE_WEIGHT") if one not in told)  # type: ignore[misc]


@dataclass(frozen=True)
class Found:
    """What was measured, before it is put together."""

    design: Compiled
    aspects: Sequence[AspectMeasure]
    areas: Sequence[OffArea]
    matches: Sequence[Match]
    grid: F32
    missing: Missing = "other"
    sized: bool = False  # gauges of sizes could tell something, be it without a match


def _assembled(view: View, kin: Kinship, rival: Rival | None, found: Found) -> Measurements:
    worst = max(found.aspects, key=lambda a: a.drift, default=None)
    shown = told_first(found.matches)
    drift = audible(worst.drift) if worst is not None else 0.0
    small = view.figure.mask.shape[0] < PARTS_LEAST_PX
    judged = small or bool(found.matches) or found.sized or drift > 1.0
    return Measurements(
        model_id=found.design.model_id,
        design_key=found.design.design_key,
        applicable=judged,
        why_not="" if judged else _WHY_NOT.get(found.missing, "no_comparable_view"),
        nearest=_nearest(kin, shown, found.design),
        rival=None if rival is None else rival.nearest,
        margin=0.0 if rival is None else round(kin.similarity - rival.nearest.similarity, 6),
        drift=round(drift, 4),
        region_xyxy=worst.box_xyxy if worst is not None else None,
        map_box_xyxy=view.figure.box_xyxy,
        drift_map=found.grid,
        aspects=tuple(sorted(found.aspects, key=lambda a: -a.drift)),
        colours=tuple(a.measure for a in found.areas),
        unchecked=_unchecked(found, small=small),
        fits=_fits(view, shown),
    )


def _fits(view: View, matches: Sequence[Match]) -> dict[str, tuple[float, ...]]:
    """Return how the best match was laid, from pixels of its zones to pixels of the drawing."""
    left, top = view.figure.box_xyxy[:2]
    sx, sy = view.scale_xy
    deep = np.array([[1.0 / sx], [1.0 / sy]])
    return {
        kind: tuple((fit.affine * deep + np.array([[0.0, 0.0, left], [0.0, 0.0, top]])).ravel().tolist())
        for one in matches[:1]
        for kind, fit in one.fits.items()
    }


def _unchecked(found: Found, *, small: bool) -> tuple[Aspect, ...]:
    if small:
        return _SMALL
    told = {one.aspect for one in found.aspects}
    if not found.matches and told != {"WRONG_DESIGN"}:  # of an unknown view only sizes were told, if at all
        return tuple(one for one in _BY_VIEW if one not in told or one in _PARTS)
    return () if is_closed(found.design) else _PARTS


def audible(drift: float) -> float:
    """Return the drift of a whole drawing: what stays deep inside a limit is how hands differ, not drift."""
    return drift if drift >= 1.0 else max(0.0, (drift - _NOISE) / (1.0 - _NOISE))


def _nearest(kin: Kinship, matches: Sequence[Match], design: Compiled) -> tuple[Nearest, ...]:
    """Drawings that could be laid over come first: they are what a supervisor wants to compare with."""
    fitting = [m.index for m in matches]
    rows = [*fitting, *(i for i in kin.order if i not in fitting)][:3]
    known = {n.drawing_key: n for n in kin.nearest}
    floor = kin.nearest[-1].similarity
    return tuple(known.get(design.keys[i], Nearest(design.design_key, design.keys[i], floor)) for i in rows)


def _identity(view: View, kin: Kinship, rival: Rival, *, named: bool) -> AspectMeasure:
    """Return how much more the drawing is the rival's; `named`: the design has a colour model, which is a promise."""
    drift = max(0.0, rival.strangeness)
    if drift > 1.0:
        drift = 1.0 + _WHOLE * (drift - 1.0)  # the whole figure is wrong: worse than any part of it
        if named and view.paints.exact and kin.off_share > _FOREIGN_SHARE:
            drift = max(drift, SURE + kin.off_share / _FOREIGN_SHARE)  # a cel in paints of no swatch: a fact
    drift = round(drift, 4)
    return AspectMeasure(
        "WRONG_DESIGN",
        "whole figure",
        round(kin.similarity, 4),
        round(rival.nearest.similarity, 4),
        0.0,
        "",
        drift,
        view.figure.box_xyxy,
    )


def _eyes(
    view: View, areas: Sequence[OffArea], matches: Sequence[Match], design: Compiled
) -> list[AspectMeasure]:
    """Return a measure of the face if colours inside the eyes belong to no swatch: eyes of somebody else."""
    inside = [
        a for a in areas if is_eye(a.measure.part) and rows_in_eyes(view, a.mask, matches, design)
    ]  # glasses before the eyes are no eyes
    if not inside:
        return []
    boxes = np.array([a.measure.box_xyxy for a in inside])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    worst = max(inside, key=lambda a: a.drift)
    found = AspectMeasure(
        "FACE",
        "eyes",
        worst.measure.delta_e,
        0.0,
        worst.measure.tolerance_de,
        "dE00",
        round(worst.drift, 4) if len(inside) > 1 else round(0.9 * worst.drift, 4),
        (int(low[0]), int(low[1]), int(high[0]), int(high[1])),
    )
    return [found]


def _colour_aspects(areas: Sequence[OffArea]) -> list[AspectMeasure]:
    return [
        AspectMeasure(
            "COLOUR",
            a.measure.part,
            a.measure.delta_e,
            0.0,
            a.measure.tolerance_de,
            "dE00",
            round(a.drift, 4),
            a.measure.box_xyxy,
        )
        for a in areas
    ]


def _measures(view: View, matches: Sequence[Match], design: Compiled, *, painted: bool) -> list[Measure]:
    found: list[Measure] = []
    share = head_share(matches, design) if view.figure.mask.shape[0] >= PARTS_LEAST_PX else None
    if share is not None:
        found.append(share)
    if not painted or view.figure.mask.shape[0] < PARTS_LEAST_PX:
        return found
    if not is_closed(design):  # its own approved drawings gain and lose colours
        return found
    if has_parts(
        design
    ):  # told piece by piece; without a comparable drawing by what every drawing of it shows
        return found if matches else found + _lost_swatches(view, matches, design)
    for kind in ("head", "torso"):
        missing = missing_pieces(matches, design, kind)
        if missing is not None:
            found.append(as_measure(*missing, kind, "DETAIL", design.palette))
    surplus = strange_pieces(matches, design)
    if surplus is not None:
        found.append(as_measure(*surplus, "head", "FACE", design.palette))
    found += _lost_swatches(view, matches, design)
    return found


def _lost_swatches(view: View, matches: Sequence[Match], design: Compiled) -> list[Measure]:
    """Return swatches that every comparable approved drawing shows and this one does not show at all."""
    lost = lost_rows(view, matches, design)
    return [
        Measure(
            "DETAIL",
            design.palette.parts[row],
            100.0 * float(view.reading.shares[row]),
            100.0 * usual,
            "%",
            None,
            matches[0].index if matches else -1,
        )
        for row, usual in lost.items()
    ]
