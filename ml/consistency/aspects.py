"""The measures of a registered drawing: proportion, missing pieces, strange pieces. Each says where and how much.

Convention: boxes are float (left, top, right, bottom) in the standard picture of the `View`; drift is the value
over what the design allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.consistency.inventory import Boxf, Piece, compare, lacking, pieces_of
from ml.consistency.matching import Match, comparable
from ml.consistency.names import is_acting, is_eye, is_limb, is_line
from ml.consistency.pack import Compiled
from ml.consistency.palette import Palette
from ml.consistency.zones import ZONE_PX
from ml.pixels import F32
from ml.types import Aspect

FLOORS = {"PROPORTION": 4.5, "DETAIL": 0.35, "FACE": 0.45, "SWATCH": 0.0015}
CAPS = {"PROPORTION": 9.0, "DETAIL": 6.0, "FACE": 4.0, "SWATCH": 0.05}
LOST_SHARE = 0.12
_RATIO_CORRELATION = {"head": 0.8, "torso": 0.78}


@dataclass(frozen=True)
class Measure:
    """One measure before it is put into the words of `AspectMeasure`; `value` in % of the approved size."""

    aspect: Aspect
    part: str
    value: float
    sheet_value: float
    unit: str
    box: Boxf | None
    reference: int


def box_under(affine: F32, box: Boxf) -> Boxf:
    """Return the upright box around a zone box laid into the standard picture."""
    left, top, right, bottom = box
    corners = np.array([[left, top, 1], [right, top, 1], [left, bottom, 1], [right, bottom, 1]], np.float32)
    at = corners @ affine.T
    return float(at[:, 0].min()), float(at[:, 1].min()), float(at[:, 0].max()), float(at[:, 1].max())


def head_share(matches: Sequence[Match]) -> Measure | None:
    """Return how much larger or smaller the head is against the torso than in the approved drawings, in %.

    The head's and the torso's scale are measured apart against the same approved drawing, so the scale of the
    cut cancels out. Of several comparable drawings the one that excuses the most counts.
    """
    best: tuple[float, Match] | None = None
    for one in matches:
        if any(one.correlation(kind) < limit for kind, limit in _RATIO_CORRELATION.items()):
            continue
        ratio = float(np.log(one.fits["head"].scale / one.fits["torso"].scale))
        if best is None or abs(ratio) < abs(best[0]):
            best = (ratio, one)
    if best is None:
        return None
    box = box_under(best[1].fits["head"].affine, (8.0, 8.0, ZONE_PX - 8.0, ZONE_PX - 8.0))
    return Measure("PROPORTION", "head", 100.0 * float(np.exp(best[0])), 100.0, "%", box, best[1].index)


def hidden_by_acting(palette: Palette) -> frozenset[int]:
    """Return the palette rows that acting may hide, and lines."""
    pairs = zip(palette.parts, palette.tones, strict=True)
    return frozenset(i for i, (part, tone) in enumerate(pairs) if is_acting(part) or is_line(part, tone))


def missing_pieces(
    matches: Sequence[Match], compiled: Compiled, kind: str
) -> tuple[list[Piece], Match] | None:
    """Return the pieces of the approved drawing that this one lacks, by the drawing that excuses the most."""
    ignore = hidden_by_acting(compiled.palette)
    best: tuple[int, list[Piece], Match] | None = None
    for one in comparable(matches, kind):
        pieces = compiled.pieces[kind][one.index]
        if pieces is None:
            continue
        gone = lacking(
            compare(pieces, one.zones[kind], compiled.palette), ignore, compiled.unstable[kind][one.index]
        )
        area = sum(p.area_px for p in gone)
        if best is None or area < best[0]:
            best = (area, gone, one)
    return None if best is None else (best[1], best[2])


def strange_pieces(matches: Sequence[Match], compiled: Compiled) -> tuple[list[Piece], Match] | None:
    """Return legal colours in the head where no comparable approved drawing has them."""
    near = comparable(matches, "head")
    if not near:
        return None
    first = near[0]
    palette = compiled.palette
    free = frozenset(i for i, part in enumerate(palette.parts) if is_limb(part)) | hidden_by_acting(palette)
    free -= frozenset(i for i, part in enumerate(palette.parts) if is_eye(part))
    zones = [z for m in near if (z := compiled.zones["head"][m.index]) is not None]
    strange = lacking(compare(pieces_of(first.zones["head"].labels), zones, palette), free, frozenset())
    return strange, first


def usual_shares(matches: Sequence[Match], compiled: Compiled) -> F32 | None:
    """Return (P,) the least share of each palette row among the comparable approved drawings."""
    near = comparable(matches, "head")
    return (
        None if not near else np.asarray(np.min(compiled.shares[[m.index for m in near]], axis=0), np.float32)
    )


def lost_rows(shares: F32, matches: Sequence[Match], compiled: Compiled) -> dict[int, float]:
    """Return palette rows that every comparable approved drawing shows and this one hardly, with their usual share.

    Where none is comparable, a colour counts that every approved drawing of the design shows, whatever the view.
    """
    usual = usual_shares(matches, compiled)
    if usual is None:
        usual = np.asarray(np.min(compiled.shares, axis=0), np.float32)
    acting = hidden_by_acting(compiled.palette) | compiled.unstable_rows
    gone = np.flatnonzero((usual >= FLOORS["SWATCH"]) & (shares < LOST_SHARE * usual))
    return {int(row): float(usual[row]) for row in gone if int(row) not in acting}


def as_measure(pieces: Sequence[Piece], one: Match, kind: str, aspect: Aspect, palette: Palette) -> Measure:
    """Return the area of pieces in % of the zone, named after the largest piece."""
    area = 100.0 * sum(p.area_px for p in pieces) / ZONE_PX**2
    if not pieces:
        return Measure(aspect, kind, 0.0, 0.0, "%", None, one.index)
    largest = max(pieces, key=lambda p: (p.area_px, -p.ident))
    corners = np.array([p.box for p in pieces], np.float32)
    around = (
        float(corners[:, 0].min()),
        float(corners[:, 1].min()),
        float(corners[:, 2].max()),
        float(corners[:, 3].max()),
    )
    return Measure(
        aspect,
        palette.parts[largest.row],
        area,
        0.0,
        "%",
        box_under(one.fits[kind].affine, around),
        one.index,
    )
