"""Compiles a sheet: its palette, the zones of its drawings, and then its limits (see `calibrating`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml.consistency.aspects import FLOORS
from ml.consistency.calibrating import calibrated
from ml.consistency.colours import paints_of
from ml.consistency.gamut import gamut_of
from ml.consistency.gauging import learn_all
from ml.consistency.inventory import pieces_of
from ml.consistency.pack import Compiled
from ml.consistency.palette import Palette, build_palette
from ml.consistency.views import View, prepare
from ml.consistency.zones import (
    Zone,
    affine_of,
    cut_zone,
    head_square,
    heads_of,
    torso_square,
)
from ml.pixels import F32, Figure
from ml.types import SwatchSpec


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
        np.stack([v.reading.tone_shares for v in views]).astype(np.float32),
        zones,
        {k: tuple(None if z is None else pieces_of(z.labels) for z in v) for k, v in zones.items()},
        {k: tuple(frozenset() for _ in v) for k, v in zones.items()},
        frozenset(),
        dict(FLOORS),
        tuple(gamut_of(v.field) for v in views),
        {},
    )
    return calibrated(replace(blank, learned=learn_all(views, blank)), views)


def _zones(views: Sequence[View], palette: Palette) -> dict[str, tuple[Zone | None, ...]]:
    heads: list[Zone | None] = []
    torsos: list[Zone | None] = []
    for view, found in zip(views, heads_of(views, palette), strict=True):
        square = head_square(*found)
        heads.append(cut_zone(view, affine_of(*square)))
        below = torso_square(view.cover, square)
        torsos.append(None if below is None else cut_zone(view, affine_of(*below)))
    return {"head": tuple(heads), "torso": tuple(torsos)}
