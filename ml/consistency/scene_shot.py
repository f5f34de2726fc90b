"""Judges the cast characters of a composited frame, as far as camera and grading leave anything to judge.

Each found figure is cut out and its colours are brought back by one gain a channel. Proportions and the face are then
measured where an approved drawing can be laid over. Palette, details, line weight and the costume are not: glow, blur
and grading break their rules, and what no colour of the design explains was taken for background. That is said in
`Measurements.unchecked`. A cast design that is not found is no fault.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml.consistency.colours import Paints, paints_of
from ml.consistency.identity import Kinship, kinship, strangeness
from ml.consistency.measuring import audible, measure_view
from ml.consistency.pack import Compiled
from ml.consistency.scene_frame import Place, cut, places, regained
from ml.consistency.views import prepare
from ml.pixels import F32, U8, Figure
from ml.types import Aspect, Measurements

Embed = Callable[[Sequence[Figure | None]], F32]
NOT_FOUND = "not_found"
UNCHECKED: tuple[Aspect, ...] = ("DETAIL", "LINE_WEIGHT", "COLOUR", "WRONG_DESIGN")
_LEAST_SCORE = 0.66
_LEAST_HEAD = 0.5
_AWAY, _LEAST_AWAY, _MOST_AWAY = 2.0, 0.1, 0.2  # 1 - similarity, by the design's own spread
_TRIED = 2
_SURE_SCORE = 0.8


@dataclass(frozen=True)
class Seen:
    """A design's figure in a frame: `figure` in the frame's colours, `paints` and `vector` in its own."""

    design: Compiled
    place: Place
    figure: Figure
    fitted: Figure
    paints: Paints
    vector: F32
    kin: Kinship


def measure_frame(rgba: U8, model_id: str, cast: Sequence[Compiled], embed: Embed) -> list[Measurements]:
    """Return what each cast design measures in a frame; one that is not found has `why_not` `NOT_FOUND`."""
    rgb = np.ascontiguousarray(rgba[..., :3])
    found = _found(rgb, cast, embed)
    return [
        _measured(found[d.design_key])
        if d.design_key in found
        else Measurements(model_id, d.design_key, applicable=False, why_not=NOT_FOUND)
        for d in cast
    ]


def _found(rgb: U8, cast: Sequence[Compiled], embed: Embed) -> dict[str, Seen]:
    """Cut out the surest first: what it takes, the next cannot take."""
    offers = [
        (place, design)
        for design in cast
        for place in places(rgb, design)[:_TRIED]
        if place.score >= _LEAST_SCORE and place.head >= _LEAST_HEAD
    ]
    offers.sort(key=lambda one: -round(one[0].score, 5))
    taken = np.zeros(rgb.shape[:2], np.bool_)
    found: dict[str, Seen] = {}
    for place, design in offers:
        if design.design_key in found:
            continue
        seen = _seen(rgb, design, place, taken, embed)
        if seen is None or not _is_it(seen, cast):
            continue
        found[design.design_key] = seen
        left, top, right, bottom = seen.figure.box_xyxy
        taken[top:bottom, left:right] |= seen.figure.mask
    return found


def _seen(rgb: U8, design: Compiled, place: Place, taken: np.ndarray, embed: Embed) -> Seen | None:
    middle = int(place.top + place.side / 2.0), int(place.left + place.side / 2.0)
    inside = 0 <= middle[0] < taken.shape[0] and 0 <= middle[1] < taken.shape[1]
    if not inside or taken[middle]:
        return None
    figure = cut(rgb, design, place, taken)
    if figure is None:
        return None
    rgba = np.dstack([regained(figure.rgba[..., :3], place.gain), figure.rgba[..., 3]])
    fitted = replace(figure, rgba=rgba)
    paints = paints_of(fitted)
    vector = np.asarray(embed([fitted])[0], np.float32)
    return Seen(design, place, figure, fitted, paints, vector, kinship(vector, paints, design))


def _is_it(seen: Seen, cast: Sequence[Compiled]) -> bool:
    """Say whether a cut-out looks like its design, about as the approved drawings look like each other, and most so."""
    allowed = float(np.clip(_AWAY * seen.design.limits["WRONG_DESIGN"], _LEAST_AWAY, _MOST_AWAY))
    if seen.place.score < _SURE_SCORE and 1.0 - seen.kin.similarity > allowed:
        return False
    others = [kinship(seen.vector, seen.paints, d) for d in cast if d is not seen.design]
    return all(strangeness(seen.kin, other) <= 0.0 for other in others)


def _measured(seen: Seen) -> Measurements:
    view = prepare(seen.fitted, seen.design.palette, seen.paints)
    base = measure_view(view, seen.design, seen.kin, None, painted=False)
    aspects = tuple(a for a in base.aspects if a.aspect not in UNCHECKED)
    worst = aspects[0] if aspects else None
    small = tuple(a for a in base.unchecked if a == "PROPORTION")
    return replace(
        base,
        aspects=aspects,
        drift=round(audible(worst.drift), 4) if worst is not None else 0.0,
        region_xyxy=worst.box_xyxy if worst is not None else None,
        unchecked=(*UNCHECKED, *small),
    )
