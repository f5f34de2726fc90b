"""Whose is which paint in a cel that holds several figures: areas of one paint, who may own them, who does.

A colour that only one design has belongs to it. A colour that several share (skin, white) goes to the figure
whose surely owned areas it touches along the longest border, step by step from the surest; a colour that none knows
(a wrong paint) does so last, all its areas together, and rather to the design that has something like it.
Ink and anti-aliased edges are nobody's: they follow the nearest area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.colours import Paints, nearest_of
from ml.consistency.names import is_line
from ml.consistency.palette import Palette
from ml.consistency.views import SOFT_SLACK_DE
from ml.pixels import F32, Mask

WORK_HEIGHT = 400  # areas are told apart at most this high
_MOST_PAINTS = 384
_NEARER_EXACT, _NEARER_SOFT = 0.5, 2.0
_LEAST_PX = 4
_SURE = 0.6
_FAR_DE = 10.0  # a wrong paint so much nearer to one design's colours counts 2.7 times for it
NOBODY = -1
I32 = np.ndarray


@dataclass(frozen=True)
class Legal:
    """Which design has which paint of a drawing.

    Convention:
        - `own` (D, K) bool: the paint is a colour of the design, and none of the other designs is clearly nearer to it
        - `away` (D, K) float32: CIEDE2000 to the design's nearest colour
        - `ink` (K,) bool: it is a line's colour; `share` (K,) float32 of the painted area
    """

    own: np.ndarray
    away: F32
    ink: np.ndarray
    share: F32

    def alone(self, designs: Sequence[int]) -> F32:
        """Return, for each of some designs, the share of the drawing in paints that none of the others has."""
        own = self.own[list(designs)] & ~self.ink
        only = own & (own.sum(axis=0) == 1)
        return np.asarray((only * self.share).sum(axis=1), np.float32)

    def unknown(self, designs: Sequence[int]) -> np.ndarray:
        """Return (K,) bool: no design of these has the paint."""
        return np.asarray(~self.own[list(designs)].any(axis=0))


def legal_of(paints: Paints, palettes: Sequence[Palette], most: int = _MOST_PAINTS) -> Legal:
    """Return which of the designs has which of the drawing's largest `most` paints."""
    rgb, area = paints.rgb[:most], paints.area_px[:most]
    away, legal = np.full((len(palettes), len(rgb)), 100.0, np.float32), []
    ink = np.zeros(len(rgb), np.bool_)
    for index, palette in enumerate(palettes):
        entry, away[index] = nearest_of(rgb, palette.rgb)
        slack = 0.0 if paints.exact or not palette.exact else SOFT_SLACK_DE
        allowed = palette.tolerance_de[entry] + slack if len(palette.parts) else np.zeros(len(rgb))
        legal.append(away[index] <= allowed)
        lines = np.array([is_line(p, t) for p, t in zip(palette.parts, palette.tones, strict=True)], np.bool_)
        if lines.size:
            ink |= legal[-1] & lines[entry]
    nearer = _NEARER_EXACT if paints.exact else _NEARER_SOFT
    own = np.stack(legal) & (away <= away.min(axis=0) + nearer)
    share = np.asarray(area / max(1, int(paints.area_px.sum())), np.float32)
    return Legal(own, away, ink, share)


def shown_in(legal: Legal, designs: Sequence[int], least: float) -> list[int]:
    """Return the designs of which a drawing has colours that none of the others has: at least `least` of it each.

    Who has the least leaves first: two costumes of one character hide each other's colours otherwise.
    """
    left = list(designs)
    while left:
        alone = legal.alone(left)
        weakest = int(np.argmin(alone))
        if alone[weakest] >= least:
            break
        left.pop(weakest)
    return left


@dataclass(frozen=True)
class Areas:
    """The painted areas of a drawing at working size.

    Convention:
        - `ids` (h, w) int32: area of each pixel of the figure, its edges given to the nearest; 0 = paper
        - `paint`, `size` (n + 1,): paint and pixels of each area; row 0 is nothing
        - `pairs` (m, 2), `length` (m,): areas that touch, and along how many pixels
    """

    ids: I32
    paint: np.ndarray
    size: np.ndarray
    pairs: np.ndarray
    length: np.ndarray


