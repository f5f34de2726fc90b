"""The design's own limits by leave-one-out over its approved drawings.

Each approved drawing is measured against the others as if it were under check. What it lacks there is acting,
not design, and is remembered as unstable. How far measures stray sets the limits, between a floor (what a careful
hand does anyway) and a cap (a sheet with wild drawings must not excuse everything). What one drawing taught is
not used when that drawing itself is judged: else every sheet would look calm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ml.consistency.aspects import CAPS, FLOORS, as_measure, head_share, lost_rows, strange_pieces
from ml.consistency.inventory import PRESENT, compare
from ml.consistency.matching import Match, comparable, match
from ml.consistency.pack import ZONES, Compiled
from ml.consistency.palette import build_palette, read_through
from ml.consistency.views import View
from ml.consistency.zones import ZONE_PX
from ml.pixels import F32

_HEADROOM = 1.25
_SOFT_AREA_FLOOR, _EXACT_AREA_FLOOR, _AREA_CAP = 0.01, 0.00005, 0.2
_SOFT_TRIED = 12
_IDENTITY_FLOOR = 0.06
_SOFT_DETAIL = 0.7

Lack = dict[int, int]  # piece -> area, zone pixels


@dataclass
class Trials:
    """What leave-one-out saw. `lacks[kind][i][j]`: pieces of approved drawing j that drawing i lacks."""

    lacks: dict[str, dict[int, dict[int, Lack]]] = field(default_factory=lambda: {k: {} for k in ZONES})
    lost: dict[int, dict[int, float]] = field(default_factory=dict)
    ratio: list[float] = field(default_factory=list)
    strange: list[float] = field(default_factory=list)


def calibrated(blank: Compiled, views: Sequence[View]) -> Compiled:
    """Return the design with its limits and its unstable pieces."""
    similar = blank.vectors @ blank.vectors.T
    trials = Trials()
    for index, view in enumerate(views):
        order = [int(i) for i in np.argsort(-similar[index], kind="stable") if i != index]
        seen = blank.views[index]
        alike = [i for i in order if not seen or blank.views[i] in {"", seen}]
        _try_one(blank, index, view, match(view, blank, alike), trials)
    limits = {
        "PROPORTION": _limit(trials.ratio, "PROPORTION"),
        "FACE": _limit(trials.strange, "FACE"),
        "DETAIL": max(_limit(_detail_strays(trials), "DETAIL"), 0.0 if blank.palette.exact else _SOFT_DETAIL),
        "SWATCH": _limit(_lost_strays(trials), "SWATCH"),
        "COLOUR": _colour_limit(blank, views),
        "WRONG_DESIGN": _identity_limit(similar),
    }
    unstable = {k: tuple(_unstable(trials.lacks[k], j) for j in range(len(views))) for k in ZONES}
    rows = frozenset(row for lost in trials.lost.values() for row in lost)
    return replace(blank, limits=limits, unstable=unstable, unstable_rows=rows)


def _try_one(blank: Compiled, index: int, view: View, matches: Sequence[Match], trials: Trials) -> None:
    for kind in ZONES:
        trials.lacks[kind][index] = {
            one.index: {
                p.ident: p.area_px
                for p in compare(pieces, one.zones[kind], blank.palette)
                if p.found < PRESENT
            }
            for one in comparable(matches, kind)
            if (pieces := blank.pieces[kind][one.index]) is not None
        }
    share = head_share(matches, blank)
    if share is not None:
        trials.ratio.append(abs(share.value - 100.0))
    strange = strange_pieces(matches, blank)
    if strange is not None:
        trials.strange.append(as_measure(*strange, "head", "FACE", blank.palette).value)
    trials.lost[index] = lost_rows(view, matches, blank)


def _unstable(lacks: dict[int, dict[int, Lack]], reference: int, without: int = -1) -> frozenset[int]:
    return frozenset(p for i, by in lacks.items() if i != without for p in by.get(reference, {}))


def _detail_strays(trials: Trials) -> list[float]:
    """Missing area in % of the zone for each drawing, by what the other drawings alone had taught."""
    strays = []
    for lacks in trials.lacks.values():
        for index, by in lacks.items():
            areas = [
                sum(area for piece, area in lack.items() if piece not in _unstable(lacks, reference, index))
                for reference, lack in by.items()
            ]
            if areas:
                strays.append(100.0 * min(areas) / ZONE_PX**2)
    return strays


def _lost_strays(trials: Trials) -> list[float]:
    strays = []
    for index, lost in trials.lost.items():
        taught = {row for i, rows in trials.lost.items() if i != index for row in rows}
        strays.append(max((share for row, share in lost.items() if row not in taught), default=0.0))
    return strays


def _limit(values: Sequence[float], aspect: str) -> float:
    top = _HEADROOM * max(values) if values else 0.0
    return round(float(np.clip(top, FLOORS[aspect], CAPS[aspect])), 4)


def _colour_limit(blank: Compiled, views: Sequence[View]) -> float:
    """Share of a drawing that the palette of the other approved drawings leaves unexplained.

    A named colour model is a promise and leaves nothing open; colours derived from a sheet are only a sample.
    """
    soft = any(not v.paints.exact for v in views)
    floor = _SOFT_AREA_FLOOR if soft else _EXACT_AREA_FLOOR
    if blank.palette.named.any() or len(views) < 3:
        return 2.0 * _SOFT_AREA_FLOOR if soft else _EXACT_AREA_FLOOR
    shares = []
    for index in range(min(_SOFT_TRIED, len(views))):
        others = build_palette([v.paints for i, v in enumerate(views) if i != index], ())
        shares.append(read_through(views[index].paints, others).off_share)
    return round(float(np.clip(_HEADROOM * max(shares), floor, _AREA_CAP)), 5)


def _identity_limit(similar: F32) -> float:
    """The farthest that an approved drawing lies from its nearest fellow, as 1 - similarity."""
    if similar.shape[0] < 2:
        return _IDENTITY_FLOOR
    others = similar - 2.0 * np.eye(similar.shape[0], dtype=np.float32)
    return round(float(max(_IDENTITY_FLOOR, 1.0 - others.max(axis=1).min())), 5)
