"""The measures of a registered drawing: proportion, missing pieces, strange pieces. Each says where and how much.

Convention: boxes are float (left, top, right, bottom) in the standard picture of the `View`; drift is the value
over what the design allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.inventory import Boxf, Piece, compare, lacking, pieces_of
from ml.consistency.matching import Match, comparable
from ml.consistency.names import is_acting, is_eye, is_limb, is_line
from ml.consistency.pack import Compiled
from ml.consistency.palette import Palette
from ml.consistency.views import View
from ml.consistency.zones import ZONE_PX, Zone, cut_mask
from ml.pixels import F32, Mask
from ml.types import Aspect

FLOORS = {"PROPORTION": 4.5, "DETAIL": 0.35, "FACE": 0.45, "SWATCH": 0.0004}
CAPS = {"PROPORTION": 15.0, "DETAIL": 25.0, "FACE": 15.0, "SWATCH": 0.2}
LOST_SHARE, LOST_DERIVED, LOST_CROPPED = 0.12, 0.0015, 0.01
LOST_EXACT_PX, LOST_SOFT_PX = 24.0, 120.0  # resampling alone takes the flat pixels of smaller areas
_TRUNK_PX = 26.0  # beyond it hang the sleeves
_FRAMED = (0.75, 1.33)
_IN_EYES = 0.6  # of an area: beyond it, it is paint of an eye
_CHIN_PX = 68.0  # below it a collar or a scarf moves in and out of the head's square
_RATIO_CORRELATION = {"head": 0.8, "torso": 0.86}
_RATIO_UNNAMED = {
    "head": 0.93,
    "torso": 0.95,
}  # no colour says that it is a head: both must be that drawing's own


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


def _logs(affine: F32, zone: Zone | None) -> F32:
    """Return the logarithms of a fit's scale across, down and over all."""
    across, down = float(np.hypot(*affine[:, 0])), float(np.hypot(*affine[:, 1]))
    side = 1.0 if zone is None else zone.side_px
    return np.log(np.array([across, down, np.sqrt(across * down)]) * ZONE_PX / side).astype(np.float32)


def head_share(matches: Sequence[Match], compiled: Compiled) -> Measure | None:
    """Return how much larger or smaller the head is against the torso than in the approved drawings, in %.

    The head's and the torso's scale are measured apart against the same approved drawing, so the scale of the
    cut cancels out. A turned head is narrower but not smaller: of width and height the one nearer to the
    approved counts, and of several comparable drawings the one that excuses the most.
    """
    best: tuple[float, Match] | None = None
    least = _RATIO_CORRELATION if compiled.palette.named.any() else _RATIO_UNNAMED
    for one in matches:
        if any(one.correlation(kind) < limit for kind, limit in least.items()):
            continue
        head, torso = (
            _logs(one.fits[kind].affine, compiled.zones[kind][one.index]) for kind in ("head", "torso")
        )
        ratio = min(head - torso, key=abs)
        if best is None or abs(ratio) < abs(best[0]):
            best = (float(ratio), one)
    if best is None:
        return None
    box = box_under(best[1].fits["head"].affine, (8.0, 8.0, ZONE_PX - 8.0, ZONE_PX - 8.0))
    return Measure("PROPORTION", "head", 100.0 * float(np.exp(best[0])), 100.0, "%", box, best[1].index)


def hidden_by_acting(palette: Palette) -> frozenset[int]:
    """Return the palette rows that acting may hide, and lines."""
    pairs = zip(palette.parts, palette.tones, strict=True)
    return frozenset(i for i, (part, tone) in enumerate(pairs) if is_acting(part) or is_line(part, tone))


def _inside_trunk(piece: Piece) -> bool:
    """Say whether a piece of the torso lies clear of the sleeves and of the zone's lower edge."""
    middle = (piece.box[0] + piece.box[2]) / 2.0
    return abs(middle - ZONE_PX / 2.0) < _TRUNK_PX and piece.box[3] < ZONE_PX - 1


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
        if kind == "torso":
            gone = [p for p in gone if _inside_trunk(p)]
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
    free = frozenset(row for acts in free for row in palette.alike[acts])
    free -= frozenset(i for i, part in enumerate(palette.parts) if is_eye(part))
    zones = [z for m in near if (z := compiled.zones["head"][m.index]) is not None]
    strange = lacking(compare(pieces_of(first.zones["head"].labels), zones, palette), free, frozenset())
    return [p for p in strange if (p.box[1] + p.box[3]) / 2.0 < _CHIN_PX], first


