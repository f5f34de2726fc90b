"""What there is to look at for each claim about a drawing: the approved drawing laid over it, arrows, outlines.

Costs what it costs only for drawings that are flagged. Deterministic: the same bytes give the same bytes.
"""

from __future__ import annotations

from ml.consistency.arrows import arrows_of
from ml.consistency.laying import (
    LaidOver,
    Registered,
    Sides,
    apart_from,
    drawn,
    figure_of,
    lay_over,
    registered,
    zone_of,
)
from ml.consistency.outlines import outlines_of, parts_seen
from ml.consistency.pack import ZONES, Compiled
from ml.pixels import U8, Figure, decode, encode_png
from ml.types import Box, Claim, Held, Measurements, Outline, Shown

NO_FIT = "no_fit"


def explain(held: Held, design: Compiled, measured: Measurements) -> tuple[Shown, ...]:
    """Return what explains each claim of `held`, in their order.

    Args:
        held: the drawing, the approved one and the claims.
        design: the compiled sheet that both belong to.
        measured: the measures that the claims were made of.
    """
    sides = _sides(held, design, measured)
    if sides is None:
        return tuple(Shown(why_not=NO_FIT) for _ in held.claims)
    parts = parts_seen(sides, design)
    zones: dict[str, Registered | None] = {}
    pictures: dict[tuple[float, ...], bytes] = {}
    found = []
    for claim in held.claims:
        laid = _laid(claim, sides, zones)
        outlines = outlines_of(claim, sides, parts, laid, measured)
        found.append(_shown(claim, sides, laid, outlines, pictures))
    return tuple(found)


def _laid(claim: Claim, sides: Sides, zones: dict[str, Registered | None]) -> LaidOver | None:
    """Return the approved drawing laid for one claim; a zone is registered once for all claims in it."""
    if claim.aspect == "WRONG_DESIGN":
        return None
    zone = zone_of(sides, claim.box_xyxy)
    apart = apart_from(sides, claim)
    if zone not in zones:
        zones[zone] = registered(sides, zone)
    one = zones[zone]
    return None if one is None else lay_over(one, apart)


def _sides(held: Held, design: Compiled, measured: Measurements) -> Sides | None:
    rgba = decode(held.png)
    figure, approved_rgba = _within(rgba, measured.map_box_xyxy), decode(held.approved_png)
    approved = figure_of(approved_rgba)
    if figure is None or approved is None:
        return None
    row = design.keys.index(held.drawing_key) if held.drawing_key in design.keys else -1
    zones = {kind: zone for kind in ZONES if row >= 0 and (zone := design.zones[kind][row]) is not None}
    return Sides(figure, approved, approved_rgba, zones, measured.fits)


def _within(rgba: U8, box: Box | None) -> Figure | None:
    """Return the figure that was measured: of several in a drawing the one in the box."""
    if box is None:
        return figure_of(rgba)
    left, top, right, bottom = box
    found = figure_of(rgba[top:bottom, left:right].copy())
    if found is None:
        return None
    x0, y0, x1, y1 = found.box_xyxy
    here = (left + x0, top + y0, left + x1, top + y1)
    return Figure(found.rgba, found.mask, here, (rgba.shape[0], rgba.shape[1]))


def _shown(
    claim: Claim,
    sides: Sides,
    laid: LaidOver | None,
    outlines: tuple[Outline, ...],
    pictures: dict[tuple[float, ...], bytes],
) -> Shown:
    if laid is None:
        return Shown(outlines=outlines, why_not=NO_FIT)
    affine = tuple(round(float(v), 5) for v in laid.affine.ravel())
    if affine not in pictures:
        pictures[affine] = encode_png(drawn(sides, laid))
    arrows = arrows_of(laid, claim.box_xyxy, _height(laid, sides))
    return Shown(affine, pictures[affine], arrows, outlines)


def _height(laid: LaidOver, sides: Sides) -> int:
    return min(sides.figure.mask.shape[0], laid.box[3] - laid.box[1])
