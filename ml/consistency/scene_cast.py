"""Judges the figures of a cel that holds several: who proves to be there, and what each measures on its own.

A figure proves itself by the colours of its head that no other design here has, or by an approved head that can be
laid over it. What its neighbour may cover is never called missing: where that lies no claim is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml.consistency.colours import Paints, paints_of
from ml.consistency.identity import Kinship, kinship, nearest_rival, strangeness
from ml.consistency.matching import match
from ml.consistency.measuring import Rival, audible, measure_view
from ml.consistency.names import is_line
from ml.consistency.pack import Compiled
from ml.consistency.scene import Part, kinds_shown, lonely, parted
from ml.consistency.scene_areas import legal_of
from ml.consistency.views import View, prepare
from ml.pixels import F32, Figure, Mask
from ml.types import AspectMeasure, Box, Measurements

Embed = Callable[[Sequence[Figure | None]], F32]
ANOTHER_FIGURE = "another figure"
OTHER_DESIGN = "other_design"
_ZONE_SHARE = 0.04  # of the zone's square: a colour of the head, of the torso
_HEAD_SEEN = 0.3  # of the least that an approved drawing shows of it
_HEAD_HINT = 0.05  # so much of it has to be there even where a head seems to fit: a body alone is no figure
_BODY_SEEN = 0.5
_OTHER_PARTS, _OTHER_SHARE, _PART_SHARE = 3, 0.08, 0.01
_COVERED = 0.15
_PROP_SHARE = 0.25


@dataclass(frozen=True)
class Stand:
    """One figure and how it stands to its design."""

    part: Part
    design: Compiled
    paints: Paints
    vector: F32
    kin: Kinship

    @property
    def view(self) -> View:
        """Return the figure made ready for its design."""
        return prepare(self.part.figure, self.design.palette, self.paints)


def measure_several(
    figure: Figure,
    paints: Paints,
    cast: Sequence[Compiled],
    rivals: Sequence[Compiled],
    off_share: float,
    embed: Embed,
) -> list[Measurements | None] | None:
    """Return what each cast design measures on its own figure, None where it has none; None = one figure only.

    Args:
        figure: the whole drawing's figure, as it was cut out.
        paints: its paints.
        cast: the designs cast, compiled.
        rivals: the other approved designs of the production.
        off_share: share of the drawing that the best cast design leaves unexplained.
        embed: the embedder that made the designs' vectors.
    """
    everybody = [*cast, *rivals]
    kinds = kinds_shown(paints, cast, rivals, off_share)
    if len(kinds) < 2 and not (kinds and lonely(figure, off_share)):
        return None
    found = _stands(figure, paints, [everybody[k] for k in kinds], embed)
    names = {d.design_key for d in cast}
    proved = [s for s in found if _proved(s, found)]
    own = [s for s in proved if s.design.design_key in names]
    strangers = [s for s in proved if s.design.design_key not in names and _surely(s, found)]
    sure = [*own, *strangers]
    if not sure or (len(sure) < 2 and not _whole(sure[0], found)):
        return None
    rows = {s.design.design_key: _measured(s, rivals) for s in own}
    here = {s.design.design_key for s in found}
    absent = [d for d in cast if d.design_key not in here] or [d for d in cast if d.design_key not in rows]
    for stranger in strangers:
        _add_stranger(rows, stranger, absent, own, rivals)
    return [rows.get(design.design_key) for design in cast]


def _stands(figure: Figure, paints: Paints, designs: Sequence[Compiled], embed: Embed) -> list[Stand]:
    parts = parted(figure, paints, designs)
    if not parts:
        return []
    vectors = embed([p.figure for p in parts])
    stands = []
    for part, vector in zip(parts, vectors, strict=True):
        counted = paints_of(part.figure)
        design = designs[part.design]
        stands.append(Stand(part, design, counted, vector, kinship(vector, counted, design)))
    return stands


def _others(stand: Stand, found: Sequence[Stand]) -> list[Compiled]:
    return [s.design for s in found if s is not stand]


def _surely(stand: Stand, found: Sequence[Stand]) -> bool:
    """Say whether somebody who is not cast is here beyond doubt."""
    return _many_parts(stand, _others(stand, found)) or _registered(stand)


def _proved(stand: Stand, found: Sequence[Stand]) -> bool:
    """Say whether a figure has its design's own head, and looks more like that design than like the others here."""
    others = _others(stand, found)
    if any(strangeness(stand.kin, kinship(stand.vector, stand.paints, o)) > 0.0 for o in others):
        return False
    usual, seen = _shares(stand, others, head=True)
    if usual > 0.0 and seen >= _HEAD_SEEN * usual:
        return True
    return seen >= _HEAD_HINT * usual and _registered(stand)


def _shares(stand: Stand, others: Sequence[Compiled], *, head: bool) -> tuple[float, float]:
    """Return the share of what only this design has on its head, or on its torso: the least approved, and here."""
    palette = stand.design.palette
    rows = _own_rows(stand.design, others)
    named = set(_zone_rows(stand.design, "head"))
    if not head:
        named = set(_zone_rows(stand.design, "torso")) - named
    rows = rows & np.isin(np.arange(len(palette.parts)), sorted(named))
    if not rows.any():
        return 0.0, 0.0
    usual = float(stand.design.tone_shares[:, rows].sum(axis=1).min())
    return usual, float(stand.view.reading.tone_shares[rows].sum())


