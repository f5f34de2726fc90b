"""The design's own limits by leave-one-out over its approved drawings.

Each approved drawing is measured against the others as if it were under check. What it lacks there is acting,
not design, and is remembered as unstable. How far measures stray sets the limits, between a floor (what a careful
hand does anyway) and a cap (a sheet with wild drawings must not excuse everything). What one drawing taught is
not used when that drawing itself is judged: else every sheet would look calm. The same is done once more with
each drawing resampled and encoded (see `shams`): those are the limits for drawings that come that way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ml.consistency.aspects import CAPS, FLOORS, as_measure, head_share, lost_rows, strange_pieces
from ml.consistency.foreign import SHARP
from ml.consistency.gamut import Strange, gamut_of, strange
from ml.consistency.gauging import gauge_limits, read_all
from ml.consistency.inventory import PRESENT, compare
from ml.consistency.matching import Match, comparable, match
from ml.consistency.offpalette import EXACT_AREA_FLOOR
from ml.consistency.pack import ENCODED, ZONES, Compiled
from ml.consistency.palette import build_palette, read_through
from ml.consistency.shams import degraded
from ml.consistency.views import View, prepare
from ml.consistency.zones import ZONE_PX
from ml.pixels import F32

_HEADROOM = 1.25
_SOFT_AREA_FLOOR, _AREA_CAP = 0.01, 0.2
_SOFT_TRIED = 12
_IDENTITY_FLOOR = 0.06
_SOFT_DETAIL = 0.7
_GAMUT_FLOORS = {"COLOUR_OFF": 0.015, "COLOUR_MISSING": 0.01}
_BOTH_OUT = 1.5
_SHARP_SHARE = 0.8  # of the least sharp approved drawing

Lack = dict[int, int]  # piece -> area, zone pixels


@dataclass
class Trials:
    """What leave-one-out saw. `lacks[kind][i][j]`: pieces of approved drawing j that drawing i lacks."""

    lacks: dict[str, dict[int, dict[int, Lack]]] = field(default_factory=lambda: {k: {} for k in ZONES})
    lost: dict[int, dict[int, float]] = field(default_factory=dict)
    ratio: dict[int, float] = field(default_factory=dict)
    strange: dict[int, float] = field(default_factory=dict)
    gamut: dict[int, Strange] = field(default_factory=dict)
    gauged: dict[str, dict[int, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Strays:
    """How far each drawing strayed, by drawing, in the unit of the aspect's limit."""

    by_aspect: dict[str, dict[int, float]]

    def limits(self) -> dict[str, float]:
        """Return the limit of each aspect: above all of them, between floor and cap."""
        return {aspect: _limit(list(values.values()), aspect) for aspect, values in self.by_aspect.items()}


def calibrated(blank: Compiled, views: Sequence[View]) -> Compiled:
    """Return the design with its limits, its scores and its unstable pieces."""
    similar = blank.vectors @ blank.vectors.T
    clean, treated = Trials(), Trials()
    for index, view in enumerate(views):
        order = [int(i) for i in np.argsort(-similar[index], kind="stable") if i != index]
        seen = blank.views[index]
        alike = [i for i in order if not seen or blank.views[i] in {"", seen}]
        sham = prepare(degraded(view.figure), blank.palette)
        for one, trials in ((view, clean), (sham, treated)):
            _try_one(blank, index, one, match(one, blank, alike), trials)
    strays, encoded = _strays(clean, clean), _strays(treated, clean)
    limits = strays.limits()
    floor = 0.0 if blank.palette.exact else _SOFT_DETAIL
    limits["DETAIL"] = max(limits["DETAIL"], floor)
    worse = {f"{ENCODED}{a}": max(v, limits[a]) for a, v in encoded.limits().items()}
    worse[f"{ENCODED}DETAIL"] = max(worse[f"{ENCODED}DETAIL"], _SOFT_DETAIL)
    limits |= worse | _gamut_limits([*clean.gamut.values(), *treated.gamut.values()])
    limits |= _gauge_limits(clean, treated)
    limits |= {"COLOUR": _colour_limit(blank, views), "WRONG_DESIGN": _identity_limit(similar)}
    limits[SHARP] = round(_SHARP_SHARE * min(view.sharpness for view in views), 4)
    unstable = {k: tuple(_unstable(clean.lacks[k], j) for j in range(len(views))) for k in ZONES}
    rows = frozenset(row for lost in clean.lost.values() for row in lost)
    scores = _scores(strays, clean, limits)
    return replace(blank, limits=limits, scores=scores, unstable=unstable, unstable_rows=rows)


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
        trials.ratio[index] = abs(share.value - 100.0)
    pieces_off = strange_pieces(matches, blank)
    if pieces_off is not None:
        trials.strange[index] = as_measure(*pieces_off, "head", "FACE", blank.palette).value
    trials.lost[index] = lost_rows(view, matches, blank)
    for one in read_all(view, matches, blank, painted=True):
        by = trials.gauged.setdefault(one.name, {})
        by[index] = max(by.get(index, 0.0), one.stray)
    others = [g for i, g in enumerate(blank.gamuts) if i != index]
    if others:
        trials.gamut[index] = strange(gamut_of(view.field), others)