def rows_in_eyes(view: View, mask: Mask, matches: Sequence[Match], compiled: Compiled) -> list[int]:
    """Return the palette rows that the approved drawing has under a mask over the figure's crop, most of it first.

    Empty where most of the mask lies elsewhere than in the eyes.
    """
    near = comparable(matches, "head")
    zone = compiled.zones["head"][near[0].index] if near else None
    rows = [i for i, part in enumerate(compiled.palette.parts) if is_eye(part)]
    if zone is None or not rows:
        return []
    seen = cut_mask(view, near[0].fits["head"].affine, mask)
    around = cv2.dilate(np.isin(zone.labels, rows).astype(np.uint8), np.ones((11, 11), np.uint8)) > 0
    if np.count_nonzero(seen & around) <= _IN_EYES * np.count_nonzero(seen):
        return []
    under = zone.labels[seen & (zone.labels >= 0)].astype(np.int64)
    counts = np.bincount(under, minlength=len(compiled.palette.parts))
    return [int(row) for row in np.argsort(-counts, kind="stable") if counts[row]]


def usual_shares(matches: Sequence[Match], shares: F32) -> F32 | None:
    """Return (P,) the least of `shares` (N, P) for each palette row among the drawings framed alike, or None.

    A bust lacks the shoes of a full figure, so only approved drawings with a head of about the same share count.
    """
    near = [m.index for m in comparable(matches, "head") if _FRAMED[0] < m.fits["head"].scale < _FRAMED[1]]
    return None if not near else np.asarray(np.min(shares[near], axis=0), np.float32)


def told_first(matches: Sequence[Match]) -> list[Match]:
    """Return matches in the order in which people compare: of the view, drawings of the same framing lead.

    A bust is no drawing to count heads on, and beside a face nobody wants the tiny one of a full figure.
    """
    near = comparable(matches, "head")
    framed = [m for m in near if _FRAMED[0] < m.fits["head"].scale < _FRAMED[1]]
    led = [*framed, *(m for m in near if m not in framed)]
    return [*led, *(m for m in matches if m not in led)]


def _in_head(matches: Sequence[Match], compiled: Compiled) -> set[int]:
    """Return the palette rows of the comparable approved head: no edge of the picture takes those away."""
    near = comparable(matches, "head")
    pieces = compiled.pieces["head"][near[0].index] if near else None
    if pieces is None:
        return set()
    return {
        row for row, box in zip(pieces.rows, pieces.boxes, strict=True) if (box[1] + box[3]) / 2.0 < _CHIN_PX
    }


def lost_rows(view: View, matches: Sequence[Match], compiled: Compiled) -> dict[int, float]:
    """Return palette rows that every comparable approved drawing shows and this one hardly, with their usual share.

    Where none is comparable, a colour counts that every approved drawing of the design shows, whatever the view, if
    the whole figure is seen.
    Of a figure that the picture's edge cuts off only large areas count: the edge may have taken the others.
    """
    usual = usual_shares(matches, compiled.shares)
    if usual is None and matches:
        return {}
    if usual is None and view.cropped:
        return {}
    if usual is None:
        usual = np.asarray(np.min(compiled.shares, axis=0), np.float32)
    acting = hidden_by_acting(compiled.palette) | compiled.unstable_rows
    least = np.where(compiled.palette.named, FLOORS["SWATCH"], LOST_DERIVED)
    if view.cropped:
        inner = np.isin(np.arange(len(least)), list(_in_head(matches, compiled)))
        least = np.where(inner, least, np.maximum(least, LOST_CROPPED))
    pixels = LOST_EXACT_PX if compiled.palette.exact else LOST_SOFT_PX
    least = np.maximum(least, pixels / max(1, int(view.paints.area_px.sum())))
    gone = np.flatnonzero((usual >= least) & (view.reading.shares < LOST_SHARE * usual))
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