def areas_of(labels: np.ndarray, mask: Mask, ink: np.ndarray) -> Areas:
    """Return the areas of a map of paints (see `Paints.labels`, -1 = edge) within the figure's mask."""
    paint = np.where((labels >= 0) & (labels < len(ink)), labels, -1)
    paint[(paint >= 0) & ink[np.maximum(paint, 0)]] = -1
    ids = np.zeros(paint.shape, np.int32)
    kinds, sizes = [-1], [0]
    for row in np.unique(paint[paint >= 0]).tolist():
        number, parts, stats, _ = cv2.connectedComponentsWithStats((paint == row).astype(np.uint8))
        kept = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= _LEAST_PX)
        kept = kept[kept > 0]
        table = np.zeros(number, np.int32)
        table[kept] = np.arange(len(kinds), len(kinds) + len(kept))
        ids += table[parts]
        kinds += [row] * len(kept)
        sizes += stats[kept, cv2.CC_STAT_AREA].tolist()
    filled = _filled(ids, mask)
    pairs, length = _contacts(filled)
    return Areas(filled, np.array(kinds), np.array(sizes), pairs, length)


def _filled(ids: I32, mask: Mask) -> I32:
    """Give every pixel of the mask to the nearest area."""
    if not ids.any():
        return ids
    free = (ids == 0).astype(np.uint8)
    _, nearest = cv2.distanceTransformWithLabels(
        free, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    owner = np.zeros(int(nearest.max()) + 1, np.int32)
    owner[nearest[ids > 0]] = ids[ids > 0]
    return np.asarray(np.where(mask | (ids > 0), owner[nearest], 0), np.int32)


def _contacts(ids: I32) -> tuple[np.ndarray, np.ndarray]:
    sides = [(ids[:, 1:], ids[:, :-1]), (ids[1:], ids[:-1])]
    touching = [
        np.stack([np.minimum(a, b)[d], np.maximum(a, b)[d]], axis=1)
        for a, b in sides
        for d in [(a != b) & (a > 0) & (b > 0)]
    ]
    pairs, length = np.unique(np.concatenate(touching), axis=0, return_counts=True)
    return pairs, length


def owners(areas: Areas, legal: Legal, designs: Sequence[int]) -> np.ndarray:
    """Return for each area (n + 1,) the position in `designs` of its owner, or `NOBODY`."""
    own = legal.own[list(designs)][:, areas.paint].T.copy()  # (n + 1, D)
    own[0] = False
    strange = np.asarray(~own.any(axis=1))
    strange[0] = False
    found = np.where(own.sum(axis=1) == 1, own.argmax(axis=1), NOBODY)
    found[0] = NOBODY
    _spread(areas, found, own.astype(np.float64), ~strange)
    near = np.exp(-legal.away[list(designs)][:, areas.paint].T / _FAR_DE)
    _spread(areas, found, near, np.ones_like(strange))
    return found


def _spread(areas: Areas, found: np.ndarray, weight: np.ndarray, asked: np.ndarray) -> None:
    """Give open areas among `asked` to the owner whose areas they touch most, in place, the surest first."""
    strange = ~(weight == 1.0).any(axis=1)
    while True:
        votes = _votes(areas, found, weight.shape[1])
        _together(votes, areas.paint, strange & (found == NOBODY))
        votes *= weight
        most, total = votes.max(axis=1), votes.sum(axis=1)
        open_ = (found == NOBODY) & (most > 0) & asked
        open_[0] = False
        if not open_.any():
            return
        sure = open_ & ~strange & (most >= _SURE * total)
        if not sure.any():
            first = int(np.argmax(np.where(open_, most, -1)))
            sure = np.arange(len(found)) == first
            if strange[first]:
                sure = open_ & strange & (areas.paint == areas.paint[first])
        found[sure] = votes[sure].argmax(axis=1)


def _together(votes: np.ndarray, paint: np.ndarray, strange: np.ndarray) -> None:
    """Let all areas of one wrong paint vote as one, in place: whoever mixed it, it is on one figure."""
    rows = np.flatnonzero(strange)
    if rows.size:
        sums = np.zeros((int(paint.max()) + 1, votes.shape[1]))
        np.add.at(sums, paint[rows], votes[rows])
        votes[rows] = sums[paint[rows]]


def _votes(areas: Areas, found: np.ndarray, designs: int) -> np.ndarray:
    votes = np.zeros((len(found), designs), np.float64)
    for one, other in ((0, 1), (1, 0)):
        rows, near = areas.pairs[:, one], found[areas.pairs[:, other]]
        known = near >= 0
        np.add.at(votes, (rows[known], near[known]), areas.length[known])
    return votes
