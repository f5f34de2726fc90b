"""Compiles a sheet: palette, zones, and the design's own limits by leave-one-out.

Each approved drawing is measured against the others as if it were under check. What acting hides there is
remembered as unstable; how far measures stray there sets the limits, between a floor (what a careful hand
does anyway) and a cap (a sheet with wild drawings must not excuse everything).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml.consistency.aspects import CAPS, FLOORS, as_measure, head_share, strange_pieces
from ml.consistency.colours import paints_of
from ml.consistency.inventory import PRESENT, compare, pieces_of
from ml.consistency.matching import Match, comparable, match
from ml.consistency.pack import ZONES, Compiled
from ml.consistency.palette import Palette, build_palette
from ml.consistency.views import View, prepare
from ml.consistency.zones import (
    Zone,
    affine_of,
    cut_zone,
    head_square,
    head_top_bottom,
    silhouette_head,
    torso_square,
)
from ml.pixels import F32, Figure
from ml.types import SwatchSpec

_HEADROOM = 1.25
SOFT_AREA_FLOOR = 0.02
IDENTITY_FLOOR = 0.06


@dataclass(frozen=True)
class Approved:
    """One approved drawing as it enters: `vector` (C,) float32 of the design's embedder."""

    key: str
    kind: str
    view: str
    figure: Figure
    vector: F32


def compile_design(
    design_key: str, model_id: str, approved: Sequence[Approved], swatches: Sequence[SwatchSpec]
) -> Compiled:
    """Return a design compiled from its approved drawings (at least one) and its colour model (may be empty)."""
    paints = [paints_of(a.figure) for a in approved]
    palette = build_palette(paints, swatches)
    views = [prepare(a.figure, palette, p) for a, p in zip(approved, paints, strict=True)]
    zones = _zones(views, palette)
    blank = Compiled(
        design_key,
        model_id,
        tuple(a.key for a in approved),
        tuple(a.kind for a in approved),
        tuple(a.view for a in approved),
        np.stack([a.vector for a in approved]).astype(np.float32),
        palette,
        np.stack([v.reading.shares for v in views]).astype(np.float32),
        zones,
        {k: tuple(None if z is None else pieces_of(z.labels) for z in v) for k, v in zones.items()},
        {k: tuple(frozenset() for _ in v) for k, v in zones.items()},
        dict(FLOORS),
    )
    return _calibrated(blank, views)


def _zones(views: Sequence[View], palette: Palette) -> dict[str, tuple[Zone | None, ...]]:
    named = [head_top_bottom(v, palette) for v in views]
    shares = [(n[1] - n[0]) / v.size_hw[0] for n, v in zip(named, views, strict=True) if n is not None]
    usual = float(np.median(shares)) if shares else None
    heads: list[Zone | None] = []
    torsos: list[Zone | None] = []
    for view, found in zip(views, named, strict=True):
        square = head_square(*(found if found is not None else _guess(view, usual)))
        heads.append(cut_zone(view, affine_of(*square)))
        below = torso_square(view.cover, square)
        torsos.append(None if below is None else cut_zone(view, affine_of(*below)))
    return {"head": tuple(heads), "torso": tuple(torsos)}


def _guess(view: View, usual: float | None) -> tuple[float, float, float]:
    top, bottom, centre = silhouette_head(view.cover)
    return (top, bottom, centre) if usual is None else (0.0, usual * view.size_hw[0], centre)


def _calibrated(blank: Compiled, views: Sequence[View]) -> Compiled:
    similar = blank.vectors @ blank.vectors.T
    unstable: dict[str, list[set[int]]] = {k: [set() for _ in views] for k in ZONES}
    strays: dict[str, list[float]] = {"PROPORTION": [], "FACE": [], "DETAIL": []}
    for index, view in enumerate(views):
        order = [int(i) for i in np.argsort(-similar[index], kind="stable") if i != index]
        matches = match(view, blank, order)
        _note_unstable(blank, index, matches, unstable)
        share = head_share(matches)
        if share is not None:
            strays["PROPORTION"].append(abs(share.value - 100.0))
        strange = strange_pieces(matches, blank)
        if strange is not None:
            strays["FACE"].append(as_measure(*strange, "head", "FACE", blank.palette).value)
    limits = {aspect: _limit(values, aspect) for aspect, values in strays.items()}
    limits["COLOUR"] = _soft_limit(views)
    limits["WRONG_DESIGN"] = _identity_limit(similar)
    return replace(
        blank, limits=limits, unstable={k: tuple(frozenset(s) for s in v) for k, v in unstable.items()}
    )


def _note_unstable(
    blank: Compiled, index: int, matches: Sequence[Match], unstable: dict[str, list[set[int]]]
) -> None:
    """A piece of an approved drawing that this approved drawing lacks is acting, not design."""
    for kind in ZONES:
        for one in comparable(matches, kind):
            pieces = blank.pieces[kind][one.index]
            if pieces is not None:
                gone = [p.ident for p in compare(pieces, one.zones[kind]) if p.found < PRESENT]
                unstable[kind][one.index].update(gone)


def _limit(values: Sequence[float], aspect: str) -> float:
    top = _HEADROOM * max(values) if values else 0.0
    return round(float(np.clip(top, FLOORS[aspect], CAPS[aspect])), 4)


def _soft_limit(views: Sequence[View]) -> float:
    """Share of a drawing without exact paint that may be off-palette: here the palette is its own, so a floor."""
    return SOFT_AREA_FLOOR if any(not v.paints.exact for v in views) else SOFT_AREA_FLOOR / 4.0


def _identity_limit(similar: F32) -> float:
    """The farthest that an approved drawing lies from its nearest fellow, as 1 - similarity."""
    if similar.shape[0] < 2:
        return IDENTITY_FLOOR
    others = similar - 2.0 * np.eye(similar.shape[0], dtype=np.float32)
    return round(float(max(IDENTITY_FLOOR, 1.0 - others.max(axis=1).min())), 5)