def _strays(trials: Trials, taught: Trials) -> Strays:
    return Strays(
        {
            "PROPORTION": trials.ratio,
            "FACE": trials.strange,
            "DETAIL": _detail_strays(trials, taught),
            "SWATCH": _lost_strays(trials, taught),
        }
    )


def _scores(strays: Strays, clean: Trials, limits: dict[str, float]) -> dict[str, tuple[float, ...]]:
    """Return how far each approved drawing lay out by aspect, in drift: 1.0 = at the limit."""
    found = {
        aspect: {i: value / limits[aspect] for i, value in strays.by_aspect[aspect].items()}
        for aspect in ("PROPORTION", "FACE", "DETAIL")
    }
    for index, value in strays.by_aspect["SWATCH"].items():
        found["DETAIL"][index] = max(found["DETAIL"].get(index, 0.0), value / limits["SWATCH"])
    for name, by in clean.gauged.items():
        scored = found.setdefault(name.split(".", 1)[0], {})
        for index, value in by.items():
            scored[index] = max(scored.get(index, 0.0), value / limits[name])
    found["COLOUR"] = {i: fused(s, limits) for i, s in clean.gamut.items()}
    return {a: tuple(round(float(v), 4) for _, v in sorted(by.items())) for a, by in found.items() if by}


def fused(found: Strange, limits: dict[str, float]) -> float:
    """Return the drift of a drawing's colours: foreign paint, lacking paint, or a good deal of both."""
    off, missing = found.off / limits["COLOUR_OFF"], found.missing / limits["COLOUR_MISSING"]
    return float(max(off, missing, (off + missing) / _BOTH_OUT))


def _gauge_limits(clean: Trials, treated: Trials) -> dict[str, float]:
    """Return the limits of the gauges, for drawings as they come and for encoded ones."""
    limits = gauge_limits({name: list(by.values()) for name, by in clean.gauged.items()})
    worse = gauge_limits({name: list(by.values()) for name, by in treated.gauged.items()})
    return limits | {f"{ENCODED}{name}": max(value, limits[name]) for name, value in worse.items()}


def _gamut_limits(seen: Sequence[Strange]) -> dict[str, float]:
    off = max((s.off for s in seen), default=0.0)
    missing = max((s.missing for s in seen), default=0.0)
    return {
        "COLOUR_OFF": round(max(_GAMUT_FLOORS["COLOUR_OFF"], off), 5),
        "COLOUR_MISSING": round(max(_GAMUT_FLOORS["COLOUR_MISSING"], missing), 5),
    }


def _unstable(lacks: dict[int, dict[int, Lack]], reference: int, without: int = -1) -> frozenset[int]:
    return frozenset(p for i, by in lacks.items() if i != without for p in by.get(reference, {}))


def _detail_strays(trials: Trials, taught: Trials) -> dict[int, float]:
    """Missing area in % of the zone for each drawing, by what the other drawings alone had taught."""
    strays: dict[int, float] = {}
    for kind, lacks in trials.lacks.items():
        for index, by in lacks.items():
            areas = [
                sum(a for p, a in lack.items() if p not in _unstable(taught.lacks[kind], reference, index))
                for reference, lack in by.items()
            ]
            if areas:
                strays[index] = max(strays.get(index, 0.0), 100.0 * min(areas) / ZONE_PX**2)
    return strays


def _lost_strays(trials: Trials, taught: Trials) -> dict[int, float]:
    strays = {}
    for index, lost in trials.lost.items():
        known = {row for i, rows in taught.lost.items() if i != index for row in rows}
        strays[index] = max((share for row, share in lost.items() if row not in known), default=0.0)
    return strays


def _limit(values: Sequence[float], aspect: str) -> float:
    top = _HEADROOM * max(values) if values else 0.0
    return round(float(np.clip(top, FLOORS[aspect], CAPS[aspect])), 4)


def _colour_limit(blank: Compiled, views: Sequence[View]) -> float:
    """Share of a drawing that the palette of the other approved drawings leaves unexplained.

    A named colour model is a promise and leaves nothing open; colours derived from a sheet are only a sample.
    """
    soft = any(not v.paints.exact for v in views)
    floor = _SOFT_AREA_FLOOR if soft else EXACT_AREA_FLOOR
    if blank.palette.named.any() or len(views) < 3:
        return 2.0 * _SOFT_AREA_FLOOR if soft else EXACT_AREA_FLOOR
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
