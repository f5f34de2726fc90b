"""From what was measured to what is told: how many times its limit a number is out, then drift, box and allowance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.consistency.aspects import Measure
from ml.consistency.foreign import is_lossless
from ml.consistency.gauges import Gauged
from ml.consistency.heat import HeatMap
from ml.consistency.matching import COMPARABLE, Match
from ml.consistency.pack import ENCODED, Compiled
from ml.consistency.views import View
from ml.types import AspectMeasure

SWATCH = "SWATCH"
SURE_HEIGHT_PX = 160.0  # a smaller figure is measured less surely
_FITS_POORLY, _FITS_WELL, _MOST_DOUBT = 0.88, 0.985, 3.0
# what a turn changes; faces are told from turns more surely
_TURNS = (
    *("DETAIL.head", "DETAIL.body", "DETAIL.new", "DETAIL.gone", "DETAIL.moved"),
    *("SHAPE.outline", "SHAPE.less", "PROPORTION.shoulders", "PROPORTION.head_width"),
)
_FACES, _FACE_TURNED, _FACE_ALIKE = "FACE.", 0.93, 0.97
_SEEN, _SEEN_DOUBT = ("FACE.net_face", "SHAPE.net_hair"), 1.6  # other hair itself makes heads fit less
_SIZES, _LAID_ASKEW = ("PROPORTION.heads_tall", "PROPORTION.head_size"), 0.85


@dataclass(frozen=True)
class Numbered:
    """One number, and how many times its limit it is out.

    Attributes:
        one: what was measured.
        name: of its limit.
        ratio: >= 0; 1.0 = at the limit.
        limit: as it holds for this drawing, in the unit of the limit.
    """

    one: Measure | Gauged
    name: str
    ratio: float
    limit: float


def of_measure(view: View, one: Measure, design: Compiled) -> Numbered:
    """Return how far out a measure is."""
    lost = one.aspect == "DETAIL" and one.sheet_value > 0.0
    name = SWATCH if lost else str(one.aspect)
    encoded = "" if is_lossless(view, design) else ENCODED
    limit = design.limits[encoded + name] * (100.0 if lost else 1.0)
    if one.aspect == "PROPORTION":
        limit *= max(1.0, SURE_HEIGHT_PX / view.figure.mask.shape[0])
    return Numbered(one, name, abs(one.value - one.sheet_value) / limit, limit)


def of_gauge(view: View, one: Gauged, design: Compiled, matches: Sequence[Match] = ()) -> Numbered:
    """Return how far out the number of a gauge is; limits are wider where approved drawings fit less."""
    encoded = "" if is_lossless(view, design) else ENCODED
    limit = design.limits[encoded + one.name] * _widened(one.name, matches)
    return Numbered(one, one.name, one.stray / limit, limit)


def worded(view: View, number: Numbered, heat: HeatMap, weight: float = 1.0) -> AspectMeasure:
    """Return a number as it is told, and lay it on the heat map.

    `weight` > 0 multiplies how far out it is: what all numbers of the drawing together make of it.
    """
    one, ratio = number.one, number.ratio * weight
    drift = shaped(ratio)
    field = one.heat if isinstance(one, Gauged) else None
    if field is not None:
        heat.add_field(field, drift)
    elif one.box is not None:
        (heat.add_size if one.aspect == "PROPORTION" else heat.add_box)(one.box, drift)
    return AspectMeasure(
        one.aspect,
        one.part,
        round(one.value, 3),
        round(one.sheet_value, 3),
        round(_allowed(number, ratio), 3),
        one.unit,
        round(drift, 4),
        None if one.box is None else view.to_drawing(one.box),
    )


def _allowed(number: Numbered, ratio: float) -> float:
    """Return what is allowed in the unit of the value; the limit of a gauge may be a ratio, its value pixels."""
    away = abs(number.one.value - number.one.sheet_value)
    return away / ratio if away > 0.0 and ratio > 0.0 else number.limit


def shaped(ratio: float) -> float:
    """Return the drift of something by how many times its limit it is out.

    Areas and lengths span powers of ten; the largest of them is not the surest.
    """
    return ratio if ratio <= 1.0 else 1.0 + math.log2(ratio)


def _doubt(matches: Sequence[Match], poorly: float, well: float) -> float:
    """Return the factor on limits by how well the best approved head fits: one that is turned a little fits less.

    A turn of a few degrees takes a clip out of sight and widens shoulders against the head; neither is drift.
    """
    best = max((m.correlation("head") for m in matches), default=1.0)
    sure = float(np.clip((best - poorly) / (well - poorly), 0.0, 1.0))
    return 1.0 + _MOST_DOUBT * (1.0 - sure)


def _widened(name: str, matches: Sequence[Match]) -> float:
    """Return the factor on a limit by how well the approved drawings fit."""
    if name in _SEEN:
        return min(_SEEN_DOUBT, _doubt(matches, _FACE_TURNED, _FACE_ALIKE))
    if name.startswith(_TURNS):
        return _doubt(matches, _FITS_POORLY, _FITS_WELL)
    if name.startswith(_FACES):
        return _doubt(matches, _FACE_TURNED, _FACE_ALIKE)
    return _doubt(matches, COMPARABLE["head"], _LAID_ASKEW) if name in _SIZES else 1.0