def _own_rows(design: Compiled, others: Sequence[Compiled]) -> np.ndarray:
    """Return (P,) bool: colours of a design, ink left out, that none of the others has."""
    palette = design.palette
    ink = np.array([is_line(p, t) for p, t in zip(palette.parts, palette.tones, strict=True)], np.bool_)
    known = Paints(palette.rgb, np.ones(len(palette.rgb), np.int32), np.zeros((1, 1), np.int32), exact=True)
    if not others:
        return ~ink
    theirs = legal_of(known, [o.palette for o in others], len(palette.rgb)).own.any(axis=0)
    return np.asarray(~ink & ~theirs)


def _zone_rows(design: Compiled, kind: str) -> list[int]:
    """Return the palette rows that cover a fair share of the approved heads or torsos."""
    seen = [z.labels for z in design.zones[kind] if z is not None]
    if not seen:
        return []
    counts = np.bincount(np.concatenate([z[z >= 0] for z in seen]), minlength=len(design.palette.parts))
    return np.flatnonzero(counts >= _ZONE_SHARE * sum(z.size for z in seen)).tolist()


def _registered(stand: Stand) -> bool:
    """Say whether an approved head can be laid over the figure."""
    return bool(match(stand.view, stand.design, stand.kin.order))


def _whole(stand: Stand, found: Sequence[Stand]) -> bool:
    """Say whether the one proved figure has its body too, so that the rest is somebody's of whom no head is seen."""
    usual, seen = _shares(stand, _others(stand, found), head=False)
    if usual <= 0.0 or seen < _BODY_SEEN * usual:
        return False
    return all(_many_parts(s, _others(s, found)) for s in found if s is not stand)


def _many_parts(stand: Stand, others: Sequence[Compiled]) -> bool:
    rows = _own_rows(stand.design, others) & (stand.view.reading.tone_shares >= _PART_SHARE)
    kinds = {part for part, shown in zip(stand.design.palette.parts, rows, strict=True) if shown}
    return len(kinds) >= _OTHER_PARTS and stand.part.alone >= _OTHER_SHARE


def _measured(stand: Stand, rivals: Sequence[Compiled]) -> Measurements:
    others = [r for r in rivals if r is not stand.design]
    near = nearest_rival(stand.vector, stand.paints, others, stand.kin)
    rival = None if near is None else Rival(near[0].nearest[0], near[1])
    found = measure_view(stand.view, stand.design, stand.kin, rival, painted=True)
    return heard(found, stand.part.figure)


def _is_prop(stranger: Stand, own: Sequence[Stand]) -> bool:
    """Say whether something without a colour model of its own is too small beside the cast for a figure."""
    areas = [int(np.count_nonzero(s.part.figure.mask)) for s in (stranger, *own)]
    return not stranger.design.palette.named.any() and areas[0] < _PROP_SHARE * max(areas)


def _add_stranger(
    rows: dict[str, Measurements],
    stranger: Stand,
    missing: Sequence[Compiled],
    own: Sequence[Stand],
    rivals: Sequence[Compiled],
) -> None:
    """Hold a figure of a design that is not cast against the absent cast design that it may have been meant for."""
    missing = [d for d in missing if d.design_key not in rows]
    kin = [(kinship(stranger.vector, stranger.paints, d), d) for d in missing or [s.design for s in own]]
    if not kin:
        return
    nearest, host = min(kin, key=lambda one: strangeness(one[0], stranger.kin))
    if missing:
        rows[host.design_key] = _measured(replace(stranger, design=host, kin=nearest), rivals)
        return
    strange = strangeness(nearest, stranger.kin)
    if strange <= 1.0 or _is_prop(stranger, own):
        return
    kept = rows[host.design_key]
    box = stranger.part.figure.box_xyxy
    claim = AspectMeasure(
        "WRONG_DESIGN", ANOTHER_FIGURE, round(nearest.similarity, 4), round(stranger.kin.similarity, 4),
        0.0, "", round(1.0 + 3.0 * (strange - 1.0), 4), box,
    )  # fmt: skip
    aspects = tuple(sorted((*kept.aspects, claim), key=lambda a: -a.drift))
    rows[host.design_key] = replace(
        kept,
        aspects=aspects,
        drift=max(kept.drift, claim.drift),
        region_xyxy=aspects[0].box_xyxy,
        rival=stranger.kin.nearest[0],
        margin=round(nearest.similarity - stranger.kin.similarity, 6),
    )


def heard(found: Measurements, figure: Figure) -> Measurements:
    """Return the measures without those that speak of what another figure may cover, and the map clear there."""
    if figure.hidden is None:
        return found
    left, top = figure.box_xyxy[:2]
    aspects = tuple(
        one
        for one in found.aspects
        if one.aspect in {"WRONG_DESIGN", "COLOUR"}
        or (one.box_xyxy and _share(figure.hidden, one.box_xyxy, left, top) < _COVERED)
    )
    worst = aspects[0] if aspects else None
    drift = audible(worst.drift) if worst is not None else 0.0
    return replace(
        found,
        aspects=aspects,
        drift=round(drift, 4),
        region_xyxy=worst.box_xyxy if worst is not None else None,
    )


def _share(hidden: Mask, box: Box, left: int, top: int) -> float:
    """Return the share of a box of the drawing that may be covered; beyond the cut-out everything may be."""
    high, wide = hidden.shape
    x0, y0, x1, y1 = box[0] - left, box[1] - top, box[2] - left, box[3] - top
    inside = hidden[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]
    area = max(1, (x1 - x0) * (y1 - y0))
    seen = max(0, min(x1, wide) - max(x0, 0)) * max(0, min(y1, high) - max(y0, 0))
    return (int(np.count_nonzero(inside)) + area - seen) / area
